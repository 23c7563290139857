"""Answers as people write them down: in part, in lines, in tables; and what must be there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.conftest import Calculator

# candidate = [tanh 0.25, tanh -0.5] and g = [0.5, 0.25], so s = [0.5 + 0.12246, 0.75 - 0.11553]
COMMAND = "gated --set 'g=[0.5, 0.25]' --w-ss 0 --w-sx '[[0.5], [-1]]' --s '[1, 1]' --x 0.5"
S = ("0.6225", "0.6345")


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        (f"--expect 's[2]={S[1]}'", {"s[2]": "right"}),
        (f"--expect 's[2]@1={S[1]}'", {"s[2]": "right"}),
        ("--expect 's[2]=0.9'", {"s[2]": "wrong: look here first"}),
        (f"--expect 's[1]={S[0]}' --expect 's[2]={S[1]}'", {"s": "right"}),
        (f"--expect 's=[?, {S[1]}]'", {"s[2]": "right"}),
        (f"--expect 's=[null {S[1]}]'", {"s[2]": "right"}),
        (f"--expect 's=[{S[0]}, 0.9]'", {"s": "wrong in unit 2: look here first"}),
        ("--expect 's=?' --expect 'candidate[1]=0.2449'", {"candidate[1]": "right"}),
        ("--expect 'pre.candidate[2]=-0.5'", {"pre.candidate[2]": "right"}),
        ("--expect x=0.5 --expect 'x[1]=?'", {"x": "right"}),
        ("--expect 'x[1]=0.5'", {"x": "right"}),  # unit 1 of a plain number is that number
    ],
)
def test_answers_in_part(rnncalc: Calculator, answers: str, words: dict[str, str]) -> None:
    """One unit has a name of its own, and what isn't known is neither right nor wrong."""
    out = rnncalc(f"{COMMAND} {answers} -f plain").out
    rows = [line.partition(" (yours") for line in out.splitlines() if " (yours" in line]
    assert dict(row[0].split(": ", 1) for row in rows) == words


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        ("--expect 's[3]=1'", "--expect s[3] can't be compared: s has 2 units"),
        ("--expect 'x[2]=1'", "--expect x[2] can't be compared: x has 1 unit"),
        ("--expect 's[0]=1'", "--expect s[0] names no unit: they count from 1, and s[2] is unit 2"),
        ("--expect 's[b]=1'", "--expect s[b] names no unit"),
        ("--expect 's[1]=[1, 2]'", "--expect s[1] is a vector of 2; it needs a number"),
        ("--expect 's[1]=1' --expect 's=[1, 2]'", "--expect s is given more than once for step 1"),
        ("--expect 's=[?, 1x]'", "--expect s has 'x' right behind a number"),
        ("--expect 's=?'", "--expect has no answer in it"),
        ("--expect =1", "--expect '=1' has no name: NAME=VALUE, such as --expect s=0.5"),
        ("--expect 's[1]=1' --require q", "--require 'q' is not known"),
        ("--expect 's[1]=1' --require s@2", "--require s@2 can't be compared: there is 1 step"),
        ("--expect 's[1]=1' --require ,", "--require is empty"),
        ("--require s", "--require says how to check an answer: it needs --expect"),
        ("--hint", "--hint says how to check an answer: it needs --expect"),
        ("--expect 's[1]=1' --hint --explain", "--explain shows how values come about: leave out"),
    ],
)
def test_what_cant_be_an_answer(rnncalc: Calculator, answers: str, message: str) -> None:
    """A unit, a step or a name that there isn't is an error that says what there is."""
    assert message in rnncalc.error(f"{COMMAND} {answers}")


