"""What holds for every problem, whatever its numbers: gates, bounds, symmetry, sequences."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from rnncalc import Cell, build, run
from tests.conftest import CORES, shape_of

GATED, LSTM = CORES["gated"], CORES["lstm"]
NUMBERS = st.floats(-3, 3, allow_subnormal=False)
CELL = st.sampled_from(list(CORES.values()))
SETTINGS = settings(deadline=None, max_examples=40, derandomize=True)


def _array(*shape: int) -> st.SearchStrategy[Any]:
    return arrays.arrays(np.float64, shape, elements=NUMBERS)


@st.composite
def parameters(draw: st.DrawFn, cell: Cell, n: int, m: int) -> dict[str, Any]:
    """Return matrices and vectors for a cell with n units and m inputs."""
    return {name: draw(_array(*shape_of(cell, p, n, m))) for name, p in cell.parameters.items()}


@st.composite
def problems(draw: st.DrawFn, cell: Cell, most: int = 3) -> tuple[dict[str, Any], list[Any]]:
    """Return parameters and inputs of some steps."""
    n, m = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    given = draw(parameters(cell, n, m))
    return given, [draw(_array(m)) for _ in range(draw(st.integers(1, most)))]


@SETTINGS
@given(problem=problems(GATED), gate=st.sampled_from([0, 1]))
def test_a_gate_keeps_or_overwrites(problem: tuple[dict[str, Any], list[Any]], gate: int) -> None:
    """A gate of 0 keeps the state and one of 1 takes the candidate, bit for bit."""
    parameters, xs = problem
    for step in run(build(GATED, parameters, xs, held={"g": gate})):
        wanted = step.values["candidate" if gate else "s_prev"]
        assert (step.values["s"] == wanted).all()


@SETTINGS
@given(problem=problems(LSTM), ties=st.sampled_from([None, "low", "high", "keep"]))
def test_the_hidden_state_is_bounded(
    problem: tuple[dict[str, Any], list[Any]], ties: str | None
) -> None:
    """The hidden state stays within -1 and 1, and gates within 0 and 1."""
    for step in run(build(LSTM, *problem, ties=ties)):
        assert (abs(step.values["h"]) <= 1).all()
        for gate in "fio":
            assert ((step.values[gate] >= 0) & (step.values[gate] <= 1)).all()


@SETTINGS
@given(data=st.data(), cell=CELL, ties=st.sampled_from(["low", "high"]))
def test_rounding_gives_levels_alone(data: st.DataObject, cell: Cell, ties: str) -> None:
    """Rounded with a rule for ties, gates are 0 or 1 and what tanh gives is -1 or 1."""
    for step in run(build(cell, *data.draw(problems(cell)), ties=ties)):
        for line in cell.equations:
            if line.activation:
                levels = {0.0, 1.0} if line.activation == "sigmoid" else {-1.0, 1.0}
                assert set(step.values[line.name].tolist()) <= levels


@SETTINGS
@given(data=st.data(), cell=CELL)
def test_permuted_units(data: st.DataObject, cell: Cell) -> None:
    """Units in another order give the same, in that order."""
    given, xs = data.draw(problems(cell))
    order = data.draw(st.permutations(range(len(given[cell.states[0]]))))
    mixed = {}
    for name, p in cell.parameters.items():
        value = given[name][order]
        mixed[name] = value[:, order] if p.is_matrix and p.columns != cell.classes["x"] else value
    for step, other in zip(run(build(cell, given, xs)), run(build(cell, mixed, xs)), strict=True):
        for line in cell.equations:
            expected = pytest.approx(step.values[line.name][order], rel=1e-11, abs=1e-12)
            assert other.values[line.name] == expected


@SETTINGS
@given(data=st.data(), cell=CELL)
def test_a_diagonal_is_its_matrix(data: st.DataObject, cell: Cell) -> None:
    """A vector of weights is what the matrix with that diagonal is."""
    n = data.draw(st.integers(2, 4))
    vectors = {name: data.draw(_array(n)) for name in cell.parameters}
    matrices = {
        name: np.diag(value) if cell.parameters[name].kind == "weight" else value
        for name, value in vectors.items()
    }
    xs = [data.draw(_array(n))] * 2
    for one, other in zip(
        run(build(cell, vectors, xs)), run(build(cell, matrices, xs)), strict=True
    ):
        for line in cell.equations:
            expected = pytest.approx(one.values[line.name], rel=1e-14, abs=1e-300)
            assert other.values[line.name] == expected


@SETTINGS
@given(data=st.data(), cell=CELL)
def test_one_by_one_is_the_sequence(data: st.DataObject, cell: Cell) -> None:
    """Steps computed one by one, each from the state before, are the sequence bit for bit."""
    parameters, xs = data.draw(problems(cell, most=5))
    state: dict[str, Any] = {}
    for x, step in zip(xs, run(build(cell, parameters, xs)), strict=True):
        problem = build(cell, {**parameters, **state}, [x])
        (alone,) = run(problem)
        for name, value in step.values.items():
            assert np.array_equal(alone.values[name], value), name
        state = {name: step.values[name] for name in cell.states}


@SETTINGS
@given(data=st.data(), cell=CELL)
def test_holding_what_is_computed_anyway(data: st.DataObject, cell: Cell) -> None:
    """A quantity held at the value that it has changes nothing else."""
    parameters, xs = data.draw(problems(cell, most=1))
    (step,) = run(build(cell, parameters, xs))
    held = data.draw(st.sampled_from([line.name for line in cell.equations]))
    (again,) = run(build(cell, parameters, xs, held={held: step.values[held]}))
    for name, value in step.values.items():
        assert again.values[name] == pytest.approx(value, rel=1e-14, abs=1e-300)
