"""Plain steps: a cell's equations, one after another, as they are written."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from functools import partial
from operator import call
from typing import Any

from rnncalc.cells.expressions import PREVIOUS, Call, Equation, Expression
from rnncalc.cells.functions import FUNCTIONS, Function
from rnncalc.errors import InputError
from rnncalc.problem.problem import Problem
from rnncalc.trace.arithmetic import UNIT, Computable, applied, bounded, value, written_error
from rnncalc.trace.loops.levels import as_if, rounded
from rnncalc.trace.loops.parts import Exactness
from rnncalc.trace.loops.pieces import Pieces
from rnncalc.trace.step import Later, Step, is_finite, require_finite, with_plain_numbers

#: What may change a value on its way: (t, name, value, how far off) to (value, how far off).
Amend = Callable[[int, str, Computable, Computable], tuple[Computable, Computable]]

_Bounded = tuple[Computable, Computable]  # a value, and how far off it may be

#: Elements of a vector, from which on it is computed in pieces, and most of them when asked for.
WIDE = 1 << 18

# By how much all that is kept of a step may be longer than what is given, and vectors in passing.
_TIMES, _PASSING = 6, 4

# How far off a function's own value may be in short floats, in roundings of 1 or of its value.
_OWN = 4


def run(
    problem: Problem,
    first: int = 1,
    amend: Amend | None = None,
    labels: Collection[str] | None = None,
    errors: Mapping[str, Computable] | None = None,
    unit: float = UNIT,
) -> Iterator[Step]:
    """Yield a problem's steps, one for each input; ``first`` is the number of the first.

    amend: called with the step's number, the name ("f", "pre.f", "exact.f"), the value and how far
    off that may be, for everything that a step has; what it returns is carried on instead.
    labels: names for which alone it is called, if not for all.
    errors: how far off the states may be, with rounding; by default as far as their decimals.
    unit: the relative error of rounding, for which that is worked out: that of other floats than
    ours.
    Raises InputError at the first step with a quantity that is not a finite number, or after the
    last if something was to be held at a later one.
    """
    state, watched = problem.state, bool(problem.ties or amend)
    is_wide = problem.sizes.largest > WIDE and not _may_keep_all(problem, watched)
    first_errors, errors = errors or {}, {}
    if watched:
        given = {**problem.weights, **state}
        errors = {name: written_error(value, unit) for name, value in given.items()}
        errors |= first_errors
    inputs = (x for batch in problem.batches for x in batch)
    t = first - 1
    for t, x in enumerate(inputs, first):
        before = dict(state) if x is None else {"x": x, **state}
        if watched and x is not None:
            errors["x"] = written_error(x, unit)
        with problem.overflow_unheeded():
            known = {**problem.weights, **before}
            off = dict(errors) if watched else None
            if is_wide:
                bare = Step(t, Later(before), Later(), Later(), {}, {}, {})
                pieces = Pieces(problem, known, off, partial(_worker, problem, t, unit))
                work = _Work(
                    problem, bare, pieces.all_names, pieces.all_errors, amend, labels, unit
                )
                step = work.done(pieces)
            else:
                bare = Step(t, before, {}, {}, {}, {}, {})
                step = _Work(problem, bare, known, off, amend, labels, unit).done()
        state = {name + PREVIOUS: step.values[name] for name in problem.cell.states}
        errors |= {name + PREVIOUS: error for name, error in step.errors.items()}
        yield with_plain_numbers(step, problem)
    if late := [f"{name}@{k}" for k, names in problem.held_at.items() if k > t for name in names]:
        raise InputError.of("together", f"--set {late[0]} has no effect: the last step is {t}")


class _Work:
    """The computing of a step, or of some elements of one.

    step: has the input and the previous states to begin with. names: those and the weights, by
    symbol. errors: how far off they may be; None if that isn't watched. amend, labels, unit: as
    `run` has them. exact: of quantities in pieces, which results in them are exact. broken:
    the stages that aren't finite, where nothing is raised for them; see `pieces`.
    """

    def __init__(
        self,
        problem: Problem,
        step: Step,
        names: Any,
        errors: Any,
        amend: Amend | None,
        labels: Collection[str] | None,
        unit: float,
        exact: Mapping[str, Exactness] | None = None,
    ) -> None:
        self.problem = problem
        self.step = step
        self.names = names
        self.errors = errors
        self.amend = amend
        self._labels = labels
        self.unit = unit
        self.broken: list[str] | None = None if exact is None else []
        self._exact = exact or {}
        self._is_exact: Callable[[Callable[[], bool]], bool] = call

    def begin(self) -> None:
        """Forget what was computed of other elements."""
        self.step.ties.clear()
        self.step.inner_ties.clear()
        self.broken = []

    def done(self, pieces: Pieces | None = None) -> Step:
        """Return the step. pieces: where its vectors are computed in those."""
        self._amend_given()
        if pieces:
            pieces.compute_all(self)
        else:
            for line in self.problem.cell.equations:
                self.equation(line)
        if self.errors is not None:
            self.step.errors.update((name, self.errors[name]) for name in self.problem.cell.states)
        return self.step

    def _amend_given(self) -> None:
        if self.errors is not None:
            for name, value in self.step.values.items():
                self.names[name], self.errors[name] = self.amended(name, value, self.errors[name])
                self.step.values[name] = self.names[name]

    def equation(self, line: Equation) -> None:
        """Compute a quantity."""
        name, held, before = line.name, self.problem.held_in(self.step.t), self._is_exact
        if name in self._exact:
            self._is_exact = self._exact[name].begun()
        error: Computable = None
        if name in held:
            result = held[name]
            error = written_error(result, self.unit)
        elif isinstance(line.expression, Call):
            result, error = self._squashed(line, line.expression)
        else:
            result, error = self._worth(name, line.expression)
        self._is_exact = before
        self.require_finite(result, name)
        result, error = self.amended(name, result, error)
        self.names[name] = self.step.values[name] = result
        if self.errors is not None:
            self.errors[name] = 0.0 * abs(result) + (0.0 if error is None else error)

    def stages(self, line: Equation) -> list[str]:
        """Return which stages there are of a quantity before it."""
        stages = ["pre"] * (line.activation is not None and line.is_unit)
        return stages + ["exact"] * bool(line.activation and self._levels(line.activation))

    def asks(self, label: str) -> bool:
        """Return whether somebody is to be told of a stage."""
        return bool(self.amend) and (self._labels is None or label in self._labels)

    def asks_of(self, line: Equation) -> bool:
        """Return whether somebody is to be told of a quantity, or of a stage before it."""
        return any(self.asks(f"{stage}{line.name}") for stage in ("", "pre.", "exact."))

    def require_finite(self, result: Computable, what: str) -> None:
        """Raise InputError, or note a stage, unless all of it is finite."""
        if self.broken is None:
            require_finite(self.problem, result, what, self.step.t)
        elif not is_finite(result):
            self.broken.append(what)

    def amended(self, name: str, value: Computable, error: Computable) -> _Bounded:
        """Return a stage as it is carried on."""
        if self.amend and self.asks(name):
            return self.amend(self.step.t, name, value, error)
        return value, error

    def _worth(self, name: str, node: Expression) -> _Bounded:
        """Return what an expression is worth, and how far off it may be if errors are watched."""
        if self.errors is not None:
            apply, exact = partial(self._inner, name), self._is_exact
            result, error = bounded(node, self.names, self.errors, apply, self.unit, exact)
        else:
            result, error = value(node, self.names), None
        return _in_size(self.problem, name, result), error

    def _inner(self, name: str, function: str, argument: Computable, error: Computable) -> _Bounded:
        """Return the value of a function within an equation, and how far off it may be."""
        result, levels = applied(function, argument), self._levels(function)
        if not levels:
            return result, self._spread(FUNCTIONS[function], result, error)
        level, units = rounded(argument, error, levels, self.problem.ties or "low")
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
        self.require_finite(z, f"pre.{name}")
        if line.is_unit:
            z, error = self.amended(f"pre.{name}", z, error)
            step.pre[name] = z
        was, levels = applied(call.function, z), self._levels(call.function)
        if not levels:
            return was, None if error is None else self._spread(function, was, error)
        result, _ = self.amended(f"exact.{name}", was, function.spread(was, error))
        if self.asks(f"exact.{name}"):
            z = as_if(z, was, result, levels[1])
        step.exact[name] = result
        level, units = rounded(z, error, levels, self.problem.ties or "low")
        if units:
            step.ties[name] = units
        return level, 0.0 * abs(level)


def _may_keep_all(problem: Problem, is_watched: bool) -> bool:
    """Return whether all that there is of a step takes no more than what is given, times six."""
    given = [value for values in (problem.weights, problem.state) for value in values.values()]
    own: int = sum(value.size for value in given if any(getattr(value, "strides", ())))
    vectors, lines = own / problem.sizes.largest, len(problem.cell.equations)
    kept: float = (vectors + lines) * (1 + is_watched) + 2 * lines + _PASSING
    return kept < _TIMES * vectors


def _worker(problem: Problem, t: int, unit: float, *rest: Any) -> _Work:
    """Return what computes equations for some elements; see `Pieces`."""
    names, errors, exact, amend = rest
    return _Work(problem, Step(t, {}, {}, {}, {}, {}, {}), names, errors, amend, None, unit, exact)


def _in_size(problem: Problem, name: str, result: Computable) -> Computable:
    """Return the value of a quantity as an array, also where it is made of numbers alone."""
    if not isinstance(result, float) or problem.scalar:
        return result
    import numpy as np

    return np.full(problem.sizes.number(name), result)
