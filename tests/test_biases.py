"""Answers computed with one of two biases too few or too many are explained by that."""

from __future__ import annotations

import json
import random
from math import exp, tanh
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests import oracle
from tests.conftest import Calculator

#: The cell's words, its state, and its units in torch's order.
LAYERS = {
    "lstm": ("lstm", "h", "ifoc", "ifco"),
    "gru --reset after": ("gru --reset after", "h", "rzh", "rzh"),
    "simple": ("simple", "s", "s", "s"),
}


def _layer(name: str) -> tuple[dict[str, Any], list[Any], dict[str, Any]]:
    """Return the oracle's parameters, inputs, and a layer in torch's names with two biases."""
    words, state, *_, units = LAYERS[name]
    n, m = 3, 2
    numbers, xs = oracle.random_problem(words, n, m, 4, random.Random(name))
    draw = np.random.default_rng(3)
    biases = {which: draw.uniform(-1, 1, (len(units), n)) for which in ("ih", "hh")}
    stack = {
        side: np.concatenate([numbers[f"w_{u}{letter}"] for u in units])
        for side, letter in (("ih", "x"), ("hh", state))
    }
    layer = {f"weight_{side}_l0": matrix for side, matrix in stack.items()}
    layer |= {f"bias_{which}_l0": bias.ravel() for which, bias in biases.items()}
    return numbers, xs, layer


def _states(name: str, numbers: dict[str, Any], xs: list[Any], ih: Any, hh: Any) -> Any:
    """Return the hidden states of all steps by the oracle, with two biases."""
    words, state, *_, units = LAYERS[name]
    both = {f"b_{u}": (ih[k] + hh[k]).tolist() for k, u in enumerate(units)}
    if "gru" in name:  # the candidate's recurrent bias is inside the reset gate's product
        both |= {"b_h": ih[2].tolist(), "b_hh": hh[2].tolist()}
    return np.array([step[state] for step in oracle.run(words, {**numbers, **both}, xs)])


@pytest.mark.parametrize("times", [0.0, 2.0])
@pytest.mark.parametrize("which", ["input", "recurrent", "both"])
@pytest.mark.parametrize("name", LAYERS)
def test_one_of_two_biases(
    rnncalc: Calculator, name: str, which: str, times: float, tmp_path: Path
) -> None:
    """Of a framework's layer it is told which of its biases are left out, or there twice."""
    words, state, *_, units = LAYERS[name]
    numbers, xs, layer = _layer(name)
    ih, hh = (layer[f"bias_{side}_l0"].reshape(len(units), -1) for side in ("ih", "hh"))
    parts = (ih if which == "recurrent" else times * ih, hh if which == "input" else times * hh)
    np.savez(tmp_path / "layer.npz", **layer)
    np.save(tmp_path / "xs.npy", xs)
    np.save(tmp_path / "right.npy", _states(name, numbers, xs, ih, hh))
    np.save(tmp_path / "wrong.npy", _states(name, numbers, xs, *parts))
    starts = " ".join(f"--{s} '{numbers[s]}'" for s in ("s", "h", "c") if s in numbers)
    command = f"{words} --weights {tmp_path}/layer.npz --xs @{tmp_path}/xs.npy {starts} -f json"
    assert rnncalc(f"{command} --expect {state}=@{tmp_path}/right.npy").status == 0
    outcome = rnncalc(f"{command} --expect {state}=@{tmp_path}/wrong.npy")
    (mistake,) = outcome.json[-1]["mistakes"]
    place = "everywhere" if len(units) > 1 else "in s"
    how = "added twice" if times else "left out"
    what = "bias" if which == "both" else f"the {which} one of two biases"
    assert mistake["slips"][0]["name"] == f"{what} {how} {place}"


def test_a_long_sequence_of_many_units(rnncalc: Calculator, tmp_path: Path) -> None:
    """The mistake is named also where there is more than is gone through for every known slip."""
    draw, path = np.random.default_rng(2), tmp_path / "layer.npz"
    stacks = {"weight_ih_l0": (132, 2), "weight_hh_l0": (132, 33), "bias_ih_l0": (132,)}
    layer: dict[str, Any] = {name: draw.normal(size=shape) / 4 for name, shape in stacks.items()}
    layer |= {"bias_hh_l0": draw.normal(size=132) / 4}
    np.save(tmp_path / "xs.npy", draw.normal(size=(500, 2)))
    command = f"lstm --weights {path} --xs @{tmp_path}/xs.npy"
    cases: list[tuple[dict[str, Any], str]] = [
        ({"weight_hh_l0": layer["weight_hh_l0"].reshape(4, 33, 33).swapaxes(1, 2).reshape(132, 33)},
         "consistent with: every recurrent matrix transposed"),
        ({"bias_hh_l0": 0 * layer["bias_hh_l0"]},
         "consistent with: the recurrent one of two biases left out everywhere"),
    ]  # fmt: skip
    for changed, told in cases:
        np.savez(path, **{**layer, **changed})
        rnncalc(f"{command} --only h --save {tmp_path}/h.npy --force")
        np.savez(path, **layer)
        outcome = rnncalc(f"{command} --expect h=@{tmp_path}/h.npy --tolerance 1e-9")
        assert (outcome.status, told in outcome.out) == (1, True), outcome.out


