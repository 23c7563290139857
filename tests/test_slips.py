"""Slips are named: each is what arithmetic by hand makes of it, and no right answer has one."""

from __future__ import annotations

import re
import shlex
from math import exp, tanh
from pathlib import Path
from typing import Any

import pytest

from rnncalc import InputError, Problem, build
from rnncalc.check.answers import elements
from rnncalc.check.slips.catalogue import slips
from rnncalc.check.slips.rewrites import Altered
from tests import oracle
from tests.benchmarks.slips import Rate, random_problem, rate, right_verdicts
from tests.conftest import CORES as CELLS
from tests.conftest import Calculator, linted_once


def sigmoid(z: float) -> float:
    """The textbook's form, good enough for moderate z."""
    return 1 / (1 + exp(-z))


def _offered(told: dict[str, Any], place: int = 0) -> list[str]:
    """Return the names of the slips that a report in JSON offers for a mistake."""
    return [slip["name"] for slip in told["mistakes"][place]["slips"]]


# One LSTM step of plain numbers, worked here by hand: h_prev = 0.6, c_prev = -0.8, x = 1.5.
LSTM = (
    "lstm --w-fh 0.3 --w-fx -0.4 --b-f 0.2 --w-ih 0.7 --w-ix 0.5 --b-i -0.3"
    " --w-oh -0.6 --w-ox 0.8 --b-o 0.1 --w-ch 0.9 --w-cx -0.5 --b-c 0.4 --h 0.6 --c -0.8 --x 1.5"
)
ZF, ZI, ZO, ZC = 0.18 - 0.6 + 0.2, 0.42 + 0.75 - 0.3, -0.36 + 1.2 + 0.1, 0.54 - 0.75 + 0.4
F, I, O, N = sigmoid(ZF), sigmoid(ZI), sigmoid(ZO), tanh(ZC)  # noqa: E741
C = F * -0.8 + I * N
OF_H = {  # the slip: the hidden state that it gives
    "tanh left out on c": O * C,
    "tanh left out on candidate": O * tanh(F * -0.8 + I * ZC),
    "1 - f for f": O * tanh((1 - F) * -0.8 + I * N),
    "1 - o for o": (1 - O) * tanh(C),
    "recurrent term left out in o": sigmoid(ZO + 0.36) * tanh(C),
    "recurrent term left out everywhere": sigmoid(1.3)
    * tanh(sigmoid(-0.4) * -0.8 + sigmoid(0.45) * tanh(-0.35)),
    "c_prev taken as 0": O * tanh(I * N),
    "bias left out in f": O * tanh(sigmoid(ZF - 0.2) * -0.8 + I * N),
    "bias added twice in candidate": O * tanh(F * -0.8 + I * tanh(ZC + 0.4)),
    "f and i swapped": O * tanh(I * -0.8 + F * N),
    "i and o swapped": I * tanh(F * -0.8 + O * N),
    "sigmoid left out on f": O * tanh(ZF * -0.8 + I * N),
    "sigmoid for tanh on c": O * sigmoid(C),
    "tanh for sigmoid on i": O * tanh(F * -0.8 + tanh(ZI) * N),
    "c given for h": C,
    "old c used for new": O * tanh(-0.8),
    "kept part left out of c": O * tanh(I * N),
    "new part left out of c": O * tanh(F * -0.8),
    "input left out in i": O * tanh(F * -0.8 + sigmoid(ZI - 0.75) * N),
    "b_i for b_f": O * tanh(sigmoid(ZF - 0.2 - 0.3) * -0.8 + I * N),
    "weights added, not multiplied, in o": sigmoid(-0.6 + 0.6 + 0.8 + 1.5 + 0.1) * tanh(C),
    "wrong sign of W^{c,x} x": O * tanh(F * -0.8 + I * tanh(ZC + 1.5)),
    "wrong sign of i ⊙ candidate": O * tanh(F * -0.8 - I * N),
    "old h used for old c in the new state": O * tanh(F * 0.6 + I * N),
}


