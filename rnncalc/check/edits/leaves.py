"""Edits of what an equation reads: another quantity, another weight, none at all."""

from __future__ import annotations

from collections.abc import Iterator

from rnncalc.cells.expressions import (
    PREVIOUS,
    Binary,
    Call,
    Expression,
    Negation,
    Number,
    Symbol,
    symbols,
)
from rnncalc.cells.notation import UNICODE
from rnncalc.check.slips.parts import complement
from rnncalc.check.slips.trees import Found, Path, Spot, parts, put
from rnncalc.problem.problem import DEFAULT, Problem


def of_symbol(spot: Spot, path: Path, name: str) -> Iterator[Found]:
    """Yield what may stand for a quantity or a bias: another one, 1 minus it, 0 or 1."""
    own, spelled = Symbol(name), UNICODE.symbol(name)
    if name.startswith("b."):
        problem = spot.problem
        size = problem.sizes.number
        biases = [p for p in problem.cell.parameters.values() if p.kind == "bias"]
        given = [p.symbol for p in biases if problem.origins.get(p.name) != DEFAULT]
        given = [symbol for symbol in given if symbol in problem.weights]
        others = [symbol for symbol in given if symbol != name and size(symbol) == size(name)]
        for other in others:
            words = f"{UNICODE.symbol(other)} for {spelled}"
            yield 0, "read-for-another", words, path, Symbol(other)
        return
    if name not in spot.problem.sizes.classes or name in spot.problem.weights:
        return
    for other in spot.like(name):
        yield 0, "read-for-another", f"{other} for {spelled}", path, Symbol(other)
    one_minus = complement(own)
    yield 0, "read-for-another", f"1 - {spelled} for {spelled}", path, one_minus
    for other in spot.like(name):
        words = f"1 - {other} for {spelled}"
        yield 1, "read-for-another", words, path, complement(Symbol(other))
    for number in (0.0, 1.0):
        part = Binary("+", Binary("*", Number(0.0), own), Number(number))
        yield 2, "read-for-another", f"{spelled} taken as {number:.0f}", path, part


def of_weight(spot: Spot, path: Path, left: Expression, right: Expression) -> Iterator[Found]:
    """Yield another weight, none, or one that is added."""
    weight = left.operand if isinstance(left, Negation) else left
    problem = spot.problem
    if not isinstance(weight, Symbol):
        return
    own, spelled = problem.weights[weight.name], UNICODE.symbol(weight.name)
    for parameter in problem.cell.parameters.values():
        symbol = parameter.symbol
        is_other = parameter.is_matrix and symbol in problem.weights and symbol != weight.name
        if is_other and _fits(problem, symbol, weight.name):
            words = f"{UNICODE.symbol(symbol)} for {spelled}"
            part = put(left, (0,) if weight is not left else (), Symbol(symbol))
            yield 1, "read-for-another", words, path, Binary("@", part, right)
    if spot.has_size_of(right) and all(
        problem.sizes.number(n) == problem.sizes.number(spot.line.name)
        for n in symbols(right) if n in problem.sizes.classes
    ):  # fmt: skip
        yield 0, "left-out", f"weight {spelled} left out", path, right
    columns = own.shape[1] if getattr(own, "ndim", 0) == 2 else 1
    if columns > 1:
        words = f"average for sum of {spelled}, divided by {columns},"
        average = Binary("/", Binary("@", left, right), Number(float(columns)))
        yield 2, "number", words, path, average
    if isinstance(own, float):
        yield (
            0,
            "operator",
            "+ for ·, weight added, not multiplied,",
            path,
            Binary("+", left, right),
        )


def of_another_unit(spot: Spot) -> Iterator[Found]:
    """Yield the equation of another unit, whole and with one of its parts as it should be."""
    line, problem = spot.line, spot.problem
    if not line.is_unit or not isinstance(line.expression, Call):
        return
    sizes, own = problem.sizes, line.expression.argument
    for other in problem.computed:
        if other.name == line.name or not other.is_unit:
            continue
        theirs = other.expression.argument  # type: ignore[union-attr]
        known = {*spot.known, *problem.weights, PREVIOUS}
        if sizes.number(other.name) != sizes.number(line.name) or not known.issuperset(
            symbols(theirs)
        ):
            continue
        yield 1, "copied", f"equation of {other.name} copied", (1,), theirs
        for mine, its in zip(_leaves(own), _leaves(theirs), strict=False):
            if mine[0] == its[0] and mine[1] != its[1]:
                words = f"equation of {other.name} copied but for {UNICODE.symbol(mine[1].name)}"
                part = put(theirs, its[0], mine[1])
                if _fits(problem, mine[1].name, its[1].name):
                    yield 2, "copied", words, (1,), part


def _leaves(node: Expression) -> list[tuple[Path, Symbol]]:
    return [(path, part) for path, part in parts(node) if isinstance(part, Symbol)]


def _fits(problem: Problem, one: str, other: str) -> bool:
    weights = problem.weights
    if one in weights and other in weights:
        return bool(getattr(weights[one], "shape", ()) == getattr(weights[other], "shape", ()))
    classes = problem.sizes.classes
    both = one in classes and other in classes and one not in weights and other not in weights
    return both and problem.sizes.number(one) == problem.sizes.number(other)
