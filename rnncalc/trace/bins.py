"""Bins: which steps of a sequence stand together, however many come."""

from __future__ import annotations

from itertools import pairwise

_FINEST = 5040  # bins, a number with many divisors: joined in equal parts they stay equal


class Bins:
    """Bins of whole steps, as they go by.

    They differ by one step at most if it is known how many come, or few do. Otherwise each bin has
    as many steps as any other, but for the last: where others would have to end is forgotten by
    the time that it is known. count: how many bins there are.
    """

    def __init__(self, steps: int | None) -> None:
        self._steps, self._size = steps, 1
        self._number = min(steps, _FINEST) if steps else None
        self.count = self._seen = 0

    def end(self, place: int) -> int:
        """Return the last step of a bin, by its place from 0."""
        if self._steps and self._number:
            return (place + 1) * self._steps // self._number
        return min((place + 1) * self._size, self._seen)

    def cut(self, steps: int) -> list[tuple[int, int, bool]]:
        """Return the parts of the next steps, from and to, and whether each begins a bin."""
        parts, done = [], 0
        self._seen += steps
        while done < steps:
            start = self._seen - steps + done
            is_new = not self.count or start >= self._full(self.count - 1)
            self.count += is_new
            stop = min(done + self._full(self.count - 1) - start, steps)
            parts.append((done, stop, is_new))
            done = stop
        return parts

    def _full(self, place: int) -> int:
        return self.end(place) if self._number else (place + 1) * self._size

    def has_too_many(self) -> bool:
        """Return whether bins are to be joined in pairs, and count them as joined."""
        if self._number or self.count <= 2 * _FINEST:
            return False
        self._size *= 2
        self.count = -(-self.count // 2)
        return True

    def joined(self, most: int) -> list[tuple[int, int]]:
        """Return how bins are joined to so many at most: the first of each, and one behind."""
        if self.count <= most:
            most = self.count
        elif self._size > 1:
            each = self._alike(-(-self.count // most))
            return list(pairwise([*range(0, self.count, each), self.count]))
        elif self._number and self.count == _FINEST:
            most = max(k for k in range(1, most + 1) if _FINEST % k == 0)
        places = [k * self.count // most for k in range(most + 1)]
        return list(pairwise(places))

    def _alike(self, fewest: int) -> int:
        """Return how many bins to join, so many or some more, for the last to lack least."""
        return min(
            range(fewest, fewest * 5 // 4 + 1),
            key=lambda each: max(-self._seen % (each * self._size), 1),
        )
