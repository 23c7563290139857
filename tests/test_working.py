"""Worked solutions: every line put into numbers comes to the value it shows, in every style."""

from __future__ import annotations

import json
import math
import os
import random
import re
from pathlib import Path

import pytest

from tests import oracle
from tests.conftest import CORES as CELLS
from tests.conftest import Calculator

EXERCISE = "lstm --all-weights 1 --x 5 --round --explain"


def test_exercise(rnncalc: Calculator) -> None:
    """The lecture's exercise is worked as on the page: formula, numbers, pre-activation, result."""
    lines = rnncalc(f"{EXERCISE} -f plain").out.splitlines()
    assert lines == [
        "t = 1",
        "f = σ(W^{f,h} h_prev + W^{f,x} x + b_f) = σ(1·1 + 1·5) = σ(6) = 0.9975 → 1",
        "i = σ(W^{i,h} h_prev + W^{i,x} x + b_i) = σ(1·1 + 1·5) = σ(6) = 0.9975 → 1",
        "o = σ(W^{o,h} h_prev + W^{o,x} x + b_o) = σ(1·1 + 1·5) = σ(6) = 0.9975 → 1",
        "candidate = tanh(W^{c,h} h_prev + W^{c,x} x + b_c)"
        " = tanh(1·1 + 1·5) = tanh(6) = 1.0000 → 1",
        "c = f ⊙ c_prev + i ⊙ candidate = 1·1 + 1·1 = 2",
        "tanh_c = tanh(c) = tanh(2) = 0.9640 → 1",
        "h = o ⊙ tanh_c = 1·1 = 1",
    ]
    table = rnncalc(EXERCISE).out
    assert table.index("hidden state") < table.index("f         = σ(") < table.index("0 by default")


def test_units_are_written_out(rnncalc: Calculator) -> None:
    """Small vectors are worked unit by unit, rows times the vector, minus signs in brackets."""
    out = rnncalc(
        "gated --w-gs '[[0.1, 0.2], [0.3, -0.4]]' --w-gx 1/3 --w-ss 0.5 --w-sx '[1, 2]'"
        " --b-g '[0.5, -1]' --s '[0.3, -0.8]' --x '[1, 2]' --explain -f plain"
    ).out
    assert "  g[2] = σ(0.3·0.3 + (-0.4)·(-0.8) + 0.3333·2 + (-1)) ≈ σ(0.0767) = 0.5192\n" in out
    assert "  candidate[1] = tanh(0.5·0.3 + 1·1) = tanh(1.15) = 0.8178\n" in out
    assert "  s[1] = (1 - 0.6689)·0.3 + 0.6689·0.8178 " in out


def test_biases_that_nobody_gave_are_left_out(rnncalc: Calculator) -> None:
    """A bias stands in the numbers if it was given, also as 0."""
    given = "simple --w-ss 1 --w-sx 1 --s 1 --x 1 --explain -f plain"
    assert "= tanh(1·1 + 1·1) =" in rnncalc(given).out
    assert "= tanh(1·1 + 1·1 + 0) =" in rnncalc(f"{given} --b-s 0").out


def test_held_and_large(rnncalc: Calculator) -> None:
    """Held quantities say so; long vectors go by symbol with their sizes."""
    held = rnncalc("gated --all-weights 1 --x 1 --set g=0 --explain -f plain").out
    assert "g = 0  (held with --set)\n" in held
    vector = json.dumps([0.5] * 6)
    large = rnncalc(f"simple --all-weights 0.1 --x '{vector}' --explain -f plain").out
    assert "tanh([0.06, 0.06, 0.06, 0.06, 0.06, 0.06])" in large
    assert "(W^{s,s} a number, s_prev 6, W^{s,x} a number, x 6, b_s 6)" in large


def test_long_vectors_have_their_first_and_last_unit_worked(rnncalc: Calculator) -> None:
    """Beyond four units two of them have numbers put in, of long sums the ends."""
    rows = json.dumps([[k, 1, 1, 1, 1, 2 * k] for k in range(1, 6)])
    command = f"simple --w-ss 0.5 --w-sx '{rows}' --b-s 3 --s 2 --x '[1, 0, 0, 0, 0, 1]' --explain"
    out = rnncalc(f"{command} -f plain").out
    assert "  s[1] = tanh(0.5·2 + 1·1 + … + 2·1 + 3) = tanh(7) = 1.0000\n" in out
    assert "  s[5] = tanh(0.5·2 + 5·1 + … + 10·1 + 3) = tanh(19) = 1\n" in out
    assert "  s[2]" not in out
    assert r"+ \dots +" in rnncalc(f"{command} -f latex").out


