"""Rounding follows the lecture, and every tie is decided as asked and pointed out."""

from __future__ import annotations

import pytest

from tests.conftest import Calculator

TIE = "lstm --all-weights 0 --x 1 --round"


@pytest.mark.parametrize(
    ("ties", "gate", "candidate"), [("", 0, -1), ("low", 0, -1), ("high", 1, 1), ("keep", 0.5, 0)]
)
def test_ties(rnncalc: Calculator, ties: str, gate: float, candidate: float) -> None:
    """At a pre-activation of 0, --ties decides: the lower value, the higher one, or neither."""
    outcome = rnncalc(f"{TIE} -f json {'--ties ' + ties if ties else ''}")
    (step,) = outcome.json
    assert (step["f"], step["candidate"]) == (gate, candidate)
    assert step["exact"]["f"] == 0.5
    assert step["exact"]["candidate"] == 0
    assert "tie in f, i and o at step 1: sigmoid(0) is 0.5" in outcome.err


def test_ties_are_marked_in_the_table(rnncalc: Calculator) -> None:
    """A tie is marked in its row and explained below the table."""
    outcome = rnncalc(TIE)
    assert outcome.rows["f"][2] == "0.5 → 0 (tie)"
    assert (
        "tie in f, i and o at step 1: sigmoid(0) is 0.5, and --ties low makes it 0" in outcome.out
    )
    vector = rnncalc("simple --w-ss 0 --w-sx '[[1], [0]]' --x 3 --round")
    assert "(tie in unit 2)" in vector.out


@pytest.mark.parametrize("form", ["{}", "'[{}, 1]'"])
def test_zero_but_for_floating_point(rnncalc: Calculator, form: str) -> None:
    """0.1 + 0.2 - 0.3 is a tie, though floats make it 5.6e-17; 1e-17 by itself is none."""
    state = form.format("0.1")
    given = f"simple --w-ss 1 --b-s -0.3 --s {state} --x {form.format('0.2')} --w-sx 1 --round"
    outcome = rnncalc(f"{given} -f json")
    assert outcome.out.count("5.551115123125783e-17") == 2  # z and tanh(z): shown as they are
    assert "tie in s" in outcome.err
    (step,) = outcome.json
    assert step["s"] in (-1, [-1, 1])
    clear = rnncalc("simple --w-ss 1 --w-sx 1 --x 1e-17 --round -f json")
    assert clear.json[0]["s"] == 1
    assert clear.err == ""


def test_the_cancelled_memory_cell_is_a_tie(rnncalc: Calculator) -> None:
    """C = 1·1 + 1·(-1) = 0 makes tanh(c) a tie as well."""
    held = "--set f=1 --set i=1 --set o=1 --set candidate=-1"
    outcome = rnncalc(f"lstm {held} --c 1 --round -f json")
    assert outcome.json[0]["tanh_c"] == -1
    assert "tie in tanh_c at" in outcome.err
    almost = rnncalc(f"lstm {held.replace('=-1', '=-0.3')} --c 0.30000000000000004 --round -f json")
    assert "tie in tanh_c at" in almost.err


def test_rounding_goes_by_the_sign(rnncalc: Calculator) -> None:
    """The smallest positive pre-activation rounds up, though its sigmoid is 0.5 in floats."""
    given = "lstm --w-fx 1 --w-fh 0 --x 1e-300 --set i=0 --set o=0 --set candidate=0 --round"
    assert rnncalc(f"{given} --only f").out == "1\n"
    assert rnncalc(f"{given.replace('1e-300', '-1e-300')} --only f").out == "0\n"


def test_rounded_state_goes_on(rnncalc: Calculator) -> None:
    """The rounded values, not the exact ones, are what the next step starts from."""
    first, second = rnncalc("simple --all-weights 1 --s 0 --x 2 --x 1 --round -f json").json
    assert first["s"] == second["s_prev"] == 1
    assert second["pre"]["s"] == 2


