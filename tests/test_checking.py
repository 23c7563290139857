"""Answers are judged as a fair grader would: by the digits typed, and each mistake once."""

from __future__ import annotations

import json
import os
import random
import re
import shlex
import subprocess
import sys
from cProfile import Profile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rnncalc import CELLS, build
from rnncalc.cells.model import stages
from rnncalc.check.answers import written_down
from rnncalc.check.grade import judge
from rnncalc.cli.main import main
from rnncalc.trace.steps import run
from tests.benchmarks.answers import COMMAND, write_files
from tests.conftest import Calculator

EXERCISE = "lstm --all-weights 1 --x 5"  # unrounded: f = 0.9975, c = 1.9950, h = 0.9613
SIMPLE = "simple --w-ss 0.5 --w-sx 2 --s 1 --x 0.247"  # s = tanh(0.994) = 0.7590778


@pytest.mark.parametrize(
    ("typed", "status", "words"),
    [
        ("0.76", 0, "right"),
        ("0.7591", 0, "right"),
        ("0.760", 1, "wrong"),
        ("0.759", 0, "right"),
        ("0.75", 1, "wrong"),
        ("0.7590", 0, "right, but cut off, not rounded"),
        ("0.7592", 1, "wrong"),
        ("-0.76", 1, "wrong"),
        (".76", 0, "right"),
        ("7.6e-1", 0, "right"),
        ("76/100", 1, "wrong"),
        ("1", 1, "too coarse"),
        ("0", 1, "wrong"),
    ],
)
def test_right_to_the_digits_typed(
    rnncalc: Calculator, typed: str, status: int, words: str
) -> None:
    """An answer is right if it is the value to the digits typed; a fraction answers to be exact."""
    outcome = rnncalc(f"{SIMPLE} --expect s={typed} -f plain")
    assert outcome.status == status
    assert outcome.out.startswith(f"s: {words}")


@pytest.mark.parametrize(
    ("value", "typed", "words"),
    [
        ("0.3", "0.2", "wrong"),  # 0.3 - 0.2 is a little less than 0.1 in floats
        ("0.125", "0.12", "right"),  # halves may be rounded either way
        ("0.125", "0.13", "right"),
        ("-0.125", "-0.13", "right"),
        ("0.2805", "0.2", "wrong"),  # digits are cut off from three decimals on
        ("0.07", "0.0", "wrong"),
        ("-0.79", "-0.7", "wrong"),
        ("-0.7987", "-0.798", "right, but cut off, not rounded"),
        ("0.0079", "7e-3", "right, but cut off, not rounded"),
        ("0.9613", "1", "right, to a whole number"),  # a whole number has one decimal
        ("0.3811", "0", "too coarse"),
        ("2.3", "2", "too coarse"),
        ("2.5", "2", "too coarse"),
        ("2.51", "2", "wrong"),
        ("1e6/3", "333333", "too coarse"),
        ("12790", "1.27e4", "wrong"),  # cutting off is for what is behind the point
        ("12790", "1.28e4", "right, to a whole number"),
        ("0", "0e5", "right"),
        ("7", "0e5", "wrong"),
        ("0", f"0.{'0' * 400}e{'9' * 5000}", "right"),
        ("0.1234567890129", "0.123456789012", "right, but cut off, not rounded"),
        ("0.1234567890129", "0.123456789011", "wrong"),
        ("0.12345678901234567", "0.12345678901234567", "right"),
        ("0.1", "0.1000000000000000055511151231257827", "right"),
        ("3.78", "2.5+1.2", "wrong"),
        ("3.7878", "2.5+1.287", "right, but cut off, not rounded"),
        ("3.75", "2.5+1.25", "right"),
        ("0.88", "1-0.2", "wrong"),
        ("0.3333", "1/3", "wrong"),
        ("0.3333", "1/3+0.0", "wrong"),
        ("1/3", "1/6+1/6", "right"),
    ],
)
def test_edges_of_precision(rnncalc: Calculator, value: str, typed: str, words: str) -> None:
    """Halves, cut digits and exponents are judged as the digits say."""
    outcome = rnncalc(
        f"simple --activation identity --w-ss 0 --w-sx 1 --x={value} --expect s={typed} -f plain"
    )
    assert outcome.out.partition(" (")[0].partition(": look")[0] == f"s: {words}"


