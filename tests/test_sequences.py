"""Sequences, files and streams: the same numbers however they arrive, and however they leave."""

from __future__ import annotations

import json
import os
import random
import re
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from rnncalc import CELLS, build, run
from rnncalc.cli.progress import told
from rnncalc.trace.steps import run as run_plainly
from rnncalc.trace.trace import rows
from tests import oracle
from tests.conftest import CORES, Calculator, Outcome, shape_of

RNNCALC = [sys.executable, "-m", "rnncalc"]
LSTM = CORES["lstm"]
SIZES = [(1, 1), (3, 2), (17, 5), (40, 40)]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty folder to be in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _scalars(parameters: dict[str, list]) -> dict[str, float]:  # type: ignore[type-arg]
    return {name: np.ravel(value).tolist()[0] for name, value in parameters.items()}


@pytest.mark.parametrize("name", CELLS)
@pytest.mark.parametrize(("n", "m"), SIZES)
def test_the_loop_agrees_with_plain_evaluation_and_oracle(name: str, n: int, m: int) -> None:
    """The one product a step gives what the equations give, up to the order of summing."""
    parameters, xs = oracle.random_problem(name, n, m, 40, random.Random(n))
    parameters = {k: (np.array(v) / n**0.5).tolist() for k, v in parameters.items()}
    looped = list(run(build(CELLS[name], parameters, xs)))
    plain = list(run_plainly(build(CELLS[name], parameters, xs)))
    for ours, theirs, true in zip(looped, plain, oracle.run(name, parameters, xs), strict=True):
        assert list(ours.values) == list(theirs.values)
        assert set(ours.pre) == set(theirs.pre)
        for quantity, value in theirs.values.items():
            np.testing.assert_allclose(ours.values[quantity], value, rtol=1e-11, atol=1e-13)
        for quantity, value in theirs.pre.items():
            np.testing.assert_allclose(ours.pre[quantity], value, rtol=1e-10, atol=1e-12)
        for quantity, expected in true.items():
            np.testing.assert_allclose(ours.values[quantity], expected, rtol=1e-11, atol=1e-13)


@pytest.mark.parametrize("name", CELLS)
def test_the_loop_over_floats_is_exact(name: str) -> None:
    """Plain numbers come out of the loop bit for bit as the equations give them."""
    parameters, xs = oracle.random_problem(name, 1, 1, 200, random.Random(5))
    flat = _scalars(parameters)
    inputs = [x[0] for x in xs]
    assert list(run(build(CELLS[name], flat, inputs))) == list(
        run_plainly(build(CELLS[name], flat, inputs))
    )


WEIGHTS = {  # every way to write a weight that a state of two and an input of two allow
    "numbers": {"w_ss": 0.5, "w_sx": 2},
    "diagonals": {"w_ss": [0.5, 1], "w_sx": [2, 3]},
    "matrices": {"w_ss": [[0.5, 1], [2, 3]], "w_sx": [[1, 0.5], [0.25, 2]]},
    "a mixture": {"w_ss": [0.5, 1], "w_sx": [[1, 0.5], [0.25, 2]]},
}


@pytest.mark.parametrize("weights", WEIGHTS.values(), ids=WEIGHTS.keys())
def test_the_loop_reads_weights_as_the_equations_do(weights: dict[str, object]) -> None:
    """Numbers and diagonals give in the loop what they give in the equations."""
    given = {**weights, "s": [0.1, -0.2], "b_s": [0.3, 0.4]}
    xs = [[1, 2], [-1, 0.5], [0, 1]]
    for ours, theirs in zip(
        run(build(CELLS["simple"], given, xs)),
        run_plainly(build(CELLS["simple"], given, xs)),
        strict=True,
    ):
        np.testing.assert_allclose(ours.values["s"], theirs.values["s"], rtol=1e-14)