def test_options_without_effect_are_refused(rnncalc: Calculator) -> None:
    """Nothing to round, or nothing to break ties of, is said rather than ignored."""
    assert "relu" in rnncalc.error("simple --all-weights 1 --x 1 --activation relu --round")
    assert "--round" in rnncalc.error("simple --all-weights 1 --x 1 --ties low")


def test_error_is_carried_from_step_to_step(rnncalc: Calculator) -> None:
    """A state that is 0 by hand, 0.1·9 - 0.9, is so to the next step's ties as well."""
    held = "gated --set g=0.9 --s 9 --w-ss -1 --w-sx 0 --x 1 --x 1 --round --only candidate"
    outcome = rnncalc(held)
    assert outcome.out == "-1\n-1\n"
    assert "tie in candidate at step 2" in outcome.err


@pytest.mark.parametrize(
    "given",
    [
        "--w-ss 1e308 --s 1 --w-sx -1e308 --x 0.9",  # 1e307, however large its parts
        "--w-ss 1e15 --s 1 --w-sx -999999999999999 --x 1",  # exactly 1: integers have no error
        "--w-ss '[[1e15]]' --s '[1]' --w-sx '[[-999999999999999]]' --x '[1]'",
        "--w-ss 1 --s 1 --w-sx -1 --x 0.9999999999999",
    ],
)
def test_what_is_no_tie(rnncalc: Calculator, given: str) -> None:
    """A pre-activation that is small against its parts, but not by floating point, is none."""
    outcome = rnncalc(f"simple {given} --round --only s")
    assert outcome.out in ("1\n", "[1]\n")
    assert outcome.err == ""


def test_ties_read_as_zero(rnncalc: Calculator) -> None:
    """What is 0 up to floating-point error is shown as 0 to people; programs get the float."""
    given = "simple --w-ss 3 --w-sx 1 --s 0.1 --x -0.3 --round"
    assert rnncalc(given).rows["s"][1:3] == ["0", "0 → -1 (tie)"]
    assert rnncalc(f"{given} -f json").json[0]["pre"]["s"] == 5.551115123125783e-17


@pytest.mark.parametrize(
    ("given", "is_tie"),
    [
        # Whole numbers are exact: 1 more than 2^52 is no rounding error.
        ("--w-ss 1 --s 4503599627370497 --w-sx -1 --x 4503599627370496", False),
        ("--w-ss 1 --s '[4503599627370497, 2]' --w-sx -1 --x '[4503599627370496, 1]'", False),
        # Beyond 2^53 they are not: 94906267² - 9007199515875288 - 1 is 0, and comes out as -1.
        ("--w-ss 94906267 --s 94906267 --w-sx -1 --x 9007199515875288 --b-s -1", True),
        ("--w-ss '[[94906267, 9007199515875288], [1, 1]]' --s '[94906267, -1]' --w-sx 0"
         " --x '[0, 0]' --b-s '[-1, 5]'", True),
    ],
)  # fmt: skip
def test_large_whole_numbers(rnncalc: Calculator, given: str, is_tie: bool) -> None:
    """What is a tie is decided by what rounding can have come to, and whole numbers are exact."""
    out = rnncalc(f"simple {given} --round").out
    assert ("tie" in out) == is_tie


def test_a_tied_unit_of_a_vector_reads_as_zero(rnncalc: Calculator) -> None:
    """Of a vector, the unit that is 0 but for floating-point error reads as 0, and no other."""
    command = "simple --w-ss 1 --w-sx 1 --s '[0.1, 0.1, 1]' --x '[1, 0.2, 1]' --b-s '[0, -0.3, 0]'"
    rows = rnncalc(f"{command} --round").rows
    assert rows["s"][1] == "[1.1, 0, 2]"
    assert "(tie in unit 2)" in rnncalc(f"{command} --round").out
    assert "s[2] = tanh(1·0.1 + 1·0.2 - 0.3) = tanh(0)" in rnncalc(
        f"{command} --round --explain"
    ).out.replace("+ (-0.3)", "- 0.3")
