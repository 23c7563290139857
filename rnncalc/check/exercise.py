"""Exercises: how good a problem is as an exercise.

A slip is hidden if it gives the right answer: the exercise can't tell who makes it from who is
right. All weights equal, a state of 0 and saturated gates hide most; other numbers show them, and
each such change is tried here before it is recommended.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from itertools import chain, cycle
from math import isfinite
from shlex import quote
from typing import Any, NamedTuple

from rnncalc.cells.model import stages
from rnncalc.check.answers import Answer, elements, written_down
from rnncalc.check.slips.catalogue import slips
from rnncalc.check.slips.kinds import Slip
from rnncalc.check.slips.trial import Question, Trial
from rnncalc.errors import InputError
from rnncalc.numerals import elementwise, exact
from rnncalc.problem.problem import DEFAULT, Problem
from rnncalc.trace.steps import run

#: What goes through the slips that are tried.
Watched = Callable[[Sequence[Slip]], Iterable[Slip]]

_NUMBERS = (0.5, -0.7, 0.3, 0.9, -0.4, 0.8, -0.2, 0.6, -0.9, 0.4, 0.7, -0.3)
_MOST_STEPS = 100  # of an exercise: each slip is tried on all of them, many times
_LONGEST = 400  # characters of an example that can be typed


class Hidden(NamedTuple):
    """The slips that a problem hides.

    everywhere: those that no quantity and no pre-activation shows. in_state: those that others
    show, but not the last state. tried: how many slips there are.
    """

    everywhere: Sequence[Slip]
    in_state: Sequence[Slip]
    tried: int

    @property
    def weight(self) -> int:
        """How much is hidden, where what no quantity shows counts twice."""
        return 2 * len(self.everywhere) + len(self.in_state)


class Change(NamedTuple):
    """A change of a problem's numbers, and what it hides with this and all changes before."""

    name: str
    hidden: Hidden


class Exercise(NamedTuple):
    """A problem, what it hides, and which changes would show more, the most telling first.

    decimals: those of the answers. command: what to type with all the changes; "" if that is long.
    """

    problem: Problem
    decimals: int
    hidden: Hidden
    changes: Sequence[Change]
    command: str


def lint(problem: Problem, decimals: int = 4, watched: Watched = iter) -> Exercise:
    """Return what there is to say of a problem as an exercise.

    decimals: those of the answers. watched: goes through the slips that are tried. Raises
    InputError if it has too many steps.
    """
    problem = problem.gathered(_MOST_STEPS)
    changed, changes = problem, []
    now = best = _hidden(problem, decimals, watched)
    for possible in (_CHANGES, _LAST_RESORT):
        left = dict(possible)
        while best.weight and left:
            found = {}
            for name, change in left.items():
                with suppress(InputError):  # with other numbers some may become too large
                    found[name] = _hidden(change(changed), decimals, watched)
            name = min(found, key=lambda name: found[name].weight, default="")
            if not name or found[name].weight >= best.weight:
                break
            changes.append(Change(_said(name, changed), found[name]))
            best, changed = found[name], left.pop(name)(changed)
    return Exercise(problem, decimals, now, changes, _command(changed) if changes else "")


def _hidden(problem: Problem, decimals: int, watched: Watched) -> Hidden:
    """Return which slips give the right answers, written down with some decimals."""
    stopped = {f"pre.{name}" for name in problem.held}
    names = [
        name
        for name in stages(problem.cell, rounded=False)
        if name not in stopped and (name != "x" or problem.has_input)
    ]
    right = [
        written_down(step.t, name, step.value(name), decimals)
        for step in run(problem)
        for name in names
    ]
    trial = Trial(problem, Question(right, Answer.hides))
    last = {(problem.steps or 1, state) for state in problem.cell.states}
    everywhere, in_state, tried = list[Slip](), list[Slip](), list(slips(problem))
    for slip in watched(tried):
        seen = trial.differing(slip.forms[0])
        if not seen:
            everywhere.append(slip)
        elif not seen & last:
            in_state.append(slip)
    return Hidden(everywhere, in_state, len(tried))


# Changes -----------------------------------------------------------------------------------------


def _given(problem: Problem, *kinds: str) -> dict[str, Any]:
    """Return the values of some kinds of parameters, where somebody gave them, by symbol."""
    return {
        parameter.symbol: problem.weights[parameter.symbol]
        for name, parameter in problem.cell.parameters.items()
        if parameter.kind in kinds
        and parameter.symbol in problem.weights
        and problem.origins.get(name) != DEFAULT
    }


