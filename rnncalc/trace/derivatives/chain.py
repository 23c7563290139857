"""The chain rule, written out: what each derivative is the product and the sum of.

Derived from the equations' trees by going down each of them with the derivative of its quantity.
Symbols are names as in the tables, with their step: ``h@2`` is a value, ``grad.h@2`` the derivative
by it, ``delta.f@2`` that by a pre-activation.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rnncalc.cells.expressions import (
    PREVIOUS,
    Binary,
    Call,
    Expression,
    Negation,
    Number,
    Symbol,
    key_of,
    rewrite,
)
from rnncalc.problem.problem import DEFAULT
from rnncalc.trace.derivatives.story import Derived, last_step
from rnncalc.trace.gradients.adjoints import is_matrix
from rnncalc.trace.gradients.objective import ENTROPY, SQUARES, start_of

#: A name, and what it comes to as an expression of other names.
Link = tuple[str, Expression]


def links(derived: Derived) -> Iterator[tuple[int, list[Link]]]:
    """Yield each step, from the objective's last to the first, with what it is worked out by.

    With step 0 come the starts.
    """
    last = last_step(derived.found)
    waiting = _seeds(derived)
    for t in range(last, 0, -1):
        yield t, _Step(derived, waiting, t).links()
    cell = derived.problem.cell
    found = [(name, waiting.get(f"{name}@0", [])) for name in cell.states]
    yield 0, [(f"grad.{start_of(cell, name)}", total(terms)) for name, terms in found if terms]


def total(terms: list[Expression]) -> Expression:
    """Return the sum of some terms."""
    whole, *others = terms
    for term in others:
        minus = isinstance(term, Negation)
        operand = term.operand if isinstance(term, Negation) else term
        whole = Binary("-" if minus else "+", whole, operand)
    return whole


def _seeds(derived: Derived) -> dict[str, list[Expression]]:
    """Return what the objective itself says of quantities at their steps."""
    found: dict[str, list[Expression]] = {}
    for term in derived.found.objective.terms:
        place = f"{term.name}@{term.t or derived.found.steps}"
        if term.kind == SQUARES and derived.problem.scalar:
            target: Expression = Number(abs(term.target))
            sign = "+" if term.target < 0 else "-"
            seed: Expression = Binary(sign, Symbol(place), target) if term.target else Symbol(place)
        else:
            is_whole = term.target is None and (term.unit is None or derived.problem.scalar)
            seed = Number(1.0) if is_whole else Symbol(f"seed.{place}")
        found.setdefault(place, []).append(seed)
    return found


class _Step:
    """The links of one step; ``waiting`` has terms for what is yet to be told, by its place."""

    def __init__(self, derived: Derived, waiting: dict[str, list[Expression]], t: int) -> None:
        self.problem, self.waiting, self.t = derived.problem, waiting, t
        self.shares: list[Link] = []

    def links(self) -> list[Link]:
        """Return what there is to work out, in that order."""
        found: list[Link] = []
        held = self.problem.held_in(self.t)
        for line in reversed(self.problem.cell.equations):
            terms = self.waiting.pop(f"{line.name}@{self.t}", [])
            if not terms or line.name in held:
                continue
            adjoint, node = total(terms), line.expression
            is_seed = isinstance(adjoint, Symbol) and adjoint.name.startswith("seed.")
            if not line.is_unit or len(terms) > 1 or is_seed:
                name = f"grad.{line.name}@{self.t}"
                found.append((name, adjoint))
                adjoint = Symbol(name)
            if not isinstance(node, Call):
                self._down(node, adjoint)
                continue
            adjoint = self._through(node.function, Symbol(f"{line.name}@{self.t}"), adjoint)
            if line.is_unit:
                delta = f"delta.{line.name}@{self.t}"
                found.append((delta, adjoint))
                adjoint = Symbol(delta)
            self._down(node.argument, adjoint)
        together: dict[str, list[Expression]] = {}
        origins = self.problem.origins
        for symbol, expression in self.shares:
            if symbol.startswith("b.") and origins.get(key_of(symbol)) == DEFAULT:
                continue  # nobody asked for a bias
            together.setdefault(symbol, []).append(expression)
        keys = {p.symbol: p.name for p in self.problem.cell.parameters.values()}
        for symbol, terms in together.items():
            found.append((f"grad.{keys[symbol]}@{self.t}", total(terms)))
        return found

    def _through(self, function: str, worth: Expression, adjoint: Expression) -> Expression:
        """Return what becomes of a derivative by a function's value, by its argument."""
        one = Number(1.0)
        slope: Expression
        if function == "identity":
            return adjoint
        if function == "tanh":
            slope = Binary("-", one, Binary("*", worth, worth))
        elif function == "sigmoid":
            return _times(_times(adjoint, worth), Binary("-", one, worth))
        elif function == "exp":
            slope = worth
        elif function == "softplus":
            slope = Binary("-", one, Call("exp", Negation(worth)))
        elif function == "softmax":
            part = _times(worth, adjoint)
            part = part if self.problem.scalar else Call("sum", part)
            return _times(worth, Binary("-", adjoint, part))
        else:
            slope = Call(f"{function}'", worth)
        return _times(adjoint, slope)

    def _down(self, node: Expression, adjoint: Expression) -> None:
        """Note what a derivative by a node says of all that is in it."""
        match node:
            case Symbol(name):
                self._note(name, adjoint)
            case Negation(operand):
                self._down(operand, _minus(adjoint))
            case Call(function, argument):
                self._down(argument, self._through(function, self._placed(node), adjoint))
            case Binary("+" | "-" as sign, left, right):
                self._down(left, adjoint)
                self._down(right, _minus(adjoint) if sign == "-" else adjoint)
            case Binary("/", left, right):
                below = self._placed(right)
                self._down(left, Binary("/", adjoint, below))
                above = _times(adjoint, self._placed(left))
                self._down(right, _minus(Binary("/", above, Binary("*", below, below))))
            case Binary("@", Negation(weight), vector):
                self._down(Binary("@", weight, vector), _minus(adjoint))
            case Binary("@", Symbol(weight), vector) if is_matrix(self.problem, weight):
                self._note(weight, Binary("@", adjoint, Call("transpose", self._placed(vector))))
                self._down(vector, Binary("@", Symbol(f"{weight}ᵀ"), adjoint))
            case Binary("@", Symbol(weight), vector) if not self.problem.scalar:
                share = _times(adjoint, self._placed(vector))
                is_number = not getattr(self.problem.weights[weight], "ndim", 0)
                self._note(weight, Call("sum", share) if is_number else share)
                self._down(vector, _times(adjoint, Symbol(weight)))
            case Binary(_, left, right):
                self._down(left, _times(adjoint, self._placed(right)))
                self._down(right, _times(adjoint, self._placed(left)))

    def _note(self, name: str, adjoint: Expression) -> None:
        if name in self.problem.weights:
            self.shares.append((name, adjoint))
        elif name != "x":
            step = self.t - name.endswith(PREVIOUS)
            self.waiting.setdefault(f"{name.removesuffix(PREVIOUS)}@{step}", []).append(adjoint)

    def _placed(self, node: Expression) -> Expression:
        """Return a part of an equation with the step of each of its quantities."""

        def placed(part: Expression) -> Expression:
            if not isinstance(part, Symbol) or part.name in self.problem.weights:
                return part
            step = self.t - part.name.endswith(PREVIOUS)
            return Symbol(f"{part.name.removesuffix(PREVIOUS)}@{step}")

        return rewrite(node, placed)