@pytest.mark.parametrize("name", CELLS)
@pytest.mark.parametrize(
    ("n", "m", "rounding"),
    [(0, 0, ""), (1, 1, ""), (2, 3, ""), (40, 7, ""), (0, 0, "--round"), (40, 7, "--round")],
)
def test_a_sequence_is_its_steps(
    rnncalc: Calculator, here: Path, name: str, n: int, m: int, rounding: str
) -> None:
    """In every format a sequence is, bit for bit, its steps taken one by one from saved states."""
    parameters, xs = oracle.random_problem(name, n or 1, m or 1, 26, random.Random(n))
    given = parameters if n else _scalars(parameters)
    np.savez("w.npz", **given)
    command = f"{name} --weights w.npz {rounding}"
    last = CELLS[name].states[-1]
    # More steps than meet the input together; where there is no such product, or where rounding
    # leaves nothing of its last bits, and of what only looks different, some.
    many = 26 if n > 1 and not rounding else 3
    for form, count in (("-f json", many), ("-f plain", 3), ("-f csv", 3), (f"--only {last}", 3)):
        inputs = xs[:count] if n else [x[0] for x in xs[:count]]
        Path("xs.json").write_text(json.dumps(inputs))
        whole = rnncalc(f"{command} --xs @xs.json {form}").out
        Path("state.json").write_text("{}")
        parts = []
        for t, x in enumerate(inputs, 1):
            step = rnncalc(
                f"{command} --weights state.json --x '{x}' {form} --save-state state.json"
            ).out
            if form == "-f json":
                step = step.replace('{"t": 1,', f'{{"t": {t},', 1)
            elif form == "-f plain":
                step = step.replace("t = 1\n", f"t = {t}\n", 1)
            elif form == "-f csv":
                header, row = step.splitlines()
                step = (f"{header}\n" if t == 1 else "") + f"{t}{row.removeprefix('1')}\n"
            parts.append(step)
        assert whole.partition("# x over time: ")[0] == "".join(parts)


STEPS = [[1.0, 2.0], [3.5, -4.0], [0.0, 1e-3]]


def _sources(steps: list) -> dict[str, str]:  # type: ignore[type-arg]
    """Write the steps to every kind of file; return what --xs takes for each."""
    rows = [x if isinstance(x, list) else [x] for x in steps]
    text = "".join(f"{','.join(map(str, row))}\r\n" for row in rows)
    Path("xs.json").write_text(json.dumps(steps))
    Path("xs.jsonl").write_text("".join(f"{json.dumps(x)}\n\n" for x in steps))
    Path("xs.csv").write_text(text)
    Path("headed.csv").write_text(",".join("abc"[: len(rows[0])]) + "\n" + text, "utf-8-sig")
    np.save("xs.npy", np.array(steps))
    np.savetxt("xs.txt", np.array(rows), header="a b", fmt="%.17g")
    Path("xs.tsv").write_text("".join("\t".join(map(str, row)) + "\n" for row in rows))
    files = ("xs.json", "xs.jsonl", "xs.csv", "headed.csv", "xs.npy", "xs.txt", "xs.tsv")
    return {"inline": f"'{json.dumps(steps)}'", **{name: f"@{name}" for name in files}}


@pytest.mark.parametrize("steps", [STEPS, [1.0, -2.5, 1e-3]], ids=["vectors", "numbers"])
def test_every_source_gives_the_same(rnncalc: Calculator, here: Path, steps: list) -> None:  # type: ignore[type-arg]
    """However a sequence is written down, its steps are the same as with several --x."""
    command = "gated --all-weights 0.5 -f json"
    expected = rnncalc(f"{command} {' '.join(f'--x {json.dumps(x)!r}' for x in steps)}")
    assert len(expected.json) == 3
    for source in _sources(steps).values():
        outcome = rnncalc(f"{command} --xs {source}")
        assert (outcome.status, outcome.out) == (0, expected.out), source
    lines = "".join(f"{json.dumps(x)}\n" for x in steps)
    for text in (lines, lines.replace("[", "").replace("]", ""), Path("xs.tsv").read_text()):
        assert rnncalc(f"{command} --xs -", stdin=text).out == expected.out


def _after_some(rnncalc: Calculator, command: str, stdin: str = "") -> Outcome:
    outcome = rnncalc(command, stdin=stdin)
    assert outcome.status == 2
    return outcome


