"""Other people's names, and other people's ways to type: each works, or is told what to type."""

from __future__ import annotations

from pathlib import Path

import pytest

from rnncalc import CELLS, cell
from rnncalc.problem.names import hint
from tests.conftest import Calculator

WEIGHTS = [
    # Elman's networks, Karpathy's, Ng's; the two letters come in either order.
    ("simple", "W_hh", "called --w-ss here"),
    ("simple", "W_xh", "called --w-sx here"),
    ("simple", "Whx", "called --w-sx here"),
    ("simple", "W_hy", "called --w-ys here"),
    ("simple", "W_aa", "called --w-ss here"),
    ("simple", "W_ax", "called --w-sx here"),
    ("simple", "W_ya", "called --w-ys here"),
    ("simple", "V", "called --w-ys here"),
    ("simple", "U", "--w-ss and --w-sx here; the first is on the state, the second on x"),
    ("gru", "W_xh", "called --w-hx here"),
    ("gru", "U_z", "called --w-zh here"),
    # A letter for each unit; PyTorch's formulas have the input's and the state's letter first.
    ("lstm", "Wf", "--w-fh and --w-fx here; the first is on the previous state, the second on x"),
    ("lstm", "W_f", "--w-fh and --w-fx here"),
    ("lstm", "U_f", "called --w-fh here; where U is on x"),
    ("lstm", "W_if", "called --w-fx here"),
    ("lstm", "W_hg", "called --w-ch here"),
    ("lstm", "W_xi", "called --w-ix here"),
    ("lstm", "W_ci", "a peephole"),
    ("lstm", "W_hh", "--w-fh, --w-ih, --w-oh and --w-ch here; each unit has its own"),
    ("gru", "W_in", "called --w-hx here"),
    ("gru", "W_ua", "called --w-zh here; where u weights the new state"),
    ("lstm", "W^{f,h}", "called --w-fh here"),
    # Arrays of frameworks.
    ("simple", "weight_ih_l0", "called --w-sx here"),
    ("simple", "rnn.weight_hh_l0", "called --w-ss here"),
    ("lstm", "weight_ih_l0", "a block of all gates"),
    ("gru", "recurrent_kernel", "--weights FILE reads such a file"),
    ("lstm", "kernel", "a block of all gates"),
    # Biases.
    ("simple", "bias", "called --b-s here"),
    ("simple", "b_h", "called --b-s here"),
    ("lstm", "bias_hh_l0", "a block of all gates"),
    ("lstm", "b_hh", "--b-f, --b-i, --b-o and --b-c here; PyTorch has two biases"),
    ("lstm", "b_g", "called --b-c here"),
    ("gru", "b_hn", "called --b-h here; PyTorch has two biases to a unit: give their sum"),
    # States and inputs.
    ("simple", "h", "called --s here"),
    ("simple", "h0", "called --s here"),
    ("lstm", "h_{t-1}", "called --h here"),
    ("gru", "a", "called --h here"),
    ("lstm", "x1", "called --x here; each step has an --x of its own: --x 1 --x 2"),
    ("lstm", "ŷ", "computed here, as y: --set y=VALUE holds it"),
    ("lstm", "f", "computed here, as f: --set f=VALUE holds it"),
]


@pytest.mark.parametrize(("name", "typed", "told"), WEIGHTS)
def test_options(name: str, typed: str, told: str) -> None:
    """A name of other people's, typed as an option, is told as the option it is here."""
    assert told in hint(CELLS[name], f"--{typed}", "option")


