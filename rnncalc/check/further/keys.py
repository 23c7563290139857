"""Keys: slips in writing an answer down, or typing it in, when it was right before that."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from itertools import combinations, pairwise
from math import prod
from typing import Any, NamedTuple

from rnncalc.check.answers import RIGHT, Verdict, elements, is_short
from rnncalc.check.explaining import Explanation
from rnncalc.check.slips.kinds import Kind, from_answers
from rnncalc.check.slips.rewrites import Altered
from rnncalc.problem.problem import Problem
from rnncalc.typed import Typed

#: Digits that are taken for each other, because they look alike or lie side by side on a keypad.
_LOOK = dict(zip("0123456789", ("689", "74", "7", "85", "91", "63", "058", "12", "0369", "480"),
                 strict=True))  # fmt: skip
_PAD = dict(zip("0123456789", ("12", "0245", "0135", "26", "157", "2468", "359", "48", "579", "68"),
                strict=True))  # fmt: skip
_MOST_DECIMALS = 8  # of what somebody writes down
_FARTHEST = 4  # places that a decimal point is off, at most
# How many of such slips may give an answer by chance; and how many of the commonest one, two
# digits exchanged, which may be off by very little, and of all where many numbers are right.
_CHANCE, _CHANCE_OF_LIKELY, _MANY = 0.05, 0.2, 3
_CHANCE_OF_SHORT = 0.02  # of numbers of two decimals

_READ = "What it comes to is a slip of the pen away: compare your sheet with what you typed."


def _kind(name: str) -> Kind:
    return Kind(name, from_answers, _READ, code="written-down-wrongly")


SIGN = _kind("sign of {} lost in writing it")
KINDS: Mapping[str, Kind] = {
    "exchanged": _kind("two digits exchanged in writing {}"),
    "sign": SIGN,
    "point": _kind("decimal point misplaced in writing {}"),
    "doubled": _kind("a digit written twice in {}"),
    "missing": _kind("a digit left out in writing {}"),
    "misread": _kind("a digit misread or mistyped in writing {}"),
    "elements": _kind("elements of {} written in each other's place"),
    "again": _kind("an element of {} written for another"),
}


class _Slip(NamedTuple):
    """A slip in writing a number: its kind, and how many others are as likely or likelier."""

    kind: str
    rank: int


def written_otherwise(
    problem: Problem, verdict: Verdict, ours: Any, others: Collection[Verdict], t: int = 0
) -> list[Explanation]:
    """Return the slip in writing that makes a wrong answer of a value, in a list, if there is one.

    ours: the value. others: all verdicts there are. t: as `Explanation` has it.
    """
    numbers, values, units = verdict.answer.numbers, elements(ours), verdict.wrong_units
    if not units or verdict.answer.bits or len(values) < len(numbers):
        return []
    slips = [_slip_in(numbers[unit], values[unit]) for unit in units]
    if not all(slips):
        if any(verdict.answer in other.follows_from for other in others):
            return []  # it is what somebody went on with
        slips = _among(numbers, values, units)
    found = [slip for slip in slips if slip]
    if len(found) < len(units) or len({slip.kind for slip in found}) > 1:
        return []
    chance = prod(
        min(1.0, slip.rank * _half(numbers[unit]) / abs(numbers[unit] - values[unit]))
        for slip, unit in zip(found, units, strict=True)
    )
    kind = found[0].kind
    right = sum(len(other.answer.known) for other in others if other.word == RIGHT)
    is_likely = kind == "exchanged" or right + len(numbers) - len(units) >= _MANY
    most = _CHANCE_OF_LIKELY if is_likely else _CHANCE
    if chance > (_CHANCE_OF_SHORT if is_short(verdict.answer) else most):
        return []
    name = verdict.answer.name
    is_computed = any(line.name == name for line in problem.computed)
    form = Altered(problem, (name,) if is_computed else f"{name}, as it is,")
    return [Explanation(KINDS[kind].at(name, form), form, ours, t)]


def _half(typed: Typed) -> float:
    return max(typed.claim, 0.0) / 2 or 1e-9


def _slip_in(typed: Typed, value: float) -> _Slip | None:
    """Return the slip in writing that makes a typed number of a value."""
    decimals, given = typed.decimals, typed.text.strip().lstrip("+-\N{MINUS SIGN}")
    if not 0 < decimals <= _MOST_DECIMALS or not given.replace(".", "").isdigit() or not typed:
        return None
    given = f"{abs(typed):.{decimals}f}"
    rank = 0
    for kind, made in _WAYS:
        is_turned = kind == "sign"
        if kind == "point":
            places = [place for place in range(-2, _FARTHEST + 1) if place]
            numbers = (abs(value), *(round(abs(value), decimals + more) for more in (0, 1, 2)))
            texts = {f"{number * 10.0**k:.{decimals}f}" for k in places for number in numbers}
            rank += len(places) - len(texts)
        else:
            texts = {*made(abs(value), decimals)}
        rank += len(texts)
        if given in texts and ((value < 0) == (typed < 0)) != is_turned:
            return _Slip(kind, rank)
    return None


def _exchanged(value: float, decimals: int) -> Iterator[str]:
    text = f"{value:.{decimals}f}"
    digits = [place for place, sign in enumerate(text) if sign.isdigit()]
    for one, other in pairwise(digits):
        yield from _swapped(text, one, other)


def _far_exchanged(value: float, decimals: int) -> Iterator[str]:
    text = f"{value:.{decimals}f}"
    digits = [place for place, sign in enumerate(text) if sign.isdigit()]
    for one, other in combinations(digits[-decimals:], 2):
        yield from _swapped(text, one, other)


def _swapped(text: str, one: int, other: int) -> Iterator[str]:
    if text[one] != text[other]:
        signs = [*text]
        signs[one], signs[other] = text[other], text[one]
        yield "".join(signs)


def _same(value: float, decimals: int) -> Iterator[str]:
    yield f"{value:.{decimals}f}"


def _doubled(value: float, decimals: int) -> Iterator[str]:
    """Yield a number with a digit twice: with a decimal more, and with the last one left out."""
    for count in (decimals - 1, decimals):
        text = f"{value:.{count}f}"
        for place in range(len(text) - count, len(text)) if count else ():
            found = text[:place] + text[place] + text[place:]
            yield f"{float(found):.{decimals}f}"


def _missing(value: float, decimals: int) -> Iterator[str]:
    """Yield a number with a digit left out: of one with a decimal more, or with a 0 behind."""
    for count in (decimals, decimals + 1):
        text = f"{value:.{count}f}"
        for place in range(len(text) - count, len(text)):
            yield f"{float(text[:place] + text[place + 1 :] or 0):.{decimals}f}"


def _misread(value: float, decimals: int) -> Iterator[str]:
    text = f"{value:.{decimals}f}"
    for place, sign in enumerate(text):
        for other in {*_LOOK.get(sign, ""), *_PAD.get(sign, "")}:
            yield text[:place] + other + text[place + 1 :]


#: The ways, the likeliest first.
_WAYS: Sequence[tuple[str, Callable[[float, int], Iterator[str]]]] = (
    ("sign", _same),
    ("exchanged", _exchanged),
    ("point", _same),
    ("doubled", _doubled),
    ("missing", _missing),
    ("exchanged", _far_exchanged),
    ("misread", _misread),
)


def _among(
    numbers: Sequence[Typed], values: Sequence[float], units: Sequence[int]
) -> list[_Slip | None]:
    """Return for each wrong element whether another one's value was written there."""
    found: list[_Slip | None] = []
    is_permuted = sorted(_fitting(numbers[unit], values, units) for unit in units) == [*units]
    for unit in units:
        is_there = _fitting(numbers[unit], values, range(len(numbers))) >= 0
        kind = "elements" if is_permuted else "again"
        found.append(_Slip(kind, len(numbers) - 1) if is_there else None)
    return found


def _fitting(typed: Typed, values: Sequence[float], units: Sequence[int]) -> int:
    """Return the first of some elements whose value a typed number is, -1 if none."""
    return next((unit for unit in units if typed.agrees(values[unit], None, 0.0)), -1)