@pytest.mark.parametrize(
    ("tolerance", "status"),
    [("0.001", 0), ("1e-4", 1), ("0.1237%", 0), ("0.1232%", 1), ("1/1000", 0)],
)
def test_tolerance(rnncalc: Calculator, tolerance: str, status: int) -> None:
    """--tolerance is a size, or with % a part of the right value: here 0.7600 is 0.00092 off."""
    assert rnncalc(f"{SIMPLE} --expect s=0.7600 --tolerance {tolerance}").status == status


def test_own_output_is_right(rnncalc: Calculator) -> None:
    """What the program prints as JSON is right when it is given back, in full or in part."""
    command = "gated --all-weights 0.3 --s '[0.5, -1]' --xs '[[1, 2], [0.1, 0], [3, -3]]'"
    out = rnncalc(f"{command} -f json").out
    (told,) = rnncalc(f"{command} --expect - -f json", stdin=out).json
    assert told["right"]
    assert len(told["answers"]) == 3 * 7  # x, s_prev, g, candidate, s, pre.g and pre.candidate
    part = json.dumps({"t": 2, "pre": {"g": json.loads(out.splitlines()[1])["pre"]["g"]}})
    assert rnncalc(f"{command} --expect -", stdin=part).status == 0


def test_which_step_is_meant(rnncalc: Calculator) -> None:
    """A value is for the last step, NAME@T for another one, and a list of them for all steps."""
    command = "simple --all-weights 0.5 --xs '[1, 2]'"  # s = 0.6351, 0.8662
    for expect in ("s=0.8662", "s@1=0.6351", "s@2=0.8662", "'s=[0.6351, 0.8662]'"):
        assert rnncalc(f"{command} --expect {expect}").status == 0, expect
    assert rnncalc(f"{command} --expect s=0.6351").status == 1
    assert rnncalc(f"{command} --expect 's=[0.8662, 0.6351]'").status == 1


def test_what_is_held_at_another_step(rnncalc: Calculator) -> None:
    """A pre-activation is compared at the steps at which its quantity is computed."""
    command = "lstm --all-weights 1 --x 5 --x 1 --set f@1=1"
    (_, second) = rnncalc(f"{command} -f json").json
    assert rnncalc(f"{command} --expect pre.f@2={second['pre']['f']}").status == 0


def test_answers_in_files(rnncalc: Calculator, tmp_path: Path) -> None:
    """A value may be in a file, whatever that is called; an array's numbers claim to be exact."""
    command = "simple --all-weights 0.5 --xs '[1, 2]'"
    values = [step["s"] for step in rnncalc(f"{command} -f json").json]
    (tmp_path / "a=b.json").write_text("0.8662")
    assert rnncalc(f"{command} --expect s=@{tmp_path}/a=b.json").status == 0
    np.save(tmp_path / "s.npy", np.array(values))
    assert rnncalc(f"{command} --expect s=@{tmp_path}/s.npy").status == 0
    np.save(tmp_path / "s.npy", np.array(values) + 1e-9)
    assert rnncalc(f"{command} --expect s=@{tmp_path}/s.npy").status == 1
    (told,) = rnncalc(f"{command} --expect s=@{tmp_path}/s.npy --tolerance 1e-8 -f json").json
    assert told["answers"][0]["yours"] == pytest.approx(values[0], abs=1e-8)


