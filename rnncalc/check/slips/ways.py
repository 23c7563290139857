"""Ways of going back through a step, the right one and those with a mistake in them.

What a way gives is worked out node by node, from the values of the steps as they are, right or not.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from rnncalc.cells.expressions import PREVIOUS, Binary, Call, Expression, Negation, Symbol, symbols
from rnncalc.cells.functions import FUNCTIONS
from rnncalc.problem.problem import Problem
from rnncalc.trace.arithmetic import value

#: Of what the right way has none.
NOTHING: frozenset[str] = frozenset()

#: A path from a previous state into an equation: ("f", "h_prev").
Paths = frozenset[tuple[str, str]]


class Way(NamedTuple):
    """A way of going back; each field is a mistake, and all by default say that there is none.

    flat: units whose slope is left out, and flat_shares those where that is so in what is added to
    the weights alone. at_z: units whose slope is taken at the pre-activation. early: those whose
    slope is taken a step too early. slopes: functions in the place of a unit's own. cut: paths that
    are left out. turned: matrices that are transposed in going back. unweighted: whether weights
    are left out there. current: whether a share has s_t for s_{t-1}. last_only: whether nothing
    goes back. skips_first: whether step 1 adds nothing. is_mean: whether sums are divided by the
    steps. factor: what the objective's derivative is multiplied by. is_reversed: whether Jacobians
    stand in the wrong order. flips: whether the derivative by a matrix is transposed.
    """

    flat: frozenset[str] = NOTHING
    flat_shares: frozenset[str] = NOTHING
    at_z: frozenset[str] = NOTHING
    early: frozenset[str] = NOTHING
    slopes: tuple[tuple[str, str], ...] = ()
    cut: Paths = frozenset()
    turned: frozenset[str] = NOTHING
    unweighted: bool = False
    current: bool = False
    last_only: bool = False
    skips_first: bool = False
    is_mean: bool = False
    factor: float = 1.0
    is_reversed: bool = False
    flips: bool = False


class Back(NamedTuple):
    """What a step of the way back gives: adjoints by symbol, and shares by parameter's symbol."""

    by: dict[str, Any]
    shares: dict[str, Any]


def step_back(
    problem: Problem, way: Way, t: int, values: Mapping[str, Any], incoming: Mapping[str, Any]
) -> Back:
    """Return what a step gives, whose values are known, from what comes in by quantity.

    values: of all quantities and previous states at the step, and "early.h" for the slopes of a
    step before.
    """
    names = {**problem.weights, **values}
    walker = _Walker(problem, way, names, dict(incoming))
    held = problem.held_in(t)
    for line in reversed(problem.cell.equations):
        if line.name in walker.by and line.name not in held:
            walker.equation(line.name, line.expression, is_unit=line.is_unit)
    return Back(walker.by, walker.shares)


class _Walker:
    """Goes down the equations of one step."""

    def __init__(
        self, problem: Problem, way: Way, names: Mapping[str, Any], by: dict[str, Any]
    ) -> None:
        self.problem, self.way, self.names, self.by = problem, way, names, by
        self.shares: dict[str, Any] = {}
        self._line = ""

    def equation(self, name: str, node: Expression, *, is_unit: bool) -> None:
        """Go down one equation."""
        self._line = name
        adjoint = bare = self.by[name]
        if isinstance(node, Call) and symbols(node):
            adjoint = self._through(node, adjoint, is_own=is_unit)
            if is_unit:
                self.by[f"pre.{name}"] = adjoint
            node = node.argument
        self._down(node, adjoint, bare if name in self.way.flat_shares else adjoint)

    def _through(self, node: Call, adjoint: Any, *, is_own: bool) -> Any:
        """Return the adjoint of a function's argument, with the slip that is made there."""
        name, way, function = self._line, self.way, FUNCTIONS[node.function]
        if not is_own:
            return function.carried_back(value(node, self.names), adjoint)
        worth = self.names[name]
        if name in way.flat:
            return adjoint
        if name in way.at_z:
            worth = value(node.argument, self.names)
        if name in way.early:
            worth = self.names.get(f"early.{name}", worth)
        other = dict(way.slopes).get(name)
        return FUNCTIONS[other or node.function].carried_back(worth, adjoint)

    def _down(self, node: Expression, adjoint: Any, shared: Any) -> None:
        """Add what an adjoint says of all in a node; ``shared`` is the one that weights get."""
        match node:
            case Symbol(name):
                self._add(name, shared if name.startswith("b.") else adjoint)
            case Negation(operand):
                self._down(operand, -adjoint, -shared)
            case Call():
                inner = self._through(node, adjoint, is_own=False)
                self._down(node.argument, inner, inner)
            case Binary("+" | "-" as sign, left, right):
                self._down(left, adjoint, shared)
                back = -1.0 if sign == "-" else 1.0
                self._down(right, back * adjoint, back * shared)
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
                for one, other in ((left, right), (right, left)):
                    worth = value(other, self.names)
                    self._down(one, adjoint * worth, shared * worth)

    def _weighted(self, weight: str, vector: Expression, adjoint: Any, shared: Any) -> None:
        matrix, met = self.problem.weights[weight], value(vector, self._met)
        if getattr(matrix, "ndim", 0) == 2:
            share = shared[..., :, None] * met
            is_square = self.way.flips and matrix.shape[0] == matrix.shape[1]
            self._share(weight, share.swapaxes(-1, -2) if is_square else share)
            turned = matrix.T if weight in self.way.turned else matrix
            back = adjoint if self._is_unweighted(matrix) else adjoint @ turned
        else:
            share = shared * met
            is_sum = getattr(share, "ndim", 0) and not getattr(matrix, "ndim", 0)
            self._share(weight, share.sum(-1) if is_sum else share)
            back = adjoint if self.way.unweighted else adjoint * matrix
        self._down(vector, back, back)

    def _is_unweighted(self, matrix: Any) -> bool:
        return self.way.unweighted and matrix.shape[0] == matrix.shape[1]

    @property
    def _met(self) -> Mapping[str, Any]:
        """What weights meet: with a slip, each state for its previous value."""
        if not self.way.current:
            return self.names
        now = {f"{n}{PREVIOUS}": self.names[n] for n in self.problem.cell.states}
        return {**self.names, **now}

    def _share(self, symbol: str, share: Any) -> None:
        self.shares[symbol] = self.shares[symbol] + share if symbol in self.shares else share

    def _add(self, name: str, adjoint: Any) -> None:
        if (self._line, name) in self.way.cut:
            return
        if name in self.problem.weights:
            constant = self.problem.weights[name]
            is_sum = getattr(adjoint, "ndim", 0) and not getattr(constant, "ndim", 0)
            self._share(name, adjoint.sum(-1) if is_sum else adjoint)
        else:
            self.by[name] = self.by[name] + adjoint if name in self.by else adjoint
