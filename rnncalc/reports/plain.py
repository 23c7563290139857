"""Plain: a line ``name = value`` for everything, for grep and for screen readers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rnncalc.numerals import rounded
from rnncalc.problem.problem import Problem
from rnncalc.reports.page import Page
from rnncalc.trace.step import Step


def report(problem: Problem, steps: Iterable[Step], page: Page) -> Iterator[str]:
    """Yield each step's quantities in order, each behind what it was computed from.

    The names are paths into the JSON: ``pre.f`` is the pre-activation of f, ``exact.f`` its value
    before rounding.
    """
    for step in steps:
        if page.explain:
            from rnncalc.reports.explaining import working_lines

            yield f"t = {step.t}\n" + "".join(f"{x}\n" for x in working_lines(problem, step, page))
            continue
        lines = [f"t = {step.t}\n"]
        for name, value in step.values.items():
            stages = {"pre.": step.pre, "exact.": step.exact}
            found = {
                prefix + name: stage[name] for prefix, stage in stages.items() if name in stage
            }
            for label, number in {**found, name: value}.items():
                lines.append(f"{label} = {rounded(number, page.digits)}\n")
        yield "".join(lines)