def test_where_a_reset_gate_of_one_unit_acts(rnncalc: Calculator) -> None:
    """With a bias inside its product, a number tells on which side of the matrix a gate acts."""
    r, z = 1 / (1 + exp(-0.5)), 1 / (1 + exp(0.25))
    answers = [(1 - z) * tanh(r * 0.8 * 0.5 + inside + 0.2) + z * 0.5 for inside in (0.4, 0.4 * r)]
    words = "gru --reset after --w-rh 1 --w-rx 0 --w-zh -0.5 --w-zx 0 --w-hh 0.8 --w-hx 0.2"
    words = f"{words} --b-hh 0.4 --h 0.5 --x 1 --expect h="
    assert rnncalc(f"{words}{answers[1]!r}").status == 0
    assert "r before the matrix" in rnncalc(f"{words}{answers[0]!r}").out


@pytest.mark.parametrize("seed", range(4))
def test_a_number_that_is_another(rnncalc: Calculator, seed: int) -> None:
    """A number that was read as another one is told, with that, if several steps show it."""
    draw = random.Random(seed)
    numbers, _ = oracle.random_problem("lstm", 1, 1, 1, draw)
    numbers = {key: [round(draw.uniform(-1.5, 1.5), 2)] for key in numbers}
    numbers = {key: [value] if "w_" in key else value for key, value in numbers.items()}
    key = draw.choice(["w_ox", "w_ch", "b_f", "w_ix"])
    other = [[-0.37]] if "w_" in key else [-0.37]
    xs = [0.9, -0.6, 0.4]
    steps = oracle.run("lstm", {**numbers, key: other}, [[x] for x in xs])
    told = [{"t": t, "h": round(step["h"][0], 5)} for t, step in enumerate(steps, 1)]
    given = " ".join(f"--{k.replace('_', '-')}={np.ravel(v)[0]}" for k, v in numbers.items())
    words = f"lstm {given} --xs '{xs}' --expect - -f json"
    (mistake,) = rnncalc(words, stdin=json.dumps(told)).json[-1]["mistakes"]
    name = f"b_{key[2:]}" if key[0] == "b" else f"W^{{{key[2]},{key[3]}}}"
    told = mistake["slips"][0]["name"]  # or, of a digit that is another, "misread"
    assert (told.startswith(f"{name} "), "-0.37" in told) == (True, True)


def test_the_same_number_in_every_step(rnncalc: Calculator) -> None:
    """Answers that another bias gives are told so, with that bias, where several steps show it."""
    s, told = 0.25, []
    for t, x in enumerate([1.0, -0.5, 0.3], 1):
        s = tanh(0.5 * s + 2 * x + 0.1 + 0.35)
        told.append({"t": t, "s": round(s, 4)})
    words = "simple --w-ss 0.5 --w-sx 2 --b-s 0.1 --s 0.25 --xs '[1, -0.5, 0.3]' --expect - "
    offered = rnncalc(f"{words} -f json", stdin=json.dumps(told)).json[-1]["mistakes"][0]["slips"]
    assert [slip["name"] for slip in offered] == ["b_s taken as 0.45"]
    told[1]["s"] += 0.2
    assert "b_s taken" not in rnncalc(words, stdin=json.dumps(told)).out
    # Of one input in every step, a wrong weight adds the same as well.
    s = 0.25
    told = [{"t": t, "s": round(s := tanh(0.5 * s + 2.3), 4)} for t in (1, 2, 3)]
    words = words.replace("'[1, -0.5, 0.3]'", "'[1, 1, 1]'")
    assert "pre-activation" not in rnncalc(words, stdin=json.dumps(told)).out


def test_the_same_number_in_every_step_of_several_units(rnncalc: Calculator) -> None:
    """Answers that other biases of several units give are told so, with those biases."""
    s, told = 0.0, []
    for t, x in enumerate([1.0, -0.5, 0.3], 1):
        g, candidate = 1 / (1 + exp(-(0.6 * s - x + 0.2))), tanh(0.5 * s + 2 * x + 0.1)
        s = g * candidate + (1 - g) * s
        told.append({"t": t, "g": round(g, 4), "candidate": round(candidate, 4), "s": round(s, 4)})
    words = "gated --w-gs 0.6 --w-gx=-1 --w-ss 0.5 --w-sx 2 --xs '[1, -0.5, 0.3]' --expect -"
    shown = " ".join(rnncalc(words, stdin=json.dumps(told)).out.split())
    assert "pre-activation of g and candidate off by the same number in every step" in shown
    assert "b_g more by 0.2" in shown
