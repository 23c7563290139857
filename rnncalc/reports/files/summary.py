"""The extremes of a sequence, as a picture and as a page."""

from __future__ import annotations

from collections.abc import Iterator

from rnncalc.numerals import counted
from rnncalc.reports.files.paper import Paper
from rnncalc.reports.page import Page
from rnncalc.reports.pictures.svg import written
from rnncalc.reports.pictures.words import table_picture
from rnncalc.reports.rows import EXTREMES, SATURATED, extremes_cells, notes
from rnncalc.reports.summary import extremes
from rnncalc.trace.trace import Trace


def svg(trace: Trace, page: Page) -> Iterator[str]:
    """Yield a table of the extremes as a picture."""
    title, header, rows, lines = _table(trace, page)
    yield written(table_picture(title, header, [("", row) for row in rows], lines))


def html(trace: Trace, page: Page) -> Iterator[str]:
    """Yield a page with a table of the extremes."""
    title, header, rows, lines = _table(trace, page)
    paper = Paper(title)
    paper.table("Extremes", header, rows, numbers=range(1, len(header)))
    paper.notes(lines)
    yield paper.written()


def _table(trace: Trace, page: Page) -> tuple[str, list[str], list[list[str]], list[str]]:
    """Return the title, the headings, the rows, and what stands below them."""
    found, steps = extremes(trace)
    title = f"{trace.problem.cell.title}, {counted(steps, 'step')}"
    rows = [[*extremes_cells(trace.problem, it, page.digits)] for it in found]
    kept = [k for k in range(len(EXTREMES)) if any(row[k] for row in rows)]
    lines = [SATURATED] * any(it.ends for it in found) + [*notes(trace)]
    return title, [EXTREMES[k] for k in kept], [[row[k] for k in kept] for row in rows], lines
