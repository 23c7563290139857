"""Edits: what nobody listed is named where it gives what was typed, and chance hardly could."""

from __future__ import annotations

from collections.abc import Sequence
from math import atan, atanh, tanh
from pathlib import Path
from typing import Any

import pytest

from rnncalc.check.answers import Answer, written_down
from rnncalc.check.slips.catalogue import slips
from rnncalc.check.slips.trial import Question, Trial
from rnncalc.trace.steps import run
from tests.benchmarks.slips import random_problem
from tests.conftest import Calculator
from tests.test_slips import LSTM, ZC, ZF, ZI, ZO, C, F, I, N, O, sigmoid

#: An edit that is no known slip: the answer that it gives by hand, and its equation.
EDITS: dict[str, tuple[str, float, str | None]] = {
    "f squared in c": ("c", F * F * -0.8 + I * N, "c = f ⊙ f ⊙ c_prev + i ⊙ candidate"),
    "brackets elsewhere, f ⊙ (c_prev + i ⊙ candidate) in c": (
        "c",
        F * (-0.8 + I * N),
        "c = f ⊙ (c_prev + i ⊙ candidate)",
    ),
    "- for ⊙ in h": ("h", O - tanh(C), "h = o - tanh_c"),
    "h_prev for o in h": ("h", 0.6 * tanh(C), "h = h_prev ⊙ tanh_c"),
    "f for h_prev in i": (
        "i",
        sigmoid(0.7 * F + 0.75 - 0.3),
        "i = σ(W^{i,h} f + W^{i,x} x + b_i)",
    ),
    "arctan for sigmoid on f": ("f", atan(ZF), "f = arctan(W^{f,h} h_prev + W^{f,x} x + b_f)"),
    "10^-z for e^-z on i": (
        "i",
        1 / (1 + 10**-ZI),
        "i = σ(2.302585092994046 ⊙ (W^{i,h} h_prev + W^{i,x} x + b_i))",
    ),
    "softsign for sigmoid on f": ("f", ZF / (1 + abs(ZF)), None),
}


def _told(rnncalc: Calculator, command: str) -> dict[str, Any]:
    (told,) = rnncalc(f"{command} -f json").json
    slips: list[dict[str, Any]] = told["mistakes"][0]["slips"]
    return {slip["name"]: slip for slip in slips}


@pytest.mark.parametrize("name", EDITS)
def test_edits_are_named(rnncalc: Calculator, name: str) -> None:
    """An answer of six decimals tells which part of its equation was computed otherwise."""
    quantity, worth, equation = EDITS[name]
    right = {"f": F, "i": I, "o": O, "candidate": N, "c": C, "tanh_c": tanh(C)}
    before = [*right][: [*right, "h"].index(quantity)]
    others = " ".join(f"--expect {other}={right[other]:.6f}" for other in before)
    offered = _told(rnncalc, f"{LSTM} {others} --expect {quantity}={worth:.6f}")
    assert name in offered
    assert offered[name]["gives"] == pytest.approx(worth, abs=1e-12)
    assert equation in (None, offered[name]["equation"])


def test_numbers_are_misread(rnncalc: Calculator) -> None:
    """Digits exchanged in a weight, or another sign of an input, are told with both numbers."""
    command = LSTM.replace("--w-ix 0.5", "--w-ix 0.52")
    wrong = sigmoid(0.42 + 0.25 * 1.5 - 0.3)
    (name,) = _told(rnncalc, f"{command} --expect i={wrong:.8f}")
    assert name == "W^{i,x} misread, 0.25 for 0.52: digits exchanged, in i"
    units = "--w-sx '[[0.3, 0.8], [0.2, 0.1]]' --w-ss '[[0.5, 0.1], [0.7, 0.4]]' --s '[1, -1]'"
    seen = [tanh(0.4 - 0.6 + 0.8), tanh(0.3 - 0.4 + 0.1)]
    answer = f"--expect s='[{seen[0]:.6f}, {seen[1]:.6f}]'"
    assert "x[1] misread, -2 for 2: wrong sign," in _told(
        rnncalc, f"simple {units} --x '[2, 1]' {answer}"
    )


