"""Ways of going back through the steps, the right one and those with a mistake in them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from rnncalc.cells.expressions import (
    PREVIOUS,
    Expression,
    Symbol,
    rewrite,
)
from rnncalc.cells.notation import UNICODE, spell

#: Of what the right way has none.
NOTHING: frozenset[str] = frozenset()

#: A path into an equation: ("f", "h_prev").
Path = tuple[str, str]
Paths = frozenset[Path]

#: What may stand for the derivative of a distance: 1, the error squared, half of that, or what is
#: derived if the target is forgotten.
ONE, SQUARED, HALVED, UNTARGETED = "one", "squared", "halved", "untargeted"

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
    "√(1 - s²)": lambda y: abs(1.0 - y * y) ** 0.5,
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


class Lesson(NamedTuple):
    """What there is to learn: a sentence, and a short name that stays."""

    advice: str
    code: str


class Slip(NamedTuple):
    """A mistake: what it is called, what there is to learn from it, and the way that has it."""

    name: str
    lesson: Lesson
    way: Way

    @property
    def advice(self) -> str:
        """A sentence for the learner."""
        return self.lesson.advice

    @property
    def code(self) -> str:
        """A short name that stays, shared by slips that teach the same."""
        return self.lesson.code

    @property
    def coded(self) -> str:
        """The name with the code behind it."""
        return f"{self.name} [{self.code}]"


class Way(NamedTuple):
    """A way of going back; each field is a mistake, and all by default say that there is none.

    Within a step: slopes: keys of `SLOPES` by quantity. slope_at: what a slope is taken from,
    instead of its quantity. flat_shares, flat_biases, flat_back: quantities whose slope is left out
    in what is added to the weights or biases alone, to the biases alone, or in what goes back
    alone; twice_back: those whose slope counts twice there. deltas, deltas_back: whose δ stands for
    a unit's in what is added to the weights, or in what goes back. without_delta: weights to which
    what they met is added alone, and units for whose derivative 1 stands. factors: what a
    derivative is multiplied by, instead of the right factor. times_own: quantities whose derivative
    is multiplied by their value. exchanged: an equation, and two quantities that get each other's
    derivative. turned_over: paths into equations in which 1 - g stands for g. signs: paths with the
    wrong sign. pluses: equations whose minus is lost. cut: paths that are left out, and cut_early
    at all steps but the last. weights: what stands for a weight in going back. unweighted: weights
    that are left out there, and unweighted_to those that are on the path to a quantity; twice:
    those that count twice. met: what stands for what a weight meets, in the derivative by it.
    turned: matrices that are transposed in going back. flips: whether the derivative by a matrix is
    transposed. slope_behind: whether going back through a square matrix comes before the slope.

    From step to step: depth: how many steps back anything goes, 0 for all. accumulates: states
    whose derivative is added to that of the step behind it. everywhere: whether the objective is
    that of all steps. seed: what stands for the derivative of a distance. factor: what the
    objective's derivative is multiplied by. flat_last: whether slopes are left out at the last step
    alone. skips_first, only_first, skips_last, only_last: whether step 1 adds nothing, or alone
    counts, or the last adds nothing, or alone counts. is_mean: whether sums are divided by the
    steps. starts_late: whether the derivative by the first state stands for that by its start.
    is_reversed: whether Jacobians stand in the wrong order.
    """

    slopes: tuple[tuple[str, str], ...] = ()
    slope_at: tuple[tuple[str, str], ...] = ()
    flat_shares: frozenset[str] = NOTHING
    flat_biases: frozenset[str] = NOTHING
    deltas: tuple[tuple[str, str], ...] = ()
    deltas_back: tuple[tuple[str, str], ...] = ()
    without_delta: frozenset[str] = NOTHING
    flat_back: frozenset[str] = NOTHING
    twice_back: frozenset[str] = NOTHING
    factors: tuple[tuple[Edge, Expression], ...] = ()
    times_own: frozenset[str] = NOTHING
    exchanged: tuple[str, str, str] | None = None
    turned_over: Paths = frozenset()
    signs: Paths = frozenset()
    pluses: frozenset[str] = NOTHING
    cut: Paths = frozenset()
    cut_early: Paths = frozenset()
    weights: tuple[tuple[str, str], ...] = ()
    unweighted: frozenset[str] = NOTHING
    unweighted_to: Paths = frozenset()
    twice: frozenset[str] = NOTHING
    met: tuple[tuple[str, Expression], ...] = ()
    turned: frozenset[str] = NOTHING
    flips: bool = False
    slope_behind: bool = False
    depth: int = 0
    accumulates: frozenset[str] = NOTHING
    everywhere: bool = False
    seed: str = ""
    factor: float = 1.0
    flat_last: bool = False
    skips_last: bool = False
    skips_first: bool = False
    only_first: bool = False
    only_last: bool = False
    is_mean: bool = False
    starts_late: bool = False
    is_reversed: bool = False
