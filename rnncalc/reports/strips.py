"""Strips: how each quantity of a sequence went, as bars in bins of steps, with its extremes.

They are lines first, so that they can be counted before any is drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from rnncalc.numerals import rounded
from rnncalc.reports.rows import percent
from rnncalc.reports.scales import ROLES, Span, bar, scale, told
from rnncalc.reports.sequence import Course, Summary

_LONGEST, _SHORTEST = 60, 8  # bars of a strip
_TINY = 2.0**40


class Strips(NamedTuple):
    """The strips of some quantities, by name. legend: what they show. axis: the line below."""

    lines: Mapping[str, Sequence[str]]
    legend: str
    axis: str


def strips(
    shown: Summary,
    roles: Mapping[str, str],
    digits: int,
    width: int,
    most: int,
    room: Callable[[str], int],
) -> Strips:
    """Return strips that take so many lines at most; words where they are too narrow for bars.

    roles: of the quantities. width: columns that there are. room: what a text takes of them.
    """
    courses, counts = shown.courses, _counts(shown, roles, most)
    single = {name: min(number, 1) for name, number in counts.items()}
    for numbers in (single if _is_flat(shown) else counts, counts):
        ends = {
            name: _ends(courses[name], number, digits) for name, number in numbers.items() if number
        }
        labels = {name: [name, told(_scale(courses[name]))] for name in ends}
        for name, texts in ends.items():
            if len(texts) == 1:
                labels[name] = [" ".join(labels[name])]
        left = max(room(text) for texts in labels.values() for text in texts)
        right = max(room(text) for texts in ends.values() for text in texts)
        bars = min(width - left - right - 4, _LONGEST)
        if numbers is counts or bars >= shown.bins.count:
            break
    if bars < _SHORTEST and bars < shown.bins.count:
        words = {name: [sentence(name, courses[name], digits)] for name in ends}
        return Strips(words, "", "")
    parts = shown.bins.joined(bars)
    lines = {}
    for name, texts in ends.items():
        levels = _levels(courses[name], parts, shown, len(texts))
        span = _scale(courses[name])
        drawn = ["".join(bar(level, span) for level in strand) for strand in levels]
        if len(drawn) == 2 and drawn[0] == drawn[1]:
            drawn[1] = " " * len(drawn[0])
        heads = [*labels[name], "", ""]
        lines[name] = [
            f"{head}{' ' * (left - room(head))}  {strip}  {text}"
            for head, strip, text in zip(heads, drawn, texts, strict=False)
        ]
    axis = " " * (left - 1) + "t" + "  " + _axis(shown, parts)
    return Strips(lines, _legend(shown, parts, ends, courses), axis)


def sentence(name: str, course: Course, digits: int) -> str:
    """Say how a quantity went."""
    if course.low == course.high:
        parts = [f"always {rounded(course.low, digits)}"]
    else:
        parts = [
            f"{word} {rounded(value, digits)} at t = {t}{_unit(course, unit)}"
            for word, (value, t, unit) in (
                ("smallest", course.extremes.smallest),
                ("largest", course.extremes.largest),
            )
        ]
        parts += [_shares(course)] if course.units > 1 else []
    parts += _saturated(course)
    return f"{name} over time: {', '.join(parts)}"


def _counts(shown: Summary, roles: Mapping[str, str], most: int) -> dict[str, int]:
    """Return how many strips each quantity gets: fewer of those that are asked for least."""
    counts = {name: 3 if it.units > 1 else 2 for name, it in shown.courses.items()}
    counts = {
        name: 1 if shown.courses[name].low == shown.courses[name].high else number
        for name, number in counts.items()
    }
    names = sorted(counts, key=lambda name: ROLES.index(roles[name]))
    for fewer in (2, 1, 0):
        for name in names:
            # A line says which are not drawn at all, and one is always.
            if sum(counts.values()) > most - (not fewer) and (fewer or name != names[-1]):
                counts[name] = min(counts[name], fewer)
    return counts


def _is_flat(shown: Summary) -> bool:
    """Return whether each quantity's strips are one where no bins are joined."""
    return all(it.units == 1 and it.largest == it.smallest for it in shown.courses.values())


