"""Looking up: what ``rnncalc help`` says of a word, ours or other people's, whole or in part."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from rnncalc.cells.catalogue import CATALOGUE
from rnncalc.cells.elsewhere import CELLS_ELSEWHERE, FUNCTIONS_ELSEWHERE, PARTS
from rnncalc.cells.expressions import PREVIOUS
from rnncalc.cells.functions import FUNCTIONS
from rnncalc.cells.model import Cell, built_in
from rnncalc.cells.notation import UNICODE, equation
from rnncalc.cli.options import HEADINGS, options
from rnncalc.cli.terminal import page
from rnncalc.cli.topics import TOPICS, listed, shown, text_of
from rnncalc.codes import CODES
from rnncalc.errors import InputError, listing, meant, quoted
from rnncalc.numerals import exact, rounded
from rnncalc.problem.building import build
from rnncalc.problem.names import hint
from rnncalc.reports.page import Page, wrap
from rnncalc.trace.steps import run

_SHORTEST = 3  # letters from which on a part of a name is looked for
_SHORTEST_SLIP = 4  # and of a slip
_MOST = 12  # entries of each kind


class Found(NamedTuple):
    """What a word was found to be: a line, further lines below it, and how well it fits.

    rank: 0 if the word is its name, 1 if it begins with it, 2 if it is a part of it.
    """

    rank: int
    title: str
    lines: tuple[str, ...] = ()


def explained(word: str, width: int) -> str:
    """Return what there is to say of a topic or a word; of none, which topics there are.

    Raises InputError for a word that nothing is known of.
    """
    paper = page()
    if word in ("", "-h", "help"):
        return listed(width)
    if word.lower() in TOPICS:
        return shown(word.lower(), paper, width)
    if found := looked_up(word):
        return "\n".join(_written(entry, paper, width) for entry in found)
    close = near(word)
    hint = f" (did you mean {close}?)" if close else ""
    raise InputError.of(
        "name", f"help knows nothing called {quoted(word)}{hint}; rnncalc help lists the topics"
    )


def _written(entry: Found, paper: Page, width: int) -> str:
    """Write an entry, its name in bold where that can be shown; commands are never broken."""
    head = paper.bold(wrap(entry.title, width))
    lines = [line if line.startswith("$ ") else wrap(line, width - 4) for line in entry.lines]
    return "\n".join([head, *(f"  {part}" for line in lines for part in line.split("\n"))])


def looked_up(word: str) -> list[Found]:
    """Return all that a word is, best first, or as much of it as anybody reads."""
    kinds = (
        _codes(word),
        _options(word),
        _quantities(word),
        _functions(word),
        _elsewhere(word),
        _slips(word),
    )
    found = [sorted(kind, key=lambda it: it.rank)[:_MOST] for kind in kinds]
    exact_only = [[it for it in kind if not it.rank] for kind in found]
    found = exact_only if any(exact_only) else found
    return [it for kind in found for it in kind] + [*_mentions(word)]


def near(word: str) -> str:
    """Return the known word that one may be meant to be; "" if none is near."""
    known = [*TOPICS, *FUNCTIONS, *FUNCTIONS_ELSEWHERE, *CELLS_ELSEWHERE]
    for cell in _cells():
        known += [option.key for option in options(cell)]
        known += [*cell.quantities, *(w for text in cell.quantities.values() for w in text.split())]
    from rnncalc.cli.mistakes import codes

    known += [name for part in PARTS for name in part.theirs.split()]
    known += [*CODES, *codes()]
    return meant(word, dict.fromkeys(known))


def _cells() -> list[Cell]:
    return [built_in(name) for name in CATALOGUE]


def _rank(word: str, *names: str) -> int | None:
    """Return how well a word fits one of some names; None if it doesn't."""
    plain = word.lower().lstrip("-").replace("-", "_")
    names = tuple(name.lower().lstrip("-").replace("-", "_") for name in names)
    if plain in names:
        return 0
    if len(plain) < _SHORTEST:
        return None
    if any(name.startswith(plain) for name in names):
        return 1
    return 2 if any(plain in name for name in names) else None


def _options(word: str) -> Iterator[Found]:
    where: dict[tuple[str, str], list[str]] = {}
    ranks, forms, headings = dict[str, int](), dict[str, str](), dict[str, str]()
    for cell in _cells():
        for option in options(cell):
            rank = 0 if word == option.short else _rank(word, option.name)
            if rank is None or (word[:1] != "-" and option.key in (*cell.quantities, *cell.states)):
                continue
            where.setdefault((option.name, option.help), []).append(cell.name)
            ranks[option.name], headings[option.name] = rank, HEADINGS[option.group]
            forms[option.name] = option.metavar or "|".join(option.choices)
    for (name, text), cells in where.items():
        of = "" if len(cells) == len(CATALOGUE) else f" ({listing(cells)})"
        title = f"{name} {forms[name]}".rstrip()
        kind = re.sub(r"\s*\(.*", "", headings[name]).lower()
        yield Found(ranks[name], f"option {title}{of}: {text}", (f"under: {kind}",))


