"""Gradients on the command line: their names, their table, what is said of them, and the errors."""

from __future__ import annotations

import json
from math import exp, tanh
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.conftest import Calculator

XS = (1.0, 2.0, -1.0, 0.5)
W, U, B, START = 0.5, 1.0, 0.25, 0.1
SIMPLE = "simple --w-ss 0.5 --w-sx 1 --b-s 0.25 --s 0.1 --x 1 --x 2 --x -1 --x 0.5 --gradients"


def forwards() -> list[float]:
    """Return the states of the simple cell, from the start."""
    states = [START]
    for x in XS:
        states.append(tanh(W * states[-1] + U * x + B))
    return states


def by_hand() -> dict[str, float]:
    """Return the derivatives of s_4, worked as on paper: δ_t = ∂s_4/∂s_t (1 - s_t²)."""
    states = forwards()
    found, by_state = {"grad.w_ss": 0.0, "grad.w_sx": 0.0, "grad.b_s": 0.0}, 1.0
    for t in range(4, 0, -1):
        slope = 1 - states[t] ** 2
        delta = by_state * slope
        shares = {"w_ss": delta * states[t - 1], "w_sx": delta * XS[t - 1], "b_s": delta}
        found |= {f"grad.{key}@{t}": share for key, share in shares.items()}
        for key, share in shares.items():
            found[f"grad.{key}"] += share
        found |= {f"grad.s@{t}": by_state, f"delta.s@{t}": delta, f"grad.x@{t}": delta * U}
        found[f"jac.s@{t}"] = slope * W
        by_state = delta * W
    return {**found, "grad.s_0": by_state}


@pytest.mark.parametrize(("name", "expected"), by_hand().items())
def test_names(name: str, expected: float, rnncalc: Calculator) -> None:
    """Each derivative of a simple cell has a name, and is what one works out by hand."""
    assert float(rnncalc(f"{SIMPLE} --only {name}").out) == pytest.approx(expected, rel=1e-13)


def test_without_a_step_there_is_a_line_for_each(rnncalc: Calculator) -> None:
    """What has one value a step is printed from the first step on."""
    lines = rnncalc(f"{SIMPLE} --only jac.s").out.split()
    hand = by_hand()
    assert [float(line) for line in lines] == pytest.approx(
        [hand[f"jac.s@{t}"] for t in (1, 2, 3, 4)]
    )


def test_several_names(rnncalc: Calculator) -> None:
    """Several names have a tab between, or their names in JSON; the two kinds don't mix."""
    hand = by_hand()
    row = rnncalc(f"{SIMPLE} --only grad.w_ss,grad.s_0,jac.s@2").out.rstrip("\n").split("\t")
    expected = [hand["grad.w_ss"], hand["grad.s_0"], hand["jac.s@2"]]
    assert [float(cell) for cell in row] == pytest.approx(expected, rel=1e-13)
    row = rnncalc(f"{SIMPLE} --only grad.s_0,grad.w_sx,grad.s_0").out.rstrip("\n").split("\t")
    expected = [hand["grad.s_0"], hand["grad.w_sx"], hand["grad.s_0"]]
    assert [float(cell) for cell in row] == pytest.approx(expected, rel=1e-13)
    lines = rnncalc(f"{SIMPLE} --only delta.s,grad.x").out.splitlines()
    assert [float(line.split("\t")[0]) for line in lines] == pytest.approx(
        [hand[f"delta.s@{t}"] for t in (1, 2, 3, 4)], rel=1e-13
    )
    found = json.loads(rnncalc(f"{SIMPLE} --only grad.w_ss,jac.s@2 -f json").out)
    assert found == pytest.approx(
        {name: hand[name] for name in ("grad.w_ss", "jac.s@2")}, rel=1e-13
    )
    lines = rnncalc(f"{SIMPLE} --only delta.s,grad.x -f json").out.splitlines()
    assert [[*json.loads(line)] for line in lines] == [["t", "delta.s", "grad.x"]] * 4
    assert json.loads(lines[2])["delta.s"] == pytest.approx(hand["delta.s@3"], rel=1e-13)
    told = rnncalc.error(f"{SIMPLE} --only grad.w_ss,grad.x")
    assert told == "--only grad.w_ss is one value and grad.x one a step: ask for one kind alone"


