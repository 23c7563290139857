"""Help: one screen for a cell, words where nothing was typed, and answers to a question mark."""

from __future__ import annotations

import pickle
import re
from pathlib import Path
from typing import get_args

import pytest

import rnncalc as rnncalc_package
from rnncalc import CELLS, SIMPLE, InputError, build
from rnncalc.check.slips.catalogue import KINDS
from rnncalc.cli.topics import TOPICS, title_of
from rnncalc.codes import CODES
from rnncalc.errors import Code
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
    for variant in {*CELLS[name].variants} - {"readout"}:  # where courses differ
        assert f"\n  --{variant} " in outcome.out


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


def test_topics(rnncalc: Calculator) -> None:
    """Every topic is listed in a line, and is a file; in a pipe it is plain text."""
    listed = rnncalc("help").out
    for topic in TOPICS:
        assert f"  {topic:<12}{title_of(topic)}\n" in listed
        outcome = rnncalc(f"help {topic}", COLUMNS="80")
        assert (outcome.status, outcome.err) == (0, "")
        assert outcome.out.startswith(f"{title_of(topic)}\n\n")
        assert "```" not in outcome.out
        assert "\x1b" not in outcome.out
    files = Path(rnncalc_package.__file__).with_name("help").iterdir()
    assert {file.stem for file in files} == {*TOPICS}


@pytest.mark.parametrize("topic", TOPICS)
@pytest.mark.parametrize("columns", [40, 80])
def test_topics_on_a_terminal(rnncalc: Calculator, topic: str, columns: int) -> None:
    """Where colour can be shown, headings are bold, and no word is lost, cut or out of order."""
    text = rnncalc(f"help {topic}", FORCE_COLOR="1", COLUMNS=str(columns)).out
    assert "\x1b[1" in text
    lines = re.sub(r"\x1b\[[\d;]*m", "", text).splitlines()
    assert max(map(len, lines)) < columns
    seen = iter("".join(re.sub(r"[^\w./:]", "", line) for line in lines))
    plain = re.sub(r"[^\w./:]", "", rnncalc(f"help {topic}", COLUMNS=str(columns)).out)
    # Where a table is wide only for its marks, its head is shown here and not there.
    lost = next((place for place, letter in enumerate(plain) if letter not in seen), None)
    assert lost is None, plain[lost - 40 : lost + 40]


WORDS = [
    ("W_hh", "W_hh in simple is called --w-ss here"),
    ("W_hh", "option --w-hh W (gru): W^{h,h}: candidate on r ⊙ h_prev"),
    ("transposed", "multiply each row with the vector, not each column"),
    ("candidate", "candidate in lstm: candidate\n  candidate = tanh(W^{c,h} h_prev"),
    ("c~", "c~ in lstm is called candidate here"),
    ("round", "option --round: round sigmoid to 0 or 1, tanh to -1 or 1"),
    ("--w-fh", "option --w-fh W (lstm): W^{f,h}: forget gate on h_prev"),
    ("forget", "f in lstm: forget gate"),
    ("relu", "function relu\n  it is 0 at -1, 0 at 0, 1 at 1"),
    ("logistic", "function sigmoid (logistic elsewhere)"),
    ("toler", "option --tolerance SIZE"),
    ("z", "z in gated is called g here; where z weights the old state"),
    ("mgu", "mgu is rnncalc cell --example mgu"),
    ("GRU", "cell gru: rnncalc gru -h shows it"),
    ("\\sigma", "function sigmoid (\\sigma elsewhere)"),
    ("\\tilde{c}_t", "\\tilde{c}_t in lstm is called candidate here"),
    ("⊙", "it is mentioned in rnncalc help checking, cells"),
    ("cell", "rnncalc cell FILE computes a cell of your own"),
    ("pickles", "it is mentioned in rnncalc help sequences"),
]


@pytest.mark.parametrize(("word", "told"), WORDS)
def test_words(rnncalc: Calculator, word: str, told: str) -> None:
    """A word is found, whole or in part, ours or other people's, with examples that are true."""
    outcome = rnncalc(f"help '{word}'", COLUMNS="100")
    assert (outcome.status, outcome.err) == (0, "")
    assert told in outcome.out
    for command, result in re.findall(r"  \$ rnncalc (.*)\n  (.*)\n", outcome.out):
        assert rnncalc(command).out == f"{result}\n"


