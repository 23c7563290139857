"""Numbers misread: a sign, a decimal point, two digits exchanged, the number beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Any

from rnncalc.cells.expressions import Symbol, key_of, replaced
from rnncalc.cells.notation import UNICODE
from rnncalc.check.slips.trees import Edit, parts, weight_of
from rnncalc.numerals import exact, scaled
from rnncalc.problem.problem import DEFAULT, Problem

_MOST_STEPS = 8  # of a problem whose inputs are searched, too
_MOST_ELEMENTS = 100  # of a weight whose numbers are searched one by one
_MOST_READ, _OF_DIGITS = 36, 3  # of which any digit may be misread, and the tier of that
_MOST_DIGITS = 8  # of a number that somebody reads from a sheet


def others(
    number: float, decimals: int = 0, *, digits: bool = True
) -> Iterator[tuple[int, str, float]]:
    """Yield what a number may be misread as: the tier, how, and the other number.

    decimals: those that it is written with at least, as beside others that have them. digits:
    whether any of them may be misread, which are most of these edits, and of the last tier.
    """
    if not number:
        return
    yield 1, "wrong sign", -number
    yield 2, "taken as 0", 0.0
    for places in (-1, 1):
        yield 2, "decimal point misplaced", scaled(number, places)
    text = exact(abs(number))
    if len(text) > _MOST_DIGITS or "e" in text:
        return
    sign = -1.0 if number < 0 else 1.0
    known = {abs(number)}
    written = f"{abs(number):.{max(decimals, _decimals(number))}f}"
    for one, other in pairwise(_digits(written)):
        swapped = [*written]
        swapped[one], swapped[other] = written[other], written[one]
        if (found := float("".join(swapped))) not in known:
            known.add(found)
            yield 2, "digits exchanged", sign * found
    if "." in text and (found := float(text[:-1])) not in {0.0, *known}:
        known.add(found)
        yield 2, "without its last digit", sign * found
    for how, found in _mistyped(text) if digits else ():
        if found not in known:
            known.add(found)
            yield _OF_DIGITS, how, sign * found


def _mistyped(text: str) -> Iterator[tuple[str, float]]:
    """Yield numbers with a digit more than another, or in its place."""
    for place in _digits(text):
        yield "a digit twice", float(f"{text[: place + 1]}{text[place:]}")
        for digit in "0123456789":
            yield "a digit misread", float(text[:place] + digit + text[place + 1 :])


def _digits(text: str) -> list[int]:
    return [place for place, sign in enumerate(text) if sign.isdigit()]


def _decimals(number: float) -> int:
    return len(exact(abs(number)).partition(".")[2])


def misread(problem: Problem, quantity: str, *, digits: bool) -> Iterator[Edit]:
    """Yield edits of a quantity's equation with one number of a weight or a bias misread.

    digits: whether one of its digits is, or something else.
    """
    line = next(line for line in problem.cell.equations if line.name == quantity)
    for path, node in parts(line.expression):
        own = weight_of(node)
        if own not in problem.weights or problem.origins.get(key_of(own)) == DEFAULT:
            continue
        for tier, place, how, new in variants(problem.weights[own], digits=digits):
            if digits and tier != _OF_DIGITS:
                continue
            other = Symbol(f"{own}~{place}~{how}")
            part = replaced(node, Symbol(own), other)
            words = f"{UNICODE.symbol(own)}{place} {how}"
            put = ((quantity, path, part),)
            yield Edit("number", words, f"in {quantity}", put, tier, {other.name: new})


def given(problem: Problem) -> Iterator[Edit]:
    """Yield problems with one number of a previous state or of an input misread or left out."""
    for symbol, state in problem.state.items():
        if problem.origins.get(key_of(symbol)) != DEFAULT:
            ones = 0.0 * state + 1.0
            yield Edit(
                "number", f"{symbol} taken as 1", "at the start", (), 1, start={symbol: ones}
            )
            for tier, place, how, new in variants(state):
                words = f"{symbol}{place} {how}"
                yield Edit("number", words, "at the start", (), tier, start={symbol: new})
    xs = [x for batch in problem.batches for x in batch]
    if problem.has_input and len(xs) <= _MOST_STEPS:
        for t in range(1, len(xs) + 1):
            yield from _of_input(problem, xs, t)
        yield from _in_every_step(xs)


def _of_input(problem: Problem, xs: Sequence[Any], t: int) -> Iterator[Edit]:
    """Yield problems with another input at a step."""
    at = f"at step {problem.number(t)}" if len(xs) > 1 else ""
    for tier, place, how, new in variants(xs[t - 1]):
        yield Edit("number", f"x{place} {how}", at, (), tier, inputs={t: new})
    if len(xs) > 1:
        yield Edit("number", "x taken as 0", at, (), 1, inputs={t: 0.0 * xs[t - 1]})
    if 1 < t < len(xs):
        later = {k: 0.0 * xs[k - 1] for k in range(t, len(xs) + 1)}
        yield Edit("number", "x taken as 0", f"from step {t} on", (), 2, inputs=later)
    for k in {t - 1, t + 1} & {*range(1, len(xs) + 1)}:
        yield Edit("number", f"x of step {k} read", at, (), 1, inputs={t: xs[k - 1]})
    if t < len(xs):
        swapped = {t: xs[t], t + 1: xs[t - 1]}
        yield Edit("time", f"x of steps {t} and {t + 1} exchanged", "", (), 1, inputs=swapped)


def _in_every_step(xs: Sequence[Any]) -> Iterator[Edit]:
    """Yield problems with the same done to the inputs of all steps."""
    ways: dict[str, tuple[int, Callable[[Any], Any]]] = {
        "without its minus signs": (1, abs),
        "with its decimal points misplaced, a tenth of it,": (2, lambda x: x / 10),
        "with its decimal points misplaced, ten times it,": (2, lambda x: 10 * x),
        "squared": (2, lambda x: x * x),
        "halved": (2, lambda x: x / 2),
        "doubled": (2, lambda x: 2 * x),
    }
    if getattr(xs[0], "size", 1) > 1:
        ways["with its first element for all"] = 1, lambda x: 0.0 * x + x[0]
    for how, (tier, done) in ways.items():
        inputs = {t: done(x) for t, x in enumerate(xs, 1)}
        yield Edit("number", f"x {how}", "in every step", (), tier, inputs=inputs)


def variants(value: Any, *, digits: bool = True) -> Iterator[tuple[int, str, str, Any]]:
    """Yield a value with one of its numbers misread: the tier, the element, how, and the value.

    digits: as `others` has it.
    """
    if not getattr(value, "ndim", 0):
        for tier, how, found in others(float(value), digits=digits):
            yield tier, "", _said(how, float(value), found), 0.0 * value + found
        return
    yield from _wholes(value)
    if value.size > _MOST_ELEMENTS:
        return  # nobody reads so many from a sheet
    flat, shape = value.reshape(-1), value.shape
    decimals = min(max(map(_decimals, flat.tolist())), _MOST_DIGITS)
    for place, number in enumerate(flat.tolist()):
        beside = [float(flat[k]) for k in _beside(place, shape) if flat[k] != number]
        near = [(2, "the number beside it", found) for found in beside]
        for tier, how, found in (*others(number, decimals, digits=digits), *near):
            if tier == _OF_DIGITS and value.size > _MOST_READ:
                continue
            new = flat.copy()
            new[place] = found
            yield tier, _element(place, shape), _said(how, number, found), new.reshape(shape)


def _wholes(value: Any) -> Iterator[tuple[int, str, str, Any]]:
    """Yield an array with several of its numbers read otherwise."""
    signs = abs(value)
    if (signs != value).any():
        yield 1, "", "without its minus signs", signs
    for found, how in ((value / 10, "a tenth of it"), (value * 10, "ten times it")):
        yield 2, "", f"with its decimal points misplaced, {how},", found
    if value.ndim == 1 and value.size > 1:
        yield 1, "", "with its elements turned round", value[::-1]
    flat, long = value.reshape(-1), value.shape[-1]
    for k in range(1, value.size) if long > 2 and value.size <= _MOST_ELEMENTS else ():
        if k % long:  # in the same row
            new = flat.copy()
            new[[k - 1, k]] = flat[[k, k - 1]]
            how = f"and {_element(k, value.shape)} exchanged"
            yield 2, _element(k - 1, value.shape), how, new.reshape(value.shape)


def _said(how: str, number: float, found: float) -> str:
    if not found:
        return how
    return f"misread, {exact(found)} for {exact(number)}: {how},"


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
