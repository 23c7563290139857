"""A trace: the steps of a problem, gone through once, and what there is to remember of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any

from rnncalc.errors import InputError
from rnncalc.numerals import counted
from rnncalc.problem.problem import Problem
from rnncalc.trace import steps
from rnncalc.trace.step import Step

_KEPT = 3  # steps with a tie that are remembered, of each quantity
_BLOCKS = 2  # of a sequence run backwards, that are kept in memory


class Trace:
    """The steps of a problem, computed when they are asked for; a stream of any length will do.

    only: the number of the one step that is yielded, None if all are. count: how many went by.
    state: the last states, by name. ties: how many steps met a tie in rounding, by quantity and
    function, and tied_at the numbers of the first of them. fault: what ended the steps, if they end
    before the inputs do.
    """

    def __init__(self, problem: Problem, only: int | None = None) -> None:
        self.problem = problem
        self.only = only
        self.count = 0
        self.state: dict[str, Any] = {}
        self.ties: Counter[tuple[str, str]] = Counter()
        self.tied_at: dict[tuple[str, str], list[int]] = {}
        self.fault: InputError | None = None
        self._steps = self._in_order() if problem.is_reversed else self._watched()

    def __iter__(self) -> Iterator[Step]:
        """Yield the steps, in the order of the input.

        They end before the first that can't be computed: `settle` says why.
        """
        return self._steps

    def has(self, count: int) -> bool:
        """Return whether there are inputs for so many steps; it looks ahead, and none is lost.

        To be asked before any step is taken.
        """
        if self.problem.steps is not None:
            return self.problem.steps >= count
        ahead: list[Any] = []
        rest = iter(self.problem.batches)
        try:
            while sum(map(len, ahead)) < count:
                ahead.append(next(rest))
        except StopIteration:
            pass
        except InputError as error:
            rest = _failing(error)
        self.problem = self.problem._replace(batches=chain(ahead, rest))
        return sum(map(len, ahead)) >= count

    def settle(self) -> None:
        """Raise InputError if the steps ended in a fault."""
        if self.fault:
            raise self.fault

    def go_through(self) -> None:
        """Compute all steps for the last states alone."""
        for _ in self.columns([]):
            pass

    def columns(self, names: Sequence[str]) -> Iterator[Iterable[Any]]:
        """Yield the named values of some steps at a time, as fast as may be, instead of steps.

        Each is a list of numbers or of vectors, or an array with a row a step. They are to be gone
        through once, before the next steps: some are computed on the way.
        Raises InputError at the first step that can't be computed.
        """
        if _is_plain(self.problem):
            for step in self:
                yield ([step.value(name)] for name in names)
            self.settle()
            return
        found: Iterable[list[Any]] = columns(self.problem, names, self.state)
        if self.problem.is_reversed:
            from rnncalc.keeping import backwards

            found = backwards(([c[::-1] for c in block] for block in found), _BLOCKS)
        # Before a step that can't be computed there may be none.
        yield from (block for block in found if not block or len(block[0]))

    def _in_order(self) -> Iterator[Step]:
        """Yield the steps in the order of the input, once the last of them is computed."""
        from rnncalc.keeping import backwards

        # Wide steps are few, and compute some of their values only when they are asked for.
        is_wide = self.problem.sizes.largest > steps.WIDE
        found = reversed([*self._watched()]) if is_wide else backwards(self._watched())
        yield from () if self.fault else found

    def _watched(self) -> Iterator[Step]:
        step = None
        functions = {e.name: e.activation or "" for e in self.problem.cell.equations}
        try:
            for step in run(self.problem):
                self.count += 1
                if self.only not in (None, self.problem.number(step.t)):
                    continue
                for tie in (*((name, functions[name]) for name in step.ties), *step.inner_ties):
                    self.ties[tie] += 1
                    if self.ties[tie] <= _KEPT:
                        self.tied_at.setdefault(tie, []).append(self.problem.number(step.t))
                yield step
            if self.only and self.only > self.count:
                raise beyond(self.only, self.count)
        except InputError as error:
            self.fault = error
        if step:
            self.state = {name: step.values[name] for name in self.problem.cell.states}


def beyond(step: int | None, count: int) -> InputError:
    """Return the fault of asking for a step that there isn't."""
    are = "is" if count == 1 else "are"
    return InputError.of("place", f"--step {step}: there {are} {counted(count, 'step')}")