def _with_others(problem: Problem, change: Callable[[float], float], *kinds: str) -> Problem:
    """Return a problem with other numbers in some kinds of parameters, where somebody gave them."""
    others = {symbol: elementwise(change, v) for symbol, v in _given(problem, *kinds).items()}
    return problem._replace(weights={**problem.weights, **others})


def _smaller_weights(problem: Problem) -> Problem:
    """Return a problem whose pre-activations are at most about 1.5."""
    largest = max((_size(z) for step in run(problem) for z in step.pre.values()), default=0.0)
    if largest <= 1.5:
        return problem
    return _with_others(problem, lambda number: _short(number * 1.5 / largest), "weight", "bias")


def _other_weights(problem: Problem) -> Problem:
    """Return a problem whose weights are about as large, and all different."""
    numbers = cycle(_NUMBERS)

    def other(number: float) -> float:
        return _short((abs(number) or 1.0) * (1 + next(numbers) / 2) * (-1 if number < 0 else 1))

    return _with_others(problem, other, "weight")


def _other_biases(problem: Problem) -> Problem:
    numbers = cycle(_NUMBERS[::-1])
    return _with_others(problem, lambda _: next(numbers), "bias")


def _other_state(problem: Problem) -> Problem:
    numbers = cycle(_NUMBERS)
    state = {n: elementwise(lambda _: next(numbers), v) for n, v in problem.state.items()}
    return problem._replace(state=state)


def _one_more_step(problem: Problem) -> Problem:
    if not problem.has_input or problem.steps != 1:
        return problem
    numbers = cycle(_NUMBERS)
    ((x,),) = problem.batches
    return problem._replace(batches=[[x, elementwise(lambda _: next(numbers), x)]], steps=2)


_CHANGES: Mapping[str, Callable[[Problem], Problem]] = {
    "smaller weights, so that no gate is near 0 or 1": _smaller_weights,
    "weights that are all different": _other_weights,
    "biases that are not 0, and different": _other_biases,
    "a previous state that is not 0, and different numbers in it": _other_state,
    "a second step": _one_more_step,
}

# What a change is called where the numbers are already as its name has them, and which these are.
_OTHERS: Mapping[str, tuple[str, Callable[[Problem], Mapping[str, Any]]]] = {
    "weights that are all different": ("other weights", lambda p: _given(p, "weight")),
    "biases that are not 0, and different": ("other biases", lambda p: _given(p, "bias")),
    "a previous state that is not 0, and different numbers in it": (
        "another previous state",
        lambda p: p.state,
    ),
}


def _said(name: str, problem: Problem) -> str:
    """Return what a change is called to somebody who has a problem."""
    if name not in _OTHERS:
        return name
    other, numbers_of = _OTHERS[name]
    numbers = [number for value in numbers_of(problem).values() for number in elements(value)]
    are_so = len({*numbers}) == len(numbers) and (all(numbers) or "not 0" not in name)
    return other if are_so else name


# It makes another exercise of it: only where nothing else helps any more.
_LAST_RESORT: Mapping[str, Callable[[Problem], Problem]] = {
    "no rounding": lambda problem: problem._replace(ties=None)
}


def _size(value: Any) -> float:
    return max(map(abs, elements(value)))


def _short(number: float) -> float:
    """Return a number with few digits, to be typed; as it is where that would be too large."""
    short = float(f"{number:.2g}")
    return short if isfinite(short) else number


def _command(problem: Problem) -> str:
    """Return the command line of a problem, "" if it is long."""
    cell, given = problem.cell, {**problem.weights, **problem.state}
    words = ["rnncalc", cell.name]
    for name, parameter in cell.parameters.items():
        value = given.get(parameter.symbol)
        if value is not None and (problem.origins.get(name) != DEFAULT or _size(value)):
            words += [parameter.option, quote(exact(value))]
    held = dict(problem.held)
    for t, values in problem.held_at.items():
        held |= {f"{name}@{t}": value for name, value in values.items()}
    for name, value in held.items():
        words += ["--set", quote(f"{name}={exact(value)}")]
    for name, choice in cell.chosen.items():
        words += [f"--{name}", choice]
    if problem.has_input:
        for x in chain(*problem.batches):
            words += ["--x", quote(exact(x))]
    elif problem.steps != 1:
        words += ["--repeat", str(problem.steps)]
    if problem.ties:
        words += ["--round"] if problem.ties == "low" else ["--round", "--ties", problem.ties]
    text = " ".join(words)
    return text if len(text) <= _LONGEST else ""
