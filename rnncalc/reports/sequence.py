"""A sequence: its beginning, its end, and how each quantity went in between.

The courses are thinned out as they grow, so that a stream of any length takes the same space.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from math import inf
from typing import Any

from rnncalc.problem.problem import Problem
from rnncalc.trace.extremes import Extremes
from rnncalc.trace.step import Step

_HEAD, _TAIL = 12, 8  # steps that are shown of a long sequence
_BLOCK = 1000  # steps whose extremes are looked for at once
_UNITS = 4  # elements of a vector that have a course of their own
_LARGE = 1e290
_BARS = "▁▂▃▄▅▆▇█"

LONGEST_COURSE = 60  # columns


class Summary:
    """What there is to show of steps, once they went by.

    head, tail: the steps at both ends. courses: of the named quantities, by label. extremes: of
    those quantities. count: how many steps there were.
    """

    def __init__(self, problem: Problem, names: Iterable[str], steps: Iterable[Step]) -> None:
        self.head: list[Step] = []
        self.tail: deque[Step] = deque(maxlen=_TAIL)
        self.courses: dict[str, Course] = {}
        self.count = 0
        names, block = list(names), list[Step]()
        self.extremes = [Extremes(problem, name) for name in names]
        for step in steps:
            self.count += 1
            block.append(step)
            if len(block) == _BLOCK:
                self._take(block)
            self.head.append(step) if self.count <= _HEAD else self.tail.append(step)
            for name in names:
                for label, level in _levels(name, step.values[name]):
                    self.courses.setdefault(label, Course(name)).add(level)
        self._take(block)

    def _take(self, block: list[Step]) -> None:
        """Take the extremes of some steps, and forget those."""
        for it in self.extremes if block else ():
            values = [step.values[it.name] for step in block]
            exact = [
                step.exact.get(it.name, value) for step, value in zip(block, values, strict=True)
            ]
            it.add(self.count - len(block) + 1, values, exact)
        block.clear()

    @property
    def hidden(self) -> int:
        """How many steps are neither at the beginning nor at the end."""
        return self.count - len(self.head) - len(self.tail)


def _levels(name: str, value: Any) -> Iterator[tuple[str, float]]:
    """Yield a value's elements with their names; the mean of many."""
    if isinstance(value, float):
        yield name, value
    elif len(value) <= _UNITS:
        yield from ((f"{name}[{k}]", float(element)) for k, element in enumerate(value, 1))
    else:
        yield f"{name} (mean)", _mean(value)


def _mean(value: Any) -> float:
    largest = float(abs(value).max())
    # The sum of large numbers may be too large where their mean is not.
    return float((value / largest).mean()) * largest if largest > _LARGE else float(value.mean())


class Course:
    """How a number went over time, as evenly spaced samples: at most so many, however long.

    name: the quantity. low, high: the number's extremes.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.low, self.high = inf, -inf
        self._samples: list[float] = []
        self._stride, self._seen = 1, 0

    def add(self, level: float) -> None:
        """Take the next number."""
        self.low, self.high = min(self.low, level), max(self.high, level)
        if self._seen % self._stride == 0:
            self._samples.append(level)
            if len(self._samples) > 2 * LONGEST_COURSE:
                del self._samples[1::2]
                self._stride *= 2
        self._seen += 1

    def strip(self, width: int, low: float, high: float) -> str:
        """Return a bar for each sample, or for so many of them that they fit."""
        every = -(-len(self._samples) // width)
        return "".join(bar(level, low, high) for level in self._samples[::every])


def bar(level: float, low: float, high: float) -> str:
    """Return the bar of a number on a scale."""
    if not high > low:
        return _BARS[len(_BARS) // 2]
    if high - low == inf:
        level, low, high = level / 2, low / 2, high / 2
    place = int((level - low) / (high - low) * len(_BARS))
    return _BARS[min(max(place, 0), len(_BARS) - 1)]
