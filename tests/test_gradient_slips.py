"""Slips in gradients: what wrong code gives is wrong, and is told by its name."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests import wrong_gradients
from tests.conftest import Calculator
from tests.further_gradients import EDITS, totals

DIGITS = 4
#: Cells whose state is called s.
STATED = ("simple", "gated")
#: What tells two slips apart only with matrices, and what only with a target.
OF_MATRICES, OF_TARGETS = {"W for W.T", "outer", "order", "slope behind"}, {"sign", "twice"}


def posed(cell: str, seed: int, n: int, steps: int) -> tuple[dict[str, Any], Any]:
    """Return random numbers of two decimals for a cell, as arrays of n units, and its inputs."""
    chance = np.random.default_rng(seed)
    gates = {"simple": "s", "gated": "gs", "lstm": "fioc", "gru": "rzh"}[cell]
    state = "s" if cell in STATED else "h"
    shapes: dict[str, tuple[int, ...]] = {}
    for k in gates:
        shapes |= {f"w_{k}{state}": (n, n), f"w_{k}x": (n, n)}
    for name in (*(f"b_{k}" for k in gates), state, *("c" * (cell == "lstm"))):
        shapes[name] = (n,)
    given = {name: chance.uniform(-1.5, 1.5, shape).round(2) for name, shape in shapes.items()}
    return given, chance.uniform(-2, 2, (steps, n)).round(2)


def asked(
    rnncalc: Calculator, cell: str, given: Mapping[str, Any], xs: Any, target: Any, answers: Any
) -> dict[str, Any]:
    """Return the grade of answers, a total each, with four decimals."""
    is_scalar = len(xs[0]) == 1

    def written(value: Any, digits: int = 2) -> str:
        if is_scalar:
            return f"{float(np.ravel(value)[0]):.{digits}f}"
        if np.ndim(value) == 2:
            return f"[{','.join(written(row, digits) for row in value)}]"
        return f"[{','.join(f'{number:.{digits}f}' for number in value)}]"

    words = [f"--{name.replace('_', '-')} {written(value)}" for name, value in given.items()]
    words += [f"--x {written(x)}" for x in xs]
    state = "s" if cell in STATED else "h"
    words += [f"--of 'sum({state})'"] if target is None else [f"--target {state}={written(target)}"]
    words += [f"--expect grad.{name}={written(it, DIGITS)}" for name, it in answers.items()]
    done = rnncalc(f"{cell} --gradients -f json {' '.join(words)}")
    assert done.status in (0, 1), done.err
    found: dict[str, Any] = json.loads(done.out)
    return found


CASES: list[tuple[str, Callable[..., Any], dict[str, str]]] = [
    ("simple", wrong_gradients.simple, {k: v for k, v in wrong_gradients.SIMPLE.items() if k}),
    ("lstm", wrong_gradients.lstm, wrong_gradients.LSTM),
    ("gru", wrong_gradients.gru, wrong_gradients.GRU),
]


@pytest.mark.parametrize("n", [1, 2, 3])
@pytest.mark.parametrize(("cell", "work", "_slips"), CASES)
@pytest.mark.parametrize("has_target", [False, True])
def test_right_code_is_right(
    cell: str, work: Any, _slips: Any, n: int, has_target: bool, rnncalc: Calculator
) -> None:
    """What code without a mistake gives is right."""
    given, xs = posed(cell, n, n, 4)
    target = np.full(n, 0.25) if has_target else None
    assert asked(rnncalc, cell, given, xs, target, work(given, xs, target, ""))["right"]


def test_nine_in_ten_are_named(rnncalc: Calculator) -> None:
    """Of totals alone, with four decimals, nine in ten tell which slip was made."""
    made, missed, crowded = 0, [], []
    for cell, work, slips in CASES:
        for count, (slip, name) in enumerate(slips.items()):
            n, steps = (2, 3) if slip in OF_MATRICES or count % 2 else (1, 4)
            given, xs = posed(cell, n, n, steps)
            target = np.full(n, 0.25) if slip in OF_TARGETS or n > 1 else None
            right, wrong = work(given, xs, target, ""), work(given, xs, target, slip)
            if all(np.allclose(right[key], wrong[key], atol=1e-4) for key in right):
                continue  # nobody could tell
            grade = asked(rnncalc, cell, given, xs, target, wrong)
            assert not grade["right"]
            (told,) = grade["mistakes"] if grade["one_slip_explains_all"] else [{"slips": []}]
            names = [found["name"] for found in told["slips"]]
            made += 1
            missed += [(cell, n, slip, names)] * (not any(name in found for found in names))
            crowded += [(cell, n, slip, names)] * (len(names) > 2)
    assert made > 30
    assert len(missed) <= 0.05 * made, missed
    # A name among many is none: the slip stands alone or with one other.
    assert len(crowded) <= 0.05 * made, crowded


@pytest.mark.parametrize("cell", ["simple", "gated", "lstm", "gru"])
def test_edits_of_programs_are_named(cell: str, rnncalc: Calculator) -> None:
    """Each edit of a right program by hand is told from its totals, among two slips at most."""
    numbers, inputs = posed(cell, 4, 1, 3)
    given = {name: float(np.ravel(value)[0]) for name, value in numbers.items()}
    xs = [float(x) for x in inputs[:, 0]]
    right = totals(cell, given, xs, 0.25)
    grade = asked(rnncalc, cell, given, inputs, np.array([0.25]), right)
    assert grade["right"]
    for edited, old, new, name in EDITS:
        if edited == cell:
            found = totals(cell, given, xs, 0.25, old, new)
            assert any(abs(found[key] - right[key]) > 2e-4 for key in found), (old, new)
            grade = asked(rnncalc, cell, given, inputs, np.array([0.25]), found)
            assert grade["one_slip_explains_all"], (old, new)
            (told,) = grade["mistakes"]
            assert any(name in slip["name"] for slip in told["slips"]), (name, told)
            assert told["fitting"] <= 2, told


def test_the_last_step_of_several_targets(rnncalc: Calculator) -> None:
    """With targets at several steps, too, the last step's share is told from what there is."""
    s, x, asked_for = _states(), (1, 2, -1), "--target s=0.5 --target s@1=0.2"
    last = (s[3] - 0.5) * (1 - s[3] ** 2)  # and nothing of the target at step 1
    first = (s[1] - 0.2) * (1 - s[1] ** 2)
    each = f"--expect grad.w_ss={last * s[2] + first * s[0]:.4f}"
    for answers, told in (
        (f"--expect grad.w_ss={last * s[2]:.4f}", "only the last step counted"),
        (f"{each} --expect grad.w_sx={last * x[2] + first * x[0]:.4f}", "the steps of L alone"),
    ):
        assert told in rnncalc(f"{SIMPLE} {asked_for} {answers}").out