@pytest.mark.parametrize("slip", OF_H)
def test_slips_of_the_hidden_state(rnncalc: Calculator, slip: str) -> None:
    """A hidden state as a slip gives it by hand is consistent with that slip, which is named."""
    (told,) = rnncalc(f"{LSTM} --expect h={OF_H[slip]:.6f} -f json").json
    offered = {found["name"]: found["gives"] for found in told["mistakes"][0]["slips"]}
    assert offered[slip] == pytest.approx(OF_H[slip], abs=1e-12)
    assert told["one_slip_explains_all"]


def test_it_says_consistent_with(rnncalc: Calculator) -> None:
    """An offer names the slip, the equation as it would read, and the value; then what to learn."""
    out = rnncalc(f"{LSTM} --expect h={O * C:.4f} -f plain").out
    (offer,) = re.findall("consistent with.*\n.*", out)
    value = f"{O * C:.4f}"
    name = "tanh left out on c [tanh-left-out]"
    assert offer.startswith(f"consistent with: {name} (h = o ⊙ c gives {value})\n  ")
    assert "you did" not in out


@pytest.mark.parametrize(
    ("answers", "name"),
    [
        (f"--expect f={ZF / 6 + 1 / 2:.4f}", "hard sigmoid for sigmoid in f"),
        (f"--expect f={sigmoid(ZF + 1):.4f}", "1 added to the pre-activation of f"),
    ],
)
def test_conventions_are_no_faults(rnncalc: Calculator, answers: str, name: str) -> None:
    """What others compute on purpose is said to be a convention, with numbers and without."""
    command = f"{LSTM} {answers} --expect candidate={N:.4f}"
    for options in ("-f plain", "-f plain --no-reveal --hint"):
        out = rnncalc(f"{command} {options}").out
        assert f"consistent with a convention of others: {name}" in out
        assert "\n  No mistake in itself" in out
    (told,) = rnncalc(f"{command} -f json").json
    (slip,) = told["mistakes"][0]["slips"]
    assert (slip["name"], slip["convention"]) == (name, True)
    assert f": {name} [{slip['code']}]\n" in out
    (fault,) = rnncalc(f"{LSTM} --expect f={sigmoid(ZF - 0.2):.4f} -f json").json
    assert "convention" not in fault["mistakes"][0]["slips"][0]


def test_conventions_among_others(rnncalc: Calculator) -> None:
    """In a list and where they are hidden, conventions are told from mistakes, too."""
    command = "gated --w-gs 0.3 --w-gx -0.4 --w-ss 0.9 --w-sx 0.5 --s 0.7 --x 2"
    g, new = sigmoid(0.21 - 0.8), tanh(0.63 + 1)
    out = rnncalc(f"{command} --expect s={g * 0.7 + (1 - g) * new:.4f} -f plain").out
    assert (
        "\n1. a convention of others: 1 - g for g [gate-reversed] (s = g ⊙ s_prev + (1 - g)" in out
    )
    assert "\n2. e^z for e^-z in 1/(1 + e^-z), in g [sigmoid-miscalculated] (" in out
    out = rnncalc("gated --all-weights 1 --x 3 --lint").out
    assert "\n  g given as 1 - g [gate-reversed] (a convention of others)\n" in out


def test_one_error_is_told_once(rnncalc: Calculator) -> None:
    """Two slips that give the same of every quantity are one finding."""
    # sinh for tanh is one thing; W^{i,x} = 0.5 for W^{c,x} = -0.5 and the wrong sign another name
    (told,) = rnncalc(f"{LSTM} --expect candidate={tanh(ZC + 1.5):.6f} -f json").json
    assert _offered(told) == ["wrong sign of W^{c,x} x"]


VECTORS = "--w-sx '[[0.3, 0.8], [0.2, 0.1]]' --s '[1, -1]' --x '[2, 1]'"


def test_transposed_matrix(rnncalc: Calculator) -> None:
    """Columns for rows: tanh([0.5·1 + 0.1·(-1) + …]) of the transpose is recognised."""
    command = f"simple --w-ss '[[0.5, -0.2], [0.1, 0.4]]' {VECTORS}"
    # W_ssᵀ s = [0.5 - 0.1, -0.2 - 0.4], W_sx x = [0.6 + 0.8, 0.4 + 0.1]
    answer = f"[{tanh(0.4 + 1.4):.4f}, {tanh(-0.6 + 0.5):.4f}]"
    (told,) = rnncalc(f"{command} --expect 's={answer}' -f json").json
    assert _offered(told) == ["W^{s,s} transposed"]
    assert told["mistakes"][0]["slips"][0]["equation"] == "W^{s,s}ᵀ for W^{s,s}"


