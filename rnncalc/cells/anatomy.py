"""Anatomy: what is found from a cell's equations: which sizes are one, and what each part is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

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

    of: the class of each symbol; a smaller one comes first in the order of computing. A weight that
    ``@`` applies has two: that of what it gives, and in ``meets`` that of what it is applied to.
    met: by weight, the first that it is applied to.
    """

    def __init__(self, equations: Sequence[Equation]) -> None:
        self._parents: list[int] = []
        of: dict[str, int] = defaultdict(self._new)
        self._of, self._meets = of, dict[str, int]()
        self.met: dict[str, Expression] = {}
        for line in equations:
            found = self._class(line.expression)
            own = of[line.name]
            if found is not None:
                self._join(own, found)
        for name in list(of):
            if name.endswith(PREVIOUS) and "." not in name:
                self._join(of[name], of[name.removesuffix(PREVIOUS)])
        self.of = {name: self._root(found) for name, found in of.items()}
        self.meets = {name: self._root(found) for name, found in self._meets.items()}

    def _class(self, node: Expression) -> int | None:
        """Return the class of an expression; None for one of numbers, which fits any."""
        match node:
            case Symbol(name):
                return self._of[name]
            case Binary("@", Symbol(weight) | Negation(Symbol(weight)), right):
                met = self._class(right)
                met = self._new() if met is None else met
                self._join(self._meets.setdefault(weight, met), met)
                self.met.setdefault(weight, right)
                return self._of[weight]
            case Binary(_, left, right):
                one, other = self._class(left), self._class(right)
                if one is not None and other is not None:
                    self._join(one, other)
                return other if one is None else one
            case Negation(inner) | Call(_, inner):
                return self._class(inner)
        return None

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
    gates, feeding = _gates(equations), set(states)
    for line in reversed(equations):
        if line.name in feeding:
            feeding.update(symbols(line.expression))

    def role(line: Equation) -> str:
        if line.name in states:
            return "state"
        if line.name in gates:
            return "gate"
        if line.name not in feeding:
            return "output"
        match line.expression:
            case Call(_, Binary("+" | "-" | "@")):
                return "candidate"
        return "intermediate"

    return {line.name: role(line) for line in equations}


def _gates(equations: Sequence[Equation]) -> set[str]:
    within, found = set(), set()
    for line in equations:
        match line.expression:
            case Call(function) if FUNCTIONS[function].is_gate:
                within.add(line.name)
            case Binary("-", Number(1.0), Symbol(name)) if name in within:
                within.add(line.name)
    computed = {line.name for line in equations} | {"x"}

    def is_computed(name: str) -> bool:
        return name in computed or (name.endswith(PREVIOUS) and "." not in name)

    for part in (part for line in equations for part in walk(line.expression)):
        if isinstance(part, Binary) and part.operator == "*":
            for factor, other in ((part.left, part.right), (part.right, part.left)):
                name = _factor(factor)
                if name in within and any(map(is_computed, symbols(other))):
                    found.add(name)
                    break
    return found


def _factor(node: Expression) -> str:
    """Return the name in ``name`` or ``1 - name``; "" for anything else."""
    match node:
        case Symbol(name) | Binary("-", Number(1.0), Symbol(name)):
            return name
    return ""


def feeds(equations: Sequence[Equation]) -> Mapping[str, tuple[str, ...]]:
    """Return for each symbol the quantities whose equations read it."""
    found: dict[str, tuple[str, ...]] = {}
    for line in equations:
        for name in symbols(line.expression):
            found[name] = (*found.get(name, ()), line.name)
    return found
