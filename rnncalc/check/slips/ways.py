"""Ways of going back through a step, the right one and those with a mistake in them.

What a way gives is worked out node by node, from the values of the steps as they are, right or not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from rnncalc.cells.expressions import (
    PREVIOUS,
    Binary,
    Call,
    Expression,
    Negation,
    Symbol,
    rewrite,
    symbols,
)
from rnncalc.cells.functions import FUNCTIONS
from rnncalc.cells.notation import UNICODE, spell
from rnncalc.problem.problem import Problem
from rnncalc.trace.arithmetic import value

#: Of what the right way has none.
NOTHING: frozenset[str] = frozenset()

#: A path into an equation: ("f", "h_prev").
Path = tuple[str, str]
Paths = frozenset[Path]

#: A factor of a product in an equation's line, and what its derivative is multiplied by.
Edge = tuple[str, Expression, Expression]

#: What may stand for a slope, from the function's value.
SLOPES: Mapping[str, Callable[[Any], Any]] = {
    "none": lambda y: 1.0 + 0.0 * y,
    "tanh": lambda y: 1.0 - y * y,
    "sigmoid": lambda y: y * (1.0 - y),
    "1 - s": lambda y: 1.0 - y,
    "1 + s²": lambda y: 1.0 + y * y,
    "s²": lambda y: y * y,
    "(1 - s²)²": lambda y: (1.0 - y * y) ** 2,
    "g": lambda y: y,
    "1 - g": lambda y: 1.0 - y,
    "g (1 + g)": lambda y: y * (1.0 + y),
    "(g (1 - g))²": lambda y: (y * (1.0 - y)) ** 2,
}


def called(node: Expression) -> str:
    """Spell an expression with steps for previous states: ``f ⊙ c_(t-1)``."""
    early = rewrite(node, lambda part: _early(part) if isinstance(part, Symbol) else part)
    return spell(early, UNICODE)


def _early(symbol: Symbol) -> Symbol:
    name = symbol.name
    if name.startswith("early."):
        return Symbol(f"{name.removeprefix('early.')}_(t-1)")
    return Symbol(f"{name.removesuffix(PREVIOUS)}_(t-1)") if name.endswith(PREVIOUS) else symbol


class Slip(NamedTuple):
    """A mistake: what it is called, a sentence for the learner, and the way that has it."""

    name: str
    advice: str
    way: Way


class Way(NamedTuple):
    """A way of going back; each field is a mistake, and all by default say that there is none.

    Within a step: slopes: keys of `SLOPES` by quantity. slope_at: what a slope is taken from,
    instead of its quantity. flat_shares, flat_back: quantities whose slope is left out in what is
    added to the weights alone, or in what goes back alone. factors: what a derivative is multiplied
    by, instead of the right factor. signs: paths with the wrong sign. pluses: equations whose minus
    is lost. cut: paths that are left out. weights: what stands for a weight in going back.
    unweighted: weights that are left out there, and unweighted_to those that are on the path to a
    quantity. met: what stands for what a weight meets, in the derivative by it. turned: matrices
    that are transposed in going back. flips: whether the derivative by a matrix is transposed.

    From step to step: depth: how many steps back anything goes, 0 for all. accumulates: states
    whose derivative is added to that of the step behind it. everywhere: whether the objective is
    that of all steps. bare: whether the error is taken for 1. factor: what the objective's
    derivative is multiplied by. skips_first, only_first: whether step 1 adds nothing, or alone
    counts. is_mean: whether sums are divided by the steps. starts_late: whether the derivative by
    the first state stands for that by its start. is_reversed: whether Jacobians stand in the wrong
    order.
    """

    slopes: tuple[tuple[str, str], ...] = ()
    slope_at: tuple[tuple[str, str], ...] = ()
    flat_shares: frozenset[str] = NOTHING
    flat_back: frozenset[str] = NOTHING
    factors: tuple[tuple[Edge, Expression], ...] = ()
    signs: Paths = frozenset()
    pluses: frozenset[str] = NOTHING
    cut: Paths = frozenset()
    weights: tuple[tuple[str, str], ...] = ()
    unweighted: frozenset[str] = NOTHING
    unweighted_to: Paths = frozenset()
    met: tuple[tuple[str, Expression], ...] = ()
    turned: frozenset[str] = NOTHING
    flips: bool = False
    depth: int = 0
    accumulates: frozenset[str] = NOTHING
    everywhere: bool = False
    bare: bool = False
    factor: float = 1.0
    skips_first: bool = False
    only_first: bool = False
    is_mean: bool = False
    starts_late: bool = False
    is_reversed: bool = False


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
        self._factors, self._met = dict(way.factors), dict(way.met)

    def equation(self, name: str, node: Expression, *, is_unit: bool) -> None:
        """Go down one equation."""
        self._line = name
        adjoint = bare = self.by[name]
        if isinstance(node, Call) and symbols(node):
            adjoint = self._through(node, adjoint, self.names[name])
            if is_unit:
                adjoint = self.by[f"pre.{name}"] = self._carry(f"pre.{name}", adjoint)
            node = node.argument
        back = bare if name in self.way.flat_back else adjoint
        self._down(node, back, bare if name in self.way.flat_shares else adjoint)

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
                self._add(name, shared if name.startswith("b.") else adjoint)
            case Negation(operand):
                self._down(operand, -adjoint, -shared)
            case Call(function, argument):
                inner = FUNCTIONS[function].carried_back(value(node, self.names), adjoint)
                self._down(argument, inner, inner)
            case Binary("+" | "-" as sign, left, right):
                self._down(left, adjoint, shared)
                back = -1.0 if sign == "-" and self._line not in self.way.pluses else 1.0
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
                    factor = self._factors.get((self._line, one, other), other)
                    worth = value(factor, self.names)
                    self._down(one, adjoint * worth, shared * worth)

    def _weighted(self, weight: str, vector: Expression, adjoint: Any, shared: Any) -> None:
        matrix = self.problem.weights[weight]
        met = value(self._met.get(weight, vector), self.names)
        other = self.problem.weights[dict(self.way.weights).get(weight, weight)]
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
        for bare, barred in self._bare_paths(weight, vector):
            self._barred = barred
            to = adjoint if bare else back
            self._down(vector, to, to)
        self._barred = NOTHING

    def _bare_paths(self, weight: str, vector: Expression) -> Iterator[tuple[bool, frozenset[str]]]:
        """Yield whether the weight is left out, for all but the paths to some symbols."""
        is_bare = weight in self.way.unweighted
        some = frozenset(name for other, name in self.way.unweighted_to if other == weight)
        if some:
            yield True, frozenset(symbols(vector)) - some
        yield is_bare, some

    def _share(self, symbol: str, share: Any) -> None:
        self.shares[symbol] = self.shares[symbol] + share if symbol in self.shares else share

    def _add(self, name: str, adjoint: Any) -> None:
        if (self._line, name) in self.way.cut or name in self._barred:
            return
        if (self._line, name) in self.way.signs:
            adjoint = -adjoint
        if name in self.problem.weights:
            constant = self.problem.weights[name]
            is_sum = getattr(adjoint, "ndim", 0) and not getattr(constant, "ndim", 0)
            self._share(name, adjoint.sum(-1) if is_sum else adjoint)
        else:
            self.by[name] = self.by[name] + adjoint if name in self.by else adjoint
