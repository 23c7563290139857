"""The cells give what the lecture, the oracle and arithmetic by hand give."""

from __future__ import annotations

import json
import random
import shlex
from typing import Any

import pytest

from rnncalc import CELLS, GATED, LSTM, build, cell, run
from rnncalc.cells.catalogue import CATALOGUE
from rnncalc.trace import steps
from rnncalc.trace.loops import pieces
from tests import oracle
from tests.conftest import Calculator

EXERCISE = "lstm --all-weights 1 --x 5"


@pytest.mark.parametrize("name", CATALOGUE)
def test_built_in_texts_have_no_faults(name: str) -> None:
    """Texts in the program, where no faults are looked for, are right as anybody's must be."""
    assert cell(CATALOGUE[name].text, name) == CELLS[name]._replace(variants={})


def test_exercise_rounded(rnncalc: Calculator) -> None:
    """The lecture's exercise comes out as the lecture works it."""
    (step,) = rnncalc(f"{EXERCISE} --round -f json").json
    assert (step["h_prev"], step["c_prev"], step["x"]) == (1, 1, 5)
    assert step["pre"] == {"f": 6, "i": 6, "o": 6, "candidate": 6}
    assert [step[name] for name in ("f", "i", "o", "candidate", "c", "tanh_c", "h")] == [
        *[1, 1, 1, 1],
        2,
        1,
        1,
    ]
    assert step["exact"]["f"] == pytest.approx(0.9975, abs=5e-5)


def test_exercise_unrounded(rnncalc: Calculator) -> None:
    """Without rounding the exercise's hidden state is the published 0.9613."""
    (step,) = rnncalc(f"{EXERCISE} -f json").json
    assert step["h"] == pytest.approx(0.9613, abs=5e-5)
    assert "exact" not in step


def test_exercise_table(rnncalc: Calculator) -> None:
    """The table says what each quantity is, and where the previous state came from."""
    rows = rnncalc(f"{EXERCISE} --round").rows
    assert rows["h_prev"] == ["previous hidden state (from --all-weights)", "1"]
    assert rows["c_prev"] == ["previous memory cell (from --all-weights), state", "1"]
    assert rows["f"] == ["forget gate", "6", "0.9975 → 1"]
    assert rows["candidate"] == ["candidate", "6", "1.0000 → 1"]
    assert rows["c"] == ["memory cell, state", "2"]
    assert rows["h"] == ["hidden state", "1"]


GATE_QUESTION = "gated --all-weights 1 --s '[0.3, -0.8]' --x '[1, 2]' -f json --set g="


def test_gate_decides_element_by_element(rnncalc: Calculator) -> None:
    """Where the gate is 0 the state stays, bit for bit; where it is 1 the candidate comes."""
    (step,) = rnncalc(GATE_QUESTION + "'[0, 1]'").json
    assert step["s"] == [0.3, step["candidate"][1]]
    assert step["candidate"][1] == pytest.approx(0.8336546070121552, rel=1e-15)  # tanh(1.2)


def test_gate_of_zeros_keeps_the_state(rnncalc: Calculator) -> None:
    """A gate of zeros keeps the whole state, a gate of ones takes the whole candidate."""
    (kept,) = rnncalc(GATE_QUESTION + "0").json
    assert kept["s"] == kept["s_prev"] == [0.3, -0.8]
    (taken,) = rnncalc(GATE_QUESTION + "1").json
    assert taken["s"] == taken["candidate"]


def _as_options(parameters: dict[str, object]) -> str:
    return " ".join(
        f"--{name.replace('_', '-')} {shlex.quote(json.dumps(value))}"
        for name, value in parameters.items()
    )


@pytest.mark.parametrize("name", CELLS)
@pytest.mark.parametrize(("n", "m"), [(1, 1), (2, 2), (5, 5), (2, 3), (5, 1), (1, 4)])
@pytest.mark.parametrize("seed", range(2))
def test_agrees_with_oracle(rnncalc: Calculator, name: str, n: int, m: int, seed: int) -> None:
    """Every quantity of three steps is what the oracle, typed separately, computes."""
    parameters, xs = oracle.random_problem(name, n, m, 3, random.Random(seed * 100 + n * 10 + m))
    found = rnncalc(
        f"{name} {_as_options(parameters)} {' '.join(f'--x {shlex.quote(str(x))}' for x in xs)}"
        " -f json"
    ).json
    for step, x, expected in zip(found, xs, oracle.run(name, parameters, xs), strict=True):
        assert step["x"] == x
        for quantity, value in expected.items():
            assert step[quantity] == pytest.approx(value, rel=1e-12, abs=1e-14), quantity


@pytest.mark.parametrize("name", CELLS)
@pytest.mark.parametrize("seed", range(2))
def test_scalars_agree_with_oracle(name: str, seed: int) -> None:
    """A problem of plain numbers computes the same in floats, and gives floats."""
    parameters, xs = oracle.random_problem(name, 1, 1, 4, random.Random(seed))
    flat = {key: v[0][0] if isinstance(v[0], list) else v[0] for key, v in parameters.items()}
    found = list(run(build(CELLS[name], flat, [x[0] for x in xs])))
    for step, expected in zip(found, oracle.run(name, parameters, xs), strict=True):
        for quantity, (value,) in expected.items():
            assert type(step.values[quantity]) is float
            assert step.values[quantity] == pytest.approx(value, rel=1e-12, abs=1e-14), quantity