def test_the_order_of_computing(rnncalc: Calculator) -> None:
    """The first wrong one is the first that is computed, however they are given or called."""
    (told,) = rnncalc(f"{EXERCISE} --expect c=0.1 --expect pre.i=3 --expect f=0.2 -f json").json
    assert [answer["name"] for answer in told["answers"]] == ["f", "pre.i", "c"]
    assert told["look_at"] == {"t": 1, "name": "f"}


def test_a_wrong_value_before_rounding_is_carried_on(rnncalc: Calculator) -> None:
    """With a wrong sigmoid of 0.3 a gate of 0 follows; units that are right stay as they are."""
    command = "gated --all-weights 1 --round -f json"  # pre.g = 6, so exact.g = 0.9975
    given = "--x 5 --s 1 --expect exact.g=0.3 --expect g=0 --expect s=1"
    (told,) = rnncalc(f"{command} {given}").json
    assert [answer["verdict"] for answer in told["answers"]] == ["wrong", "follows", "right"]
    given = "--x '[5, -5]' --s '[1, 1]' --expect 'exact.g=[0.3, 0.018]' --expect 'g=[0, 0]'"
    (told,) = rnncalc(f"{command} {given}").json
    assert [answer["verdict"] for answer in told["answers"]] == ["wrong", "follows"]
    assert told["answers"][1]["from_yours"] == [0, 0]
    assert rnncalc(f"{command} {given} --expect 'candidate=[1, -1]'").json[0]["look_at"] == {
        "t": 1,
        "name": "exact.g",
    }


def test_loose_numbers_keep_their_digits(rnncalc: Calculator) -> None:
    """What JSON doesn't know is read as well, and .760 claims three decimals."""
    command = "simple --activation identity --w-ss 0 --w-sx 1 --x '[0.7587, 0.5, 2]'"
    assert rnncalc(f"{command} --expect 's=[.76, +.5, 4/2]'").status == 0
    outcome = rnncalc(f"{command} --expect 's=[.760, +.500, 2.]' -f plain")
    assert outcome.out.startswith("s: wrong in unit 1: look here first (yours [.760, +.500, 2.]")


def test_digits_that_leave_rounding_open(rnncalc: Calculator) -> None:
    """What is rounded follows either way from a pre-activation whose digits leave its sign open."""
    command = "gated --all-weights 1 --x -5 --s 1 --round"  # pre.g = -4, so g = 0
    assert (
        "g: wrong, but follows"
        in rnncalc(f"{command} --expect pre.g=0.0 --expect g=1 -f plain").out
    )
    assert (
        "g: wrong, by itself" in rnncalc(f"{command} --expect pre.g=-0.9 --expect g=1 -f plain").out
    )


def test_what_is_not_rounded_is_never_left_open(rnncalc: Calculator) -> None:
    """With --round, too, an identity is its argument: 0.0 leaves no 1.9 open."""
    weights = "--all-weights 1 --w-ys 1 --x -5 --s 1 --round"
    out = rnncalc(f"simple {weights} --readout relu --expect pre.y=0.0 --expect y=1.9 -f plain").out
    assert "y: wrong, by itself" in out


def test_numbers_that_stand_for_vectors(rnncalc: Calculator, tmp_path: Path) -> None:
    """A function of a number is a vector where it meets one, and is checked like that."""
    (tmp_path / "own.cell").write_text("k = sigmoid(1 + 1)\nh = k * h_prev + x")
    command = f"cell {tmp_path}/own.cell --h '[1, 2]' --x '[3, 4]'"
    assert rnncalc(f"{command} --expect 'k=[0.881, 0.881]'").status == 0
    assert rnncalc(f"{command} --expect 'pre.k=[2, 2]'").status == 0
    out = rnncalc(f"{command} --expect 'pre.k=[0, 2]' --expect 'h=[3.5, 5.76]' -f plain").out
    assert "h: wrong, but follows from your pre.k" in out


