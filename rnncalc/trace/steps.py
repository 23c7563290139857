"""Plain steps: a cell's equations, one after another, as they are written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from rnncalc.cells.expressions import PREVIOUS, Call, Equation, Expression
from rnncalc.cells.functions import FUNCTIONS, TIES
from rnncalc.errors import InputError
from rnncalc.problem.problem import Problem
from rnncalc.trace.arithmetic import Computable, applied, bounded, value, written_error
from rnncalc.trace.step import Step, require_finite

#: What may change a value on its way: (t, name, value, how far off) to (value, how far off).
Amend = Callable[[int, str, Computable, Computable], tuple[Computable, Computable]]


def run(problem: Problem, first: int = 1, amend: Amend | None = None) -> Iterator[Step]:
    """Yield a problem's steps, one for each input; ``first`` is the number of the first.

    amend: called with the step's number, the name ("f", "pre.f", "exact.f"), the value and how far
    off that may be, for everything that a step has; what it returns is carried on instead.
    Raises InputError at the first step with a quantity that is not a finite number, or after the
    last if something was to be held at a later one.
    """
    state = problem.state
    errors: dict[str, Computable] = {}
    if problem.ties or amend:
        given = {**problem.weights, **state}
        errors = {name: written_error(value) for name, value in given.items()}
    inputs = (x for batch in problem.batches for x in batch)
    t = first - 1
    for t, x in enumerate(inputs, first):
        before = state if x is None else {"x": x, **state}
        with problem.overflow_unheeded():
            step = _Work(problem, t, dict(before), errors, amend).done()
        state = {name + PREVIOUS: step.values[name] for name in problem.cell.states}
        errors |= {name + PREVIOUS: error for name, error in step.errors.items()}
        yield _with_plain_numbers(step, problem)
    if late := [f"{name}@{k}" for k, names in problem.held_at.items() if k > t for name in names]:
        raise InputError([f"--set {late[0]} has no effect: the last step is {t}"])


class _Work(NamedTuple):
    """The computing of one step.

    given: the input and the previous states, by symbol. errors: how far off those and the weights
    may be, by symbol.
    """

    problem: Problem
    t: int
    given: dict[str, Computable]
    errors: dict[str, Computable]
    amend: Amend | None

    def done(self) -> Step:
        """Return the step."""
        problem, t, amend = self.problem, self.t, self.amend
        step = Step(t, self.given, {}, {}, {}, {}, {})
        watched = bool(problem.ties or amend)
        names = {**problem.weights, **self.given}
        errors = dict(self.errors)
        if watched and "x" in self.given:
            errors["x"] = written_error(self.given["x"])
        if amend:
            for name in self.given:
                names[name], errors[name] = amend(t, name, self.given[name], errors[name])
            step.values.update((name, names[name]) for name in self.given)
        held = problem.held_in(t)
        for line in problem.cell.equations:
            name = line.name
            error: Computable = None
            if name in held:
                result = held[name]
                error = written_error(result)
            elif isinstance(line.expression, Call):
                result, error = self._squashed(step, line, names, errors)
            else:
                result, error = self._worth(step, name, line.expression, names, errors)
            require_finite(problem, result, name, t)
            if amend:
                result, error = amend(t, name, result, error)
            names[name] = step.values[name] = result
            if watched:
                errors[name] = 0.0 * abs(result) + (0.0 if error is None else error)
        if watched:
            step.errors.update((name, errors[name]) for name in problem.cell.states)
        return step

    def _worth(
        self,
        step: Step,
        name: str,
        node: Expression,
        names: Mapping[str, Computable],
        errors: Mapping[str, Computable],
    ) -> tuple[Computable, Computable]:
        """Return what an expression is worth, and how far off it may be if errors are watched."""
        if not self.problem.ties and not self.amend:
            return self._in_size(name, value(node, names)), None

        def apply(
            function: str, argument: Computable, error: Computable
        ) -> tuple[Computable, Computable]:
            result = applied(function, argument)
            levels = FUNCTIONS[function].levels if self.problem.ties else None
            if not levels:
                return result, FUNCTIONS[function].spread(result, error)
            level, units = self._rounded(argument, error, levels)
            if units:
                step.inner_ties[name, function] = units
            return level, 0.0 * abs(level)

        result, error = bounded(node, names, errors, apply)
        return self._in_size(name, result), error

    def _in_size(self, name: str, result: Computable) -> Computable:
        """Return a value; where it is made of numbers alone and stands for a vector, as that."""
        if self.problem.scalar or not isinstance(result, float):
            return result
        import numpy as np

        return np.full(self.problem.sizes.number(name), result)

    def _squashed(
        self,
        step: Step,
        line: Equation,
        names: Mapping[str, Computable],
        errors: Mapping[str, Computable],
    ) -> tuple[Computable, Computable]:
        """Return the value of a call and how far off it may be; note the stages before it."""
        assert isinstance(line.expression, Call)
        name, function, amend = line.name, FUNCTIONS[line.expression.function], self.amend
        z, error = self._worth(step, name, line.expression.argument, names, errors)
        require_finite(self.problem, z, f"pre.{name}", step.t)
        if line.is_unit:
            if amend:
                z, error = amend(step.t, f"pre.{name}", z, error)
            step.pre[name] = z
        result = applied(line.expression.function, z)
        levels = function.levels if self.problem.ties else None
        if not levels:
            return result, None if error is None else function.spread(result, error)
        if amend:
            was = result
            result, _ = amend(step.t, f"exact.{name}", result, function.spread(result, error))
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


def _as_if(z: Computable, computed: Computable, amended: Computable, middle: float) -> Computable:
    """Return a pre-activation that rounds as an amended activation does."""
    if isinstance(z, float):
        return z if amended == computed else amended - middle
    import numpy as np

    return np.where(amended == computed, z, amended - middle)


def _with_plain_numbers(step: Step, problem: Problem) -> Step:
    """Turn arrays of one element back into numbers, where they were typed as numbers."""
    sizes = problem.sizes
    plain = {name for name in step.values if sizes.is_plain(name)}
    if problem.scalar or not plain:
        return step

    def converted(stage: Mapping[str, Computable]) -> dict[str, Computable]:
        return {name: float(a[0]) if name in plain else a for name, a in stage.items()}

    return step._replace(
        values=converted(step.values), pre=converted(step.pre), exact=converted(step.exact)
    )
