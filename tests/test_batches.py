"""Batches: sequences that don't depend on each other, each as if it were alone."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.conftest import Calculator

XS = np.array([[[1, 2], [3, 4], [5, 6]], [[1, 0], [0, 1], [1, 1]]])
# s is x plus 10 times what it was, so that every number can be told by hand.
SUM = "simple --activation identity --w-ss 10 --w-sx 1"
LISTED = f"--xs '{json.dumps(XS.tolist())}'"
STATES = [[[1, 2], [13, 24], [135, 246]], [[1, 0], [10, 1], [101, 11]]]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty folder to be in, with the batch in files."""
    monkeypatch.chdir(tmp_path)
    np.save("xs.npy", XS)
    np.save("columns.npy", np.asfortranarray(XS.astype("f4")))
    Path("xs.json").write_text(json.dumps(XS.tolist()))
    return tmp_path


@pytest.mark.parametrize("source", [LISTED, "--xs @xs.npy", "--xs @xs.json", "--xs @columns.npy"])
def test_all_sequences(rnncalc: Calculator, here: Path, source: str) -> None:
    """Data for programs has all sequences, by number, and arrays have three dimensions."""
    steps = rnncalc(f"{SUM} {source} -f json").json
    assert [(s["sequence"], s["t"]) for s in steps] == [(k, t) for k in (1, 2) for t in (1, 2, 3)]
    assert [step["s"] for step in steps] == [*STATES[0], *STATES[1]]
    rows = rnncalc(f"{SUM} {source} -f csv --only s[2]").out.splitlines()
    assert rows == ["sequence,t,s[2]", "1,1,2", "1,2,24", "1,3,246", "2,1,0", "2,2,1", "2,3,11"]
    assert "sequence = 2\nt = 1\nx = [1, 0]\n" in rnncalc(f"{SUM} {source} -f plain").out
    rnncalc(f"{SUM} {source} --only s --save s.npy")
    assert np.load("s.npy").tolist() == STATES
    rnncalc(f"{SUM} {source} --only s,x[1] --save s.npz")
    with np.load("s.npz") as arrays:
        assert (arrays["s"].tolist(), arrays["x[1]"].tolist()) == (STATES, XS[:, :, 0].tolist())
    rnncalc(f"{SUM} {source} --only s[1]@2 --save at.npy")
    assert np.load("at.npy").tolist() == [13, 10]


def test_one_sequence(rnncalc: Calculator, here: Path) -> None:
    """--sequence gives what the sequence gives alone; a table shows the first, and says so."""
    table = rnncalc(f"{SUM} --xs @xs.npy")
    rows = [line.split() for line in table.out.splitlines()]
    assert [row[-1] for row in rows[-6:-4]] == ["135", "246"]
    assert "101" not in table.out
    assert "sequence 1 of 2; --sequence K shows another" in table.out
    assert "xs.npy is 2×3×2: 2 sequences of 3 steps of 2 elements" in table.out
    for form in ("json", "csv", "plain"):
        alone = rnncalc(f"{SUM} --xs '{XS[1].tolist()}' -f {form}").out
        assert rnncalc(f"{SUM} --xs @xs.npy --sequence 2 -f {form}").out == alone


def test_states_of_each(rnncalc: Calculator, here: Path) -> None:
    """Each sequence starts from the state for all, or from its own; the last ones go on."""
    given = f"{SUM} --xs @xs.npy --only s@1"
    assert rnncalc(f"{given} --s '[1, 2]'").out == "[11, 22]\n[11, 20]\n"
    assert rnncalc(f"{given} --s '[[1, 2], [3, 4]]'").out == "[11, 22]\n[31, 40]\n"
    assert rnncalc(f"{given} --s '[[1, 2], [3, 4]]' --sequence 2").out == "[31, 40]\n"
    np.save("layers.npy", np.array([[[1, 2], [3, 4]]]))  # as torch has it, a layer first
    assert rnncalc(f"{given} --s @layers.npy").out == "[11, 22]\n[31, 40]\n"
    np.save("layers.npy", np.ones((3, 2, 2)))
    told = "--s (@layers.npy) is 3×2×2: it needs a vector for all sequences, or a row for each"
    assert told in rnncalc.error(f"{given} --s @layers.npy")
    for ending in ("json", "npz"):
        first = rnncalc(f"{SUM} --xs @xs.npy --only s --save-state last.{ending}")
        assert first.out.splitlines()[2::3] == ["[135, 246]", "[101, 11]"]
        assert rnncalc(f"{given} --weights last.{ending}").out == "[1351, 2462]\n[1011, 110]\n"
    assert rnncalc(f"{SUM} --xs @xs.npy --save-state all.json").status == 0
    assert json.loads(Path("all.json").read_text()) == {"s": [[135, 246], [101, 11]]}


