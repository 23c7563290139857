"""Estimates: which one number, had it been another, gives answers of several steps."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from itertools import chain, islice
from math import inf, isfinite, nan, prod
from operator import mul
from typing import Any, NamedTuple

from rnncalc.cells.expressions import PREVIOUS, symbols
from rnncalc.cells.functions import FUNCTIONS
from rnncalc.cells.notation import UNICODE
from rnncalc.check.answers import WRONG, Answer, Verdict
from rnncalc.check.slips.kinds import Kind, Slip, from_answers
from rnncalc.check.slips.parts import given_numbers
from rnncalc.check.slips.rewrites import Altered, reweighted, with_inputs
from rnncalc.numerals import shortest
from rnncalc.problem.problem import DEFAULT, Problem
from rnncalc.trace.arithmetic import assignments, code, divide, variable

#: A number taken for another.
KIND = Kind("{}", from_answers, "Look at the number that you put in again.", code="other-number")

_ROUNDS = 12  # of Newton's method
_STEP = 1e-6  # of the difference that stands for a derivative
_CHANCE = 0.02  # that one of the numbers fits that has nothing to do with it, at most
_MOST = 60  # numbers that are tried
_LONGEST = 24  # steps, which are gone through about a thousand times


class _Number(NamedTuple):
    """A number that was given: its name, its value, and the problem with another.

    symbol: where equations read it. t: the step of an input, otherwise 0.
    """

    name: str
    value: float
    put: Callable[[float], Altered]
    symbol: str
    t: int = 0


def one_number(problem: Problem, verdicts: Sequence[Verdict]) -> Iterator[Slip]:
    """Yield each number of a scalar problem that gives all of the answers if it is another one.

    As few as two steps tell that only where their answers have the digits for it.
    """
    wrong = [verdict for verdict in verdicts if verdict.word == WRONG]
    if not problem.scalar or problem.ties or (problem.steps or 1) > _LONGEST or problem.held_at:
        return
    if len({v.answer.t for v in wrong}) < 2:
        return
    numbers = [*_numbers(problem)][:_MOST]
    # One number can always be made to give one answer; a further one it gives by chance.
    parts = sorted(min(1.0, 2 * _half(v.answer) / abs(v.gap(0) or 1)) for v in wrong)
    if len(numbers) * prod(parts[:-1]) > _CHANCE:
        return
    answers = [v.answer for v in verdicts if not v.answer.numbers[0].is_blank]
    course, reached = _Course(problem, answers), [_behind(problem, v.answer) for v in wrong]
    for number in numbers:
        if not all((number.symbol, number.t) in of for of in reached):
            continue  # whatever it is, that stays wrong
        with suppress(OverflowError):
            starts = dict.fromkeys([number.value, 0.0, -number.value])
            fitted = (_fitted(number, start, course) for start in starts)
            value = next((value for value in fitted if value is not None), None)
            if value is not None:
                place = f"{number.name} taken as {value:g}"
                yield KIND.at(place, number.put(value))


def _numbers(problem: Problem) -> Iterator[_Number]:
    """Yield the numbers that somebody gave: weights, biases, previous states, inputs."""
    for symbol in given_numbers(problem):
        name, value = UNICODE.symbol(symbol), problem.weights[symbol]
        yield _Number(name, value, partial(_with_weight, problem, symbol), symbol)
    for name, value in problem.state.items():
        if problem.origins.get(name.removesuffix(PREVIOUS)) != DEFAULT:
            yield _Number(name, value, partial(_with_state, problem, name), name)
    if problem.has_input:
        for place, x in enumerate(chain(*problem.batches)):
            number = problem.number(place + 1)
            name = "x" if problem.steps == 1 else f"x@{number}"
            yield _Number(name, x, partial(_with_input, problem, place), "x", place + 1)


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


def _behind(problem: Problem, answer: Answer) -> set[tuple[str, int]]:
    """Return the symbols of the numbers that an answer is computed from, each with its step."""
    lines = {line.name: symbols(line.expression) for line in problem.computed}
    waiting, met = [(answer.name.rpartition(".")[2], answer.t)], set[tuple[str, int]]()
    while waiting:
        name, t = key = waiting.pop()
        if key in met:
            continue
        met.add(key if name == "x" or name in lines else (name, 0))
        if name in problem.state and t > 1:
            waiting.append((name.removesuffix(PREVIOUS), t - 1))
        waiting += [(read, t) for read in lines.get(name, ())]
    return met


class _Course:
    """The steps of a problem of plain numbers, as code to be run for one number after another."""

    def __init__(self, problem: Problem, answers: Sequence[Answer]) -> None:
        lines = [both for line in problem.computed for both in assignments(line)]
        texts = [f"{variable(name)} = {code(node)}" for name, node in lines]
        self.code = compile("\n".join(texts), "<steps>", "exec")
        self.reach: dict[str, Any] = {f"f_{name}": of.number for name, of in FUNCTIONS.items()}
        self.reach |= {"weigh": mul, "divide": divide, "inf": inf, "nan": nan, "__builtins__": {}}
        given = {**problem.weights, **problem.held, **problem.state}
        self.given = {variable(name): value for name, value in given.items()}
        self.states = [(variable(n), variable(n.removesuffix(PREVIOUS))) for n in problem.state]
        self.wanted: dict[int, list[tuple[str, float, float]]] = {}
        for answer in answers:
            one = variable(answer.name), float(answer.numbers[0]), _half(answer)
            self.wanted.setdefault(answer.t, []).append(one)
        self.xs = [*islice(chain(*problem.batches), max(self.wanted))]

    def off(self, number: _Number, value: float) -> list[float]:
        """Return how far from each answer a number leads, in what that leaves open."""
        names, found = {**self.given, variable(number.symbol): value}, list[float]()
        for t, x in enumerate(self.xs, 1):
            names["v_x"] = value if t == number.t else x
            exec(self.code, self.reach, names)
            found += [(names[n] - typed) / half for n, typed, half in self.wanted.get(t, ())]
            names |= [(before, names[now]) for before, now in self.states]
        return found


def _fitted(number: _Number, start: float, course: _Course) -> float | None:
    """Return the shortest number that gives all of the answers, if one is found from a start."""
    at, off = start, partial(course.off, number)
    for _ in range(_ROUNDS):
        now = off(at)
        slopes = [(b - a) / _STEP for a, b in zip(now, off(at + _STEP), strict=True)]
        step = sum(map(mul, now, slopes)) / (sum(slope * slope for slope in slopes) or nan)
        if not isfinite(step):
            return None
        at -= step
        if abs(step) < _STEP * (1 + abs(at)):
            break
    low, high = -inf, inf
    for gap, slope in zip(off(at), slopes, strict=True):
        if slope:
            ends = sorted(((-1 - gap) / slope, (1 - gap) / slope))
            low, high = max(low, ends[0]), min(high, ends[1])
    if low > high:
        return None
    value = shortest(at + low, at + high)
    return None if value == number.value else value
