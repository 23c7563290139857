"""Equations: a cell without values, in each format that has a form for it."""

from __future__ import annotations

from collections.abc import Iterator

from rnncalc.cells import notation
from rnncalc.cells.model import Cell
from rnncalc.cells.notation import SOURCE, UNICODE, equation, is_inlined, spell
from rnncalc.reports.explaining import aligned
from rnncalc.reports.page import Page
from rnncalc.trace.working import Derivation


def plain(cell: Cell, page: Page) -> Iterator[str]:
    """Yield the equations, a line each."""
    for line in cell.equations:
        yield f"{equation(line, UNICODE)}\n"


table = plain


def json(cell: Cell, page: Page) -> Iterator[str]:
    """Yield the equations by name, as one object."""
    texts = (f'"{line.name}": "{spell(line.expression, SOURCE)}"' for line in cell.equations)
    yield f"{{{', '.join(texts)}}}\n"


def markdown(cell: Cell, page: Page) -> Iterator[str]:
    """Yield the equations as displayed maths."""
    yield f"$$\n{_aligned(cell)}$$\n"


def latex(cell: Cell, page: Page) -> Iterator[str]:
    """Yield the equations as displayed maths."""
    yield f"\\[\n{_aligned(cell)}\\]\n"


def _aligned(cell: Cell) -> str:
    """Return the equations as the lecture has them."""
    style = notation.latex(cell.equations, cell.roles)
    return aligned(
        Derivation(style.symbol(line.name), [("=", spell(line.expression, style))])
        for line in cell.equations
        if not is_inlined(line, cell.roles)
    )


def source(cell: Cell, page: Page) -> Iterator[str]:
    """Yield the cell's text, which ``rnncalc cell`` reads."""
    yield cell.source
