"""Making edits: the problem as it is with one made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from itertools import chain
from typing import Any

from rnncalc.cells.expressions import Equation, Expression, calls, symbols
from rnncalc.cells.functions import FUNCTIONS
from rnncalc.cells.notation import UNICODE, equation
from rnncalc.check.slips.functions import worth
from rnncalc.check.slips.rewrites import Altered, Seen, abridged, with_inputs, written
from rnncalc.check.slips.trees import Edit
from rnncalc.problem.problem import Problem
from rnncalc.trace.arithmetic import value


def made(problem: Problem, edit: Edit) -> Altered:
    """Return a problem with an edit made."""
    lines = {line.name: line for line in problem.cell.equations}
    changed = edit.equations(lines)
    if edit.steps:
        change = partial(_in_steps, edit.steps, changed, {**problem.weights, **edit.weights})
        when = edit.place.rpartition(", ")[2]
        return Altered(problem, f"{abridged(_shown(lines, changed))} {when}", change)
    form = written(problem, changed)
    named = {name for new in changed.values() for name in symbols(new)}
    if not changed or edit.weights or any("~" in name for name in named):
        form = form._replace(reads=f"{edit.words.strip(',')} {edit.place}".strip())
    weights, start = ({**problem.weights, **edit.weights}, {**problem.state, **edit.start})
    if edit.weights or edit.start:
        problem = form.problem._replace(weights=weights, state=start)
        form = form._replace(problem=problem)
    if edit.inputs:
        xs = [edit.inputs.get(t, x) for t, x in enumerate(chain(*problem.batches), 1)]
        form = with_inputs(form.problem, xs, str(form.reads))
    others = {name: new for name, new in changed.items() if not {*calls(new)} <= {*FUNCTIONS}}
    return _with_functions(problem, lines, others, form) if others else form


def _with_functions(
    problem: Problem,
    lines: Mapping[str, Equation],
    others: Mapping[str, Expression],
    form: Altered,
) -> Altered:
    """Return a form with functions in some equations that no cell can have."""
    shown = _shown(lines, others)
    own = {line.name: line for line in form.problem.cell.equations}
    kept = tuple(lines.get(name, line) if name in others else line for name, line in own.items())
    cell = form.problem.cell._replace(equations=kept)
    change = partial(_computed, others, problem.weights)
    reads = form.reads if isinstance(form.reads, str) else abridged(shown)
    return form._replace(problem=form.problem._replace(cell=cell), reads=reads, change=change)


def _shown(lines: Mapping[str, Equation], others: Mapping[str, Expression]) -> list[str]:
    """Return equations with other expressions, as they are written."""
    return [equation(lines[n]._replace(expression=new), UNICODE) for n, new in others.items()]


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


def _in_steps(
    steps: Sequence[int],
    others: Mapping[str, Expression],
    weights: Mapping[str, Any],
    t: int,
    name: str,
    was: Any,
    seen: Seen,
) -> Any:
    """Return what a quantity comes to with other equations in some steps."""
    return was if t not in steps else _computed(others, weights, t, name, was, seen)
