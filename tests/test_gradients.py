"""Gradients: what is derived from the trees is what changing the numbers a little shows."""

from __future__ import annotations

import random
import tracemalloc
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
import pytest

from rnncalc import CELLS, Cell, InputError, build, cell, run
from rnncalc.errors import Faults
from rnncalc.problem.problem import Given
from rnncalc.trace.gradients.gradients import Gradients
from rnncalc.trace.gradients.objective import last_state, read_objective
from rnncalc.trace.trace import rows
from tests import oracle
from tests.made_up import MadeUp, each_made_up
from tests.test_variants import varied

Parameters = Mapping[str, Any]


def derived(
    cell: Cell,
    parameters: Parameters,
    xs: Any,
    of: str | None = None,
    *targets: tuple[str, Any],
    **more: Any,
) -> Gradients:
    """Return the gradients of a problem."""
    problem, faults = build(cell, parameters, xs, **more), Faults()
    wanted = [(name, Given(f"--target {name}", value)) for name, value in targets]
    objective = read_objective(problem, of, wanted, faults)
    faults.settle()
    return Gradients(problem, objective, rows)


def changed(parameters: Parameters, xs: Any) -> Iterator[tuple[str, Any, Any, Any]]:
    """Yield each number among parameters and inputs, "xs", in a way that lets it be moved.

    That is: its name, its index in the array of that name, a function that returns parameters and
    inputs with it moved by so much, and the array.
    """
    for name, value in [*parameters.items(), ("xs", xs)]:
        array = np.array(value, dtype=float)
        for index in np.ndindex(array.shape):

            def moved(by: float, name: str = name, array: Any = array, index: Any = index) -> Any:
                other = array.copy()
                other[index] += by
                worth = float(other) if not other.ndim else other.tolist()
                return (parameters, worth) if name == "xs" else ({**parameters, name: worth}, xs)

            yield name, index, moved, array


def slope(worth: Any, moved: Any, step: float = 1e-3) -> float:
    """Return a derivative by central differences of the fourth order."""
    weights = {1: 2 / 3, 2: -1 / 12}
    pairs = ((w, worth(*moved(k * step)) - worth(*moved(-k * step))) for k, w in weights.items())
    return float(sum(w * difference for w, difference in pairs) / step)


def check(
    worth: Callable[[Parameters, Any], float],
    cell: Cell,
    parameters: Parameters,
    xs: Any,
    *of: Any,
    **more: Any,
) -> None:
    """Check every derivative against differences, to 1e-7 of the largest of its array.

    worth: returns what is derived, of parameters and inputs.
    """
    found = derived(cell, parameters, xs, *of, **more)
    assert float(found.value) == pytest.approx(worth(parameters, xs), rel=1e-12)
    sums, steps = found.sums(), {step.t: step for step in found}
    shares: dict[str, Any] = {}
    for step in steps.values():
        for key, share in step.shares.items():
            shares[key] = shares.get(key, 0.0) + share
    for name, index, moved, array in changed(parameters, xs):
        if name == "xs":
            got = np.array(steps[index[0] + 1].by["x"])[index[1:]]
            scale = max(np.abs(step.by["x"]).max() for step in steps.values())
        else:
            total = np.array(sums[name if name in sums else f"{name}_0"])
            assert name not in shares or np.allclose(total, shares[name], rtol=1e-12, atol=1e-14)
            # A number given for a constant or a bias stands for that value in each element.
            got, scale = (total if array.ndim else total.sum())[index], np.abs(total).max()
        expected = slope(worth, moved)
        assert abs(got - expected) <= 1e-7 * max(scale, 1e-3), (name, index, got, expected)


@pytest.mark.parametrize("name", oracle.VARIANTS)
@pytest.mark.parametrize(("n", "m", "k"), [(1, 1, 1), (2, 3, 4)])
def test_central_differences(name: str, n: int, m: int, k: int) -> None:
    """Of every cell, all derivatives of a last state are what differences give, to 1e-7."""
    parameters, xs = oracle.random_problem(name, n, m, 3, random.Random(n), k=k)
    of = "y" if "--readout" in name else last_state(varied(name))

    def worth(parameters: Parameters, xs: Any) -> float:
        return float(sum(oracle.run(name, parameters, xs)[-1][of]))

    check(worth, varied(name), parameters, xs, f"sum({of})")


