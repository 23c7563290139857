"""A sequence: a row for each step, and below it how each quantity went.

A long one shows its beginning and its end; the courses are thinned out as they grow, so that a
stream of any length takes the same space.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from math import inf
from typing import Any

from rnncalc.numerals import rounded
from rnncalc.problem.problem import Problem
from rnncalc.reports.drawing import GAP, Drawing, longest_line
from rnncalc.reports.page import Page
from rnncalc.reports.rows import sequence_names, sequence_row, start_row
from rnncalc.trace.step import Step

_HEAD, _TAIL = 12, 8  # steps that are shown of a long sequence
_WIDEST = 200  # columns of a table with a row a step, where nothing limits it
_UNITS = 4  # elements of a vector that have a course of their own
_COURSE = 60  # columns
_BARS = "▁▂▃▄▅▆▇█"

Draw = Callable[[Problem, Step, Page, Drawing], None]


def draw_sequence(
    problem: Problem, steps: Iterable[Step], page: Page, drawing: Drawing, draw_step: Draw
) -> None:
    """Draw a sequence: its steps in rows, or if those are too wide each by ``draw_step``."""
    names = sequence_names(problem)
    courses: dict[str, _Course] = {}
    head: list[Step] = []
    tail: deque[Step] = deque(maxlen=_TAIL)
    count = 0
    for step in steps:
        count += 1
        head.append(step) if count <= _HEAD else tail.append(step)
        for name in names:
            for label, level in _levels(name, step.values[name]):
                courses.setdefault(label, _Course()).add(level)
    hidden = count - len(head) - len(tail)

    rows = [start_row(names, head[0], page)]
    rows += [_with_bars(problem, names, step, page) for step in head]
    if hidden:
        rows.append(["…"] * (len(names) + 1))
    rows += [_with_bars(problem, names, step, page) for step in tail]
    rows = [[drawing.spell(cell) for cell in row] for row in rows]
    header = ["t", *names]
    widths = [max(map(longest_line, column)) for column in zip(header, *rows, strict=True)]
    if sum(widths) + GAP * len(names) <= min(drawing.width, _WIDEST):
        drawing.text(f"{problem.cell.title}, {count:,} steps", "heading")
        roles = [["", *(problem.cell.roles[name] for name in names)]] * len(rows)
        drawing.table(header, rows, widths, roles)
        drawing.text()
    else:
        for step in (*head, *tail):
            draw_step(problem, step, page, drawing)
    if hidden:
        drawing.text(f"… {hidden:,} of {count:,} steps are not shown; -f json has them all", "note")
        drawing.text()
    _draw_courses(problem, courses, page, drawing)


def _with_bars(problem: Problem, names: Sequence[str], step: Step, page: Page) -> list[str]:
    """Return a step's row, with a bar for each element of a gate."""
    row = sequence_row(problem, names, step, page)
    for place, name in enumerate(names, 1):
        if problem.cell.roles[name] == "gate" and name not in step.exact:
            levels = _levels(name, step.values[name], None)
            row[place] += " " + "".join(_bar(level, 0.0, 1.0) for _, level in levels)
    return row


def _levels(name: str, value: Any, most: int | None = _UNITS) -> Iterator[tuple[str, float]]:
    """Yield a value's elements with their names; the mean of more than ``most``."""
    if isinstance(value, float):
        yield name, value
    elif most is None or len(value) <= most:
        yield from ((f"{name}[{k}]", float(element)) for k, element in enumerate(value, 1))
    else:
        yield f"{name} (mean)", float(value.mean())


class _Course:
    """How a number went over time, as evenly spaced samples: at most so many, however long."""

    def __init__(self) -> None:
        self.low, self.high = inf, -inf
        self._samples: list[float] = []
        self._stride = 1
        self._seen = 0

    def add(self, level: float) -> None:
        self.low, self.high = min(self.low, level), max(self.high, level)
        if self._seen % self._stride == 0:
            self._samples.append(level)
            if len(self._samples) > 2 * _COURSE:
                del self._samples[1::2]
                self._stride *= 2
        self._seen += 1

    def strip(self, width: int, low: float, high: float) -> str:
        """Return a bar for each sample, or for so many of them that they fit."""
        every = -(-len(self._samples) // width)
        return "".join(_bar(level, low, high) for level in self._samples[::every])


def _bar(level: float, low: float, high: float) -> str:
    if not high > low:
        return _BARS[len(_BARS) // 2]
    if high - low == inf:
        level, low, high = level / 2, low / 2, high / 2
    place = int((level - low) / (high - low) * len(_BARS))
    return _BARS[min(max(place, 0), len(_BARS) - 1)]


def _draw_courses(
    problem: Problem, courses: Mapping[str, _Course], page: Page, drawing: Drawing
) -> None:
    """Draw each quantity's course, gates between 0 and 1, others between their extremes."""
    label_width = max(map(len, courses))
    ranges = {
        name: f"{rounded(course.low, page.digits)} to {rounded(course.high, page.digits)}"
        for name, course in courses.items()
    }
    width = min(drawing.width - label_width - max(map(len, ranges.values())) - 4, _COURSE)
    if width < 4:
        return
    drawing.text("over time", "heading")
    strips = {}
    for name, course in courses.items():
        role = problem.cell.roles[re.split(r"[\[ ]", name)[0]]
        low, high = (0.0, 1.0) if role == "gate" else (course.low, course.high)
        strips[name] = course.strip(width, low, high), role
    width = max(len(strip) for strip, _ in strips.values())
    for name, (strip, role) in strips.items():
        drawing.text(f"{name:{label_width}}  {strip:{width}}  {ranges[name]}", role)
    drawing.text()
