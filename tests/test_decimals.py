"""Many floats at once are written as Python writes each of them."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rnncalc.decimals import exact_lines
from tests.conftest import Calculator

_CHANCE = np.random.default_rng(11)
_COUNT = 8_000


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


def test_a_long_vector_in_every_format(rnncalc: Calculator, tmp_path: Path) -> None:
    """Where lines come in pieces each format says what it says of a short vector."""
    x = NUMBERS["gates"].tolist() * 10  # and so is s, with weights 0 and 1 and no function
    np.save(tmp_path / "x.npy", x)
    command = f"simple --w-ss 0 --w-sx 1 --activation identity --x @{tmp_path}/x.npy"
    (step,) = rnncalc(f"{command} -f json").json
    assert (step["t"], step["x"], step["s"], step["s_prev"]) == (1, x, x, [0] * len(x))
    (only,) = rnncalc(f"{command} --only s,x -f json").json
    assert only == {"t": 1, "s": x, "x": x}
    assert [*map(json.loads, rnncalc(f"{command} --only s,x").out.split("\t"))] == [x, x]
    for words, names in (("", ("x", "s_prev", "s", "pre.s")), ("--only x,s", ("x", "s"))):
        header, row = csv.reader(rnncalc(f"{command} -f csv {words}").out.splitlines())
        assert header == ["t", *(f"{name}[{k + 1}]" for name in names for k in range(len(x)))]
        numbers = [*map(float, row)]
        assert (numbers[: len(x) + 1], numbers[-len(x) :]) == ([1, *x], x)
    lines = rnncalc(f"{command} -f plain --digits 1").out.splitlines()
    said = dict(line.split(" = ") for line in lines)
    assert said["x"] == said["s"]
    assert [*map(float, said["s"].strip("[]").split(", "))] == pytest.approx(x, abs=0.0501)
