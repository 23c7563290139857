"""Slips with weights on the way back: in what each step adds to them, and in going through them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, permutations

from rnncalc.cells.expressions import (
    PREVIOUS,
    Binary,
    Expression,
    Negation,
    Number,
    Symbol,
    rewrite,
    symbols,
    walk,
)
from rnncalc.cells.notation import UNICODE
from rnncalc.check.slips.ways import Lesson, Slip, Way, called
from rnncalc.problem.problem import Problem

_SHARE = Lesson(
    "A recurrent weight multiplies the state of the step before: that is its share.",
    "state-of-the-same-step",
)
_MET = Lesson(
    "What a step adds to a weight's derivative is δ times what the weight met at that step.",
    "wrong-share",
)
_LINK = Lesson("Each link has the weight that leads there, too.", "weight-left-out")


def share_slips(problem: Problem) -> Iterator[Slip]:
    """Yield what can go wrong with weights, the commonest first."""
    met = dict(_met(problem))
    yield from _other_values(problem, met)
    yield from _matrices(problem)
    told = "δ left out in the derivative by the weights"
    yield Slip(told, _MET, Way(without_delta=frozenset(met)))
    back = [weight for weight, node in met.items() if {*symbols(node)} - {"x"}]
    told = "weight left out in going back"
    yield Slip(told, _LINK, Way(unweighted=frozenset(back)))
    for weight in back:
        path = frozenset([weight])
        if len(back) > 1:
            told = f"{UNICODE.symbol(weight)} left out in going back"
            yield Slip(told, _LINK, Way(unweighted=path))
        twice = f"{UNICODE.symbol(weight)} counted twice in going back"
        yield Slip(twice, _LINK, Way(twice=path))
    yield from _parts(problem, met)
    yield from _mixed(problem, met, back)


def _met(problem: Problem) -> Iterator[tuple[str, Expression]]:
    """Yield each weight that multiplies something, and what that is."""
    for line in problem.computed:
        for node in walk(line.expression):
            if isinstance(node, Binary) and node.operator == "@":
                weight = node.left.operand if isinstance(node.left, Negation) else node.left
                if isinstance(weight, Symbol):
                    yield weight.name, node.right


def _other_values(problem: Problem, met: Mapping[str, Expression]) -> Iterator[Slip]:
    """Yield that weights' shares have other values: of another step, of another state."""
    states = problem.cell.states
    for state in states[:1]:
        now = {f"{name}{PREVIOUS}": name for name in states}
        yield from _renamed(met, now, f"{state}_t for {state}_(t-1)", _SHARE)
        for weight in met if len(met) > 2 else ():
            name = f"{state}_t for {state}_(t-1) in the derivative by {UNICODE.symbol(weight)}"
            yield from _renamed({weight: met[weight]}, now, name, _SHARE)
    yield from _renamed(met, {"x": "early.x"}, "x_(t-1) for x_t", _MET)
    yield from _renamed(met, {"x": "late.x"}, "x_(t+1) for x_t", _MET)
    if problem.scalar:
        yield from _of_numbers(problem, met)
    units = {line.name for line in problem.computed if line.is_unit}
    for state in states:
        before, told = f"{state}{PREVIOUS}", "in the derivative by the weights"
        zero = {before: f"zero.{before}"}
        yield from _renamed(met, zero, f"{state}_0 taken for 0 {told}", _MET)
        if state in units:
            names = {before: f"early.pre.{state}"}
            name = f"sum inside {state}_(t-1) for its value {told}"
            yield from _renamed(met, names, name, _MET)
        same = problem.sizes.number(state)
        for other in states:
            if other != state and problem.sizes.number(other) == same:
                names = {before: f"{other}{PREVIOUS}"}
                name = f"{other}_(t-1) for {state}_(t-1) {told}"
                yield from _renamed(met, names, name, _MET)


def _of_numbers(problem: Problem, met: Mapping[str, Expression]) -> Iterator[Slip]:
    """Yield that inputs and states are left out, or stand for each other, in weights' shares."""
    told = "in the derivative by the weights"
    names = [f"{state}{PREVIOUS}" for state in problem.cell.states]
    for name in ("x", *names):
        shown = called(Symbol(name))
        bare = tuple((weight, Number(1.0)) for weight, node in met.items() if node == Symbol(name))
        if bare:
            yield Slip(f"{shown} left out {told}", _MET, Way(met=bare))
    for name in names:
        shown = called(Symbol(name))
        pairs = tuple((w, Symbol("x")) for w, node in met.items() if name in symbols(node))
        if pairs and "x" in problem.cell.quantities:
            yield Slip(f"x for {shown} {told}", _MET, Way(met=pairs))
        yield from _renamed(met, {"x": name}, f"{shown} for x {told}", _MET)
        yield from _renamed(met, {name: "x", "x": name}, f"x and {shown} exchanged {told}", _MET)