@pytest.mark.parametrize(
    ("text", "told", "steps"),
    [
        ("1\n2\nabc\n4\n", "line 3 of standard input is 'abc'", 2),
        ("1\n\n[1, 2]\n", "line 3 of standard input is a vector of 2, but line 1 is a number", 1),
        ("[1, 2]\n[1]\n", "line 2 of standard input is a vector of 1", 1),
        ("[1, 2]\n[3, 4], [5, 6]\n[7,\n8]\n", "line 2 of standard input goes on", 1),
        ("[1, 2]\n[3, NaN]\n", "line 2 of standard input has 'NaN'", 1),
        ("1\n1e999\n", "line 2 of standard input is '1e999'", 1),
        ("1\ntrue\n", "line 2 of standard input has a truth value", 1),
        ("[1, 2]\n[3, true]\n", "line 2 of standard input has a truth value", 1),
        ("abc\n", "line 1 of standard input is 'abc'", 0),
        ("", "--xs finds no steps in standard input", 0),
    ],
)
def test_a_bad_line_ends_a_stream(rnncalc: Calculator, text: str, told: str, steps: int) -> None:
    """The steps before a bad line are printed, and the error names the line."""
    outcome = _after_some(rnncalc, "simple --all-weights 1 --xs - --only s", text)
    assert len(outcome.out.splitlines()) == steps
    assert told in outcome.err
    assert len(outcome.err.splitlines()) in (1, 3)  # with a caret under the place


def test_a_bad_line_far_into_a_stream(rnncalc: Calculator) -> None:
    """Lines are counted right through any number of blocks."""
    lines = ["0.5"] * 40_000 + ["oops"] + ["1"] * 10
    outcome = _after_some(rnncalc, "simple --all-weights 1 --xs - --only s", "\n".join(lines))
    assert len(outcome.out.splitlines()) == 40_000
    assert "line 40001 of standard input is 'oops'" in outcome.err


def test_fractions_and_loose_numbers_in_a_stream(rnncalc: Calculator) -> None:
    """A line may hold whatever a value may: 1/3, .5, +2."""
    out = rnncalc(
        "simple --activation identity --w-ss 0 --w-sx 1 --xs - --only s",
        stdin="1/4\n.5\n+2\n 1e1 \n",
    ).out
    assert out == "0.25\n0.5\n2\n10\n"


def test_a_summary_of_what_overflows_at_once(rnncalc: Calculator) -> None:
    """Where no step can be computed, a summary says which quantity it is and prints nothing."""
    command = "gru --all-weights 1e308 --x 0 --x 0 --summary"
    assert "the pre-activation of r is not a finite number at step 1" in rnncalc.error(command)


def test_rows_that_are_not_finite(rnncalc: Calculator, here: Path) -> None:
    """An array is read up to the first row that can't be used."""
    np.save("xs.npy", np.array([[1, 2], [3, np.inf], [4, 5]]))
    outcome = _after_some(rnncalc, "simple --all-weights 1 --xs @xs.npy --only s")
    assert len(outcome.out.splitlines()) == 1
    assert "row 2 of xs.npy has a number that isn't finite" in outcome.err


def test_values_from_files(rnncalc: Calculator, here: Path) -> None:
    """@FILE stands for any value, and - for one of them."""
    Path("w.json").write_text("[[1, 2], [3, 4]]\n")
    np.save("w.npy", np.array([[1, 2], [3, 4]]))
    Path("s.txt").write_text(" 1/2 ")
    identity = "simple --activation identity --x '[1, 10]' --only s"
    for matrix in ("@w.json", "@w.npy", "'[[1, 2], [3, 4]]'"):
        assert rnncalc(f"{identity} --w-ss @s.txt --w-sx {matrix} --s 1").out == "[21.5, 43.5]\n"
    assert rnncalc(f"{identity} --w-ss 1 --w-sx - --b-s @s.txt", stdin="[2, 3]").status == 2
    outcome = rnncalc(f"{identity} --w-ss 1 --w-sx - --s '[0, 0]'", stdin="[2, 3]\n")
    assert outcome.out == "[2, 30]\n"
    gated = "gated --set g=@s.txt --set candidate=1 --s 0 --only s"
    assert rnncalc(gated).out == "0.5\n"


