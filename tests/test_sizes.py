"""Sizes: each rule by which numbers and vectors stand for matrices, and what breaks it."""

from __future__ import annotations

import pytest

from tests.conftest import Calculator

SUM = "simple --activation identity --only s "  # so that s is W s_prev + W x + b, checked by hand


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        # scalars: w·v, for numbers and for vectors
        ("--w-ss 2 --w-sx 3 --s 5 --x 7", "31"),
        ("--w-ss 2 --w-sx 3 --s '[1, 2]' --x '[10, 20]'", "[32, 64]"),
        # a number stands for that value in each element
        ("--w-ss 2 --w-sx 3 --s 1 --b-s 0.5 --x '[10, 20]'", "[32.5, 62.5]"),
        ("--w-ss 0 --w-sx 0 --b-s '[1, 2]' --s 9 --x '[0, 0]'", "[1, 2]"),
        # matrices, n ≠ m both ways; the rows fix n
        ("--w-ss 1 --w-sx '[[1, 2, 3], [4, 5, 6]]' --x '[1, 10, 100]'", "[321, 654]"),
        ("--w-ss '[[0, 1], [1, 0]]' --w-sx '[[1], [2]]' --s '[3, 4]' --x 10", "[14, 23]"),
        ("--w-ss 1 --w-sx '[[2]]' --x 5", "[10]"),
        # diagonals: n = m = k
        ("--w-ss '[2, 3]' --w-sx '[10, 100]' --s '[1, 1]' --x '[1, 2]'", "[12, 203]"),
        ("--w-ss '[2, 3]' --w-sx 1 --s 1 --x '[0, 0]'", "[2, 3]"),
        # a vector weight on the state fixes n; on a plain input it is a column and fixes n
        ("--w-ss '[2, 3]' --w-sx '[10, 100]' --x 1", "[10, 100]"),
        ("--w-ss 1 --w-sx '[10, 100]' --x 2", "[20, 200]"),
        ("--w-ss 1 --w-sx '[10, 100]' --x '[2]'", "[20, 200]"),
        # rows: one unit, as the previous state is typed as a number, or n = 1 otherwise
        ("--w-ss 1 --w-sx '[1, 2]' --s 0 --x '[3, 4]'", "11"),
        ("--w-ss 1 --w-sx '[1, 2]' --s '[0]' --x '[3, 4]'", "[11]"),
        ("--w-ss 1 --w-sx '[[1, 2]]' --x '[3, 4]'", "[11]"),
        # an input in brackets makes vectors of one element
        ("--w-ss 1 --w-sx 2 --x '[3]'", "[6]"),
        # held quantities fix n, too
        ("--set s='[1, 2, 3]'", "[1, 2, 3]"),
    ],
)
def test_readings(rnncalc: Calculator, given: str, expected: str) -> None:
    """Each way to write a weight means what the rules say."""
    outcome = rnncalc(SUM + given)
    assert (outcome.out, outcome.err) == (expected + "\n", "")


@pytest.mark.parametrize(
    ("given", "reading"),
    [
        ("--w-sx '[1, 2]' --s 0 --x '[3, 4]'", "row"),
        ("--w-sx '[1, 2]' --x 3", "column"),
        ("--w-sx '[1, 2]' --s '[0, 0]' --x '[3, 4]'", "diagonal"),
    ],
)
def test_reading_is_shown(rnncalc: Calculator, given: str, reading: str) -> None:
    """What a vector weight was read as is part of the output."""
    assert f"--w-sx is read as a {reading}" in rnncalc(f"simple --w-ss 1 {given}").out