def _renamed(
    met: Mapping[str, Expression], names: Mapping[str, str], name: str, lesson: Lesson
) -> Iterator[Slip]:
    """Yield a slip that has other names in what weights meet, if there are such names."""

    def change(node: Expression) -> Expression:
        return Symbol(names.get(node.name, node.name)) if isinstance(node, Symbol) else node

    found = {weight: rewrite(node, change) for weight, node in met.items()}
    pairs = tuple((weight, node) for weight, node in found.items() if node != met[weight])
    if pairs:
        yield Slip(name, lesson, Way(met=pairs))


def _parts(problem: Problem, met: Mapping[str, Expression]) -> Iterator[Slip]:
    """Yield that a factor of what a weight meets is left out, and weights on a path through it."""
    lines = {
        weight: line.name
        for line in problem.computed
        for weight in symbols(line.expression)
        if weight in met
    }
    for weight, node in met.items():
        if not (isinstance(node, Binary) and node.operator == "*"):
            continue
        shown = UNICODE.symbol(weight)
        for kept, left in ((node.right, node.left), (node.left, node.right)):
            name = f"{called(left)} left out in the derivative by {shown}"
            yield Slip(name, _MET, Way(met=((weight, kept),)))
            factors = (((lines[weight], kept, left), Number(1.0)),)
            whole = Way(met=((weight, kept),), factors=factors)
            told = f"{called(left)} left out wherever {called(kept)} meets {shown}"
            yield Slip(told, _MET, whole)
        for name in symbols(node):
            path = frozenset([(weight, name)])
            told = f"{shown} left out on the way back to {called(Symbol(name))}"
            yield Slip(told, _LINK, Way(unweighted_to=path))


def _line_of(problem: Problem, weight: str) -> str:
    """Return the equation that a weight stands in."""
    return next(line.name for line in problem.computed if weight in symbols(line.expression))


def _mixed(problem: Problem, met: Mapping[str, Expression], back: Sequence[str]) -> Iterator[Slip]:
    """Yield that one weight stands for another in going back, or two are exchanged."""
    shapes = {name: getattr(problem.weights[name], "shape", ()) for name in met}
    for one, other in combinations(back, 2):
        if shapes[one] == shapes[other]:
            name = f"{UNICODE.symbol(one)} and {UNICODE.symbol(other)} exchanged in going back"
            yield Slip(name, _LINK, Way(weights=((one, other), (other, one))))
    inputs = {_line_of(problem, weight): weight for weight in met if weight not in back}
    pairs = [(weight, inputs.get(_line_of(problem, weight), weight)) for weight in back]
    if len(back) > 1 and all(one != other and shapes[one] == shapes[other] for one, other in pairs):
        told = "weights of the input for those of the state in going back"
        yield Slip(told, _LINK, Way(weights=tuple(pairs)))
    for one, other in permutations(met, 2):
        if one in back and shapes[one] == shapes[other]:
            name = f"{UNICODE.symbol(other)} for {UNICODE.symbol(one)} in going back"
            yield Slip(name, _LINK, Way(weights=((one, other),)))


def _matrices(problem: Problem) -> Iterator[Slip]:
    """Yield what can go wrong with matrices in going back."""
    recurrent = {p.symbol for p in problem.cell.parameters.values() if p.is_matrix}
    square = frozenset(
        name
        for name in recurrent & {*problem.weights}
        if getattr(problem.weights[name], "ndim", 0) == 2
        and problem.weights[name].shape[0] == problem.weights[name].shape[1] > 1
    )
    if not square:
        return
    lesson = Lesson(
        "Going back, a derivative is multiplied by Wᵀ: column k belongs to what unit k gave.",
        "matrix-not-transposed",
    )
    yield Slip("W for Wᵀ", lesson, Way(turned=square))
    lesson = Lesson(
        "Row k belongs to unit k: it is δ_k times what the matrix met.", "derivative-transposed"
    )
    yield Slip("derivative by W transposed", lesson, Way(flips=True))
    lesson = Lesson(
        "The slope is multiplied in before Wᵀ: it belongs to the unit that W leads to.",
        "jacobians-in-wrong-order",
    )
    told = "Wᵀ and slope in the wrong order in going back"
    yield Slip(told, lesson, Way(slope_behind=True))
    if len(problem.state) == 1:
        lesson = Lesson(
            "Matrices don't change places: the last step's Jacobian stands first.",
            "jacobians-in-wrong-order",
        )
        yield Slip("Jacobians in the wrong order", lesson, Way(is_reversed=True))
