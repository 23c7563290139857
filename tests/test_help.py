"""Help: one screen for a cell, words where nothing was typed, and answers to a question mark."""

from __future__ import annotations

import re

import pytest

from rnncalc import CELLS
from tests.conftest import Calculator


@pytest.mark.parametrize("name", CELLS)
def test_a_cell_on_one_screen(rnncalc: Calculator, name: str) -> None:
    """``-h`` shows equations, a true example and what one needs, in 24 lines of 80 columns."""
    outcome = rnncalc(f"{name} -h", COLUMNS="80")
    lines = outcome.out.splitlines()
    assert (outcome.status, outcome.err) == (0, "")
    assert len(lines) <= 24
    assert max(map(len, lines)) < 80
    ((command, result),) = re.findall(r"\$ rnncalc (.*)\n  (.*)\n", outcome.out)
    assert rnncalc(command).out == f"{result}\n"
    for parameter in CELLS[name].parameters.values():
        assert parameter.option in outcome.out


def test_the_program_alone(rnncalc: Calculator) -> None:
    """Without a word it says what it is, gives an example, and where to go on."""
    alone = rnncalc("")
    assert (alone.status, alone.err) == (0, "")
    assert alone.out == rnncalc("-h").out
    assert max(map(len, alone.out.splitlines())) <= 80
    ((command, result),) = re.findall(r"\$ rnncalc (.*)\n  (.*)\n", alone.out)
    assert rnncalc(command).out == f"{result}\n"


@pytest.mark.parametrize("name", CELLS)
def test_a_cell_alone(rnncalc: Calculator, name: str) -> None:
    """Without options a cell says in a line what it needs, with its equations and an example."""
    first, *lines = rnncalc.error(name).splitlines()
    assert first == (
        f"rnncalc {name} needs an input (--x) and weights (--all-weights for all at once):"
        f" rnncalc {name} -h shows more"
    )
    command, result = lines[-2:]
    assert rnncalc(command.partition("rnncalc ")[2]).out == f"{result.strip()}\n"
    assert len(lines) == len(CELLS[name].equations) + 2


@pytest.mark.parametrize(
    ("words", "told"),
    [
        # Two units from the state and three elements of the input leave one size.
        ("--w-fx ? --x '[1, 2, 3]' --h '[0, 0]'", "2×3: a row for each element of f (2, from --h)"),
        ("--w-fx ? --x '[1, 2, 3]' --h '[0, 0]'", "'[[0.5, 0.5, 0.5], [0.5, 0.5, 0.5]]'"),
        ("--w-fx ? --x '[1, 2, 3]'", "?×3: a row for each element of f (as many as you choose)"),
        ("--w-fh ? --b-o '[1, 2]'", "such as --w-fh '[[0.5, 0.5], [0.5, 0.5]]'"),
        ("--w-fh ? --b-o '[1, 2]'", "or a number, which multiplies each element"),
        ("--h ? --w-ix '[[1, 2], [3, 4], [5, 6]]'", "a vector of 3 elements (from the rows of"),
        ("--x ? --w-ix '[[1, 2], [3, 4], [5, 6]]'", "a vector of 2 elements (from the columns of"),
        ("--b-f ?", "a number, or a vector of as many elements as you choose"),
        ("--set f=? --h '[1, 2]'", "f: a vector of 2 elements (from --h): --set f='[0.5, 0.5]'"),
        ("--xs ?", "--xs: all steps: a JSON array"),
        ("--all-weights ?", "every weight and previous state not given"),
    ],
)
def test_a_question_mark(rnncalc: Calculator, words: str, told: str) -> None:
    """A ``?`` for a value is answered with what belongs there, and its size as far as known."""
    outcome = rnncalc(f"lstm {words}")
    assert (outcome.status, outcome.err) == (0, "")
    assert told in outcome.out
