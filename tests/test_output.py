"""Output: for people at any width and in any encoding, for programs to the last bit."""

from __future__ import annotations

import io
import json
import math
import os
import random
import re
import shlex
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from rnncalc import CELLS
from rnncalc.cli.main import main
from rnncalc.cli.terminal import columns
from rnncalc.numerals import rounded
from tests import oracle
from tests.conftest import Calculator, linted_once

EXERCISE = "lstm --all-weights 1 --x 5 --round"
VECTORS = "lstm --all-weights 0.1 --h '[1, -2]' --x '[0.123, 4]' --round"


def test_json_has_the_contracts_keys(rnncalc: Calculator) -> None:
    """A step is one line of JSON with the quantities in order, then z, then exact."""
    (step,) = rnncalc(f"{EXERCISE} -f json").json
    assert list(step) == [
        "t",
        "x",
        "h_prev",
        "c_prev",
        "f",
        "i",
        "o",
        "candidate",
        "c",
        "tanh_c",
        "h",
        "pre",
        "exact",
    ]
    assert list(step["pre"]) == ["f", "i", "o", "candidate"]
    assert list(step["exact"]) == ["f", "i", "o", "candidate", "tanh_c"]
    (step,) = rnncalc("gated --all-weights 1 --x 5 -f json").json
    assert list(step) == ["t", "x", "s_prev", "g", "candidate", "s", "pre"]
    assert list(step["pre"]) == ["g", "candidate"]
    (step,) = rnncalc("simple --all-weights 1 --x 5 -f json").json
    assert (list(step), list(step["pre"])) == (["t", "x", "s_prev", "s", "pre"], ["s"])


def test_json_reads_back_bit_for_bit(rnncalc: Calculator) -> None:
    """Any double printed as JSON or by --only reads back as the same double."""
    chance = random.Random(3)
    numbers = [math.ldexp(chance.uniform(-1, 1), chance.randrange(-1070, 1020)) for _ in range(300)]
    given = f"simple --activation identity --w-ss 0 --w-sx 1 --x '{json.dumps(numbers)}'"
    (step,) = rnncalc(f"{given} -f json").json
    assert step["s"] == numbers
    assert json.loads(rnncalc(f"{given} --only s").out) == numbers


def test_plain_is_one_name_and_value_a_line(rnncalc: Calculator) -> None:
    """Plain has a line for everything in the order of computing, and nothing else."""
    outcome = rnncalc(f"{EXERCISE} -f plain")
    lines = outcome.out.splitlines()
    assert lines[:4] == ["t = 1", "x = 5", "h_prev = 1", "c_prev = 1"]
    assert lines[4:7] == ["pre.f = 6", "exact.f = 0.9975", "f = 1"]
    assert lines[-1] == "h = 1"
    assert all(re.fullmatch(r"[\w.]+ = \S+", line) for line in lines)
    assert "note: from --all-weights: every weight, --h, --c" in outcome.err


def test_only_prints_a_line_a_step(rnncalc: Calculator) -> None:
    """--only prints the bare values, exactly: ready for h=$(...)."""
    outcome = rnncalc("lstm --all-weights 1 --x 5 --x 1 --only h")
    _, squares, oblongs, biases, states = oracle.CELLS["lstm"]
    parameters = {w: [[1.0]] for w in (*squares, *oblongs)} | {b: [0.0] for b in biases}
    steps = oracle.run("lstm", parameters | {s: [1.0] for s in states}, [[5.0], [1.0]])
    printed = [float(line) for line in outcome.out.splitlines()]
    assert printed == pytest.approx([step["h"][0] for step in steps], rel=1e-14)
    assert outcome.err == ""