def test_json(rnncalc: Calculator) -> None:
    """There is an object a step, from the last to the first, which has the sums and what of."""
    steps, hand = rnncalc(f"{SIMPLE} -f json").json, by_hand()
    assert [step["t"] for step in steps] == [4, 3, 2, 1]
    for step in steps:
        for kind in ("grad", "delta", "jac"):
            for name, value in step[kind].items():
                assert value == pytest.approx(hand[f"{kind}.{name}@{step['t']}"], rel=1e-13)
    assert steps[-1]["of"] == "s@4"
    assert steps[-1]["sums"] == {
        name: pytest.approx(hand[f"grad.{name}"]) for name in ("w_ss", "w_sx", "b_s", "s_0")
    }


def test_csv(tmp_path: Path, rnncalc: Calculator) -> None:
    """There is a row a step, from the last to the first, under the names of derivatives."""
    hand = by_hand()
    header, *rows = (line.split(",") for line in rnncalc(f"{SIMPLE} -f csv").out.splitlines())
    assert [row[0] for row in rows] == ["4", "3", "2", "1"]
    for row in rows:
        values = dict(zip(header, map(float, row), strict=True))
        for name in ("jac.s", "grad.s", "delta.s", "grad.w_ss", "grad.w_sx", "grad.b_s"):
            assert values[name] == pytest.approx(hand[f"{name}@{row[0]}"], rel=1e-13)
        assert values["end.s"] == values["grad.s"]
        assert values["slope.s"] == pytest.approx(hand[f"jac.s@{row[0]}"] / W)
    lines = rnncalc(f"{SIMPLE} -f csv --only grad.s,jac.s").out.splitlines()
    assert lines[0] == "t,grad.s,jac.s"
    assert lines[1].startswith("1,0.0")
    assert len(lines) == 5


@pytest.mark.parametrize("form", ["csv", "plain", "json"])
def test_what_is_printed_can_be_expected(form: str, tmp_path: Path, rnncalc: Calculator) -> None:
    """A file with what a format prints has answers that are right."""
    path = tmp_path / f"a.{form}"
    path.write_text(rnncalc(f"{SIMPLE} -f {form} --digits 12").out)
    done = rnncalc(f"{SIMPLE} --expect @{path} -f plain")
    assert done.status == 0
    assert done.out.count("right") >= 24


@pytest.mark.parametrize("form", ["table", "plain", "json", "csv", "markdown", "latex"])
def test_one_step(form: str, rnncalc: Calculator) -> None:
    """--step shows the factors and the shares of one step alone."""
    hand, digits = by_hand(), 6
    out = rnncalc(f"{SIMPLE} -f {form} --step 3 --digits {digits}").out
    for name in ("jac.s@3", "grad.w_ss@3", "delta.s@3"):
        assert f"{hand[name]:.{digits}f}"[:7] in out
    for name in ("jac.s@2", "grad.w_ss@4", "grad.w_ss"):
        assert f"{hand[name]:.{digits}f}"[:7] not in out


LSTM = "lstm --all-weights 0.5 --x 1 --x 2 --x -1 --gradients"


def _lstm(h: float, c: float, x: float) -> tuple[float, float]:
    gate = 1 / (1 + exp(-0.5 * (h + x)))
    c = gate * c + gate * tanh(0.5 * (h + x))
    return gate * tanh(c), c


def test_jacobians_take_all_paths(rnncalc: Calculator) -> None:
    """∂c_2/∂c_1 goes through h_1, too; ∂c_1/∂c_0 is the forget gate; ∂c_2/∂h_1 is another."""
    h1, c1 = _lstm(0.5, 0.5, 1.0)
    gate, step = 1 / (1 + exp(-0.75)), 1e-5

    def c2(c: float, h: float | None = None) -> float:
        return _lstm(gate * tanh(c) if h is None else h, c, 2.0)[1]

    total = (c2(c1 + step) - c2(c1 - step)) / (2 * step)
    by_h = (c2(c1, h1 + step) - c2(c1, h1 - step)) / (2 * step)
    assert float(rnncalc(f"{LSTM} --only jac.c@2").out) == pytest.approx(total, rel=1e-8)
    assert float(rnncalc(f"{LSTM} --only jac.c.h@2").out) == pytest.approx(by_h, rel=1e-8)
    assert float(rnncalc(f"{LSTM} --only jac.c@1").out) == pytest.approx(gate, rel=1e-13)


