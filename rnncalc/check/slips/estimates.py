"""Estimates: which one number, had it been another, gives answers of several steps."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from itertools import chain, islice
from math import inf, isfinite, nan, prod
from operator import mul
from typing import NamedTuple

from rnncalc.cells.expressions import PREVIOUS
from rnncalc.cells.notation import UNICODE
from rnncalc.check.answers import WRONG, Answer, Verdict
from rnncalc.check.slips.elements import given_numbers
from rnncalc.check.slips.kinds import Kind, Slip, from_answers
from rnncalc.check.slips.rewrites import Altered, reweighted, with_inputs
from rnncalc.check.slips.walking import UnsureError, Walk
from rnncalc.errors import InputError
from rnncalc.numerals import shortest
from rnncalc.problem.problem import DEFAULT, Problem

#: A number taken for another.
KIND = Kind("{}", from_answers, "Look at the number that you put in again.", code="other-number")

_ROUNDS = 12  # of Newton's method
_STEP = 1e-6  # of the difference that stands for a derivative
_CHANCE = 0.02  # that one of the numbers fits that has nothing to do with it, at most
_MOST = 60  # numbers that are tried
_LONGEST = 24  # steps, which are gone through about a thousand times


class _Number(NamedTuple):
    """A number that was given: its name, its value, and the problem with another."""

    name: str
    value: float
    put: Callable[[float], Altered]


def one_number(problem: Problem, verdicts: Sequence[Verdict]) -> Iterator[Slip]:
    """Yield each number of a scalar problem that gives all of the answers if it is another one.

    As few as two steps tell that only where their answers have the digits for it.
    """
    wrong = [verdict for verdict in verdicts if verdict.word == WRONG]
    if not problem.scalar or problem.ties or (problem.steps or 1) > _LONGEST:
        return
    if len({v.answer.t for v in wrong}) < 2:
        return
    numbers = [*_numbers(problem)][:_MOST]
    # One number can always be made to give one answer; a further one it gives by chance.
    parts = sorted(min(1.0, 2 * _half(v.answer) / abs(v.gap(0) or 1)) for v in wrong)
    if len(numbers) * prod(parts[:-1]) > _CHANCE:
        return
    answers = [v.answer for v in verdicts if not v.answer.numbers[0].is_blank]
    walk = Walk(problem, 0)
    for number in numbers:
        with suppress(InputError, UnsureError, OverflowError):
            starts = dict.fromkeys([number.value, 0.0, -number.value])
            fitted = (_fitted(number, start, answers, walk) for start in starts)
            value = next((value for value in fitted if value is not None), None)
            if value is not None:
                place = f"{number.name} taken as {value:g}"
                yield KIND.at(place, number.put(value))


def _numbers(problem: Problem) -> Iterator[_Number]:
    """Yield the numbers that somebody gave: weights, biases, previous states, inputs."""
    for symbol in given_numbers(problem):
        name, value = UNICODE.symbol(symbol), problem.weights[symbol]
        yield _Number(name, value, partial(_with_weight, problem, symbol))
    for name, value in problem.state.items():
        if problem.origins.get(name.removesuffix(PREVIOUS)) != DEFAULT:
            yield _Number(name, value, partial(_with_state, problem, name))
    if problem.has_input:
        for place, x in enumerate(chain(*problem.batches)):
            number = problem.number(place + 1)
            name = "x" if problem.steps == 1 else f"x@{number}"
            yield _Number(name, x, partial(_with_input, problem, place))


def _with_weight(problem: Problem, symbol: str, value: float) -> Altered:
    return reweighted(problem, {symbol: value}, f"{UNICODE.symbol(symbol)} = {value:g}")


def _with_state(problem: Problem, name: str, value: float) -> Altered:
    state = {**problem.state, name: value}
    return Altered(problem._replace(state=state), f"{name} = {value:g}")


def _with_input(problem: Problem, place: int, value: float) -> Altered:
    xs = [*chain(*problem.batches)]
    xs[place] = value
    return with_inputs(problem, xs, f"x = {value:g}")


def _half(answer: Answer) -> float:
    """Return how far off the value of an answer may be."""
    return max(answer.numbers[0].claim / 2 + answer.leeway, _STEP * _STEP)


def _fitted(number: _Number, start: float, answers: Sequence[Answer], walk: Walk) -> float | None:
    """Return the shortest number that gives all of the answers, if one is found from a start."""
    at, off = start, partial(_off, answers, walk)
    for _ in range(_ROUNDS):
        now = off(number.put(at))
        slopes = [(b - a) / _STEP for a, b in zip(now, off(number.put(at + _STEP)), strict=True)]
        step = sum(map(mul, now, slopes)) / (sum(slope * slope for slope in slopes) or nan)
        if not isfinite(step):
            return None
        at -= step
        if abs(step) < _STEP * (1 + abs(at)):
            break
    low, high = -inf, inf
    for gap, slope in zip(off(number.put(at)), slopes, strict=True):
        if slope:
            ends = sorted(((-1 - gap) / slope, (1 - gap) / slope))
            low, high = max(low, ends[0]), min(high, ends[1])
    if low > high:
        return None
    value = shortest(at + low, at + high)
    return None if value == number.value else value


def _off(answers: Sequence[Answer], walk: Walk, form: Altered) -> list[float]:
    """Return how far from each answer a form is, in what that leaves open."""
    rows = [*islice(walk.rows(form), max(answer.t for answer in answers))]
    return [
        (rows[answer.t - 1][answer.name] - answer.numbers[0]) / _half(answer) for answer in answers
    ]
