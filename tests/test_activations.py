"""Accuracy: activations and whole steps against 50 digits, whole cells against PyTorch."""

from __future__ import annotations

import math
import random
from typing import Any

import mpmath
import numpy as np
import pytest

from rnncalc import build, run
from rnncalc.cells.functions import FUNCTIONS
from tests.conftest import CORES, shape_of

TRUE = {
    "sigmoid": lambda z: 1 / (1 + mpmath.exp(-z)),
    "tanh": mpmath.tanh,
}
UNIT = 2.0**-53  # what rounding to a float can be off by, against its size

LSTM, SIMPLE = CORES["lstm"], CORES["simple"]


def _pre_activations() -> list[float]:
    """Return 25,000 of them: everyday ones, and some of every size that a float can have.

    Many are near where other forms than the textbook's begin, or where e^-z is no float any more.
    """
    chance = random.Random(7)
    everyday = [chance.uniform(-limit, limit) for limit in (0.7, 2, 40, 750) for _ in range(4_000)]
    near = [
        chance.choice((-1, 1)) * chance.uniform(edge - 0.5, edge + 0.5)
        for edge in (0.6, 36.9, 709.6, 745)
        for _ in range(1_250)
    ]
    wide = [chance.choice((-1, 1)) * 10 ** chance.uniform(-323, 308) for _ in range(4_000)]
    edges = [0.0, 5e-324, 2.2250738585072014e-308, 1e-20, 0.5, 1.0, 36.7, 745.2, 1.797e308]
    return everyday + near + wide + edges + [-z for z in edges]


def _ulps(got: float, true: mpmath.mpf) -> float:
    return float(abs(mpmath.mpf(got) - true) / math.ulp(float(true)))


@pytest.mark.parametrize("name", TRUE)
def test_within_two_ulp(name: str) -> None:
    """Float and array forms are within 2 ulp of 50 digits, without a warning anywhere."""
    inputs = _pre_activations()
    arrays = FUNCTIONS[name].array(np.array(inputs)).tolist()
    with mpmath.workdps(50):
        for z, from_array in zip(inputs, arrays, strict=True):
            true = TRUE[name](mpmath.mpf(z))
            number = FUNCTIONS[name].number(z)
            assert _ulps(number, true) <= 2, z
            assert number == from_array or _ulps(from_array, true) <= 2, z


def test_exact_activations() -> None:
    """Relu and identity give exactly what they are."""
    for z in _pre_activations()[::25]:
        assert FUNCTIONS["relu"].number(z) == max(z, 0.0)
        assert FUNCTIONS["identity"].number(z) == z
    array = np.array([-1.5, 0.0, 2.5])
    assert FUNCTIONS["relu"].array(array).tolist() == [0.0, 0.0, 2.5]
    assert FUNCTIONS["identity"].array(array).tolist() == array.tolist()


@pytest.mark.parametrize("size", [1.0, 30.0, 1e-8, 1e5])
def test_slopes(size: float) -> None:
    """Slopes, from a function's value, are those of central differences with 50 digits."""
    chance = random.Random(size)
    for name, function in TRUE.items():
        for _ in range(200):
            z = chance.uniform(-size, size)
            with mpmath.workdps(50):
                step = mpmath.mpf(10) ** -15
                true = (function(z + step) - function(z - step)) / (2 * step)
            value = FUNCTIONS[name].number(z)
            assert FUNCTIONS[name].slope(value) == pytest.approx(float(true), abs=1e-15)
    assert [FUNCTIONS["relu"].slope(y) for y in (0.0, 2.0)] == [0.0, 1.0]
    assert FUNCTIONS["identity"].slope(3.0) == 1.0


