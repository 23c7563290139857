"""Bins: how quantities went, each step by itself while there is room, then extremes of so many."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf
from typing import Any, NamedTuple

MOST_BINS = 400
MOST_CELLS = 5000  # values of a quantity that are kept one by one


class Extreme(NamedTuple):
    """A smallest or largest value, the step it was met at first, and its unit, 0 of a number."""

    value: float
    t: int
    unit: int


class Course:
    """How a quantity went.

    first: its state before the first step, if it has one. units: how many elements it has; plain:
    whether it is a number. rows: the elements of each step, None if there are too many. bins: the
    smallest and largest of ``stride`` steps and all units, one after another. low, high: the
    extremes of all.
    """

    def __init__(self, first: Any) -> None:
        self.first = None if first is None else _elements(first)
        self.units, self.plain = 0, True
        self.rows: list[list[float]] | None = []
        self.bins: list[tuple[float, float]] = []
        self.low, self.high = Extreme(inf, 0, 0), Extreme(-inf, 0, 0)
        self.last: list[float] = []
        self.steps, self.stride = 0, 1
        self._open: list[tuple[float, float]] = []

    def add(self, value: Any) -> None:
        """Take the value of the next step."""
        self.plain, row = isinstance(value, float), _elements(value)
        self.steps, self.units, self.last = self.steps + 1, len(row), row
        low, high = min(row), max(row)
        if low < self.low.value:
            self.low = Extreme(low, self.steps, 0 if self.plain else row.index(low) + 1)
        if high > self.high.value:
            self.high = Extreme(high, self.steps, 0 if self.plain else row.index(high) + 1)
        if self.rows is not None:
            self.rows.append(row)
            if self.steps * self.units > MOST_CELLS:
                self.rows = None
        self._open.append((low, high))
        if len(self._open) == self.stride:
            self._close()

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
    return [value] if isinstance(value, float) else value.tolist()


def _joined(bins: Sequence[tuple[float, float]]) -> tuple[float, float]:
    return min(low for low, _ in bins), max(high for _, high in bins)
