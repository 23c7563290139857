"""Walking: the steps of hundreds of changed forms of one problem, in little time.

Only what a change reaches is computed again. What comes of it is near to what plain steps give, and
no more than that: they don't say how far off it may be.
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import lru_cache, partial
from itertools import chain, islice
from operator import mul
from typing import Any, NamedTuple

from rnncalc.cells.expressions import PREVIOUS, Call, Equation, Expression, symbols
from rnncalc.cells.functions import FUNCTIONS
from rnncalc.check.slips.functions import worth
from rnncalc.check.slips.rewrites import Altered
from rnncalc.errors import InputError
from rnncalc.problem.problem import Problem
from rnncalc.trace.arithmetic import applied, code, divide, value, variable, weigh
from rnncalc.trace.step import Step

# A pre-activation nearer to 0 than this may be 0 but for floating-point error: a tie.
_NEAR = 1e-6

#: What a step comes to, by name: quantities, "pre.f", "exact.f".
Row = dict[str, Any]

_Seen = dict[str, tuple[Any, Any]]
_NONE: Mapping[str, Any] = {}


class UnsureError(Exception):
    """Whether something is a tie is left to the plain steps."""


class _Line(NamedTuple):
    """An equation: what it reads, what its function is of as Python, the function, "pre.f"."""

    reads: tuple[str, ...]
    worth: Any
    function: str
    pre: str


class Walk:
    """Goes through the steps of changed forms of a problem.

    right: what the first steps come to without a change, as far as that is kept.
    """

    def __init__(self, problem: Problem, kept: int) -> None:
        self.problem = problem
        self.is_scalar = problem.scalar
        self.reach: dict[str, Any] = {"weigh": weigh, "divide": divide, "__builtins__": {}}
        for name, function in FUNCTIONS.items():
            is_plain = self.is_scalar and not problem.ties
            applies = function.number if is_plain else partial(self._applied, name)
            self.reach[f"f_{name}"] = applies
        self.reach |= {"weigh": mul} if self.is_scalar else {}
        self.lines = {line.name: _read(line) for line in problem.cell.equations}
        known = ["x", *problem.state, *self.lines, *problem.weights]
        self.variables = {name: variable(name) for name in known}
        self.right: list[Row] = []
        with suppress(InputError, UnsureError, OverflowError), problem.overflow_unheeded():
            self.right = [*islice(self.rows(Altered(problem, ())), kept)]

    def rows(self, form: Altered, fixed: Mapping[str, Any] = _NONE) -> Iterator[Row]:
        """Yield what a form comes to, step by step; raise UnsureError at what may be a tie.

        fixed: what somebody goes on with instead, by name.
        """
        problem, variables = form.problem, self.variables
        changed = _changed_lines(problem, self.problem)
        given, state = _changed_weights(problem, self.problem), problem.state
        names: Row = dict(problem.weights)
        local = {variables.get(name, name): found for name, found in names.items()}
        for t, x in enumerate(chain(*problem.batches), 1):
            start, seen = dict(state) if x is None else {"x": x, **state}, _Seen()
            right = self.right[t - 1] if t <= len(self.right) and not form.change else None
            start = {n: _amended(form, t, n, found, seen) for n, found in start.items()}
            moved = {n for n, v in start.items() if right is None or _differ(v, right[n])} | given
            row = {**right, **start} if right else start
            for name, found in row.items():
                if name in variables:
                    names[name] = local[variables[name]] = fixed.get(name, found)
            held = problem.held_in(t)
            for line in problem.cell.equations:
                name = line.name
                of = self.lines[name]
                if right and name not in changed and moved.isdisjoint(of.reads):
                    continue
                if name in held:
                    row[name] = held[name]
                elif form.change or name in changed or problem.ties:
                    node = line.expression
                    node = node.argument if isinstance(node, Call) else node
                    if name in changed or problem.ties:
                        z = self._worth(name, node, names)
                    else:
                        z = self._whole(name, eval(of.worth, self.reach, local))
                    row.update(self._worked(form, line, z, seen, t, fixed))
                else:
                    self._quick(name, of, local, row, fixed)
                if right is None or (name not in fixed and _differ(row[name], right[name])):
                    moved.add(name)
                names[name] = local[variables[name]] = fixed.get(name, row[name])
            yield row
            state = {n: row[form.carried.get(n, n.removesuffix(PREVIOUS))] for n in state}

    def _quick(self, name: str, of: _Line, local: Row, row: Row, fixed: Mapping[str, Any]) -> None:
        """Add what an equation comes to, as it is written, to a row."""
        z = eval(of.worth, self.reach, local)
        if of.pre:
            row[of.pre], z = z, fixed.get(of.pre, z)
        row[name] = self._whole(name, self.reach[f"f_{of.function}"](z) if of.function else z)

    def _worked(
        self,
        form: Altered,
        line: Equation,
        z: Any,
        seen: _Seen,
        t: int,
        fixed: Mapping[str, Any],
    ) -> Iterator[tuple[str, Any]]:
        """Yield what an equation comes to, stage by stage, each changed on its way.

        z: what its function is of, or what it is without one.
        """
        expression, name = line.expression, line.name
        if not isinstance(expression, Call):
            yield name, _amended(form, t, name, z, seen)
            return
        if line.is_unit:
            z = _amended(form, t, f"pre.{name}", z, seen)
            yield f"pre.{name}", z
            z = fixed.get(f"pre.{name}", z)
        if self.problem.ties:
            yield f"exact.{name}", applied(expression.function, z)
        yield name, _amended(form, t, name, self._applied(expression.function, z), seen)

    def _worth(self, name: str, node: Expression, names: Mapping[str, Any]) -> Any:
        return self._whole(name, value(node, names, self._applied if self.problem.ties else worth))

    def _whole(self, name: str, result: Any) -> Any:
        """Return a result in its size, which one that is made of numbers alone hasn't."""
        if isinstance(result, float) and not self.is_scalar:
            import numpy as np

            return np.full(self.problem.sizes.number(name), result)
        return result

    def _applied(self, name: str, argument: Any) -> Any:
        if not self.problem.ties:
            return worth(name, argument)
        levels = FUNCTIONS[name].levels
        if not levels:
            return applied(name, argument)
        if isinstance(argument, float):
            if -_NEAR < argument < _NEAR:
                raise UnsureError
            return levels[2] if argument > 0 else levels[0]
        if (abs(argument) < _NEAR).any():
            raise UnsureError
        return (argument > 0) * (levels[2] - levels[0]) + levels[0]


