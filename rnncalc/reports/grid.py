"""The grid: a row for each step of a sequence or each unit of it, with as much as fits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from rnncalc.cells.expressions import PREVIOUS
from rnncalc.errors import listing
from rnncalc.numerals import rounded
from rnncalc.problem.problem import Problem
from rnncalc.reports.rows import sequence_names
from rnncalc.reports.scales import ROLES, bar
from rnncalc.trace.step import Step, as_read

#: Decimals where there is no room for more.
FEWEST = 2
_NARROW = 60  # columns, below which there is room for the states alone


class Layout(NamedTuple):
    """What a grid shows.

    names: of the quantities. digits: their decimals. has_more: whether values before rounding and
    bars stand beside the numbers.
    """

    names: Sequence[str]
    digits: dict[str, int]
    has_more: bool = True


def layouts(problem: Problem, digits: int, width: int) -> Iterator[Layout]:
    """Yield what a grid may show, each a little less than the one before."""
    names, roles = sequence_names(problem), problem.cell.roles
    decimals = dict.fromkeys(names, digits)
    if width >= _NARROW:
        yield Layout(names, decimals)
        yield Layout(names, decimals, False)
        for role in ROLES[:-2]:
            for fewer in range(digits - 1, FEWEST - 1, -1):
                decimals |= {name: fewer for name in names if roles[name] == role}
                yield Layout(names, dict(decimals), False)
        for role in ROLES[:-2]:
            names = [name for name in names if roles[name] != role]
            yield Layout(names, decimals, False)
    names = [name for name in names if roles[name] == "state"]
    for fewer in range(digits, min(digits, FEWEST) - 1, -1):
        yield Layout(names, dict.fromkeys(names, fewer), has_more=fewer == digits)
        yield Layout(names, dict.fromkeys(names, fewer), has_more=False)


def left_out(problem: Problem, layout: Layout, digits: int, width: int) -> str:
    """Say what a layout leaves out, "" if that is nothing."""
    names = sequence_names(problem)
    told = []
    if not layout.has_more:
        told.append("values before rounding" if problem.ties else "bars")
    if lost := [name for name in names if name not in layout.names]:
        told.append(listing(lost))
    fewer: dict[int, list[str]] = {}
    for name in layout.names:
        if layout.digits[name] < digits:
            fewer.setdefault(layout.digits[name], []).append(name)
    for count, those in fewer.items():
        told.append(f"all but {count} decimals of {listing(those)}")
    return f"left out, for {width} columns: {'; '.join(told)}" if told else ""


def grid(
    problem: Problem, layout: Layout, head: Sequence[Step], tail: Sequence[Step], *, gap: bool
) -> tuple[list[str], list[list[str]]]:
    """Return the header of a grid and its rows; a vector has a row for each unit.

    head, tail: the steps. gap: whether there are others between them.
    """
    units = max(problem.sizes.number(name) for name in layout.names)
    is_scalar = all(problem.sizes.is_plain(name) for name in layout.names)
    header = ["t", *([] if is_scalar else ["unit"]), *layout.names]
    start = {
        name: _plain(problem, name, problem.state[name + PREVIOUS])
        for name in layout.names
        if name + PREVIOUS in problem.state
    }
    steps = [Step(0, start, {}, {}, {}, {}, {}), *head, *tail]
    if problem.is_reversed:
        steps = [*steps[1:], steps[0]]
    rows: list[list[Sequence[str]]] = []
    for step in steps:
        for unit in range(units):
            lead = [[str(problem.number(step.t))] if not unit else []] + (
                [] if is_scalar else [[str(unit + 1)]]
            )
            cells = (_parts(problem, layout, step, name, unit) for name in layout.names)
            rows.append([*lead, *cells])
    columns = [_aligned(column) for column in zip(*rows, strict=True)]
    texts = [list(row) for row in zip(*columns, strict=True)]
    if gap:
        texts.insert((len(head) + (not problem.is_reversed)) * units, ["…"] * len(header))
    return header, texts


def _plain(problem: Problem, name: str, value: Any) -> Any:
    return float(value[0]) if problem.sizes.is_plain(name) and hasattr(value, "ndim") else value


def _parts(problem: Problem, layout: Layout, step: Step, name: str, unit: int) -> list[str]:
    """Return the parts of a cell: before rounding, an arrow, the value, if it is a tie, a bar."""
    if name not in step.values:
        return []
    value, digits = step.values[name], layout.digits[name]
    if not isinstance(value, float):
        if unit >= len(value):
            return []
        value = float(value[unit])
    elif unit:
        return []
    before, drawn = ["", ""], ""
    if name in step.exact and layout.has_more:
        exact = as_read(problem, step, "exact", name)
        exact = exact if isinstance(exact, float) else float(exact[unit])
        before = [rounded(exact, digits), "→"]
    elif layout.has_more and problem.cell.roles[name] == "gate" and 0 <= value <= 1:
        drawn = bar(value, (0.0, 1.0)) if step.t and not problem.ties else ""
    tie = "(tie)" if unit + 1 in step.ties.get(name, ()) else ""
    return [*before, rounded(value, digits), tie, drawn]


def _aligned(cells: Sequence[Sequence[str]]) -> list[str]:
    """Return the cells of a column with their parts below each other, numbers at their points."""
    width = max(map(len, cells))
    padded = [[*parts, *[""] * (width - len(parts))] for parts in cells]
    columns = [at_points(column) for column in zip(*padded, strict=True) if any(column)]
    return [" ".join(parts).rstrip() for parts in zip(*columns, strict=True)] or [""] * len(cells)


def at_points(texts: Sequence[str]) -> list[str]:
    """Return numbers as texts of one width, with their points below each other."""
    ends = [_whole(text) for text in texts]
    left = max(ends)
    right = max(len(text) - end for text, end in zip(texts, ends, strict=True))
    return [
        f"{text[:end]:>{left}}{text[end:]:<{right}}" for text, end in zip(texts, ends, strict=True)
    ]


def pointed(rows: Sequence[Sequence[str]]) -> list[list[str]]:
    """Return the cells of rows with plain numbers below each other; the first cells are names."""
    columns = zip(*rows, strict=True)
    names = next(columns, ())
    cells = [at_points(c) if not any(" " in cell for cell in c) else c for c in columns]
    padded = ([cell.rstrip() for cell in column] for column in cells)
    return [list(row) for row in zip(names, *padded, strict=True)]


def _whole(text: str) -> int:
    """Return how much of a number stands before its point."""
    if not text.rstrip("%")[-1:].isdigit():
        return 0
    return next((k for k, sign in enumerate(text) if sign in ".e%"), len(text))
