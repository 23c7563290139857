"""Each sentence of a report is true where it is printed; one error is told once."""

from __future__ import annotations

from math import exp, tanh
from pathlib import Path

import pytest

from tests.conftest import Calculator


def sigmoid(z: float) -> float:
    """The textbook's form, good enough for moderate z."""
    return 1 / (1 + exp(-z))


# As in the tests of slips, worked by hand: h_prev = 0.6, c_prev = -0.8, x = 1.5.
LSTM = (
    "lstm --w-fh 0.3 --w-fx -0.4 --b-f 0.2 --w-ih 0.7 --w-ix 0.5 --b-i -0.3"
    " --w-oh -0.6 --w-ox 0.8 --b-o 0.1 --w-ch 0.9 --w-cx -0.5 --b-c 0.4 --h 0.6 --c -0.8 --x 1.5"
)
F, I, O, N = sigmoid(-0.22), sigmoid(0.87), sigmoid(0.94), tanh(0.19)  # noqa: E741
C = F * -0.8 + I * N  # -0.2239
H = O * tanh(C)  # -0.1583
NO_BIAS = sigmoid(-0.42)  # f with its bias left out, 0.3965


def _told(rnncalc: Calculator, answers: str, command: str = LSTM) -> list[str]:
    return rnncalc(f"{command} {answers} -f plain").out.splitlines()


# A little off ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ("h=-0.1585", "h is off by 2 in the last digit: rounded on the way, or a typing slip"),
        ("h=-0.1582", "h is off by 1 in the last digit: rounded on the way, or a typing slip"),
        (
            "h=-0.15",
            "h looks cut off, not rounded, which is right from three decimals on: write -0.16",
        ),
        ("f=0.4", ""),  # right
        ("o=0.7191", ""),
        (
            "o=0.71",
            "o looks cut off, not rounded, which is right from three decimals on: write 0.72",
        ),
        ("h=-0.1586", "none of the"),
    ],
)
def test_off_by_a_little(rnncalc: Calculator, answer: str, sentence: str) -> None:
    """Up to two units of the last digit are a typing slip first; what is cut off, to be rounded."""
    told = _told(rnncalc, f"--expect {answer}")
    assert "by itself" not in told[0]
    said = [line for line in told if line.startswith(("h is", "h looks", "o looks", "none of"))]
    assert bool(said) == bool(sentence)
    assert not said or said[0].startswith(sentence)


def test_a_slip_that_moves_no_further_comes_second(rnncalc: Calculator) -> None:
    """What a typing slip explains is not first charged as a mistake; what it can't explain is."""
    told = _told(rnncalc, "--expect i=0.68 --expect f=0.4452")  # 0.70; 0.6514 without its state
    assert told[3].startswith("i is off by 2 in the last digit")
    far = _told(rnncalc, f"--expect f={NO_BIAS:.4f}")
    assert not any("off by" in line for line in far)
    assert far[2].startswith("consistent with: bias left out in f [bias-left-out] (")


def test_too_coarse(rnncalc: Calculator) -> None:
    """A whole number that the value rounds to is neither right nor wrong, unless it is exact."""
    outcome = rnncalc("lstm --all-weights 1 --x 5 --expect c=2 --expect h=1 -f plain")
    assert outcome.status == 0  # 1.9950 and 0.9613
    outcome = rnncalc(f"{LSTM} --expect o=1 -f plain")
    assert outcome.status == 1
    assert outcome.out.splitlines()[:2] == [
        "o: too coarse (yours 1, ours 0.7191, difference 0.2809)",
        "o: a whole number is held to one decimal, so type one",
    ]
    assert rnncalc(f"{LSTM} --expect o=1 --tolerance 0.3").status == 0
    assert rnncalc("lstm --all-weights 1 --x 5 --round --expect h=1").status == 0
    (data,) = rnncalc(f"{LSTM} --expect o=1 -f json").json
    assert data["answers"][0]["verdict"] == "too coarse"
    assert "the answer is too coarse" in rnncalc(f"{LSTM} --expect o=1").out


# None of the slips -------------------------------------------------------------------------------