QUANTITIES = [
    ("lstm", "a", "called h here"),
    ("lstm", "c~", "called candidate here"),
    ("gru", "c_tilde", "called candidate here"),
    ("gated", "h\u0303", "called candidate here"),
    ("lstm", "g", "called candidate here"),
    ("gru", "n", "called candidate here"),
    ("simple", "h", "called s here"),
    ("lstm", "h_t", "called h here"),
    ("gated", "z", "g here; where z weights the old state, as in PyTorch and Keras, g is 1 - z"),
    ("gru", "Γ_u", "z here; where u weights the new state, as Γ_u in Ng's course, z is 1 - u"),
    ("lstm", "Γ_u", "i here; Γ_u in Ng's course is the input gate of others"),
    ("simple", "z", "called pre.s here"),
    ("lstm", "z_f", "called pre.f here"),
    ("lstm", "pre.g", "called pre.candidate here"),
    ("lstm", "forget_gate", "called f here"),
    ("lstm", "h1", "called h here; a step is named behind @: h@1"),
    ("lstm", "w_fh", "no quantity, but given with --w-fh"),
]


@pytest.mark.parametrize(("name", "typed", "told"), QUANTITIES)
def test_quantities(rnncalc: Calculator, name: str, typed: str, told: str) -> None:
    """So is one in --expect, in --only and in --set."""
    values = f"{name} --all-weights 1 --x 1"
    for words in (f"--expect '{typed}=1'", f"--only '{typed}'", f"--set '{typed}=1'"):
        assert told in rnncalc.error(f"{values} {words}")


@pytest.mark.parametrize(
    ("key", "told"),
    [
        ("W_hf", "'W_hf' is called w_fh here"),
        ("bias", "'bias' is a block of all gates"),
        ("h_prev", "'h_prev' is called h here"),
        ("x", "'x' is called --x here"),
        ("c~", "'c~' is computed here, as candidate: --set candidate=VALUE holds it"),
        ("w_fg", "'w_fg' is not known"),
    ],
)
def test_keys(
    rnncalc: Calculator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: str, told: str
) -> None:
    """So is a key of a file of weights, as the key that it is here."""
    monkeypatch.chdir(tmp_path)
    Path("w.json").write_text(f'{{"{key}": 1}}')
    assert told in rnncalc.error("lstm --weights w.json --all-weights 1 --x 1")


TYPED = [
    ("--x 1 2 3", "for 3 steps type --x 1 --x 2 --x 3, for one step of 3 elements --x '[1, 2, 3]'"),
    ("--x 1 --h 2, 3", "--h has 2 numbers behind it: a vector is quoted, --h '[2, 3]'"),
    ("--xs 1,2,3", "steps stand in brackets, --xs '[1,2,3]'"),
    ("--xs file.txt", "the name of a file begins with @, --xs @file.txt"),
    ("--x 1 --w-fx w.csv", "the name of a file begins with @, --w-fx @w.csv"),
    ("--x 1 --expect f=.6,i=.67", "each has an option, --expect f=.6 --expect i=.67"),
    ("--x 1 --set f=1,i=0", "each has an option, --set f=1 --set i=0"),
    ("--x 1 --w-fg 1", "the weights are --w-fh, --w-fx,"),
    ("--x 1 --b-q 1", "the biases are --b-f, --b-i, --b-o, --b-c and --b-y"),
    ("--x 1 --readout logistic", "--readout 'logistic' is called sigmoid here"),
    ("--x 1 --rouns", "(did you mean --round?)"),
    ("--x 1 --gradients --only grad.W_hf", "'grad.W_hf' is called grad.w_fh here"),
    ("--x 1 --gradients --of a", "'a' is called h here"),
    ("--x 1 --expect h 0.38", "takes a name and its value in one word: --expect h=0.38"),
    ("--x 1 --expect h = [1]", "takes a name and its value in one word: --expect 'h=[1]'"),
    ("--x 1 --expect h=0.1, 0.2", "has a vector behind it: quote it, 'h=[0.1, 0.2]'"),
    ("--x 1 --set f=1 i=0", "each has an option, --set f=1 --set i=0"),
    ("--x 1 --only f h", "--only takes several names by comma: --only f,h"),
    ("--x 1 --expect h=0 --require c h", "--require takes several names by comma: --require c,h"),
    ("--x 1 > out", "'>' and 'out' stand alone: a value follows its option"),
    ("--x 1 -f html", "'html' is a file's: --save FILE.html writes one"),
    ("--x 1 --decimals 3", "'--decimals': it is called --digits here"),
    ("--x 1 --json", "'--json': it is -f json here"),
    ("--xs @.", "can't read '.': Is a directory"),
    ("--x 1 --explain --save s.tex", "-f latex > FILE writes .tex"),
    ("--x 1 --weights w.csv", "type @w.csv behind its option"),
]