def test_slips_of_sequences(rnncalc: Calculator) -> None:
    """What is only seen over time: a state that is not carried on, a start from 0."""
    command = "simple --w-ss 0.5 --w-sx 0.3 --s 0.9 --x 1 --x 2"
    not_carried = tanh(0.5 * 0.9 + 0.6)
    (told,) = rnncalc(f"{command} --expect s={not_carried:.4f} -f json").json
    assert _offered(told) == ["s not carried on"]
    from_zero = tanh(0.5 * tanh(0.3) + 0.6)
    (told,) = rnncalc(f"{command} --expect s={from_zero:.4f} -f json").json
    assert _offered(told) == ["s_prev taken as 0 at the start"]
    rounded = tanh(0.5 * round(tanh(0.75), 1) + 0.6)
    (told,) = rnncalc(f"{command} --expect s@1=0.6 --expect s={rounded:.1f} -f json").json
    assert told["right"]


def test_slips_of_rounding(rnncalc: Calculator) -> None:
    """Rounding left out, and done only at the end: c = 0.9975·2 + 0.9975·1 = 2.9926."""
    exercise = "lstm --all-weights 1 --x 5 --c 2 --round"
    (told,) = rnncalc(f"{exercise} --expect c=2.9926 -f json").json
    assert _offered(told)[0] == "rounding left out everywhere"
    (told,) = rnncalc(f"{exercise} --expect f=0.9975 --expect c=2.9926 -f json").json
    assert told["mistakes"][0]["slips"][0]["gives"] == pytest.approx(0.9975, abs=1e-4)  # that is f
    (told,) = rnncalc(f"{exercise} --expect f=0.9975 --expect c=3 --expect h=1 -f json").json
    assert "rounding only at the end" in _offered(told)
    tie = "gated --all-weights 1 --s 0.5 --x -0.5"
    (told,) = rnncalc(f"{tie} --expect g=1 --expect s=0.0 -f json").json
    assert "sigmoid(0) taken as 1" in _offered(told)


@pytest.mark.parametrize("rounds", ["", "--round"])
def test_nothing_is_left_to_mistake(rnncalc: Calculator, rounds: str) -> None:
    """With everything held there are hardly any slips, and that is no fault."""
    command = f"gated --set g=1 --set candidate=-1 --s 1 {rounds}"
    assert rnncalc(f"{command} --expect s=1").status == 1
    assert rnncalc(f"{command} --lint").status == 0
    assert rnncalc(f"gated --set s=1 {rounds} --expect s=2").status == 1


def test_digits_carried_on(rnncalc: Calculator) -> None:
    """Values cut to a decimal and carried on: 0.9 from tanh(1.5), then tanh(0.9·0.9 - 1)."""
    command = "simple --w-ss 0.9 --w-sx 1 --x 1.5 --x -1"
    answer = tanh(0.9 * 0.9 - 1)  # -0.1877, and -0.1848 with all digits
    assert answer == pytest.approx(-0.1877, abs=1e-4)
    (told,) = rnncalc(f"{command} --expect s@1=0.9 --expect s=-0.2 -f json").json
    assert told["right"]
    steep = "simple --w-ss 9 --w-sx 1 --x 1.5 --x -8.2"
    # 9·0.9051 - 8.2 = -0.0537, and 9·0.91 - 8.2 = -0.01
    (told,) = rnncalc(f"{steep} --expect s@1=0.91 --expect s=-0.01 -f json").json
    assert "values of 2 decimals carried on" in _offered(told)


def test_none_fits(rnncalc: Calculator) -> None:
    """An answer that no slip gives is said to be so, and which answers would show more."""
    out = rnncalc(f"{LSTM} --expect f=0.44516 --expect h=0.123456 -f plain").out
    assert re.search(r"none of the \d+ known slips gives this h", out)
    assert "answers for i, o, candidate, c and tanh_c would show where it begins" in out
    assert "consistent" not in out