def test_table(rnncalc: Calculator) -> None:
    """A row a step goes from the last to the first, and four of them fit 100 columns."""
    out, hand = rnncalc(SIMPLE).out, by_hand()
    title, _, header, _, *lines = out.splitlines()
    assert title.endswith(f"4 steps: derivatives of L = {forwards()[4]:.4f}, s@4")
    assert max(map(len, out.splitlines()[:10])) <= 100
    assert header.split() == [
        *("t", "s", "slope", "∂s_t/∂s_{t-1}", "∂s_4/∂s_t", "δ_t"),
        *("grad.w_ss", "grad.w_sx", "grad.b_s"),
    ]
    assert [line.split()[0] for line in lines[:6]] == ["4", "3", "2", "1", "0", "sum"]
    names = ["jac.s@3", "grad.s@3", "delta.s@3", "grad.w_ss@3", "grad.w_sx@3", "grad.b_s@3"]
    assert [float(cell) for cell in lines[1].split()[3:]] == pytest.approx(
        [hand[name] for name in names], abs=6e-5
    )
    assert [float(cell) for cell in lines[5].split()[1:]] == pytest.approx(
        [hand[f"grad.{name}"] for name in ("w_ss", "w_sx", "b_s")], abs=6e-5
    )


def test_closing_sentence(rnncalc: Calculator) -> None:
    """It says what arrives of a change of the start, and which link is weakest, and why."""
    part = 100 * by_hand()["grad.s_0"]
    factor = by_hand()["jac.s@2"]
    told = f"of a change of s_0, {part:.3f} % arrives at s_4; the weakest link is t = 2,"
    told += f" ∂s_2/∂s_1 = {factor:.4f}: s_2 = {forwards()[2]:.4f} is saturated."
    assert told in rnncalc(SIMPLE).out
    steep = rnncalc("simple --w-ss 3 --w-sx 1 --activation identity --x 1 --x 1 --gradients").out
    assert "of a change of s_0, 900 % arrives at s_2; each link" in steep
    assert "saturated" not in steep
    assert "each link is the same, ∂s_t/∂s_{t-1} = 3." in steep


def test_nothing_is_said_only_of_nothing(rnncalc: Calculator) -> None:
    """What a float shows as 0 is next to nothing; what a held state passes on is nothing."""
    flat = rnncalc("simple --w-ss 0.5 --w-sx 99 --x 1 --x 0 --gradients").out
    assert "of a change of s_0, next to nothing arrives at s_2; the weakest" in flat
    xs = " ".join(["--x 1"] * 300)
    faint = rnncalc(f"simple --w-ss 0.01 --w-sx 1 --activation identity {xs} --gradients").out
    assert "of a change of s_0, next to nothing arrives at s_300; each link" in faint
    held = rnncalc("simple --w-ss 1 --w-sx 1 --x 1 --x 1 --x 1 --set s@2=0.5 --gradients").out
    assert "of a change of s_0, nothing arrives at s_3; the weakest link is t = 2" in held
    strong = rnncalc("simple --w-ss 2 --w-sx 1 --x 0 --x 0.5 --s 0.01 --gradients").out
    assert "the strongest link is t = 1" in strong


def test_direct_path_beside_the_total(rnncalc: Calculator) -> None:
    """Of an LSTM the forget gates and their product stand beside the derivative by all paths."""
    rows = [line.split() for line in rnncalc(LSTM).out.splitlines()]
    header = next(row for row in rows if row[:1] == ["t"])
    assert header[:5] == ["t", "h", "c", "f", "Π"]
    values = rnncalc("lstm --all-weights 0.5 --x 1 --x 2 --x -1 -f json").json
    start = next(row for row in rows if row[:1] == ["0"])
    product = values[0]["f"] * values[1]["f"] * values[2]["f"]
    assert float(start[3]) == pytest.approx(product, abs=6e-5)


def test_what_is_held_has_no_slope(rnncalc: Calculator) -> None:
    """At a step where a quantity is held it has no slope, and a held state no factor."""
    command = "lstm --all-weights 0.5 --x 1 --x 2 --x 1 --set f@2=1 --set c@1=0.5 --gradients"
    rows = [line.split() for line in rnncalc(command).out.splitlines()]
    first = next(row for row in rows if row[:1] == ["1"])
    assert first[3] == "0.6916"  # Π f alone: 1 · f_3
    starts = [row for row in rows if row[:1] == ["2"]]
    assert starts[2][1] == "0"  # δ_f, without a slope before it


