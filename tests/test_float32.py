"""Answers of 32-bit programs: right ones are right, whatever rounding left, and wrong ones aren't.

The programs are loops in NumPy's float32, written here from the equations of the lecture and of
PyTorch's documentation.
"""

from __future__ import annotations

import gc
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rnncalc import CELLS, Problem, build
from rnncalc.check.answers import Answer
from rnncalc.check.grade import judged
from rnncalc.typed import Typed, are_singles
from tests.conftest import Calculator

SINGLE = np.float32


def _sigmoid(z: Any) -> Any:
    return SINGLE(1) / (SINGLE(1) + np.exp(-z))


def _lstm(w: dict[str, Any], x: Any, h: Any, c: Any) -> tuple[Any, Any]:
    z = {g: w[f"w_{g}h"] @ h + w[f"w_{g}x"] @ x + w[f"b_{g}"] for g in "fioc"}
    c = _sigmoid(z["f"]) * c + _sigmoid(z["i"]) * np.tanh(z["c"])
    return _sigmoid(z["o"]) * np.tanh(c), c


def _gru(w: dict[str, Any], x: Any, h: Any, c: Any) -> tuple[Any, Any]:
    r, z = (_sigmoid(w[f"w_{g}h"] @ h + w[f"w_{g}x"] @ x + w[f"b_{g}"]) for g in "rz")
    n = np.tanh(w["w_hx"] @ x + w["b_h"] + w["w_hh"] @ (r * h))
    return (SINGLE(1) - z) * n + z * h, c


def _simple(w: dict[str, Any], x: Any, h: Any, c: Any) -> tuple[Any, Any]:
    return np.tanh(w["w_ss"] @ h + w["w_sx"] @ x + w["b_s"]), c


STEPS = {"lstm": _lstm, "gru": _gru, "simple": _simple}


def _made(name: str, n: int, steps: int, scale: float, seed: int) -> tuple[Problem, Any, Any, Any]:
    """Return a problem, its weights, its inputs and what a loop in float32 makes of them."""
    source = np.random.default_rng([seed, n, steps])
    cell = CELLS[name].having([e for e in CELLS[name].equations if not e.optional])
    size = {"weight": (n, n), "bias": (n,)}
    given = {
        key: source.normal(size=size[p.kind], scale=scale).astype(SINGLE)
        for key, p in cell.parameters.items()
        if p.kind in size
    }
    xs = source.normal(size=(steps, n)).astype(SINGLE)
    states = {state: np.zeros(n) for state in cell.states}
    problem = build(cell, {**given, **states}, list(xs))
    return problem._replace(batches=list(problem.batches)), given, xs, _looped(name, given, xs)


def _looped(name: str, given: dict[str, Any], xs: Any) -> Any:
    h = c = np.zeros(xs.shape[1], SINGLE)
    rows = []
    for x in xs:
        h, c = STEPS[name](given, x, h, c)
        assert h.dtype == SINGLE
        rows.append(h)
    return np.array(rows)


def _words(problem: Problem, rows: Any, *, last: bool) -> list[str]:
    """Return the verdicts on the last state or on those of all steps."""
    state = problem.cell.states[0]
    answers = [
        Answer(t, state, [Typed.exactly(float(v), str(v)) for v in row], bits=32)
        for t, row in enumerate(rows, 1)
        if not last or t == len(rows)
    ]
    return [verdict.word for verdict in judged(problem, answers)[0]]