def test_two_slips(rnncalc: Calculator) -> None:
    """Two mistakes are explained one by one, each with the other answers as they were given."""
    f = sigmoid(ZF - 0.2)  # the bias left out
    c = f * -0.8 + I * N
    h = O * c  # and tanh left out
    answers = f"--expect f={f:.4f} --expect i={I:.4f} --expect c={c:.4f} --expect h={h:.4f}"
    outcome = rnncalc(f"{LSTM} {answers}")
    assert outcome.rows["c"][-1] == "wrong, but follows from your f"
    assert outcome.rows["h"][-1] == "wrong, by itself"
    (told,) = rnncalc(f"{LSTM} {answers} -f json").json
    assert not told["one_slip_explains_all"]
    assert [mistake["name"] for mistake in told["mistakes"]] == ["f", "h"]
    assert _offered(told) == ["bias left out in f"]
    assert _offered(told, 1) == ["tanh left out on c"]


def test_a_state_that_is_not_the_one_before(rnncalc: Calculator) -> None:
    """A wrong state at the start of a step has no slip of another quantity for a reason."""
    command = "lstm --all-weights 0.5 --x 2 --x 1"
    (told,) = rnncalc(f"{command} --expect h_prev@2=0.9 --expect f@2=0.5 -f json").json
    assert _offered(told) == []


def test_many_mistakes(rnncalc: Calculator) -> None:
    """Each wrong answer of a step has its line; slips of all units must explain all of them."""
    weights = "--w-fh .1 --w-fx .2 --w-ih .3 --w-ix .4 --w-oh .5 --w-ox .6 --w-ch .7 --w-cx .8"
    answers = "--expect f=0.9 --expect i=0.9 --expect o=0.9 --expect candidate=0.3"
    out = rnncalc(f"lstm {weights} --h .5 --c .4 --x 1 {answers} -f plain").out
    assert [line.split(":")[0] for line in out.splitlines() if line.startswith("look at")] == [
        "look at f",
        "look at i",
        "look at o",
        "look at candidate",
    ]
    assert "everywhere" not in out


def test_an_offer_is_not_refuted_by_a_right_answer(rnncalc: Calculator) -> None:
    """What would have made a right answer wrong is not offered for another, wrong one."""
    f = sigmoid(ZF - 0.18)  # the recurrent term left out, in f alone
    answers = f"--expect f={f:.4f} --expect i={I:.4f} --expect h=0.3333"
    (told,) = rnncalc(f"{LSTM} {answers} -f json").json
    assert _offered(told) == ["recurrent term left out in f"]


def test_a_slip_in_one_step(rnncalc: Calculator) -> None:
    """A slip that is made in one step of several is named for that step."""
    command = "gated --all-weights 0.6 --b-g 0.4 --s 0.3 --x 1 --x -0.5 --x 2"
    first, second, _ = (step["s"] for step in rnncalc(f"{command} -f json").json)
    g, new = sigmoid(0.6 * first - 0.3 + 0.4), tanh(0.6 * first - 0.3)
    swapped = g * first + (1 - g) * new
    answers = f"--expect s@1={first:.4f} --expect s@2={swapped:.4f}"
    assert swapped != pytest.approx(second, abs=1e-3)
    out = rnncalc(f"{command} {answers} -f plain").out
    assert "s@2 is consistent with each of these:\n1. " in out
    assert ": 1 - g for g [gate-reversed] (s = g ⊙ s_prev + (1 - g) ⊙ candidate" in out


def test_right_answers_have_no_slip(rnncalc: Calculator) -> None:
    """Nothing is offered for a right answer, nor a slip that gives the right value here."""
    assert "consistent" not in rnncalc("lstm --all-weights 1 --x 5 --round --expect h=1").out
    (told,) = rnncalc("lstm --all-weights 1 --x 5 --round --expect h=-1 -f json").json
    offered = _offered(told)
    assert offered
    assert "c_prev taken as 0" not in offered  # it gives 1, as is right


