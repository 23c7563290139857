"""Summaries: each quantity's extremes in a sequence, and how much of it was saturated."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rnncalc.numerals import counted, exact
from rnncalc.reports.drawing import Drawing
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


def _extremes(trace: Trace) -> tuple[list[Extremes], int]:
    """Return the extremes of all quantities, and how many steps there are.

    Raises InputError as `Trace.columns` does.
    """
    names = sequence_names(trace.problem)
    found = [Extremes(trace.problem, name) for name in names]
    exact_names = [f"exact.{name}" if trace.problem.ties else name for name in names]
    first = 1
    for columns in trace.columns([*names, *exact_names]):
        for it, values, before in zip(found, columns, columns[len(found) :], strict=False):
            it.add(first, values, before)
        first += len(columns[0])
    return found, first - 1


def table(trace: Trace, page: Page) -> Iterator[str]:
    """Yield a table with a row for each quantity."""
    drawing = Drawing(page)
    found, steps = _extremes(trace)
    drawing.text(f"{trace.problem.cell.title}, {counted(steps, 'step')}", "heading")
    rows = [list(extremes_cells(trace.problem, it, page.digits)) for it in found]
    drawing.rows(EXTREMES, rows, [trace.problem.cell.roles[it.name] for it in found], extremes_line)
    drawing.text(SATURATED, "note")
    drawing.text()
    for note in notes(trace):
        drawing.text(note, "note")
    yield drawing.take()


def plain(trace: Trace, page: Page) -> Iterator[str]:
    """Yield a line for each quantity."""
    found, _ = _extremes(trace)
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
    found, steps = _extremes(trace)
    for it in found:
        record: list[tuple[str, Any]] = [("name", it.name), ("steps", steps)]
        for key, (value, t, unit) in (("smallest", it.smallest), ("largest", it.largest)):
            record += [(key, value), (f"{key}_t", t), (f"{key}_unit", unit)]
        sequence = [("sequence", trace.problem.sequence)] * bool(trace.problem.sequence)
        yield [*sequence, *record, ("saturated", it.share)]