def test_signs_stand_below_each_other(rnncalc: Calculator) -> None:
    """On the screen the first signs of all lines are in one column, and symbols have colours."""
    out = rnncalc("gated --all-weights 1 --x '[1, 2]' --explain", FORCE_COLOR="1").out
    lines = re.sub(r"\x1b\[[\d;]*m", "", out).partition("\n\n")[2].partition("\n\n")[0].splitlines()
    assert len(lines) == 9
    assert len({re.search("[=≈]", line).start() for line in lines}) == 1  # type: ignore[union-attr]
    assert re.search(r"\n\x1b\[38;5;\d+mg\x1b\[0m +=", out)


def _evaluated(text: str) -> float:
    """Evaluate a line of numbers as Python would, with nothing of the package."""
    names = {"σ": oracle.sigmoid, "tanh": math.tanh, "__builtins__": {}}
    return float(eval(text.replace("·", "*"), names))


@pytest.mark.parametrize("name", CELLS)
@pytest.mark.parametrize("seed", range(20))
def test_the_numbers_come_to_the_values(rnncalc: Calculator, name: str, seed: int) -> None:
    """Each stage, evaluated elsewhere from the digits shown, gives the next where it says "="."""
    n, m = (seed % 4 + 1, seed // 4 % 4 + 1)
    parameters, xs = oracle.random_problem(name, n, m, 1, random.Random(seed))
    options = " ".join(f"--{k.replace('_', '-')} '{json.dumps(v)}'" for k, v in parameters.items())
    digits = 6
    out = rnncalc(
        f"{name} {options} --x '{json.dumps(xs[0])}' --explain -f plain --digits {digits}"
    ).out
    out = re.sub(r"\n +(?=[=≈])", " ", out)  # long lines are broken at their signs
    (expected,) = oracle.run(name, parameters, xs)
    seen = 0
    for quantity, unit, line in re.findall(r"^  (\w+)\[(\d+)\](.*)$", out, re.M):
        pieces = re.split(r" ([=≈]) ", line)[1:]
        texts = pieces[1::2]
        stages = [_evaluated(text) for text in texts]
        for k, sign in enumerate(pieces[2::2]):
            before, after = stages[k], stages[k + 1]
            if sign == "=" and "(" in texts[k + 1]:  # σ(numbers) = σ(z): the arguments are equal
                before, after = (_evaluated(t[t.index("(") :]) for t in texts[k : k + 2])
            same = round(before, digits) == round(after, digits)
            assert same or (sign == "≈" and before == pytest.approx(after, abs=1e-4))
        assert stages[-1] == pytest.approx(expected[quantity][int(unit) - 1], abs=1e-6)
        seen += 1
    assert seen == n * len(CELLS[name].equations)


def test_markdown(rnncalc: Calculator) -> None:
    """Markdown has a table that GitHub draws, and the working as maths, a section a step."""
    out = rnncalc("gated --all-weights 1 --s 0 --x 1 --x -2 --explain -f markdown").out
    assert out.startswith("## Gated RNN, step 1\n\n| symbol | what it is |")
    assert "| $`g_t`$ | update gate | 1 | 0.7311 | gate |\n" in out
    assert r"g_t &= \sigma(W^{g,s} \, s_{t-1} + W^{g,x} \, x_t + b_g) \\" in out
    assert r"&= \sigma(1 \cdot 0 + 1 \cdot 1) = \sigma(1) = 0.7311 \\" in out
    assert r"s_t &= (1 - g_t) \odot s_{t-1} + g_t \odot \tilde{s}_t \\" in out
    assert out.count("```math\n") == 2
    rows = [line for line in out.splitlines() if line.startswith("|")]
    assert {row.count("|") for row in rows} == {6}
    sequence = rnncalc("gated --all-weights 1 --x 1 --x -2 -f markdown").out
    assert r"| $`t`$ | $`x_t`$ | $`g_t`$ | $`\tilde{s}_t`$ | $`s_t`$ |" in sequence


def test_latex(rnncalc: Calculator) -> None:
    """LaTeX has a table and a derivation in the lecture's notation."""
    out = rnncalc("lstm --all-weights 1 --x 1e-9 --h -1 --explain -f latex").out
    assert r"$\tanh(c_t)$ & \raggedright tanh of memory cell" in out
    assert r"c\_prev" not in out
    assert r"1 \times 10^{-9}" in out
    assert r"\sigma(1 \cdot (-1) + 1 \cdot 1 \times 10^{-9})" in out
    assert out.count(r"\begin{align*}") == out.count(r"\end{align*}") == 1
    assert "(from -{}-all-weights)" in out


def test_latex_sizes_are_maths(rnncalc: Calculator) -> None:
    """Sizes of long vectors stand as maths, not as text that LaTeX can't set."""
    vector = json.dumps([0.5] * 6)
    out = rnncalc(f"simple --all-weights 0.1 --x '{vector}' --explain -f latex").out
    assert r"&\quad (W^{s,s}: \text{a number}, s_{t-1}: 6, W^{s,x}: \text{a number}, x_t: 6" in out
    assert not re.search(r"\\text\{[^}]*[\^_]", out)


@pytest.mark.parametrize(
    ("given", "line"),
    [
        ("--w-ss 1 --w-sx 1 --b-s=-0.3 --s 0.1 --x 0.2 --round", "(1·0.1 + 1·0.2 + (-0.3)) = "),
        ("--w-ss 0 --w-sx 0.0001 --s 0 --x 0.7807", "tanh(0·0 + 0.0001·0.7807) = tanh(7.807e-05)"),
        ("--w-ss 0 --w-sx 1/3 --s 0 --x 2", "tanh(0·0 + 0.3333·2) ≈ tanh(0.6667)"),
    ],
)
def test_signs(rnncalc: Calculator, given: str, line: str) -> None:
    """The sign is = where the digits shown give those behind it, floating point or not."""
    assert line in rnncalc(f"simple {given} --explain -f plain").out


def test_long_vectors_in_latex(rnncalc: Calculator) -> None:
    """What is left out of a long vector is set as LaTeX sets it."""
    vector = json.dumps([0.5] * 9)
    given = f"simple --all-weights 1e-9 --x '{vector}' --round --explain"
    out = rnncalc(f"{given} -f latex").out.partition("%")[0]
    assert out.isascii()
    assert r"\dots" in out
    assert r"\to [1" in out
    assert r"1 \times 10^{-9}" in out
    assert "times" not in rnncalc(f"{given} -f plain").out


def test_pictures_have_endings(rnncalc: Calculator, tmp_path: Path) -> None:
    """--save takes what it can make, and says what that is."""
    assert ".svg, .html or .txt" in rnncalc.error(f"{EXERCISE} --save {tmp_path / 'a.png'}")
    assert "leave out --format json" in rnncalc.error(
        f"lstm --all-weights 1 --x 1 -f json --save {tmp_path / 'a.svg'}"
    )
    assert "--force" in rnncalc.error("lstm --all-weights 1 --x 1 --force")
    assert "--save needs the name" in rnncalc.error("lstm --all-weights 1 --x 1 --save=")
    os.mkfifo(tmp_path / "a.npy")
    message = rnncalc.error(f"lstm --all-weights 1 --x 1 --only h --force --save {tmp_path}/a.npy")
    assert "an array needs a file" in message
    assert "leave out --format json (table, plain" in rnncalc.error(
        "lstm --all-weights 1 --x 1 --explain -f json"
    )


def test_equations_alone(rnncalc: Calculator) -> None:
    """--equations needs no values, in every format that has a form for equations."""
    assert rnncalc("gated --equations").out.splitlines()[2] == (
        "s = (1 - g) ⊙ s_prev + g ⊙ candidate"
    )
    assert rnncalc("simple --equations --activation relu").out.startswith("s = relu(")
    (by_name,) = rnncalc("lstm --equations -f json").json
    assert by_name["c"] == "f * c_prev + i * candidate"
    assert r"h_t &= o_t \odot \tanh(c_t)" in rnncalc("lstm --equations -f latex").out
    assert rnncalc("lstm --equations -f markdown").out.startswith("```math\n")
    assert "csv" in rnncalc.error("lstm --equations -f csv")
    assert "needs no values" in rnncalc.error("lstm --equations --x 1")


def test_ascii(rnncalc: Calculator) -> None:
    """The working has an ASCII form."""
    out = rnncalc(f"{EXERCISE} -f plain", LANG="C").out
    assert "f = sigmoid(W^{f,h} h_prev + W^{f,x} x + b_f) = sigmoid(1*1 + 1*5)" in out
    assert out.isascii()
