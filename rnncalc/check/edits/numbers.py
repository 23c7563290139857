"""Numbers misread: a sign, a decimal point, two digits exchanged, the number beside it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from rnncalc.cells.expressions import Binary, Equation, Expression, Negation, Symbol
from rnncalc.cells.notation import UNICODE
from rnncalc.check.slips.trees import Edit, Path, parts
from rnncalc.numerals import exact
from rnncalc.problem.problem import DEFAULT, Problem

_MOST_DIGITS = 8  # of a number that somebody reads from a sheet


def others(number: float) -> Iterator[tuple[int, str, float]]:
    """Yield what a number may be misread as: the tier, how, and the other number."""
    if not number:
        return
    yield 0, "wrong sign", -number
    yield 1, "decimal point misplaced", number / 10
    yield 1, "decimal point misplaced", number * 10
    text = exact(abs(number))
    if len(text) > _MOST_DIGITS or "e" in text:
        return
    digits = [place for place, sign in enumerate(text) if sign.isdigit()]
    sign = -1.0 if number < 0 else 1.0
    known = {abs(number)}
    for one, other in pairwise(digits):
        swapped = [*text]
        swapped[one], swapped[other] = text[other], text[one]
        if (found := float("".join(swapped))) not in known:
            known.add(found)
            yield 1, "digits exchanged", sign * found
    for place in digits:
        for digit in "0123456789":
            found = float(text[:place] + digit + text[place + 1 :])
            if found not in known:
                known.add(found)
                yield 2, "a digit misread", sign * found


def misread(problem: Problem, quantity: str) -> Iterator[Edit]:
    """Yield edits of a quantity's equation with one number of a weight or a bias misread."""
    line = next(line for line in problem.cell.equations if line.name == quantity)
    for path, node in parts(line.expression):
        match node:
            case Binary("@", left, right):
                weight = left.operand if isinstance(left, Negation) else left
                if isinstance(weight, Symbol):
                    rest = right
                    yield from _of(problem, line, path, weight.name, (left, rest))
            case Symbol(name) if name.startswith("b."):
                yield from _of(problem, line, path, name, None)


def _of(
    problem: Problem,
    line: Equation,
    path: Path,
    symbol: str,
    around: tuple[Expression, Expression] | None,
) -> Iterator[Edit]:
    key = symbol.replace(".", "_").lower()
    if problem.origins.get(key) == DEFAULT:
        return
    for tier, place, how, new in variants(problem.weights[symbol]):
        name = f"{symbol}~{place}~{how[0]}"
        other: Expression = Symbol(name)
        if around:
            left, right = around
            other = Binary("@", Negation(other) if isinstance(left, Negation) else other, right)
        words = f"{how[1]} of {UNICODE.symbol(symbol)}{place}"
        yield Edit("number", words, line.name, ((path, other),), tier, {name: new})


def variants(value: Any) -> Iterator[tuple[int, str, tuple[str, str], Any]]:
    """Yield a value with one of its numbers misread: the tier, the element, how, and the value."""
    if isinstance(value, float):
        for tier, how, found in others(value):
            yield tier, "", (f"{exact(found)}", f"{how}, {exact(found)} for {exact(value)},"), found
        return
    flat, shape = value.reshape(-1), value.shape
    for place, number in enumerate(flat.tolist()):
        element = _element(place, shape)
        beside = [n for n in _beside(place, shape) if flat[n] != number]
        near = [(1, "the number beside it read", float(flat[n])) for n in beside]
        for tier, how, found in (*others(number), *near):
            new = flat.copy()
            new[place] = found
            words = f"{how}, {exact(found)} for {exact(number)},"
            yield tier, element, (exact(found) + how[0], words), new.reshape(shape)


def _element(place: int, shape: tuple[int, ...]) -> str:
    if len(shape) < 2:
        return f"[{place + 1}]"
    return f"[{place // shape[1] + 1},{place % shape[1] + 1}]"


def _beside(place: int, shape: tuple[int, ...]) -> list[int]:
    """Return the places of the numbers beside and below one."""
    if len(shape) < 2:
        return [n for n in (place - 1, place + 1) if 0 <= n < shape[0]]
    row, column = divmod(place, shape[1])
    found = [(row, column - 1), (row, column + 1), (row - 1, column), (row + 1, column)]
    return [r * shape[1] + c for r, c in found if 0 <= r < shape[0] and 0 <= c < shape[1]]