@pytest.mark.parametrize(
    ("number", "digits", "shown"),
    [
        (6.0, 4, "6"),
        (0.5, 4, "0.5"),
        (0.9975273768433653, 4, "0.9975"),
        (0.99999999, 4, "1.0000"),
        (0.1 + 0.2, 4, "0.3"),
        (0.3123, 2, "0.31"),
        (0.3 + 1e-9, 4, "0.3000"),
        (-0.0, 4, "0"),
        (-0.00001, 4, "-1e-05"),
        (4.248354255291589e-18, 4, "4.2484e-18"),
        (1.23456789e300, 4, "1.2346e+300"),
        (123456789.123456, 2, "123456789.12"),
        (2.5, 0, "2"),
        (-0.3, 0, "0"),
        (0.96, 0, "1"),
        ([1.0, 0.123456], 2, "[1, 0.12]"),
    ],
)
def test_numbers_for_people(number: float, digits: int, shown: str) -> None:
    """People read N decimals at most, no zero that isn't one, and never -0."""
    assert rounded(number, digits) == shown


def test_digits(rnncalc: Calculator) -> None:
    """--digits changes what people read; json and --only stay exact, and say so."""
    assert rnncalc("lstm --all-weights 1 --x 5 --digits 2").rows["h"][1] == "0.96"
    exact = rnncalc("lstm --all-weights 1 --x 5 --only h --digits 2")
    assert exact.out == "0.9612928425291202\n"
    assert "--digits has no effect here" in exact.err


def _in_terminal(command: str, width: int, *, status: int = 0, **environment: str) -> str:
    """Return what the program writes to a real (pseudo) terminal of that width."""
    pty = pytest.importorskip("pty")
    main_end, side = pty.openpty()
    chunks: list[bytes] = []

    def read() -> None:
        with suppress(OSError):
            while chunk := os.read(main_end, 65536):
                chunks.append(chunk)

    reader = threading.Thread(target=read)
    reader.start()
    raw = open(side, "wb", buffering=0)  # noqa: SIM115
    with pytest.MonkeyPatch.context() as patch, io.TextIOWrapper(raw, "utf-8") as stream:
        for name in ("NO_COLOR", "FORCE_COLOR", "COLORFGBG", "LC_ALL"):
            patch.delenv(name, raising=False)
        env = {"LANG": "C.UTF-8", "TERM": "xterm", "COLUMNS": str(width), **environment}
        for name, value in env.items():
            patch.setenv(name, value)
        for name in ("stdout", "stderr"):
            patch.setattr(sys, name, stream)
        with pytest.raises(SystemExit) as ending:
            main(shlex.split(command))
    reader.join()
    os.close(main_end)
    assert ending.value.code == status
    shown = b"".join(chunks).decode().replace("\r\n", "\n")
    return re.sub(r"^.*\x1b\[2K", "", shown, flags=re.S)  # a bar that was wiped away again


def _numbers(text: str) -> list[str]:
    return re.findall(r"-?\d+\.\d+", re.sub(r"\x1b\[[\d;]*m", "", text))


CHECKED = f"{EXERCISE} --expect f=0.9975 --expect c=2.75 --expect h=-0.123456 --explain"
LINTED = f"{EXERCISE} --lint"


@pytest.mark.parametrize("command", [EXERCISE, VECTORS, CHECKED, LINTED])
def test_any_width_shows_every_number(rnncalc: Calculator, command: str) -> None:
    """A terminal of any width gets the same numbers, no line wider than it, no ellipsis."""
    with linted_once():
        whole = rnncalc(command).out
        for width in (20, 27, 40, 60, 80, 100, 140, 200):
            text = _in_terminal(command, width, status=int(command == CHECKED), NO_COLOR="1")
            assert _numbers(text) == _numbers(whole)
            assert max(map(len, text.splitlines())) <= width
            assert "…" not in text


def test_table_fits_eighty_columns_and_blocks_forty(rnncalc: Calculator) -> None:
    """At 80 columns the exercise is a table, at 40 a block of lines for each quantity."""
    assert "symbol " in _in_terminal(EXERCISE, 80)
    narrow = _in_terminal(EXERCISE, 40, NO_COLOR="1")
    assert "f: forget gate\n  pre-activation 6\n  0.9975 → 1\n" in narrow