@lru_cache(100)  # each step of a problem has the same
def _read(line: Equation) -> _Line:
    expression, function = line.expression, ""
    if isinstance(expression, Call):
        function, expression = expression
    reads, text = symbols(expression), code(expression)
    pre = f"pre.{line.name}" if line.is_unit else ""
    return _Line(reads, compile(text, f"<{line.name}>", "eval"), function, pre)


def _changed_lines(problem: Problem, own: Problem) -> set[str]:
    if problem.cell is own.cell:
        return set()
    pairs = zip(problem.cell.equations, own.cell.equations, strict=True)
    return {line.name for line, old in pairs if line is not old}


def _changed_weights(problem: Problem, own: Problem) -> set[str]:
    """Return the symbols of the weights and biases that aren't what they were."""
    if problem.weights is own.weights:
        return set()
    return {
        symbol
        for symbol, weight in problem.weights.items()
        if symbol not in own.weights or _differ(weight, own.weights[symbol])
    }


def _amended(form: Altered, t: int, name: str, was: Any, seen: _Seen) -> Any:
    if not form.change:
        return was
    seen[name] = was, 0.0
    return form.change(t, name, was, seen)


def _differ(one: Any, other: Any) -> bool:
    if one is other:
        return False
    same = one == other
    return not (same if isinstance(same, bool) else one.shape == other.shape and same.all())


def flat(step: Step) -> Row:
    """Return a plain step as a row."""
    pre = {f"pre.{name}": found for name, found in step.pre.items()}
    exact = {f"exact.{name}": found for name, found in step.exact.items()}
    return {**step.values, **pre, **exact}
