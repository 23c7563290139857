"""Other cells give what the oracle gives: a GRU of each kind, readouts, and cells in files."""

from __future__ import annotations

import json
import random
import shlex
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rnncalc import CELLS, Cell, build, cell, run
from tests import oracle
from tests.conftest import Calculator

TEXTS = {
    "minimal": """
        # minimal gated unit
        f = sigmoid(W.fh @ h_prev + W.fx @ x + b.f)              # forget gate
        candidate = tanh(W.hh @ (f * h_prev) + W.hx @ x + b.h)   # candidate
        h = (1 - f) * h_prev + f * candidate                     # hidden state
    """,
    "peepholes": """
        f = sigmoid(W.fh @ h_prev + W.fx @ x + W.fc * c_prev + b.f)
        i = sigmoid(W.ih @ h_prev + W.ix @ x + W.ic * c_prev + b.i)
        candidate = tanh(W.ch @ h_prev + W.cx @ x + b.c)
        c = f * c_prev + i * candidate
        o = sigmoid(W.oh @ h_prev + W.ox @ x + c * W.oc + b.o)
        h = o * tanh(c)
    """,
    "coupled": """
        f = sigmoid(W.fh @ h_prev + W.fx @ x + b.f)
        i = 1 - f
        o = sigmoid(W.oh @ h_prev + W.ox @ x + b.o)
        candidate = tanh(W.ch @ h_prev + W.cx @ x + b.c)
        c = f * c_prev + i * candidate
        h = o * tanh(c)
    """,
    "projection": """
        f = sigmoid(W.fh @ h_prev + W.fx @ x + b.f)
        i = sigmoid(W.ih @ h_prev + W.ix @ x + b.i)
        o = sigmoid(W.oh @ h_prev + W.ox @ x + b.o)
        candidate = tanh(W.ch @ h_prev + W.cx @ x + b.c)
        c = f * c_prev + i * candidate
        m = o * tanh(c)
        h = W.hm @ m
    """,
    "leaky": """
        h = (1 - alpha) * h_prev + alpha * tanh(W.hh @ h_prev + W.hx @ x + b.h)
    """,
}


def command(name: str, folder: Path) -> str:
    """Return what calls a variant on the command line: its text as a file, or its options."""
    if name not in TEXTS:
        return name
    (folder / f"{name}.cell").write_text(TEXTS[name])
    return f"cell {shlex.quote(str(folder / name))}.cell"


def varied(name: str) -> Cell:
    """Return the cell that a variant is."""
    if name in TEXTS:
        return cell(TEXTS[name], name)
    base, *words = name.split()
    settings = {word[2:]: value for word, value in zip(words[::2], words[1::2], strict=True)}
    return CELLS[base].varied(**settings) if settings else CELLS[base]


@pytest.mark.parametrize("name", oracle.VARIANTS)
@pytest.mark.parametrize(("n", "m", "k"), [(1, 1, 1), (2, 2, 2), (3, 1, 2), (4, 2, 3)])
def test_variants_agree_with_oracle(
    rnncalc: Calculator, tmp_path: Path, name: str, n: int, m: int, k: int
) -> None:
    """Every quantity of three steps is what the oracle computes: n units, m inputs, k others."""
    chance = random.Random(n * 100 + m * 10 + k)
    parameters, xs = oracle.random_problem(name, n, m, 3, chance, k=k)
    given = (f"--{key.replace('_', '-')}={json.dumps(v)}" for key, v in parameters.items())
    steps = rnncalc(
        f"{command(name, tmp_path)} {shlex.join(given)} --xs '{json.dumps(xs)}' -f json"
    ).json
    for step, x, expected in zip(steps, xs, oracle.run(name, parameters, xs), strict=True):
        assert step["x"] == x
        for quantity, value in expected.items():
            assert step[quantity] == pytest.approx(value, rel=1e-12, abs=1e-14), quantity


