"""Evaluation: what an expression is worth, and a cell's steps one after another."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping
from math import isfinite
from typing import Any, NamedTuple

from rnncalc.activations import ACTIVATIONS, TIES
from rnncalc.cells import PREVIOUS
from rnncalc.errors import InputError
from rnncalc.expressions import Binary, Call, Expression, Negation, Number, Symbol
from rnncalc.problem import Problem

__all__ = ["Step", "magnitude", "run", "value"]

# A float or a NumPy array: the equations don't know the difference.
Computable = Any


class Step(NamedTuple):
    """One time step of a cell, with everything that was computed on the way.

    t: its number, from 1.
    values: every quantity by name, in the cell's order: floats, or arrays of n (x: of m) elements.
    z: the pre-activations, by the name of what they feed.
    exact: with rounding, each activation before it was rounded; otherwise empty.
    ties: with rounding, the units (from 1) of each quantity whose pre-activation was 0.
    """

    t: int
    values: dict[str, Computable]
    z: dict[str, Computable]
    exact: dict[str, Computable]
    ties: dict[str, tuple[int, ...]]


def run(problem: Problem) -> Iterator[Step]:
    """Yield a problem's steps, one for each input.

    Raises InputError at the first step with a quantity that is not a finite number.
    """
    state = problem.state
    for t, x in enumerate(problem.inputs, 1):
        given = state if x is None else {"x": x, **state}
        with problem.overflow_unheeded():
            step = _step(problem, t, given)
        state = {name + PREVIOUS: step.values[name] for name in problem.cell.states}
        yield _as_typed(step, problem)


def _step(problem: Problem, t: int, given: Mapping[str, Computable]) -> Step:
    """Return one step, from its input and the previous states by symbol."""
    step = Step(t, dict(given), {}, {}, {})
    names = {**problem.weights, **given}
    sizes = {name: abs(known) for name, known in names.items()} if problem.ties else {}
    for line in problem.cell.equations:
        name, expression = line.name, line.expression
        if name in problem.held:
            result = problem.held[name]
        elif isinstance(expression, Call):
            z = value(expression.argument, names)
            _require_finite(z, f"the pre-activation of {name}", t)
            activation = ACTIVATIONS[expression.function]
            result = activation.number(z) if isinstance(z, float) else activation.array(z)
            if line.is_unit:
                step.z[name] = z
            if problem.ties and activation.levels:
                step.exact[name] = result
                tied = abs(z) <= problem.rounding_error * magnitude(expression.argument, sizes)
                result = _level(z, tied, activation.levels, activation.levels[TIES[problem.ties]])
                if units := _units(tied):
                    step.ties[name] = units
        else:
            result = value(expression, names)
            if problem.ties:
                sizes[name] = magnitude(expression, sizes)
        _require_finite(result, name, t)
        names[name] = step.values[name] = result
        sizes.setdefault(name, abs(result))
    return step


def value(node: Expression, names: Mapping[str, Computable]) -> Computable:
    """Return what an expression of numbers, symbols and arithmetic is worth.

    names: floats or arrays by symbol; a weight is a number or a vector, which multiply
    elementwise, or a matrix of shape (n, m), which multiplies a vector of m elements.
    """
    match node:
        case Number(number):
            return number
        case Symbol(name):
            return names[name]
        case Negation(operand):
            return -value(operand, names)
        case Binary(sign, left, right):
            return _ARITHMETIC[sign](value(left, names), value(right, names))
    raise TypeError(f"not arithmetic: {node}")


def magnitude(node: Expression, sizes: Mapping[str, Computable]) -> Computable:
    """Return what an expression would be worth if nothing in it cancelled.

    sizes: absolute values by symbol. A value that is tiny against this is 0 but for rounding.
    """
    match node:
        case Number(number):
            return abs(number)
        case Symbol(name):
            return sizes[name]
        case Negation(operand):
            return magnitude(operand, sizes)
        case Binary(sign, left, right):
            sign = "+" if sign == "-" else sign
            return _ARITHMETIC[sign](magnitude(left, sizes), magnitude(right, sizes))
    raise TypeError(f"not arithmetic: {node}")


def _weigh(weight: Computable, vector: Computable) -> Computable:
    return weight @ vector if getattr(weight, "ndim", 0) == 2 else weight * vector


_ARITHMETIC: Mapping[str, Callable[[Computable, Computable], Computable]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "@": _weigh,
}


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


def _require_finite(result: Computable, what: str, t: int) -> None:
    if isinstance(result, float):
        finite = isfinite(result)
    else:
        import numpy as np

        finite = bool(np.isfinite(result).all())
    if not finite:
        raise InputError([f"{what} is not a finite number at step {t}: the numbers are too large"])


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

    return step._replace(values=plain(step.values), z=plain(step.z), exact=plain(step.exact))