SIMPLE = "simple --w-ss 0.5 --w-sx 1 --s 0.1 --x 1 --x 2 --x -1 --gradients"


def test_a_wrong_value_is_charged_once(rnncalc: Calculator) -> None:
    """A derivative that is right with the states as they were given follows from them."""
    # s_2 = 0.9 instead of 0.9834: s_3 = tanh(-0.55), and its share is (1 - s_3²) · 0.9.
    third = (1 - np.tanh(-0.55) ** 2) * 0.9
    out = rnncalc(f"{SIMPLE} --expect s@2=0.9 --expect grad.w_ss@3={third:.4f}").out
    assert "wrong, but follows from your s@2" in out


def _states() -> list[float]:
    """Return the states of the simple cell, worked by hand."""
    states = [0.1]
    for x in (1, 2, -1):
        states.append(np.tanh(0.5 * states[-1] + x))
    return states


def test_a_wrong_derivative_is_charged_once(rnncalc: Calculator) -> None:
    """What is right with an earlier derivative as it was given follows from it, and not before."""
    s = _states()
    slopes = [1 - value**2 for value in s]
    # The slope of step 3 is left out, and all else is done well.
    d3 = 1.0
    d2 = d3 * 0.5 * slopes[2]
    d1 = d2 * 0.5 * slopes[1]
    total = d3 * s[2] + d2 * s[1] + d1 * s[0]
    answers = f"--expect delta.s=[{d1:.4f},{d2:.4f},{d3:.4f}] --expect grad.w_ss={total:.4f}"
    answers += f" --expect grad.s_0={0.5 * d1:.4f}"
    done = rnncalc(f"{SIMPLE} {answers} -f json").json[0]
    found = {one["name"]: (one["verdict"], one.get("follows_from")) for one in done["answers"]}
    assert found.pop("delta.s@3") == ("wrong", None)
    assert found == dict.fromkeys(found, ("follows", ["delta.s@3"]))
    assert len(found) == 4
    (mistake,) = done["mistakes"]
    assert [slip["name"] for slip in mistake["slips"]] == ["slope left out at the last step alone"]


