"""A sequence, gone through once: both of its ends, and how each quantity went in between.

However long it is, it is kept in bins of steps: first in thousands of them, which are joined to as
many as there is room for. A bin knows its largest and its smallest number, so nothing is missed.
"""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice, pairwise
from math import inf
from typing import Any

from rnncalc.cells.expressions import PREVIOUS
from rnncalc.cells.functions import FUNCTIONS
from rnncalc.cells.model import Cell
from rnncalc.errors import InputError
from rnncalc.problem.problem import Problem
from rnncalc.trace.step import Step
from rnncalc.trace.trace import Trace

_HEAD, _TAIL = 10, 9  # steps that are shown of a long sequence, the last but one if all are
_BLOCK = 256  # steps that are taken at once where they come one by one
_FINEST = 5040  # bins, a number with many divisors: joined in equal parts they stay equal
_SAMPLED = 1 << 12  # steps whose elements are kept, of all alike, for what part lies below
_TINY = 2.0**-40  # by which medians are multiplied before they are summed

#: How near to an end of its range a function is saturated, as a part of the range: there its slope
#: is about a third of the largest, of a sigmoid and of tanh alike.
NEAR = 0.1


def spans(cell: Cell) -> dict[str, tuple[float, float] | None]:
    """Return for each quantity the range of its function or as a gate; None if there is none."""
    found: dict[str, tuple[float, float] | None] = dict.fromkeys(cell.quantities)
    for line in cell.equations:
        form = FUNCTIONS.get(line.activation or "")
        if cell.roles[line.name] == "gate" or (form and form.is_gate):
            found[line.name] = (0.0, 1.0)
        elif form and form.is_bounded:
            found[line.name] = (-1.0, 1.0)
    return found


class Bins:
    """Bins of whole steps, as they go by; they differ by one step if it is known how many come.

    count: how many bins there are. ends: what step each of them ends with.
    """

    def __init__(self, steps: int | None) -> None:
        self._steps, self._size = steps, 1
        self._number = min(steps, _FINEST) if steps else None
        self.count = self._seen = 0

    def end(self, place: int) -> int:
        """Return the last step of a bin, by its place from 0."""
        if self._steps and self._number:
            return (place + 1) * self._steps // self._number
        return min((place + 1) * self._size, self._seen)

    def cut(self, steps: int) -> list[tuple[int, int, bool]]:
        """Return the parts of the next steps, from and to, and whether each begins a bin."""
        parts, done = [], 0
        self._seen += steps
        while done < steps:
            start = self._seen - steps + done
            is_new = not self.count or start >= self._full(self.count - 1)
            self.count += is_new
            stop = min(done + self._full(self.count - 1) - start, steps)
            parts.append((done, stop, is_new))
            done = stop
        return parts

    def _full(self, place: int) -> int:
        return self.end(place) if self._number else (place + 1) * self._size

    def has_too_many(self) -> bool:
        """Return whether bins are to be joined in pairs, and count them as joined."""
        if self._number or self.count <= 2 * _FINEST:
            return False
        self._size *= 2
        self.count = -(-self.count // 2)
        return True

    def joined(self, most: int) -> list[tuple[int, int]]:
        """Return how bins are joined to so many at most: the first of each, and one behind."""
        if self.count <= most:
            most = self.count
        elif self._number and self.count == _FINEST:
            most = max(k for k in range(1, most + 1) if _FINEST % k == 0)
        places = [k * self.count // most for k in range(most + 1)]
        return list(pairwise(places))


class Course:
    """How a quantity went: its extremes with their steps, and its bins.

    units: how many elements it has, 1 of a number. near: how near to the ends is saturated.
    largest, smallest, medians: of each bin; the medians are summed over its steps, and tiny.
    """

    def __init__(self, span: tuple[float, float] | None) -> None:
        self.span = span
        self.low, self.high = inf, -inf
        self.low_at = self.high_at = 0
        self.units, self.elements, self.saturated = 1, 0, 0
        self.largest: list[float] = []
        self.smallest: list[float] = []
        self.medians: list[float] = []
        self.sample: list[Any] = []

    def add(self, values: Any, first: int, parts: Sequence[tuple[int, int, bool]]) -> None:
        """Take the values of the next steps, from number ``first`` on, a list or an array."""
        highs = lows = values
        if not isinstance(values, list):
            self.units = values.shape[1]
            highs = lows = values[:, 0].tolist()
            if self.units > 1:
                highs, lows = values.max(axis=1).tolist(), values.min(axis=1).tolist()
                _gather(self.medians, _medians(values), parts, sum)
                self._count_saturated(values)
        _gather(self.largest, highs, parts, max)
        _gather(self.smallest, lows, parts, min)
        high, low = max(highs), min(lows)
        if high > self.high:
            self.high, self.high_at = high, first + highs.index(high)
        if low < self.low:
            self.low, self.low_at = low, first + lows.index(low)

    def _count_saturated(self, values: Any) -> None:
        self.elements += values.size
        if self.span:
            low, high = self.span
            far = (high - low) * (0.5 - NEAR)
            self.saturated += int((abs(values - (low + high) / 2) > far).sum())

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
        names = [name for name in problem.quantities if not name.endswith(PREVIOUS)]
        self.head: list[Step] = []
        self.tail: deque[Step] = deque(maxlen=_TAIL)
        self.courses = {name: Course(known[name]) for name in names}
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
                    if len(columns[0]):
                        self._add((), map(_together, columns))
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
        columns = ([step.values[name] for step in steps] for name in self.courses)
        self._add(steps, map(_together, columns))

    @property
    def hidden(self) -> int:
        """How many steps are neither at the beginning nor at the end."""
        return self.count - len(self.head) - len(self.tail)

    def _add(self, steps: Sequence[Step], found: Iterable[Any]) -> None:
        columns = dict(zip(self.courses, found, strict=True))
        size = len(next(iter(columns.values())))
        taken = self._take(size)
        parts = self.bins.cut(size)
        for name, values in columns.items():
            course = self.courses[name]
            course.add(values, self.count + 1, parts)
            if course.units > 1 and taken:
                course.sample.append(values[taken].reshape(-1))
        if self.bins.has_too_many():
            for course in self.courses.values():
                course.join_pairs()
        for place in sorted({*range(min(size, _HEAD - len(self.head))), *range(size)[-_TAIL:]}):
            step = steps[place] if steps else self._step(columns, place)
            self.head.append(step) if len(self.head) < _HEAD else self.tail.append(step)
        self.count += size

    def _step(self, columns: dict[str, Any], place: int) -> Step:
        values = {name: column[place] for name, column in columns.items()}
        return Step(self.count + place + 1, values, {}, {}, {}, {}, {})

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