def test_only_one_option_reads_standard_input(rnncalc: Calculator) -> None:
    """Two options that want standard input are both named."""
    assert rnncalc.error("simple --w-ss - --w-sx 1 --xs -") == (
        "--w-ss and --xs want to read standard input: only one option can"
    )


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ('{"w_ss": 1, "w_sy": 2}', "in w.json, the name 'w_sy' is called w_ys here"),
        ('{"w_ss": 1, "w_ss": 2}', "--weights (w.json) has 'w_ss' more than once"),
        ('{"w_ss": [[1, 2], [3]], "w_sx": 1}', "w_ss in w.json is ragged"),
        ('{"w_ss": "1", "w_sx": true}', "w_sx in w.json has a truth value"),
        ('{"w_ss": [[1, 2]], "w_sx": 1}', "w_ss in w.json is 1×2"),
        ("[1, 2]", "--weights (w.json) needs a JSON object in 'w.json'"),
        ("{", "not JSON"),
        ('{"w_ss": NaN}', "--weights (w.json) has NaN"),
    ],
)
def test_weights_that_can_not_be_used(
    rnncalc: Calculator, here: Path, content: str, told: str
) -> None:
    """What is wrong in a file of weights is told by the file's name and the key."""
    Path("w.json").write_text(content)
    assert told in rnncalc.error("simple --weights w.json --x 1")


def test_pickles_are_not_loaded(rnncalc: Calculator, here: Path) -> None:
    """An .npz or .npy that holds objects is refused, not unpickled."""
    np.savez("w.npz", w_ss=np.array([{"a": 1}], dtype=object), w_sx=1.0)
    np.save("x.npy", np.array([{"a": 1}], dtype=object))
    assert "not an .npz of plain arrays" in rnncalc.error("simple --weights w.npz --x 1")
    assert "x.npy" in rnncalc.error("simple --all-weights 1 --xs @x.npy")


def test_weights_files_and_options(rnncalc: Calculator, here: Path) -> None:
    """A later file wins over an earlier one, and an option over both; npz is as good as JSON."""
    np.savez("w.npz", w_ss=np.eye(2), w_sx=2.0, s=np.array([1.0, 2.0]))
    Path("s.json").write_text('{"s": [5, 6]}')
    given = "simple --activation identity --weights w.npz --x '[0, 0]' --only s"
    assert rnncalc(given).out == "[1, 2]\n"
    assert rnncalc(f"{given} --weights s.json").out == "[5, 6]\n"
    assert rnncalc(f"{given} --weights s.json --s '[7, 8]'").out == "[7, 8]\n"
    table = rnncalc("simple --weights w.npz --weights s.json --x '[0, 0]'")
    assert table.rows["s_prev"][0] == "previous hidden state (from s.json)"


@pytest.mark.parametrize("ending", ["json", "npz"])
def test_a_stream_stops_and_goes_on(rnncalc: Calculator, here: Path, ending: str) -> None:
    """Two halves with a saved state between them are the whole, bit for bit."""
    parameters, xs = oracle.random_problem("lstm", 24, 24, 50, random.Random(2))
    Path("w.json").write_text(json.dumps(parameters))
    np.save("all.npy", np.array(xs))
    np.save("first.npy", np.array(xs[:21]))
    np.save("second.npy", np.array(xs[21:]))
    state = f"state.{ending}"
    whole = rnncalc("lstm --weights w.json --xs @all.npy --only h").out
    first = rnncalc(f"lstm --weights w.json --xs @first.npy --only h --save-state {state}").out
    second = rnncalc(f"lstm --weights w.json --weights {state} --xs @second.npy --only h").out
    assert first + second == whole


@pytest.mark.parametrize(("n", "m"), [(63, 40), (61, 61), (17, 5), (40, 7), (33, 33), (3, 100)])
def test_going_on_gives_the_same_bits_wherever_it_stops(n: int, m: int) -> None:
    """Wherever a sequence is cut, and so lies otherwise in the blocks, no bit differs."""
    chance = np.random.default_rng(n)
    weights = {
        name: chance.normal(size=shape_of(LSTM, p, n, m)) / n**0.5
        for name, p in LSTM.parameters.items()
        if p.kind == "weight"
    }
    xs = list(chance.normal(size=(60, m)))
    whole = [step.values["h"] for step in run(build(CELLS["lstm"], weights, xs))]
    for cut in (1, 2, 5, 12, 13, 23, 24, 25, 47):
        *_, last = run(build(CELLS["lstm"], weights, xs[:cut]))
        state = {name: last.values[name] for name in ("h", "c")}
        rest = run(build(CELLS["lstm"], weights | state, xs[cut:]))
        for ours, expected in zip(rest, whole[cut:], strict=True):
            assert (ours.values["h"] == expected).all()