class Traces:
    """The traces of a problem, or of each sequence of a batch, one after the other.

    tied: those with ties, of many the first. state: the last states by name, of a batch a row for
    each sequence.
    """

    def __init__(self, problems: Iterable[Problem], only: int | None = None) -> None:
        self.problems = problems
        self.only = only
        self.tied: list[Trace] = []
        self._states: list[dict[str, Any]] = []
        self._of_batch = False

    def __iter__(self) -> Iterator[Trace]:
        """Yield each trace; the next when that is gone through."""
        for problem in self.problems:
            self._of_batch = problem.sequence > 0
            trace = Trace(problem, self.only)
            yield trace
            self._states.append(trace.state)
            if trace.ties and len(self.tied) < _KEPT:
                self.tied.append(trace)

    @property
    def state(self) -> dict[str, Any]:
        """The last states."""
        if not self._of_batch:
            return self._states[0]
        return {name: [state[name] for state in self._states] for name in self._states[0]}


def _failing(error: InputError) -> Iterator[Any]:
    """Return batches that end in an error at once."""
    raise error
    yield


def run(problem: Problem) -> Iterator[Step]:
    """Yield a problem's steps, one for each input.

    Raises InputError at the first step with a quantity that is not a finite number, or with an
    input that can't be used.
    """
    if _is_plain(problem):
        yield from _plainly(problem)
        return
    quantities = problem.quantities
    units = [line.name for line in problem.computed if line.is_unit]
    names = [*quantities, *(f"pre.{name}" for name in units)]
    for t, row in enumerate(rows(problem, names), 1):
        pre = dict(zip(units, row[len(quantities) :], strict=True))
        yield Step(t, dict(zip(quantities, row, strict=False)), pre, {}, {}, {}, {})


def rows(problem: Problem, names: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    """Yield the named values of each step: quantities, and pre-activations such as "pre.f".

    Raises InputError as `run` does.
    """
    if _is_plain(problem):
        yield from (tuple(map(step.value, names)) for step in _plainly(problem))
        return
    for found in columns(problem, names, {}):
        yield from zip(*found, strict=True)


def columns(problem: Problem, names: Sequence[str], last: dict[str, Any]) -> Iterator[list[Any]]:
    """Yield the named values of some steps at a time; ``last`` takes the states behind them.

    They are arrays with a row a step, or lists if they are plain numbers. Raises InputError as
    `run` does.
    """
    if problem.scalar:
        from rnncalc.trace.loops import floats

        yield from floats.columns(problem, names, last)
        return
    from rnncalc.trace.loops import vectors
    from rnncalc.trace.loops.blocks import NotFiniteError

    try:
        yield from vectors.columns(problem, names, last)
    except NotFiniteError as error:
        again = problem._replace(batches=[error.block], state=error.state)
        for step in steps.run(again, error.first):
            yield [[step.value(name)] for name in names]
        first = problem.number(error.first)
        told = f"a result is not a finite number at step {first} or soon after it"
        raise InputError.of("not-finite", told) from None


def _plainly(problem: Problem) -> Iterator[Step]:
    """Yield plain steps, or the same from a loop if there are several with rounding.

    It keeps all of a step, which is too much of what is wide.
    """
    if problem.ties and problem.steps != 1 and problem.sizes.largest <= steps.WIDE:
        from rnncalc.trace.loops import rounded

        yield from rounded.run(problem)
    else:
        yield from steps.run(problem)


def _is_plain(problem: Problem) -> bool:
    """Return whether plain steps are needed, or are as fast as writing out a loop."""
    if problem.ties or problem.held_at:
        return True
    return problem.steps == 1 if problem.scalar else problem.sizes.largest > steps.WIDE