@pytest.mark.parametrize(("words", "told"), TYPED)
def test_ways_to_type(rnncalc: Calculator, words: str, told: str) -> None:
    """What is typed in another way is answered with the words to type."""
    assert told in rnncalc.error(f"lstm --all-weights 1 {words}")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("lstm --all-weights 1 -h5", "'-h5' (-h alone shows help): it is called --h here"),
        ("simple --x 1 -h '[1, 2]'", "'-h [1, 2]' (-h alone shows help): it is called --s here"),
        ("lstm -all-weights 1 --x 5", "'-all-weights' (did you mean --all-weights?)"),
        ("lstm --x 1 -x.5", "'-x.5': it is called --x here"),
        ("lstm --reset after --x 1", "'--reset': only gru has it"),
        ("simple --update old", "'--update': only gated and gru have it"),
        ("gru --version", "'--version': it is rnncalc --version"),
    ],
)
def test_options_that_are_none_of_the_cell(rnncalc: Calculator, words: str, told: str) -> None:
    """One dash too few shows no help in place of an answer; another command's option is placed."""
    assert rnncalc.error(words) == f"there is no option {told}"


@pytest.mark.parametrize("word", ["--q", "--rr", "--zz", "--kx"])
def test_nothing_is_guessed_from_two_letters(rnncalc: Calculator, word: str) -> None:
    """A word of less than three letters is near to everything, and no name is offered for it."""
    assert rnncalc.error(f"lstm {word} 1") == f"there is no option '{word}'"


@pytest.mark.parametrize(
    ("word", "told"),
    [("rnn", "rnncalc simple"), ("LSTM", "rnncalc lstm"), ("mgu", "rnncalc cell --example mgu")],
)
def test_cells(rnncalc: Calculator, word: str, told: str) -> None:
    """A cell is found by the names that others have for it."""
    assert rnncalc.error(f"{word} --x 1").endswith(told)


def test_a_vector_is_one_step(rnncalc: Calculator) -> None:
    """A vector as the only thing with a size is one step of so many units, which is said."""
    said = "--x is one step of 3 elements; for 3 steps use --xs"
    assert said in rnncalc("lstm --all-weights 1 --x '[1, 2, 3]'").out
    assert said not in rnncalc("lstm --all-weights 1 --h '[0, 0, 0]' --x '[1, 2, 3]'").out
    assert said not in rnncalc("lstm --all-weights 1 --xs '[[1, 2, 3]]'").out


@pytest.mark.parametrize(
    ("content", "shown"),
    [("1,2\n3,4\n", "[5, 11]"), ("1\t2\n3\t4\n", "[5, 11]"), ("2\n", "[2, 4]")],
)
def test_a_table_as_a_weight(rnncalc: Calculator, tmp_path: Path, content: str, shown: str) -> None:
    """A file with commas or tabs is a matrix, whose lines are rows; a number alone is a number."""
    file = tmp_path / "w.csv"
    file.write_text(content)
    words = f"simple --activation identity --w-ss 0 --w-sx @{file} --x '[1, 2]' --only s"
    assert rnncalc(words).out == f"{shown}\n"


def test_a_cell_of_ones_own() -> None:
    """In a cell from a file the same table is read, as far as its own names allow."""
    unit = cell(
        "h = (1 - f) * h_prev + f * tanh(W.hx @ x + b.h)\n[y = W.yh @ h]\n".replace("f", "k")
    )
    assert hint(unit, "W_xh", "key") == (
        "is called w_hx here; others write the letters from-to, here the first is the unit's"
    )
    assert hint(unit, "s") == "is called h here"
    assert not hint(unit, "W_fh", "key")
