"""Expressions: what an equation is made of, and how its text becomes a tree.

An equation is written as Python would write it, ``sigmoid(W.fh @ h_prev + b.f)``, and parsed by
Python's own parser. Only what a recurrent cell needs is let through. The tree keeps the order and
the brackets of the text: nothing is simplified, so whatever is derived from it reads as it was
written.

Every question asked of an expression is a small function that walks the tree: its symbols here,
its value in `evaluate`, its text in `notation`.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from typing import NamedTuple


class Number(NamedTuple):
    """A number written into an equation, such as the 1 of ``1 - g``."""

    value: float


class Symbol(NamedTuple):
    """A name: a quantity (``h_prev``), a weight (``W.fh``) or a bias (``b.f``)."""

    name: str


class Negation(NamedTuple):
    """Minus the operand."""

    operand: Expression


class Binary(NamedTuple):
    """Two operands and one of ``+ - * @``; ``*`` is elementwise, ``@`` is weight times vector."""

    operator: str
    left: Expression
    right: Expression


class Call(NamedTuple):
    """An activation function applied to its argument."""

    function: str
    argument: Expression


Expression = Number | Symbol | Negation | Binary | Call

_OPERATORS = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.MatMult: "@"}


def parse(text: str) -> Expression:
    """Return the tree of an expression written in Python's syntax.

    Raises ValueError, naming the offending part, for anything but numbers, names, ``W.ab``,
    minus, ``+ - * @`` and calls with one argument.
    """
    return _convert(ast.parse(text.strip(), mode="eval").body)


def _convert(node: ast.expr) -> Expression:
    match node:
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
            return Number(float(value))
        case ast.Name(id=name):
            return Symbol(name)
        case ast.Attribute(value=ast.Name(id=family), attr=name):
            return Symbol(f"{family}.{name}")
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return Negation(_convert(operand))
        case ast.BinOp(left=left, op=operator, right=right) if type(operator) in _OPERATORS:
            return Binary(_OPERATORS[type(operator)], _convert(left), _convert(right))
        case ast.Call(func=ast.Name(id=function), args=[argument], keywords=[]):
            return Call(function, _convert(argument))
    raise ValueError(f"an equation can't contain {ast.unparse(node)!r}")


def children(node: Expression) -> tuple[Expression, ...]:
    """Return the parts that a node is made of, from left to right."""
    match node:
        case Negation(operand):
            return (operand,)
        case Binary(_, left, right):
            return (left, right)
        case Call(_, argument):
            return (argument,)
    return ()


def walk(node: Expression) -> Iterator[Expression]:
    """Yield a node and everything below it, in reading order."""
    yield node
    for child in children(node):
        yield from walk(child)


def symbols(node: Expression) -> tuple[str, ...]:
    """Return the names in an expression, each once, in reading order."""
    return tuple(dict.fromkeys(part.name for part in walk(node) if isinstance(part, Symbol)))


def rewrite(node: Expression, change: Callable[[Expression], Expression]) -> Expression:
    """Return the tree with ``change`` applied to every node, the innermost first."""
    match node:
        case Negation(operand):
            node = Negation(rewrite(operand, change))
        case Binary(operator, left, right):
            node = Binary(operator, rewrite(left, change), rewrite(right, change))
        case Call(function, argument):
            node = Call(function, rewrite(argument, change))
    return change(node)