def test_errors_of_states_are_no_longer_needed(rnncalc: Calculator, here: Path) -> None:
    """A file that also says how far off a state is can be used, and a note says what is ignored."""
    Path("s.json").write_text('{"s": 0.5, "s_error": 1e-17}')
    outcome = rnncalc("gated --all-weights 1 --weights s.json --x 1 --round --only s_prev")
    assert (outcome.status, outcome.out) == (0, "0.5\n")
    assert outcome.err.startswith("note: s_error in s.json is no longer needed")
    assert rnncalc("gated --all-weights 1 --x 1 --round --save-state t.json").status == 0
    assert set(json.loads(Path("t.json").read_text())) == {"s"}


def test_values_saved_as_an_array(rnncalc: Calculator, here: Path) -> None:
    """--save writes with --only what is otherwise printed, one row a step."""
    command = "lstm --all-weights 0.1 --xs"
    vectors = rnncalc(f"{command} '{STEPS}' --only h").json
    assert rnncalc(f"{command} '{STEPS}' --only h --save h.npy").out == ""
    assert np.load("h.npy").tolist() == vectors
    rnncalc(f"{command} '[1, 2, 3]' --only h --save h.npy --round --force")
    assert np.load("h.npy").shape == (3,)


def test_files_are_whole_or_absent(rnncalc: Calculator, here: Path) -> None:
    """A run that fails leaves no file, and an older one as it was."""
    Path("state.json").write_text("old")
    outcome = rnncalc("simple --all-weights 1 --xs - --save-state state.json", stdin="1\nx\n")
    assert outcome.status == 2
    assert Path("state.json").read_text() == "old"
    rnncalc("simple --all-weights 1 --xs - --only s --save s.npy", stdin="1\nx\n")
    assert sorted(os.listdir()) == ["state.json"]
    assert "no folder" in rnncalc.error("simple --all-weights 1 --x 1 --save-state no/such")


@pytest.mark.parametrize("form", ["--only s", "-f json", "-f csv", "-f plain"])
def test_a_reader_that_has_had_enough(form: str) -> None:
    """``| head`` ends a stream quietly, in the middle of its input."""
    command = f"{' '.join(RNNCALC)} simple --all-weights 0.5 --xs - {form}"
    script = f"set -o pipefail; yes 1 | head -n 200000 | ({command}; echo $? >&2) | head -n 1"
    result = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=False)
    assert result.stderr == "0\n"
    assert len(result.stdout.splitlines()) == 1


def test_an_interrupt_tears_no_line(tmp_path: Path) -> None:
    """Interrupted while a slow reader keeps it waiting, it leaves whole lines."""
    lines = tmp_path / "xs.jsonl"
    lines.write_text("0.25\n" * 50_000)
    command = [*RNNCALC, "lstm", "--all-weights", "0.5", "--xs", f"@{lines}", "-f", "json"]
    with subprocess.Popen(command, stdout=-1, stderr=-1, bufsize=0) as process:
        assert process.stdout
        first = process.stdout.readline()
        time.sleep(0.2)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=10)
    assert (process.returncode, err) == (130, b"")
    assert len([json.loads(line) for line in (first + out).splitlines()]) > 100


def test_special_files_are_written_to_not_replaced(rnncalc: Calculator, here: Path) -> None:
    """A pipe that is named as a state's file gets the state."""
    os.mkfifo("pipe")
    with subprocess.Popen(["cat", "pipe"], stdout=-1, text=True) as reader:
        assert rnncalc("simple --all-weights 0 --x 1 --only s --save-state pipe").status == 0
        out, _ = reader.communicate(timeout=10)
    assert out == '{"s": 0}\n'
    Path("mine").write_text("")
    Path("mine").chmod(0o600)
    rnncalc("simple --all-weights 0 --x 1 --save-state mine")
    assert Path("mine").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("1\r2\r3\r", "line 1 of a.csv has a carriage return within it"),
        ("–5\n3\n", "line 1 of a.csv has a dash, '–'"),
        ("nan,1\n3,4\n", "line 1 of a.csv has 'nan' in it"),
        ('1,2\n"3,4\n', "line 2 of a.csv"),
        ("1\n2\x00\n", "line 2 of a.csv"),
        ("x\n1,5\n2,5\n", "line 2 of a.csv has 2 numbers, but the header has 1 column"),
    ],
)
def test_csv_that_is_none(rnncalc: Calculator, here: Path, text: str, told: str) -> None:
    """A first row that is no heading is no heading, and no line is taken for another."""
    Path("a.csv").write_bytes(text.encode())
    outcome = rnncalc("simple --all-weights 1 --xs @a.csv --only s")
    assert outcome.status == 2
    assert told in outcome.err