def test_two_edits_of_one_equation(rnncalc: Calculator) -> None:
    """Where an answer has digits enough, two edits of its equation are found."""
    wrong = I * -0.8 - I * N
    right = f"--expect f={F:.8f} --expect i={I:.8f} --expect o={O:.8f} --expect candidate={N:.8f}"
    offered = _told(rnncalc, f"{LSTM} {right} --expect c={wrong:.8f}")
    assert any("i for f" in name and " and " in name for name in offered), offered


def test_few_digits_tell_nothing(rnncalc: Calculator) -> None:
    """An edit that many others could stand for is not offered, nor for what tells nothing."""
    (name, (quantity, worth, _)), *_ = EDITS.items()
    assert name in _told(rnncalc, f"{LSTM} --expect f={F:.6f} --expect {quantity}={worth:.6f}")
    for answer in (f"{quantity}={worth:.2f}", "h=0", "h=1"):
        offered = _told(rnncalc, f"{LSTM} --expect {answer}")
        assert not any("None of the known" in slip["advice"] for slip in offered.values())


def test_an_edit_is_no_known_slip(rnncalc: Calculator) -> None:
    """The report says that it gives the number, and not that it is known."""
    out = rnncalc(f"{LSTM} --expect f={F:.6f} --expect c={F * F * -0.8 + I * N:.6f} -f plain").out
    assert "consistent with: f squared in c [number] (c = f ⊙ f ⊙ c_prev" in out
    assert "None of the known slips, but it gives your number" in out


