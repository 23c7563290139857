"""Source: a cell as the text that describes it, to start one's own from."""

from __future__ import annotations

from rnncalc.cells.model import Cell


def equations(cell: Cell) -> str:
    """Return the cell's text, which ``rnncalc cell`` reads."""
    return cell.source
