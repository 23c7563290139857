"""Bins: how quantities went, each step by itself while there is room, then extremes of so many."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf
from typing import Any, NamedTuple

MOST_BINS = 400
MOST_CELLS = 5000  # values of a quantity that are kept one by one
LINES = 4  # units that have a line each


class Extreme(NamedTuple):
    """A smallest or largest value, the step it was met at first, and its unit, 0 of a number."""

    value: float
    t: int
    unit: int


class Course:
    """How a quantity went.

    first: its state before the first step, if it has one, of a long one the smallest and the
    largest. last: the first of the last values, as many as there are lines. units: how many
    elements it has; plain: whether it is a number. rows: the elements of each step, None if there
    are too many. bins: the smallest and largest of ``stride`` steps and all units, one after
    another. low, high: the extremes of all.
    """

    def __init__(self, first: Any) -> None:
        self.first = None if first is None else _elements(first)
        if self.first and len(self.first) > MOST_CELLS:
            self.first = [min(self.first), max(self.first)]
        self.units, self.plain = 0, True
        self.rows: list[list[float]] | None = []
        self.bins: list[tuple[float, float]] = []
        self.low, self.high = Extreme(inf, 0, 0), Extreme(-inf, 0, 0)
        self.last: list[float] = []
        self.steps, self.stride = 0, 1
        self._open: list[tuple[float, float]] = []

    def add(self, value: Any) -> None:
        """Take the value of the next step."""
        self.plain, self.steps = isinstance(value, float), self.steps + 1
        if not self.plain and len(value) > MOST_CELLS:
            row, low, high = value, float(value.min()), float(value.max())
        else:
            row = _elements(value)
            low, high = min(row), max(row)
        self.units, self.last = len(row), _elements(row[:LINES])
        if low < self.low.value:
            self.low = Extreme(low, self.steps, self._unit(row, low))
        if high > self.high.value:
            self.high = Extreme(high, self.steps, self._unit(row, high))
        if self.steps * self.units > MOST_CELLS:
            self.rows = None
        if self.rows is not None:
            self.rows.append(row)
        self._open.append((low, high))
        if len(self._open) == self.stride:
            self._close()

    def _unit(self, row: Any, number: float) -> int:
        """Return the first unit that has a number, 0 if there are none."""
        if self.plain:
            return 0
        place: int = row.index(number) if isinstance(row, list) else int((row == number).argmax())
        return place + 1

    def _close(self) -> None:
        self.bins.append(_joined(self._open))
        self._open.clear()
        if len(self.bins) == 2 * MOST_BINS:
            self.bins = [_joined(self.bins[k : k + 2]) for k in range(0, len(self.bins), 2)]
            self.stride *= 2

    def done(self) -> None:
        """Close the last bin, which may be of fewer steps."""
        if self._open:
            self.bins.append(_joined(self._open))
            self._open.clear()


def _elements(value: Any) -> list[float]:
    if isinstance(value, list):
        return value
    return [value] if isinstance(value, float) else value.tolist()


def _joined(bins: Sequence[tuple[float, float]]) -> tuple[float, float]:
    return min(low for low, _ in bins), max(high for _, high in bins)
