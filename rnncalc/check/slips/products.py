"""Slips in products and sums on the way back: wrong factors, wrong signs, and places left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations, product
from typing import NamedTuple

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
from rnncalc.check.slips.ways import Edge, Lesson, Slip, Way, called
from rnncalc.problem.problem import Problem

_PRODUCT = Lesson(
    "Going back, each factor of a product gets the other one, at the same step: of a ⊙ b, a gets b"
    " and b gets a.",
    "wrong-factor",
)
_ONE = Number(1.0)


class _Kinds(NamedTuple):
    """What can stand for what: gates, and values for arguments of functions and the reverse."""

    gates: list[str]
    others: Mapping[str, list[str]]
    computed: list[str]


def product_slips(problem: Problem) -> Iterator[Slip]:
    """Yield what can go wrong in the products and the sums of a problem's equations."""
    kinds = _kinds(problem)
    weights = {*problem.weights, "x"}
    for line in problem.computed:
        repeated = {s for s in symbols(line.expression) if _count(line.expression, s) > 1} - weights
        for node in walk(line.expression):
            if not (isinstance(node, Binary) and node.operator == "*"):
                continue
            for one, other in ((node.left, node.right), (node.right, node.left)):
                if {*symbols(one)} - weights and {*symbols(other)} - weights:
                    yield from _edge((line.name, one, other), kinds)
            yield from _swapped(line.name, node)
            for name in repeated & {*symbols(node)}:
                yield from _places(line.name, node, name)
        yield from _exchanged(problem, line)
        for gate in kinds.gates if line.name not in kinds.gates else ():
            if gate in symbols(line.expression):
                path = frozenset([(line.name, gate)])
                told = f"1 - {gate} for {gate}, and the reverse, from {line.name} back"
                yield Slip(told, _PRODUCT, Way(turned_over=path))
    yield from _signs(problem)
    for name in kinds.computed:
        told = f"derivative by {name} multiplied by {name} itself"
        yield Slip(told, _PRODUCT, Way(times_own=frozenset([name])))


def _exchanged(problem: Problem, line: Equation) -> Iterator[Slip]:
    """Yield that two factors of different products get each other's derivative."""
    known = {*problem.quantities} - {"x"}
    products = [node for node in walk(line.expression) if isinstance(node, Binary)]
    products = [node for node in products if node.operator == "*"]
    for first, second in combinations(products, 2):
        for one, other in product(first[1:], second[1:]):
            names = [part.name for part in (one, other) if isinstance(part, Symbol)]
            are_sized = len({problem.sizes.number(n) for n in names if n in known}) == 1
            if len({*names} & known) == 2 and are_sized:
                told = f"derivatives by {called(one)} and {called(other)} exchanged"
                yield Slip(told, _PRODUCT, Way(exchanged=(line.name, names[0], names[1])))


def _count(node: Expression, name: str) -> int:
    return sum(part == Symbol(name) and isinstance(part, Symbol) for part in walk(node))


def _kinds(problem: Problem) -> _Kinds:
    gates = [n for n in problem.quantities if problem.cell.roles.get(n) == "gate"]
    others: dict[str, list[str]] = {}
    for line in problem.computed:
        node = line.expression
        if isinstance(node, Call) and isinstance(node.argument, Symbol):
            others.setdefault(line.name, []).append(node.argument.name)
            others.setdefault(node.argument.name, []).append(line.name)
    for gate in gates:
        others.setdefault(gate, []).extend(g for g in gates if g != gate)
    return _Kinds(gates, others, [line.name for line in problem.computed])


def _edge(edge: Edge, kinds: _Kinds) -> Iterator[Slip]:
    """Yield the wrong factors that a derivative can be multiplied by."""
    line, one, other = edge
    where = f"from {line} back to {called(one)}"
    yield Slip(f"{called(other)} left out {where}", _PRODUCT, Way(factors=((edge, _ONE),)))
    twice = Way(factors=((edge, Binary("*", other, other)),))
    yield Slip(f"{called(other)} counted twice {where}", _PRODUCT, twice)
    for wrong in dict.fromkeys(_instead(other, kinds)):
        told = called(wrong)
        told = f"{told}_t" if f"{told}_(t-1)" == called(other) else told
        of = called(other)
        of = f"{of}_t" if f"{of}_(t-1)" == told else of
        yield Slip(f"{told} for {of} {where}", _PRODUCT, Way(factors=((edge, wrong),)))


def _instead(other: Expression, kinds: _Kinds) -> Iterator[Expression]:
    """Yield what people take for a factor."""
    match other:
        case Binary("-", Number(1.0), inner):
            yield inner
            yield Binary("+", _ONE, inner)
        case Symbol(name) if name in kinds.gates:
            yield Binary("-", _ONE, other)

    def shifted(part: Expression) -> Expression:
        if not isinstance(part, Symbol):
            return part
        if part.name.endswith(PREVIOUS):
            return Symbol(part.name.removesuffix(PREVIOUS))
        return Symbol(f"early.{part.name}") if part.name in kinds.computed else part

    if (moved := rewrite(other, shifted)) != other:
        yield moved
    if isinstance(other, Symbol):
        yield from map(Symbol, kinds.others.get(other.name, ()))


def _swapped(line: str, node: Binary) -> Iterator[Slip]:
    """Yield that a factor gets itself instead of the other one, or that both do."""
    left, right = node.left, node.right
    factors = (((line, left, right), left), ((line, right, left), right))
    name = f"{called(left)} and {called(right)} exchanged from {line} back"
    yield Slip(name, _PRODUCT, Way(factors=factors))
    for factor, (_, one, other) in zip(factors, (factors[0][0], factors[1][0]), strict=True):
        name = f"{called(one)} for {called(other)} from {line} back to {called(one)}"
        yield Slip(name, _PRODUCT, Way(factors=(factor,)))


def _places(line: str, node: Binary, name: str) -> Iterator[Slip]:
    """Yield that a quantity is overlooked in one of the products that it stands in."""
    for one, other in ((node.left, node.right), (node.right, node.left)):
        if name in symbols(one):
            shown = called(Symbol(name))
            told = f"{shown} overlooked in {called(node)} from {line} back"
            more = Lesson(
                "What stands in an equation twice is derived twice: add up both.",
                "overlooked-in-a-sum",
            )
            yield Slip(told, more, Way(factors=(((line, one, other), Number(0.0)),)))


def _signs(problem: Problem) -> Iterator[Slip]:
    """Yield wrong signs of what is subtracted."""
    lesson = Lesson(
        "What is subtracted has a minus in its derivative, too: of (1 - g) ⊙ s by g, it is -s.",
        "minus-lost-going-back",
    )
    for line in problem.computed:
        below = {
            name
            for node in walk(line.expression)
            for part in _subtracted(node)
            for name in symbols(part)
            if name not in problem.weights and name != "x"
        }
        for name in sorted(below):
            shown = called(Symbol(name))
            path = frozenset([(line.name, name)])
            yield Slip(f"wrong sign from {line.name} back to {shown}", lesson, Way(signs=path))
        if below:
            ways = Way(pluses=frozenset([line.name]))
            yield Slip(f"minus lost from {line.name} back", lesson, ways)


def _subtracted(node: Expression) -> Iterator[Expression]:
    if isinstance(node, Negation):
        yield node.operand
    elif isinstance(node, Binary) and node.operator == "-":
        yield node.right