@pytest.fixture
def wide(tmp_path: Path) -> tuple[str, Any, Any]:
    """Return a command of a simple cell of 6 units over 9 steps, its matrix and its states."""
    chance = np.random.default_rng(1)
    w, u, xs = chance.normal(size=(6, 6)), chance.normal(size=(6, 2)), chance.normal(size=(9, 2))
    (tmp_path / "w.json").write_text(json.dumps({"w_ss": w.tolist(), "w_sx": u.tolist()}))
    (tmp_path / "x.json").write_text(json.dumps(xs.tolist()))
    states = [np.zeros(6)]
    for x in xs:
        states.append(np.tanh(w @ states[-1] + u @ x))
    command = f"simple --weights {tmp_path}/w.json --xs @{tmp_path}/x.json --gradients"
    return command, w, states


def test_norms_of_vectors(wide: tuple[str, Any, Any], rnncalc: Calculator) -> None:
    """The norm of a product of Jacobians stands beside the product of their norms."""
    command, w, states = wide
    product: Any = np.eye(6)
    bound: Any = 1.0
    expected: dict[int, Any] = {9: (1.0, 1.0)}
    for t in range(9, 0, -1):
        jacobian = np.diag(1 - states[t] ** 2) @ w
        product, bound = product @ jacobian, bound * np.linalg.norm(jacobian, 2)
        expected[t - 1] = np.linalg.norm(product, 2), bound
    out = rnncalc(f"{command} --of 'sum(s)' --digits 6").out
    rows = [line.split() for line in out.splitlines() if line[:2].strip().isdigit()][:10]
    assert {int(t): (float(one), float(other)) for t, one, other, *_ in rows} == {
        t: pytest.approx(pair, abs=1e-6) for t, pair in expected.items()
    }
    assert "on a log scale" in out


def test_shares_of_vectors(wide: tuple[str, Any, Any], rnncalc: Calculator) -> None:
    """The shares of all steps in the derivative by a matrix are 100 %."""
    out = rnncalc(f"{wide[0]} --of 'sum(s)'").out
    block = out[out.index("share w_ss") :].splitlines()[2:11]
    parts = [float(line.split("%")[0].split()[-1]) for line in block]
    assert sum(parts) == pytest.approx(100, abs=0.05)


def test_matrices(wide: tuple[str, Any, Any], rnncalc: Calculator) -> None:
    """The derivative by a matrix is one, and that of each unit is one for each."""
    command, w, states = wide
    by, total = np.ones(6), np.zeros((6, 6))
    for t in range(9, 0, -1):
        delta = by * (1 - states[t] ** 2)
        total, by = total + np.outer(delta, states[t - 1]), delta @ w
    found = json.loads(rnncalc(f"{command} --of 'sum(s)' --only grad.w_ss").out)
    assert np.allclose(found, total, rtol=1e-12, atol=1e-14)
    row = json.loads(rnncalc(f"{command} --of 'sum(s)' --only grad.w_ss[2]").out)
    assert np.allclose(row, total[1], rtol=1e-12, atol=1e-14)
    each = json.loads(rnncalc(f"{command} --only grad.w_ss").out)
    assert np.allclose(np.sum(each, axis=0), total, rtol=1e-11, atol=1e-13)


def test_learning_rate(tmp_path: Path, rnncalc: Calculator) -> None:
    """A step of gradient descent gives weights that --weights reads, with what else was given."""
    path, hand = tmp_path / "new.json", by_hand()
    done = rnncalc(f"{SIMPLE} --learning-rate 0.1 --save-weights {path}")
    assert f"w_ss = {W - 0.1 * hand['grad.w_ss']:.4f}\n" in done.out
    expected = {"w_ss": W, "w_sx": U, "b_s": B}
    saved = json.loads(path.read_text())
    assert saved.pop("s") == START
    assert saved == {
        name: pytest.approx(value - 0.1 * hand[f"grad.{name}"]) for name, value in expected.items()
    }
    assert not rnncalc(f"simple --weights {path} --x 1").status
    # A start that --all-weights gave is kept, too: the next step of descent starts there.
    command = "simple --all-weights 0.5 --x 1 --gradients --learning-rate 0.1"
    rnncalc(f"{command} --save-weights {path}")
    assert json.loads(path.read_text())["s"] == 0.5