def test_damaged_arrays(rnncalc: Calculator, here: Path) -> None:
    """Whatever is wrong with an array file is one line of error."""
    np.savez("pre.npz", w_ss=np.ones(3))
    np.save("n.npy", np.ones(3))
    whole = Path("pre.npz").read_bytes()
    Path("pre.npy").write_bytes(whole)
    Path("n.npz").write_bytes(Path("n.npy").read_bytes())
    chance = random.Random(1)
    assert "z.npy" in rnncalc.error("simple --all-weights 1 --xs @z.npy")
    assert "n.npz" in rnncalc.error("simple --weights n.npz --x 1")
    for _ in range(100):
        damaged = bytearray(whole)
        for _ in range(3):
            damaged[chance.randrange(len(whole))] = chance.randrange(256)
        Path("d.npz").write_bytes(damaged)
        assert rnncalc("simple --weights d.npz --w-sx 1 --x 1 --only s").status in (0, 2)


@pytest.mark.parametrize("form", ["table", "markdown", "latex", "plain --explain"])
def test_the_table_of_a_stream_that_goes_wrong(rnncalc: Calculator, form: str) -> None:
    """The steps before a bad line are in what people read, too, be it two or one."""
    command = f"simple --all-weights 0.5 --xs - -f {form}"
    outcome = _after_some(rnncalc, command, "1\n2\nx\n")
    assert "0.8662" in outcome.out
    assert "line 3 of standard input" in outcome.err
    assert "0.6351" in _after_some(rnncalc, command, "1\nx\n").out
    assert _after_some(rnncalc, command, "x\n").out == ""


def test_csv(rnncalc: Calculator) -> None:
    """CSV has the JSON's names and numbers, a row a step, a column for each element."""
    given = "gated --all-weights 0.5 --xs '[[1, 2], [3, 4]]' --round"
    header, *lines = rnncalc(f"{given} -f csv").out.splitlines()
    steps = rnncalc(f"{given} -f json").json
    names = header.split(",")
    assert names[:5] == ["t", "x[1]", "x[2]", "s_prev[1]", "s_prev[2]"]
    for line, step in zip(lines, steps, strict=True):
        row = dict(zip(names, map(float, line.split(",")), strict=True))
        assert [row["t"], row["s[2]"], row["pre.g[1]"]] == [
            step["t"],
            step["s"][1],
            step["pre"]["g"][0],
        ]
        assert row["exact.candidate[2]"] == step["exact"]["candidate"][1]


def test_table_of_a_sequence(rnncalc: Calculator) -> None:
    """A sequence has a row a step from the state it starts with, and each quantity's course."""
    out = rnncalc("lstm --all-weights 0.5 --xs '[5, 3, -1, 2]'").out
    lines = [line.split() for line in out.splitlines()]
    assert lines[1] == ["t", "x", "f", "i", "o", "candidate", "c", "tanh_c", "h"]
    assert lines[3] == ["0", "0.5", "0.5"]
    assert [line[0] for line in lines[4:8]] == ["1", "2", "3", "4"]
    assert lines[4][2:4] == ["0.9399", "█"]
    assert "x ±5          ▇▆▃▆  min -1 at 3, max 5 at 1" in out.splitlines()


def test_long_tables_show_both_ends(rnncalc: Calculator) -> None:
    """A long sequence shows its beginning and its end, and says how many steps it leaves out."""
    stream = "".join(f"{x}\n" for x in range(1, 1001))
    out = rnncalc("gated --all-weights 0.01 --xs -", stdin=stream).out
    assert "gated RNN, 1,000 steps" in out
    assert "982 of 1,000 steps are not shown" in out
    table = out.partition("over time")[0]
    starts = [line.split()[0] for line in table.splitlines()[3:] if line[:6].strip().isdigit()]
    assert starts == [str(t) for t in (*range(11), *range(993, 1001))]
    plain = rnncalc("gated --all-weights 0.01 --xs -", stdin=stream, LANG="C").out
    assert plain.isascii()


