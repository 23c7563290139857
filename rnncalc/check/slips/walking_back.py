"""Going back through a step, node by node, in the right way or with a mistake."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from rnncalc.cells.expressions import Binary, Call, Expression, Negation, Symbol, symbols
from rnncalc.cells.functions import FUNCTIONS
from rnncalc.check.slips.ways import NOTHING, SLOPES, Way
from rnncalc.problem.problem import Problem
from rnncalc.trace.arithmetic import value


class Back(NamedTuple):
    """What a step of the way back gives: adjoints by symbol, and shares by parameter's symbol."""

    by: dict[str, Any]
    shares: dict[str, Any]


#: What is gone on with, from the symbol of what something is derived by, and its derivative.
Carry = Callable[[str, Any], Any]


def _as_it_is(_: str, adjoint: Any) -> Any:
    return adjoint


def step_back(
    problem: Problem,
    way: Way,
    t: int,
    names: Mapping[str, Any],
    incoming: Mapping[str, Any],
    carry: Carry = _as_it_is,
) -> Back:
    """Return what a step gives from what comes in by quantity.

    names: values of all weights, quantities and previous states at the step; "pre.f" of
    pre-activations; "early.f" and "early.pre.f" of the step before; "zero.h_prev" is 0 at step 1.
    carry: called with each derivative once it is worked out, in that order.
    """
    walker = _Walker(problem, way, names, dict(incoming), carry)
    held = problem.held_in(t)
    for line in reversed(problem.cell.equations):
        if line.name in walker.by:
            walker.by[line.name] = carry(line.name, walker.by[line.name])
            if line.name not in held:
                walker.equation(line.name, line.expression, is_unit=line.is_unit)
            if way.exchanged and way.exchanged[0] == line.name and line.name not in held:
                _, one, other = way.exchanged
                walker.by[one], walker.by[other] = walker.by[other], walker.by[one]
    if "x" in walker.by:
        walker.by["x"] = carry("x", walker.by["x"])
    return Back(walker.by, {name: carry(name, share) for name, share in walker.shares.items()})