def test_following_within_a_tolerance(rnncalc: Calculator) -> None:
    """--tolerance counts for what follows, too: tanh(1.5)·0.9975 = 0.9029."""
    answers = "--expect c=1.5000 --expect h=0.9090"
    assert rnncalc(f"{EXERCISE} {answers}").rows["h"][-1] == "wrong, by itself"
    rows = rnncalc(f"{EXERCISE} {answers} --tolerance 0.01").rows
    assert rows["h"][-1] == "wrong, but follows from your c"


def test_answers_too_large_to_go_on_from(rnncalc: Calculator) -> None:
    """Where nothing can be computed from an answer, nothing follows from it."""
    command = "simple --activation identity --w-ss 10 --w-sx 1 --x 1 --x 1"
    outcome = rnncalc(f"{command} --expect s@1=1e308 --expect s@2=5 -f plain")
    assert outcome.status == 1
    assert "s@2: wrong, by itself" in outcome.out


def test_file_of_answers(rnncalc: Calculator, tmp_path: Path) -> None:
    """A file has objects as JSON Lines, as an array, or one over several lines."""
    command = "simple --all-weights 0.5 --xs '[1, 2]'"
    file = tmp_path / "answers.json"
    for text in (
        '{"t": 1, "s": 0.6351}\n{"t": 2, "s": 0.8662}\n',
        '[{"t": 1, "s": 0.6351}, {"t": 2, "s": 0.8662}]',
        '{\n  "t": 1,\n  "s": 0.6351\n}',
        '{"s": 0.8662}',
    ):
        file.write_text(text)
        assert rnncalc(f"{command} --expect @{file}").status == 0, text
    file.write_text('{"s": 0.8670}')
    assert rnncalc(f"{command} --expect @{file}").status == 1


def test_report_names_the_first_wrong_one(rnncalc: Calculator) -> None:
    """Each answer has a line with yours, ours and the difference; the first wrong one is named."""
    outcome = rnncalc(f"{EXERCISE} --expect h=0.9950 --expect f=0.9975 --expect c=1.9000")
    assert outcome.status == 1
    rows = outcome.rows
    assert rows["f"][:2] == ["0.9975", "0.9975"]
    assert rows["f"][-1] == "right"
    assert rows["c"] == ["1.9000", "1.9950", "-0.095", "wrong: look here first"]
    assert "look at c: c = f ⊙ c_prev + i ⊙ candidate" in outcome.out


def test_one_slip_is_charged_once(rnncalc: Calculator) -> None:
    """What is right with one's own earlier answer follows from it; worked by hand from c = 1.5."""
    # tanh(1.5) = 0.90515, o = 0.99753: h = 0.90291
    outcome = rnncalc(f"{EXERCISE} --expect c=1.5 --expect h=0.9029 --expect f=0.9975")
    assert outcome.rows["h"][-1] == "wrong, but follows from your c"
    assert rnncalc(f"{EXERCISE} --expect c=1.5 --expect h=0.95").rows["h"][-1] == "wrong, by itself"
    (told,) = rnncalc(f"{EXERCISE} --expect c=1.5 --expect h=0.9029 -f json").json
    assert [answer["verdict"] for answer in told["answers"]] == ["wrong", "follows"]
    assert told["look_at"] == {"t": 1, "name": "c"}
    assert told["answers"][1]["follows_from"] == ["c"]
    assert told["answers"][1]["from_yours"] == pytest.approx(0.9029, abs=1e-4)


def test_a_slip_carries_over_steps(rnncalc: Calculator) -> None:
    """A wrong state of step 1 is the start of step 2: tanh(0.5·0.5 + 0.5·2) = 0.8483."""
    command = "simple --all-weights 0.5 --xs '[1, 2]'"
    outcome = rnncalc(f"{command} --expect s@1=0.5 --expect s@2=0.8483 -f plain")
    assert "s@2: wrong, but follows from your s@1" in outcome.out


