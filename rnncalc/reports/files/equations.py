"""The equations of a cell, as a picture and as a page."""

from __future__ import annotations

from collections.abc import Iterator

from rnncalc.cells.model import Cell
from rnncalc.cells.notation import UNICODE, equation
from rnncalc.reports.files.paper import Paper
from rnncalc.reports.page import Page
from rnncalc.reports.pictures.svg import written
from rnncalc.reports.pictures.words import table_picture


def svg(cell: Cell, page: Page) -> Iterator[str]:
    """Yield the equations as a picture, a line each."""
    yield written(table_picture(cell.title, ("equation", "what it is"), _rows(cell), ()))


def html(cell: Cell, page: Page) -> Iterator[str]:
    """Yield a page with a row for each equation."""
    paper = Paper(cell.title)
    rows = (cells for _, cells in _rows(cell))
    paper.table("Equations", ("equation", "what it is"), rows)
    yield paper.written()


def _rows(cell: Cell) -> list[tuple[str, tuple[str, str]]]:
    return [("", (equation(line, UNICODE), cell.quantities[line.name])) for line in cell.equations]