@pytest.mark.parametrize("name", oracle.VARIANTS)
def test_variants_of_plain_numbers(name: str) -> None:
    """A problem of plain numbers computes the same in floats, and gives floats."""
    parameters, xs = oracle.random_problem(name, 1, 1, 4, random.Random(1))
    flat = {key: float(np.ravel(value)[0]) for key, value in parameters.items()}
    steps = list(run(build(varied(name), flat, [x[0] for x in xs])))
    for step, expected in zip(steps, oracle.run(name, parameters, xs), strict=True):
        for quantity, (value,) in expected.items():
            assert type(step.values[quantity]) is float
            assert step.values[quantity] == pytest.approx(value, rel=1e-12, abs=1e-14), quantity


@pytest.mark.parametrize(
    "name", ["gru --reset after", "gru --reset after --update new", "gated --update old"]
)
def test_variants_read_back(rnncalc: Calculator, name: str, tmp_path: Path) -> None:
    """A built-in cell with its options is a text, and that text is the same cell."""
    source = rnncalc(f"{name} --equations -f source").out
    (tmp_path / "mine").write_text(source)
    parameters, xs = oracle.random_problem(name, 2, 3, 2, random.Random(1))
    given = (f"--{key.replace('_', '-')}={json.dumps(v)}" for key, v in parameters.items())
    rest = f"{shlex.join(given)} --xs '{json.dumps(xs)}' -f json"
    assert rnncalc(f"cell {tmp_path}/mine {rest}").json == rnncalc(f"{name} {rest}").json


def _cell_of_torch(torch: Any, given: dict[str, Any], n: int, m: int) -> Any:
    """Return PyTorch's GRU cell with these weights; its gates come in the order r, z, candidate."""
    net = torch.nn.GRUCell(m, n, dtype=torch.float64)
    parts = {
        "weight_ih": [given["w_rx"], given["w_zx"], given["w_hx"]],
        "weight_hh": [given["w_rh"], given["w_zh"], given["w_hh"]],
        "bias_ih": [given["b_r"], given["b_z"], given["b_h"]],
        "bias_hh": [np.zeros(n), np.zeros(n), given.get("b_hh", np.zeros(n))],
    }
    with torch.no_grad():
        for name, arrays in parts.items():
            getattr(net, name).copy_(torch.from_numpy(np.concatenate(arrays)))
    return net


@pytest.mark.torch
@pytest.mark.parametrize("reset", ["before", "after"])
@pytest.mark.parametrize("update", ["old", "new"])
def test_gru_against_torch(reset: str, update: str) -> None:
    """GRUs of all four kinds agree with PyTorch in float64 to 1e-12.

    PyTorch's reset gate comes after the matrix. Before it is the same where the matrix is a
    diagonal and has no bias. Its z weights the old state: on the new one z has the other sign.
    """
    torch = pytest.importorskip("torch")
    chance = np.random.default_rng(8)
    gru = CELLS["gru"].varied(reset=reset, update=update)
    for _ in range(100):
        n, m, steps = (int(v) for v in chance.integers(1, 7, 3))
        given = {
            p: chance.uniform(-1.5, 1.5, [{"n": n, "m": m}[s] for s in shape])
            for p, shape in oracle.VARIANTS["gru --reset after"][1].items()
        }
        if reset == "before":
            del given["b_hh"]
            given["w_hh"] *= np.eye(n)
        xs = chance.uniform(-2, 2, (steps, m))
        sign = 1 if update == "old" else -1
        mirrored = {**given, **{p: sign * given[p] for p in ("w_zh", "w_zx", "b_z")}}
        net, state = _cell_of_torch(torch, mirrored, n, m), torch.from_numpy(given["h"])
        with torch.no_grad():
            for x, step in zip(xs, run(build(gru, given, list(xs))), strict=True):
                state = net(torch.from_numpy(x), state)
                assert np.abs(step.values["h"] - state.numpy()).max() <= 1e-12