def test_a_pipe_gets_natural_width_and_no_escapes(rnncalc: Calculator) -> None:
    """Off a terminal nothing is coloured, and nothing limits the width but COLUMNS."""
    eight = "simple --all-weights 0.123 --x '[1, 2, 3, 4, 5, 6, 7, 8.125]'"
    for columns_said in ("", "0", "-3", "wide", "100"):
        out = rnncalc(eight, COLUMNS=columns_said).out
        assert "[1, 2, 3, 4, 5, 6, 7, 8.125]" in out
        assert "\x1b" not in out
        assert "…" not in out
    narrow = rnncalc(eight, COLUMNS="40").out
    assert max(map(len, narrow.splitlines())) <= 40
    assert _numbers(narrow) == _numbers(rnncalc(eight).out)


def test_colour_only_where_it_is_wanted() -> None:
    """A terminal gets colour unless NO_COLOR, TERM=dumb; FORCE_COLOR=0 doesn't turn it on."""
    assert "\x1b[" in _in_terminal(EXERCISE, 80)
    assert "\x1b" not in _in_terminal(EXERCISE, 80, NO_COLOR="1")
    assert "\x1b" not in _in_terminal(EXERCISE, 80, TERM="dumb")
    assert "\x1b" not in _in_terminal(EXERCISE, 80, TERM="dumb", FORCE_COLOR="0")


ONE_BY_ONE = """
import json, sys
from rnncalc.cli.main import main
for words in json.loads(sys.argv[1]):
    try:
        main(words)
    except SystemExit as ending:
        sys.stdout.flush()
        sys.stdout.buffer.write(b"\\0%d\\0" % ending.code)
"""


def _one_by_one(commands: Sequence[str], environment: Mapping[str, str]) -> list[tuple[int, bytes]]:
    """Return the status and all output of some commands, in one process with an environment."""
    env = {k: v for k, v in os.environ.items() if not k.startswith(("LC_", "LANG", "PYTHONIO"))}
    words = [sys.executable, "-c", ONE_BY_ONE, json.dumps([*map(shlex.split, commands)])]
    told = subprocess.run(words, stdout=-1, stderr=-2, env={**env, **environment}, check=True)
    *parts, rest = told.stdout.split(b"\0")
    assert rest == b""
    assert len(parts) == 2 * len(commands)
    return [(int(status), text) for text, status in zip(parts[::2], parts[1::2], strict=True)]


@pytest.mark.parametrize(
    "environment", [{"PYTHONIOENCODING": "ascii"}, {"LANG": "C"}, {"LC_ALL": "C"}]
)
def test_ascii(environment: dict[str, str]) -> None:
    """Where only ASCII can be shown, everything is spelled in it, errors included."""
    commands = [EXERCISE, "lstm --help", "--help", "simple --w-ss '[[1,2]]' "]
    for command, (status, told) in zip(commands, _one_by_one(commands, environment), strict=True):
        text = told.decode("ascii")
        assert status == (2 if "[[" in command else 0)
        assert "\\u" not in text
        if command == EXERCISE:
            assert "0.9975 -> 1" in text
        if command.endswith("--help"):
            assert "sigmoid(W^{f,h} h_prev" in text


def test_long_vectors_are_shortened_in_the_table_only(rnncalc: Calculator) -> None:
    """A table shows the ends of 1,000 elements and says so; the other formats show all."""
    vector = json.dumps([k / 1000 for k in range(1000)])
    given = f"simple --all-weights 1 --x '{vector}'"
    table = rnncalc(given).out
    assert "[0, 0.001, 0.002, 0.003, 0.004, 0.005, …, 0.999] (1,000 elements)" in table
    assert "long vectors are shortened here" in table
    assert len(rnncalc(f"{given} -f json").json[0]["s"]) == 1000
    assert len(json.loads(rnncalc(f"{given} --only s").out)) == 1000
    plain = rnncalc(f"{given} -f plain").out
    assert all(len(line.split(",")) == 1000 for line in plain.splitlines()[1:])


