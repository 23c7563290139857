"""Input: what is a value, what isn't, and what the program says about it."""

from __future__ import annotations

import json
import subprocess
import sys
from math import tanh
from pathlib import Path

import numpy as np
import pytest

from rnncalc import SIMPLE, InputError, build
from rnncalc.problem.values import read
from tests.conftest import Calculator

IDENTITY = "simple --activation identity --w-ss 0 --w-sx 1 --only s --x "


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("5", "5"),
        ("-.5", "-0.5"),
        ("+5.", "5"),
        ("1e-3", "0.001"),
        ("1/3", "0.3333333333333333"),
        ("−5", "-5"),
        ("-1.5/0.25", "-6"),
        ("' 7 '", "7"),
        ("'[1, 2.5, -3e2]'", "[1, 2.5, -300]"),
        ("'[.5, 1/4, -2., +3]'", "[0.5, 0.25, -2, 3]"),
        ("5e-324", "5e-324"),
        ("0.1", "0.1"),
        ("1e300", "1e+300"),
        ("-0.0", "0"),
        ("'[-0.0, 0]'", "[0, 0]"),
    ],
)
def test_values(rnncalc: Calculator, typed: str, printed: str) -> None:
    """Numbers, fractions and JSON vectors are read exactly and printed exactly."""
    assert rnncalc(IDENTITY + typed).out == printed + "\n"


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("NaN", "--x has 'NaN' in it: only finite numbers"),
        ("Infinity", "--x has 'Infinity' in it"),
        ("1e999", "--x is '1e999': only numbers up to 1.797e308"),
        ("'[1, NaN]'", "--x has 'NaN' in it"),
        ("'[1, -Infinity]'", "--x has '-Infinity' in it"),
        ("'[1, 1e999]'", "--x has a number beyond 1.797e308 as element 2"),
        ("true", "--x has a truth value"),
        ("null", "--x has null"),
        ("'\"1\"'", "--x has text"),
        ("'[1, true]'", "--x has a truth value as element 2"),
        ("'[1, null]'", "--x has null as element 2"),
        ("'[\"1\"]'", "--x has text as element 1"),
        ("'{\"a\": 1}'", "--x has an object"),
        ("'[]'", "--x has an empty list"),
        ("'[1, 2'", "--x ends without the ] that closes its list"),
        ("'[1,, 2]'", "--x has a comma with no number before it"),
        ("'[[1, 2], [3, 4]]'", "--x has a list in row 1, where a number is needed"),
        ("'[1, [2]]'", "--x has a list in row 2"),
        ("''", "--x is empty"),
        ("abc", "--x is 'abc': it needs a number or a vector such as '[1, 2]'"),
        ("1,5", "write 1.5 for a number, '[1, 5]' for a vector"),
        ("–5", "--x has a dash, '–': a minus is -"),
        ("1/1e999999999", "'1e999999999': only numbers up to"),
        ("1/0", "divides by zero"),
        ("1_000", "--x has '_' in a number: write it without"),
        ("--round", "--x has no value: '--round' follows it"),
        ("1" * 100_000 + "x", "--x has 'x' right behind a number"),
        (str(9) * 10_000, "only numbers up to 1.797e308"),
        ("[" * 100_000, "--x is nested too deep"),
    ],
)
def test_not_values(rnncalc: Calculator, typed: str, told: str) -> None:
    """What is no finite number or vector of them is refused by name, in a short message."""
    message = rnncalc.error("simple --all-weights 1 --x " + typed)
    assert told in message
    assert len(message) < 300


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("'[[1, 2], [3]]'", "--w-sx is ragged: row 1 has 2 elements, row 2 has 1"),
        ("'[[1, 2], 3]'", "--w-sx mixes numbers and lists"),
        ("'[[[1]]]'", "--w-sx has a list in row 1 in row 1, where a number is needed"),
        ("'[[1], []]'", "--w-sx has an empty list in row 2"),
    ],
)
def test_not_matrices(rnncalc: Calculator, typed: str, told: str) -> None:
    """A weight may be a matrix, but only one with rows of one length."""
    assert told in rnncalc.error(f"simple --w-ss 1 --x 1 --w-sx {typed}")