@pytest.fixture(scope="module")
def of_exercise() -> dict[str, Any]:
    """Return what there is to say of the lecture's own exercise as an exercise."""
    (told,) = Calculator()("lstm --all-weights 1 --x 5 --round --lint -f json").json
    return dict(told)


def test_the_exercise_tells_little(rnncalc: Calculator, of_exercise: dict[str, Any]) -> None:
    """With the lecture's own exercise it is said that most slips can't be told apart, how many."""
    out = rnncalc("lstm --all-weights 1 --x 5 --round --expect h=-1 -f plain").out
    (told,) = re.findall(r"most slips can't be told apart in this problem: (\d+) of (\d+)", out)
    assert int(told[1]) > int(told[0]) > int(told[1]) / 2
    hidden = len(of_exercise["hidden_in_state"])
    assert (int(told[0]), int(told[1])) == (hidden, of_exercise["slips"])
    assert "most slips" not in rnncalc(f"{LSTM} --expect h=0.3333 -f plain").out


# There are hundreds of them: one of so many is made.
EVERY = {"simple": 5, "gated": 26, "lstm": 75, "gru": 45}


@pytest.mark.parametrize("name", CELLS)
@pytest.mark.parametrize(("last_only", "least"), [(False, 0.95), (True, 0.85)])
def test_rates(name: str, last_only: bool, least: float) -> None:
    """Of random problems' slips all are offered, at least 95 % alone, 85 % by the last state."""
    found = Rate()
    for n, steps in ((1, 1), (1, 3), (2, 1), (2, 3)):
        problem = random_problem(name, n, steps, seed=99)
        assert set(right_verdicts(problem)) == {"right"}
        found += rate(problem, last_only=last_only, every=EVERY[name])
    assert found.applied > 25
    assert found.offered == found.applied
    assert found.alone >= least * found.applied


@pytest.mark.parametrize("name", CELLS)
@pytest.mark.parametrize("n", [1, 2])
def test_the_oracle_notices_every_slip(name: str, n: int) -> None:
    """Every slip, applied to the equations as they are written, is noticed by the oracle."""
    problem = random_problem(name, n, 3, seed=5)
    at_zero = build(CELLS[name], {}, [[0.0] * n if n > 1 else 0.0] * 3, all_weights=0)
    at_zero = at_zero._replace(batches=list(at_zero.batches))
    assert _agrees(Altered(problem, ()), problem)
    assert _agrees(Altered(at_zero, ()), at_zero)
    for of, others in ((problem, "(0)"), (at_zero, "")):
        for slip in slips(of, decimals=3):
            if ("(0)" in slip.name) == (not others):
                for form in slip.forms:
                    assert not _agrees(form, of), (slip.name, form.equation())


def _agrees(form: Altered, problem: Problem) -> bool:
    """Return whether a form of a problem gives what the oracle gives for the problem."""
    n, cell = problem.sizes.largest, problem.cell
    given: dict[str, Any] = {}
    for name, parameter in cell.parameters.items():
        values = problem.state if parameter.kind == "state" else problem.weights
        flat = elements(values[parameter.symbol])
        if parameter.kind != "weight":
            flat = flat if len(flat) == n else flat * n
        elif len(flat) != n * n:  # a number on a vector
            flat = [flat[0] if row == column else 0.0 for row in range(n) for column in range(n)]
        given[name] = flat
        if parameter.kind == "weight":
            given[name] = [flat[k * n : k * n + n] for k in range(n)]
    xs = [elements(x) for batch in problem.batches for x in batch]
    try:
        return all(
            elements(step.values[name]) == pytest.approx(values, rel=1e-9, abs=1e-12)
            for step, row in zip(form.run(), oracle.run(cell.name, given, xs), strict=True)
            for name, values in row.items()
        )
    except InputError:
        return False


