"""Adjoints: how a derivative by what a step gives becomes one by what the step is made of.

Reverse mode over the nodes of the equations, written out as Python once for each problem. An
adjoint is the derivative of one number by a quantity, of the quantity's size, or of k numbers at
once, of shape (k, size): the lines don't know the difference, as what is summed over stands last.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from operator import mul
from typing import Any, NamedTuple

from rnncalc.cells.expressions import (
    PREVIOUS,
    Binary,
    Call,
    Equation,
    Expression,
    Negation,
    Symbol,
    symbols,
)
from rnncalc.cells.functions import FUNCTIONS
from rnncalc.problem.problem import Problem
from rnncalc.trace.arithmetic import code, variable

#: What is told of a function whose argument is at a corner: the step, the quantity, the function.
AtCorner = Callable[[int, str, str], None]


class Wanted(NamedTuple):
    """What is to be derived, and by what.

    names: quantities, previous states ("h_prev"), "x", pre-activations ("pre.f") and parameters by
    symbol ("W.fh"). Of a matrix come factors, not their product: a list of pairs (adjoint of what
    it gives, what it meets). seeds: what the objective itself adds, by quantity and step; they may
    be filled in until the loop runs. shape: () for one number, (k,) for k of them.
    """

    names: Sequence[str]
    seeds: Mapping[str, Mapping[int, Any]]
    shape: tuple[int, ...] = ()


def is_matrix(problem: Problem, symbol: str) -> bool:
    """Return whether a symbol stands for a weight with rows and columns in this problem."""
    return getattr(problem.weights.get(symbol), "ndim", 0) == 2


def adjoint_of(name: str) -> str:
    """Return the variable of an adjoint."""
    return f"a_{variable(name)}"


def _weigh_back(adjoint: Any, weight: Any) -> Any:
    return adjoint.dot(weight) if weight.ndim == 2 else adjoint * weight


def _summed(array: Any) -> Any:
    return array.sum(-1)  # not in the loop: NumPy may import, which takes the caller's builtins


def _corner_test(at_corner: AtCorner) -> Callable[..., None]:
    """Return what tells of a function's argument if it, or an element of it, is at a corner."""

    def test(t: int, quantity: str, function: str, argument: Any) -> None:
        corners = FUNCTIONS[function].corners
        elements = (argument,) if isinstance(argument, float) else argument.tolist()
        if any(element in corners for element in elements):
            at_corner(t, quantity, function)

    return test


