"""Breaking: how wide LaTeX sets maths and words at most, and lines that are not too wide."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from rnncalc.trace.working import Derivation

#: The width of the text of an A4 article, in points.
TEXT = 345.0
_INDENT = 12.0
# What takes how many points in Computer Modern at 10 points, the widest of each kind.
_TOKENS = (
    (r"\\(?:mathrm|text|tilde|operatorname)\{", 0.0),
    (r"\\(?:approx|to|times|cdot|odot)\b", 16.0),
    (r"\\q?quad\b", 20.0),
    (r"\\dots\b", 14.0),
    (r"\\[,;!]", 2.0),
    (r"\\[a-zA-Z]+", 7.0),
    (r"\\.", 6.0),
    (r"[-+=]", 13.5),
    (r"[0-9]", 5.05),
    (r"[.,]", 4.5),
    (r"[()\[\]:]", 4.0),
    (r"[MWmw]", 10.0),
    (r"[\s{}&$^_]", 0.0),
    (r".", 6.6),
)
_TOKEN = re.compile("|".join(f"({pattern})" for pattern, _ in _TOKENS))
_FUNCTIONS = {r"\tanh": 22.0, r"\exp": 17.0, r"\sigma": 6.0}
_SIGNS = re.compile(r"(?<=[^\s(\[]) (?=[-+] |\\(?:odot|to)\b )|(?<=,) ")
_FACTORS = re.compile(r" (?=\\(?:cdot|times)\b )")


def points(maths: str) -> float:
    """Return how many points a piece of maths takes at most."""
    small = re.compile(r"([_^])(\{[^{}]*\}|[^{}\\])")
    below = sum(0.75 * points(found[2]) for found in small.finditer(maths))
    rest = small.sub("", maths)
    return below + sum(
        _FUNCTIONS.get(found[0], _TOKENS[(found.lastindex or 1) - 1][1])
        for found in _TOKEN.finditer(rest)
    )


def words(text: str) -> float:
    """Return how many points words take at most."""
    return sum(2.8 if c in "ijltf.,;:!|' " else 9.0 if c in "mwMW%@" else 5.6 for c in text)


def body(found: Iterable[Derivation]) -> str:
    """Return derivations as lines for LaTeX to align; those that are too wide are broken."""
    lines: list[str] = []
    for derivation in found:
        lines += _lines(derivation)
    return " \\\\\n".join(lines) + "\n"


def _lines(derivation: Derivation) -> Iterator[str]:
    """Yield the lines of one derivation: the formula, and what it comes to."""
    stages = [f"{sign} {text}" for sign, text in derivation.stages]
    told = derivation.remark.replace("--", "-{}-")  # or LaTeX makes one dash of two
    room = TEXT - 60 - max(points(derivation.label) - 20, 0)
    parts = [stages[:1], stages[1:]] if len(stages) > 2 else [stages]
    label = f"{derivation.label} "
    for number, part in enumerate(parts):
        broken = list(_broken(part, room))
        if told and number + 1 == len(parts):
            broken[-1] += rf" \quad \text{{({told})}}"
        for line in broken:
            yield f"{label}&{line}"
            label = ""
    sizes = [
        f"{symbol}: "
        + (size.replace("×", r" \times ") if size[0].isdigit() else rf"\text{{{size}}}")
        for symbol, size in derivation.sizes
    ]
    if sizes:
        yield from (rf"&\quad {line}" for line in _filled([f"({', '.join(sizes)})"], room))


def _broken(stages: Sequence[str], room: float) -> Iterator[str]:
    """Yield stages in lines: as many as fit, and one that doesn't in lines of its own."""
    line = ""
    for stage in stages:
        longer = f"{line} {stage}".lstrip()
        if points(longer) <= room:
            line = longer
            continue
        if line:
            yield line
        *whole, line = _filled([stage], room)
        yield from whole
    yield line


def _filled(pieces: Sequence[str], room: float) -> Iterator[str]:
    """Yield text in lines, broken before signs and behind commas; later ones are indented.

    A product is broken only where it is too wide for a line of its own.
    """
    line, indent = "", ""
    terms = (term for text in pieces for term in _SIGNS.split(text))
    for piece in (p for t in terms for p in (_FACTORS.split(t) if points(t) > room - 20 else [t])):
        longer = f"{line} {piece}".lstrip() if line != indent else f"{line}{piece}"
        if line not in ("", indent) and points(longer) > room:
            yield line
            indent = r"\quad {}"
            longer = f"{indent}{piece}"
        line = longer
    yield line
