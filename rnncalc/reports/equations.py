"""Equations: a cell's formulas alone, in every format that has a form for them."""

from __future__ import annotations

from rnncalc.cells.model import Cell
from rnncalc.cells.notation import SOURCE, UNICODE, equation, is_inlined, latex, spell
from rnncalc.reports.explaining import aligned
from rnncalc.trace.working import Derivation


def equations(cell: Cell, activation: str | None, form: str) -> str:
    """Return the cell's equations in a format: as text, maths, or by name as JSON."""
    cell = cell.varied(activation=activation) if activation else cell
    cell = cell.having([e for e in cell.equations if not e.optional])
    if form == "json":
        members = (f'"{e.name}": "{spell(e.expression, SOURCE)}"' for e in cell.equations)
        return f"{{{', '.join(members)}}}\n"
    if form in ("markdown", "latex"):
        lines = aligned(
            Derivation(style.symbol(e.name), [("=", spell(e.expression, style))])
            for style in [latex(cell.equations, cell.roles)]
            for e in cell.equations
            if not is_inlined(e, cell.roles)
        )
        return f"$$\n{lines}$$\n" if form == "markdown" else f"\\[\n{lines}\\]\n"
    return "".join(f"{equation(e, UNICODE)}\n" for e in cell.equations)
