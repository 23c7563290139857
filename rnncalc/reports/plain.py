"""Plain: a line ``name = value`` for everything, for grep and for screen readers."""

from __future__ import annotations

from collections.abc import Iterator

from rnncalc.cells.model import Cell
from rnncalc.cells.notation import UNICODE, equation
from rnncalc.numerals import rounded
from rnncalc.reports.page import Page
from rnncalc.trace.trace import Trace


def report(trace: Trace, page: Page) -> Iterator[str]:
    """Yield each step's quantities in order, each behind what it was computed from.

    The names are paths into the JSON: ``pre.f`` is the pre-activation of f, ``exact.f`` its value
    before rounding.
    """
    for step in trace:
        lines = [f"t = {step.t}"]
        if page.explain:
            from rnncalc.reports.explaining import working_lines

            lines += working_lines(trace.problem, step, page.digits, page.fits)
        else:
            for name, value in step.values.items():
                for prefix, stage in (("pre.", step.pre), ("exact.", step.exact)):
                    if name in stage:
                        lines.append(f"{prefix}{name} = {rounded(stage[name], page.digits)}")
                lines.append(f"{name} = {rounded(value, page.digits)}")
        yield "".join(f"{line}\n" for line in lines)


def equations(cell: Cell) -> str:
    """Return the cell's equations, a line each."""
    return "".join(f"{equation(line, UNICODE)}\n" for line in cell.equations)