def test_both_readings_are_shown_where_two_fit(rnncalc: Calculator) -> None:
    """A vector weight on an input of its own length is refused, with both ways to write it."""
    message = rnncalc.error("simple --w-ss 1 --w-sx '[1, 2]' --x '[3, 4]'")
    assert "for a row (1 unit) write --w-sx '[[1, 2]]'" in message
    assert "for a diagonal (2 units) write --w-sx '[[1, 0], [0, 2]]'" in message
    row = rnncalc(SUM + "--w-ss 1 --w-sx '[[1, 2]]' --x '[3, 4]'")
    diagonal = rnncalc(SUM + "--w-ss 1 --w-sx '[[1, 0], [0, 2]]' --x '[3, 4]'")
    assert (row.out, diagonal.out) == ("[11]\n", "[3, 8]\n")


def test_a_state_from_all_weights_is_not_typed(rnncalc: Calculator) -> None:
    """--all-weights fills the state in, but does not make a row of a vector."""
    message = rnncalc.error("gated --all-weights 1 --w-gx '[1, 2]' --x '[3, 4]'")
    assert "--w-gx '[[1, 2]]'" in message


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (
            "lstm --all-weights 1 --w-fx '[[1, 2, 3], [4, 5, 6]]' --h '[0, 0]' --x '[1, 2]'",
            "--w-fx is 2×3, but the input has 2 elements; it needs 2×2 (2 units from --h)",
        ),
        (
            "lstm --all-weights 1 --h '[0, 0]' --c '[0, 0, 0]' --x '[1, 2]'",
            "--c is a vector of 3; it needs a vector of 2 (2 units from --h)",
        ),
        (
            "simple --w-ss '[[1, 2], [3, 4], [5, 6]]' --w-sx 1 --s '[0, 0]' --x '[1, 2]'",
            "--w-ss is 3×2, but there are 2 units; it needs 2×2 (2 units from --s)",
        ),
        (
            "simple --w-ss 1 --w-sx 3 --s '[0, 0]' --x 5",
            "--w-sx is a number, but the input has 1 element and there are 2 units;"
            " it needs 2×1 (2 units from --s), such as '[[3], [3]]'",
        ),
        (
            "simple --w-ss 1 --w-sx '[1, 2, 3]' --x '[1, 2]'",
            "--w-sx is a vector of 3, but the input has 2 elements;"
            " it needs a row or a diagonal of 2, or a matrix with 2 columns",
        ),
        (
            "gated --all-weights 1 --set g='[0, 1]' --s '[1, 2, 3]' --x '[1, 2, 3]'",
            "--set g is a vector of 2; it needs a vector of 3 (3 units from --s)",
        ),
        (
            "simple --all-weights 1 --x 1 --x '[1, 2]'",
            "--x (step 2) is a vector of 2, but --x (step 1) is a number: steps have one size",
        ),
        (
            "simple --all-weights '[[1, 2], [3, 4]]' --x '[1, 2]'",
            "--s is 2×2 (from --all-weights);"
            " it needs a vector of 2 (2 units from the rows of --w-ss)",
        ),
    ],
)
def test_disagreements(rnncalc: Calculator, given: str, expected: str) -> None:
    """A disagreement names the option, its shape, the shape needed and what fixed that."""
    assert rnncalc.error(given) == expected


def test_disagreements_come_together(rnncalc: Calculator) -> None:
    """All disagreements are reported at once, with whatever else is wrong."""
    message = rnncalc.error(
        "simple --w-ss '[1, 2, 3]' --w-sx '[[1, 2, 3]]' --b-s '[1]' --s '[1, 2]' --x '[3, 4]'"
    )
    for option in ("--w-ss", "--w-sx", "--b-s"):
        assert f"  {option} is " in message
    mixed = rnncalc.error("simple --w-ss '[1, 2, 3]' --w-sx abc --s '[1, 2]' --x '[3, 4]'")
    assert "  --w-ss is " in mixed
    assert "  --w-sx is 'abc'" in mixed


def test_weights_alike_are_reported_in_one_sentence(rnncalc: Calculator) -> None:
    """What --all-weights gets wrong eight times is said once."""
    message = rnncalc.error("gated --all-weights 1 --s '[1, 2]' --x 3")
    assert message.startswith("--w-gx and --w-sx are each a number (from --all-weights)")


