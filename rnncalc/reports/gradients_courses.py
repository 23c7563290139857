"""Gradients that go by: rows at both ends, to be shown, and numbers of all steps, to be drawn."""

from __future__ import annotations

from array import array
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from math import inf, log10
from typing import Any, NamedTuple

from rnncalc.numerals import power, rounded


class Shown:
    """The rows at both ends, or the one of a step, while all of them go by.

    head, tail: how many rows there are at each; all of them are in the head if that is None.
    """

    def __init__(self, step: int | None, head: int | None = None, tail: int = 0) -> None:
        self._step, self._most, self._last = step, head, tail
        self.head: list[Any] = []
        self.tail: deque[Any] = deque(maxlen=tail)
        self.hidden = 0

    def add(self, row: Any) -> None:
        """Take the next row."""
        if self._step not in (None, row.t):
            return
        if self._most is None or len(self.head) < self._most:
            self.head.append(row)
        else:
            self.hidden += len(self.tail) == self._last
            self.tail.append(row)

    def passing(self, rows: Iterable[Any]) -> Iterator[Any]:
        """Yield rows on, and note which are shown."""
        for row in rows:
            self.add(row)
            yield row

    @property
    def rows(self) -> list[Any]:
        """Those that are shown."""
        return [*self.head, *self.tail]


class Level(NamedTuple):
    """How large something is at a step: the logarithm, -inf of 0; and the number, if it is one."""

    t: int
    power: float
    worth: float | None = None

    @property
    def is_negative(self) -> bool:
        """Whether it is below 0."""
        return (self.worth or 0.0) < 0

    def text(self, digits: int) -> str:
        """Return it as it is written in tables."""
        return power(self.power, digits) if self.worth is None else rounded(self.worth, digits)


class Levels:
    """How large something is from the last step to the first, and at the start, the step 0.

    numbers: what it is, or its logarithms.
    """

    def __init__(self, numbers: Sequence[float], *, are_powers: bool = False) -> None:
        self._numbers, self._are_powers = numbers, are_powers

    def __len__(self) -> int:
        """Return how many levels there are."""
        return len(self._numbers)

    def __getitem__(self, place: int) -> Level:
        """Return a level by its place from 0, or from the end by one below 0."""
        number, t = self._numbers[place], -place - 1 if place < 0 else len(self) - 1 - place
        if self._are_powers:
            return Level(t, number)
        return Level(t, log10(abs(number)) if number else -inf, number)

    def __iter__(self) -> Iterator[Level]:
        """Yield the levels."""
        return map(self.__getitem__, range(len(self)))


class Courses:
    """What goes on from step to step, numbers by what they are and the state they are of.

    last: the last of the rows.
    """

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], array[float]] = {}
        self.last: Any = None

    def passing(
        self, rows: Iterable[Any], numbers: Callable[[Any], Mapping[tuple[str, str], float | None]]
    ) -> Iterator[Any]:
        """Yield rows on, and note the numbers of each, but for those that aren't there."""
        for row in rows:
            for key, number in numbers(row).items():
                if number is not None:
                    self._found.setdefault(key, array("d")).append(number)
            self.last = row
            yield row

    def __contains__(self, key: tuple[str, str]) -> bool:
        """Return whether there is such a course."""
        return key in self._found

    def powers(self, key: tuple[str, str]) -> array[float]:
        """Return the logarithms of a course, -inf for 0; of bounds, which are some, themselves."""
        numbers = self._found[key]
        if key[0] == "bound":
            return numbers
        return array("d", (log10(number) if number else -inf for number in numbers))

    def levels(self, key: tuple[str, str], start: float | None = None, **how: bool) -> Levels:
        """Return a course, with that of the start if it has none yet."""
        return Levels(self._found[key] + array("d", [] if start is None else [start]), **how)