@pytest.mark.parametrize(
    "text",
    [
        f"s = [{S[0]}, {S[1]}]\n",
        f"# mine\n\nt = 1\ns[1] = {S[0]}  # first\ns[2] = {S[1]}\n",
        f"s[2]@1={S[1]}\ns[1]=?\n",
        f"t,s[1],s[2]\n1,{S[0]},{S[1]}\n",
        f"s[1], s[2], candidate[1]\n{S[0]}, , 0.2449\n",
        f"s[2]\n{S[1]}\n",
        f'{{"s": [null, {S[1]}]}}',
        f'{{"s": [{S[0]}, {S[1]}], "candidate": null}}',
    ],
)
def test_answers_in_files_of_any_kind(rnncalc: Calculator, tmp_path: Path, text: str) -> None:
    """Lines, CSV and JSON are answers, from a file or from standard input."""
    (tmp_path / "mine.txt").write_text(text)
    assert rnncalc(f"{COMMAND} --expect @{tmp_path}/mine.txt").status == 0
    assert rnncalc(f"{COMMAND} --expect -", stdin=text).status == 0
    wrong = text.replace(S[1], "0.9").replace(S[0], "0.9")
    assert rnncalc(f"{COMMAND} --expect -", stdin=wrong).status == 1


# s = x under these weights, at each of two steps
STEPS = "simple --w-ss 0 --w-sx 1 --activation identity --xs '[0.5, 0.75]'"


@pytest.mark.parametrize(
    "text",
    [
        "t,s\n1,0.5\n2,0.75",
        "t,s\r\n1,0.5\r\n2,0.75\r\n",
        "t\ts\tpre.s\n1\t0.5\t\n2\t0.75\t0.75\n",
        "t s\n1 0.5\n2 0.75\n",
        '"","t","s"\n"1",1,"0.5"\n"2",2,"0.75"\n',  # with the numbers of rows, as R writes them
        ",t,s\n0,1,0.5\n1,2,0.75\n",  # as pandas does
        "t = 1\ns = 0.5\nt = 2\ns = 0.75\n",
    ],
)
@pytest.mark.parametrize("ending", ["csv", "tsv", "txt"])
def test_tables_of_answers(rnncalc: Calculator, tmp_path: Path, text: str, ending: str) -> None:
    """A table with names is answers, whole or in part, from whatever file, a pipe or typed."""
    (tmp_path / f"mine.{ending}").write_bytes(b"\xef\xbb\xbf" + text.encode())
    for given, stdin in ((f"@{tmp_path}/mine.{ending}", ""), ("-", text)):
        for name in ("", "s="):
            (told,) = rnncalc(f"{STEPS} --expect {name}{given} -f json", stdin=stdin).json
            assert told["right"]
            assert [a["yours"] for a in told["answers"] if a["name"] == "s"] == [0.5, 0.75]
    assert rnncalc(f"{STEPS} --expect '{text}'").status == 0
    assert rnncalc(f"{STEPS} --expect '{text.replace('0.5', '0.6')}'").status == 1


@pytest.mark.parametrize("text", ["s\n0.5\n0.75\n", "x,s\n0.5,0.5\n0.75,0.75", "0.5\n0.75\n"])
def test_rows_that_are_all_steps(rnncalc: Calculator, tmp_path: Path, text: str) -> None:
    """Of a quantity that is named a table without steps has all of them, a row each."""
    (file := tmp_path / "mine.csv").write_text(text)
    (told,) = rnncalc(f"{STEPS} --expect s=@{file} -f json").json
    assert [answer["yours"] for answer in told["answers"]] == [0.5, 0.75]
    file.write_text(text + "\n" + text.rstrip().splitlines()[-1])
    assert "needs a number, or a list of 2 of them" in rnncalc.error(f"{STEPS} --expect s=@{file}")


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("", "0.5\n0.75", "or CSV with names in its first row"),
        ("", ",s\n0,0.5\n1,0.75", "or, with a row for each step, --expect s=@FILE"),
        ("x=", "t,s\n1,0.5\n2,0.75", "has no x in it, but s"),
        ("s@2=", "t,s\n1,0.5\n2,0.75", "has names in it, and takes s@2 from there only with all"),
        ("s=", "t,s\n1,0.5\n1,0.75", "has s@1 more than once"),
    ],
)
def test_tables_that_dont_say_what_they_have(
    rnncalc: Calculator, tmp_path: Path, name: str, text: str, message: str
) -> None:
    """Where a table's numbers can't be told for what they are, what to write is."""
    (tmp_path / "mine.csv").write_text(text)
    assert message in rnncalc.error(f"{STEPS} --expect {name}@{tmp_path}/mine.csv")