@pytest.mark.parametrize(
    ("command", "told"),
    [
        # A vector is a column for one input only, a row for one unit only.
        ("simple --w-ss 1 --w-sx '[1, 2, 3]' --s '[0, 0, 0]' --x '[1, 2]'", "it needs 3×2"),
        ("simple --w-ss 1 --w-sx '[1, 2, 3]' --s '[0, 0]' --x '[1, 2, 3]'", "it needs 2×3"),
        ("simple --w-ss 1 --w-sx '[[1], [2], [3]]' --b-s '[1, 2]' --x 1", "(2 units from --b-s)"),
        (
            "simple --w-ss 1 --w-sx 1 --s '[1, 2]' --x '[1, 2, 3]'",
            "such as '[[1, 1, 1], [1, 1, 1]]'",
        ),
    ],
)
def test_vectors_that_stand_for_nothing(rnncalc: Calculator, command: str, told: str) -> None:
    """A vector weight that is no row, column or diagonal here is refused with what is needed."""
    assert told in rnncalc.error(command)


def test_one_unit_and_one_input_need_no_reading(rnncalc: Calculator) -> None:
    """A vector of one element as a weight of one input is no row and no column."""
    assert "is read as" not in rnncalc("simple --w-ss '[2]' --w-sx '[3]' --s 1 --x 1").out
    assert "is read as a row" in rnncalc("simple --w-ss 2 --w-sx '[3, 1]' --s 1 --x '[1, 2]'").out


def test_a_row_keeps_the_state_a_number(rnncalc: Calculator) -> None:
    """With a row of weights the input is a vector and all else a number, rounded or not."""
    command = "simple --w-ss 1 --w-sx '[1, 2]' --s 1 --x '[1, -3]' -f json"
    (step,) = rnncalc(command).json
    assert (step["x"], step["s_prev"], step["pre"]["s"]) == ([1, -3], 1, -4)
    (step,) = rnncalc(f"{command} --round").json
    assert (step["x"], step["s"], step["pre"]["s"]) == ([1, -3], -1, -4)
    assert step["exact"]["s"] == pytest.approx(-0.999329299739067, rel=1e-15)


def test_columns_and_rows_are_vectors(rnncalc: Calculator) -> None:
    """A matrix of one column or row does for an input, a state or a bias, and that is said."""
    given = "--w-ss 2 --w-sx 3 --s '[[1, 2]]' --b-s '[10; 20]' --x '[[100], [200]]'"
    outcome = rnncalc(f"simple --activation identity {given}")
    assert "[312, 624]" in outcome.out
    for told in ("--s is a row (1×2)", "--b-s is a column (2×1)", "--x is a column (2×1)"):
        assert f"{told}, read as a vector of 2" in outcome.out
    steps = rnncalc(f"{SUM} --w-ss 0 --w-sx 1 --xs '[[1], [2]]'").out
    assert steps == "[1]\n[2]\n"  # two levels are steps here
    assert "--x has a list" in rnncalc.error("simple --all-weights 1 --x '[[1, 2], [3, 4]]'")


@pytest.mark.parametrize(
    "words",
    [
        "--xs '[[1, 2], [3'",
        "--xs @no.jsonl",
        "--xs -",
        "--x @no.json",
        "--x @no.npy --set s@2=0",
        "--x 1,5 --x '[1, 2]' --set s@2=0",
        "--x '[1, 2]' --b-s @no.json --s '[1, 2]'",
        "--x '[1, 2]' --set s=@no.json",
        "--x '[1, 2]' --w-ys @no.json",
    ],
)
@pytest.mark.parametrize("weight", ["'[[1, 2], [3, 4]]'", "1"])
def test_nothing_follows_from_what_cannot_be_read(
    rnncalc: Calculator, words: str, weight: str
) -> None:
    """Of a value that can't be read nothing else is said: no size of it, and no number of steps."""
    told = rnncalc.error(f"simple --w-ss '[[1, 2], [3, 4]]' --w-sx {weight} {words}")
    assert not told.startswith("several")