@pytest.mark.parametrize("name", oracle.VARIANTS)
def test_plain_numbers(name: str) -> None:
    """So they are of plain numbers, with targets at two steps, and they are floats."""
    parameters, xs = oracle.random_problem(name, 1, 1, 4, random.Random(3))
    flat = {key: float(np.ravel(value)[0]) for key, value in parameters.items()}
    state = last_state(varied(name))
    targets = ((f"{state}@2", 0.1), (state, "1/3"))

    def worth(flat: Parameters, xs: Any) -> float:
        full = {key: np.full(np.shape(parameters[key]), value) for key, value in flat.items()}
        steps = oracle.run(name, full, [[x] for x in xs])
        return float((steps[1][state][0] - 0.1) ** 2 + (steps[3][state][0] - 1 / 3) ** 2) / 2

    check(worth, varied(name), flat, [x[0] for x in xs], None, *targets)
    found = derived(varied(name), flat, [x[0] for x in xs], None, *targets)
    assert {type(value) for value in found.sums().values()} == {float}


@pytest.mark.parametrize("name", ["simple", "lstm", "gru"])
def test_targets_of_readouts(name: str) -> None:
    """A target class of softmax is cross-entropy, and any other half a squared distance."""
    kind = f"{name} --readout softmax"
    state = CELLS[name].states[0]
    parameters, xs = oracle.random_problem(kind, 2, 2, 3, random.Random(5), k=3)
    targets = (("y", [0, 1, 0]), ("y[1]@1", 0.25), ("y@2", [0.5, 0.25, 0.25]), (state, [1, 2]))

    def worth(parameters: Parameters, xs: Any) -> float:
        steps = oracle.run(kind, parameters, xs)
        expected = -np.log(steps[2]["y"][1]) + 0.5 * (steps[0]["y"][0] - 0.25) ** 2
        expected += 0.5 * np.sum((np.array(steps[1]["y"]) - [0.5, 0.25, 0.25]) ** 2)
        return float(expected + 0.5 * np.sum((np.array(steps[2][state]) - [1, 2]) ** 2))

    check(worth, varied(kind), parameters, xs, None, *targets)


def test_each_unit_is_derived_by_itself() -> None:
    """Without a sum, each unit of a vector has a derivative of its own."""
    parameters, xs = oracle.random_problem("lstm", 3, 2, 4, random.Random(2))
    each = derived(CELLS["lstm"], parameters, xs, "h@3").sums()
    for unit in range(3):
        one = derived(CELLS["lstm"], parameters, xs, f"h[{unit + 1}]@3").sums()
        for key, value in one.items():
            assert np.allclose(each[key][unit], value, rtol=1e-12, atol=1e-15), key


def test_what_is_held_changes_nothing() -> None:
    """No derivative goes through a held quantity, nor at one step through one held there."""
    parameters, xs = oracle.random_problem("lstm", 2, 2, 3, random.Random(4))
    used = {k: v for k, v in parameters.items() if k not in ("w_ih", "w_ix", "b_i")}
    at_steps, throughout = {"i@2": 0.3, "f@1": 1}, {"i": [0.5, 0.25], "o@2": 0.1}
    for given, held in ((parameters, at_steps), (used, throughout)):

        def worth(given: Parameters, xs: Any, held: Any = held) -> float:
            *_, last = run(build(CELLS["lstm"], given, xs, held=held))
            return float(last.values["c"].sum())

        check(worth, CELLS["lstm"], given, xs, "sum(c)", held=held)