def _scale(course: Course) -> Span:
    return scale(course.span, course.low, course.high)


def _ends(course: Course, strips: int, digits: int) -> list[str]:
    """Return what stands behind each of a quantity's strips."""
    if course.low == course.high:
        return [", ".join([f"always {rounded(course.low, digits)}", *_saturated(course)])]
    least, most = (
        f"{word} {rounded(value, digits)} at {t:,}" + _unit(course, unit) * (strips > 1)
        for word, (value, t, unit) in (
            ("min", course.extremes.smallest),
            ("max", course.extremes.largest),
        )
    )
    if strips == 1:
        return [", ".join([least, most, *_saturated(course)])]
    if strips == 2:
        return [most, ", ".join([least, *_saturated(course)])]
    return [most, ", ".join([_shares(course), *_saturated(course)]), least]


def _shares(course: Course) -> str:
    return f"10% {course.sample.below(10):.2g}, 90% {course.sample.below(90):.2g}"


def _unit(course: Course, unit: int) -> str:
    return f", unit {unit}" if course.units > 1 else ""


def _saturated(course: Course) -> list[str]:
    """Say how much was saturated, of what can be, if any was."""
    share = course.extremes.share
    return [f"{percent(share)} saturated"] if share else []


def _levels(
    course: Course, parts: Sequence[tuple[int, int]], shown: Summary, strips: int
) -> Iterator[list[float]]:
    """Yield the levels of each strip: largest, median and smallest, two of them, or one."""
    largest = [max(course.largest[a:b]) for a, b in parts]
    smallest = [min(course.smallest[a:b]) for a, b in parts]
    if strips > 1 or course.units == 1:
        yield largest
    if course.units > 1 and strips != 2:
        ends = [0, *(shown.bins.end(b - 1) for _, b in parts)]
        yield [
            sum(course.medians[a:b]) / (end - start) * _TINY
            for (a, b), start, end in zip(parts, ends, ends[1:], strict=False)
        ]
    if strips > 1:
        yield smallest


def _axis(shown: Summary, parts: Sequence[tuple[int, int]]) -> str:
    """Return the line with the numbers of steps, each behind a tick below its bin."""
    ends = [shown.bins.end(b - 1) for _, b in parts]
    last = shown.count
    unit = next(
        step * 10**power
        for power in range(20)
        for step in (1, 2, 5)
        if last / (step * 10**power) * (len(f"{last:,}") + 3) <= max(len(parts), 12)
    )
    ticks = [1, *range(unit, last, unit), last]
    line = ""
    for t in dict.fromkeys(ticks):
        place = next(k for k, end in enumerate(ends) if end >= t)
        room = len(parts) - 1 - len(f"{last:,}") - 2 if t not in (1, last) else len(parts)
        if (place > len(line) or not line) and place <= room:
            line = f"{line:{place}}│{t:,}"
    return line


def _legend(
    shown: Summary,
    parts: Sequence[tuple[int, int]],
    ends: Mapping[str, Sequence[str]],
    courses: Mapping[str, Course],
) -> str:
    steps = [shown.bins.end(b - 1) - (shown.bins.end(a - 1) if a else 0) for a, b in parts]
    few, many = min(steps), max(steps)
    each = "a step" if many == 1 else f"{few:,} steps"
    if few != many:
        each = f"{few:,} or {many:,} steps" if many - few == 1 else f"{many:,} steps"
    last = f", the last {few:,}" if many - few > 1 else ""
    strands = max(map(len, ends.values()))
    units = max(course.units for course in courses.values())
    words = ""
    if strands == 3:
        words = f"; largest, median, smallest of {units:,}"
    elif strands == 2:
        words = "; largest over smallest"
    zero = "; ▄ is 0 on ±" if any(_scale(courses[name])[0] < 0 for name in ends) else ""
    return f"over time, {each} a bar{last}{words}{zero}"
