"""A sequence, gone through once: both of its ends, and how each quantity went in between.

However long it is, it is kept in bins of steps: first in thousands of them, which are joined to as
many as there is room for. A bin knows its largest and its smallest number, so nothing is missed.
"""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from rnncalc.cells.expressions import PREVIOUS
from rnncalc.errors import InputError
from rnncalc.problem.problem import Problem
from rnncalc.trace.bins import Bins
from rnncalc.trace.extremes import Extremes, spans
from rnncalc.trace.step import Step
from rnncalc.trace.trace import Trace

_HEAD, _TAIL = 10, 9  # steps that are shown of a long sequence, the last but one if all are
_BLOCK = 256  # steps that are taken at once where they come one by one
_SAMPLED = 1 << 12  # steps whose elements are kept, of all alike, for what part lies below
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
        self.sample: list[Any] = []

    @property
    def low(self) -> float:
        """The smallest number."""
        return self.extremes.smallest[0]

    @property
    def high(self) -> float:
        """The largest number."""
        return self.extremes.largest[0]

    def add(
        self, values: Any, exact: Any, first: int, parts: Sequence[tuple[int, int, bool]]
    ) -> None:
        """Take the values of the next steps, from number ``first`` on, a list or an array.

        exact: the same before rounding.
        """
        self.extremes.add(first, values, exact)
        highs = lows = values
        if not isinstance(values, list):
            self.units = values.shape[1]
            highs = lows = values[:, 0].tolist()
            if self.units > 1:
                highs, lows = values.max(axis=1).tolist(), values.min(axis=1).tolist()
                _gather(self.medians, _medians(values), parts, sum)
        _gather(self.largest, highs, parts, max)
        _gather(self.smallest, lows, parts, min)

    def join_pairs(self) -> None:
        """Join each two bins."""
        for cells, reduce in ((self.largest, max), (self.smallest, min), (self.medians, sum)):
            cells[:] = [reduce(cells[k : k + 2]) for k in range(0, len(cells), 2)]

    def share(self, percent: int) -> float:
        """Return below which number so many percent of all elements are, to what is kept."""
        import numpy as np

        return float(np.percentile(np.concatenate(self.sample), percent))


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

    head, tail: the steps at both ends, without previous states. courses: how the quantities went,
    by name. count: how many steps there were. bins: those of all courses.
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
        self.bins = Bins(problem.steps)
        self._chance, self._part, self._kept = random.Random(0), 1.0, 0

    def go_through(self, trace: Trace) -> None:
        """Take all steps of a trace; what ends them too early is the trace's fault."""
        if trace.problem.ties or trace.problem.held_at:
            while steps := list(islice(trace, _BLOCK)):
                self._add_steps(steps)
        else:
            try:
                for columns in trace.columns(list(self.courses)):
                    values = dict(zip(self.courses, map(_together, columns), strict=True))
                    self._add((), values, {})
            except InputError as fault:
                trace.fault = fault
        if self.hidden:
            self.tail.popleft()

    def watching(self, trace: Trace) -> Iterator[Step]:
        """Yield the steps of a trace as they come, and take them."""
        steps: list[Step] = []
        for step in trace:
            yield step
            steps.append(step)
            if len(steps) == _BLOCK:
                self._add_steps(steps)
                steps = []
        if steps:
            self._add_steps(steps)

    def _add_steps(self, steps: Sequence[Step]) -> None:
        values = {name: _together([s.values[name] for s in steps]) for name in self.courses}
        exact = {
            name: _together([s.exact.get(name, s.values[name]) for s in steps])
            for name in (values if self._problem.ties else ())
        }
        self._add(steps, values, exact)

    @property
    def last(self) -> Step:
        """The step that was computed last."""
        steps = [*self.head, *self.tail]
        return steps[0 if self._problem.is_reversed else -1]

    @property
    def hidden(self) -> int:
        """How many steps are neither at the beginning nor at the end."""
        return self.count - len(self.head) - len(self.tail)

    def _add(
        self, steps: Sequence[Step], columns: Mapping[str, Any], exact: Mapping[str, Any]
    ) -> None:
        size = len(next(iter(columns.values())))
        taken = self._take(size)
        parts = self.bins.cut(size)
        for name, values in columns.items():
            course = self.courses[name]
            course.add(values, exact.get(name, values), self.count + 1, parts)
            if course.units > 1 and taken:
                course.sample.append(values[taken].reshape(-1))
        if self.bins.has_too_many():
            for course in self.courses.values():
                course.join_pairs()
        for place in sorted({*range(min(size, _HEAD - len(self.head))), *range(size)[-_TAIL:]}):
            step = steps[place] if steps else self._step(columns, place)
            self.head.append(step) if len(self.head) < _HEAD else self.tail.append(step)
        self.count += size

    def _step(self, columns: Mapping[str, Any], place: int) -> Step:
        values = {name: column[place] for name, column in columns.items()}
        return Step(self._problem.number(self.count + place + 1), values, {}, {}, {}, {}, {})

    def _take(self, size: int) -> list[int]:
        """Return which of the next steps are kept for quantiles: all, or some by chance."""
        while self._kept > 2 * _SAMPLED:
            for course in self.courses.values():
                half = len(course.sample) // 2
                course.sample = self._chance.sample(course.sample, half)
            self._kept //= 2
            self._part /= 2
        taken = [k for k in range(size) if self._part == 1 or self._chance.random() < self._part]
        self._kept += len(taken)
        return taken


def _together(values: Any) -> Any:
    if not isinstance(values, list) or isinstance(values[0], float):
        return values
    import numpy as np

    return np.array(values)