def _quantities(word: str) -> Iterator[Found]:
    for cell in _cells():
        lines = {line.name: line for line in cell.equations}
        for name, described in cell.quantities.items():
            rank = _rank(word, name, described, *described.split())
            if rank is None:
                continue
            if len(word) < _SHORTEST and word != name:
                continue
            role = cell.roles[name]
            kind = "" if role in described else f", {'an' if role[0] in 'aeio' else 'a'} {role}"
            title = f"{name} in {cell.name}: {described}{kind}"
            texts = [equation(lines[name], UNICODE)] if name in lines else []
            if name in lines and not lines[name].optional:
                texts += _live(cell, name)
            elif name.endswith(PREVIOUS):
                texts.append(f"given with --{name.removesuffix(PREVIOUS)}, 0 by default")
            yield Found(rank, title, tuple(texts))


def _live(cell: Cell, name: str) -> list[str]:
    """Return a command and what it prints, computed now."""
    problem = build(cell, {}, [1.0], all_weights=0.5)
    (step,) = run(problem)
    command = f"$ rnncalc {cell.name} --all-weights 0.5 --x 1 --only {name}"
    return [command, exact(step.values[name])]


def _functions(word: str) -> Iterator[Found]:
    here = FUNCTIONS_ELSEWHERE.get(word.lower().lstrip("\\").replace("-", "_"), "")
    for name, function in FUNCTIONS.items():
        rank = 0 if name == here else _rank(word, name)
        if rank is None:
            continue
        lines = []
        if function.is_elementwise:
            values = ", ".join(
                f"{rounded(function.number(z), 4)} at {z:g}" for z in (-1.0, 0.0, 1.0)
            )
            lines.append(f"it is {values}")
        if function.levels:
            low, tie, high = map(exact, function.levels)
            lines.append(f"--round makes it {low} or {high}; {tie} at 0 is a tie")
        if name != "softmax":
            problem = build(
                built_in("simple").varied(activation=name), {"w_ss": 0.0, "w_sx": 1.0}, [1.0]
            )
            (step,) = run(problem)
            words = f"$ rnncalc simple --activation {name} --w-ss 0 --w-sx 1 --x 1 --only s"
            lines += [words, exact(step.values["s"])]
        called = f" ({word} elsewhere)" if name == here else ""
        yield Found(rank, f"function {name}{called}", tuple(lines))


def _codes(word: str) -> Iterator[Found]:
    for code, text in CODES.items():
        if word.strip("[]").lower() == code:
            yield Found(0, f"error [{code}]: {text}")


def _elsewhere(word: str) -> Iterator[Found]:
    if (name := word.lower()) in CATALOGUE:
        yield Found(0, f"cell {name}: rnncalc {name} -h shows it")
    if word == "cell":
        yield Found(0, "rnncalc cell FILE computes a cell of your own: rnncalc cell -h shows how")
    if other := CELLS_ELSEWHERE.get(word.lower().replace("_", "").replace("-", "")):
        yield Found(0, f"{word} is rnncalc {other}")
    for cell in _cells():
        if word in cell.quantities or word.lstrip("-").replace("-", "_") in cell.parameters:
            continue
        told = hint(cell, word, "option" if word.lower()[:1] in "-wuvbk" else "quantity")
        if told not in ("", f"is called {word} here"):
            yield Found(0, f"{word} in {cell.name} {told}")


def _slips(word: str) -> Iterator[Found]:
    """Yield the slips whose code or name a word is, or whose names have it."""
    if len(word) < _SHORTEST_SLIP:
        return
    from rnncalc.cli.mistakes import told_slips

    for code, name, lines in told_slips(word, _cells()):
        is_code = code == word.strip("[]").lower()
        yield Found(0 if is_code else 2, f"slip [{code}]: {name}", tuple(lines))


def _mentions(word: str) -> Iterator[Found]:
    """Yield the topics that have a word in them."""
    if len(word) < _SHORTEST and word.isascii():
        return
    said = re.compile(rf"(?<!\w){re.escape(word)}(?!_|\w\w)", re.I)
    topics = [topic for topic in TOPICS if said.search(text_of(topic))]
    if topics:
        yield Found(2, f"it is mentioned in rnncalc help {listing(topics, 'or')}")
