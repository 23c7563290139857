"""Expressions: the trees that equations are made of, and what walks them.

The tree keeps the order and the brackets of the text: nothing is simplified, so whatever is derived
from it reads as it was written. Every question asked of an expression is a small function that
walks the tree: its symbols here, its text in `notation`, its value in the folder `trace`.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

#: What the name of a state ends with where the equations mean its value before the step.
PREVIOUS = "_prev"

_SHOWN = 76  # characters of a line that are shown with a fault


class Number(NamedTuple):
    """A number written into an equation, such as the 1 of ``1 - g``."""

    value: float


class Symbol(NamedTuple):
    """A name: a quantity (``h_prev``), a weight (``W.fh``), a bias (``b.f``) or a constant."""

    name: str


class Negation(NamedTuple):
    """Minus the operand."""

    operand: "Expression"


class Binary(NamedTuple):
    """Two operands and one of ``+ - * / @``; ``*`` is elementwise, ``@`` is weight times vector."""

    operator: str
    left: "Expression"
    right: "Expression"


class Call(NamedTuple):
    """A function applied to its argument."""

    function: str
    argument: "Expression"


Expression = Number | Symbol | Negation | Binary | Call


class Equation(NamedTuple):
    """One line of a cell: ``name = expression``, and what the quantity is called.

    optional: whether it stands in brackets, and is computed only if its weights are given.
    """

    name: str
    expression: Expression
    description: str
    optional: bool = False

    @property
    def activation(self) -> str | None:
        """The function that gives the quantity its value, or None if it is plain arithmetic."""
        return self.expression.function if isinstance(self.expression, Call) else None

    @property
    def is_unit(self) -> bool:
        """Whether what is squashed is computed here: then that is its pre-activation."""
        return isinstance(self.expression, Call) and not isinstance(
            self.expression.argument, Symbol | Number
        )


#: Where something stands in a text: the line, from 1; its first character, from 0; and its end.
Place = tuple[int, int, int]


class Fault(NamedTuple):
    """What is wrong at a place of a text; None for the text as a whole."""

    place: Place | None
    message: str

    def shown(self, name: str, lines: Sequence[str]) -> str:
        """Word it for people: the text's name, the line, and a caret below the place."""
        if self.place is None:
            return f"{name}: {self.message}"
        number, start, end = self.place
        text = lines[number - 1].replace("\t", " ")
        # Whatever isn't printable takes one column, so that the caret stands where it should.
        text = "".join(c if c.isprintable() else "\ufffd" for c in text)
        first = max(0, min(start - _SHOWN // 2, len(text) - _SHOWN))  # of a long line
        part = text[first : first + _SHOWN].rstrip()
        line = "…" * (first > 0) + part + "…" * (len(text) > first + _SHOWN)
        carets = "^" * max(1, min(end, first + _SHOWN) - start)
        indent = " " * (start - first + (first > 0))
        return f"{name}, line {number}: {self.message}\n    {line}\n    {indent}{carets}"


class Line(NamedTuple):
    """An equation as it stands in a text.

    symbols: each name in the expression, with where it stands first. is_whole: whether the line
    could be read to its end.
    """

    name: str
    expression: Expression
    description: str
    optional: bool
    place: Place
    symbols: dict[str, Place]
    is_whole: bool = True


def split_lines(text: str) -> list[str]:
    """Return the lines of a text, whatever they end in."""
    return re.split(r"\r\n|\n|\r", text.removeprefix("\ufeff"))


def children(node: Expression) -> tuple[Expression, ...]:
    """Return the parts that a node is made of, from left to right."""
    return tuple(part for part in node if isinstance(part, tuple))  # type: ignore[misc]


def walk(node: Expression) -> Iterator[Expression]:
    """Yield a node and everything below it, in reading order."""
    # Not by `children`, which takes twice as long: slips walk thousands of trees.
    waiting = [node]
    while waiting:
        node = waiting.pop()
        yield node
        kind = type(node)
        if kind is Binary:
            waiting += (node[2], node[1])  # type: ignore[misc]
        elif kind is not Symbol and kind is not Number:
            waiting.append(node[-1])  # type: ignore[arg-type]


@lru_cache(4096)  # slips ask it of the same trees, thousands of times
def symbols(node: Expression) -> tuple[str, ...]:
    """Return the names in an expression, each once, in reading order."""
    found, waiting = dict[str, None](), [node]
    while waiting:
        node = waiting.pop()
        kind = type(node)
        if kind is Symbol:
            found[node[0]] = None  # type: ignore[index]
        elif kind is Binary:
            waiting += (node[2], node[1])  # type: ignore[misc]
        elif kind is not Number:
            waiting.append(node[-1])  # type: ignore[arg-type]
    return (*found,)


def calls(node: Expression) -> tuple[str, ...]:
    """Return the names of the functions in an expression, in reading order."""
    return tuple(part.function for part in walk(node) if isinstance(part, Call))


def rewrite(node: Expression, change: Callable[[Expression], Expression]) -> Expression:
    """Return the tree with ``change`` applied to every node, the innermost first.

    What stays as it is stays the same object.
    """
    # Not by pattern matching, which takes three times as long: slips rewrite thousands of trees.
    kind = type(node)
    if kind is Binary:
        sign, left, right = node  # type: ignore[misc]
        one, other = rewrite(left, change), rewrite(right, change)
        if one is not left or other is not right:
            node = Binary(sign, one, other)
    elif kind is Call:
        function, argument = node  # type: ignore[misc]
        new = rewrite(argument, change)
        if new is not argument:
            node = Call(function, new)
    elif kind is Negation:
        node = Negation(rewrite(node[0], change))  # type: ignore[arg-type]
    return change(node)


def replaced(node: Expression, old: Expression, new: Expression) -> Expression:
    """Return a tree with a part put in another's place, wherever that stands."""
    # Not by `rewrite`, which takes twice as long.
    kind = type(node)
    if kind is Binary:
        sign, left, right = node  # type: ignore[misc]
        one, other = replaced(left, old, new), replaced(right, old, new)
        if one is not left or other is not right:
            node = Binary(sign, one, other)
    elif kind is Call or kind is Negation:
        inner = replaced(node[-1], old, new)  # type: ignore[arg-type]
        if inner is not node[-1]:
            node = Call(node[0], inner) if kind is Call else Negation(inner)  # type: ignore[arg-type]
    return new if node == old else node


def summands(node: Expression, sign: int = 1) -> Iterator[tuple[int, Expression]]:
    """Yield the terms that an expression is the sum of, from left to right, with their signs."""
    match node:
        case Binary("+" | "-" as operator, left, right):
            yield from summands(left, sign)
            yield from summands(right, -sign if operator == "-" else sign)
        case Negation(operand):
            yield from summands(operand, -sign)
        case _:
            yield sign, node


def key_of(symbol: str) -> str:
    """Return the key in a file for a name in an equation: ``W.fh`` is ``w_fh``."""
    return symbol.replace(".", "_").lower() if "." in symbol else symbol.removesuffix(PREVIOUS)
