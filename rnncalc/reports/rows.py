"""Rows: the cells of a table as text, whatever it is drawn with."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rnncalc.cells.expressions import PREVIOUS
from rnncalc.numerals import rounded, shortened
from rnncalc.problem.problem import Problem
from rnncalc.problem.sizes import DEFAULT
from rnncalc.reports.page import Page
from rnncalc.trace.step import Step, as_read

#: The headings of a step's table.
HEADER = ("symbol", "what it is", "pre-activation", "value", "role")
LONGEST = 8  # elements of a vector that are written out

Row = Sequence[str]


def step_rows(problem: Problem, step: Step, page: Page) -> Iterator[Row]:
    """Yield the cells of each quantity, in the order of `HEADER`."""
    for name, value in step.values.items():
        what = problem.cell.quantities[name]
        origin = problem.origins.get(name.removesuffix(PREVIOUS)) if name.endswith(PREVIOUS) else ""
        if name in problem.held:
            what += " (held with --set)"
        elif origin and step.t == 1:
            what += f" ({'' if origin == DEFAULT else 'from '}{origin})"
        z = (
            shortened(as_read(problem, step, "pre", name), page.digits, LONGEST)
            if name in step.pre
            else ""
        )
        shown = shortened(value, page.digits, LONGEST)
        if name in step.exact:
            gap = " " if isinstance(value, float) else "\n"
            exact = shortened(as_read(problem, step, "exact", name), page.digits, LONGEST)
            shown = f"{exact}{gap}→ {shown}"
        if name in step.ties:
            units = "" if isinstance(value, float) else f" in {_units(step.ties[name])}"
            shown += f" (tie{units})"
        yield name, what, z, shown, problem.cell.roles[name]


def _units(units: Sequence[int]) -> str:
    if len(units) > 3:
        return f"{len(units)} units"
    return f"unit{'s' * (len(units) > 1)} {', '.join(map(str, units))}"


def sequence_names(problem: Problem) -> list[str]:
    """Return the quantities that have a column in a sequence's table, behind the step's number."""
    return [name for name in problem.quantities if not name.endswith(PREVIOUS)]


def start_row(names: Sequence[str], step: Step, page: Page) -> list[str]:
    """Return the row before the first step: the states that it starts from."""
    states = [step.values.get(name + PREVIOUS) for name in names]
    return ["0", *("" if state is None else rounded(state, page.digits) for state in states)]


def sequence_row(problem: Problem, names: Sequence[str], step: Step, page: Page) -> list[str]:
    """Return the cells of a step in a sequence's table."""
    cells = [str(step.t)]
    for name in names:
        text = rounded(step.values[name], page.digits)
        if name in step.exact:
            text = f"{rounded(as_read(problem, step, 'exact', name), page.digits)} → {text}"
        cells.append(f"{text} (tie)" if name in step.ties else text)
    return cells
