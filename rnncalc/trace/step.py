"""A step: everything that a cell computes from one input, and how it is read."""

from collections import UserDict
from collections.abc import Iterator, Mapping, Sequence
from math import isfinite
from typing import Any, NamedTuple

from rnncalc.cells.expressions import Binary, walk
from rnncalc.cells.functions import FUNCTIONS
from rnncalc.errors import InputError
from rnncalc.problem.problem import Problem


class Later(UserDict[str, Any]):
    """Values by name, some of them functions that compute a value whenever it is asked for."""

    def __getitem__(self, name: str) -> Any:
        """Return a value."""
        found = self.data[name]
        return found() if callable(found) else found

    def __reversed__(self) -> Iterator[str]:
        """Yield the names from the last to the first."""
        return reversed(self.data)


class Step(NamedTuple):
    """One time step of a cell, with everything that was computed on the way.

    t: its number, from 1, in the order of computing; `Problem.number` makes that the input's.
    values: every quantity by name, in the cell's order: floats, or arrays of as many elements as
    the quantity has.
    pre: the pre-activations, by the name of what they feed.
    exact: with rounding, each quantity before its function was rounded; otherwise empty.
    ties: with rounding, the units (from 1) of each quantity whose pre-activation was 0.
    inner_ties: the same for functions within an equation, by the quantity and the function.
    errors: with rounding, how far off each state may be, by name: that decides later ties.
    """

    t: int
    values: dict[str, Any] | Later
    pre: dict[str, Any] | Later
    exact: dict[str, Any] | Later
    ties: dict[str, Sequence[int]]
    inner_ties: dict[tuple[str, str], Sequence[int]]
    errors: dict[str, Any]

    def value(self, name: str) -> Any:
        """Return what the step has under a name, such as "h", "pre.f" or "exact.f".

        What isn't rounded is as it was before.
        """
        stage, _, quantity = name.rpartition(".")
        values: Mapping[str, Any] = getattr(self, stage or "values")
        return values[quantity] if quantity in values else self.values[quantity]


def as_read(problem: Problem, step: Step, stage: str, name: str) -> Any:
    """Return a pre-activation ("pre") or a value before rounding ("exact") for a reader.

    What is 0 but for floating-point error is 0 to a reader, who is told so by the tie's note.
    """
    value = getattr(step, stage)[name]
    if name not in step.ties:
        return value
    functions = {line.name: line.activation or "" for line in problem.cell.equations}
    at_zero = 0.0 if stage == "pre" else FUNCTIONS[functions[name]].number(0.0)
    if isinstance(value, float):
        return at_zero
    value = value.copy()
    import numpy as np

    value[np.asarray(step.ties[name]) - 1] = at_zero
    return value


def is_finite(value: Any) -> bool:
    """Return whether a number, or each element of an array, is finite."""
    if isinstance(value, float):
        return isfinite(value)
    import numpy as np

    return bool(np.isfinite(value).all())


def require_finite(problem: Problem, result: Any, what: str, t: int) -> None:
    """Raise InputError, naming the quantity and the step, unless all of a value is finite."""
    if not is_finite(result):
        name = f"the pre-activation of {what[4:]}" if what.startswith("pre.") else what
        parts = (part for line in problem.cell.equations for part in walk(line.expression))
        divides = any(isinstance(part, Binary) and part.operator == "/" for part in parts)
        reason = "the numbers are too large" + ", or 0 is divided by" * divides
        raise InputError.of(
            "not-finite", f"{name} is not a finite number at step {problem.number(t)}: {reason}"
        )


def with_plain_numbers(step: Step, problem: Problem) -> Step:
    """Turn arrays of one element back into numbers, where they were typed as numbers."""
    sizes = problem.sizes
    plain = {name for name in step.values if sizes.is_plain(name)}
    if problem.scalar or not plain:
        return step

    def converted(stage: Any) -> Any:
        return stage | {name: float(stage[name][0]) for name in plain & stage.keys()}

    values, pre, exact = map(converted, (step.values, step.pre, step.exact))
    return step._replace(values=values, pre=pre, exact=exact)