def test_wrong_answers_at_every_step_take_linear_time(tmp_path: Path) -> None:
    """Twice as many more steps, all answered wrong, take twice as many more calls of functions."""
    called = []
    for steps in (100, 200, 400):
        words = [*COMMAND[3:], *write_files(tmp_path, steps)]
        profile = Profile()
        with pytest.raises(SystemExit):
            profile.runcall(main, words)
        called.append(sum(entry.callcount for entry in profile.getstats()))
    assert called[2] - called[1] < 2.5 * (called[1] - called[0])


def test_differences_beyond_all_numbers(rnncalc: Calculator) -> None:
    """What is too large for a float is no number in JSON, and a bound for people."""
    command = "simple --activation identity --w-sx [[1],[1]] --x 1e308 --w-ss 0"
    asked = f"{command} --expect s=[-1e308,1e308]"
    (data,) = rnncalc(f"{asked} -f json").json
    assert data["answers"][0]["difference"] == [None, 0]
    assert rnncalc(asked).rows["s"][2] == "[< -1.797e308, 0]"


def test_of_many_sources_the_ends_are_named(rnncalc: Calculator) -> None:
    """Where c is not asked for, h at step 12 follows from all 11 before it: the ends are told."""
    lstm = "lstm --all-weights 0.5 --xs '[0.5, -1, 1, 0, 1, -1, 0, 1, -1, 0, 1, 0.5]'"
    wrong = [row["h"] for row in rnncalc(f"{lstm} --set h@1=0.9 -f json").json]
    asked = f"{lstm} --expect 'h={wrong}'"
    told = rnncalc(f"{asked} -f plain").out.splitlines()
    assert told[2].startswith("h@3: wrong, but follows from your h@1 and h@2 (")
    assert told[11].startswith("h@12: wrong, but follows from your h@1, … and h@11 (")
    (data,) = rnncalc(f"{asked} -f json").json
    assert data["answers"][11]["follows_from"] == ["h@1", *(f"h@{t}" for t in range(5, 12))]


def test_follows_through_rounding(rnncalc: Calculator) -> None:
    """With --round a wrong gate is carried on: f = 0 leaves c = i·candidate = 1, and h = 1."""
    outcome = rnncalc(f"{EXERCISE} --round --expect f=0 --expect c=1 --expect h=1")
    assert outcome.rows["c"][-1] == "wrong, but follows from your f"
    assert outcome.rows["h"][-1] == "right"
    pre = rnncalc(f"{EXERCISE} --round --expect pre.f=-2 --expect f=0 -f plain")
    assert "f: wrong, but follows from your pre.f" in pre.out


def test_units_are_told_apart(rnncalc: Calculator) -> None:
    """Of a vector, the wrong units are named, and only those are carried on."""
    command = "gated --set g=0.5 --set 'candidate=[1, 1]' --s '[0, 0.5]'"  # s = [0.5, 0.75]
    outcome = rnncalc(f"{command} --expect 's=[0.5, 0.6]'")
    assert outcome.rows["s"][-1] == "wrong in unit 2: look here first"


REVEALING = f"{EXERCISE} --expect f=0.99 --expect c=1.5 --expect h=0.9029 --no-reveal"


@pytest.mark.parametrize("form", ["table", "plain", "json"])
def test_no_reveal(rnncalc: Calculator, form: str) -> None:
    """--no-reveal says which answers are wrong, and shows no number but those that were typed."""
    outcome = rnncalc(f"{REVEALING} -f {form}")
    assert outcome.status == 1
    assert "follows" in outcome.out
    for hidden in (
        "0.9975",
        "0.998",
        "1.99",
        "0.961",
        "consistent",
        " ours",
        '"ours',
        "difference",
    ):
        assert hidden not in outcome.out
    if form == "json":
        (told,) = outcome.json
        assert set(told) == {"right", "answers", "look_at"}


def test_the_place_explained(rnncalc: Calculator) -> None:
    """With --explain the wrong place is worked out, and nothing else."""
    out = rnncalc(f"{EXERCISE} --expect f=0.9975 --expect c=1.9000 --explain").out
    assert "\n  c = f ⊙ c_prev + i ⊙ candidate = 0.9975·1 + 0.9975·1.0000 = 1.9950\n" in out
    assert "f = σ" not in out