def test_an_unknown_word(rnncalc: Calculator) -> None:
    """For a word that nothing is called a near one is offered, if it is near enough."""
    assert "(did you mean tolerance?)" in rnncalc.error("help tolerence")
    assert rnncalc.error("help qxq") == (
        "help knows nothing called 'qxq'; rnncalc help lists the topics"
    )


@pytest.mark.parametrize(
    "words", ["", "-h", "lstm -h", "help", "help sizes", "help W_f", "lstm --help"]
)
def test_narrow_help(rnncalc: Calculator, words: str) -> None:
    """At 40 columns it breaks between words, in no name and in no command."""
    lines = rnncalc(words, COLUMNS="40").out.splitlines()
    wide = [rnncalc(shown, COLUMNS="200").out for shown in (words, words.replace("-h", "--help"))]
    whole = {word for text in wide for word in text.split()} | {"table,", "json,", "csv,"}
    assert {word for line in lines for word in line.split()} <= whole


CODED = [
    ("simple --w-hh 1", "option"),
    ("simple --all-weights 1 --x 1 --only h", "name"),
    ("nothing", "name"),
    ("simple --all-weights 1 --x 1 -f xml", "name"),
    ("simple", "missing"),
    ("simple --w-ss 1 --x 1", "missing"),
    ("simple --all-weights 1 --x 1 2", "words"),
    ("simple --x", "words"),
    ("simple --all-weights 1 --x 1 --ties low", "together"),
    ("simple --all-weights 1 --x @no.json", "file"),
    ("simple --all-weights 1 --x 1e308 --w-sx 1e308", "not-finite"),
    ("simple --all-weights 1 --x 1 --expect s@2=1", "place"),
    ("simple --all-weights 1 --x '[1, 2]' --s '[1, 2, 3]'", "size"),
    ("simple --all-weights 1 --x a", "number"),
    ("simple --all-weights 1 --x 1e999", "number"),
    ("lstm --weights {frameworks}/keras-both.npz --x 1", "layer"),
    ("cell {frameworks}/make.py", "cell-text"),
]


@pytest.mark.parametrize(("command", "code"), CODED)
def test_errors_have_codes(rnncalc: Calculator, command: str, code: str) -> None:
    """Each sentence about what is wrong ends with the name of its sort."""
    frameworks = Path(__file__).with_name("frameworks")
    assert f" [{code}]\n" in rnncalc(command.format(frameworks=frameworks)).err


def test_codes_are_explained(rnncalc: Calculator) -> None:
    """Every code is explained, with brackets or without, and none that no error has."""
    assert {*CODES} == {*get_args(Code)} == {code for _, code in CODED} | {"input"}
    listed = rnncalc("help errors").out
    for count, code in enumerate(CODES):
        name = f"'[{code}]'" if count % 2 else code
        assert rnncalc(f"help {name}").out.startswith(f"error [{code}]: ")
        assert f"`[{code}]`" in listed


SLIPS = [
    ("tanh-left-out", "tanh left out on s\n"),
    ("rounding-left-out", "Round each sigmoid to 0 or 1"),
    ("other-step", "Number the steps"),
    ("rounded-on-the-way", "values of 4 decimals carried on\n"),
    ("path-left-out", "path from s through g left out, with --gradients\n"),
]


@pytest.mark.parametrize(("code", "told"), SLIPS)
def test_slips_have_codes(rnncalc: Calculator, code: str, told: str) -> None:
    """The short name of a slip is explained, also of one that takes rounding or several steps."""
    out = rnncalc(f"help '[{code}]'", COLUMNS="100").out
    assert out.startswith(f"slip [{code}]: ")
    assert told in out


def test_codes_of_slips() -> None:
    """They fit a narrow line, are words that a shell takes, and mean nothing else in the help."""
    codes = {kind.short for kind in KINDS}
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", code) for code in codes)
    assert max(map(len, codes)) <= 30
    assert not codes & {*CODES, *TOPICS}


def test_codes_in_python() -> None:
    """In Python each message has its code as an attribute, and keeps it where it is copied."""
    with pytest.raises(InputError) as raised:
        build(SIMPLE, {"w_ss": "a", "w_sx": [1, 2]}, [1])
    again = pickle.loads(pickle.dumps(raised.value))
    for error in (raised.value, again):
        assert [message.code for message in error.messages] == ["number"]
