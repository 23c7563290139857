"""Parts of sequences: some quantities, a unit, a step, extremes; and sequences run backwards."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import Calculator

# s is x plus 10 times what it was, so that every number can be told by hand.
SUM = "simple --activation identity --w-ss 10 --w-sx 1"
XS = "--xs '[[1, 2], [3, 4], [5, 6]]'"


@pytest.mark.parametrize(
    ("only", "out"),
    [
        ("s,x", "[1, 2]\t[1, 2]\n[13, 24]\t[3, 4]\n[135, 246]\t[5, 6]\n"),
        ("s[2]", "2\n24\n246\n"),
        ("s@3", "[135, 246]\n"),
        ("s[1]@2,x@3", "13\t[5, 6]\n"),
        ("s[2],pre.s[1] -f json", '{"t": 1, "s[2]": 2, "pre.s[1]": 1}\n'),
        ("s@2,x[1]@1 -f json", '{"s@2": [13, 24], "x[1]@1": 1}\n'),
        ("x,s[2] -f csv", "t,x[1],x[2],s[2]\n1,1,2,2\n2,3,4,24\n3,5,6,246\n"),
        ("s[2] --reverse", "642\n64\n6\n"),
        ("s@3,s@1 --reverse", "[5, 6]\t[531, 642]\n"),
    ],
)
def test_only(rnncalc: Calculator, only: str, out: str) -> None:
    """Names by comma stand side by side, a unit is a number, and a step one line."""
    found = rnncalc(f"{SUM} {XS} --only {only}").out
    assert found.startswith(out) if only.endswith("json") else found == out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (f"{XS} --only s[3]", "--only s[3]: s has 2 units"),
        ("--xs '[1, 2]' --only s[2]", "--only s[2]: s has 1 unit"),
        (f"{XS} --only s@4", "--only s@4: there are 3 steps"),
        (f"{XS} --only s,x@1", "--only s,x@1 mixes names with a step and names without"),
        (f"{XS} --only s,x,s", "--only s is named more than once"),
        (f"{XS} --only s@0", "--only s@0 names no step"),
        (f"{XS} --only s,h", "--only 'h' is called s here"),
        (f"{XS} --only s,x --save two.npy", "of several names in .npz"),
        (f"{XS} --step 4", "--step 4: there are 3 steps"),
        (f"{XS} --step 2 --only s", "--step shows one step: leave out --only"),
        ("--xs - --reverse", "type --xs @FILE.jsonl"),
        (f"{XS} --reverse --set s@4=0", "--set s@4 has no effect: there are 3 steps"),
        ("--xs '[1, 1e200, 1]' --reverse --w-sx 1e200", "s is not a finite number at step 2"),
    ],
)
def test_what_there_is_not(rnncalc: Calculator, words: str, told: str) -> None:
    """A unit, a step or a name that isn't there is an error, and no result is printed."""
    given = SUM.partition(" --w-sx")[0] if "--w-sx" in words else SUM
    message = rnncalc.error(f"{given} {words}")
    assert told in message or told in message.replace("the pre-activation of ", "")


def test_saved_by_name(rnncalc: Calculator, tmp_path: Path) -> None:
    """Several quantities are saved as arrays by name, which --expect reads; one step is a row."""
    assert rnncalc(f"{SUM} {XS} --only x,s[2] --save {tmp_path / 'a.npz'}").status == 0
    with np.load(tmp_path / "a.npz") as arrays:
        assert arrays["x"].tolist() == [[1, 2], [3, 4], [5, 6]]
        assert arrays["s[2]"].tolist() == [2, 24, 246]
    assert rnncalc(f"{SUM} {XS} --expect @{tmp_path / 'a.npz'}").status == 0
    assert rnncalc(f"{SUM} {XS} --only s@2 --save {tmp_path / 'b.npy'}").status == 0
    assert np.load(tmp_path / "b.npy").tolist() == [13, 24]