def test_origins_are_told(rnncalc: Calculator) -> None:
    """What was not typed says where it came from: a default, or --all-weights."""
    outcome = rnncalc("gated --w-gs 1 --w-gx 1 --all-weights 2 --b-g 1 --x 1")
    assert outcome.rows["s_prev"][0] == "previous hidden state (from --all-weights)"
    assert "from --all-weights: --w-ss, --w-sx, --s\n" in outcome.out
    assert "0 by default: --b-s\n" in outcome.out
    default = rnncalc("simple --w-ss 1 --w-sx 1 --x 1")
    assert default.rows["s_prev"][0] == "previous hidden state (default)"


def test_help_shows_the_equations(rnncalc: Calculator) -> None:
    """Every --help shows equations, an example, and grouped options."""
    assert "h = o ⊙ tanh_c" in rnncalc("--help").out
    for cell in ("simple", "gated", "lstm"):
        text = rnncalc(f"{cell} --help").out
        headings = ["Example:", "Weights:", "Biases", "State and input:", "Output:"]
        places = [text.index(heading) for heading in headings]
        assert all(before < after for before, after in pairwise(places))
        assert "h_prev +" in text or "s_prev +" in text


def test_help_examples_are_true(rnncalc: Calculator) -> None:
    """The results shown in the help are what the commands print."""
    examples = re.findall(r"\$ rnncalc (.*)\n  (.*)\n", rnncalc("--help").out)
    assert len(examples) == len(CELLS)
    for command, result in examples:
        assert rnncalc(command).out == result + "\n"


def test_width_of_no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """COLUMNS counts if it is a positive number."""
    for told, width in (("33", 33), ("0", 80)):
        monkeypatch.setenv("COLUMNS", told)
        assert columns() == width


def test_narrow_terminals_break_between_numbers() -> None:
    """A number that is wider than the terminal is left to it, whole."""
    vector = "'[-12345678901234.1234, 1]'"
    for width in (5, 20):
        text = _in_terminal(f"simple --all-weights 0 --x {vector}", width, NO_COLOR="1")
        assert "[-12345678901234.123," in text.split()
    assert _in_terminal("--help", 1)
    assert "Weights" in _in_terminal("lstm --help", 7)


def test_colour_forced_on_a_dumb_terminal_keeps_the_width(rnncalc: Calculator) -> None:
    """FORCE_COLOR with TERM=dumb in a pipe still has the table's natural width."""
    out = rnncalc(EXERCISE, FORCE_COLOR="1", TERM="dumb").out
    assert "previous hidden state (from --all-weights)" in out
    assert "\x1b[" in out


def test_control_characters_are_spelled_out(rnncalc: Calculator) -> None:
    """What a user typed can't reach the terminal as a control sequence."""
    for command in ("gated --x '\x1b[31m'", "gated --set '\x1b[31mg=0' --set '\x1b[31mg=1'"):
        assert "\x1b" not in rnncalc.error(command)
    assert "\x1b" not in rnncalc.error("gated --x '[1,' '\x1b[31m2]'")


