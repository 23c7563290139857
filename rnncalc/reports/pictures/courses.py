"""The picture of a sequence: heat rows for gates and candidates, lines for all else.

Where there are too many values for that, a quantity is a band from its smallest to its largest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from xml.etree.ElementTree import Element

from rnncalc.cells.expressions import PREVIOUS
from rnncalc.cells.functions import FUNCTIONS
from rnncalc.numerals import counted, rounded
from rnncalc.reports.page import Page
from rnncalc.reports.pictures.axes import EDGE, LEFT, PLOT, Steps
from rnncalc.reports.pictures.bins import LINES, MOST_CELLS, Course, Extreme
from rnncalc.reports.pictures.svg import (
    LARGE,
    SMALL,
    TITLE,
    Sheet,
    broken,
    number,
    shortened_to,
    symbol_width,
    width,
)
from rnncalc.reports.rows import notes, sequence_names
from rnncalc.trace.step import Step
from rnncalc.trace.trace import Trace

_MOST_LINES = 600  # steps with a line
_HEATED = ("gate", "candidate")  # roles of what has rows of boxes
_LEVELS = 12  # of shade


def courses(trace: Trace, page: Page, seen: Callable[[Step], None]) -> Element:
    """Return the picture of a sequence. Raises InputError if a step can't be computed.

    seen: called with each step as it goes by.
    """
    names = sequence_names(trace.problem)
    found: dict[str, Course] = {}
    for step in trace:
        seen(step)
        for name in names:
            if name not in found:
                found[name] = Course(step.values.get(name + PREVIOUS))
            found[name].add(step.values[name])
    trace.settle()
    for course in found.values():
        course.done()
    return _Drawing(trace, found, page.digits).drawn()


class _Drawing:
    def __init__(self, trace: Trace, found: dict[str, Course], digits: int) -> None:
        self.trace, self.found, self.digits = trace, found, digits
        self.cell = trace.problem.cell
        self.sheet, self.has_bars = Sheet(), False
        self.functions = {line.name: line.activation for line in self.cell.equations}
        heat = [n for n in found if self.cell.roles[n] in _HEATED]
        cells = sum(found[name].steps * found[name].units for name in heat)
        self.heat = set(heat) if cells <= MOST_CELLS else set()
        ends = (rounded(value, digits) for c in found.values() for value in c.last[:LINES])
        self.lead = 22 if any(1 < c.units <= LINES for c in found.values()) else 0
        widths = (width(f"[9] {text}", SMALL, is_number=True) for text in ends)
        self.right = max(widths) + 14 + self.lead
        self.wide = LEFT + PLOT + self.right + EDGE

    def drawn(self) -> Element:
        title = f"{self.cell.title}, {counted(self.trace.count, 'step')}"
        sheet, y = self.sheet, 44.0
        sheet.text(EDGE, 38, shortened_to(title, TITLE, self.wide - 2 * EDGE), "bold", TITLE)
        for name, course in self.found.items():
            y = self._panel(name, course, y + 22)
        y += 16
        for note in self._notes():
            for text in broken(note, SMALL, self.wide - 2 * EDGE):
                y += 18
                sheet.text(EDGE, y, text, "quiet", SMALL)
        return sheet.finished((self.wide, y + 18), title, self._description())

    def _notes(self) -> Iterator[str]:
        if self.heat:
            told = "rows of boxes: one for each unit, darker for what is farther from 0"
            if any(self.found[name].low.value < 0 for name in self.heat):
                bar = ", with a bar across where no number stands," * self.has_bars
                told += f"; orange{bar} is below 0"
            yield told
        if any(not self._has_lines(n) and n not in self.heat for n in self.found):
            stride = max(course.stride for course in self.found.values())
            each = f", {stride} steps at a time" if stride > 1 else ""
            yield f"bands: from the smallest to the largest of all units{each}"
        yield from notes(self.trace)

    def _has_lines(self, name: str) -> bool:
        course = self.found[name]
        # Lines that go up and down between the same two limits hide each other.
        each = course.units if self.cell.roles[name] in _HEATED else 1
        few = course.units <= LINES and course.steps * each <= _MOST_LINES
        return name not in self.heat and course.rows is not None and few

    def _scale(self, name: str) -> tuple[float, float]:
        """Return the ends of a quantity's scale."""
        course, function = self.found[name], FUNCTIONS.get(self.functions.get(name) or "")
        if function and function.is_bounded:
            return (0.0, 1.0) if function.is_gate else (-1.0, 1.0)
        values = [course.low.value, course.high.value, *(course.first or ())]
        if self.cell.roles[name] == "gate" and min(values) >= 0 and max(values) <= 1:
            return 0.0, 1.0
        most = max(map(abs, values)) or 1.0
        has_only_zeros = not any(values)
        return (-most if min(values) < 0 else 0.0), most * (has_only_zeros or max(values) > 0)

    def _panel(self, name: str, course: Course, y: float) -> float:
        """Draw how a quantity went below a height; return where it ends."""
        role = self.cell.roles[name]
        what = self.cell.quantities[name]
        self.sheet.symbol(EDGE, y + 16, name, role)
        x = EDGE + symbol_width(name, LARGE) + 12
        low, high = (self._named(extreme) for extreme in (course.low, course.high))
        told = f"from {low} to {high}"
        room = self.wide - EDGE - width(told, SMALL, is_number=True)
        if what != name:
            what = shortened_to(what, SMALL, room - x - 12)
            self.sheet.text(x, y + 15, what, "quiet", SMALL)
        self.sheet.text(self.wide - EDGE, y + 15, told, "n quiet", SMALL, "end")
        y += 30
        y = (self._heat if name in self.heat else self._chart)(name, course, y)
        steps = Steps(course.steps, has_start=bool(course.first))
        steps.draw(self.sheet, y, self.trace.problem.number)
        return y + 18

    def _named(self, extreme: Extreme) -> str:
        unit = f" in unit {extreme.unit}" if extreme.unit else ""
        t = self.trace.problem.number(extreme.t)
        return f"{rounded(extreme.value, self.digits)} (t = {t:,}{unit})"

    def _x(self, course: Course, t: float) -> float:
        return Steps(course.steps, has_start=bool(course.first)).x(t)

    def _heat(self, name: str, course: Course, y: float) -> float:
        """Draw a box for each value; return where they end."""
        rows = course.rows or []
        high = max(4.0, min(26.0, 224 // course.units))
        each = PLOT / (course.steps + 1)
        texts = [[rounded(value, self.digits) for value in row] for row in rows]
        widest = max(width(text, 11, is_number=True) for line in texts for text in line)
        has_numbers = high >= 16 and widest + 6 <= each
        self._boxes(name, course, y, (each, high), has_numbers)
        for t, line in enumerate(texts if has_numbers else (), 1):
            for unit, text in enumerate(line):
                below = y + unit * high + high / 2 + 4
                self.sheet.text(self._x(course, t), below, text, "n", 11, "middle")
        for unit in range(course.units if high >= 12 and not course.plain else 0):
            below = y + unit * high + high / 2 + 4
            self.sheet.text(LEFT - 8, below, f"[{unit + 1}]", "n quiet", 11, "end")
        return y + course.units * high

    def _boxes(
        self, name: str, course: Course, y: float, size: tuple[float, float], has_numbers: bool
    ) -> None:
        """Draw the boxes of values, a path for all of one shade; what is below 0 has a bar."""
        (each, high), most = size, max(map(abs, self._scale(name)))
        gap = min(1.0, each / 8, high / 8)
        shades: dict[tuple[int, bool], str] = {}
        bars = ""
        for t, row in enumerate(course.rows or (), 1):
            x = self._x(course, t) - each / 2
            for unit, value in enumerate(row):
                top = y + unit * high
                level = round(_LEVELS * abs(value / most))
                box = f"M{number(x)} {number(top)}h{each - gap:.2f}v{high - gap:.4g}H{number(x)}z"
                shades[level, value < 0] = shades.get((level, value < 0), "") + box
                if value < 0 and level and not has_numbers:
                    bars += f"M{number(x + each / 4)} {number(top + high / 2)}h{each / 2:.2f}"
        kind = f"fill-{self.cell.roles[name]}"
        for (level, is_negative), path in sorted(shades.items()):
            share = (0.05 + 0.95 * level / _LEVELS) * (0.45 if has_numbers else 1)
            shade = {"fill_opacity": f"{share:.2f}"}
            self.sheet.shape("path", "low" if is_negative else kind, d=path, **shade)
        if bars:
            self.has_bars = True
            self.sheet.shape("path", "minus", d=bars)

    def _chart(self, name: str, course: Course, y: float) -> float:
        low, most = self._scale(name)
        high, size = (84.0 if self._has_lines(name) else 64.0), max(-low, most)
        span = (most - low if most - low < 1e308 else 0.0) / size or 2.0

        def height(value: float) -> float:
            return y + high * (most / size - value / size) / span

        frame = {"x": LEFT, "y": y, "width": PLOT, "height": high}
        self.sheet.shape("rect", "grid", **frame)
        if low < 0 < most:
            self.sheet.wire([(LEFT, height(0)), (LEFT + PLOT, height(0))], "axis")
        limits = (rounded(v, self.digits) for v in (most, low))
        for value, text in zip((most, low), limits, strict=True):
            if width(text, 11, is_number=True) > LEFT - 12:
                text = f"{value:.2g}"
            place = height(value) + (9 if value == most else 0)
            self.sheet.text(LEFT - 6, place, text, "n quiet", 11, "end")
        if self._has_lines(name):
            self._lines(course, height)
        else:
            each = [course.stride * (k + 0.5) + 0.5 for k in range(len(course.bins))]
            xs = [number(self._x(course, min(t, course.steps))) for t in each]
            over = [f"{x},{number(height(b))}" for x, (_, b) in zip(xs, course.bins, strict=True)]
            under = [f"{x},{number(height(a))}" for x, (a, _) in zip(xs, course.bins, strict=True)]
            role = self.cell.roles[name]
            points = " ".join([*over, *reversed(under)])
            self.sheet.shape("polygon", f"band fill-{role} {role}", points=points)
        return y + high

    def _lines(self, course: Course, height: Callable[[float], float]) -> None:
        """Draw a line for each unit, with the last value behind it."""
        rows = course.rows or []
        starts = [course.first] if course.first else []
        ends = []
        for unit in range(course.units):
            points = [(0, row) for row in starts] + list(enumerate(rows, 1))
            spots = [(self._x(course, t), height(row[unit])) for t, row in points]
            path = " ".join(f"{number(x)},{number(y)}" for x, y in spots)
            self.sheet.shape("polyline", f"line line{unit}", points=path)
            ends.append((spots[-1][1], unit))
        below, end = -1e9, LEFT + PLOT + 8
        for y, unit in sorted(ends):
            below = max(below + 15, y + 4)
            if course.units > 1:  # which line a label is for
                lead = f"{end - 5},{number(y)} {end + self.lead - 4},{number(below - 4)}"
                self.sheet.shape("polyline", f"line line{unit}", points=lead)
            label = "" if course.plain else f"[{unit + 1}] "
            text = label + rounded(course.last[unit], self.digits)
            self.sheet.text(end + self.lead * (course.units > 1), below, text, "n", SMALL)

    def _description(self) -> Iterator[str]:
        for name in reversed(self.cell.states):
            course = self.found[name]
            last = ", ".join(rounded(v, self.digits) for v in course.last[:LINES])
            more = f" and {course.units - LINES} more" if course.units > LINES else ""
            yield f"The last {name} is {last}{more}"
        for name, course in self.found.items():
            low, high = self._named(course.low), self._named(course.high)
            yield f"{name}, {self.cell.quantities[name]}, goes from {low} to {high}"
