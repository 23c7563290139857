"""Mistakes with steps: another step's answer, the sequence in another order, states exchanged."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, combinations
from typing import Any

from rnncalc.cells.expressions import PREVIOUS
from rnncalc.check.slips.rewrites import Altered, Places, with_inputs
from rnncalc.problem.problem import Problem


def anothers_answer(problem: Problem) -> Places:
    """Yield answers of another step: the one before, the first, the last, all of them backwards."""
    count = problem.steps or 1
    if count == 1:
        return
    steps = range(1, count + 1)
    before = "step 1 given as the last" if count == 2 else "the one before given"
    ways: dict[str, Sequence[int]] = {
        f"one step too few, {before}": [1, *steps[:-1]],
        "step 1 given as the last": [*steps[:-1], 1],
        "the same at every step, that of step 1": [1] * count,
        f"the same at every step, that of step {count}": [count] * count,
        "answers listed backwards": steps[::-1],
    }
    for place, listed in ways.items():
        yield place, Altered(problem, place, listed=listed)


def other_inputs(problem: Problem) -> Places:
    """Yield sequences run backwards, shifted by one, and with the same input at every step."""
    xs = list(chain(*problem.batches))
    if len(xs) < 2 or not problem.has_input:
        return
    ways: dict[str, Sequence[Any]] = {
        "sequence run backwards": xs[::-1],
        "inputs shifted by one, 0 before the first": [0.0 * xs[0], *xs[:-1]],
        "inputs shifted by one, the next for each": [*xs[1:], xs[0]],
        "inputs shifted by one, the last before the first": [xs[-1], *xs[:-1]],
        "inputs shifted by one, 0 behind the last": [*xs[1:], 0.0 * xs[0]],
        "the same x at every step, that of step 1": [xs[0]] * len(xs),
        f"the same x at every step, that of step {len(xs)}": [xs[-1]] * len(xs),
    }
    for place, others in ways.items():
        yield place, with_inputs(problem, others, place)
    place = "sequence run backwards, and listed as it was"
    backwards = with_inputs(problem, xs[::-1], place)
    yield place, backwards._replace(listed=range(len(xs), 0, -1))


def carried_for_another(problem: Problem) -> Places:
    """Yield two states that the next step takes for each other, then other quantities for one."""
    if problem.steps == 1:
        return
    classes, states = problem.sizes.classes, problem.cell.states
    for one, other in combinations(states, 2):
        if classes[one] == classes[other]:
            both = {one + PREVIOUS: other, other + PREVIOUS: one}
            place = f"{one} and {other} exchanged between steps"
            yield place, Altered(problem, place, carried=both)
    for state in states:
        for line in problem.computed:
            if line.name != state and classes[line.name] == classes[state]:
                place = f"{line.name} carried on as {state}"
                yield place, Altered(problem, place, carried={state + PREVIOUS: line.name})
