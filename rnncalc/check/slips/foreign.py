"""Forms with functions that no cell has, made so that plain steps run them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from rnncalc.cells.expressions import Expression, calls
from rnncalc.cells.functions import FUNCTIONS
from rnncalc.check.slips.functions import worth
from rnncalc.check.slips.rewrites import Altered, Seen
from rnncalc.problem.problem import Problem
from rnncalc.trace.arithmetic import value


def runnable(form: Altered, problem: Problem) -> Altered:
    """Return a form whose foreign functions change values, behind the equations of a problem."""
    now = form.problem.cell
    others = {line.name: line.expression for line in now.equations
              if not {*calls(line.expression)} <= FUNCTIONS.keys()}  # fmt: skip
    if not others:
        return form
    own = {line.name: line for line in problem.cell.equations}
    kept = (own[line.name] if line.name in others else line for line in now.equations)
    altered = form.problem._replace(cell=now._replace(equations=(*kept,)))
    reads = form.reads if isinstance(form.reads, str) else form.equation()
    change = partial(_computed, others, altered.weights)
    return form._replace(problem=altered, reads=reads, change=change)


def _computed(
    others: Mapping[str, Expression],
    weights: Mapping[str, Any],
    t: int,
    name: str,
    was: Any,
    seen: Seen,
) -> Any:
    """Return what an equation with other functions comes to, from what the step has so far."""
    if name not in others:
        return was
    return value(others[name], {**weights, **{n: found for n, (found, _) in seen.items()}}, worth)
