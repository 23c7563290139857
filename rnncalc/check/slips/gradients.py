"""Slips in gradients: the mistakes that people make on the way back, each with a name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from rnncalc.cells.expressions import PREVIOUS, symbols
from rnncalc.check.slips.ways import Way
from rnncalc.problem.problem import Problem


class Slip(NamedTuple):
    """A mistake: what it is called, a sentence for the learner, the way that has it, and its code.

    code: a short name that stays, shared by slips that teach the same.
    """

    name: str
    advice: str
    way: Way
    code: str

    @property
    def coded(self) -> str:
        """The name with the code behind it."""
        return f"{self.name} [{self.code}]"


def slips(problem: Problem, *, has_target: bool) -> Iterator[Slip]:
    """Yield the slips that can be made in a problem, the commonest first."""
    units = {line.name: line.activation or "" for line in problem.computed if line.is_unit}
    many = len(units) > 1
    yield Slip(
        "only the last step counted",
        "A weight is used at every step: add up what each of them gives.",
        Way(last_only=True),
        "last-step-only",
    )
    for state in problem.cell.states[:1]:
        yield Slip(
            f"{state}_t for {state}_(t-1)",
            "A recurrent weight multiplies the state of the step before: that is its share.",
            Way(current=True),
            "state-of-the-same-step",
        )
    slope = "Whatever goes back through a function is multiplied by its slope."
    for place, names in _places(units):
        yield Slip(f"slope left out{place}", slope, Way(flat=names), "slope-left-out")
        yield Slip(
            f"slope left out{place} in the derivative by the weights alone",
            slope,
            Way(flat_shares=names),
            "slope-left-out",
        )
    at = "The slope from a function's value s is 1 - s² for tanh: put in s, not the sum inside."
    for place, names in _places(units):
        yield Slip(f"slope of z for slope of its value{place}", at, Way(at_z=names), "slope-of-z")
    own = "Each function has a slope of its own: 1 - s² for tanh, g (1 - g) for sigmoid."
    for old, new in (("sigmoid", "tanh"), ("tanh", "sigmoid")):
        for place, names in _places({n: f for n, f in units.items() if f == old}):
            where = place if many else ""
            pairs = tuple((name, new) for name in sorted(names))
            yield Slip(f"{new}'s slope for {old}'s{where}", own, Way(slopes=pairs), "other-slope")
    yield from _paths(problem)
    yield from _matrices(problem)
    if early := frozenset(name for name in units if name in problem.cell.states):
        yield Slip(
            "slope of the step before",
            "The slope at step t is that of the value at t.",
            Way(early=early),
            "slope-of-the-step-before",
        )
    yield Slip(
        "mean over steps",
        "The derivative is the sum over all steps, not their mean.",
        Way(is_mean=True),
        "mean-over-steps",
    )
    yield Slip(
        "step 1 left out",
        "Step 1 counts, too: its state before is the start.",
        Way(skips_first=True),
        "step-1-left-out",
    )
    if has_target:
        told = "Of half the squared distance the derivative is s - target."
        yield Slip("wrong sign of the error", told, Way(factor=-1.0), "wrong-sign-of-the-error")
        yield Slip("factor 2 of the squared distance kept", told, Way(factor=2.0), "factor-2-kept")


def _places(units: Mapping[str, str]) -> list[tuple[str, frozenset[str]]]:
    """Return the places of slips: all units, those of one function, and each by itself."""
    if len(units) < 2:
        return [("", frozenset(units))] if units else []
    found = [(" everywhere", frozenset(units))]
    functions = set(units.values())
    if len(functions) > 1:
        found += [
            (f" of each {function}", frozenset(n for n, f in units.items() if f == function))
            for function in sorted(functions)
            if sum(f == function for f in units.values()) > 1
        ]
    return [*found, *((f" of {name}", frozenset([name])) for name in units)]


def _paths(problem: Problem) -> Iterator[Slip]:
    """Yield paths back to the previous states that are left out."""
    every = [
        (line.name, symbol)
        for line in problem.computed
        for symbol in symbols(line.expression)
        if symbol in problem.state
    ]
    if len(every) < 2:
        return
    more = "A change of a state reaches the next step on every path that leads there: add them up."
    units = {line.name for line in problem.computed if line.is_unit}
    indirect = frozenset(path for path in every if path[0] in units)
    if indirect and len(indirect) < len(every):
        yield Slip(
            "immediate derivative taken for the total",
            more,
            Way(cut=indirect),
            "immediate-derivative",
        )
    for state in problem.state:
        paths = frozenset(path for path in every if path[1] == state)
        if len(paths) < len(every) and paths != indirect:
            name = state.removesuffix(PREVIOUS)
            yield Slip(f"path through {name} left out", more, Way(cut=paths), "path-left-out")
    for line, symbol in every:
        state = symbol.removesuffix(PREVIOUS)
        yield Slip(
            f"path from {state} through {line} left out",
            more,
            Way(cut=frozenset([(line, symbol)])),
            "path-left-out",
        )


def _matrices(problem: Problem) -> Iterator[Slip]:
    """Yield what can go wrong with weights in going back."""
    recurrent = {p.symbol for p in problem.cell.parameters.values() if p.is_matrix}
    square = frozenset(
        name
        for name in recurrent & {*problem.weights}
        if getattr(problem.weights[name], "ndim", 0) == 2
        and problem.weights[name].shape[0] == problem.weights[name].shape[1] > 1
    )
    if square:
        told = "Going back, a derivative is multiplied by Wᵀ: column k belongs to what unit k gave."
        yield Slip("W for Wᵀ", told, Way(turned=square), "matrix-not-transposed")
        yield Slip(
            "derivative by W transposed",
            "Row k belongs to unit k: it is δ_k times what the matrix met.",
            Way(flips=True),
            "derivative-transposed",
        )
        if len(problem.state) == 1:
            yield Slip(
                "Jacobians in the wrong order",
                "Matrices don't change places: the last step's Jacobian stands first.",
                Way(is_reversed=True),
                "jacobians-in-wrong-order",
            )
    yield Slip(
        "weight left out in going back",
        "Each link has the weight that leads there, too.",
        Way(unweighted=True),
        "weight-left-out",
    )