ODD = "a\x1b[31m\n    b"  # a name that steers a terminal, and that looks like a line of its own


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("--weights {}.json --x 1 -f {form}", 1),
        ("--weights {}.json --x 1 --set s=1", 3),
        ("--w-ss 1 --w-sx 1 --x @{}.col.json", 1),
        ("--w-ss 1 --w-sx 1 --xs @{}.jsonl --only s", 1),
        ("--w-ss 1 --w-sx 1 --xs @{}.npy --only s", 1),
        ("--w-ss @{}.col.json --w-sx 1 --x 1", 3),
        ("--w-ss 1 --w-sx 1 --x 1 --expect s=@{}.bad", 2),
        ("--w-ss 1 --w-sx 1 --x 1 --save-state {}/x", 1),
    ],
)
def test_names_of_files_steer_no_terminal(
    rnncalc: Calculator, words: str, names: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wherever a file's name is shown, what is not printable in it is written out."""
    monkeypatch.chdir(tmp_path)
    Path(f"{ODD}.json").write_text('{"w_ss": 1, "w_sx": 1, "s": 1}')
    Path(f"{ODD}.col.json").write_text("[[1], [2]]")
    Path(f"{ODD}.jsonl").write_text("1\nx\n")
    np.save(f"{ODD}.npy", [1, np.inf])
    for form in ("table", "markdown", "latex") if "{form}" in words else ("",):
        outcome = rnncalc(f"simple {words.replace('{}', shlex.quote(ODD)).format(form=form)}")
        told = outcome.out + outcome.err
        assert "\x1b" not in told
        assert "\n    b" not in told
        assert told.count("b[31m") >= names


def test_a_cell_with_an_odd_name_can_be_pasted(rnncalc: Calculator, tmp_path: Path) -> None:
    """A command that is recommended has the name as bash reads it."""
    path = tmp_path / f"{ODD}it's\\.cell"
    path.write_text("s = tanh(W.ss @ s_prev + W.sx @ x)")
    command = f"cell {shlex.quote(str(path))} --all-weights 5 --x 0 --lint -f json"
    recommended = rnncalc(command).json[0]["command"].removeprefix("rnncalc ")
    assert recommended.isprintable()
    script = f"printf '%s' {recommended.split(' --')[0].removeprefix('cell ')}"
    assert subprocess.run(["bash", "-c", script], capture_output=True).stdout == bytes(path)


@pytest.mark.parametrize(
    "steps",
    [
        "--all-weights 5e-324 --x 6 --x 6",
        "--set s=0 --x -1e308 --x 1e308",
        f"--set s=0 --x {[-1.7e308] * 9} --x {[1.7e308] * 9}".replace(", ", ","),
    ],
)
def test_courses_of_extremes(rnncalc: Calculator, steps: str) -> None:
    """The smallest and the largest of differences over time can be drawn."""
    outcome = rnncalc(f"gated {steps}")
    assert outcome.status == 0
    assert "over time" in outcome.out


@pytest.mark.parametrize("width", [20, 33, 47, 60, 80, 120, 200])
def test_sequences_at_any_width(rnncalc: Calculator, width: int) -> None:
    """However narrow, each state is there, whole; from 80 columns on all that a step has."""
    command = "lstm --all-weights 0.3 --xs '[5, 3.25, -1, 2]'"
    text = _in_terminal(command, width, NO_COLOR="1")
    found = set(_numbers(text))
    names = ["c", "h"] if width < 80 else ["f", "i", "o", "candidate", "c", "tanh_c", "h"]
    for step in rnncalc(f"{command} -f json").json:
        assert {f"{step[name]:.4f}" for name in names} <= found
    assert max(map(len, text.splitlines())) <= width


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252", "utf-8", "ascii"])
def test_encodings(encoding: str) -> None:
    """In each encoding the same is said, with what it lacks spelled in other characters."""
    commands = [EXERCISE, CHECKED, "simple --all-weights 1 --x 5 --lint", "lstm --help"]
    commands.append("lstm --x 1")
    found = _one_by_one(commands, {"PYTHONIOENCODING": encoding, "LANG": "en_US"})
    for command, (_, told) in zip(commands, found, strict=True):
        text = told.decode(encoding)
        assert "Traceback" not in text
        assert "?" not in text
        assert "\\u" not in text
        if encoding in ("latin-1", "cp1252") and command == CHECKED:
            assert "1·1 + 1·5" in text  # which they have
            assert "c = f * c_prev + i * candidate" in text  # and ⊙ not


def test_locales_change_nothing() -> None:
    """Digits, points and the order of reading are those of the lecture, wherever one lives."""
    locales = ["he_IL.UTF-8", "ar_EG.UTF-8", "de_DE.UTF-8", "tr_TR.UTF-8"]
    places = [{"LANG": locale, "LC_ALL": locale, "LANGUAGE": locale} for locale in locales]
    here, *others = (_one_by_one([EXERCISE], env) for env in ({"LANG": "C.UTF-8"}, *places))
    assert others == [here] * len(locales)


def test_help_fits_the_terminal(rnncalc: Calculator, tmp_path: Path) -> None:
    """No line of a help is too wide, whatever the names and functions in it are called."""
    own = tmp_path / "own.cell"
    name = "a_state_with_quite_a_long_name"
    own.write_text(f"{name} = tanh(W.hh @ {name}_prev + W.hx @ (x - {name}_prev) + b.h)  # it\n")
    for width in (60, 80, 120):
        for command in (*CELLS, f"cell {own}"):
            lines = rnncalc(f"{command} --help", COLUMNS=str(width)).out.splitlines()[2:]
            widest = max(len(line) for line in lines if "$ rnncalc" not in line)
            assert widest < width, (command, width)


def test_descriptions_do_not_break_markup(rnncalc: Calculator, tmp_path: Path) -> None:
    """What a description has in it stays text, in every format."""
    own = tmp_path / "own.cell"
    own.write_text("h = tanh(W.hh @ h_prev + W.hx @ x)  # a|b, x^2 ~ \\foo *it*\n")
    command = f"cell {own} --all-weights 1 --x 1 -f"
    assert r"| a\|b, x^2 ~ \\foo \*it\* |" in rnncalc(f"{command} markdown").out
    told = r"& \raggedright a|b, x\textasciicircum{}2 \textasciitilde{} \textbackslash foo *it* &"
    assert told in rnncalc(f"{command} latex").out


def test_wide_characters_are_not_broken(rnncalc: Calculator, tmp_path: Path) -> None:
    """Characters that take two columns have as much room as they need."""
    own = tmp_path / "own.cell"
    own.write_text("h = tanh(W.hh @ h_prev + W.hx @ x)  # 隠れ状態を次に渡す\n")
    assert rnncalc(f"cell {own} --all-weights 1 --x 1").out.count("隠れ状態を次に渡す") == 2


def test_carets_stand_below_their_places(tmp_path: Path) -> None:
    """On a narrow terminal the part of a line that a caret points at is what is shown."""
    own = tmp_path / "own.cell"
    sums = " + ".join(["W.aa @ h_prev"] * 9)
    own.write_text(f"h = {sums} + sigmooid(x) + {sums}\n\tg = tangh(x)\x01\n")
    for width in (30, 40, 80, 120):
        shown = _in_terminal(f"cell {own} --x 1", width, status=2)
        lines = shown.splitlines()
        assert max(map(len, lines)) <= width
        for number, line in enumerate(lines):
            if "^" in line:
                place = line.index("^")
                assert lines[number - 1][place:].startswith(("sigmooid", "tangh", "\ufffd"))
        assert sum("^" in line for line in lines) == 2


def test_a_cell_file_can_not_steer_the_terminal(rnncalc: Calculator, tmp_path: Path) -> None:
    """Control characters in a title, a description or a file's name are written out."""
    own = tmp_path / "own\x1b[1m.cell"
    own.write_text("# a\x1b[31m title\nh = tanh(W.hh @ h_prev)  # \x1b[2Jit\x07\r\n")
    for words in ("--help", "--w-hh 1", "--w-hh 1 -f markdown", "--equations -f source"):
        shown = rnncalc(f"cell {shlex.quote(str(own))} {words}").out
        assert "\x1b" not in shown
        assert "\x07" not in shown


def test_a_cell_without_x(rnncalc: Calculator, tmp_path: Path) -> None:
    """A cell that reads no x says what to give instead."""
    own = tmp_path / "own.cell"
    own.write_text("a = W.aa @ a_prev\n")
    assert "the cell reads no x, and --repeat says" in rnncalc.error(f"cell {own} --w-aa 1 --x 1")