@pytest.mark.parametrize(
    ("text", "x", "slope", "corner"),
    [
        ("relu(W.hx @ x)", 0, 0, True),
        ("relu(W.hx @ x)", 2, 1, False),
        ("hard_sigmoid(W.hx @ x)", 3, 0, True),
        ("hard_sigmoid(W.hx @ x)", 1, 1 / 6, False),
        ("1 - relu(W.hx @ x)", 0, 0, True),
        ("step(W.hx @ x)", 0, 0, True),
    ],
)
def test_corners(text: str, x: float, slope: float, corner: bool) -> None:
    """Where a function has no derivative its slope is 0, as PyTorch has it, and that is known."""
    unit = cell(f"h = {text} + 0 * h_prev")
    for value in (x, [x, x]):
        found = derived(unit, {"w_hx": 1}, [value], "sum(h)")
        (step,) = found
        assert np.allclose(step.by["x"], slope)
        assert bool(found.at_corners) is corner


def test_overflow_names_the_step() -> None:
    """A derivative that is too large is named with its step."""
    unit = cell("h = W.hh @ h_prev + x")
    for steps, told in ((10, r"grad\.h is not a finite number at step 6: "), (4, r"grad\.h_0 is ")):
        with pytest.raises(InputError, match=told):
            derived(unit, {"w_hh": 1e100, "h": 0}, [0.0] * steps).sums()


def test_a_small_slope_of_softplus() -> None:
    """Far below 0 the slope of softplus is exp(z), however small."""
    unit = cell("h = softplus(W.hx @ x) + 0 * h_prev")
    for value in (-99.0, [-99.0, -1.0]):
        (step,) = derived(unit, {"w_hx": 1}, [value], "sum(h)")
        assert np.isclose(np.ravel(step.by["x"])[0], 1.0112214926104486e-43, rtol=1e-13, atol=0)


def test_memory() -> None:
    """What is kept of the steps takes at most 16 bytes a number, and grows with them alone."""
    used = []
    for steps in (1_000, 5_000):
        problem = build(CELLS["lstm"], {}, [0.5] * steps, all_weights=0.5)
        objective = read_objective(problem, None, [], Faults())
        tracemalloc.start()
        Gradients(problem, objective, rows, ["W.fh"]).sums()
        used.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    # Of each step are kept h_prev, c_prev, f, i, o, candidate, tanh_c, and x at most.
    assert used[1] - used[0] <= 16 * 8 * 4_000


def test_made_up_cells() -> None:
    """Whatever cell one makes up, a change in any direction shows what the derivatives say."""
    each_made_up(range(150), _direction)


def _direction(seed: int, made: MadeUp) -> None:
    unit = cell(made.text, "made")
    keys = {p.symbol: key for key, p in unit.parameters.items() if p.kind != "state"}
    parameters = {keys.get(name, name): value for name, value in made.parameters.items()}
    repeated: dict[str, Any] = {"repeat": made.steps} if made.xs is None else {}
    state, chance = last_state(unit), np.random.default_rng(seed)
    numbers = np.concatenate([np.ravel(v) for v in (*parameters.values(), made.xs or 0.0)])
    if state in made.held or abs(numbers).max() > 100:  # which no small change changes
        return
    ways = {name: chance.normal(size=np.shape(value)) for name, value in parameters.items()}
    way = chance.normal(size=np.shape(made.xs)) if made.xs is not None else None

    def moved(by: float) -> Gradients:
        there = {k: (np.array(v) + by * ways[k]).tolist() for k, v in parameters.items()}
        xs = () if way is None else (np.array(made.xs) + by * way).tolist()
        return derived(unit, there, xs, f"sum({state})", held=made.held, **repeated)

    try:
        found = moved(0.0)
        sums, steps = found.sums(), list(found)
        differences = [
            slope(lambda by: moved(by).value, lambda by: (by,), step) for step in (1e-4, 2e-4)
        ]
    except InputError as error:
        if "not a finite number" in str(error):
            return
        raise
    places = {k: f"{k}_0" if k in unit.states else k for k in ways}
    terms = [np.sum(sums[key] * ways[k]) for k, key in places.items() if key in sums]
    if way is not None:
        terms += [np.sum(step.by["x"] * way[step.t - 1]) for step in steps if "x" in step.by]
    total, size = sum(terms), sum(map(abs, terms)) + abs(found.value)
    # What differences of two widths disagree about is no derivative: a corner, or too wild.
    if not found.at_corners and abs(differences[0] - differences[1]) <= 1e-8 * size:
        assert abs(total - differences[0]) <= 1e-6 * size, made.text