def test_a_wrong_jacobian_is_gone_on_with(rnncalc: Calculator) -> None:
    """A derivative follows from a Jacobian, or from δ, whichever it was worked out by."""
    for given, by in (("0.45", "jac.s@3"), ("0.35", "delta.s@3")):
        answers = f"--expect jac.s@3=0.45 --expect delta.s@3=0.7 --expect grad.s@2={given}"
        done = rnncalc(f"{SIMPLE} {answers} -f json").json[0]
        last = done["answers"][-1]
        assert (last["verdict"], last["follows_from"]) == ("follows", [by])


def test_derivatives_of_vectors_follow(rnncalc: Calculator) -> None:
    """Of vectors, too, and from values of the way there as well as from derivatives."""
    w, u, s = np.array([[0.5, -0.25], [1.0, 0.75]]), np.array([1.0, -0.5]), np.zeros(2)
    states = [s]
    for x in (1.0, 0.5):
        states.append(np.tanh(w @ states[-1] + u * x))
    first = np.array([0.7321, -0.2511])  # of the first state, wrong
    second = np.tanh(w @ first + u * 0.5)
    d2 = np.array([0.6123, 0.2511])  # wrong, too
    by_state, share = w.T @ d2, np.outer(d2, first)
    command = "simple --w-ss [[0.5,-0.25],[1,0.75]] --w-sx [[1],[-0.5]] --x 1 --x 0.5 --gradients"
    told = {"s@1": first, "delta.s@2": d2, "grad.s@1": by_state, "grad.w_ss@2": share}
    answers = [f"{n}={np.round(it, 4).tolist()}".replace(" ", "") for n, it in told.items()]
    words = " ".join(f"--expect {answer}" for answer in answers)
    lines = rnncalc(f"{command} --of 'sum(s)' {words} -f json").json
    found = {one["name"]: one for one in lines[-1]["answers"]}
    assert not np.allclose(second, states[2], atol=1e-3)
    assert found["delta.s@2"]["verdict"] == "wrong"
    assert found["grad.s@1"]["follows_from"] == ["delta.s@2"]
    assert found["grad.w_ss@2"]["follows_from"] == ["s@1", "delta.s@2"]


def test_lists_over_steps(rnncalc: Calculator) -> None:
    """A list has an answer for each step from the first on; null is none."""
    s = _states()
    factors = [0.5 * (1 - value**2) for value in s[1:]]
    answers = f"--expect jac.s=[{factors[0]:.4f},null,{factors[2]:.4f}] -f json"
    done = rnncalc(f"{SIMPLE} {answers}").json[0]
    assert [one["name"] for one in done["answers"]] == ["jac.s@1", "jac.s@3"]
    assert done["right"]
    told = rnncalc.error(f"{SIMPLE} --expect jac.s=[0.1,0.2]")
    assert told.startswith("--expect jac.s is a vector of 2; it needs a number, or one for each of")


