"""Anatomy: what is found from a cell's equations: which sizes are one, and what each part is."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from rnncalc.cells.expressions import (
    PREVIOUS,
    Binary,
    Call,
    Equation,
    Expression,
    Negation,
    Number,
    Symbol,
    symbols,
    walk,
)
from rnncalc.cells.functions import FUNCTIONS


class Classes:
    """Which parts of a cell have one size: what is added or multiplied elementwise.

    of: the class of each symbol. A weight that ``@`` applies has two: that of what it gives, and
    in ``meets`` that of what it is applied to. order: all classes in the order of computing.
    """

    def __init__(self, equations: Sequence[Equation]) -> None:
        self._parents: list[int] = []
        self._of: dict[str, int] = {}
        self._meets: dict[str, int] = {}
        for line in equations:
            found = self._class(line.expression)
            own = self._symbol(line.name)
            if found is not None:
                self._join(own, found)
        for name in list(self._of):
            if name.endswith(PREVIOUS):
                self._join(self._of[name], self._symbol(name.removesuffix(PREVIOUS)))
        self.of = {name: self._root(found) for name, found in self._of.items()}
        self.meets = {name: self._root(found) for name, found in self._meets.items()}
        self.order = list(dict.fromkeys(self._root(k) for k in range(len(self._parents))))

    def _class(self, node: Expression) -> int | None:
        """Return the class of an expression; None for one of numbers, which fits any."""
        match node:
            case Symbol(name):
                return self._symbol(name)
            case Binary("@", left, right):
                met = self._class(right)
                weight = left.operand if isinstance(left, Negation) else left
                assert isinstance(weight, Symbol)
                met = self._new() if met is None else met
                self._join(self._meets.setdefault(weight.name, met), met)
                return self._symbol(weight.name)
            case Binary(_, left, right):
                one, other = self._class(left), self._class(right)
                if one is not None and other is not None:
                    self._join(one, other)
                return other if one is None else one
            case Negation(inner) | Call(_, inner):
                return self._class(inner)
        return None

    def _symbol(self, name: str) -> int:
        if name not in self._of:
            self._of[name] = self._new()
        return self._of[name]

    def _new(self) -> int:
        self._parents.append(len(self._parents))
        return len(self._parents) - 1

    def _root(self, found: int) -> int:
        while self._parents[found] != found:
            found = self._parents[found]
        return found

    def _join(self, one: int, other: int) -> None:
        one, other = self._root(one), self._root(other)
        self._parents[max(one, other)] = min(one, other)


def roles(equations: Sequence[Equation], states: Collection[str]) -> dict[str, str]:
    """Return what each computed quantity is to its cell; the first that holds.

    "state": the next step reads it back. "gate": within 0 and 1, and something computed is
    multiplied by it, or by 1 minus it. "output": it feeds no state. "candidate": a function of a
    sum. "intermediate": all others.
    """
    gates = _gates(equations)
    feeding = _feeding(equations, states)
    found = {}
    for line in equations:
        if line.name in states:
            found[line.name] = "state"
        elif line.name in gates:
            found[line.name] = "gate"
        elif line.name not in feeding:
            found[line.name] = "output"
        elif isinstance(line.expression, Call) and _is_sum(line.expression.argument):
            found[line.name] = "candidate"
        else:
            found[line.name] = "intermediate"
    return found


def _is_sum(node: Expression) -> bool:
    """Return whether something is added up here: terms, or the products of a row and a vector."""
    return isinstance(node, Binary) and node.operator in "+-@"


def _feeding(equations: Sequence[Equation], states: Collection[str]) -> set[str]:
    """Return the quantities that states are computed from, the states among them."""
    found = set(states)
    for line in reversed(equations):
        if line.name in found:
            found.update(symbols(line.expression))
    return found


def _gates(equations: Sequence[Equation]) -> set[str]:
    lines = {line.name: line.expression for line in equations}
    within: set[str] = set()
    for name, expression in lines.items():
        is_gate = isinstance(expression, Call) and FUNCTIONS[expression.function].is_gate
        if is_gate or complemented(expression) in within:
            within.add(name)

    def is_computed(name: str) -> bool:
        return name in lines or name == "x" or name.endswith(PREVIOUS)

    found = set()
    for line in equations:
        for left, right in _products(line.expression):
            for factor, other in ((left, right), (right, left)):
                name = complemented(factor) or _name(factor)
                if name in within and any(map(is_computed, symbols(other))):
                    found.add(name)
                    break
    return found


def complemented(node: Expression) -> str:
    """Return the name in ``1 - name``; "" for anything else."""
    match node:
        case Binary("-", Number(1.0), Symbol(name)):
            return name
    return ""


def _name(node: Expression) -> str:
    return node.name if isinstance(node, Symbol) else ""


def _products(node: Expression) -> Iterator[tuple[Expression, Expression]]:
    for part in walk(node):
        if isinstance(part, Binary) and part.operator == "*":
            yield part.left, part.right


def feeds(equations: Sequence[Equation]) -> Mapping[str, tuple[str, ...]]:
    """Return for each symbol the quantities whose equations read it."""
    found: dict[str, tuple[str, ...]] = {}
    for line in equations:
        for name in symbols(line.expression):
            found[name] = (*found.get(name, ()), line.name)
    return found
