"""Axes: where the steps of a sequence stand, side by side, and which of them have a number."""

from __future__ import annotations

from collections.abc import Callable

from rnncalc.reports.pictures.svg import Sheet, width

#: Where a plot begins, how wide it is, and what is left free at the edges of a picture.
LEFT, PLOT, EDGE = 96, 760, 24
SMALLEST = 11  # size of numbers
_TICKS = (1, 2, 5)


class Steps:
    """Steps from left to right; before the first there is the state of before.

    count: how many there are. has_start: whether what is before them is shown.
    """

    def __init__(self, count: int, *, has_start: bool) -> None:
        self.count, self._has_start = count, has_start

    @property
    def each(self) -> float:
        """How wide a step is."""
        return PLOT / (self.count + 1)

    def x(self, t: float) -> float:
        """Return where the middle of a step is."""
        return LEFT + PLOT * (t + 0.5) / (self.count + 1)

    def draw(self, sheet: Sheet, y: float, number: Callable[[int], int]) -> None:
        """Draw the axis below a height. number: what a step is called."""
        wide = width(f"{self.count:,}", SMALLEST, is_number=True) + 16
        least = self.count * wide / PLOT
        step = next(m * 10**k for k in range(12) for m in _TICKS if m * 10**k >= least)
        first = 0 if self._has_start and self.count * wide <= PLOT else 1
        sheet.text(LEFT - 8, y + 15, "t", "n quiet", SMALLEST, "end")
        for t in sorted({first, *range(step, self.count + 1, step)}):
            if t == first or self.x(t) - self.x(first) >= wide:
                x = self.x(t)
                sheet.wire([(x, y), (x, y + 4)], "grid")
                sheet.text(x, y + 15, f"{number(t):,}", "n quiet", SMALLEST, "middle")
