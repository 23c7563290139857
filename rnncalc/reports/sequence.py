"""A sequence, gone through once: both of its ends, and how each quantity went in between.

However long it is, it is kept in bins of steps: first in thousands of them, which are joined to as
many as there is room for. A bin knows its largest and its smallest number, so nothing is missed.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from rnncalc.cells.expressions import PREVIOUS
from rnncalc.errors import InputError
from rnncalc.problem.problem import Problem
from rnncalc.trace.bins import Bins
from rnncalc.trace.extremes import Extremes, spans
from rnncalc.trace.sample import Sample
from rnncalc.trace.step import Step
from rnncalc.trace.trace import Trace

#: Units of vectors up to which each has a row.
UNITS = 4

_HEAD, _TAIL = 10, 9  # steps that are shown of a long sequence, the last but one if all are
_BLOCK, _WIDEST = 256, 1 << 17  # steps that are taken at once where they come one by one, and units
_TINY = 2.0**-40  # by which medians are multiplied before they are summed


class Course:
    """How a quantity went: its extremes with their steps, and its bins.

    span: the range of its function. units: how many elements it has, 1 of a number.
    largest, smallest, medians: of each bin; the medians are summed over its steps, and tiny.
    """

    def __init__(self, extremes: Extremes, span: tuple[float, float] | None) -> None:
        self.extremes, self.span = extremes, span
        self.units = 1
        self.largest: list[float] = []
        self.smallest: list[float] = []
        self.medians: list[float] = []
        self.sample = Sample()

    @property
    def low(self) -> float:
        """The smallest number."""
        return self.extremes.smallest[0]

    @property
    def high(self) -> float:
        """The largest number."""
        return self.extremes.largest[0]

    def add(self, values: Any, parts: Sequence[tuple[int, int, bool]]) -> None:
        """Take the values of the next steps, a list or an array, in parts of bins."""
        highs = lows = values
        if not isinstance(values, list):
            self.units = values.shape[1]
            highs = lows = values[:, 0].tolist()
            if self.units > 1:
                highs, lows = values.max(axis=1).tolist(), values.min(axis=1).tolist()
                _gather(self.medians, _medians(values), parts, sum)
                self.sample.add(values)
        _gather(self.largest, highs, parts, max)
        _gather(self.smallest, lows, parts, min)

    def join_pairs(self) -> None:
        """Join each two bins."""
        for cells, reduce in ((self.largest, max), (self.smallest, min), (self.medians, sum)):
            cells[:] = [reduce(cells[k : k + 2]) for k in range(0, len(cells), 2)]


def _gather(
    cells: list[float],
    values: list[float],
    parts: Sequence[tuple[int, int, bool]],
    reduce: Callable[[Any], float],
) -> None:
    if len(parts) == len(values) and parts[0][2]:
        cells += values
        return
    for start, stop, is_new in parts:
        found = reduce(values[start:stop])
        if is_new:
            cells.append(found)
        else:
            cells[-1] = reduce((cells[-1], found))


def _medians(values: Any) -> list[float]:
    import numpy as np

    one, other = (values.shape[1] - 1) // 2, values.shape[1] // 2
    ordered = np.partition(values, (one, other) if one != other else one, axis=1)
    half = _TINY / 2
    medians: list[float] = (ordered[:, one] * half + ordered[:, other] * half).tolist()
    return medians


class Summary:
    """What there is to show of a problem's steps, once they went by.

    head, tail: the steps at both ends, without previous states, where each unit has a row.
    courses: how the quantities went, by name. count: how many steps there were. states: those
    computed last, by name. bins: those of all courses.
    """

    def __init__(self, problem: Problem) -> None:
        known = spans(problem.cell)
        self._problem = problem
        self.head: list[Step] = []
        self.tail: deque[Step] = deque(maxlen=_TAIL)
        self.courses = {
            name: Course(Extremes(problem, name), known[name])
            for name in problem.quantities
            if not name.endswith(PREVIOUS)
        }
        self.count = 0
        self.states: dict[str, Any] = {}
        self.bins = Bins(problem.steps)
        self._at_once = max(1, min(_BLOCK, _WIDEST // problem.sizes.largest))

    def go_through(self, trace: Trace) -> None:
        """Take all steps of a trace; what ends them too early is the trace's fault."""
        if trace.problem.ties or trace.problem.held_at:
            while self._add_steps(list(islice(trace, self._at_once))):
                pass
        else:
            try:
                for columns in trace.columns(list(self.courses)):
                    self._add([values] for values in columns)
            except InputError as fault:
                trace.fault = fault
        if self.hidden and self.tail:
            self.tail.popleft()

    def watching(self, trace: Trace) -> Iterator[Step]:
        """Yield the steps of a trace as they come, and take them."""
        steps: list[Step] = []
        for step in trace:
            yield step
            steps.append(step)
            if len(steps) == self._at_once:
                self._add_steps(steps)
                steps = []
        self._add_steps(steps)

    def _add_steps(self, steps: Sequence[Step]) -> bool:
        """Take some steps; return whether there are any."""
        stages = ("", "exact.")[: 1 + bool(self._problem.ties)]
        columns = (
            ([step.value(stage + name) for step in steps] for stage in stages)
            for name in self.courses
        )
        if steps:
            self._add(columns, steps)
        return bool(steps)

    def _add(self, columns: Iterable[Iterable[Any]], steps: Sequence[Step] = ()) -> None:
        """Take what all quantities have in the next steps, each once the one before is taken.

        columns: values, and the same before rounding if anything is rounded. steps: if they are
        there.
        """
        size, problem, parts = 0, self._problem, list[tuple[int, int, bool]]()
        ends: dict[int, dict[str, Any]] = {}
        for (name, course), found in zip(self.courses.items(), columns, strict=True):
            stages = map(_together, found)
            values = next(stages)
            if not size:
                size = len(values)
                parts = self.bins.cut(size)
                ends = {place: {} for place in self._shown(size)}
            course.add(values, parts)
            course.extremes.add(self.count + 1, values, next(stages, values))
            for place, those in ends.items():
                those[name] = values[place]
            if name in problem.cell.states and not (problem.is_reversed and name in self.states):
                last = values[0 if problem.is_reversed else -1]
                is_part = not steps and not isinstance(last, float)  # of a whole block
                self.states[name] = last.copy() if is_part else last
        if self.bins.has_too_many():
            for course in self.courses.values():
                course.join_pairs()
        for place, those in ends.items():
            step = steps[place] if steps else self._step(place, those)
            self.head.append(step) if len(self.head) < _HEAD else self.tail.append(step)
        self.count += size

    def _shown(self, size: int) -> Sequence[int]:
        """Return which of the next steps are shown, unless others come that are instead."""
        if self._problem.sizes.largest > UNITS:
            return ()
        return sorted({*range(min(size, _HEAD - len(self.head))), *range(size)[-_TAIL:]})

    def _step(self, place: int, values: dict[str, Any]) -> Step:
        return Step(self._problem.number(self.count + place + 1), values, {}, {}, {}, {}, {})

    @property
    def last(self) -> Step:
        """The step that was computed last."""
        steps = [*self.head, *self.tail]
        return steps[0 if self._problem.is_reversed else -1]

    @property
    def hidden(self) -> int:
        """How many steps are neither at the beginning nor at the end."""
        return self.count - len(self.head) - len(self.tail)


def _together(values: Any) -> Any:
    if not isinstance(values, list) or isinstance(values[0], float):
        return values
    import numpy as np

    return np.array(values) if len(values) > 1 else values[0][None]
