"""The picture of gradients: how much of a change is left, bars on one scale of logarithms."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from itertools import islice
from math import ceil, floor, inf
from typing import NamedTuple
from xml.etree.ElementTree import Element

from rnncalc.numerals import counted
from rnncalc.reports.gradients_courses import Level, Levels
from rnncalc.reports.gradients_parts import Parts, Story
from rnncalc.reports.pictures.axes import EDGE, LEFT, PLOT, SMALLEST, Steps
from rnncalc.reports.pictures.svg import (
    LARGE,
    SMALL,
    TITLE,
    Sheet,
    broken,
    formula_width,
    number,
    shortened_to,
    width,
)

_WIDE = LEFT + PLOT + EDGE
_HIGH, _ROOM = 104.0, 16.0  # of a plot, and above its highest bar
_TICK = 18.0  # pixels between numbers of the scale
_MOST_BARS = 380


class _Bar(NamedTuple):
    """The largest of some steps, and the smallest of them, as a power of ten."""

    first: int
    last: int
    largest: Level
    smallest: float


class _Scale(NamedTuple):
    """Whole powers of ten, the lowest below all bars."""

    low: int
    high: int

    @property
    def step(self) -> int:
        """How many powers of ten are between two that have a number."""
        room = (_HIGH - _ROOM) / _TICK
        least = max(1.0, (self.high - self.low) / room)
        steps = (m * 10**k for k in range(12) for m in (1, 2, 5))
        return int(next(step for step in steps if step >= least))

    def height(self, level: float) -> float:
        """Return how high a bar is."""
        share = (level - self.low) / (self.high - self.low)
        return max(1.5, (_HIGH - _ROOM) * share)


def backwards(title: str, parts: Parts, digits: int) -> Element:
    """Return the picture of what becomes of a change on its way to the last step.

    title: of the report. parts: what there is to tell.
    """
    return _Drawing(title, parts, digits).drawn()


class _Drawing:
    def __init__(self, title: str, parts: Parts, digits: int) -> None:
        self.title, self.parts, self.digits = title, parts, digits
        self.sheet = Sheet()
        powers = array("d", (it.power for it in self._levels() if it.power > -inf))
        low, high = floor(min(powers, default=0.0)), ceil(max(powers, default=0.0))
        low -= low == min(powers, default=0.0)
        self.scale = _Scale(low, max(high, low + 1))
        count = parts.stories[0].levels[0].t
        self.steps = Steps(count, has_start=True)
        self.stride = -(-count // _MOST_BARS)

    def drawn(self) -> Element:
        """Return the picture."""
        sheet, y = self.sheet, 12.0
        for text in broken(self.title, TITLE, _WIDE - 2 * EDGE, is_number=False):
            y += 26
            sheet.text(EDGE, y, shortened_to(text, TITLE, _WIDE - 2 * EDGE), "bold", TITLE)
        for story in self.parts.stories:
            y = self._panel(story, y + 24)
        y += 16
        for note in [*self.parts.said, *self._legend(), *self.parts.notes]:
            for text in broken(note, SMALL, _WIDE - 2 * EDGE):
                y += 18
                sheet.text(EDGE, y, text, "quiet", SMALL)
        told = [*self.parts.said, *self._description()]
        return sheet.finished((_WIDE, y + 18), self.title, [text.rstrip(".") for text in told])

    def _levels(self) -> Iterator[Level]:
        return (level for story in self.parts.stories for level in story.levels)

    def _legend(self) -> Iterator[str]:
        yield "all bars are on one scale of powers of ten; t = 0 is the start, in grey"
        if any(level.is_negative for level in self._levels()):
            yield "orange with a bar across is below 0: its size is drawn"
        if any(level.power == -inf for level in self._levels()):
            yield "where there is no bar, it is 0 or too small for a number"
        if self.stride > 1:
            told = f"each bar is of {counted(self.stride, 'step')}"
            yield f"{told}: pale up to the largest, full up to the smallest"

    def _description(self) -> Iterator[str]:
        for story in self.parts.stories:
            name = "".join(base + (f"_{below}" if below else "") for base, below in story.formula)
            ends = (story.levels[0], story.levels[-1])
            first, start = (f"{level.text(self.digits)} at t = {level.t}" for level in ends)
            yield f"{name}, {story.what}, is {first} and {start}"

    def _panel(self, story: Story, y: float) -> float:
        """Draw what becomes of a change below a height; return where it ends."""
        sheet, start = self.sheet, story.levels[-1]
        sheet.formula(EDGE, y + 16, story.formula, f"of-{story.role}")
        x = EDGE + formula_width(story.formula, LARGE) + 12
        told = f"at t = 0: {start.text(self.digits)}"
        room = _WIDE - EDGE - width(told, SMALL, is_number=True)
        what = shortened_to(story.what, SMALL, room - x - 12)
        sheet.text(x, y + 15, what, "quiet", SMALL)
        sheet.text(_WIDE - EDGE, y + 15, told, "n quiet", SMALL, "end")
        y += 30
        self._grid(y)
        bars = [*self._binned(story.levels), _Bar(0, 0, start, start.power)]
        self._bars(bars, story.role, y)
        self._numbers(bars, y)
        self.steps.draw(sheet, y + _HIGH, lambda t: t)
        return y + _HIGH + 18

    def _grid(self, y: float) -> None:
        """Draw the frame, and the powers of ten with their numbers."""
        foot = y + _HIGH
        self.sheet.shape("rect", "grid", x=LEFT, y=y, width=PLOT, height=_HIGH)
        step = self.scale.step
        for level in range(-(-self.scale.low // step) * step, self.scale.high + 1, step):
            height = self.scale.height(level) if level > self.scale.low else 0.0
            line = [(LEFT, foot - height), (LEFT + PLOT, foot - height)]
            self.sheet.wire(line, "axis" if level == 0 else "grid")
            text = f"{10.0**level:g}" if -4 < level < 5 else f"1e{level}"
            self.sheet.text(LEFT - 6, foot - height + 4, text, "n quiet", SMALLEST, "end")

    def _binned(self, levels: Levels) -> Iterator[_Bar]:
        """Yield the bars of some steps each, without that of the start."""
        steps = islice(levels, len(levels) - 1)
        while some := [*islice(steps, self.stride)]:
            largest = max(some, key=lambda level: level.power)
            yield _Bar(some[-1].t, some[0].t, largest, min(level.power for level in some))

    def _bars(self, bars: Sequence[_Bar], role: str, y: float) -> None:
        """Draw the bars, a path for all of one kind; what is below 0 has a bar across."""
        foot, each = y + _HIGH, self.steps.each
        gap = min(each / 4, 6.0)
        paths: dict[tuple[str, bool], str] = {}
        across = ""
        for bar in bars:
            x = self.steps.x(bar.first) - each / 2 + gap / 2
            wide = (bar.last - bar.first + 1) * each - gap
            kind = "low" if bar.largest.is_negative else f"fill-{role}"
            kind = "fill-output" if not bar.last and kind != "low" else kind
            for level, is_pale in ((bar.largest.power, True), (bar.smallest, False)):
                if level == -inf or (is_pale and bar.largest.power == bar.smallest):
                    continue
                high = self.scale.height(level)
                box = f"M{number(x)} {number(foot - high)}h{wide:.2f}V{number(foot)}H{number(x)}z"
                paths[kind, is_pale] = paths.get((kind, is_pale), "") + box
            if bar.largest.is_negative and bar.largest.power > -inf:
                middle = foot - self.scale.height(bar.largest.power) / 2
                across += f"M{number(x + wide / 4)} {number(middle)}h{wide / 2:.2f}"
        for (kind, is_pale), path in sorted(paths.items(), key=lambda item: not item[0][1]):
            shade = {"fill_opacity": "0.35"} if is_pale else {}
            self.sheet.shape("path", kind, d=path, **shade)
        if across:
            self.sheet.shape("path", "minus", d=across)

    def _numbers(self, bars: Sequence[_Bar], y: float) -> None:
        """Write numbers in the room above all bars, if there is enough for each."""
        texts = [bar.largest.text(self.digits) for bar in bars]
        widest = max(width(text, SMALLEST, is_number=True) for text in texts)
        if self.stride > 1 or widest + 4 > self.steps.each:
            return
        for bar, text in zip(bars, texts, strict=True):
            self.sheet.text(self.steps.x(bar.first), y + 12, text, "n", SMALLEST, "middle")