def test_what_follows_nearly_is_no_veto(rnncalc: Calculator) -> None:
    """A slip in f is found though c was computed from the two decimals that f was typed to."""
    f = round(NO_BIAS, 2)  # 0.40 for 0.3965
    c = f * -0.8 + I * N  # -0.1877, and -0.1849 with all digits
    told = _told(rnncalc, f"--expect f={f:.2f} --expect c={c:.3f}")
    assert "c: wrong, but follows from your f" in told[1]
    assert any("bias left out in f" in line for line in told)
    assert not any(line.startswith("none of the") for line in told)


def test_what_known_slips_leave_unexplained_is_copied(rnncalc: Calculator) -> None:
    """Where a right answer speaks against each known slip, what leaves it as it is is told."""
    f = sigmoid(0.19)  # with the weights of the candidate
    told = _told(rnncalc, f"--expect f={f:.4f} --expect i={I:.4f} --expect candidate={N:.4f}")
    assert told[4] == (
        "consistent with: weights and bias of candidate in f [weight-of-another]"
        f" (f with the weights and bias of candidate gives f = {f:.4f})"
    )


def test_c_told_for_h_after_another_mistake(rnncalc: Calculator) -> None:
    """What is told for something else is found in a step with another mistake, too."""
    c = NO_BIAS * -0.8 + I * N
    told = _told(rnncalc, f"--expect f={NO_BIAS:.4f} --expect o=0.3 --expect h={c:.4f}")
    assert any("h is consistent with each of these:" in line for line in told), told
    assert any(
        line.startswith("1. c given for h [states-confused] (h = c gives -0.1849)") for line in told
    ), told


def test_one_unit_alone(rnncalc: Calculator) -> None:
    """A slip that is made in one unit of a vector is offered for that unit."""
    command = (
        "gated --w-gs '[[.3,.5],[-.4,.2]]' --w-gx '[[.7],[-.6]]' --b-g '[.2,-.1]'"
        " --w-ss '[[.8,-.3],[.1,.9]]' --w-sx '[[-.5],[.4]]' --b-s '[.3,.1]' --s '[.6,-.7]' --x 1.5"
    )
    g = sigmoid(0.18 - 0.35 + 1.05 + 0.2), sigmoid(-0.24 - 0.14 - 0.9)
    told = _told(rnncalc, f"--expect 'g=[{g[0]:.4f}, {g[1]:.4f}]'", command)
    assert told[2].startswith("in unit 2 consistent with: bias left out in g [bias-left-out] (")


def test_none_is_said_of_what_was_tried(rnncalc: Calculator) -> None:
    """In a sequence that no slip gives an answer is said of its step, with what would help."""
    command = f"{LSTM} --x 0.5 --x -1"
    told = _told(rnncalc, "--expect h@3=0.9123", command)
    assert "made in this step alone, gives this h@3" in "".join(told)
    assert told[-1] == (
        "answers for h_prev, c_prev, f, i, o, candidate, c and tanh_c at step 3"
        " would show where it begins"
    )
    twice = _told(rnncalc, "--expect h@1=0.8123 --expect h@3=0.9123", command)
    assert sum(line.startswith("look at") for line in twice) == 1
    assert any(line.endswith(", made in one step alone, gives this h@1 or h@3") for line in twice)
    alone = _told(rnncalc, "--expect h=0.9123")
    assert "none of the" in alone[2]
    assert "step" not in alone[2]


# Where and when ----------------------------------------------------------------------------------