#: PyTorch's cells, with our letters in their order of gates.
TORCH = {"simple": ("RNNCell", "s"), "lstm": ("LSTMCell", "ifco"), "gru": ("GRUCell", "rzh")}


def _torch_step(torch: Any, name: str, tensors: Mapping[str, Any]) -> Any:
    """Return the step of a PyTorch cell with these weights."""
    kind, letters = TORCH[name]
    state = "s" if name == "simple" else "h"
    n, m = tensors[f"w_{letters[0]}x"].shape
    net = getattr(torch.nn, kind)(m, n, dtype=torch.float64)
    zeros = torch.zeros(n, dtype=torch.float64)
    parts = {
        "weight_hh": torch.cat([tensors[f"w_{letter}{state}"] for letter in letters]),
        "weight_ih": torch.cat([tensors[f"w_{letter}x"] for letter in letters]),
        "bias_ih": torch.cat([tensors[f"b_{letter}"] for letter in letters]),
        "bias_hh": torch.cat([*[zeros] * (len(letters) - 1), tensors.get("b_hh", zeros)]),
    }
    return lambda x, before: torch.func.functional_call(net, parts, (x, before))


@pytest.mark.torch
@pytest.mark.parametrize("name", TORCH)
def test_against_torch(name: str) -> None:
    """Squares and cross-entropy of a softmax readout, derived through time, are PyTorch's."""
    torch = pytest.importorskip("torch")
    for seed in range(20):
        _compare_with_torch(torch, name, np.random.default_rng(seed))


def _compare_with_torch(torch: Any, name: str, chance: np.random.Generator) -> None:
    n, m, k, steps = (int(v) for v in chance.integers(1, 7, 4))
    kind, state = ("gru --reset after" if name == "gru" else name), "hs"[name == "simple"]
    shapes = {**oracle.VARIANTS[kind][1], f"w_y{state}": "kn", "b_y": "k"}
    size = {"n": n, "m": m, "k": k}
    given = {p: chance.uniform(-1.5, 1.5, [size[s] for s in shape]) for p, shape in shapes.items()}
    xs, target = chance.uniform(-2, 2, (steps, m)), np.eye(k)[chance.integers(k)]
    tensors = {p: torch.tensor(v, requires_grad=True) for p, v in given.items()}
    step, inputs = _torch_step(torch, name, tensors), torch.tensor(xs, requires_grad=True)
    states = (tensors["h"], tensors["c"]) if name == "lstm" else tensors[state]
    loss: Any = 0.0
    for t in range(steps):
        states = step(inputs[t], states)
        last = states[0] if name == "lstm" else states
        loss = 0.5 * ((last - 0.5) ** 2).sum() if t == 0 else loss
    z = tensors[f"w_y{state}"] @ last + tensors["b_y"]
    loss = loss + torch.nn.functional.cross_entropy(z, torch.tensor(target))
    loss.backward()
    cell = varied(f"{kind} --readout softmax")
    found = derived(cell, given, list(xs), None, ("y", target), (f"{state}@1", 0.5))
    assert found.value == pytest.approx(float(loss.detach()), rel=1e-12)
    sums = found.sums()
    theirs = {p if p in sums else f"{p}_0": t.grad.numpy() for p, t in tensors.items()}
    sums["x"] = np.array([step.by["x"] for step in found])[::-1]
    for key, expected in {**theirs, "x": inputs.grad.numpy()}.items():
        assert np.abs(sums[key] - expected).max() <= 1e-12 * max(1, np.abs(expected).max()), key
