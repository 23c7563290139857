"""Many numbers as somebody typed or computed them, in arrays: a `Typed` alone takes 64 bytes."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from math import prod
from typing import Any

from rnncalc.typed import AGREES, HALF, NOISE, Tolerance, Typed

# Of units of the last digit, what no number of seven digits or less has, and characters with which
# a sum has no more digits.
_TELLING, _FEW = 8e6, 8
_MOST_DECIMALS = 65_535  # of a number: floats have fewer
_PIECE = 4096  # numbers that are made Python's own at a time
# Numbers that are better made at once, and those in a row of a large matrix.
_SHORT, _SHORT_ROW = 1 << 16, 256


class Series(Sequence[Typed]):
    """Numbers that are made one by one when they are asked for: there may be millions.

    values: an array of them. units: what `Typed.unit` is of each; None if a program computed them,
    so that each claims to be exact, in NumPy's digits. texts: what was typed, and where that of
    each begins and ends, with nothing where it is as the program writes it. decimals: what
    `Typed.decimals` is of each.
    """

    def __init__(
        self,
        values: Any,
        units: Any = None,
        texts: Sequence[Any] = (b"", ()),
        decimals: Sequence[int] = (),
    ) -> None:
        self._values, self._units, self._texts = values, units, texts
        self._decimals = decimals

    @property
    def shape(self) -> tuple[int]:
        """How many there are, as an array has it."""
        return (len(self),)

    @property
    def decimals(self) -> int:
        """How many decimals were typed, at most."""
        return 0 if self._units is None else max(self._decimals)

    def __len__(self) -> int:
        return len(self._values)

    def __getitem__(self, place: Any) -> Any:
        """Return a number, or those in a slice without steps."""
        if isinstance(place, slice):
            return self._part(*place.indices(len(self)))
        number = self._values[place]
        if self._units is None:
            return Typed.exactly(float(number), str(number).removesuffix(".0"))
        (text, places), place = self._texts, place % len(self)
        own = text[places[place] : places[place + 1]].decode() or None
        return Typed.again(float(number), float(self._units[place]), self._decimals[place], own)

    def __iter__(self) -> Iterator[Typed]:
        """Yield all numbers."""
        if self._units is None:
            yield from (self[place] for place in range(len(self)))
            return
        text, places = self._texts
        for start in range(0, len(self), _PIECE):
            piece, ends = slice(start, start + _PIECE), slice(start, start + _PIECE + 1)
            values, units = self._values[piece].tolist(), self._units[piece].tolist()
            yield from _again(values, units, self._decimals[piece], text, places[ends].tolist())

    def _part(self, start: int, stop: int, _: int) -> Series:
        values, units, (text, places) = self._values[start:stop], self._units, self._texts
        if units is None:
            return Series(values)
        texts = text, places[start : stop + 1]
        return Series(values, units[start:stop], texts, self._decimals[start:stop])

    def known(self) -> Iterator[int]:
        """Yield the places of those that are known, from 0."""
        if self._units is None:
            return iter(range(len(self)))
        return map(int, (self._units >= 0).nonzero()[0])

    def agreement(self, values: Any, tolerance: Tolerance | None, spread: Any) -> list[str]:
        """Return for each number what `Typed.agrees` does.

        values: an array of them. spread: a number, or one for each.
        """
        words: list[str] = []
        for start in range(0, len(self), _PIECE):  # no more is in memory than has to be
            piece = slice(start, start + _PIECE)
            off = spread[piece] if getattr(spread, "ndim", 0) else spread
            words += self[piece]._agreement(values[piece], tolerance, off)
        return words

    def _agreement(self, values: Any, tolerance: Tolerance | None, spread: Any) -> list[str]:
        allowed: Any = 0.0
        if tolerance:
            allowed = tolerance.size * (abs(values) if tolerance.relative else 1.0)
        elif self._units is not None:
            allowed = self._units.clip(0.0)
            allowed[self._units == 1] = 0.1
            allowed *= HALF
        is_right = self._off(values) <= allowed + (NOISE * abs(values) + spread)
        words = [AGREES if it else "" for it in is_right.tolist()]
        if self._units is not None:
            others, spreads = ~is_right | (self._units < 0), 0.0 * values + spread
            for place in others.nonzero()[0].tolist():
                right, off = float(values[place]), float(spreads[place])
                words[place] = self[place].agrees(right, tolerance, off)
        return words

    def farthest(self, values: Any) -> tuple[float, int]:
        """Return how far a known number is from its value at most, and the first place of that."""
        off = self._off(values)
        if self._units is not None:
            off[self._units < 0] = -1.0
        place = int(off.argmax())
        return float(off[place]), place

    def has_whole(self, values: Any, far: float) -> bool:
        """Return whether one is typed without decimals and farther than that from its value."""
        units = self._units
        return units is not None and bool(((units >= 1) & (self._off(values) > far)).any())

    def count_fine(self, part: float) -> int:
        """Return how many have a last digit whose unit is less than that part of the number."""
        units = self._units
        if units is None:
            return 0
        return int(((units > 0) & (units < abs(self._values) * part)).sum())

    @property
    def tells_nothing(self) -> bool:
        """Whether all are typed, in too few digits to be those that tell what computed them."""
        units, lengths = self._units, self._texts[1]
        if units is None or (lengths[1:] - lengths[:-1]).max() > _FEW:
            return False
        return not ((units >= 0) & (abs(self._values) >= _TELLING * units)).any()

    def _off(self, values: Any) -> Any:
        import numpy as np

        with np.errstate(over="ignore"):
            return abs(self._values.astype(float) - values)


class Recorder:
    """Takes the texts of numbers, one after the other, and keeps each as a `Series` does.

    That takes 22 bytes, and as many as there are characters where those are not the program's own.
    """

    def __init__(self) -> None:
        self._values, self._units, self._decimals = array("d"), array("d"), array("H")
        self._texts, self._ends = bytearray(), array("I", [0])

    def __call__(self, text: str) -> float:
        """Take the text of a number, and return 0; raise ValueError if it has none."""
        return self._take(Typed(text))

    def blank(self) -> float:
        """Take what isn't known, and return 0."""
        return self._take(Typed.blank())

    def _take(self, number: Typed) -> float:
        self._values.append(number)
        self._units.append(number.unit)
        self._decimals.append(min(number.decimals, _MOST_DECIMALS))
        if number.own_text:
            self._texts += number.own_text.encode()
        self._ends.append(len(self._texts))
        return 0.0

    def taken(self, shape: Sequence[int]) -> Any:
        """Return the last numbers in a shape: one of them, a vector, or a list of rows."""
        count, width = prod(shape), shape[-1] if shape else 1
        # Those before them were taken by a reader that couldn't go on.
        spare = len(self._values) - count
        for kept in (self._values, self._units, self._decimals, self._ends):
            del kept[:spare]
        if count <= _SHORT:
            told = self._values, self._units, self._decimals, self._texts, self._ends
            found: Sequence[Typed] = [*_again(*told)]
        else:
            import numpy as np

            values, units = np.frombuffer(self._values), np.frombuffer(self._units)
            texts = self._texts, np.frombuffer(self._ends, np.uint32)
            found = Series(values, units, texts, memoryview(self._decimals))
        if len(shape) < 2:
            return found if shape else found[0]
        rows = (found[start : start + width] for start in range(0, count, width))
        return [[*row] if width <= _SHORT_ROW else row for row in rows]


def _again(
    values: Iterable[float],
    units: Iterable[float],
    decimals: Iterable[int],
    text: bytes | bytearray,
    places: Sequence[int],
) -> Iterator[Typed]:
    """Yield numbers of which all is known: what `Series` has of each."""
    owns = (text[start:end].decode() if end > start else None for start, end in pairwise(places))
    return map(Typed.again, values, units, decimals, owns)