def test_at_the_start_is_the_start(rnncalc: Calculator) -> None:
    """States swapped before step 2 are not said to be swapped at the start."""
    first = f"--expect o@1=0.3333 --expect h@1={H:.6f} --expect c@1={C:.6f}"
    # h_prev = c and c_prev = h in the second step, whose x is 0.5
    f, i, n = sigmoid(0.3 * C), sigmoid(0.7 * C - 0.05), tanh(0.9 * C + 0.15)
    c = f * H + i * n
    told = _told(rnncalc, f"{first} --expect c@2={c:.6f}", f"{LSTM} --x 0.5")
    text = "\n".join(told)
    name = "h and c swapped before step 2 [states-confused]"
    assert f"{name} (h_prev and c_prev swapped before step 2 gives" in text
    assert "at the start" not in text
    f, i, n = sigmoid(-0.24 - 0.6 + 0.2), sigmoid(-0.56 + 0.75 - 0.3), tanh(-0.72 - 0.75 + 0.4)
    told = _told(rnncalc, f"--expect c={f * 0.6 + i * n:.6f}")
    assert any("h and c swapped at the start" in line for line in told)


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ("--set f@2=0.5 --expect f@2=0.1", "look at f@2: held with --set"),
        ("--set f@2=0.5 --expect f@1=0.1", "look at f@1: f = σ(W^{f,h} h_prev + W^{f,x} x + b_f)"),
        (
            "--expect h_prev@1=0.1",
            "look at h_prev@1: previous hidden state, as the problem has it",
        ),
        ("--expect h_prev@2=0.1", "look at h_prev@2: previous hidden state, as step 1 left it"),
        ("--expect pre.f@1=0.1", "look at pre.f@1: f = σ(W^{f,h} h_prev + W^{f,x} x + b_f), where"),
        ("--expect x@2=0.1", "look at x@2: input, as the problem has it"),
    ],
)
def test_where_to_look(rnncalc: Calculator, answers: str, sentence: str) -> None:
    """What is said of the place to look holds at its step."""
    told = _told(rnncalc, answers, f"{LSTM} --x 0.5")
    assert any(line.startswith(sentence) for line in told), told


# One error once ----------------------------------------------------------------------------------


def test_in_f_and_everywhere(rnncalc: Calculator) -> None:
    """Where f alone is known, a bias left out in f and everywhere are one; else the latter."""
    told = _told(rnncalc, f"--expect f={NO_BIAS:.4f}")
    assert sum("bias left out" in line for line in told) == 1
    others = sigmoid(1.17), sigmoid(0.84), tanh(-0.21)
    all_units = zip(("f", "i", "o", "candidate"), (NO_BIAS, *others), strict=True)
    answers = " ".join(f"--expect {name}={value:.4f}" for name, value in all_units)
    assert "bias left out everywhere" in "\n".join(_told(rnncalc, answers))


def test_the_same_slip_in_several_places_is_one_finding(rnncalc: Calculator) -> None:
    """A bias left out in f and i, and not in o, is told once, with both places."""
    i = sigmoid(1.17)
    told = _told(rnncalc, f"--expect f={NO_BIAS:.4f} --expect i={i:.4f} --expect o={O:.4f}")
    found = [line for line in told if "bias left out" in line]
    assert len(found) == 1
    name = "bias left out in f and in i [bias-left-out]"
    assert found[0].startswith(f"f and i are each consistent with: {name} (")
    assert rnncalc(f"{LSTM} --expect f={NO_BIAS:.4f} --expect i={i:.4f} -f json").json[0][
        "mistakes"
    ]


def _sequence(folder: Path, steps: int) -> tuple[str, str]:
    """Return a command of many steps, and answers in a file that lack their bias, rounded each."""
    xs = [(k % 7 - 3) / 2 for k in range(steps)]
    s, rows = 0.0, []
    for t, x in enumerate(xs, 1):
        s = round(tanh(0.5 * s + 0.3 * x), 2)  # rounded on the way: no slip gives all of them
        rows.append(f"s@{t} = {s:.2f}")
    (folder / "s.txt").write_text("\n".join(rows))
    return f"simple --w-ss 0.5 --w-sx 0.3 --b-s 0.4 --s 0 --xs '{xs}'", f"--expect @{folder}/s.txt"


def test_many_wrong_rows_are_a_summary(rnncalc: Calculator, tmp_path: Path) -> None:
    """Over 12 wrong answers: how many, the first and the farthest; the slip is told once."""
    command, answers = _sequence(tmp_path, 30)
    told = _told(rnncalc, answers, command)
    rows = [line for line in told if " (yours " in line]
    assert len(rows) == 2
    assert rows[0].startswith("s@1: wrong: look here first")
    assert told[2].startswith("30 answers are not right: the first is s@1, and s@")
    assert told[2].split("and ")[1].startswith(rows[1].split(":")[0])
    assert sum("bias left out" in line for line in told) == 1
    assert sum(line.startswith("look at") for line in told) <= 2
    hidden = rnncalc(f"{command} {answers} --no-reveal -f plain").out
    assert "30 answers are not right: the first is s@1\n" in hidden
    assert len(rnncalc(f"{command} {answers} -f json").json[0]["answers"]) == 30
    table = rnncalc(f"{command} {answers}").out
    assert told[2] in table
    short, few = _sequence(tmp_path, 12)
    assert sum(" (yours " in line for line in _told(rnncalc, few, short)) == 12


