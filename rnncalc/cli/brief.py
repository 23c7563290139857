"""Brief help: what fits on one screen, and what to type where nothing was typed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rnncalc.cells.catalogue import CATALOGUE
from rnncalc.cells.model import ALL_WEIGHTS, Cell
from rnncalc.cells.notation import UNICODE, equation
from rnncalc.cli.options import NEEDED, Option
from rnncalc.errors import listing
from rnncalc.reports.page import wrap

_KINDS = {
    "weight": "weights",
    "constant": "constants",
    "bias": "biases, 0 unless given",
    "state": "previous state, 0 unless given",
}
_ABOUT = """\
rnncalc evaluates one recurrent cell as you would by hand: every gate, every
intermediate and the new state, for the weights, the state and the input given."""
_WIDE = 60  # columns from which on each option has one line
_FULL = 79  # columns of the text above
_MOST = 33  # columns of what stands before a description


def about(width: int) -> str:
    """Return what the program is, an example with its result, and where to go on."""
    found, names = CATALOGUE["lstm"], "|".join(CATALOGUE)
    rows = [
        (f"rnncalc {names} -h", "equations, an example, what one needs"),
        ("rnncalc cell FILE -h", "the same of a cell of your own"),
        ("rnncalc help", "topics: values, sequences, checking, slips, …"),
        ("rnncalc help WORD", "anything by name, also by others': W_hh, c~"),
    ]
    example = f"\n\n  $ rnncalc {found.example}\n  {found.result}\n\n"
    told = _ABOUT if width >= _FULL else wrap(_ABOUT.replace("\n", " "), width)
    return f"{told}{example}{_rows(rows, width)}"


def screen(cell: Cell, options: Sequence[Option], width: int) -> str:
    """Return a cell's equations, an example, and the options that one needs."""
    parts = [cell.title[0].upper() + cell.title[1:], *_equations(cell, width)]
    if found := CATALOGUE.get(cell.name):
        parts += [""] * (len(cell.equations) < 9)
        parts += [f"  $ rnncalc {found.example}", f"  {found.result}"]
        parts += [_indented(found.remark, 2, width)] if found.remark else []
    rows = []
    for kind, text in _KINDS.items():
        own = [p.option for p in cell.parameters.values() if p.kind == kind]
        rows += [(" ".join(own), text)] if own else []
    for option in options:
        is_variant = option.key in cell.variants and option.key != "readout"
        if option.name in NEEDED or is_variant:
            value, about = option.metavar, option.help
            if len(option.choices) == 2:
                value, about = "|".join(option.choices), about.partition(":")[0]
            elif option.choices:
                value, about = "NAME", ", ".join(option.choices)
            rows.append((f"{option.short or option.name} {value}".rstrip(), about))
    rows = [(f"  {name}", text) for name, text in rows]
    more = f"All options: rnncalc {cell.name} --help. All else: rnncalc help."
    return "\n".join([*parts, "", _rows(rows, width, is_cut=width >= _WIDE), "", wrap(more, width)])


def nothing_given(cell: Cell) -> str:
    """Say what a cell needs at least, with an example; "" if it needs nothing."""
    parameters = [p for p in cell.parameters.values() if p.feeds[0] not in _optional(cell)]
    constants = [p.option for p in parameters if p.kind == "constant"]
    has_weights = any(p.kind == "weight" for p in parameters)
    needed = [*(["an input (--x)"] if "x" in cell.quantities else []), *constants]
    if has_weights:
        needed.append(f"weights ({ALL_WEIGHTS} for all at once)")
    if not needed:
        return ""
    told = f"rnncalc {cell.name} needs {listing(needed)}: rnncalc {cell.name} -h shows more"
    found = CATALOGUE.get(cell.name)
    shown = [*_equations(cell, 76), ""]
    if found:
        shown += [f"  $ rnncalc {found.example}", f"  {found.result}"]
    else:
        words = [f"{ALL_WEIGHTS} 1"] * has_weights + [f"{option} 0.5" for option in constants]
        words += ["--x 1"] * ("x" in cell.quantities)
        shown.append(f"  $ rnncalc {cell.name} {' '.join(words)}")
    return "\n".join([f"{told}", *(f"    {line[2:]}" for line in shown if line)])


def _optional(cell: Cell) -> set[str]:
    return {line.name for line in cell.equations if line.optional}


def _equations(cell: Cell, width: int) -> Iterator[str]:
    lines = [equation(line, UNICODE) for line in cell.equations]
    lines = [f"[{t}]" if e.optional else t for t, e in zip(lines, cell.equations, strict=True)]
    across = max(map(len, lines))
    for text, line in zip(lines, cell.equations, strict=True):
        whole = f"  {text:{across}}   {cell.quantities[line.name]}"
        yield whole if len(whole) <= width else _indented(text, 2, width)


def _rows(rows: Sequence[tuple[str, str]], width: int, *, is_cut: bool = False) -> str:
    """Write names with what is said of each beside it, or below where there is no room.

    is_cut: whether what is said may lose a clause at its end to stay on its line.
    """
    across = max((len(name) for name, _ in rows if len(name) <= _MOST), default=0)
    lines = []
    for name, text in rows:
        beside = f"{name:{across}}  "
        while is_cut and len(beside + text) > width and (shorter := _without_clause(text)):
            text = shorter
        if len(beside + text) <= width:
            lines.append(beside + text)
        else:
            lines += [_indented(name.strip(), len(name) - len(name.lstrip()), width)]
            lines += [_indented(text, 6, width)]
    return "\n".join(lines)


def _indented(text: str, by: int, width: int) -> str:
    blank = " " * by
    return blank + wrap(text, width - by - 2).replace("\n", f"\n{blank}")


def _without_clause(text: str) -> str:
    return "".join(re.findall(r"(.*)(?:[,;:]\s|\s\s\[).*", text)[:1])