@pytest.mark.parametrize("form", ["plain --digits 12", "csv", "json"])
def test_own_output_is_an_answer(rnncalc: Calculator, form: str) -> None:
    """What the program prints of several steps in a format is all right when it is given back."""
    command = "gru --all-weights 0.3 --h '[0.5, -1]' --xs '[[1, 2], [0.1, 0], [3, -3]]'"
    out = rnncalc(f"{command} -f {form}").out
    (told,) = rnncalc(f"{command} --expect - -f json", stdin=out).json
    assert told["right"]
    assert len(told["answers"]) == 3 * 9


def test_rows_with_nothing_known(rnncalc: Calculator) -> None:
    """A whole step may be unknown in a list of all steps."""
    command = "simple --w-ss 0 --w-sx '[[1], [1]]' --xs '[0.5, 1, 0]' --activation identity"
    assert rnncalc(f"{command} --expect 's=[[0.5, 0.5], [?, 1], [0, ?]]'").status == 0
    text = '{"t": 2, "s": null}\n{"t": 3, "s": [0, 0]}'
    (told,) = rnncalc(f"{command} --expect - -f json", stdin=text).json
    assert [answer["t"] for answer in told["answers"]] == [3]


def test_arrays_by_name(rnncalc: Calculator, tmp_path: Path) -> None:
    """An .npz has an answer under each name."""
    arrays: dict[str, Any] = {"s": np.array([0.5, 1.0]), "x@1": np.array(0.5)}
    np.savez(tmp_path / "mine.npz", **arrays)
    command = "simple --w-ss 0 --w-sx 1 --xs '[0.5, 1]' --activation identity"
    (told,) = rnncalc(f"{command} --expect @{tmp_path}/mine.npz -f json").json
    assert told["right"]
    assert len(told["answers"]) == 3


@pytest.mark.parametrize(
    ("required", "missing"),
    [
        ("s", []),
        ("s,candidate", ["candidate@2"]),
        ("s@1", ["s[2]@1"]),
        ("s[1]@1", []),
        ("s@all", ["s[2]@1"]),
        ("candidate@all, s", ["candidate@1", "candidate@2"]),
    ],
)
def test_what_must_be_there(rnncalc: Calculator, required: str, missing: list[str]) -> None:
    """What --require names must be answered: for the last step, for that one, for each."""
    command = "gated --set 'g=[1, 1]' --set 'candidate=[0.5, 0.2]' --s 0 --x 1 --x 2"
    answers = "--expect 's@1=[0.5, ?]' --expect 's=[0.5, 0.2]'"
    outcome = rnncalc(f"{command} {answers} --require '{required}' -f plain")
    told = [
        line.removesuffix(": missing") for line in outcome.out.splitlines() if "missing" in line
    ]
    assert told == missing
    assert outcome.status == bool(missing)
    (data,) = rnncalc(f"{command} {answers} --require '{required}' -f json").json
    assert sum(answer["verdict"] == "missing" for answer in data["answers"]) == len(missing)
    assert data["right"] == (not missing)


def test_nothing_at_all_is_missing(rnncalc: Calculator) -> None:
    """A sheet with nothing on it lacks all that is required, and is no error."""
    outcome = rnncalc(f"{COMMAND} --expect - --require s -f plain", stdin='{"s": null}')
    assert (outcome.status, outcome.out) == (1, "s: missing\n")
    head = rnncalc(f"{COMMAND} --expect - --require s", stdin='{"s": null}').out.splitlines()[0]
    assert head == "gated RNN, 1 step: 0 of 0 answers are right, 1 missing"
