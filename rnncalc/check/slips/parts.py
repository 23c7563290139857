"""Parts: what an equation is made of, found by its structure and never by its name."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from functools import lru_cache

from rnncalc.cells.expressions import (
    PREVIOUS,
    Binary,
    Call,
    Equation,
    Expression,
    Negation,
    Number,
    Symbol,
    rewrite,
    symbols,
    walk,
)
from rnncalc.problem.problem import DEFAULT, Problem
from rnncalc.problem.remembering import remembered

#: Orders in which units are stored, by letter: g is the candidate beside f, i, o; n beside r, z.
#: PyTorch and Keras, ONNX, TensorFlow 1, CS231n, OpenVINO, DL4J; PyTorch, ONNX and Keras.
ORDERS = ("ifgo", "iofg", "igfo", "ifog", "figo", "gfoi", "rzn", "zrn")


@remembered
def units(problem: Problem) -> Sequence[Equation]:
    """Return the equations that have a weight."""
    lines = problem.computed
    return [e for e in lines if any(name.startswith("W.") for name in symbols(e.expression))]


@remembered
def gates(problem: Problem) -> Sequence[Equation]:
    """Return the equations of the gates."""
    return [line for line in problem.computed if problem.cell.roles[line.name] == "gate"]


@remembered
def mixes(problem: Problem) -> Sequence[Equation]:
    """Return the equations that add something new to what is kept of an old state."""
    plain = [line for line in problem.computed if line.activation is None]
    return [line for line in plain if any(role(term) == "kept" for term in terms(line))]


@remembered
def function_calls(problem: Problem) -> Sequence[tuple[Equation, Call]]:
    """Return where functions are called, each with its equation."""
    return [(line, node) for line in problem.computed for node in walk(line.expression)
            if isinstance(node, Call)]  # fmt: skip


@lru_cache(1024)
def terms(line: Equation) -> Sequence[Expression]:
    """Return what is added or subtracted in an equation, from left to right, if anything is."""

    def parts(node: Expression) -> list[Expression]:
        match node:
            case Binary("+" | "-", left, right):
                return [*parts(left), *parts(right)]
        return [node]

    expression = line.expression
    found = parts(expression.argument if isinstance(expression, Call) else expression)
    return found if len(found) > 1 else []


def given_terms(problem: Problem, line: Equation) -> list[Expression]:
    """Return the terms of a sum but for a bias that nobody gave: it isn't there to be mistaken."""
    absent = _absent(problem)
    return [term for term in terms(line) if term not in absent]


def given_biases(problem: Problem, line: Equation) -> list[Symbol]:
    """Return the biases in an equation that somebody gave, also those inside of a term."""
    absent = _absent(problem)
    found = [Symbol(name) for name in symbols(line.expression) if name.startswith("b.")]
    return [bias for bias in found if bias not in absent]


def given_numbers(problem: Problem) -> Iterator[str]:
    """Yield the symbols of the weights and biases that somebody gave."""
    for name, parameter in problem.cell.parameters.items():
        is_given = problem.origins.get(name) != DEFAULT and parameter.symbol in problem.weights
        if parameter.kind in ("weight", "bias") and is_given:
            yield parameter.symbol


@remembered
def _absent(problem: Problem) -> Collection[Symbol]:
    """Return the biases that nobody gave."""
    return [
        Symbol(parameter.symbol)
        for name, parameter in problem.cell.parameters.items()
        if parameter.kind == "bias" and problem.origins.get(name) == DEFAULT
    ]


@lru_cache(1024)
def role(term: Expression) -> str:
    """Return what a term is to its sum, by what it reads.

    "bias"; with a weight "recurrent" (it reads a previous state), "input" or "other"; without one
    "kept" (a previous state, or a multiple of it) or "new".
    """
    names = symbols(term)
    if isinstance(term, Symbol) and term.name.startswith("b."):
        return "bias"
    if any(name.startswith("W.") for name in names):
        reads_state = any(name.endswith(PREVIOUS) for name in names)
        return "recurrent" if reads_state else "input" if "x" in names else "other"
    return "kept" if _is_multiple_of_state(term) else "new"