def test_words_say_it_without_colour(rnncalc: Calculator) -> None:
    """Verdicts are words: with and without colour the same text is printed."""
    command = f"{EXERCISE} --expect f=0.9975 --expect h=0.5"
    coloured = rnncalc(command, FORCE_COLOR="1").out
    plain = rnncalc(command).out
    assert "\x1b[" in coloured
    coloured = re.sub(r"\x1b\[[\d;]*m", "", coloured)
    assert [line.rstrip() for line in coloured.splitlines()] == plain.splitlines()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("--expect q=1", "--expect 'q' is not known"),
        ("--expect h", "--expect 'h' has no value: NAME=VALUE"),
        ("--expect h=abc", "--expect h is 'abc': it needs a number"),
        ("--expect h@2=1", "--expect h@2 can't be compared: there is 1 step"),
        ("--expect h@0=1", "--expect h@0 names no step: they count from 1"),
        ("--expect h@x=1", "--expect h@x names no step"),
        ("--expect 'h=[1, 2]'", "--expect h is a vector of 2; it needs a number"),
        ("--expect h=1 --expect h@1=1", "--expect h@1 is given more than once for step 1"),
        ("--expect exact.f=1", "--expect exact.f can't be compared: without --round"),
        ("--expect h=1 --tolerance -1", "--tolerance is '-1'"),
        ("--expect h=1 --tolerance 5%%", "--tolerance is '5%%'"),
        ("--tolerance 1", "--tolerance says how to check an answer: it needs --expect"),
        ("--no-reveal", "--no-reveal says how to check an answer: it needs --expect"),
        (
            "--expect h=1 --only h",
            "--expect has a report of its own: leave out --only",
        ),
        ("--expect h=1 -f csv --explain", "leave out --format csv"),
        (
            "--expect h=1 --lint",
            "--expect has a report of its own: leave out --lint",
        ),
        (
            "--expect h=1 --explain -f json",
            "leave out --format json (table, plain, markdown or latex will do)",
        ),
        (
            "--expect h=1 --explain --no-reveal",
            "--explain shows how values come about: leave out --no-reveal",
        ),
        (
            "--lint --save-state a.json",
            "--lint has a report of its own: leave out --save-state",
        ),
        ("--set f=1 --expect pre.f=1", "--expect pre.f can't be compared: f is held,"),
        (
            "--x 1 --set f@1=1 --expect 'pre.f=[1, 2]'",
            "--expect pre.f can't be compared: f is held at step 1, so there is no pre.f",
        ),
        ("--round --set i@1=1 --expect exact.i@1=1", "exact.i@1 can't be compared: i is held at"),
        ("--expect h=1 --require y", "--require 'y' is computed only if --w-yh is given"),
        ("--gradients --target y=1", "--target 'y' is computed only if --w-yh is given"),
        ("--expect y=1", "y can't be compared: y is computed only if --w-yh is given"),
    ],
)
def test_answers_that_cant_be_used(rnncalc: Calculator, words: str, message: str) -> None:
    """What is given and what is needed is said, with status 2 and no result."""
    assert message in rnncalc.error(f"{EXERCISE} {words}")


def test_shapes_of_answers(rnncalc: Calculator) -> None:
    """What has another shape is refused with the shapes that would do."""
    command = "gated --set g=0.5 --set 'candidate=[1, 1]' --s '[0, 0.5]' --xs '[1, 2, 3]'"
    for given, message in (
        ("s=1", "--expect s is a number; it needs a vector of 2, or a list of 3 of them"),
        ("s@2=1", "--expect s@2 is a number; it needs a vector of 2"),
        ("'s=[1, 2, 3]'", "is a vector of 3; it needs a vector of 2, or a list of 3 of them"),
        ("'s=[[1, 2], [3, 4]]'", "is 2×2; it needs a vector of 2, or a list of 3 of them"),
        ("'x=[1, 2]'", "is a vector of 2; it needs a number, or a list of 3 of them, one a step"),
    ):
        error = rnncalc.error(f"{command} --expect {given}")
        assert message in error
        assert error.endswith("one a step") == ("@2" not in given)


