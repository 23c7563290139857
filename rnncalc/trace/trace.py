"""A trace: the steps of a problem, gone through once, and what there is to remember of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import chain, islice
from typing import Any

from rnncalc.errors import InputError
from rnncalc.problem.problem import Problem
from rnncalc.trace.steps import Step
from rnncalc.trace.steps import run as run_plainly

_KEPT = 3  # steps with a tie that are remembered, of each quantity


class Trace:
    """The steps of a problem, computed when they are asked for; a stream of any length will do.

    count: how many went by. state: the last states, by name. ties: how many steps met a tie in
    rounding, by quantity, and tied_at the numbers of the first of them. fault: what ended the
    steps, if they end before the inputs do.
    """

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.count = 0
        self.state: dict[str, Any] = {}
        self.ties: Counter[str] = Counter()
        self.tied_at: dict[str, list[int]] = {}
        self.fault: InputError | None = None
        self._ahead: list[Step] = []
        self._steps = self._watched()

    def __iter__(self) -> Iterator[Step]:
        """Yield the steps, up to the first that can't be computed: `settle` says why."""
        ahead, self._ahead = self._ahead, []
        return chain(ahead, self._steps)

    def has(self, count: int) -> bool:
        """Return whether there are so many steps; it looks ahead, and no step is lost."""
        self._ahead += islice(self._steps, count - len(self._ahead))
        return len(self._ahead) >= count

    def settle(self) -> None:
        """Raise InputError if the steps ended in a fault."""
        if self.fault:
            raise self.fault

    def values(self, name: str) -> Iterator[Any]:
        """Yield a quantity's value at each step, as fast as may be, instead of the steps.

        Raises InputError at the first step that can't be computed.
        """
        if self.problem.ties or self._is_short:
            yield from (step.values[name] for step in self)
            self.settle()
            return
        from rnncalc.trace.loop import rows

        states = self.problem.cell.states
        row = None
        for row in rows(self.problem, [name, *states]):
            yield row[0]
        if row:
            self.state = dict(zip(states, row[1:], strict=True))

    @property
    def _is_short(self) -> bool:
        """Whether it isn't worth to write out a loop, which gives the same floats."""
        return self.problem.scalar and self.problem.steps == 1

    def _run(self) -> Iterator[Step]:
        if self._is_short:
            return run_plainly(self.problem)
        from rnncalc.trace.loop import run

        return run(self.problem)

    def _watched(self) -> Iterator[Step]:
        step = None
        try:
            for step in self._run():
                self.count += 1
                self.ties.update(step.ties.keys())
                for name in step.ties:
                    if self.ties[name] <= _KEPT:
                        self.tied_at.setdefault(name, []).append(step.t)
                yield step
        except InputError as error:
            self.fault = error
        if step:
            self.state = {name: step.values[name] for name in self.problem.cell.states}


def gathered(problem: Problem, most: int) -> Problem:
    """Return a problem with all of its inputs at hand, to be gone through more than once.

    Raises InputError if there are more than ``most``.
    """
    batches, steps = [], 0
    for batch in problem.batches:
        batches.append(batch)
        steps += len(batch)
        if steps > most:
            raise InputError([f"there are more than {most:,} steps, and no more are gone through"])
    return problem._replace(batches=batches, steps=steps)
