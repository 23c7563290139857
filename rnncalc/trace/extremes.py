"""Extremes: what each quantity came to in a sequence of any length, from blocks of its values."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf
from typing import Any

from rnncalc.cells.functions import FUNCTIONS
from rnncalc.cells.model import Cell
from rnncalc.problem.problem import Problem

NEAR = 0.01  # to the end of its range is saturated


class Extremes:
    """The smallest and the largest value of a quantity, and how many were saturated.

    name: of the quantity. ends: of the range that its function has, None if it has none.
    smallest, largest: each a value, its step and its unit, from 1. count: how many values there
    were, and saturated how many of them were near an end.
    """

    def __init__(self, problem: Problem, name: str) -> None:
        self.name = name
        self.ends = _ends(problem, name)
        self.smallest: tuple[float, int, int] = (inf, 0, 0)
        self.largest: tuple[float, int, int] = (-inf, 0, 0)
        self.count = self.saturated = 0

    @property
    def share(self) -> float | None:
        """Which part of the values was saturated, None if there is no saturation."""
        return self.saturated / self.count if self.ends else None

    def add(self, first: int, values: Sequence[Any], exact: Sequence[Any]) -> None:
        """Take the values of some steps: numbers, vectors, or an array with a row a step.

        first: the number of the first. exact: the same before rounding.
        """
        if isinstance(values, list) and isinstance(values[0], float):
            low, high, size = values.index(min(values)), values.index(max(values)), 1
            lowest, highest = values[low], values[high]
            self.count += len(values)
        else:
            table = _table(values)
            low, high, size = int(table.argmin()), int(table.argmax()), table.shape[1]
            lowest, highest = float(table.flat[low]), float(table.flat[high])
            self.count += table.size
        if lowest < self.smallest[0]:
            self.smallest = (lowest, first + low // size, low % size + 1)
        if highest > self.largest[0]:
            self.largest = (highest, first + high // size, high % size + 1)
        if self.ends:
            self.saturated += _near(exact, *self.ends)


def _near(values: Sequence[Any], low: float, high: float) -> int:
    """Return how many of some values are near the ends of a range."""
    below, above = low + NEAR, high - NEAR
    if isinstance(values, list) and isinstance(values[0], float):
        return sum(value < below or value > above for value in values)
    import numpy as np

    table = _table(values)
    return int(np.count_nonzero((table < below) | (table > above)))


def _table(values: Sequence[Any]) -> Any:
    """Return vectors as an array with a row for each; of a single one, without a copy."""
    import numpy as np

    return values[0][None] if len(values) == 1 else np.asarray(values)


def _ends(problem: Problem, name: str) -> tuple[float, float] | None:
    """Return the ends of the range in which a function's values, or a gate's, lie."""
    for line in problem.cell.equations:
        levels = FUNCTIONS[line.activation].levels if line.activation else None
        if line.name == name and levels:
            return levels[0], levels[2]
    return (0.0, 1.0) if problem.cell.roles[name] == "gate" else None


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