def test_faults_in_files_of_answers(rnncalc: Calculator, tmp_path: Path) -> None:
    """A file that can't be used is refused with its name, whatever is wrong with it."""
    file = tmp_path / "answers.json"
    for text, message in (
        ("", "has nothing in it; it needs JSON objects such as"),
        ("{}", "--expect has no answer in it"),
        ('{"t": 1}', "--expect has no answer in it"),
        ("h = ", "in line 1: h is empty: it needs a number"),
        ("h = 5\nnonsense", "has 'nonsense' in line 2: it needs NAME = VALUE there"),
        ("t = 0\nh = 5", "has '0' for t in line 1: steps count from 1"),
        ("h,q\n1,2", "in line 2: 'q' is not known"),
        ("t,h\n1", "has 1 cell in line 2, and names for 2 in its first row"),
        ("f,h\n1,2\n3,4", 'has several rows and no column "t"'),
        ("h,h\n1,2", "has 'h' more than once in its first row"),
        ("5", "needs JSON objects"),
        ("h;c\r\n0,5;1\r\n", "begins with 'h;c': nothing is parted by semicolons here; it needs"),
        ("c~ = 1", "in line 1: 'c~' is called candidate here"),
        ("h = 1\nΓ_o = 1", "in line 2: 'Γ_o' is called o here"),
        ('{"t": 0, "h": 1}', '"t" that is not the number of a step'),
        ('{"h": 1}\n{"h": 2}', 'an object without "t"'),
        ('{"h": tru}', "is not JSON at line 1"),
        ('{"t": 1, "h": 1}\n{"t": 1, "h": ', "is not JSON at line 2"),
        ('{"nope": 1}', "'nope' is not known"),
        ('{"h": null}', "--expect has no answer in it"),
        ('{"t": 1, "h": "a"}', "h at step 1 is 'a'"),
        ('{"nope": 1, "neither": 2}', "'neither' is not known"),
        ('{"pre": 5}', "'pre' is not known"),
        ('{"pre.f": 7, "pre": {"f": 2}}', "has 'pre.f' more than once"),
        ('{"h": [[[1]]]}', "h has a list"),
        ('{"h": 1, "h": 2}', "'h' more than once"),
    ):
        file.write_text(text)
        error = rnncalc.error(f"{EXERCISE} --expect @{file}")
        assert message in error, text
        assert str(file) in error or "no answer" in error
    missing = rnncalc.error(f"{EXERCISE} --expect @{tmp_path}/none")
    assert missing.startswith(f"--expect (@{tmp_path}/none) can't read ")
    assert missing.endswith("No such file or directory")


@pytest.mark.parametrize(
    "typed", ["0/1", "0.00000000000000000000", "1/10 --s 1000000.3 --x -1000000", "0 --tolerance 0"]
)
def test_floating_point_is_nobodys_mistake(rnncalc: Calculator, typed: str) -> None:
    """Where sums cancel, what is left of rounding does not make an exact answer wrong."""
    given = "" if "--s" in typed else "--s 0.1 --x 0.2"  # 0.1 + 0.2 - 0.3, and 0.1 beside a million
    bias = "-0.2" if "--s" in typed else "-0.3"
    command = f"simple --activation identity --w-ss 1 --w-sx 1 --b-s {bias} {given}"
    assert rnncalc(f"{command} --expect s={typed}").status == 0