def _minus(node: Expression) -> Expression:
    return node.operand if isinstance(node, Negation) else Negation(node)


def _times(left: Expression, right: Expression) -> Expression:
    """Return a product; a sign is put before it."""
    if isinstance(left, Negation):
        return Negation(_times(left.operand, right))
    return right if left == Number(1.0) else Binary("*", left, right)


def known(derived: Derived) -> dict[str, Any]:
    """Return what the names in links are worth: weights by symbol, all others with their steps."""
    problem, found = derived.problem, derived.found
    worth: dict[str, Any] = dict(problem.weights)
    for state in problem.cell.states:
        worth[f"{state}@0"] = problem.state[state + PREVIOUS]
    names = problem.quantities
    for t, row in enumerate(derived.rows(problem, names), 1):
        worth |= {f"{n}@{t}": it for n, it in zip(names, row, strict=True)}
    for term in found.objective.terms:
        place = f"{term.name}@{term.t or found.steps}"
        if term.kind == ENTROPY:
            worth[f"seed.{place}"] = -term.target / worth[place]
        elif term.target is not None:
            worth[f"seed.{place}"] = worth[place] - term.target
        else:
            worth[f"seed.{place}"] = 1.0
    for step in found:
        for name, it in {**step.by, **step.shares}.items():
            kind = "delta" if name.startswith("pre.") else "grad"
            worth[f"{kind}.{name.removeprefix('pre.')}@{step.t}"] = it
    return worth | {f"grad.{key}": it for key, it in found.sums().items()}