def test_a_whole_step() -> None:
    """Each quantity of LSTM steps with 6,000 pre-activations is right from those before it.

    Pre-activations and the memory cell within what rounding their terms can come to, activations
    within 2 ulp, the hidden state within 1.
    """
    chance = np.random.default_rng(3)
    n = 300
    for scale in np.logspace(-6, 3, 5):
        given = {
            name: chance.uniform(-1, 1, n) * (scale if p.kind == "weight" else 1)
            for name, p in LSTM.parameters.items()
        }
        xs = chance.uniform(-2, 2, n)
        (step,) = run(build(LSTM, given, [xs]))
        exact = {name: [mpmath.mpf(v) for v in value.tolist()] for name, value in given.items()}
        x = [mpmath.mpf(v) for v in xs.tolist()]
        with mpmath.workdps(50):
            for name, letter, function in (
                *((gate, gate, "sigmoid") for gate in "fio"),
                ("candidate", "c", "tanh"),
            ):
                for k in range(n):
                    terms = (
                        exact[f"w_{letter}h"][k] * exact["h"][k],
                        exact[f"w_{letter}x"][k] * x[k],
                        exact[f"b_{letter}"][k],
                    )
                    z = float(step.pre[name][k])
                    assert abs(z - sum(terms)) <= 4 * UNIT * sum(map(abs, terms))
                    value = float(step.values[name][k])
                    assert _ulps(value, TRUE[function](mpmath.mpf(z))) <= 2
            of = {name: [mpmath.mpf(v) for v in step.values[name].tolist()] for name in step.values}
            for k in range(0, n, 10):
                kept, new = of["f"][k] * of["c_prev"][k], of["i"][k] * of["candidate"][k]
                assert abs(of["c"][k] - kept - new) <= 3 * UNIT * (abs(kept) + abs(new))
                assert _ulps(float(of["tanh_c"][k]), mpmath.tanh(of["c"][k])) <= 2
                assert _ulps(float(of["h"][k]), of["o"][k] * of["tanh_c"][k]) <= 1


@pytest.mark.torch
def test_against_torch() -> None:
    """1,000 random cells agree with PyTorch in float64 to 1e-12: LSTMs and simple RNNs."""
    torch = pytest.importorskip("torch")
    chance = np.random.default_rng(5)
    for k in range(500):
        n, m, steps = (int(v) for v in chance.integers(1, 9, 3))
        for cell in (LSTM, SIMPLE):
            given: dict[str, Any] = {
                name: chance.uniform(-1.5, 1.5, shape_of(cell, p, n, m))
                for name, p in cell.parameters.items()
            }
            xs = chance.uniform(-2, 2, (steps, m))
            letters = ("i", "f", "c", "o") if cell is LSTM else ("s",)
            state = "h" if cell is LSTM else "s"
            kind = torch.nn.LSTM if cell is LSTM else torch.nn.RNN
            net = kind(m, n, dtype=torch.float64)
            parts = {
                "weight_hh_l0": [given[f"w_{letter}{state}"] for letter in letters],
                "weight_ih_l0": [given[f"w_{letter}x"] for letter in letters],
                "bias_ih_l0": [given[f"b_{letter}"] for letter in letters],
                "bias_hh_l0": [np.zeros(n) for _ in letters],
            }
            with torch.no_grad():
                for name, arrays in parts.items():
                    getattr(net, name).copy_(torch.from_numpy(np.concatenate(arrays)))
                starts = [torch.from_numpy(given[s])[None, :] for s in cell.states]
                first = tuple(starts) if cell is LSTM else starts[0]
                outputs, _ = net(torch.from_numpy(xs), first)
            ours = [step.values[state] for step in run(build(cell, given, list(xs)))]
            assert np.abs(np.array(ours) - outputs.numpy()).max() <= 1e-12, k


@pytest.mark.parametrize("name", ["simple", "lstm"])
def test_closed_gates_in_a_sequence(name: str) -> None:
    """In the loop, too, sigmoids are within 2 ulp where e^-z is huge, or no float at all."""
    cell = CORES[name].varied(activation="sigmoid") if name == "simple" else CORES[name]
    gate = "f" if name == "lstm" else "s"
    weights = {p.name: float(p.name[-1] == "x") for p in cell.parameters.values() if p.is_matrix}
    inputs = [0.5, -30.0, -36.8, -37.1, -100.0, -708.5, -720.0, -744.0, 3.0, -1.0]
    for steps in (run(build(cell, weights, [[z, -z / 2] for z in inputs[k:]])) for k in range(10)):
        for step in steps:
            for value, z in zip(step.values[gate], step.pre[gate], strict=True):
                with mpmath.workdps(50):
                    assert _ulps(float(value), TRUE["sigmoid"](mpmath.mpf(float(z)))) <= 2, z
