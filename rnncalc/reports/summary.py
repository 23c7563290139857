"""Summaries: each quantity's extremes in a sequence, and how much of it was saturated."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

from rnncalc.errors import listing
from rnncalc.numerals import counted, exact
from rnncalc.problem.problem import Problem
from rnncalc.reports.drawing import Drawing
from rnncalc.reports.grid import FEWEST, at_points
from rnncalc.reports.page import Page
from rnncalc.reports.rows import (
    EXTREMES,
    SATURATED,
    extremes_cells,
    extremes_line,
    notes,
    sequence_names,
)
from rnncalc.trace.extremes import Extremes
from rnncalc.trace.trace import Trace

#: Columns that are left out where there is no room, each time some more, and how that is said.
_DROPPED = ((), ("unit",), ("unit", "saturated"), ("unit", "saturated", "t"))
_TOLD = {"unit": "the units", "saturated": "how much is saturated", "t": "the steps"}


def extremes(trace: Trace) -> tuple[list[Extremes], int]:
    """Return the extremes of all quantities, and how many steps there are.

    Raises InputError as `Trace.columns` does.
    """
    names = sequence_names(trace.problem)
    found = [Extremes(trace.problem, name) for name in names]
    is_rounded = bool(trace.problem.ties)
    stages = [stage for name in names for stage in (name, f"exact.{name}")[: 1 + is_rounded]]
    first = after = 1
    for columns in trace.columns(stages):
        values = iter(columns)
        for it in found:
            of_steps = next(values)
            after = first + len(of_steps)
            it.add(first, of_steps, next(values) if is_rounded else of_steps)
            del of_steps  # which may be long, before the next is made
        first = after
    return found, first - 1


def table(trace: Trace, page: Page) -> Iterator[str]:
    """Yield a table with a row for each quantity."""
    drawing = Drawing(page)
    found, steps = extremes(trace)
    drawing.text(f"{trace.problem.cell.title}, {counted(steps, 'step')}", "heading")
    _draw(trace.problem, found, page.digits, drawing)
    drawing.text()
    for note in notes(trace):
        drawing.text(note, "note")
    yield drawing.take()


def _draw(problem: Problem, found: list[Extremes], digits: int, drawing: Drawing) -> None:
    """Draw a row for each quantity with as much as fits, or a line where that is too little."""
    names = [problem.cell.roles[it.name] for it in found]
    for dropped, decimals in product(_DROPPED, range(digits, min(digits, FEWEST) - 1, -1)):
        rows = [list(extremes_cells(problem, it, decimals)) for it in found]
        columns = {
            k: cells if k == 0 else at_points(cells)
            for k, cells in enumerate(zip(*rows, strict=True))
            if any(cells) and EXTREMES[k] not in dropped
        }
        header = [EXTREMES[k] for k in columns]
        roles = [[role, *[""] * (len(header) - 1)] for role in names]
        if drawing.table(header, list(zip(*columns.values(), strict=True)), roles):
            break
    else:
        dropped, decimals = (), digits
        for it, role in zip(found, names, strict=True):
            line = extremes_line([*extremes_cells(problem, it, digits)])
            drawing.text(line, role, label=it.name)
    told = [f"all but {decimals} decimals"] * (decimals < digits)
    told += [_TOLD[name] for name in dropped if name != "unit" or problem.sizes.largest > 1]
    if told:
        drawing.text(f"left out, for {drawing.width} columns: {listing(told)}")
    if any(it.ends for it in found) and "saturated" not in dropped:
        drawing.text(SATURATED, "note")


def plain(trace: Trace, page: Page) -> Iterator[str]:
    """Yield a line for each quantity."""
    found, _ = extremes(trace)
    which = f"sequence {trace.problem.sequence}, " * bool(trace.problem.sequence)
    yield from (
        f"{which}{extremes_line([*extremes_cells(trace.problem, it, page.digits)])}\n"
        for it in found
    )


def json(trace: Trace, page: Page) -> Iterator[str]:
    """Yield an object for each quantity, a line each."""
    for record in _records(trace):
        pairs = [(key, f'"{v}"' if isinstance(v, str) else _text(v, "null")) for key, v in record]
        members = [f'"{key}": {text}' for key, text in pairs]
        yield f"{{{', '.join(members)}}}\n"


def csv(trace: Trace, page: Page) -> Iterator[str]:
    """Yield a header, then a row for each quantity."""
    for place, record in enumerate(_records(trace)):
        if not place and trace.problem.sequence < 2:
            yield f"{','.join(key for key, _ in record)}\n"
        yield f"{','.join(_text(value, '') for _, value in record)}\n"


def _text(value: Any, nothing: str) -> str:
    if value is None:
        return nothing
    return exact(value) if isinstance(value, float) else str(value)


def _records(trace: Trace) -> Iterator[list[tuple[str, Any]]]:
    found, steps = extremes(trace)
    for it in found:
        record: list[tuple[str, Any]] = [("name", it.name), ("steps", steps)]
        for key, (value, t, unit) in (("smallest", it.smallest), ("largest", it.largest)):
            record += [(key, value), (f"{key}_t", t), (f"{key}_unit", unit)]
        sequence = [("sequence", trace.problem.sequence)] * bool(trace.problem.sequence)
        yield [*sequence, *record, ("saturated", it.share)]