def test_backwards(rnncalc: Calculator, here: Path) -> None:
    """Every sequence of a batch runs backwards by itself."""
    out = rnncalc(f"{SUM} --xs @xs.npy --reverse --only s").out
    assert out == "[531, 642]\n[53, 64]\n[5, 6]\n[101, 110]\n[10, 11]\n[1, 1]\n"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("--xs @xs.npy --sequence 3", "--sequence 3: there are 2 sequences"),
        ("--xs '[1, 2]' --sequence 1", "--xs needs three dimensions"),
        ("--xs @xs.npy --explain", "--explain takes one sequence of the 2 in xs.npy"),
        ("--xs @xs.npy --lint", "--lint takes one sequence of the 2 in xs.npy"),
        ("--xs '[[[1, 2]], [[1]]]'", "sequence 2 is 1×1, but sequence 1 is 1×2"),
        ("--xs '[[[1, 2]], [1]]'", "sequence 2 is a vector of 1"),
        (
            "--xs @xs.npy --s '[[1, 2], [3, 4], [5, 6]]'",
            "a row for each of the 2 in xs.npy; with steps first (torch without batch_first)"
            " save xs.transpose(1, 0, 2)",
        ),
        (
            "--xs @xs.npy --w-sx '[[1, 2, 3]]'",
            "--w-sx needs 3 elements: save xs.transpose(0, 2, 1)",
        ),
        ("--xs @xs.npy --step 4", "--step 4: there are 3 steps"),
        ("--xs @four.npy", "can't use 'four.npy': it needs one row a step"),
    ],
)
def test_what_does_not_fit(rnncalc: Calculator, here: Path, words: str, told: str) -> None:
    """What doesn't fit is refused, with what to type."""
    np.save("four.npy", np.ones((2, 2, 2, 2)))
    given = SUM.partition(" --w-sx")[0] if "--w-sx" in words else SUM
    assert told in rnncalc.error(f"{given} {words}")


H = np.array(STATES, dtype=float)


def _answers(change: Callable[[Any], Any]) -> str:
    """Save answers to the whole batch, changed somehow; return the words that have them checked."""
    np.save("h.npy", change(H.copy()))
    return f"{SUM} --xs @xs.npy --expect s=@h.npy"


def _off(h: Any) -> Any:
    h[1, 1, 0] += 0.5
    return h


def _near(h: Any) -> Any:
    h[1, 2, 1] += 2**-48  # two units in the last place of 11
    return h


def _off_and_near(h: Any) -> Any:
    h[1, 2, 1] += 2**-20  # the last place of 11 in 32 bits
    return _off(h).astype("f4")


@pytest.mark.parametrize(
    ("change", "status", "told"),
    [
        (lambda h: h, 0, "equal to the last bit\n"),
        (lambda h: h.astype("f4"), 0, "equal to the last bit\n"),
        (
            _near,
            0,
            "equal as far as 64-bit floats go: largest difference 3.6e-15 at sequence 2, step 3,"
            " unit 2\n",
        ),
        (_off_and_near, 1, "\nwhat is right is equal as far as 32-bit floats go: largest"),
        (
            _off,
            1,
            "1 of 2 are right, and the first that isn't is sequence 2\n",
        ),
        (
            _off,
            1,
            "not equal as far as 64-bit floats go: largest difference 5.0e-01 at sequence 2, step"
            " 2, unit 1; the first beyond that is sequence 2, step 2, unit 1\n",
        ),
    ],
)
def test_answers_to_all_sequences(
    rnncalc: Calculator, here: Path, change: Callable[[Any], Any], status: int, told: str
) -> None:
    """An array of three dimensions is compared with all sequences, and a line says how it is."""
    command = _answers(change)
    for form in ("table", "plain"):
        outcome = rnncalc(f"{command} -f {form}")
        assert (outcome.status, told in outcome.out) == (status, True), outcome
    data = rnncalc(f"{command} -f json")
    assert [(line["sequence"], line["right"]) for line in data.json] == [(1, True), (2, not status)]
    assert data.status == status


