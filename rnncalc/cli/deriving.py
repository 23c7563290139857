"""Deriving: what a request for gradients asks for, read and computed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from rnncalc.cells.model import Cell
from rnncalc.decimals import exact_lines
from rnncalc.errors import Faults, InputError, quoted
from rnncalc.problem.problem import Given, Problem
from rnncalc.problem.values import read
from rnncalc.trace.derivatives.names import JACOBIAN, Name, is_derivative, read_name
from rnncalc.trace.derivatives.story import Derived
from rnncalc.trace.derivatives.values import values
from rnncalc.trace.gradients.gradients import Gradients
from rnncalc.trace.gradients.objective import read_objective, start_of
from rnncalc.trace.trace import gathered, rows

_MOST_STEPS = 10**7  # that are kept at once


class Wish:
    """What is to be derived of a cell, as it was typed, and what comes of it.

    updated: the weights after a step of gradient descent, once the report is there.
    """

    def __init__(self, cell: Cell, only: str | None, rate: str | None, faults: Faults) -> None:
        """Read what can be read before there is a problem; note what is wrong."""
        self.faults = faults
        self.name = _name(cell, only, faults) if only else None
        self.rate = _rate(rate, faults)
        self.updated: dict[str, Any] = {}

    def texts(
        self,
        problem: Problem,
        of: str | None,
        targets: Iterable[tuple[str, Given]],
        write: Callable[[Derived], Iterator[str]],
    ) -> list[str]:
        """Return the report on the gradients, or the values of one name, a line each.

        of, targets: what to derive, as `read_objective` has it. write: writes a report. Raises
        InputError with all that is wrong.
        """
        objective = read_objective(problem, of, targets, self.faults)
        if self.rate is not None and objective.shape:
            told = "--learning-rate needs one number to make smaller: a --target, or --of"
            self.faults.add(f"{told} 'sum({objective.names[0]})'")
        self.faults.settle()
        if not self.name or self.name.kind == JACOBIAN:
            problem = gathered(problem, _MOST_STEPS)
        if self.name:
            found = values(problem, objective, self.name, "--only", rows)
            return [line for value in found for line in exact_lines([value])]
        derived = Derived(problem, Gradients(problem, objective, rows), rows, self.rate)
        self.updated = derived.updated
        return list(write(derived))


def _name(cell: Cell, only: str, faults: Faults) -> Name | None:
    if not is_derivative(only):
        told = f"--only {only} is no derivative: leave out --gradients, or ask for one"
        faults.add(f"{told} such as grad.{start_of(cell, cell.states[-1])}")
        return None
    try:
        return read_name(cell, "--only", only)
    except InputError as error:
        for message in error.messages:
            faults.add(message)
    return None


def _rate(text: str | None, faults: Faults) -> float | None:
    if text is None:
        return None
    with faults.of("--learning-rate"):
        rate = read(text, 0)
        if isinstance(rate, float) and rate > 0:
            return rate
        raise ValueError(f"is {quoted(text)}: it needs a number above 0")
    return None