@pytest.mark.parametrize("name", STEPS)
@pytest.mark.parametrize(
    ("n", "steps", "scale"),
    [(1, 1, 1.0), (1, 100, 1.0), (3, 20, 0.7), (16, 30, 0.2), (64, 5, 0.1), (64, 40, 0.05)],
)
def test_what_float32_gives_is_right_and_no_mistake_is(
    name: str, n: int, steps: int, scale: float
) -> None:
    """A loop in float32 is right at each step and at the last; with a mistake in it, it isn't."""
    for seed in range(2 if n * steps < 100 else 1):
        problem, given, xs, rows = _made(name, n, steps, scale, seed)
        for last in (False, True):
            assert set(_words(problem, rows, last=last)) == {"right"}, seed
            off = rows.copy()
            off[-1, n // 2] += SINGLE(1e-3)
            assert "wrong" in _words(problem, off, last=last)
            key = [key for key in given if key.startswith("b_")][-1]
            unbiased = _looped(name, {**given, key: 0 * given[key]}, xs)
            assert "right" not in _words(problem, unbiased, last=last)[-1:]


def test_a_chaotic_sequence_is_right_step_by_step() -> None:
    """Where rounding grows until nothing is left, each step is put to the one before it."""
    problem, _, _, rows = _made("simple", 32, 160, 1.0, 7)
    state = problem.cell.states[0]
    answers = [
        Answer(t, state, [Typed.exactly(float(v), str(v)) for v in row], bits=32)
        for t, row in enumerate(rows, 1)
    ]
    verdicts, floats = judged(problem, answers)
    assert max(verdict.largest[0] for verdict in verdicts) > 0.1  # from exact numbers
    assert {verdict.word for verdict in verdicts} == {"right"}
    assert floats
    assert floats.amplified
    # Of the last alone nothing can be told: neither that it is right nor that it isn't.
    assert _words(problem, rows, last=True) == ["open"]
    rows[40, 3] += SINGLE(1e-3)
    words = _words(problem, rows, last=False)
    assert words[40] == "wrong"
    assert set(words[:40]) == {"right"}


def _files(folder: Path) -> tuple[str, dict[str, Any], Any]:
    """Return a command with its weights and inputs in files, and what float32 makes of them."""
    _, given, xs, rows = _made("lstm", 4, 16, 0.5, 3)
    np.savez(folder / "w.npz", **given)
    np.save(folder / "x.npy", xs)
    return f"lstm --weights {folder}/w.npz --xs @{folder}/x.npy --expect", given, rows


def test_every_kind_of_file_says_so(rnncalc: Calculator, tmp_path: Path) -> None:
    """From .npy, .npz and text: right, with the largest difference and where that is."""
    command, _, rows = _files(tmp_path)
    np.save(tmp_path / "h.npy", rows)
    np.save(tmp_path / "torch.npy", rows[:, None])  # a batch of one sequence
    np.savez(tmp_path / "h.npz", h=rows)
    printed = [", ".join(map(str, row)) for row in rows]
    lines = [f'{{"t": {t}, "h": [{row}]}}' for t, row in enumerate(printed, 1)]
    (tmp_path / "h.json").write_text("\n".join(lines))
    exact = [step["h"] for step in rnncalc(command.replace("--expect", "-f json")).json]
    gaps = np.abs(rows - np.array(exact))
    t, unit = np.unravel_index(gaps.argmax(), gaps.shape)
    for answer in ("h=@{}/h.npy", "h=@{}/torch.npy", "@{}/h.npz", "@{}/h.json"):
        outcome = rnncalc(f"{command} {answer.format(tmp_path)} -f plain")
        assert outcome.status == 0
        told = outcome.out.splitlines()[-1]
        assert told.startswith("equal as far as 32-bit floats go: largest difference ")
        assert (
            told.endswith(f"{gaps.max():.1e} at step {t + 1}, unit {unit + 1}") or ".json" in answer
        )
    hidden = rnncalc(f"{command} h=@{tmp_path}/h.npy --no-reveal -f plain").out
    assert hidden.endswith("equal as far as 32-bit floats go\n")


def test_digits_that_tell_nothing_are_pointed_out(rnncalc: Calculator, tmp_path: Path) -> None:
    """What 32 bits print in seven digits may be wrong to those: it is said how to find out."""
    command, _, rows = _files(tmp_path)
    told = "all of it is right as far as 32-bit floats go: if a program computed it in those, print"
    for moved, is_told in ((0, True), (1e-4, False)):
        np.savetxt(tmp_path / "h.csv", rows + SINGLE(moved), fmt="%.7g", delimiter=",")
        outcome = rnncalc(f"{command} h=@{tmp_path}/h.csv --no-reveal -f plain")
        assert (outcome.status, told in outcome.out) == (1, is_told)
    assert rnncalc(f"{command} h=@{tmp_path}/h.csv --tolerance 0.001 -f plain").status == 0


def test_mistakes_in_files_are_named(rnncalc: Calculator, tmp_path: Path) -> None:
    """Two blocks of weights that are swapped are told as such, and as one mistake."""
    command, given, _ = _files(tmp_path)
    swapped = dict(given)
    for kind in ("w_{}h", "w_{}x", "b_{}"):
        f, i = kind.format("f"), kind.format("i")
        swapped[f], swapped[i] = given[i], given[f]
    np.save(tmp_path / "h.npy", _looped("lstm", swapped, np.load(tmp_path / "x.npy")))
    out = rnncalc(f"{command} h=@{tmp_path}/h.npy -f plain").out
    assert out.count("f and i swapped [gates-swapped] (") == 1
    assert "16 answers are not right: the first is h@1" in out
    assert "Shorten" not in out


def test_shortened_weights_are_an_excuse(rnncalc: Calculator, tmp_path: Path) -> None:
    """With four decimals of its weights a program's answers are right, and that is said."""
    command, given, rows = _files(tmp_path)
    np.save(tmp_path / "h.npy", rows)
    short = {key: np.round(value.astype(float), 4) for key, value in given.items()}
    np.savez(tmp_path / "w.npz", **short)
    outcome = rnncalc(f"{command} h=@{tmp_path}/h.npy -f plain")
    assert outcome.status == 0
    assert "equal as far as your weights go, which have 4 decimals: largest " in outcome.out
    rows[7, 2] += SINGLE(0.01)
    np.save(tmp_path / "h.npy", rows)
    outcome = rnncalc(f"{command} h=@{tmp_path}/h.npy -f plain")
    assert outcome.status == 1
    assert outcome.out.startswith("h@8: wrong in unit 3: look here first")


def test_what_looks_like_32_bits() -> None:
    """Four numbers at least, as NumPy prints 32 bits, one of them with eight digits."""
    values = np.random.default_rng(1).normal(size=2000).astype(SINGLE)
    assert _look_single(str(value) for value in values)
    assert _look_single(repr(float(value)) for value in values)  # as .tolist() has them
    assert not _look_single(["0.12345679", "0.5", "0.25"])
    assert _look_single(["0.12345679", "0.5", "0.25", "1"])
    assert not _look_single(["0.1234568", "0.5", "0.25", "1"])
    assert not _look_single(repr(value) for value in np.random.default_rng(1).normal(size=4))
    assert not _look_single(["0.12345679", "0.5", "0.25", "1/3"])


@pytest.mark.parametrize("form", ["%.9g", "%.8g", "%.8e", "%.9f", "%.12g"])
def test_any_number_of_digits_tells_32_bits_from_64(form: str) -> None:
    """C prints floats in as many digits as its programmer says, more than tell them apart or less.

    What has 64 bits is, in as many digits, hardly ever what 32 bits would be.
    """
    values = np.tanh(np.random.default_rng(2).normal(size=40))
    assert _look_single(form % value for value in values.astype(SINGLE))
    assert not _look_single(form % value for value in values)


def _look_single(texts: Iterable[str]) -> bool:
    return are_singles(map(Typed, texts))


def test_steps_behind_a_verdict_are_let_go_at_once() -> None:
    """What goes through steps, which may be large, waits for no collector."""
    problem = build(CELLS["simple"], {"w_ss": 0.5, "w_sx": 0.25, "s": 0.0}, [[1.0, 2.0]] * 3)
    answer = Answer(2, "s", [Typed.exactly(0.75)] * 2, bits=32)
    gc.collect()
    gc.disable()
    try:
        ((verdict,), _) = judged(problem.gathered(3), [answer])
        left = [it for it in gc.get_objects() if type(it).__name__ == "_Trial"]
    finally:
        gc.enable()
    assert (verdict.word, left) == ("wrong", [])