def test_missing_options_are_named_together(rnncalc: Calculator) -> None:
    """All that is missing is named at once, and --all-weights offered."""
    assert rnncalc.error("simple --round") == (
        "--w-ss, --w-sx and --x are missing; --all-weights W gives every weight at once"
    )
    assert rnncalc.error("simple --all-weights 1") == "--x is missing"
    message = rnncalc.error("lstm --w-fh 1 --x 1")
    assert "--w-fx, --w-ih, --w-ix, --w-oh, --w-ox, --w-ch and --w-cx are missing" in message


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ("gated --set q=1", "--set 'q' is not known; it can be g, candidate or s"),
        ("gated --set candidate_t=1", "--set 'candidate_t' is called candidate here"),
        ("gated --set candidat=1", "did you mean candidate?"),
        ("gated --set g=0 --set g=1", "--set g is given more than once"),
        ("gated --set g", "--set 'g' has no value: NAME=VALUE, such as --set g=0"),
        ("lstm --set f", "such as --set f=0"),
        ("lstm --all-weights --x 5", "--all-weights has no value: '--x' follows it"),
        ("gated --set s=[1, 2]", "quote the vector, --set s='[1, 2]'"),
        ("simple --x [ 1,2 ]", "quote the vector, --x '[1, 2]'"),
        ("simple --w-ss [[1, 2], [3, -4]]", "quote the vector, --w-ss '[[1, 2], [3, -4]]'"),
        ("lstm --all-weights 1 --x 1 --only h --only c", "--only is given 2 times"),
        ("gated --only hh", "--only 'hh' is not known; it can be x, s_prev, g, candidate, s or y"),
        ("lstm --only forget", "--only 'forget' is called f here"),
        ("lstm --x 1 --only candidat", "did you mean candidate?"),
        ("lstm --only h -f plain --all-weights 1 --x 1", "leave out --format plain"),
        ("simple --set s=1 --only x", "--only x: nothing needs x here"),
        ("lstm --all-weights 1 --all-weights 2 --x 1", "--all-weights is given 2 times"),
        ("simple --all-weights 1 --x [1, 2]", "quote the vector, --x '[1, 2]'"),
        ("simple --all-weights 1 --x [1, -2]", "quote the vector, --x '[1, -2]'"),
        ("simple --all-weights 1 --x=[1, 2]", "quote the vector, --x '[1, 2]'"),
        ("simple --x [1, 2] --s [3 4]", "quote the vector, --s '[3, 4]'"),
        ("simple --all-weights 1 5", "'5' stands alone"),
        ("simple --all-weights 1 --x 1 --round -5", "'-5' stands alone"),
        (
            "simple --all-weights 1 --x 1 -f xml",
            "--format 'xml' is not known; it can be table, plain",
        ),
        ("simple --all-weights 1 --x 1 --onyl s", "--only"),
        ("ltsm --x 1", "the command 'ltsm' is not known (did you mean lstm?)"),
        (f"{__file__} --x 1", "it is a file, rnncalc cell "),
        ("simple --x", "--x needs a value behind it: --x X"),
        ("simple --x 5 -f", "--format needs a value behind it: --format "),
        ("simple --round=5", "--round takes no value"),
        ("cell --x 1", "cell needs a file with its equations: rnncalc cell FILE"),
        ("--bogus", "there is no option '--bogus'"),
    ],
)
def test_misuse(rnncalc: Calculator, command: str, told: str) -> None:
    """A slip on the command line is answered with what to type instead."""
    assert told in rnncalc.error(command)


def test_faults_come_together(rnncalc: Calculator) -> None:
    """Everything wrong with the values is said in one go, a line each."""
    lines = rnncalc.error("gated --x abc --s '[]' --set q=1 --only hh").splitlines()
    assert lines[0] == "several things are wrong:"
    assert len(lines) == 6


