"""Activations are right to 2 units in the last place, for floats and for arrays."""

from __future__ import annotations

import math
import random

import mpmath
import numpy as np
import pytest

from rnncalc.activations import ACTIVATIONS

TRUE = {
    "sigmoid": lambda z: 1 / (1 + mpmath.exp(-z)),
    "tanh": mpmath.tanh,
    "relu": lambda z: max(z, mpmath.mpf(0)),
    "identity": lambda z: z,
}


def _pre_activations() -> list[float]:
    chance = random.Random(7)
    everyday = [chance.uniform(-limit, limit) for limit in (0.7, 2, 40, 750) for _ in range(2500)]
    wide = [chance.choice((-1, 1)) * 10 ** chance.uniform(-320, 308) for _ in range(2000)]
    edges = [0.0, 5e-324, 2.2250738585072014e-308, 1e-20, 0.5, 1.0, 36.7, 745.2, 1.797e308]
    return everyday + wide + edges + [-z for z in edges]


def _ulps(got: float, true: mpmath.mpf) -> float:
    return float(abs(mpmath.mpf(got) - true) / math.ulp(float(true)))


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_within_two_ulp(name: str) -> None:
    """Float and array forms are within 2 ulp of 50 digits, without a warning anywhere."""
    inputs = _pre_activations()
    arrays = ACTIVATIONS[name].array(np.array(inputs)).tolist()
    with mpmath.workdps(50):
        for z, from_array in zip(inputs, arrays, strict=True):
            true = TRUE[name](mpmath.mpf(z))
            assert _ulps(ACTIVATIONS[name].number(z), true) <= 2, z
            assert _ulps(from_array, true) <= 2, z