def test_learning_rate_of_vectors(tmp_path: Path, rnncalc: Calculator) -> None:
    """A number that stands for a diagonal stays one, and what is saved can be read."""
    path = tmp_path / "new.json"
    command = "simple --w-ss 0.5 --w-sx '[1, 2]' --s '[1, 2]' --x 1 --x 2 --gradients"
    rnncalc(f"{command} --target s=[0,0] --learning-rate 0.1 --save-weights {path}")
    total = float(rnncalc(f"{command} --target s=[0,0] --only grad.w_ss").out)
    assert json.loads(path.read_text())["w_ss"] == pytest.approx(0.5 - 0.1 * total, rel=1e-14)
    assert not rnncalc(f"simple --weights {path} --x 1 --only s").status


def test_a_start_may_have_the_name_of_a_weight(tmp_path: Path, rnncalc: Calculator) -> None:
    """A parameter keeps its name, and the start of a state gets another zero."""
    (tmp_path / "cell").write_text("w_a = W.a_0 @ w_a_prev + x\n")
    command = f"cell {tmp_path}/cell --w-a-0 3 --w-a 5 --x 1 --x 0 --gradients"
    assert rnncalc(f"{command} --only grad.w_a_0").out == "31\n"  # 2 · 3 · 5 + 1
    assert rnncalc(f"{command} --only grad.w_a_00").out == "9\n"


@pytest.mark.parametrize(
    ("w", "norms", "said"),
    [
        ("1e60", ["1.4142e+120", "1.4142e+180"], "1.0e+180 times as much arrives"),
        ("1e-60", ["1.4142e-120", "1.4142e-180"], "1.0e-178 % arrives"),
        ("1e-150", ["1.4142e-300"], "would allow next to nothing"),
        ("1e150", [], "grad.s_0 is not a finite number at step 1"),
    ],
)
def test_norms_of_any_size(w: str, norms: list[str], said: str, rnncalc: Calculator) -> None:
    """Norms are right where squares would be too large or too small, √2 times a power here."""
    command = f"simple --activation identity --w-ss [[{w},0],[0,{w}]] --w-sx [[1],[1]]"
    done = rnncalc(f"{command} --s [0,0] --xs [0,0,0] --gradients --of 'sum(s)'")
    assert said in " ".join((done.out + done.err).split())
    assert all(norm in done.out for norm in norms)


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("simple --w-ss 0 --w-sx 1 --x 2 --x -30 --x 3", "nothing arrives"),
        ("simple --w-ss 0.5 --w-sx 1 --x 2 --x -30 --x 3", "next to nothing arrives"),
        ("simple --w-ss 0.5 --w-sx 1 --x -2 --activation relu", "nothing arrives"),
        ("lstm --all-weights 30 --x 2 --x 3", "next to nothing arrives at h_2"),
    ],
)
def test_nothing_and_next_to_nothing(command: str, said: str, rnncalc: Calculator) -> None:
    """What is 0 is told from what is too small for a number, as the slope of tanh at -30."""
    assert f", {said}" in rnncalc(f"{command} --gradients").out


def test_nothing_has_no_bar(rnncalc: Calculator) -> None:
    """In a strip on a log scale 0 has no place: of W² = 0 there is nothing two steps before."""
    command = "simple --activation identity --w-ss [[0,1],[0,0]] --w-sx [[1],[1]] --s [0,0]"
    out = rnncalc(f"{command} --xs [0,0,0] --gradients --of 'sum(s)'").out
    assert "1 to 1.4142, 0 has none\nproduct     ▁▁\n" in out


def test_distances_are_summed(rnncalc: Calculator) -> None:
    """Targets at several steps are summed, and the title says so."""
    out = rnncalc(f"{SIMPLE} --target s=0.5 --target s@2=1").out
    told = "half the squared distance of s@4 to 0.5 + half the squared distance of s@2 to 1"
    assert f"{told}, summed, not averaged" in " ".join(out.split())