class _Walker:
    """Goes down the equations of one step."""

    def __init__(
        self,
        problem: Problem,
        way: Way,
        names: Mapping[str, Any],
        by: dict[str, Any],
        carry: Carry,
    ) -> None:
        self.problem, self.way, self.names, self.by = problem, way, names, by
        self._carry = carry
        self.shares: dict[str, Any] = {}
        self._line, self._barred = "", NOTHING
        self._behind: Call | None = None  # whose slope is yet to come
        self._factors, self._met = dict(way.factors), dict(way.met)
        self._weights = dict(way.weights)

    def equation(self, name: str, node: Expression, *, is_unit: bool) -> None:
        """Go down one equation."""
        self._line = name
        names = self.names
        if gates := [gate for line, gate in self.way.turned_over if line == name]:
            self.names = {**names, **{gate: 1.0 - names[gate] for gate in gates}}
        if name in self.way.without_delta:
            self.by[name] = 0.0 * self.by[name] + 1.0
        if name in self.way.times_own:
            self.by[name] = self.by[name] * names[name]
        adjoint = self._bare = bare = self.by[name]
        whole = node
        if isinstance(node, Call):
            adjoint = self._through(node, adjoint, self.names[name])
            if is_unit:
                adjoint = self.by[f"pre.{name}"] = self._carry(f"pre.{name}", adjoint)
            node = node.argument
        back = bare if name in self.way.flat_back else adjoint
        if name in self.way.twice_back and isinstance(whole, Call):
            back = self._through(whole, adjoint, names[name])
        shared = bare if name in self.way.flat_shares else adjoint
        shared = next((self._delta(v) for u, v in self.way.deltas if u == name), shared)
        back = next((self._delta(v) for u, v in self.way.deltas_back if u == name), back)
        if self.way.slope_behind and isinstance(whole, Call):
            self._behind, back = whole, bare
        self._down(node, back, shared)
        self._behind = None
        self.names = names

    def _delta(self, name: str) -> Any:
        """Return the derivative by what is inside another unit."""
        expression = next(e.expression for e in self.problem.computed if e.name == name)
        adjoint = self.by.get(name, 0.0 * self.names[name])
        if f"pre.{name}" in self.by or not isinstance(expression, Call):
            return self.by.get(f"pre.{name}", adjoint)
        return FUNCTIONS[expression.function].carried_back(self.names[name], adjoint)

    def _through(self, node: Call, adjoint: Any, worth: Any) -> Any:
        """Return the adjoint of a function's argument, with the slip that is made there."""
        name, function = self._line, FUNCTIONS[node.function]
        for quantity, source in self.way.slope_at:
            if quantity == name:
                worth = self.names.get(source, worth)
        for quantity, slope in self.way.slopes:
            if quantity == name:
                return adjoint * SLOPES[slope](worth)
        return function.carried_back(worth, adjoint)

    def _down(self, node: Expression, adjoint: Any, shared: Any) -> None:
        """Add what an adjoint says of all in a node; ``shared`` is the one that weights get."""
        match node:
            case Symbol(name):
                self._add(name, adjoint, shared)
            case Negation(operand):
                self._down(operand, -adjoint, -shared)
            case Call(function, argument):
                inner = FUNCTIONS[function].carried_back(value(node, self.names), adjoint)
                self._down(argument, inner, inner)
            case Binary("+" | "-" as sign, left, right):
                self._down(left, adjoint, shared)
                if sign == "-" and self._line not in self.way.pluses:
                    adjoint, shared = -adjoint, -shared
                self._down(right, adjoint, shared)
            case Binary("@", Negation(weight), vector):
                self._down(Binary("@", weight, vector), -adjoint, -shared)
            case Binary("@", Symbol(weight), vector):
                self._weighted(weight, vector, adjoint, shared)
            case Binary("/", left, right):
                below = value(right, self.names)
                self._down(left, adjoint / below, shared / below)
                above = -adjoint * value(left, self.names) / (below * below)
                self._down(right, above, above)
            case Binary(_, left, right):
                self._to_factor(left, right, adjoint, shared)
                self._to_factor(right, left, adjoint, shared)

    def _to_factor(self, one: Expression, other: Expression, adjoint: Any, shared: Any) -> None:
        edges = self._factors  # most ways have none, and a tree takes long to look up
        factor = edges.get((self._line, one, other), other) if edges else other
        worth = value(factor, self.names)
        self._down(one, adjoint * worth, shared * worth)

    def _weighted(self, weight: str, vector: Expression, adjoint: Any, shared: Any) -> None:
        matrix = self.problem.weights[weight]
        met = value(self._met.get(weight, vector), self.names)
        other = self.problem.weights[self._weights.get(weight, weight)]
        behind = waiting = self._behind
        self._behind = None
        if behind and (getattr(matrix, "ndim", 0) < 2 or matrix.shape[0] != matrix.shape[1]):
            adjoint, behind = self._through(behind, adjoint, self.names[self._line]), None
        if weight in self.way.without_delta:
            shared = 0.0 * shared + 1.0
        if getattr(matrix, "ndim", 0) == 2:
            share = shared[..., :, None] * met
            is_square = self.way.flips and matrix.shape[0] == matrix.shape[1]
            self._share(weight, share.swapaxes(-1, -2) if is_square else share)
            back = adjoint @ (other.T if weight in self.way.turned else other)
        else:
            share = shared * met
            is_sum = getattr(share, "ndim", 0) and not getattr(matrix, "ndim", 0)
            self._share(weight, share.sum(-1) if is_sum else share)
            back = adjoint * other
        if weight in self.way.twice:
            back = back @ other if getattr(other, "ndim", 0) == 2 else back * other
        if behind:
            back = self._through(behind, back, self.names[self._line])
        back = adjoint if weight in self.way.unweighted else back
        bare = frozenset(name for other, name in self.way.unweighted_to if other == weight)
        if bare:  # these paths, without the weight, and then all others
            self._barred = frozenset(symbols(vector)) - bare
            self._down(vector, adjoint, adjoint)
            self._barred = bare
        self._down(vector, back, back)
        self._barred = NOTHING
        self._behind = waiting

    def _share(self, symbol: str, share: Any) -> None:
        self.shares[symbol] = self.shares[symbol] + share if symbol in self.shares else share

    def _add(self, name: str, adjoint: Any, shared: Any) -> None:
        if self._behind:
            adjoint = self._through(self._behind, adjoint, self.names[self._line])
        if name.startswith("b."):
            adjoint = self._bare if self._line in self.way.flat_biases else shared
        if (self._line, name) in self.way.cut or name in self._barred:
            return
        path = self._line, name
        if (path in self.way.signs) != (path in self.way.turned_over):
            adjoint = -adjoint
        if name in self.problem.weights:
            constant = self.problem.weights[name]
            is_sum = getattr(adjoint, "ndim", 0) and not getattr(constant, "ndim", 0)
            self._share(name, adjoint.sum(-1) if is_sum else adjoint)
        else:
            self.by[name] = self.by[name] + adjoint if name in self.by else adjoint