def _is_multiple_of_state(term: Expression) -> bool:
    match term:
        case Symbol(name):
            return name.endswith(PREVIOUS)
        case Negation(inner) | Call(_, inner):
            return _is_multiple_of_state(inner)
        case Binary("*" | "/", left, right):
            return _is_multiple_of_state(left) or _is_multiple_of_state(right)
    return False


def without(expression: Expression, term: Expression) -> Expression:
    """Return an equation's expression with one term less in its sum."""
    return _summed(expression, term, None)


def without_sums(expression: Expression, bias: Symbol) -> Expression:
    """Return an expression without a bias, which may be in a sum within a term."""

    def rest(node: Expression) -> Expression:
        match node:
            case Binary("+" | "-", left, right) if right == bias:
                return left
            case Binary("+", left, right) if left == bias:
                return right
            case Binary("-", left, right) if left == bias:
                return Negation(right)
        return node

    return rewrite(expression, rest)


def negated(expression: Expression, term: Expression) -> Expression:
    """Return an equation's expression with the sign of a term in its sum changed."""
    return _summed(expression, term, Negation(term))


def _summed(expression: Expression, term: Expression, other: Expression | None) -> Expression:
    """Return an expression with another term, or none, in its sum; sums within terms stay."""

    def inside(node: Expression) -> Expression | None:
        match node:
            case Binary("+" | "-" as sign, first, second):
                left, right = inside(first), inside(second)
                if right is None:
                    return left
                if left is None:
                    return right if sign == "+" else Negation(right)
                if right == Negation(term) == other:
                    return Binary("-" if sign == "+" else "+", left, term)
                return Binary(sign, left, right)
        return other if node == term else node

    if isinstance(expression, Call):
        return Call(expression.function, inside(expression.argument) or Number(0.0))
    return inside(expression) or Number(0.0)


def complement(gate: Expression) -> Expression:
    """Return 1 - g for g, and g for 1 - g."""
    match gate:
        case Binary("-", Number(1.0), inner):
            return inner
    return Binary("-", Number(1.0), gate)


def weighted_pairs(problem: Problem) -> Iterator[tuple[Equation, str, str]]:
    """Yield the units that weigh a previous state and an input, with both weights."""
    for line in units(problem):
        found = {role(node): node.left.name for node in walk(line.expression)
                 if isinstance(node, Binary) and node.operator == "@"
                 and isinstance(node.left, Symbol)}  # fmt: skip
        if "recurrent" in found and "input" in found:
            yield line, found["recurrent"], found["input"]


def inside(line: Equation, change: Callable[[Expression], Expression]) -> Expression:
    """Return an equation's expression with its sum changed, and its function as it is."""
    match line.expression:
        case Call(function, argument):
            return Call(function, change(argument))
    return change(line.expression)


def written_out(problem: Problem, name: str, known: Collection[str], but: str) -> Expression | None:
    """Return what a quantity is of what is known; None if it needs another one, or ``but``."""
    lines = {line.name: line.expression for line in problem.computed if line.name != but}

    def out(name: str, above: frozenset[str]) -> Expression | None:
        if name in known:
            return Symbol(name)
        if name not in lines or name in above:
            return None
        needed = {of: out(of, above | {name}) for of in symbols(lines[name]) if of not in known}
        if None in needed.values():
            return None
        return rewrite(
            lines[name],
            lambda node: (isinstance(node, Symbol) and needed.get(node.name)) or node,
        )

    return out(name, frozenset())


def library_orders(problem: Problem) -> list[list[str]]:
    """Return the names of the units in those orders in which libraries store them."""
    names, roles = [line.name for line in units(problem)], problem.cell.roles
    found = []
    for candidate in "gn":
        by_letter = {candidate if roles[name] == "candidate" else name: name for name in names}
        if len(by_letter) == len(names):
            fitting = [order for order in ORDERS if sorted(order) == sorted(by_letter)]
            found += [[by_letter[letter] for letter in order] for order in fitting]
    return found