# Own cells --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "given", "answer", "slip", "equation"),
    [
        (  # nothing reads tanh(c): it is shown where it stands
            "c = c_prev + W.cx @ x\nh = tanh(c)\n",
            "--w-cx 0.5 --c 0.3",
            f"h={0.3 + 0.5 * 2}",
            "tanh left out on c",
            "h = c",
        ),
        (
            "h = tanh(W.hx @ x - W.hh @ h_prev + b.h)",
            "--w-hx 0.5 --w-hh 0.4 --b-h 0.1 --h 0.7",
            f"h={tanh(1 + 0.28 + 0.1):.6f}",
            "wrong sign of W^{h,h} h_prev",
            "h = tanh(W^{h,x} x + W^{h,h} h_prev + b_h)",
        ),
        (
            "h = tanh(W.hx @ x - W.hh @ h_prev)",
            "--w-hx 0.5 --w-hh 0.4 --h 0.7",
            f"h={tanh(-0.28):.6f}",
            "input left out in h",
            "h = tanh(-(W^{h,h} h_prev))",
        ),
        (  # a weight is one, with whichever sign of multiplication
            "f = sigmoid(W.fh @ h_prev + W.fc * h_prev)\nh = f * h_prev + (1 - f) * x",
            "--w-fh 0.5 --w-fc 0.9 --h 0.7",
            f"f={sigmoid(0.35):.6f}",
            "recurrent term left out in f",
            "f = σ(W^{f,h} h_prev)",
        ),
        (  # the second h_prev belongs to what is new
            "n = tanh(W.nx @ x)\nh = h_prev + alpha * (n - h_prev)",
            "--w-nx 0.3 --alpha 0.25 --h 0.8",
            f"h={0.25 * (tanh(0.6) - 0.8):.6f}",
            "kept part left out of h",
            "h = alpha ⊙ (n - h_prev)",
        ),
        (
            "n = tanh(W.nx @ x)\nh = h_prev + alpha * (n - h_prev)",
            "--w-nx 0.3 --alpha 0.25 --h 0.8",
            "h=0.800000",
            "new part left out of h",
            "h = h_prev",
        ),
        (  # tanh within a sum is rounded, too
            "h = 0.5 * h_prev + 0.5 * tanh(W.hx @ x)",
            "--w-hx 0.5 --h 0.7 --round",
            f"h={0.35 + 0.5 * tanh(1):.6f}",
            "rounding left out everywhere",
            "h = 0.5 ⊙ h_prev + 0.5 ⊙ tanh(W^{h,x} x), not rounded, and so on",
        ),
        (  # the last two are of one size, the first of another
            "p = W.px @ x + 0.1 * p_prev\n"
            "q = tanh(W.qp @ p + W.qq @ q_prev)\nr = tanh(W.rq @ q + W.rr * r_prev)\n"
            "r2 = q * r",
            "--w-px '[1, 2]' --w-qp '[[1, 2]]' --w-qq 0.5 --w-rq 0.4 --w-rr 0.3 --p 0 --q 0 --r 0",
            f"q='[{tanh(0.4 * tanh(10)):.6f}]'",
            "r given for q",
            "q = r",
        ),
    ],
)
def test_slips_of_own_cells(
    rnncalc: Calculator,
    tmp_path: Path,
    lines: str,
    given: str,
    answer: str,
    slip: str,
    equation: str,
) -> None:
    """Slips go by what a part is to its equation, however a cell is written."""
    (tmp_path / "own.cell").write_text(lines)
    (told,) = rnncalc(f"cell {tmp_path}/own.cell {given} --x 2 --expect {answer} -f json").json
    offered = {found["name"]: found["equation"] for found in told["mistakes"][0]["slips"]}
    assert offered.get(slip) == equation, offered


def test_a_sum_with_a_name_keeps_nothing(rnncalc: Calculator, tmp_path: Path) -> None:
    """A weighted previous state is no kept part of a state."""
    lines = "u = W.ux @ x + W.us * s_prev\ns = tanh(u)"
    (tmp_path / "own.cell").write_text(lines)
    command = f"cell {tmp_path}/own.cell --w-ux 1 --w-us 1 --s 1 --x 40 --lint -f json"
    (told,) = rnncalc(command).json
    assert "recurrent term left out in u" in told["hidden_in_state"]
    assert not any("part left out" in name for name in told["hidden_in_state"])


# One step held ----------------------------------------------------------------------------------


