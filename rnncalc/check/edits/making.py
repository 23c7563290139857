"""Making edits: the problem as it is with one made."""

from __future__ import annotations

from functools import partial
from itertools import chain
from typing import Any

from rnncalc.cells.expressions import Call, Equation, Symbol
from rnncalc.cells.notation import UNICODE, equation
from rnncalc.check.slips.functions import OTHERS, worth
from rnncalc.check.slips.rewrites import Altered, Seen, with_inputs, written
from rnncalc.check.slips.trees import Edit
from rnncalc.problem.problem import Problem


def made(problem: Problem, edit: Edit) -> Altered:
    """Return a problem with an edit made."""
    lines = {line.name: line for line in problem.cell.equations}
    changed = edit.equations(lines)
    for name, new in changed.items():
        if isinstance(new, Call) and new.function in OTHERS:
            return _with_function(problem, lines[name], new)
    form = written(problem, changed)
    if not changed:
        form = form._replace(reads=f"{edit.words.strip(',')} {edit.place}".strip())
    weights, start = ({**problem.weights, **edit.weights}, {**problem.state, **edit.start})
    if edit.weights or edit.start:
        problem = form.problem._replace(weights=weights, state=start)
        form = form._replace(problem=problem)
    if edit.inputs:
        xs = [edit.inputs.get(t, x) for t, x in enumerate(chain(*problem.batches), 1)]
        form = with_inputs(form.problem, xs, str(form.reads))
    return form


def _with_function(problem: Problem, line: Equation, call: Call) -> Altered:
    """Return a problem with one of the other functions in an equation."""
    reads = equation(line._replace(expression=call), UNICODE)
    return Altered(problem, reads, partial(_computed, line.name, call))


def _computed(line: str, call: Call, t: int, name: str, was: Any, seen: Seen) -> Any:
    if name != line:
        return was
    of = call.argument.name if isinstance(call.argument, Symbol) else f"pre.{line}"
    return worth(call.function, seen[of][0]) if of in seen else was
