"""Edits of trees: where a part of an expression stands, and another one put there."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from rnncalc.cells.expressions import (
    Binary,
    Call,
    Equation,
    Expression,
    Negation,
    Number,
    Symbol,
    symbols,
)
from rnncalc.problem.problem import Problem

#: A tier, a code, words, a place and what stands there, as `Edit` has them.
Found = tuple[int, str, str, "Path", Expression]

#: Where a part stands: which operand of the root, which of that one, and so on.
Path = tuple[int, ...]


class Edit(NamedTuple):
    """One thing in a problem that is computed otherwise, or another number in it.

    code: what sort of edit it is, in a word. words: what it is called, without its place. place:
    where it is made, such as "in f". parts: what stands where instead, with the quantity whose
    equation that is. tier: how far-fetched it is, from 0. weights: constants that it needs, by
    symbol. start, inputs: other previous states by symbol, and other inputs by their steps. steps:
    those in which the parts are others, none if they are in all.
    """

    code: str
    words: str
    place: str
    parts: Sequence[tuple[str, Path, Expression]]
    tier: int
    weights: Mapping[str, Any] = {}
    start: Mapping[str, Any] = {}
    inputs: Mapping[int, Any] = {}
    steps: Sequence[int] = ()

    @property
    def lines(self) -> list[str]:
        """The quantities whose equations it changes."""
        return list(dict.fromkeys(name for name, *_ in self.parts))

    def equations(self, by_name: Mapping[str, Equation]) -> dict[str, Expression]:
        """Return the equations that it changes, as they become."""
        found: dict[str, Expression] = {}
        for name, path, part in self.parts:
            found[name] = put(found.get(name, by_name[name].expression), path, part)
        # A unit stays one: it has a pre-activation.
        return {
            name: Call("identity", new)
            if by_name[name].is_unit and not isinstance(new, Call)
            else new
            for name, new in found.items()
        }


class Spot(NamedTuple):
    """An equation of a problem, and what it could read: quantities by name."""

    problem: Problem
    line: Equation
    known: Sequence[str]

    def like(self, symbol: str) -> list[str]:
        """Return the quantities that are as long as another, but for that one."""
        size = self.problem.sizes.number(symbol)
        return [n for n in self.known if n != symbol and self.problem.sizes.number(n) == size]

    def has_size_of(self, node: Expression) -> bool:
        """Return whether a part has the size of the equation's quantity, and reads something."""
        names = [n for n in symbols(node) if not n.startswith("W.")]
        if isinstance(node, Number) or not names:
            return False
        if isinstance(node, Binary) and node.operator == "@":
            return True
        size = self.problem.sizes.number
        return all(size(n) == size(self.line.name) for n in names)


def parts(node: Expression, path: Path = ()) -> Iterator[tuple[Path, Expression]]:
    """Yield a node and everything below it, in reading order, with its place."""
    yield path, node
    for number, child in operands(node):
        yield from parts(child, (*path, number))


def operands(node: Expression) -> Sequence[tuple[int, Expression]]:
    """Return the operands of a node, with their places in it."""
    if isinstance(node, Binary):
        return (1, node.left), (2, node.right)
    if isinstance(node, Negation):
        return ((0, node.operand),)
    return ((1, node.argument),) if isinstance(node, Call) else ()


def put(node: Expression, path: Path, part: Expression) -> Expression:
    """Return a tree with another part at a place."""
    return putting(node, path)(part)


def putting(node: Any, path: Path) -> Callable[[Expression], Expression]:
    """Return what puts one part after the other at a place of a tree, and returns that tree."""
    above = []
    for number in path:
        above.append((type(node), node[:number], node[number + 1 :]))
        node = node[number]
    above.reverse()

    def made(part: Expression) -> Expression:
        for kind, before, behind in above:
            part = kind(*before, part, *behind)
        return part

    return made


def weight_of(node: Expression) -> str:
    """Return the weight that a part applies, or the bias that it is."""
    if isinstance(node, Binary) and node.operator == "@":
        left = node.left.operand if isinstance(node.left, Negation) else node.left
        return left.name if isinstance(left, Symbol) else ""
    return node.name if isinstance(node, Symbol) and not node.name.startswith("W.") else ""
