"""Plain steps: a cell's equations, one after another, as they are written."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from functools import partial
from typing import Any
from weakref import proxy

from rnncalc.cells.expressions import PREVIOUS, Call, Equation, Expression, symbols
from rnncalc.cells.functions import FUNCTIONS, TIES, Function
from rnncalc.errors import InputError
from rnncalc.problem.problem import Problem
from rnncalc.trace.arithmetic import UNIT, Computable, applied, bounded, value, written_error
from rnncalc.trace.step import Later, Step, require_finite, with_plain_numbers

#: What may change a value on its way: (t, name, value, how far off) to (value, how far off).
Amend = Callable[[int, str, Computable, Computable], tuple[Computable, Computable]]

#: Elements of a vector, from which on none is kept that can be computed again if it is asked for.
WIDE = 1 << 18

_Bounded = tuple[Computable, Computable]  # a value, and how far off it may be


# How far off a function's own value may be in short floats, in roundings of 1 or of its value.
_OWN = 4


def run(
    problem: Problem,
    first: int = 1,
    amend: Amend | None = None,
    errors: Mapping[str, Computable] | None = None,
    unit: float = UNIT,
) -> Iterator[Step]:
    """Yield a problem's steps, one for each input; ``first`` is the number of the first.

    amend: called with the step's number, the name ("f", "pre.f", "exact.f"), the value and how far
    off that may be, for everything that a step has; what it returns is carried on instead.
    errors: how far off the states may be, with rounding; by default as far as their decimals.
    unit: the relative error of rounding, for which that is worked out: that of other floats than
    ours.
    Raises InputError at the first step with a quantity that is not a finite number, or after the
    last if something was to be held at a later one.
    """
    state, watched = problem.state, bool(problem.ties or amend)
    is_wide = not watched and problem.sizes.largest > WIDE
    known, errors = errors or {}, {}
    if watched:
        given = {**problem.weights, **state}
        errors = {name: written_error(value, unit) for name, value in given.items()} | {**known}
    inputs = (x for batch in problem.batches for x in batch)
    t = first - 1
    for t, x in enumerate(inputs, first):
        before = dict(state) if x is None else {"x": x, **state}
        if watched and x is not None:
            errors["x"] = written_error(x, unit)
        with problem.overflow_unheeded():
            made: Any = Later if is_wide else dict
            bare = Step(t, made(before), made(), {}, {}, {}, {})
            step = _Work(problem, bare, errors, amend, unit).done()
        state = {name + PREVIOUS: step.values[name] for name in problem.cell.states}
        errors |= {name + PREVIOUS: error for name, error in step.errors.items()}
        yield with_plain_numbers(step, problem)
    if late := [f"{name}@{k}" for k, names in problem.held_at.items() if k > t for name in names]:
        raise InputError.of("together", f"--set {late[0]} has no effect: the last step is {t}")


class _Work:
    """The computing of one step, which has the input and the previous states to begin with.

    errors: how far off those and the weights may be, by symbol, if that is watched. unit: the
    relative error of rounding.
    """

    def __init__(
        self,
        problem: Problem,
        step: Step,
        errors: dict[str, Computable],
        amend: Amend | None,
        unit: float,
    ) -> None:
        self.problem = problem
        self.step = step
        self.amend = amend
        self.unit = unit
        self.names = type(step.values)({**problem.weights, **step.values})
        self.errors = dict(errors)

    def done(self) -> Step:
        """Return the step."""
        step, names, errors = self.step, self.names, self.errors
        if self.amend:
            for name in step.values:
                names[name], errors[name] = self._amended(name, names[name], errors[name])
                step.values[name] = names[name]
        held = self.problem.held_in(step.t)
        for place, line in enumerate(self.problem.cell.equations, 1):
            name = line.name
            error: Computable = None
            if name in held:
                result = held[name]
                error = written_error(result, self.unit)
            elif isinstance(line.expression, Call):
                result, error = self._squashed(line, line.expression)
            else:
                result, error = self._worth(name, line.expression)
            require_finite(self.problem, result, name, step.t)
            result, error = self._amended(name, result, error)
            names[name] = step.values[name] = result
            if errors:
                errors[name] = 0.0 * abs(result) + (0.0 if error is None else error)
            if isinstance(step.values, Later):
                self._let_go(place, held)
        if errors:
            step.errors.update((name, errors[name]) for name in self.problem.cell.states)
        return step

    def _let_go(self, place: int, held: Collection[str]) -> None:
        """Keep no vector that no equation from a place on reads: it can be computed again."""
        cell, names = self.problem.cell, self.names
        kept = {*held, *cell.states}
        kept |= {name for line in cell.equations[place:] for name in symbols(line.expression)}
        for line in cell.equations[:place]:
            if line.name not in kept:
                self.step.values[line.name] = partial(_again, self.problem, line, names)
                # Without a circle, in which large arrays would wait for somebody to look for those.
                names[line.name] = partial(_again, self.problem, line, proxy(names))

    def _amended(self, name: str, value: Computable, error: Computable) -> _Bounded:
        return self.amend(self.step.t, name, value, error) if self.amend else (value, error)

    def _worth(self, name: str, node: Expression) -> _Bounded:
        """Return what an expression is worth, and how far off it may be if errors are watched."""
        if self.errors:
            apply = partial(self._inner, name)
            result, error = bounded(node, self.names, self.errors, apply, self.unit)
        else:
            result, error = value(node, self.names), None
        return _in_size(self.problem, name, result), error

    def _inner(self, name: str, function: str, argument: Computable, error: Computable) -> _Bounded:
        """Return the value of a function within an equation, and how far off it may be."""
        result, levels = applied(function, argument), self._levels(function)
        if not levels:
            return result, self._spread(FUNCTIONS[function], result, error)
        level, units = self._rounded(argument, error, levels)
        if units:
            self.step.inner_ties[name, function] = units
        return level, 0.0 * abs(level)

    def _spread(self, function: Function, value: Computable, error: Computable) -> Computable:
        """Return how far off a function's value may be."""
        found = function.spread(value, error)
        return found if self.unit == UNIT else found + _OWN * self.unit * (1.0 + abs(value))

    def _levels(self, function: str) -> tuple[float, float, float] | None:
        return FUNCTIONS[function].levels if self.problem.ties else None

    def _squashed(self, line: Equation, call: Call) -> _Bounded:
        """Return the value of a call and how far off it may be; note the stages before it."""
        step, name, function = self.step, line.name, FUNCTIONS[call.function]
        z, error = self._worth(name, call.argument)
        require_finite(self.problem, z, f"pre.{name}", step.t)
        if line.is_unit:
            z, error = self._amended(f"pre.{name}", z, error)
            is_wide = isinstance(step.pre, Later)
            step.pre[name] = (
                partial(_again, self.problem, line, self.names, is_pre=True) if is_wide else z
            )
        was, levels = applied(call.function, z), self._levels(call.function)
        if not levels:
            return was, None if error is None else self._spread(function, was, error)
        result, _ = self._amended(f"exact.{name}", was, function.spread(was, error))
        if self.amend:
            z = _as_if(z, was, result, levels[1])
        step.exact[name] = result
        level, units = self._rounded(z, error, levels)
        if units:
            step.ties[name] = units
        return level, 0.0 * abs(level)

    def _rounded(
        self, z: Computable, error: Computable, levels: tuple[float, float, float]
    ) -> tuple[Computable, tuple[int, ...]]:
        """Return a function's level, by the sign of z, and the units where z is 0: ties."""
        tied = abs(z) <= 2 * error
        low, _, high = levels
        at_tie = levels[TIES[self.problem.ties or "low"]]
        if isinstance(z, float):
            return at_tie if tied else high if z > 0 else low, (1,) if tied else ()
        import numpy as np

        level = np.where(tied, at_tie, np.where(z > 0, high, low))
        return level, tuple(int(unit) + 1 for unit in tied.nonzero()[0])


def _in_size(problem: Problem, name: str, result: Computable) -> Computable:
    """Return the value of a quantity as an array, also where it is made of numbers alone."""
    if not isinstance(result, float) or problem.scalar:
        return result
    import numpy as np

    return np.full(problem.sizes.number(name), result)


def _again(
    problem: Problem, line: Equation, names: Mapping[str, Computable], *, is_pre: bool = False
) -> Computable:
    """Return a value, or its pre-activation, as it was computed before."""
    call = line.expression
    with problem.overflow_unheeded():
        if not isinstance(call, Call):
            return _in_size(problem, line.name, value(call, names))
        z = _in_size(problem, line.name, value(call.argument, names))
        return z if is_pre else applied(call.function, z)


def _as_if(z: Computable, computed: Computable, amended: Computable, middle: float) -> Computable:
    """Return a pre-activation that rounds as an amended activation does."""
    if isinstance(z, float):
        return z if amended == computed else amended - middle
    import numpy as np

    return np.where(amended == computed, z, amended - middle)