class Writer:
    """Writes the lines of one step; ``a_v_h`` is the adjoint of h.

    reads: the names that they need values of. namespace: what else is in their reach.
    """

    def __init__(self, problem: Problem, wanted: Wanted, at_corner: AtCorner) -> None:
        self.problem, self.wanted = problem, wanted
        self.reads: dict[str, None] = {}
        self.namespace: dict[str, Any] = {"corner": _corner_test(at_corner)}
        self._lines: list[str] = []
        self._seen: set[str] = set()  # what has an adjoint by now
        self._pairs: dict[str, list[str]] = {}
        self._idle = {*problem.weights, "x"} - {*wanted.names}  # what needs no adjoint
        self._quantity = ""
        self._count = 0
        for name, function in FUNCTIONS.items():
            self.namespace[f"f_{name}"] = function.number if problem.scalar else function.array
            self.namespace[f"d_{name}"] = function.slope
            self.namespace[f"through_{name}"] = function.carried_back
        if problem.scalar:
            self.namespace["weigh"] = mul
        self.namespace["weigh_back"] = mul if problem.scalar else _weigh_back
        self.namespace["summed"] = _summed

    def body(self) -> list[str]:
        """Return the lines."""
        states = self.problem.cell.states
        for name in states:
            self._add(name, adjoint_of(name + PREVIOUS))
        for line in reversed(self.problem.computed):
            self._equation(line)
        for name in states:
            if name + PREVIOUS not in self._seen:
                self._add(name + PREVIOUS, self._zero(name))
        return self._lines

    def shown(self, name: str) -> str:
        """Return the code of what is yielded for a wanted name."""
        if is_matrix(self.problem, name):
            return f"[{', '.join(self._pairs.get(name, ()))}]"
        return adjoint_of(name) if name in self._seen else self._zero(name)

    def zero(self, name: str) -> Any:
        """Return the adjoint of what nothing depends on."""
        if self.problem.scalar:
            return 0.0
        import numpy as np

        if name in self.problem.weights:
            return np.zeros(self.wanted.shape + self.problem.weights[name].shape)
        return np.zeros((*self.wanted.shape, self.problem.sizes.number(name.removeprefix("pre."))))

    def _zero(self, name: str) -> str:
        self.namespace[f"z_{variable(name)}"] = self.zero(name)
        return f"z_{variable(name)}"

    def _equation(self, line: Equation) -> None:
        """Write what becomes of the adjoint of a quantity, if anything depends on it."""
        name, self._quantity = line.name, line.name
        if name in self.wanted.seeds:
            self.namespace[f"s_{variable(name)}"] = self.wanted.seeds[name]
            self._add(name, f"s_{variable(name)}.get(t, {self._zero(name)})")
        if name not in self._seen:
            return
        held = {t for t, names in self.problem.held_at.items() if name in names}
        if not held:
            self._carry(line)
            return
        for symbol in (*symbols(line.expression), f"pre.{name}" if line.is_unit else name):
            # Or it would have an adjoint at some steps only.
            if symbol not in self._seen and not is_matrix(self.problem, symbol):
                self._add(symbol, self._zero(symbol))
        before, pairs = len(self._lines), {s: len(found) for s, found in self._pairs.items()}
        self._carry(line)
        computed = f"t not in h_{variable(name)}"
        self.namespace[f"h_{variable(name)}"] = held
        self._lines[before:] = [
            f"if {computed}:",
            *(f"    {text}" for text in self._lines[before:]),
            "    pass",
        ]
        for symbol, found in self._pairs.items():
            for place in range(pairs.get(symbol, 0), len(found)):
                found[place] = f"*([{found[place]}] if {computed} else [])"

    def _carry(self, line: Equation) -> None:
        """Write what an equation does with the adjoint of its quantity."""
        adjoint, node = adjoint_of(line.name), line.expression
        if not isinstance(node, Call) or not symbols(node):
            self._back(node, adjoint)
            return
        worth, pre = self._value(Symbol(line.name)), f"pre.{line.name}"
        self._watch(node.function, Symbol(pre) if line.is_unit else node.argument)
        adjoint = self._through(node.function, adjoint, worth)
        if line.is_unit:
            self._add(pre, adjoint)
            adjoint = adjoint_of(pre)
        self._back(node.argument, adjoint)

    def _back(self, node: Expression, adjoint: str) -> None:
        """Write what becomes of the adjoint of a node below it."""
        if not self._matters(node):
            return
        match node:
            case Symbol(name):
                self._add(name, adjoint)
            case Negation(operand):
                self._back(operand, f"(-{adjoint})")
            case Call(function, argument):
                worth = self._named(self._value(node))
                self._watch(function, argument)
                self._back(argument, self._through(function, adjoint, worth))
            case Binary("@", Symbol(weight), vector):
                self._weighted(weight, vector, adjoint)
            case Binary("@", Negation(Symbol(weight)), vector):
                self._weighted(weight, vector, f"(-{adjoint})")
            case Binary(sign, left, right):
                self._combined(sign, left, right, self._named(adjoint))

    def _combined(self, sign: str, left: Expression, right: Expression, adjoint: str) -> None:
        """Write what becomes of the adjoint of a sum, a difference, a product or a quotient."""
        if sign in "+-":
            self._back(left, adjoint)
            self._back(right, f"(-{adjoint})" if sign == "-" else adjoint)
        elif sign == "*":
            for one, other in ((left, right), (right, left)):
                if self._matters(one):
                    self._back(one, f"({adjoint} * {self._value(other)})")
        else:
            divisor = self._named(self._value(right))
            adjoint = self._named(f"divide({adjoint}, {divisor})")
            self._back(left, adjoint)
            if self._matters(right):
                quotient = f"divide({self._value(left)}, {divisor})"
                self._back(right, f"(-{adjoint} * {quotient})")

    def _weighted(self, weight: str, vector: Expression, adjoint: str) -> None:
        """Write what becomes of the adjoint of a weight times a vector."""
        adjoint = self._named(adjoint)
        if weight not in self._idle:
            met = self._value(vector)
            if is_matrix(self.problem, weight):
                self._pairs.setdefault(weight, []).append(f"({adjoint}, {self._named(met)})")
            elif self.problem.scalar or self.problem.weights[weight].ndim:
                self._add(weight, f"{adjoint} * {met}")
            else:
                self._add(weight, f"summed({adjoint} * {met})")
        if self._matters(vector):
            self._back(vector, f"weigh_back({adjoint}, {variable(weight)})")

    def _matters(self, node: Expression) -> bool:
        """Return whether anything in a node needs an adjoint."""
        return bool({*symbols(node)} - self._idle)

    def _through(self, function: str, adjoint: str, worth: str) -> str:
        """Return the adjoint of a function's argument."""
        if FUNCTIONS[function].is_elementwise:
            return f"({adjoint} * d_{function}({worth}))"
        return f"through_{function}({worth}, {adjoint})"

    def _value(self, node: Expression) -> str:
        """Return the code of what a node is worth."""
        self.reads |= {name: None for name in symbols(node) if name not in self.problem.weights}
        return code(node)

    def _named(self, text: str) -> str:
        """Return a variable for what is needed more than once."""
        if text.isidentifier():
            return text
        self._count += 1
        self._lines.append(f"e_{self._count} = {text}")
        return f"e_{self._count}"

    def _add(self, name: str, text: str) -> None:
        """Add to an adjoint; never in place, as others may have the same array."""
        before = f"{adjoint_of(name)} + " if name in self._seen else ""
        self._lines.append(f"{adjoint_of(name)} = {before}{text}")
        self._seen.add(name)

    def _watch(self, function: str, argument: Expression) -> None:
        if FUNCTIONS[function].corners:
            told = f"{self._quantity!r}, {function!r}"
            self._lines.append(f"corner(t, {told}, {self._value(argument)})")
