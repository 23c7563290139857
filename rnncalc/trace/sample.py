"""A sample: all of some numbers while they are few, and of more so many by chance."""

from __future__ import annotations

import random
from typing import Any

_MOST = 1 << 17  # numbers that are kept: a share of them is right to a quarter of a percent


class Sample:
    """Numbers of which no more are kept than tell how they are distributed."""

    def __init__(self) -> None:
        self._kept: list[Any] = []
        self._count = 0
        self._share = 1.0
        self._chance = random.Random(0)

    def add(self, numbers: Any) -> None:
        """Take an array."""
        import numpy as np

        flat = numbers.reshape(-1)
        while self._count + flat.size * self._share > _MOST:
            self._halve()
        if self._share < 1:
            count = int(flat.size * self._share + self._chance.random())
            places = np.frombuffer(self._chance.randbytes(8 * count), np.uint64) % flat.size
            flat = flat[places.astype(np.intp)]
        else:
            flat = flat.copy()  # what it is a part of is used again, or large
        self._kept.append(flat)
        self._count += len(flat)

    def _halve(self) -> None:
        import numpy as np

        self._share /= 2
        if self._count:
            kept = np.concatenate(self._kept)
            self._kept = [kept[np.frombuffer(self._chance.randbytes(len(kept)), np.int8) < 0]]
            self._count = len(self._kept[0])

    def below(self, percent: int) -> float:
        """Return below which number so many percent lie, to what is kept."""
        import numpy as np

        return float(np.percentile(np.concatenate(self._kept), percent))
