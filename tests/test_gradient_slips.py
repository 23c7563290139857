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

DIGITS = 4
#: What tells two slips apart only with matrices, and what only with a target.
OF_MATRICES, OF_TARGETS = {"W for W.T", "outer", "order"}, {"sign", "twice"}


def posed(cell: str, seed: int, n: int, steps: int) -> tuple[dict[str, Any], Any]:
    """Return random numbers of two decimals for a cell, as arrays of n units, and its inputs."""
    chance = np.random.default_rng(seed)
    gates = {"simple": "s", "lstm": "fioc", "gru": "rzh"}[cell]
    state = "s" if cell == "simple" else "h"
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
    state = "s" if cell == "simple" else "h"
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
    made, missed, offered = 0, [], []
    for cell, work, slips in CASES:
        for seed in range(4):
            n, steps = (1, 4) if seed % 2 else (2, 3)
            given, xs = posed(cell, seed, n, steps)
            for slip, name in slips.items():
                if slip in OF_MATRICES and n == 1:
                    continue
                target = np.full(n, 0.25) if slip in OF_TARGETS or seed > 1 else None
                right, wrong = work(given, xs, target, ""), work(given, xs, target, slip)
                if all(np.allclose(right[key], wrong[key], atol=1e-4) for key in right):
                    continue  # nobody could tell
                grade = asked(rnncalc, cell, given, xs, target, wrong)
                assert not grade["right"]
                (told,) = grade["mistakes"] if grade["one_slip_explains_all"] else [{"slips": []}]
                names = [found["name"] for found in told["slips"]]
                made += 1
                offered.append(len(names))
                if not any(name in found for found in names):
                    missed.append((cell, n, seed, slip, names))
    assert made > 90
    assert len(missed) <= 0.1 * made, missed
    # A name among many is none: in nine of ten the slip stands alone or with one other.
    assert sum(count <= 2 for count in offered) >= 0.9 * made, offered


SIMPLE = "simple --w-ss 0.5 --w-sx 1 --s 0.1 --x 1 --x 2 --x -1 --gradients"


def test_a_wrong_value_is_charged_once(rnncalc: Calculator) -> None:
    """A derivative that is right with the states as they were given follows from them."""
    # s_2 = 0.9 instead of 0.9834: s_3 = tanh(-0.55), and its share is (1 - s_3²) · 0.9.
    third = (1 - np.tanh(-0.55) ** 2) * 0.9
    out = rnncalc(f"{SIMPLE} --expect s@2=0.9 --expect grad.w_ss@3={third:.4f}").out
    assert "wrong, but follows from your s@2" in out


def test_immediate_for_total(rnncalc: Calculator) -> None:
    """The forget gate alone is told from the derivative of the memory cell by all paths."""
    lstm = "lstm --all-weights 0.5 --x 1 --x 2"
    gate = rnncalc(f"{lstm} -f json").json[1]["f"]
    done = rnncalc(f"{lstm} --gradients --expect jac.c@2={gate:.4f}")
    assert done.status == 1
    assert "immediate derivative taken for the total" in done.out


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