def test_the_mistake_is_named(rnncalc: Calculator, here: Path) -> None:
    """The slip that explains all sequences stands in the closing line, also of a single one."""
    np.save("x.npy", XS[0])
    given = "gated --w-gs 0.3 --w-gx 0.5 --w-ss -0.4 --w-sx 0.7"
    for source in ("xs", "x"):
        rnncalc(f"{given} --update old --xs @{source}.npy --only s --save s.npy --force")
        outcome = rnncalc(f"{given} --xs @{source}.npy --expect s=@s.npy")
        (line,) = (line for line in outcome.out.splitlines() if line.startswith("not equal"))
        assert "consistent with: " in line


def test_the_mistake_that_all_sequences_show(rnncalc: Calculator, here: Path) -> None:
    """Where one sequence leaves open which slip it is, the others tell."""
    np.save("xs.npy", np.array([[[0.5]], [[1.0]]]))
    np.save("s.npy", np.tanh([[[0.25]], [[0.25]]]))  # without the input: 0.5 * 0.5
    given = "simple --w-ss 0.5 --w-sx 0.5 --s 0.5 --xs @xs.npy --expect s=@s.npy"
    outcome = rnncalc(given)
    assert outcome.out.endswith("consistent with: input left out in s [input-left-out]\n")


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        ("s=@T.npy", "with steps first save H.transpose(1, 0, 2)"),
        ("s=@one.npy", "one for each of the 2 sequences"),
        ("s=1", "--sequence K says for which"),
        ("s=@deep.npy", "is 1×2×3×2: it needs one for each of the 2 sequences"),
    ],
)
def test_answers_that_do_not_fit(rnncalc: Calculator, here: Path, answers: str, told: str) -> None:
    """Answers in another order, or to one sequence, are refused with what to type."""
    np.save("T.npy", H.transpose(1, 0, 2))
    np.save("one.npy", H[0, :1])
    np.save("deep.npy", H[None])
    assert told in rnncalc.error(f"{SUM} --xs @xs.npy --expect {answers}")
    np.save("h.npy", H)
    assert rnncalc(f"{SUM} --xs @xs.npy --sequence 2 --expect s=@h.npy").status == 0
    assert "is for a batch" in rnncalc.error(f"{SUM} --xs '[[1, 2]]' --expect s=@h.npy")


def test_a_framework_s_last_state(rnncalc: Calculator, here: Path) -> None:
    """The state that torch returns beside its outputs, a layer first, is the one of the end."""
    np.save("x.npy", XS[0])
    for xs, last in (("x", H[:1, -1]), ("x", H[:1, -1:]), ("x", H[0, -1, :, None]),
                     ("xs", H[:, -1]), ("xs", H[:, -1:])):  # fmt: skip
        np.save("last.npy", last)
        assert rnncalc(f"{SUM} --xs @{xs}.npy --expect s=@last.npy").status == 0, last.shape
    np.save("last.npy", H[:, -1:] + 1)
    assert rnncalc(f"{SUM} --xs @xs.npy --expect s=@last.npy").status == 1


def test_within_a_tolerance(rnncalc: Calculator, here: Path) -> None:
    """What a tolerance makes right is not called equal as far as floats go."""
    out = rnncalc(f"{_answers(_off)} --tolerance 1").out
    assert "equal within the tolerance: largest difference 5.0e-01 at sequence 2, step 2" in out


def test_not_finite(rnncalc: Calculator, here: Path) -> None:
    """The sequences before one that can't be used are there, and it is named."""
    np.save("bad.npy", np.where(XS == 0, np.nan, XS))
    outcome = rnncalc(f"{SUM} --xs @bad.npy --only s")
    assert (outcome.status, len(outcome.out.splitlines())) == (2, 3)
    assert "sequence 2 of bad.npy has a number that isn't finite" in outcome.err