@pytest.mark.parametrize("n", [1, 3])
@pytest.mark.parametrize("rounds", [False, True])
def test_whoever_goes_on_from_an_error_is_charged_once(rounds: bool, n: int) -> None:
    """One error in arithmetic, carried on with all digits: only that answer is wrong by itself.

    All but the value with the error is typed as one goes on from it, to 2 to 6 decimals.
    """
    for seed in range(50):
        at, verdicts = _with_an_error(random.Random(seed), rounds, n)
        assert verdicts.pop(at) == "wrong", seed
        assert "wrong" not in verdicts.values(), seed


def _with_an_error(
    source: random.Random, rounds: bool, n: int
) -> tuple[tuple[int, str], dict[tuple[int, str], str]]:
    """Return the step and the quantity of an error, and the verdicts on what is typed."""
    cell = CELLS[source.choice(list(CELLS))]

    def vector() -> Any:
        return source.uniform(-1, 1) if n == 1 else [source.uniform(-1, 1) for _ in range(n)]

    given = {
        name: [vector() for _ in range(n)] if p.kind == "weight" and n > 1 else vector()
        for name, p in cell.parameters.items()
    }
    xs = [vector() for _ in range(source.randint(1, 4))]
    problem = build(cell, given, xs, ties="low" if rounds else None)
    problem = problem._replace(batches=list(problem.batches))
    computed = stages(cell, rounded=False)[1 + len(cell.states) :]
    at = source.randint(1, len(xs)), source.choice(computed)

    def err(t: int, name: str, value: Any, error: Any) -> tuple[Any, Any]:
        if (t, name) == at:
            off = source.choice([-0.3, 0.2, 0.05])
            value = value + (off if n == 1 else np.eye(n)[source.randrange(n)] * off)
        return value, error

    digits = source.randint(2, 6)
    answers = [
        written_down(step.t, name, step.value(name), digits)
        for step in run(problem, amend=err)
        for name in stages(cell, rounded=rounds)
        if source.random() < 0.7 or (step.t, name) == at
    ]
    return at, {v.answer.key: v.word for v in judge(problem, answers)}


def test_a_closed_pipe_makes_nothing_right() -> None:
    """The status says that an answer is wrong even if nobody reads the report."""
    read, write = os.pipe()
    os.close(read)
    words = [sys.executable, "-m", "rnncalc", *shlex.split(EXERCISE), "--expect", "h=0.5"]
    done = subprocess.run(words, stdout=write, stderr=subprocess.PIPE, check=False)
    os.close(write)
    assert (done.returncode, done.stderr) == (1, b"")


def test_fractions_in_vectors_are_exact(rnncalc: Calculator) -> None:
    """A fraction claims to be exact in a vector as it does alone, and its neighbours don't."""
    command = "simple --activation identity --w-ss 0 --w-sx 1 --x '[0.3333, 0.5]' -f plain --expect"
    assert rnncalc(f"{command} 's=[1/3, 1/2]'").status == 1
    assert rnncalc(f"{command} 's=[0.3333, 1/2]'").status == 0
    assert rnncalc(f"{command} 's=[0.33 0.5]'").status == 0


@pytest.mark.parametrize("text", ['{"h": 0.5} x', '{"h": .5}', "{", '{"h": [1, 2}'])
def test_faults_in_files_show_their_place(rnncalc: Calculator, tmp_path: Path, text: str) -> None:
    """What is no JSON is shown with a caret under the place."""
    (tmp_path / "a.json").write_text(text)
    said, shown, caret = rnncalc.error(f"{EXERCISE} --expect @{tmp_path}/a.json").split("\n")
    assert "needs JSON objects such as" in said
    assert shown == f"    {text}"
    assert caret.strip() == "^"


def test_an_array_of_one_number_as_an_answer(rnncalc: Calculator, tmp_path: Path) -> None:
    """An array without dimensions is a number, in an answer too."""
    np.save(tmp_path / "s.npy", np.array(0.5))
    command = "simple --activation identity --w-ss 0 --w-sx 1 --x 0.5 --expect"
    assert rnncalc(f"{command} s=@{tmp_path}/s.npy").status == 0