@pytest.mark.parametrize("form", ["json", "csv", "plain"])
@pytest.mark.parametrize("rounding", ["", "--round"])
@pytest.mark.parametrize("reverse", ["", "--reverse"])
def test_a_step_is_that_of_the_sequence(
    rnncalc: Calculator, form: str, rounding: str, reverse: str
) -> None:
    """Any step alone is, digit for digit, what the sequence has there."""
    command = f"lstm --all-weights 0.3 --xs '[[5, 1], [3, 2], [-1, 0]]' {rounding} {reverse}"
    whole = rnncalc(f"{command} -f {form}").out
    for t in (1, 2, 3):
        step = rnncalc(f"{command} -f {form} --step {t}").out
        assert step
        assert step.removeprefix(whole.partition("\n")[0] if form == "csv" else "") in whole


def test_a_step_as_a_table(rnncalc: Calculator) -> None:
    """One step of a long sequence is a table of its own, also with its working."""
    numbers = "".join(f"{k}\n" for k in range(1, 31))
    outcome = rnncalc("simple --activation identity --w-ss 1 --w-sx 1 --xs - --step 29", numbers)
    assert outcome.out.startswith("simple RNN, step 29\n")
    assert outcome.rows["s_prev"][1] == str(28 * 29 // 2)
    assert outcome.rows["s"][1:3] == [str(29 * 30 // 2)] * 2


@pytest.mark.parametrize("ending", ["json", "csv", "npy"])
def test_backwards(rnncalc: Calculator, tmp_path: Path, ending: str) -> None:
    """Backwards, results have the inputs' order and numbers; the last state is that of step 1."""
    file, state = tmp_path / f"xs.{ending}", tmp_path / "s.json"
    if ending == "npy":
        np.save(file, [1, 2, 3])
    else:
        file.write_text("[1, 2, 3]" if ending == "json" else "1\n2\n3\n")
    command = f"{SUM} --s 4 --xs @{file} --reverse"
    out = rnncalc(f"{command} --set s@2=7 -f json --save-state {state}").json
    assert [(step["t"], step["s_prev"], step["s"]) for step in out] == [
        (1, 7, 71),
        (2, 43, 7),
        (3, 4, 43),
    ]
    assert json.loads(state.read_text()) == {"s": 71}
    table = rnncalc(command).rows
    assert (table["3"], table["4"]) == (["3", "43"], ["4"])


def test_answers_backwards(rnncalc: Calculator) -> None:
    """Answers are for the inputs' steps: the last one computed, all of them, or the one named."""
    command = f"{SUM} --xs '[1, 2, 3]' --reverse --expect"
    for right in ("s=321", "'s=[321, 32, 3]'", "s@2=32", "s@3=3 --require s@3"):
        assert rnncalc(f"{command} {right}").status == 0
    wrong = rnncalc(f"{command} s@3=4 --expect s@2=42 -f json").json[0]
    assert wrong["look_at"] == {"t": 3, "name": "s"}
    assert [(one["t"], one["verdict"]) for one in wrong["answers"]] == [
        (3, "wrong"),
        (2, "follows"),
    ]


# Gates and candidates that are known by hand: sigmoid(5) = 0.9933, sigmoid(4) = 0.982,
# tanh(3) = 0.99505, tanh(2) = 0.964; beyond 0.99 are the first of each.
GATED = "gated --w-gs 0 --w-gx 1 --w-ss 0 --w-sx 1"
RUN = [[5, 4, -5], [3, 2, 0], [-4, -2, 1]]


@pytest.mark.parametrize("rounding", ["", "--round"])
def test_summary(rnncalc: Calculator, rounding: str) -> None:
    """The extremes have their step and unit, and what is near the end of its range is counted."""
    command = f"{GATED} --xs '{json.dumps(RUN)}' --summary {rounding}"
    found = {line["name"]: line for line in rnncalc(f"{command} -f json").json}
    x = found["x"]
    assert (x["smallest"], x["smallest_t"], x["smallest_unit"]) == (-5, 1, 3)
    assert (x["largest"], x["largest_t"], x["largest_unit"], x["steps"]) == (5, 1, 1, 3)
    assert found["g"]["saturated"] == pytest.approx(2 / 9)
    assert found["candidate"]["saturated"] == pytest.approx(5 / 9)
    assert (x["saturated"], found["s"]["saturated"]) == (None, None)
    rows = rnncalc(f"{command} -f csv").out.splitlines()
    assert rows[1] == "x,3,-5,1,3,5,1,1,"
    assert rnncalc(command).rows["x"] == ["-5", "1", "3", "5", "1", "1"]
    assert (
        "x: from -5 at step 1, unit 3 to 5 at step 1, unit 1\n"
        in rnncalc(f"{command} -f plain").out
    )


@pytest.mark.parametrize(
    ("columns", "header", "row", "lost"),
    [
        ("80", "smallest t unit largest t unit saturated", "-1.5 2 1 0.25 1 1", ""),
        ("60", "smallest t largest t saturated", "-1.5 2 0.25 1", "the units"),
        ("40", "smallest t largest t", "-1.5 2 0.25 1", "the units and how much is saturated"),
    ],
)
def test_a_summary_stays_a_table(
    rnncalc: Calculator, columns: str, header: str, row: str, lost: str
) -> None:
    """Where there is no room it has fewer columns, says so, and cuts no number."""
    command = "lstm --all-weights 1 --xs '[[0.25, 0], [-1.5, 0]]' --summary"
    out = rnncalc(command, COLUMNS=columns).out
    lines = [" ".join(line.split()) for line in out.splitlines()]
    assert lines[1] == f"extremes {header}"
    assert f"x {row}" in lines
    told = " ".join(lines).partition("left out, for ")[2]
    assert told.startswith(f"{columns} columns: {lost} " if lost else "")
    assert bool(told) == bool(lost)
    assert max(map(len, out.splitlines())) <= int(columns)


def test_summary_of_a_long_run(rnncalc: Calculator, tmp_path: Path) -> None:
    """In any number of blocks, backwards, and in strips the extremes are the same."""
    numbers = np.random.default_rng(3).normal(size=3000).round(6)
    file = tmp_path / "x.npy"
    for shape in ((3000,), (1500, 2)):
        xs = numbers.reshape(shape)
        np.save(file, xs)
        low, high = (
            (1 + at // (xs.size // len(xs)), at % (xs.size // len(xs)) + 1)
            for at in (int(numbers.argmin()), int(numbers.argmax()))
        )
        for words in ("--summary", "--summary --reverse", "--summary --set g@7=0"):
            row = rnncalc(f"{GATED} --xs @{file} --digits 6 {words}").out
            (line,) = (line for line in row.splitlines() if line.startswith("x  "))
            assert re.search(rf"{numbers.min()} +{low[0]:,}\b", line)
            assert re.search(rf"{numbers.max()} +{high[0]:,}\b", line)
        for words in ("", "--reverse", "--set g@7=0"):
            drawn = rnncalc(f"{GATED} --xs @{file} --digits 6 {words}").out
            for word, value, (t, unit) in (
                ("min", numbers.min(), low),
                ("max", numbers.max(), high),
            ):
                told = f"{word} {value} at {t:,}"
                assert told + f", unit {unit}" * (shape != (3000,)) + "\n" in drawn


def test_summary_of_a_batch(rnncalc: Calculator) -> None:
    """Each sequence of a batch has its own extremes."""
    command = f"{GATED} --xs '[[[1], [2]], [[4], [3]]]' --summary -f csv"
    rows = [row.split(",")[:5] for row in rnncalc(command).out.splitlines() if ",x," in row]
    assert rows == [["1", "x", "2", "1", "1"], ["2", "x", "2", "3", "2"]]


@pytest.mark.parametrize("words", ["--only s", "--step 1", "--explain", "-f latex", "--expect s=1"])
def test_what_a_summary_does_not_go_with(rnncalc: Calculator, words: str) -> None:
    """A summary stands alone."""
    assert "--summary shows a sequence's extremes" in rnncalc.error(
        f"{GATED} --x 1 --summary {words}"
    )
