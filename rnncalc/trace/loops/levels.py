"""Levels: what functions are rounded to."""

from __future__ import annotations

from typing import Any

from rnncalc.cells.functions import TIES

Computable = Any  # a float or an array


def rounded(
    z: Computable, error: Computable, levels: tuple[float, float, float], ties: str
) -> tuple[Computable, tuple[int, ...]]:
    """Return a function's level, by the sign of z, and the units where z is 0: ties."""
    tied = abs(z) <= 2 * error
    low, _, high = levels
    at_tie = levels[TIES[ties]]
    if isinstance(z, float):
        return at_tie if tied else high if z > 0 else low, (1,) if tied else ()
    import numpy as np

    level = np.where(tied, at_tie, np.where(z > 0, high, low))
    return level, tuple(int(unit) + 1 for unit in tied.nonzero()[0])


def as_if(z: Computable, computed: Computable, amended: Computable, middle: float) -> Computable:
    """Return a pre-activation that rounds as an amended activation does."""
    if isinstance(z, float):
        return z if amended == computed else amended - middle
    import numpy as np

    return np.where(amended == computed, z, amended - middle)
