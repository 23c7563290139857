"""The chain rule written out: every line of it is right, and reads like a worked solution."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rnncalc import Cell, build, cell
from rnncalc.cells.expressions import Call, Expression, Number, Symbol, rewrite
from rnncalc.cells.functions import FUNCTIONS
from rnncalc.errors import Faults
from rnncalc.problem.problem import Given
from rnncalc.trace.arithmetic import value
from rnncalc.trace.derivatives.chain import known, links
from rnncalc.trace.derivatives.story import Derived
from rnncalc.trace.gradients.gradients import Gradients
from rnncalc.trace.gradients.objective import read_objective
from rnncalc.trace.trace import rows
from tests import oracle
from tests.conftest import Calculator
from tests.test_variants import varied

ODD = """
u = tanh(W.uh @ h_prev - W.ux @ x + k * h_prev / (2 + v_prev * v_prev))
v = -u * softplus(h_prev) + v_prev / 2
h = exp(-u) - relu(v) * (1 - sigmoid(W.hv @ (v - u))) + hard_sigmoid(h_prev)
"""


def derived(cell: Cell, parameters: Any, xs: Any, *targets: tuple[str, str]) -> Derived:
    """Return the gradients of a problem of plain numbers."""
    problem, faults = build(cell, parameters, xs).gathered(9), Faults()
    wanted = [(name, Given(name, target)) for name, target in targets]
    objective = read_objective(problem, None, wanted, faults)
    faults.settle()
    return Derived(problem, Gradients(problem, objective, rows), rows)


def every_link_is_right(derived: Derived) -> int:
    """Compare each formula, worked out, with what it is said to be; return how many there are."""
    worth, count = known(derived), 0

    def number(node: Expression) -> Expression:
        if isinstance(node, Symbol):
            return Number(float(worth[node.name]))
        if isinstance(node, Call) and node.function.endswith("'"):
            slope = FUNCTIONS[node.function[:-1]].slope(value(node.argument, {}))
            return Number(float(slope))
        return node

    for _, found in links(derived):
        for name, expression in found:
            got = float(value(rewrite(expression, number), {}))
            assert got == pytest.approx(worth[name], rel=1e-11, abs=1e-15), name
            count += 1
    return count


@pytest.mark.parametrize("name", oracle.VARIANTS)
def test_links_of_every_cell(name: str) -> None:
    """Of every cell, each line of the chain rule comes to the derivative that it is for."""
    parameters, xs = oracle.random_problem(name, 1, 1, 3, random.Random(7))
    flat = {key: float(np.ravel(value)[0]) for key, value in parameters.items()}
    found = derived(varied(name), flat, [x[0] for x in xs])
    assert every_link_is_right(found) > 8
    state = found.problem.cell.states[0]
    targets = ((state, "-0.5"), (f"{state}@2", "0"), (f"{state}@1", "2"))
    every_link_is_right(derived(varied(name), flat, [x[0] for x in xs], *targets))


def test_links_of_an_odd_cell() -> None:
    """So it does where there are quotients, signs, nested functions and a constant."""
    parameters = {"w_uh": 0.4, "w_ux": -0.7, "w_hv": 1.3, "k": 0.9, "h": 0.2, "v": -0.6}
    assert every_link_is_right(derived(cell(ODD), parameters, [0.5, -1.0, 0.3])) > 20


def test_working(rnncalc: Calculator) -> None:
    """A link is a line: formula, numbers, result."""
    command = "simple --w-ss 0.5 --w-sx 1 --s 0.1 --x 1 --x 2 --gradients --explain -f plain"
    lines = rnncalc(command).out.splitlines()
    # s_1 = tanh(1.05) = 0.7818, s_2 = tanh(2.3909) = 0.9834
    assert "δ_2 = 1 - s_2² = 1 - 0.9834² ≈ 0.0330" in lines
    assert "δ_1 = δ_2 · w_ss · (1 - s_1²) = 0.0330 · 0.5 · (1 - 0.7818²) = 0.0064" in lines
    assert "grad.w_ss@2 = δ_2 · s_1 = 0.0330 · 0.7818 = 0.0258" in lines
    assert "grad.w_ss = grad.w_ss@2 + grad.w_ss@1 = 0.0258 + 0.0006 = 0.0264" in lines
    assert "∂L/∂s_0 = δ_1 · w_ss = 0.0064 · 0.5 = 0.0032" in lines


def test_vectors_have_matrices(rnncalc: Calculator) -> None:
    """Of vectors the formula has transposed matrices, and a softmax is no elementwise slope."""
    command = "gru --all-weights 0.5 --h '[1, 2]' --x 1 --w-yh '[[1, 2], [0, 1]]' --gradients"
    command = command.replace("--x 1", "--x '[1, 1]'")
    out = rnncalc(f"{command} --readout softmax --target y=[0,1] --explain -f plain").out
    assert "\nδ_y,1 = y_1 ⊙ (∂L/∂y_1 - sum(y_1 ⊙ ∂L/∂y_1)) = [" in out
    assert "\n∂L/∂h_1 = w_yhᵀ δ_y,1 = [" in out


@pytest.mark.parametrize("form", ["markdown", "latex"])
def test_markup(form: str, rnncalc: Calculator) -> None:
    """Markdown and LaTeX have the table, and the chain rule as maths."""
    command = "simple --w-ss 0.5 --w-sx 1 --s 0.1 --x 1 --x 2 --gradients --explain"
    out = rnncalc(f"{command} -f {form}").out
    cells = ["2", "0.9834", "0.0330", "0.0165", "1", "0.0330", "0.0258", "0.0659", "0.0330"]
    if form == "latex":  # which has room for five beside the steps
        for part in (cells[1:6], cells[6:]):
            assert " & ".join(["2", *(f"${cell}$" for cell in part)]) in out
    else:
        assert f"| {' | '.join(cells)} |" in out
    assert r"\delta_{s,1} &= \delta_{s,2} \cdot W^{s,s} \cdot (1 - s_{1}^2)" in out


@pytest.mark.parametrize("form", ["table", "plain", "markdown", "latex"])
@pytest.mark.parametrize("own", [False, True])
def test_every_format_of_every_kind(
    form: str, own: bool, rnncalc: Calculator, tmp_path: Path
) -> None:
    """Whatever the cell, the format and the size, there is a report of finite numbers."""
    (tmp_path / "odd").write_text(ODD)
    numbers = "--w-uh 0.4 --w-ux -0.7 --w-hv 1.3 --k 0.9 --h 0.2 --v"
    command = f"cell {tmp_path}/odd {numbers} " if own else "lstm --all-weights 0.3 --h "
    for state in ("0.5", "'[0.5, 1]'"):
        xs = "--x 1 --x 2" if state == "0.5" else "--x '[1, 2]' --x '[0, 1]'"
        out = rnncalc(f"{command}{state} {xs} --gradients --explain -f {form}")
        assert (out.status, "nan" in out.out, "0x" in out.out) == (0, False, False), out.err


def test_signs_and_slopes_of_the_working(rnncalc: Calculator) -> None:
    """What comes to the digits shown is equal, and the slope of softplus is in terms of s."""
    gated = "gated --all-weights 0.7 --s 0.2 --xs '[0.4, 1.3]' --target s=0.5"
    out = rnncalc(f"{gated} --gradients --explain -f plain").out
    assert "∂L/∂s_2 = s_2 - 0.5 = 0.6920 - 0.5 = 0.1920\n" in out
    softplus = "simple --activation softplus --w-ss 0.5 --w-sx 2 --s 0.3 --x 1"
    out = rnncalc(f"{softplus} --gradients --explain -f plain").out
    assert "δ_1 = 1 - exp(-s_1) = 1 - exp(-2.2602) = 0.8957\n" in out  # σ(2.15)