def test_results_that_are_not_finite(rnncalc: Calculator) -> None:
    """An overflow names the quantity and the step, and prints no step at all."""
    given = "simple --activation identity --w-ss 1e200 --w-sx 1 --s 0"
    message = rnncalc.error(f"{given} --x 1e200 --x 1")
    assert message.startswith("the pre-activation of s is not a finite number at step 2")
    vector = rnncalc.error(f"{given} --x '[1, 1e200]' --x '[1, 1]'")
    assert "the pre-activation of s is not a finite number at step 2" in vector
    grown = rnncalc.error("lstm --all-weights 1 --x 1 --c 1e308 --set f=2")
    assert grown.startswith("c is not a finite number at step 1")


def test_negative_values_need_no_quoting(rnncalc: Calculator) -> None:
    """A value may begin with a minus: --x -5."""
    assert rnncalc(IDENTITY + "-5").out == "-5\n"


def test_steps_are_numbered_in_errors(rnncalc: Calculator) -> None:
    """Of many inputs those that can't be used are named by their steps, the first five."""
    with pytest.raises(InputError, match=r"^--x \(step 2\) is 'a'"):
        build(SIMPLE, {}, [1, "a", 3], all_weights=1)
    with pytest.raises(InputError, match=r"^--x is 'a'"):
        build(SIMPLE, {}, ["a"], all_weights=1)
    error = rnncalc.error("simple --all-weights 1 --xs '[1, null, 2, true, [], {}, null, null]'")
    assert [line.strip()[:12] for line in error.splitlines()[1:]] == [
        f"step {t} of --" for t in (2, 4, 5, 6, 7)
    ]
    mixed = rnncalc.error("simple --all-weights 1 --xs '[1, [2], 3, [4], [5], [6], [7], [8], [9]]'")
    assert mixed.count("but step 1 of --xs is a number: steps have one size") == 5
    assert "step 2 of --xs is a vector of 1" in mixed


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ("gated --all-weights 1 --x 1 --set g=abc", "--set g is 'abc'"),
        ("gated --all-weights 1 --x 1 --set 'g=[[1, 2], [3, 4]]'", "--set g has a list"),
        ("gated --all-weights abc --x 1", "--all-weights is 'abc'"),
        ("gated --all-weights '[[[1]]]' --x 1", "--all-weights has a list"),
        ("gated --all-weights 1 --b-g '[[1, 2], [3, 4]]' --x 1", "--b-g has a list"),
        ("gated --all-weights 1 --x @none.json --x 1", "--x (step 1) (@none.json) can't read"),
        ("gated --all-weights @none.json --x 1", "--all-weights (@none.json) can't read"),
        ("gated --all-weights 1 --xs @none.json", "--xs (@none.json) can't read"),
    ],
)
def test_faults_name_what_was_given(rnncalc: Calculator, command: str, told: str) -> None:
    """Whatever a value belongs to is named when it can't be used."""
    assert told in rnncalc.error(command)


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("3e-310/1e-310", 3.0),
        ("0/5", 0.0),
        ("1e-310/2", 5e-311),
        ("1e308/1e-1", None),
        ("1/3", 1 / 3),
    ],
)
def test_fractions_of_any_size(rnncalc: Calculator, typed: str, value: float | None) -> None:
    """A fraction is divided exactly, however small its parts, unless it is too large."""
    command = f"simple --activation identity --w-ss 0 --w-sx 1 --x {typed} --only s"
    if value is None:
        assert "1.797e308" in rnncalc.error(command)
    else:
        assert float(rnncalc(command).out) == pytest.approx(value, rel=1e-12)


def test_arrays_as_values(rnncalc: Calculator, tmp_path: Path) -> None:
    """An array file stands for a number, a vector or a matrix; one of more is refused."""
    command = "simple --activation identity --w-ss 0 --w-sx 1 --only s --x"
    for array, printed in ((np.array(2), "2"), (np.array([1, 2], "i1"), "[1, 2]")):
        np.save(tmp_path / "a.npy", array)
        assert rnncalc(f"{command} @{tmp_path}/a.npy").out == f"{printed}\n"
    np.save(tmp_path / "a.npy", np.zeros((2, 2)))
    assert "has the shape (2, 2): it needs a number or a vector" in rnncalc.error(
        f"{command} @{tmp_path}/a.npy"
    )