def test_small_vectors_have_a_row_a_unit(rnncalc: Calculator) -> None:
    """Up to four units and twelve steps are one table; beyond that they are summed up."""
    command = "gated --all-weights 0.3 --set s='[{}]' --xs '{}'"
    out = rnncalc(command.format("0.25, -0.5", "[[1, 2], [3, -4]]")).out
    rows = [line.split() for line in out.splitlines()[3:9]]
    assert [row[0] for row in rows[::2]] == ["0", "1", "2"]
    assert [(row[-1]) for row in rows[2:]] == ["0.25", "-0.5", "0.25", "-0.5"]
    for many in (("1, 2", [[1, 2]] * 13), ("1, 2, 3, 4, 5", [[1, 2, 3, 4, 5]] * 2)):
        assert "over time" in rnncalc(command.format(*many)).out


def test_lines_are_answered_as_they_come() -> None:
    """A pipe that waits for an answer gets it before it sends the next line."""
    command = [*RNNCALC, "simple", "--all-weights", "1", "--xs", "-", "--only", "s"]
    with subprocess.Popen(command, stdin=-1, stdout=-1, text=True) as process:
        assert process.stdin
        assert process.stdout
        for _ in range(3):
            process.stdin.write("1\n")
            process.stdin.flush()
            assert float(process.stdout.readline()) > 0
        process.stdin.close()
        assert process.wait(timeout=10) == 0


def test_an_interrupt_ends_it_at_once(tmp_path: Path) -> None:
    """Ctrl-C in a long run ends it with its status, whole lines behind it and no file."""
    command = [*RNNCALC, "lstm", "--all-weights", "0.5", "--xs", "-", "-f", "json"]
    command += ["--save-state", str(tmp_path / "state.json")]
    with subprocess.Popen(command, stdin=-1, stdout=-1, stderr=-1, bufsize=0) as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write(b"1\n" * 100)
        first = process.stdout.readline()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=10)
    assert process.returncode == 130
    assert err == b""
    assert all(json.loads(line) for line in (first + out).splitlines())
    assert os.listdir(tmp_path) == []


def _with_terminal(command: list[str], stdin: bytes, *, typed: bool) -> tuple[bytes, bytes]:
    """Return what a process prints, and what it shows on the terminal that is its standard error.

    typed: whether the input comes from that terminal, too. Otherwise it comes twice, with more than
    a second between.
    """
    pty = pytest.importorskip("pty")
    main, side = pty.openpty()
    env = {**os.environ, "LANG": "C.UTF-8", "TERM": "xterm"}
    with subprocess.Popen(
        command, stdin=side if typed else -1, stdout=-1, stderr=side, env=env, bufsize=0
    ) as process:
        os.close(side)
        assert process.stdout
        shown: list[bytes] = []
        reader = threading.Thread(target=_read_all, args=(main, shown))
        reader.start()  # or a slow run fills the terminal, and waits for ever
        if typed:
            os.write(main, stdin)
            out = os.read(process.stdout.fileno(), 1 << 16)
            os.write(main, b"\x04")
        else:
            assert process.stdin
            process.stdin.write(stdin)
            first = process.stdout.readline()
            time.sleep(1.1)
            rest, _ = process.communicate(stdin)
            out = first + rest
        reader.join()
    os.close(main)
    assert process.returncode == 0
    return out, b"".join(shown)


def _read_all(terminal: int, shown: list[bytes]) -> None:
    with suppress(OSError):  # which is how a terminal ends
        while chunk := os.read(terminal, 1 << 16):
            shown.append(chunk)


def test_long_work_shows_progress() -> None:
    """After a second a bar appears on the terminal; the results are whole and elsewhere."""
    command = [*RNNCALC, "lstm", "--all-weights", "0.5", "--xs", "-", "--only", "h"]
    out, shown = _with_terminal(command, b"0.5\n" * 2_000, typed=False)
    assert out.count(b"\n") == 4_000
    assert "━".encode() in shown
    assert re.search(rb"step [\d,]+ of unknown, [\d,]+/s, time left: unknown", shown)
    assert b"0.5" not in shown


AT_ONCE = """
from rnncalc.__main__ import main
from rnncalc.cli import progress
progress._PATIENCE = 0
main()
"""


