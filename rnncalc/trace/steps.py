"""Evaluation: what an expression is worth, and a cell's steps one after another."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from math import isfinite
from typing import Any, NamedTuple

from rnncalc.cells.expressions import Call, Expression
from rnncalc.cells.functions import ACTIVATIONS, TIES
from rnncalc.cells.model import PREVIOUS, Equation
from rnncalc.errors import InputError
from rnncalc.problem.problem import Problem
from rnncalc.trace.arithmetic import Computable, error_of, value, written_error

#: What may change a value on its way: (t, name, value, how far off) to (value, how far off).
Amend = Callable[[int, str, Computable, Computable], tuple[Computable, Computable]]


class Step(NamedTuple):
    """One time step of a cell, with everything that was computed on the way.

    t: its number, from 1.
    values: every quantity by name, in the cell's order: floats, or arrays of n (x: of m) elements.
    pre: the pre-activations, by the name of what they feed.
    exact: with rounding, each activation before it was rounded; otherwise empty.
    ties: with rounding, the units (from 1) of each quantity whose pre-activation was 0.
    errors: with rounding, how far off each state may be, by name: that decides later ties.
    """

    t: int
    values: dict[str, Computable]
    pre: dict[str, Computable]
    exact: dict[str, Computable]
    ties: dict[str, tuple[int, ...]]
    errors: dict[str, Computable]


def run(problem: Problem, first: int = 1, amend: Amend | None = None) -> Iterator[Step]:
    """Yield a problem's steps, one for each input; ``first`` is the number of the first.

    amend: called with the step's number, the name ("f", "pre.f", "exact.f"), the value and how far
    off that may be, for everything that a step has; what it returns is carried on instead.
    Raises InputError at the first step with a quantity that is not a finite number.
    """
    state = problem.state
    errors: dict[str, Computable] = {}
    if problem.ties or amend:
        given = {**problem.weights, **state}
        errors = {name: written_error(value) for name, value in given.items()}
        errors |= {name + PREVIOUS: error for name, error in problem.errors.items()}
    inputs = (x for batch in problem.batches for x in batch)
    for t, x in enumerate(inputs, first):
        before = state if x is None else {"x": x, **state}
        with problem.overflow_unheeded():
            step = _step(problem, t, before, errors, amend)
        state = {name + PREVIOUS: step.values[name] for name in problem.cell.states}
        errors |= {name + PREVIOUS: error for name, error in step.errors.items()}
        yield _as_typed(step, problem)


def _step(
    problem: Problem,
    t: int,
    given: Mapping[str, Computable],
    known_errors: Mapping[str, Computable],
    amend: Amend | None,
) -> Step:
    """Return one step.

    given: the input and the previous states, by symbol. known_errors: how far off those and the
    weights may be.
    """
    step = Step(t, dict(given), {}, {}, {}, {})
    names = {**problem.weights, **given}
    errors = dict(known_errors)
    watched = bool(problem.ties or amend)
    if watched and "x" in given:
        errors["x"] = written_error(given["x"])
    if amend:
        for name in given:
            names[name], errors[name] = amend(t, name, given[name], errors[name])
        step.values.update((name, names[name]) for name in given)
    for line in problem.cell.equations:
        name, expression = line.name, line.expression
        error: Computable = None
        if name in problem.held:
            result = problem.held[name]
            error = written_error(result)
        elif isinstance(expression, Call):
            result, error = _squashed(problem, step, line, names, errors, amend)
        else:
            result, error = _worth(expression, names, errors if watched else None)
        require_finite(result, name, t)
        if amend:
            result, error = amend(t, name, result, error)
        names[name] = step.values[name] = result
        errors[name] = 0.0 * abs(result) if error is None else error
    if watched:
        step.errors.update((name, errors[name]) for name in problem.cell.states)
    return step


def _squashed(
    problem: Problem,
    step: Step,
    line: Equation,
    names: Mapping[str, Computable],
    errors: Mapping[str, Computable],
    amend: Amend | None,
) -> tuple[Computable, Computable]:
    """Return the value of a call and how far off it may be; note the stages before it."""
    name, expression = line.name, line.expression
    assert isinstance(expression, Call)
    activation = ACTIVATIONS[expression.function]
    rounds = activation.levels if problem.ties else None
    z, error = _worth(expression.argument, names, errors if rounds or amend else None)
    require_finite(z, f"pre.{name}", step.t)
    if line.is_unit:
        if amend:
            z, error = amend(step.t, f"pre.{name}", z, error)
        step.pre[name] = z
    result: Computable
    result = activation.number(z) if isinstance(z, float) else activation.array(z)
    if not rounds:
        return result, activation.slope(result) * error if amend else None
    if amend:
        was = result
        off = activation.slope(result) * error
        result, _ = amend(step.t, f"exact.{name}", result, off)
        z = _as_if(z, was, result, rounds[1])
    step.exact[name] = result
    tied = abs(z) <= 2 * error
    if units := _units(tied):
        step.ties[name] = units
    level = _level(z, tied, rounds, rounds[TIES[problem.ties or "low"]])
    return level, 0.0 * abs(level)


def _as_if(z: Computable, computed: Computable, amended: Computable, middle: float) -> Computable:
    """Return a pre-activation that rounds as an amended activation does."""
    if isinstance(z, float):
        return z if amended == computed else amended - middle
    import numpy as np

    return np.where(amended == computed, z, amended - middle)


def as_read(problem: Problem, step: Step, stage: str, name: str) -> Any:
    """Return a pre-activation ("pre") or an activation before rounding ("exact") for a reader.

    What is 0 but for floating-point error is 0 to a reader, who is told so by the tie's note.
    """
    value = getattr(step, stage)[name]
    if name not in step.ties:
        return value
    functions = {line.name: line.activation for line in problem.cell.equations}
    at_zero = 0.0 if stage == "pre" else ACTIVATIONS[functions[name] or ""].number(0.0)
    if isinstance(value, float):
        return at_zero
    value = value.copy()
    value[[unit - 1 for unit in step.ties[name]]] = at_zero
    return value


def _worth(
    node: Expression,
    names: Mapping[str, Computable],
    errors: Mapping[str, Computable] | None,
) -> tuple[Computable, Computable]:
    """Return what an expression is worth, and how far off it may be if errors are watched."""
    return (value(node, names), None) if errors is None else error_of(node, names, errors)


def _level(
    z: Computable, tied: Computable, levels: tuple[float, float, float], at_tie: float
) -> Computable:
    """Return the rounded activation: by the sign of z, not by the value, which may be 0.5."""
    low, _, high = levels
    if isinstance(z, float):
        return at_tie if tied else high if z > 0 else low
    import numpy as np

    return np.where(tied, at_tie, np.where(z > 0, high, low))


def _units(tied: Computable) -> tuple[int, ...]:
    if isinstance(tied, bool):
        return (1,) if tied else ()
    return tuple(int(unit) + 1 for unit in tied.nonzero()[0])


def require_finite(result: Computable, what: str, t: int) -> None:
    """Raise InputError, naming the quantity and the step, unless all of a value is finite."""
    if isinstance(result, float):
        finite = isfinite(result)
    else:
        import numpy as np

        finite = bool(np.isfinite(result).all())
    if not finite:
        name = f"the pre-activation of {what[4:]}" if what.startswith("pre.") else what
        raise InputError([f"{name} is not a finite number at step {t}: the numbers are too large"])


def _as_typed(step: Step, problem: Problem) -> Step:
    """Turn arrays of one element back into numbers, where they were typed as numbers."""
    sizes = problem.sizes
    if problem.scalar or not (sizes.plain_state or sizes.plain_input):
        return step

    def plain(stage: Mapping[str, Computable]) -> dict[str, Computable]:
        return {
            name: float(array[0])
            if (sizes.plain_input if name == "x" else sizes.plain_state)
            else array
            for name, array in stage.items()
        }

    return step._replace(values=plain(step.values), pre=plain(step.pre), exact=plain(step.exact))