@pytest.mark.parametrize("name", ["lstm", "gru"])
@pytest.mark.parametrize("n", [1, 2])
def test_side_by_side_is_one_by_one(name: str, n: int) -> None:
    """Many slips computed at once answer what each does that is computed alone."""
    problem = random_problem(name, n, 2, 5)
    forms = [form for slip in slips(problem, 4) for form in slip.forms]
    *_, last = forms[len(forms) // 3].run()
    *_, right = run(problem)
    stated, shown = (
        [written_down(2, state, step.values[state], 4) for state in problem.cell.states]
        for step in (last, right)
    )
    wanted = Question(stated, lambda answer, value: all(answer.states(value)))
    trial = Trial(problem, wanted, Question(shown, Answer.hides))
    together = trial.all_answered(forms)
    assert any(fits for fits, _ in together)
    assert together == [trial.answered(form) for form in forms]


@pytest.mark.parametrize(
    ("lines", "given", "name", "worth"),
    [
        (  # one weight meets the state and the input
            "s = tanh(W.a @ s_prev + W.a @ x)",
            "--w-a '[[0.5, 0.1], [0.2, 0.4]]' --s '[1, -1]' --x '[2, 1]'",
            "x for s_prev in s",
            [tanh(2 * (0.5 * 2 + 0.1)), tanh(2 * (0.2 * 2 + 0.4))],
        ),
        (  # weights of different heights meet them
            "a = tanh(W.as @ s_prev)\ns = s_prev * sigmoid(W.sx @ x + W.sa @ a)",
            "--w-as '[[0.5, 0.1]]' --w-sx '[[0.2], [0.7]]' --w-sa '[[0.4], [0.9]]'"
            " --s '[1, -1]' --x '[2]'",
            "1 - s_prev for s_prev in s",
            [0, 2 * sigmoid(1.4 + 0.9 * tanh(0.4))],
        ),
    ],
)
def test_edits_of_own_cells(
    rnncalc: Calculator, tmp_path: Path, lines: str, given: str, name: str, worth: list[float]
) -> None:
    """Edits go by what a part is to its equation and by its size, however a cell is written."""
    (tmp_path / "own.cell").write_text(lines)
    answer = "[" + ", ".join(f"{number:.6f}" for number in worth) + "]"
    offered = _told(rnncalc, f"cell {tmp_path}/own.cell {given} --expect s='{answer}'")
    assert name in offered


W, V = [[0.5, 0.1], [0.7, 0.4]], [[0.3, 0.8], [0.2, 0.1]]
XS = [[2.0, 1.0], [1.0, 0.5], [0.3, -1.0], [-0.7, 0.4]]


def _state(w: list[list[float]], s: list[float], x: list[float]) -> list[float]:
    """Return the state of a simple cell of two units by its equation."""
    rows = zip(w, V, strict=True)
    return [tanh(a * s[0] + b * s[1] + c * x[0] + d * x[1]) for (a, b), (c, d) in rows]


def _two_back() -> list[float]:
    before, now = [1.0, -1.0], [1.0, -1.0]
    for x in XS:
        before, now = now, _state(W, before, x)
    return now


def _one_by_one() -> list[float]:
    s = [1.0, -1.0]
    for x in XS:
        s = [_state(W, s, x)[0], s[1]]
        s = [s[0], _state(W, s, x)[1]]
    return s


def _sums_carried_on() -> list[float]:
    s = [1.0, -1.0]
    for x in XS[:-1]:
        s = [atanh(one) for one in _state(W, s, x)]
    return _state(W, s, XS[-1])


def _through(
    w: list[list[float]], xs: list[list[float]], start: Sequence[float] = (1.0, -1.0)
) -> list[float]:
    s = [*start]
    for x in xs:
        s = _state(w, s, x)
    return s


def _without_recurrent_term(step: int = 0, unit: int | None = None) -> list[float]:
    """Return the state after all steps, without W s_prev in one step or one unit alone."""
    s = [1.0, -1.0]
    for t, x in enumerate(XS, 1):
        right, wrong = _state(W, s, x), _state([[0.0, 0.0]] * 2, s, x)
        s = [wrong[k] if step == t or unit == k else right[k] for k in (0, 1)]
    return s


@pytest.mark.parametrize(
    ("name", "code", "answer"),
    [
        ("s_prev of two steps before", "other-inputs", _two_back()),
        ("elements of s one by one, each from those that are new already,", "time", _one_by_one()),
        ("W^{s,s} with its rows turned round", "matrix-read-otherwise", _through(W[::-1], XS)),
        ("one step too many, the last x twice", "other-inputs", _through(W, [*XS, XS[-1]])),
        ("sum of s carried on for it, before tanh", "carried-for-another", _sums_carried_on()),
        (
            "steps and elements of x exchanged, read column by column",
            "other-inputs",
            _through(W, [[2.0, 0.3], [1.0, -1.0], [1.0, -0.7], [0.5, 0.4]]),
        ),
        ("x of steps 1 and 2 exchanged", "other-inputs", _through(W, [XS[1], XS[0], *XS[2:]])),
        (
            "row 1 of W^{s,s} turned round",
            "matrix-read-otherwise",
            _through([W[0][::-1], W[1]], XS),
        ),
        (
            "W^{s,s} with its rows turned round in s, from step 2 on",
            "order",
            _through(W[::-1], XS[1:], _state(W, [1.0, -1.0], XS[0])),
        ),
        (
            "recurrent term left out in s, at step 2 alone",
            "left-out",
            _without_recurrent_term(step=2),
        ),
        (
            "last row of W^{s,s} left out",  # which is the recurrent term, for unit 2 alone
            "matrix-read-otherwise",
            _without_recurrent_term(unit=1),
        ),
    ],
)
def test_other_steps_and_elements_are_named(
    rnncalc: Calculator, name: str, code: str, answer: list[float]
) -> None:
    """What is read of another step, or in another order, is told by the last state alone."""
    command = f"simple --w-ss '{W}' --w-sx '{V}' --s '[1, -1]' --xs '{XS}'"
    offered = _told(rnncalc, f"{command} --expect s='[{answer[0]:.4f}, {answer[1]:.4f}]'")
    assert offered[name]["code"] == code


GRU = (
    "gru --w-rh 0.35 --w-rx 0.2 --b-r 0.1 --w-zh 0.6 --w-zx -0.4 --b-z 0.2"
    " --w-hh 0.5 --w-hx 0.7 --b-h -0.3 --h 0.4 --x 1"
)


def _with_gates(h: float, x: float) -> float:
    """Return the state of that cell after x, with the gates of the first step."""
    r, z = sigmoid(0.35 * 0.4 + 0.2 + 0.1), sigmoid(0.6 * 0.4 - 0.4 + 0.2)
    return (1 - z) * tanh(0.5 * r * h + 0.7 * x - 0.3) + z * h


#: The memory cell with the bias of the candidate for f, and that of o for the candidate.
OTHER_C = sigmoid(ZF - 0.2 + 0.4) * -0.8 + I * tanh(ZC - 0.4 + 0.1)


@pytest.mark.parametrize(
    ("command", "name", "answers"),
    [
        (  # 0.25 is rounded up by hand, and 0.35
            "simple --w-ss 0.25 --w-sx 0.35 --s 0.6 --x 2",
            "every weight rounded to 1 decimal",
            {"s": tanh(0.3 * 0.6 + 0.4 * 2)},
        ),
        (  # and down by NumPy
            "simple --w-ss 0.25 --w-sx 0.45 --s 0.6 --x 2",
            "every weight rounded to 1 decimal",
            {"s": tanh(0.2 * 0.6 + 0.4 * 2)},
        ),
        (
            "simple --w-ss '[[0.5, 0.1], [0.7, 0.4]]' --w-sx '[0.3, 0.8]' --s '[0.4, -0.7]' --x 2",
            "the first element of s_prev for all",
            {"s[1]": tanh(0.6 * 0.4 + 0.6), "s[2]": tanh(1.1 * 0.4 + 1.6)},
        ),
        (
            GRU,
            "weights and bias of candidate in r",
            {"r": sigmoid(0.6), "z": sigmoid(0.04), "candidate": tanh(0.4 + 0.2 * sigmoid(0.6))},
        ),
        (
            GRU,
            "r after the matrix, on its bias, too,",
            {"candidate": tanh(0.7 + sigmoid(0.44) * (0.5 * 0.4 - 0.3))},
        ),
        (LSTM, "i ⊙ candidate told for candidate", {"candidate": I * N, "c": C, "h": O * tanh(C)}),
        (  # of f, i, o and the candidate they are 0.2, -0.3, 0.1 and 0.4
            LSTM,
            "blocks of the biases alone: i, f, candidate, o read as i, o, f, candidate",
            {"c": OTHER_C, "h": sigmoid(ZO - 0.1 + 0.2) * tanh(OTHER_C)},
        ),
        (LSTM, "tanh of o, not of c, in h", {"c": C, "h": tanh(O) * C}),
        (
            LSTM,
            "bias of o in all gates",
            {"f": sigmoid(ZF - 0.1), "i": sigmoid(ZI + 0.4), "o": O, "candidate": N},
        ),
        (LSTM, "b_f taken as 1", {"f": sigmoid(ZF + 0.8), "i": I, "o": O, "candidate": N}),
        (  # of x and its weights, which have one or two
            LSTM.replace("--x 1.5", "--x -1.5"),
            "minus times minus taken as minus everywhere",
            {
                "f": sigmoid(0.18 - 0.6 + 0.2),
                "i": sigmoid(0.42 - 0.75 - 0.3),
                "o": sigmoid(-0.36 - 1.2 + 0.1),
                "candidate": tanh(0.54 - 0.75 + 0.4),
            },
        ),
        (
            GRU,
            "r on h_prev in h, and not in candidate",
            {
                "candidate": tanh(0.6),
                "h": (1 - sigmoid(0.04)) * tanh(0.6) + sigmoid(0.04) * sigmoid(0.44) * 0.4,
            },
        ),
        (
            "gated --w-gs 0.4 --w-gx -0.3 --w-ss 0.8 --w-sx 0.5 --s -0.6 --x 2",
            "(1 - g) ⊙ s_prev read for s_prev in candidate",
            {"candidate": tanh(0.8 * (1 - sigmoid(-0.84)) * -0.6 + 1)},
        ),
        (
            f"simple --w-ss '{W}' --w-sx '{V}' --s '[1, -2]' --x '[2, 1]'",
            "recurrent and input weights side by side, filled by columns",
            # [0.5 0.1 0.3 0.8; 0.7 0.4 0.2 0.1] is [0.5 0.3 0.7 0.2; 0.1 0.8 0.4 0.1] so
            {"s[1]": tanh(0.5 - 0.6 + 1.4 + 0.2), "s[2]": tanh(0.1 - 1.6 + 0.8 + 0.1)},
        ),
        (
            GRU.replace("--x 1", "--xs '[1, -1.5]'"),
            "every gate of the first step kept in every step",
            {"h@2": _with_gates(_with_gates(0.4, 1.0), -1.5)},
        ),
        (
            "simple --w-ss 0 --w-sx '[0.3, 0.8, -0.6]' --b-s '[0.5, -0.2, 0.9]' --x 0.7",
            "b_s[2] and [3] exchanged in s",
            {"s[1]": tanh(0.71), "s[2]": tanh(0.56 + 0.9), "s[3]": tanh(-0.42 - 0.2)},
        ),
    ],
)
def test_rarer_slips_are_named(
    rnncalc: Calculator, command: str, name: str, answers: dict[str, float]
) -> None:
    """Numbers shortened either way, what is another unit's, and a gate on a bias are told."""
    expected = " ".join(f"--expect '{of}={worth:.4f}'" for of, worth in answers.items())
    assert name in _told(rnncalc, f"{command} {expected}")


@pytest.mark.parametrize("code", ["time", "order", "copied", "one-more", "two-edits"])
def test_codes_of_edits_are_explained(rnncalc: Calculator, code: str) -> None:
    """The code behind what is found by searching leads to what it means."""
    out = rnncalc(f"help {code}").out
    assert f"slip [{code}]" in out
    assert "no known slip" in " ".join(out.split())


def test_a_decimal_point_misplaced_is_told_digit_by_digit(rnncalc: Calculator) -> None:
    """A tenth of 1.4 is told as 0.14, which somebody may have read."""
    w, xs, s = [[0.3, 0.14], [0.2, 0.7]], [[0.3, 0.6], [-0.7, -0.9]], [0.8, 0.3]
    answers = ""
    for t, x in enumerate(xs, 1):
        own = 0.5 * s[0] + 0.2 * s[1] + 0.1, 0.3 * s[0] + 0.4 * s[1] + 0.2
        s = [tanh(own[k] + w[k][0] * x[0] + w[k][1] * x[1]) for k in (0, 1)]
        answers += f" --expect 's@{t}=[{s[0]:.4f}, {s[1]:.4f}]'"
    command = "simple --w-ss '[[0.5, 0.2], [0.3, 0.4]]' --w-sx '[[0.3, 1.4], [0.2, 0.7]]'"
    command = f"{command} --b-s '[0.1, 0.2]' --s '[0.8, 0.3]' --xs '{xs}'{answers} -f plain"
    assert "W^{s,x}[1,2] misread, 0.14 for 1.4: decimal point misplaced" in rnncalc(command).out


def test_what_is_near_is_rounding(rnncalc: Calculator) -> None:
    """One number off by two units in its second decimal is put down to no slip but rounding."""
    (told,) = rnncalc(f"{LSTM} --expect h={O * tanh(C) + 0.015:.2f} -f json").json
    (mistake,) = told["mistakes"]
    assert mistake["fitting"] > 0
    assert {slip["code"] for slip in mistake["slips"]} <= {"rounded-on-the-way"}


def test_two_numbers_of_two_decimals_tell_an_edit(rnncalc: Calculator) -> None:
    """Two numbers that are far off are enough for a likely edit, though they are short."""
    sums = (0.5 - 0.1 + 0.09 - 0.8, 0.7 - 0.4 + 0.06 - 0.1)
    wrong = [tanh(sums[0] + 1), tanh(sums[1] - 1)]
    command = f"simple --w-ss '{W}' --w-sx '{V}' --s '[1, -1]' --x '{XS[2]}'"
    offered = _told(rnncalc, f"{command} --expect s='[{wrong[0]:.2f}, {wrong[1]:.2f}]'")
    assert "s_prev added to the sum, without a weight, in s" in offered


def test_an_edit_of_one_step_says_how_that_reads(rnncalc: Calculator) -> None:
    """What is computed otherwise in one step alone is told with its equation and the step."""
    s = _without_recurrent_term(step=2)
    command = f"simple --w-ss '{W}' --w-sx '{V}' --s '[1, -1]' --xs '{XS}'"
    answer = f"[{s[0]:.4f}, {s[1]:.4f}]"
    out = rnncalc(f"{command} --expect s='{answer}' -f plain").out
    assert f"(s = tanh(W^{{s,x}} x + b_s) at step 2 alone gives {answer})" in out


def test_a_gate_of_0_tells_no_function(rnncalc: Calculator) -> None:
    """Many functions are flat where a gate is 0: none of them is offered for it."""
    negative = LSTM.replace("--b-f 0.2", "--b-f -3")
    offered = _told(rnncalc, f"{negative} --expect f=0.0000")
    assert not any("relu" in name or "hard" in name for name in offered), offered