def test_what_is_held_at_a_step_has_no_slip(rnncalc: Calculator) -> None:
    """A quantity that is held at a step is no reason for a wrong answer there."""
    weights = "--w-fh .3 --w-fx -.4 --w-ih .7 --w-ix .5 --w-oh .2 --w-ox .4 --w-ch .6 --w-cx .1"
    command = f"lstm {weights} --x 1 --x 2 --c .4 --h .6 --set f@2=0.5"
    (told,) = rnncalc(f"{command} --expect f@1=0.1 --expect c@2=0.3 -f json").json
    assert told["mistakes"][1]["name"] == "c"
    assert "recurrent term left out in candidate" in _offered(told, 1)
    for slip in told["mistakes"][1]["slips"]:
        assert not slip["equation"].startswith("f ="), slip


@pytest.mark.parametrize("step", [1, 2])
def test_rounding_with_one_step_held(rnncalc: Calculator, step: int) -> None:
    """Where a step is held nothing is rounded: that leaves nothing out."""
    command = "gated --w-gs 0.3 --w-gx -0.4 --w-ss 0.9 --w-sx 0.5 --s 0.7 --x 2 --x -1 --round"
    command += f" --set g@{step}=0.5"
    assert rnncalc(f"{command} --expect g@{3 - step}=0.3 --expect s=0.123").status == 1
    assert rnncalc(f"{command} --lint").status == 0


def test_lint_recommends_the_whole_problem(rnncalc: Calculator, tmp_path: Path) -> None:
    """What is held at a step, how many steps there are and constants stay as they are."""
    held = "lstm --all-weights 0.5 --x 1 --x 2 --set f@2=0.5 --lint -f json"
    assert " --set f@2=0.5 " in rnncalc(held).json[0]["command"]
    (tmp_path / "own.cell").write_text("a = 0.9 * a_prev - 0.1 * b_prev\nb = 0.5 * b_prev\n")
    command = f"cell {tmp_path}/own.cell --a 0 --b 0 --repeat 2 --lint -f json"
    assert rnncalc(command).json[0]["command"].endswith(" --repeat 2")
    (tmp_path / "own.cell").write_text(
        "n = tanh(W.nh @ h_prev + W.nx @ x)\nh = (1 - alpha) * h_prev + alpha * n"
    )
    command = f"cell {tmp_path}/own.cell --w-nh 9 --w-nx 8 --alpha 0.2 --h 0.5 --x 1"
    assert " --alpha 0.2 " in rnncalc(f"{command} --lint -f json").json[0]["command"]


# Exercises --------------------------------------------------------------------------------------


def test_lint_of_the_exercise(rnncalc: Calculator, of_exercise: dict[str, Any]) -> None:
    """The lecture's exercise hides most slips, and the command recommended shows them."""
    told = of_exercise
    assert len(told["hidden_in_state"]) > told["slips"] / 2
    assert "f and i swapped" in told["hidden"]  # they are equal
    assert told["code"]["f and i swapped"] == "gates-swapped"
    assert "tanh left out on c" not in told["hidden"]  # 2, and not tanh(2)
    assert not any("bias" in name for name in told["hidden"])  # there are none to be mistaken
    counts = [len(change["hidden_in_state"]) for change in told["changes"]]
    assert counts == sorted(counts, reverse=True)
    assert told["changes"][-1]["change"] == "no rounding"  # the last resort
    (better,) = rnncalc(f"{told['command'].removeprefix('rnncalc ')} --lint -f json").json
    assert better["hidden"] == told["changes"][-1]["hidden"]
    assert len(better["hidden"]) < 5


def test_lint_asks_for_nothing_that_is_there(rnncalc: Calculator) -> None:
    """Biases that are not 0 and different, but make the cell small, are to be other ones."""
    biases = "--b-f 0.1 --b-i 0.2 --b-o 0.3 --b-c"
    weights = "--w-fh 0.6 --w-fx 0.3 --w-ih -0.4 --w-ix 0.5 --w-oh 0.2 --w-ox -0.7 --w-ch 0.9"
    command = f"lstm {weights} --w-cx 0.4 --h 0.5 --c -0.7 --x 1.3 --lint -f json"
    for last, name in (("-0.1", "other biases"), ("0.1", "biases that are not 0, and different")):
        (told,) = rnncalc(f"{command} {biases} {last}").json
        assert name in [change["change"] for change in told["changes"]]