def test_immediate_for_total(rnncalc: Calculator) -> None:
    """The forget gate alone is told from the derivative of the memory cell by all paths."""
    lstm = "lstm --all-weights 0.5 --x 1 --x 2"
    gate = rnncalc(f"{lstm} -f json").json[1]["f"]
    done = rnncalc(f"{lstm} --gradients --expect jac.c@2={gate:.4f}")
    assert done.status == 1
    assert "immediate derivative taken for the total" in done.out


def test_how_many_slips_are_tried(tmp_path: Path, rnncalc: Calculator) -> None:
    """The longer the way, the fewer slips are tried, the commonest first, and that is said."""
    told = {
        3: "grad.w_ss: none of ",
        1500: "commonest slips gives this",
        40_000: "no slips are looked for with so many steps, units or answers: it takes too long",
    }
    for steps, said in told.items():
        (tmp_path / "xs.json").write_text(json.dumps([0.5] * steps))
        command = f"simple --w-ss 0.5 --w-sx 1 --xs @{tmp_path}/xs.json --gradients"
        assert said in rnncalc(f"{command} --expect grad.w_ss=9.1234").out


def test_what_is_not_known_is_no_answer(rnncalc: Calculator) -> None:
    """With nothing but blanks nothing is right, be it of derivatives or of values."""
    for answer in ("grad.w_ss=?", "delta.s=[?,null,?]", "s@2=?", "s=[?,?,?]"):
        told = rnncalc.error(f"{SIMPLE} --expect {answer}")
        assert told.startswith("--expect has no answer in it: ")


def test_one_of_a_batch(rnncalc: Calculator) -> None:
    """Of a batch derivatives are those of the sequence that is chosen, with its slips."""
    batch = "simple --w-ss 0.5 --w-sx [[1]] --s [0.1] --xs [[[3],[3],[3]],[[1],[2],[-1]]]"
    told = rnncalc.error(f"{batch} --gradients --expect grad.w_ss=0.7674")
    assert told == "--gradients takes one sequence of the 2 in --xs: --sequence K says which"
    out = rnncalc(f"{batch} --sequence 2 --gradients --of 'sum(s)' --expect grad.b_s=[0.7804]").out
    assert "only the last step counted" in out


def test_without_revealing(rnncalc: Calculator) -> None:
    """With --no-reveal nothing right is shown and no slip, with --hint the slip's name alone."""
    answer = f"{SIMPLE} --expect grad.w_ss=0.7674"
    right = rnncalc(f"{SIMPLE} --only grad.w_ss").out[:6]
    for more, names in (("--no-reveal", False), ("--hint", True)):
        for form in ("table", "json", "plain"):
            out = rnncalc(f"{answer} {more} -f {form}").out
            assert right not in out
            assert ("only the last step counted" in out) is names


@pytest.mark.parametrize("cell", [SIMPLE, "lstm --all-weights 0.5 --x [1,2] --x [0,1] --gradients"])
def test_what_is_printed_is_right(cell: str, tmp_path: Path, rnncalc: Calculator) -> None:
    """What -f json prints is an answer, and all of it is right."""
    of = "" if cell is SIMPLE else " --h [1,1] --of sum(h)".replace("(", "'('").replace(")", "')'")
    (tmp_path / "a.json").write_text(rnncalc(f"{cell}{of} -f json").out)
    done = rnncalc(f"{cell}{of} --expect @{tmp_path}/a.json -f json")
    assert (done.status, done.err) == (0, "")
    assert len(done.json[0]["answers"]) > 15


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ("--expect grad.w_ss=[1,2]", "--expect grad.w_ss is a vector of 2; it needs a number"),
        ("--expect grad.q=1", "--expect 'grad.q' is not known"),
        ("--expect grad.s@9=1", "--expect grad.s@9: there are 3 steps"),
        ("--expect grad.s@1=1 --expect grad.s@1=2", "--expect grad.s@1 is given more than once"),
    ],
)
def test_errors(more: str, told: str, rnncalc: Calculator) -> None:
    """What can't be compared is said."""
    assert rnncalc.error(f"{SIMPLE} {more}").startswith(told)
    assert rnncalc(f"{SIMPLE} --expect delta.s@3=0.7804 --expect jac.s@3=0.3902").status == 0