@pytest.mark.parametrize("ties", [None, "low"])
@pytest.mark.parametrize("name", CELLS)
def test_what_is_computed_again(
    name: str, ties: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of vectors so long that few are kept each is the same, bit for bit, when it is asked for."""
    parameters, xs = oracle.random_problem(name, 5, 5, 2, random.Random(name))
    given = {key: _diagonal(value) for key, value in parameters.items() if "_y" not in key}

    def found(*, is_wide: bool) -> list[Any]:
        rows = []
        for step in steps.run(build(CELLS[name], given, xs, ties=ties)):
            assert any(map(callable, getattr(step.pre, "data", {}).values())) == is_wide
            stages = [
                {key: value.tolist() for key, value in stage.items()}
                for stage in (step.values, step.pre, step.exact)
            ]
            errors = {key: value.tolist() for key, value in step.errors.items()}
            rows.append((stages, errors, {key: [*units] for key, units in step.ties.items()}))
        return rows

    kept = found(is_wide=False)
    monkeypatch.setattr(steps, "WIDE", 1)
    monkeypatch.setattr(steps, "_TIMES", 0)
    monkeypatch.setattr(pieces, "_PIECE", 2)
    assert found(is_wide=True) == kept


def _diagonal(value: Any) -> Any:
    is_matrix = isinstance(value[0], list)
    return [row[place] for place, row in enumerate(value)] if is_matrix else value


def test_biases_count() -> None:
    """A bias is added to its own pre-activation: 1·0 + 1·0 + b for a state and input of 0."""
    biases = {"b_f": 0.1, "b_i": 0.2, "b_o": 0.3, "b_c": 0.4, "h": 0, "c": 0}
    (step,) = run(build(LSTM, biases, [0], all_weights=1))
    assert step.pre == {"f": 0.1, "i": 0.2, "o": 0.3, "candidate": 0.4}


def test_successive_inputs_are_steps(rnncalc: Calculator) -> None:
    """Several --x are time steps: each starts from the state that the one before left."""
    first, second = rnncalc("lstm --all-weights 0.5 --x 1 --x -2 -f json").json
    assert (first["t"], second["t"]) == (1, 2)
    assert (second["h_prev"], second["c_prev"]) == (first["h"], first["c"])
    alone = rnncalc(f"lstm --all-weights 0.5 --h {first['h']} --c {first['c']} --x -2 -f json").json
    assert alone == [{**second, "t": 1}]


def test_roles_are_the_lectures() -> None:
    """What is state is what the lecture says is state: c and h; the gates are not."""
    states = [name for name, role in LSTM.roles.items() if role == "state"]
    assert states == ["h_prev", "c_prev", "c", "h"]
    assert [name for name, role in LSTM.roles.items() if role == "gate"] == ["f", "i", "o"]
    assert [name for name, role in GATED.roles.items() if role == "gate"] == ["g"]


@pytest.mark.parametrize(
    ("function", "expected"), [("relu", 0.0), ("identity", -1.5), ("sigmoid", 0.18242552380635635)]
)
def test_activation_of_the_simple_cell(rnncalc: Calculator, function: str, expected: float) -> None:
    """--activation puts another function in tanh's place: here of 0.5·1 + 2·(-1) = -1.5."""
    out = rnncalc(f"simple --w-ss 0.5 --w-sx 2 --s 1 --x -1 --activation {function} --only s").out
    assert float(out) == pytest.approx(expected, rel=1e-15)


def test_held_quantities_need_nothing(rnncalc: Calculator) -> None:
    """What only fed a held quantity need not be given: weights, input, and all."""
    assert rnncalc("gated --set g=0.25 --set candidate=1 --s 0.5 --only s").out == "0.625\n"
    held = "lstm --set f=1 --set i=1 --set o=1 --set candidate=-1 --c 3 --only c"
    assert rnncalc(held).out == "2\n"
    assert rnncalc("gated --w-ss 1 --w-sx 1 --x 2 --set g=1 --only candidate").status == 0
    assert "--w-gs" in rnncalc.error("gated --w-ss 1 --w-sx 1 --x 2 --set candidate=1")


def test_what_only_fed_a_held_quantity_is_not_needed(rnncalc: Calculator) -> None:
    """Holding c makes f, i and the candidate idle: without weights they are left out."""
    (step,) = rnncalc("lstm --set c=2 --w-oh 1 --w-ox 1 --h 1 --x 1 -f json").json
    assert list(step) == ["t", "x", "h_prev", "c_prev", "o", "c", "tanh_c", "h", "pre"]
    assert rnncalc("gated --set s=0.5 --only s").out == "0.5\n"
    (step,) = rnncalc("lstm --all-weights 1 --set c=2 --x 1 -f json").json
    assert "f" in step


def test_given_in_vain(rnncalc: Calculator) -> None:
    """A weight that feeds a held gate only is said to have no effect."""
    outcome = rnncalc("lstm --all-weights 1 --w-fh 3 --x 5 --set f=0")
    assert "not used, as what it feeds is held: --w-fh" in outcome.out
    assert "--b-f" not in outcome.out
