"""Many numbers as somebody computed them, in arrays."""

from collections.abc import Iterator, Sequence
from typing import Any

from rnncalc.typed import AGREES, NOISE, Tolerance, Typed


class Computed(Sequence[Typed]):
    """Numbers that a program computed, in its array: each claims to be exact, in NumPy's digits.

    They are made one by one when they are asked for: there may be millions.
    """

    def __init__(self, array: Any) -> None:
        self._array = array

    def __len__(self) -> int:
        return len(self._array)

    def __getitem__(self, place: Any) -> Any:
        """Return a number, or those in a slice."""
        found = self._array[place]
        return Computed(found) if isinstance(place, slice) else _computed(found)

    def __iter__(self) -> Iterator[Typed]:
        """Yield all numbers."""
        return map(_computed, self._array)

    def agreement(self, values: Any, tolerance: Tolerance | None, spread: Any) -> list[str]:
        """Return for each number what `Typed.agrees` does.

        values: an array of them. spread: a number, or one for each.
        """
        allowed: Any = 0.0
        if tolerance:
            allowed = tolerance.size * (abs(values) if tolerance.relative else 1.0)
        noise = NOISE * abs(values) + spread
        is_right = self._off(values) <= allowed + noise
        return [AGREES if it else "" for it in is_right.tolist()]

    def farthest(self, values: Any) -> tuple[float, int]:
        """Return how far a number is from its value at most, and the first place of that."""
        off = self._off(values)
        place = int(off.argmax())
        return float(off[place]), place

    def _off(self, values: Any) -> Any:
        return abs(self._array.astype(float) - values)


def _computed(number: Any) -> Typed:
    return Typed.exactly(float(number), str(number).removesuffix(".0"))