@pytest.mark.skipif(sys.platform != "linux", reason="memory is counted in other units elsewhere")
@pytest.mark.parametrize("ending", ["json", "column.json", "csv", "npy"])
def test_memory_grows_with_the_numbers(ending: str, tmp_path: Path) -> None:
    """A vector of 500,000 numbers takes at most 48 bytes for each that a smaller one doesn't."""
    peaks = []
    for size in (150_000, 500_000):
        path = tmp_path / f"x{size}.{ending}"
        vector = np.arange(size) % 100
        if ending == "column.json":
            path.write_text(str(vector.reshape(-1, 1).tolist()))
        elif ending == "csv":
            path.write_text("\n".join(map(str, vector)))
        elif ending == "json":
            path.write_text(str(vector.tolist()))
        else:
            np.save(path, vector.astype(np.int8))
        words = ["simple", "--all-weights", "1", "--x", f"@{path}", "--only", "s"]
        command = [sys.executable, "-m", "rnncalc", *words]
        # By a process of its own: a child's peak begins with what its parent takes.
        meter = (
            "import resource, subprocess;"
            f"subprocess.run({command}, stdout=subprocess.DEVNULL, check=True);"
            "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
        )
        done = subprocess.run([sys.executable, "-c", meter], capture_output=True, check=True)
        peaks.append(int(done.stdout) << 10)
    assert peaks[1] - peaks[0] < 48 * 350_000


def test_a_long_sheet_is_read_as_a_short_one(rnncalc: Calculator, tmp_path: Path) -> None:
    """However many rows there are, empty ones are left out, and what is wrong in one is told."""
    command = f"simple --activation identity --w-ss 0 --w-sx 1 --x @{tmp_path}/x.csv"
    for rows, told in (
        (["0.5", "", " -2", "1/4", "7"], None),
        (["0.5", "-2", "0.25", "7 "], None),
        (["0.5", "1e999"], "has '1e999'"),
        (["0.5,1", "1,2"], "has a list in row 1, where a number is needed"),
    ):
        for times in (1, 7_000):
            (tmp_path / "x.csv").write_text("\n".join(rows * times))
            if told:
                assert told in rnncalc.error(command)
            else:
                vector = json.loads(rnncalc(f"{command} --only s").out)
                assert vector == [0.5, -2, 0.25, 7] * times


@pytest.mark.parametrize(
    "text",
    ["[{},]", "[{},,1]", "[{}, [1]]", "[[{}], [1]]", "[{}, 1e999]", "[{}, 1e-400]", "[{}]]"],
)
def test_a_fault_in_a_long_text_is_told_as_in_a_short_one(text: str) -> None:
    """Whatever is wrong behind many numbers is refused, and no number is made of it."""
    for many in ("1, 2", ", ".join(["0.5"] * 40_000)):
        with pytest.raises(ValueError, match=r"^(has|is|goes|mixes) "):
            read(text.format(many), 1)


@pytest.mark.parametrize("name", ["s.txt", "s.csv", "-"])
def test_columns_of_numbers_are_vectors(rnncalc: Calculator, tmp_path: Path, name: str) -> None:
    """A number a line, as `numpy.savetxt` writes a vector, does for an input and for an answer."""
    (tmp_path / "s.txt").write_text("0.5\n-0.25\n1\n")
    (tmp_path / "s.csv").write_text("0.5\n-0.25\n1\n")
    file = name if name == "-" else f"@{tmp_path}/{name}"
    stdin = "0.5\n-0.25\n1\n" if name == "-" else ""
    command = "simple --w-ss 0 --w-sx 0.5 --s 0"
    (s,) = rnncalc(f"{command} --x {file} --only s -f json", stdin=stdin).json
    assert s == pytest.approx([tanh(0.25), tanh(-0.125), tanh(0.5)], abs=1e-15)
    (told,) = rnncalc(f"{command} --x '[1, 2, 3]' --expect s={file} -f json", stdin=stdin).json
    assert told["answers"][0]["yours"] == [0.5, -0.25, 1]
