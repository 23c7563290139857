"""Many floats at once are written as Python writes each of them."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from rnncalc.decimals import exact_lines

_CHANCE = np.random.default_rng(11)
_COUNT = 20_000


def _near(bases: list[float]) -> list[float]:
    """Return the floats around some numbers, where powers of two and of ten change."""
    return [base + k * np.spacing(base) for base in bases for k in range(-100, 100)]


NUMBERS = {
    "gates": _CHANCE.uniform(-1, 1, _COUNT),
    "every size": 10.0 ** _CHANCE.uniform(-6, 8, _COUNT) * _CHANCE.choice([-1, 1], _COUNT),
    "any bits": _CHANCE.integers(0, 2046 << 52, _COUNT).view(np.float64),
    "14 digits": np.round(_CHANCE.uniform(-1, 1, _COUNT), 14),
    "15 digits": np.round(_CHANCE.uniform(-1, 1, _COUNT), 15),
    "16 digits": np.round(_CHANCE.uniform(-1, 1, _COUNT), 16),
    "few bits": _CHANCE.integers(0, 1 << 40, _COUNT) / 2.0**41,
    "single precision": _CHANCE.normal(size=_COUNT).astype(np.float32).astype(np.float64),
    "powers of two": np.array(_near([2.0**k for k in range(-16, 20)])),
    "powers of ten": np.array(_near([float(f"1e{k}") for k in range(-6, 8)])),
    "whole": np.array([0.0, -0.0, 1.0, -2.0, 5e-324, 1e15, 1e16, 1e300] * 10),
}


@pytest.mark.parametrize("numbers", NUMBERS.values(), ids=NUMBERS)
def test_as_python_writes_them(numbers: Any) -> None:
    """Each has Python's shortest digits, whole numbers no .0, and zero no sign."""
    for size in (1, 4):
        lines = list(exact_lines(numbers.reshape(-1, size)))
        for line, row in zip(lines, numbers.reshape(-1, size).tolist(), strict=True):
            wanted = ", ".join(repr(number + 0.0).removesuffix(".0") for number in row)
            assert line == f"[{wanted}]\n"
            assert json.loads(line) == row


@pytest.mark.parametrize("kind", ["gates", "whole"])
def test_a_long_line_comes_in_pieces(kind: str) -> None:
    """A long vector is one line of all its numbers, and no piece of it is large."""
    numbers = np.resize(NUMBERS[kind], (2, 150_000))
    pieces = list(exact_lines(numbers))
    assert max(map(len, pieces)) < 30 * 70_000
    lines = "".join(pieces).splitlines()
    assert [json.loads(line) for line in lines] == numbers.tolist()
