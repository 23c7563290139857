"""Mistakes in new states: a part left out, sums for products, brackets, signs."""

from __future__ import annotations

from collections.abc import Callable

from rnncalc.cells.expressions import Binary, Call, Expression, Symbol, replaced, rewrite, symbols
from rnncalc.check.slips.parts import (
    complement,
    mixes,
    role,
    terms,
    without,
)
from rnncalc.check.slips.rewrites import Places, written
from rnncalc.problem.problem import Problem


def part_left_out(what: str, problem: Problem) -> Places:
    """Yield new states without what is kept, or without what is new."""
    for line in mixes(problem):
        for term in terms(line):
            if role(term) == what:
                yield line.name, written(problem, {line.name: without(line.expression, term)})


def product_for_sum(problem: Problem) -> Places:
    """Yield new states whose parts are multiplied."""

    def multiplied(node: Expression) -> Expression:
        match node:
            case Binary("+", Binary("*") as left, right) | Binary("+", left, Binary("*") as right):
                return Binary("*", left, right)
        return node

    yield from _in_mixes(problem, multiplied)


def sums_and_products(problem: Problem) -> Places:
    """Yield new states that are a product of sums, not a sum of products."""

    def swapped(node: Expression) -> Expression:
        match node:
            case Binary("+", Binary("*", a, b), Binary("*", c, d)):
                return Binary("*", Binary("+", a, b), Binary("+", c, d))
        return node

    yield from _in_mixes(problem, swapped)


def brackets_left_out(problem: Problem) -> Places:
    """Yield new states in which 1 - g ⊙ s stands for (1 - g) ⊙ s."""

    def bare(node: Expression) -> Expression:
        match node:
            case Binary("*", Binary("-" | "+" as sign, one, gate), weighed):
                return Binary(sign, one, Binary("*", gate, weighed))
        return node

    yield from _in_mixes(problem, bare)


def _in_mixes(problem: Problem, change: Callable[[Expression], Expression]) -> Places:
    for line in mixes(problem):
        yield line.name, written(problem, {line.name: rewrite(line.expression, change)})


def turned_round(problem: Problem) -> Places:
    """Yield mixes written as a + g ⊙ (b - a), with what is in the brackets the wrong way round."""
    for line in mixes(problem):
        match line.expression:
            case Binary("+", Binary("*", one, a), Binary("*", other, b)) if one == complement(
                other
            ):
                for gate, base, end in ((other, a, b), (one, b, a)):
                    if isinstance(gate, Symbol):
                        wrong = Binary("+", base, Binary("*", gate, Binary("-", base, end)))
                        yield line.name, written(problem, {line.name: wrong})


def old_squashed(function: str, problem: Problem) -> Places:
    """Yield mixes that keep a function of the old state."""
    for line in mixes(problem):
        for name in problem.state:
            if name in symbols(line.expression):
                new = replaced(line.expression, Symbol(name), Call(function, Symbol(name)))
                yield f"{name} in {line.name}", written(problem, {line.name: new})
