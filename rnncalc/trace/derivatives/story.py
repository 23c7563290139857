"""The way back as a story: what each step does to a change, and what it adds to each weight."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from math import inf, log10
from typing import Any, NamedTuple

from rnncalc.cells.expressions import (
    PREVIOUS,
    Binary,
    Expression,
    Negation,
    Number,
    Symbol,
    symbols,
)
from rnncalc.cells.functions import FUNCTIONS
from rnncalc.problem.problem import Problem
from rnncalc.trace.arithmetic import value
from rnncalc.trace.derivatives.jacobians import Jacobians, Links
from rnncalc.trace.gradients.gradients import BackStep, Gradients
from rnncalc.trace.gradients.kept import KeptRows, Rows
from rnncalc.trace.step import require_finite


class Derived(NamedTuple):
    """What there is to report: a problem whose inputs can be gone through again, its gradients.

    rows: what goes through the steps. rate: that of a step of gradient descent, None if none is
    wanted. step: the only one that is to be shown, None for all.
    """

    problem: Problem
    found: Gradients
    rows: Rows
    rate: float | None = None
    step: int | None = None

    @property
    def updated(self) -> dict[str, Any]:
        """The weights and biases after a step against the gradient, by key; {} if none is wanted.

        Those alone that are among the problem's.
        """
        if self.rate is None:
            return {}
        given = {
            p.name: self.problem.weights[p.symbol]
            for p in self.problem.cell.parameters.values()
            if p.kind != "state" and p.symbol in self.problem.weights
        }
        sums = self.found.sums()
        found = {name: worth - self.rate * sums[name] for name, worth in given.items()}
        return {n: it if getattr(it, "ndim", 0) else float(it) for n, it in found.items()}


class Row(NamedTuple):
    """A step of plain numbers.

    values: its quantities. slopes: of the function of each unit. factors: of each state by itself a
    step before, by all paths. products: of each state at the last step by what it is at this one.
    direct: of each state that is carried on by a factor, and not held, that factor. carried: the
    product of those behind this step.
    """

    t: int
    back: BackStep
    values: Mapping[str, float]
    slopes: Mapping[str, float]
    factors: Mapping[str, float]
    products: Mapping[str, float]
    direct: Mapping[str, float]
    carried: Mapping[str, float]


class Norms(NamedTuple):
    """A step of vectors: 2-norms, None where there are too many elements.

    product: of the derivative of all states at the last step by those of this one. bound: the
    logarithm of the product of the norms of each step behind it. by: of the objective by each
    state. shares: what the step adds to each parameter, as a Frobenius norm.
    """

    t: int
    product: float | None
    bound: float | None
    by: Mapping[str, float]
    shares: Mapping[str, float]


def last_step(found: Gradients) -> int:
    """Return the last step that the objective is of: what comes later changes nothing."""
    return max(term.t or found.steps for term in found.objective.terms)


def direct_factors(problem: Problem) -> dict[str, Expression]:
    """Return what carries a state on within its own equation, for each that has such a factor.

    Of ``c = f * c_prev + i * candidate`` that is ``f``: the path that goes through no function and
    no matrix.
    """
    found = {}
    for line in problem.computed:
        if line.name in problem.cell.states:
            factor = _factor(line.expression, line.name + PREVIOUS)
            if factor is not None and factor != Number(1.0):
                found[line.name] = factor
    return found


def _factor(node: Expression, state: str) -> Expression | None:
    """Return what a state is multiplied by in an expression; None if there is no such factor."""
    if state not in symbols(node):
        return None
    match node:
        case Symbol():
            return Number(1.0)
        case Negation(operand):
            inner = _factor(operand, state)
            return inner and Negation(inner)
        case Binary("+" | "-" as sign, left, right):
            one, other = _factor(left, state), _factor(right, state)
            if sign == "-" and other:
                other = Negation(other)
            return Binary("+", one, other) if one and other else one or other
        case Binary("*", left, right):
            for part, rest in ((left, right), (right, left)):
                if state not in symbols(rest) and (inner := _factor(part, state)):
                    return rest if inner == Number(1.0) else Binary("*", inner, rest)
    return None


def number_rows(derived: Derived) -> Iterator[Row]:
    """Yield what there is to tell of each step of plain numbers, from the objective's last on."""
    problem, found, kept = derived.problem, derived.found, derived.found.kept
    names, states, last = problem.quantities, problem.cell.states, last_step(found)
    of_steps = KeptRows(kept, names)
    links = {name: Links(problem, name, name, kept) for name in states}
    ways = [Jacobians(problem, [name], [name], kept).through(last) for name in states]
    factors = direct_factors(problem)
    carried = dict.fromkeys(factors, 1.0)
    units = [line for line in problem.computed if line.activation and line.is_unit]
    steps = (step for step in found if step.t <= last)
    for step, *products in zip(steps, *ways, strict=True):
        values = dict(zip(names, of_steps[step.t - 1], strict=True))
        known = {**problem.weights, **values}
        held = problem.held_in(step.t)
        direct = {n: float(value(it, known)) for n, it in factors.items() if n not in held}
        yield Row(
            step.t,
            step,
            values,
            {
                e.name: float(FUNCTIONS[e.activation or ""].slope(values[e.name]))
                for e in units
                if e.name not in held
            },
            {name: link.at(step.t) for name, link in links.items()},
            {name: it[1][0] for name, it in zip(states, products, strict=True)},
            direct,
            dict(carried),
        )
        carried = {name: it * direct.get(name, 0.0) for name, it in carried.items()}