@pytest.mark.parametrize(
    "command",
    [
        # Half as much again, as one of the changes has it, is too large; so is 1.8e308.
        "simple --activation identity --w-sx [[1.7e308]] --w-ss [[1]] --x [1] --s 0",
        "simple --activation relu --w-sx 1.797e308 --w-ss 0.1 --x -1 --s 0.5",
        "lstm --all-weights 1e308 --x 1 --h 0 --c 1e308",
    ],
)
def test_lint_leaves_out_changes_that_are_too_large(rnncalc: Calculator, command: str) -> None:
    """A change with which numbers become too large is not recommended, and others still are."""
    (told,) = rnncalc(f"{command} --lint -f json").json
    assert "inf" not in (told["command"] or "")
    if told["command"]:
        assert rnncalc(told["command"].removeprefix("rnncalc ")).status == 0


def test_lint_counts_what_really_agrees(rnncalc: Calculator) -> None:
    """What is said to be hidden in the last state is right when it is typed as its answer."""
    command = "gated --all-weights 1 --s 0 --x 0.5"
    (told,) = rnncalc(f"{command} --lint -f json").json
    (step,) = rnncalc(f"{command} -f json").json
    assert "recurrent term left out everywhere" in told["hidden"]  # the state is 0
    assert "kept part left out of s" in told["hidden"]
    assert "1 - g for g" not in told["hidden_in_state"]
    (coarse,) = rnncalc(f"{command} --lint -f json --digits 0").json
    assert len(coarse["hidden"]) > len(told["hidden"])
    assert step["s"] == pytest.approx(sigmoid(0.5) * tanh(0.5))


def test_lint_in_words(rnncalc: Calculator) -> None:
    """The report has a line for each kind of slip, and what to type instead."""
    command = "lstm --all-weights 1 --x 5 --lint"
    with linted_once():
        out = rnncalc(f"{command} -f plain").out
        assert rnncalc(command).out == out
    assert "\n  f and i, f and o, i and o swapped [gates-swapped]\n" in out
    assert "\nsuch as:\n  rnncalc lstm --w-fh " in out
    matrices = "--w-gs '[[0.5]]' --w-gx '[[3]]' --w-ss '[[1]]' --w-sx '[[1]]' --s '[0.5]' --x '[3]'"
    (told,) = rnncalc(f"gated {matrices} --b-g 0 --lint -f json").json
    assert "--w-gs '[[" in told["command"]  # or the shell would take it for a pattern
    good = rnncalc("simple --w-ss 0.5 --w-sx 0.3 --b-s 0.1 --s 0.7 --x 0.6 --lint -f plain").out
    assert "a good exercise: every slip shows" in good


def test_long_sequences_are_checked_in_little_time(rnncalc: Calculator) -> None:
    """In a long sequence a slip is looked for in the first wrong step alone."""
    xs = shlex.quote(str([k % 7 - 3 for k in range(5000)]))
    command = f"simple --w-ss 0.5 --w-sx 0.3 --b-s 0.2 --xs {xs}"
    steps = rnncalc(f"{command} -f json").json
    wrong = tanh(0.5 * steps[3998]["s"] + 0.3 * steps[3999]["x"])
    out = rnncalc(f"{command} --expect s@4000={wrong:.4f} -f plain").out
    assert "consistent with: bias left out in s [bias-left-out] (" in out


def test_slips_fit_within_a_tolerance(rnncalc: Calculator) -> None:
    """Of several wrong answers each is told by itself what gives it as far as a tolerance goes."""
    left_out = sigmoid(ZF - 0.2)
    command = f"{LSTM} --tolerance 0.01 --expect f={left_out + 0.004:.4f} --expect o=0.111"
    (told,) = rnncalc(f"{command} -f json").json
    (of_f,) = [one for one in told["mistakes"] if one["name"] == "f"]
    gives = {slip["name"]: slip["gives"] for slip in of_f["slips"]}
    assert gives["bias left out in f"] == pytest.approx(left_out, abs=1e-12)