def test_lint_shows_how_far_it_is() -> None:
    """What tries slips for longer than its patience says which of how many on the terminal."""
    words = "simple --all-weights 0.5 --x 0.5 --lint -f plain"
    command = [sys.executable, "-c", AT_ONCE, *words.split()]
    out, shown = _with_terminal(command, b"", typed=False)
    assert b" slips give the right s" in out
    assert re.search(rb"slip [\d,]+ of [\d,]+", shown)


def test_progress_says_how_long_it_takes() -> None:
    """What is done, of how many, how fast, and how long it still takes; "unknown" if it is."""
    assert told(500, 2_000, 10.0) == "step 500 of 2,000, 50/s, time left: 30 s"
    assert told(1, 1_000, 1.0).endswith("1/s, time left: 16:39 min")
    assert told(500, None, 10.0) == "step 500 of unknown, 50/s, time left: unknown"


def test_typed_lines_are_answered_one_by_one() -> None:
    """Somebody who types a step sees its table before typing the next."""
    command = [*RNNCALC, "gated", "--all-weights", "0.5", "--xs", "-"]
    out, _ = _with_terminal(command, b"5\n", typed=True)
    assert out.decode().startswith("gated RNN, step 1\n")


def test_rows_of_any_names() -> None:
    """`rows` yields what it is asked for, in that order, with and without rounding."""
    for ties in (None, "low"):
        problem = build(CELLS["lstm"], {}, [5, 1], all_weights=1, ties=ties)
        (first, _) = rows(problem, ["h", "pre.f", "x"])
        assert first[1:] == (6, 5)


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("xs.dat", b"1\n", "must end in .json, .jsonl, .csv, .tsv, .txt or .npy"),
        ("xs.json", b"[]", "needs a list of steps"),
        ("xs.json", b"5", "needs a list of steps"),
        ("xs.jsonl", b"[[1, 2]]\n", "line 1 of xs.jsonl has a list"),
        ("xs.csv", b"[1],2\n", "line 1 of xs.csv"),
        ("xs.csv", b"nan\n1\n", "line 1 of xs.csv"),
        ("xs.csv", b"1\n\xef\xbb\xbf2\n", "line 2 of xs.csv"),
    ],
)
def test_steps_that_are_none(
    rnncalc: Calculator, here: Path, name: str, content: bytes, told: str
) -> None:
    """What holds no steps is refused with its name and what it should be."""
    (here / name).write_bytes(content)
    outcome = rnncalc(f"simple --all-weights 0.5 --only s --xs @{name}")
    assert outcome.status == 2
    assert told in outcome.err


def test_arrays_of_steps(rnncalc: Calculator, here: Path) -> None:
    """An array has a step a row, of any kind of number; one of four dimensions is refused."""
    command = "simple --all-weights 0.5 -f json --xs"
    for array in ([1, 2, 3], [[1, 2], [3, 4]]):
        wanted = rnncalc(f"{command} '{array}'").out
        for kind in ("i1", "u8", "f4", "f8", ">f8"):
            np.save("xs.npy", np.array(array, kind))
            assert rnncalc(f"{command} @xs.npy").out == wanted
    for shape in ((2, 2, 2, 2), (0, 2, 2), (0,), (0, 2), ()):
        np.save("xs.npy", np.ones(shape))
        assert "it needs one row a step" in rnncalc.error(f"{command} @xs.npy")
    Path("w.json").write_text('{"w_ss": 1, "w_sx": 1}')
    assert rnncalc("simple --weights @w.json --x 0 --only s").out == "0\n"


@pytest.mark.parametrize("shape", [(20_000,), (9_000, 2)])
def test_a_long_list_is_the_steps_that_a_file_of_lines_has(
    rnncalc: Calculator, tmp_path: Path, shape: tuple[int, ...]
) -> None:
    """What is long enough to be read into an array at once gives what lines one by one give."""
    steps = np.random.default_rng(5).normal(size=shape).tolist()
    (tmp_path / "xs.json").write_text(json.dumps(steps))
    (tmp_path / "xs.jsonl").write_text("\n".join(map(json.dumps, steps)))
    given = "gru --all-weights 0.4 --only h --xs"
    assert (
        rnncalc(f"{given} @{tmp_path}/xs.json").out == rnncalc(f"{given} @{tmp_path}/xs.jsonl").out
    )