def links_of_rows(rows: Iterable[Row]) -> tuple[dict[str, Row], dict[str, Row]]:
    """Return for each state the row of its weakest link, and that of its strongest."""
    weakest: dict[str, Row] = {}
    strongest: dict[str, Row] = {}
    for row in rows:
        for name, factor in row.factors.items():
            if name not in weakest or _weakness(row, name) < _weakness(weakest[name], name):
                weakest[name] = row
            if name not in strongest or abs(factor) > abs(strongest[name].factors[name]):
                strongest[name] = row
    return weakest, strongest


def _weakness(row: Row, name: str) -> tuple[float, bool]:
    # A factor of 0 counts before one that is 0 as a slope is too small for a number.
    return abs(row.factors[name]), 0.0 in row.slopes.values()


def starts(derived: Derived) -> dict[str, float]:
    """Return the derivative of each state at the last step by its own start, of plain numbers."""
    last, states, kept = last_step(derived.found), derived.problem.cell.states, derived.found.kept
    ways = {name: Jacobians(derived.problem, [name], [name + PREVIOUS], kept) for name in states}
    return {name: [*way.through(last)][-1][1][0] for name, way in ways.items()}


def norm_rows(derived: Derived, most: int) -> Iterator[Norms]:
    """Yield what there is to tell of each step of vectors, from the objective's last on.

    After step 1 comes a row of step 0, the start. most: elements of Jacobians that are computed.
    """
    import numpy as np

    problem, found = derived.problem, derived.found
    states, last = problem.cell.states, last_step(found)
    units = sum(problem.sizes.number(name) for name in states)
    are_few = last * units * units <= most
    product, bound = (1.0, 0.0) if are_few else (None, None)
    before = [name + PREVIOUS for name in states]
    way = Jacobians(problem, states, before, found.kept) if are_few else None
    single = Jacobians(problem, states, before, found.kept) if are_few else None
    products = way.through(last) if way else iter(())
    start: dict[str, float] = {}
    for step in found:
        if step.t > last:
            continue
        by = {name: _norm(step.by[name]) for name in states}
        shares = {key: _norm(np.ravel(share)) for key, share in step.shares.items()}
        for key, norm in (by | shares).items():
            require_finite(problem, norm, f"the norm of grad.{key}", step.t)
        yield Norms(step.t, product, bound, by, shares)
        if single:
            _, parts = next(products)
            product = _norm(np.concatenate(parts, axis=-1))
            size = _norm(np.concatenate(single.over(step.t), axis=-1))
            bound = (bound or 0.0) + log10(size) if size else float("-inf")
        start = {name: _norm(step.by[name + PREVIOUS]) for name in states}
    yield Norms(0, product, bound, start, {})


def _norm(found: Any) -> float:
    """Return the 2-norm of a number, a vector or a matrix."""
    import numpy as np

    if isinstance(found, float):
        return abs(found)
    size = float(abs(found).max(initial=0.0))
    # Squares of what is very large or small are no numbers any more.
    scale = 1.0 if 1e-100 < size < 1e100 or not 0 < size < inf else size
    return float(np.linalg.norm(found / scale, 2 if found.ndim == 2 else None)) * scale