def test_corners_are_told(rnncalc: Calculator) -> None:
    """Where a function has no derivative, the slope that is taken is told."""
    command = "simple --w-ss 1 --w-sx 1 --activation relu --x 0 --gradients"
    told = "relu has no derivative at 0: 0 is taken, as PyTorch does (s at t = 1)"
    assert told in rnncalc(command).out
    for more in ("-f json", "-f plain", "--only grad.w_ss", "--only grad.x"):
        assert rnncalc(f"{command} {more}").err == f"note: {told}\n"
    for other in ("step --x 0", "hard_sigmoid_02 --x 2.5"):  # PyTorch has no such function
        out = rnncalc(f"simple --w-ss 1 --w-sx 1 --gradients --activation {other}").out
        assert "0 is taken (s at t = 1)" in out


def test_classes_far_from_the_right_one(rnncalc: Calculator) -> None:
    """A cross-entropy that is too large is named, and one number for all classes is no class."""
    command = "simple --w-ss 0 --w-sx 1 --s 0 --x 99 --readout softmax --gradients"
    told = rnncalc.error(f"{command} --w-ys [0,800] --b-y 0 --target y=[1,0]")
    assert told.startswith("grad.y is not a finite number at step 1: ")
    title = rnncalc(f"{command} --w-ys [0,1] --b-y 0 --target y=1").out
    assert "half the squared distance of y@1 to 1" in title


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ("--round", "--round makes steps, whose derivative is 0: leave out --gradients"),
        ("--of q", "--of 'q' is not known; it can be s"),
        ("--of s@9", "--of s@9: there are 4 steps"),
        ("--of s --target s=1", "--target says what to derive: leave out --of"),
        ("--only s", "--only s is no derivative: leave out --gradients, or ask for one such as"),
        ("--only grad.w_s", "--only 'grad.w_s' is grad.w_ss and grad.w_sx here"),
        ("--only grad.s@5", "--only grad.s@5: there are 4 steps"),
        ("--only grad.s_0@1", "--only grad.s_0@1: grad.s_0 is the start, which has no step"),
        ("--only delta.s[2]", "--only delta.s[2]: it has 1 unit"),
        ("--only grad.w_ys", "--only grad.w_ys: nothing needs it here, or it isn't given"),
        ("--learning-rate 0", "--learning-rate is '0': it needs a number above 0"),
        ("--target s", "--target 's' has no value: NAME=VALUE"),
        ("--reverse", "--gradients counts steps as they are computed, --reverse as inputs:"),
        ("--step 5", "--step 5: there are 4 steps"),
        ("--of s@2 --step 3", "--step 3: L has nothing of it, which ends at t = 2"),
        ("--step 2 --save a.svg", "--step 2 shows no more than a table has: --save takes .txt"),
        ("-f csv --learning-rate 1", "--learning-rate shows nothing in CSV: --save-weights FILE"),
    ],
)
def test_errors(more: str, told: str, rnncalc: Calculator) -> None:
    """What can't be derived is said, and what to type instead."""
    assert rnncalc.error(f"{SIMPLE} {more}").startswith(told)


@pytest.mark.parametrize("option", ["--of s", "--target s=1", "--learning-rate 1"])
def test_gradients_are_needed(option: str, rnncalc: Calculator) -> None:
    """What says how to derive has no effect without --gradients."""
    assert "it needs --gradients" in rnncalc.error(f"simple --w-ss 1 --w-sx 1 --x 1 {option}")
    told = rnncalc.error("simple --w-ss 1 --w-sx 1 --x 1 --only grad.w_ss")
    assert told == "--only grad.w_ss is a derivative: it needs --gradients"


def test_overflow(rnncalc: Calculator) -> None:
    """A derivative that is too large is named like any quantity."""
    xs = " ".join(["--x 0"] * 9)
    told = rnncalc.error(f"simple --w-ss 1e99 --w-sx 1 --activation identity {xs} --gradients")
    assert "is not a finite number at step" in told


def test_rows_of_many_steps(rnncalc: Calculator) -> None:
    """Every step has its row, then the start and the sum, however many are written at once."""
    steps = 1_100
    xs = json.dumps([0.5] * steps)
    out = rnncalc(f"simple --all-weights 2 --xs '{xs}' --gradients -f markdown").out
    rows = [line.strip("| ").split(" | ") for line in out.splitlines() if line.startswith("| ")]
    named = [row[0] for row in rows[2:]]
    assert named == [*(str(t) for t in range(steps, -1, -1)), "sum"]
    assert len({len(row) for row in rows[:-2]}) == 1