def test_many_right_rows_are_counted(rnncalc: Calculator, tmp_path: Path) -> None:
    """Over 12 right answers are not listed; a wrong one among them is."""
    command, _ = _sequence(tmp_path, 20)
    rows = [f"s@{step['t']} = {step['s']:.4f}" for step in rnncalc(f"{command} -f json").json]
    (tmp_path / "s.txt").write_text("\n".join(rows))
    assert _told(rnncalc, f"--expect @{tmp_path}/s.txt", command) == [
        "20 right answers are not listed"
    ]
    rows[6] = "s@7 = 0.1234"
    (tmp_path / "s.txt").write_text("\n".join(rows))
    told = _told(rnncalc, f"--expect @{tmp_path}/s.txt", command)
    assert told[0].startswith("s@7: wrong: look here first")
    assert told[1] == "19 right answers are not listed"


# Offers ------------------------------------------------------------------------------------------


def test_offers_are_numbered_and_doubted(rnncalc: Calculator) -> None:
    """Of one number of two decimals it is said how many slips show it, and what to type to know."""
    told = _told(rnncalc, "--expect h=0.72")
    numbers = [line.partition(". ")[0] for line in told if line[:1].isdigit() and ". " in line[:3]]
    assert numbers == [str(k) for k in range(1, len(numbers) + 1)]
    assert len(numbers) > 1
    (data,) = rnncalc(f"{LSTM} --expect h=0.72 -f json").json
    fitting, tried = data["mistakes"][0]["fitting"], data["tried"]
    assert told[-1] == f"{fitting} of {tried} slips would show this; type f, i, o, … to know"
    assert not any("would show this" in line for line in _told(rnncalc, "--expect h=-0.1348"))


def test_what_stands_out_from_nothing_is_counted(rnncalc: Calculator) -> None:
    """Where slips give a short number that chance would, too, none is named: how many is said."""
    (data,) = rnncalc(f"{LSTM} --expect h=-0.20 -f json").json
    (mistake,) = data["mistakes"]
    told = _told(rnncalc, "--expect h=-0.20")
    count = f"{mistake['fitting']} of {data['tried']} slips would show this h"
    assert mistake["slips"] == []
    assert told[-1] == f"{count}, and none stands out; type f, i, o, … to know"


def test_offers_are_by_rounding(rnncalc: Calculator) -> None:
    """A slip is offered for what its value is when it is rounded, not for what is left when cut."""
    c = F * -0.8 + I * tanh(0.54 - 0.75)  # the bias of the candidate left out
    assert f"{c:.6f}" == "-0.502035"
    for answer, is_offered in (("-0.50204", True), ("-0.50203", False), ("-0.5020", True)):
        told = "".join(_told(rnncalc, f"--expect c={answer}"))
        assert ("bias left out in candidate" in told) == is_offered, answer


def test_a_hint_has_no_number(rnncalc: Calculator) -> None:
    """--hint names the slip, and shows no value of its own; with --no-reveal and without it."""
    for options in ("--hint", "--hint --no-reveal"):
        for form in ("table", "plain", "json"):
            out = rnncalc(f"{LSTM} --expect f={NO_BIAS:.4f} {options} -f {form}").out
            assert "bias left out in f" in out
            for hidden in (f"{F:.3f}", "gives", " ours", '"ours', "difference", "tried"):
                assert hidden not in out


@pytest.mark.parametrize("width", ["40", "80"])
def test_narrow_reports_say_the_same(rnncalc: Calculator, width: str) -> None:
    """In 40 columns a report has all its words and numbers."""
    answers = f"--expect f={NO_BIAS:.4f} --expect h=0 --require c"
    out = rnncalc(f"{LSTM} {answers}", COLUMNS=width).out
    for words in ("missing", "bias left out in f", f"{NO_BIAS:.4f}", f"{F:.4f}"):
        assert words in out
