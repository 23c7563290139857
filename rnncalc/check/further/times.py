"""Steps and answers out of order: inputs exchanged, skipped or repeated, answers exchanged."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import reduce
from itertools import accumulate, chain, combinations
from operator import add
from typing import Any

from rnncalc.cells.expressions import PREVIOUS
from rnncalc.check.slips.rewrites import Altered, Places, Seen, with_inputs
from rnncalc.errors import listing
from rnncalc.numerals import any_of
from rnncalc.problem.problem import Problem

_MOST = 8  # steps of which each may be exchanged, skipped or repeated


def told_for_each_other(problem: Problem) -> Places:
    """Yield two quantities that are told in each other's place."""
    names = [line.name for line in problem.computed]
    for one, other in combinations(names, 2):
        if problem.sizes.number(one) == problem.sizes.number(other):
            reads = f"{one} = {other}, {other} = {one}"
            yield (
                f"{one} and {other} told for each other",
                Altered(problem, reads, told={one: other, other: one}),
            )


def starts(problem: Problem) -> Places:
    """Yield starts from 1 where a state is something else, also than 0."""
    every = list(problem.state)
    for taken in (*([name] for name in every), *([every] if len(every) > 1 else [])):
        if any(any_of(problem.state[name]) for name in taken):
            start = {name: 0.0 * problem.state[name] + 1.0 for name in taken}
            text = f"{listing(taken)} taken as 1" + " at the start" * (problem.steps != 1)
            yield text, Altered(problem._replace(state={**problem.state, **start}), text)


def one_start_for_all(problem: Problem) -> Places:
    """Yield starts whose first, or last, element stands for all: of each state, and of all."""
    long = [name for name in problem.state if problem.sizes.number(name) > 1]
    for which, place in (("first", 0), ("last", -1)):
        for taken in (*([name] for name in long), *([long] if len(long) > 1 else [])):
            values = {name: problem.state[name] for name in taken}
            start = {name: 0.0 * value + value[place] for name, value in values.items()}
            if any(any_of(start[name] != values[name]) for name in taken):
                text = f"the {which} element of {listing(taken)} for all"
                yield text, Altered(problem._replace(state={**problem.state, **start}), text)


def answers_exchanged(problem: Problem) -> Places:
    """Yield the answers of two steps in each other's place."""
    count = problem.steps or 1
    for one, other in combinations(range(1, count + 1), 2) if count <= _MOST else ():
        listed = [{one: other, other: one}.get(t, t) for t in range(1, count + 1)]
        text = f"answers of steps {one} and {other} exchanged"
        yield text, Altered(problem, text, listed=listed)


def inputs_otherwise(problem: Problem) -> Places:
    """Yield sequences with inputs exchanged, skipped or repeated, and a step more or less."""
    xs = [*chain(*problem.batches)]
    count = len(xs)
    if not problem.has_input or count > _MOST:
        return
    for place, others in _with_as_many(xs):
        yield place, with_inputs(problem, others, place)
    every = range(1, count + 1)
    for k in every[:-1]:
        place = f"step {k} skipped, the next one from the state of two steps before"
        form = with_inputs(problem, [*xs[: k - 1], *xs[k:], xs[-1]], place)
        yield place, form._replace(listed=[*every[:-1], count - 1])


def one_step_more(problem: Problem) -> Places:
    """Yield sequences that are gone through a step too far."""
    xs = [*chain(*problem.batches)]
    count = len(xs)
    every = range(1, count + 1)
    for place, others in _with_one_more(xs) if problem.has_input else ():
        form = with_inputs(problem, others, place)
        longer = form._replace(problem=form.problem._replace(steps=count + 1))
        yield place, longer._replace(listed=range(2, count + 2))
        if count > 1:
            yield place, longer._replace(listed=[*every[:-1], count + 1])


def _with_as_many(xs: Sequence[Any]) -> Iterator[tuple[str, Sequence[Any]]]:
    count = len(xs)
    for one, other in combinations(range(count), 2):
        others = [*xs]
        others[one], others[other] = xs[other], xs[one]
        yield f"x of steps {one + 1} and {other + 1} exchanged", others
    for k in range(1, count):
        yield f"x of step {k} twice, the last left out", [*xs[:k], *xs[k - 1 : -1]]
        if k < count - 1:
            others = [*xs[:k], *xs[k + 1 :], xs[-1]]
            yield f"x of step {k + 1} skipped, the last twice", others
    yield from _reshaped(xs)
    if count > 1:
        total = reduce(add, xs)
        yield "the sum of all x at each step", [total] * count
        yield "the sum of all x so far at each step", [*accumulate(xs)]
        yield "the average of all x at each step", [total / count] * count


def _reshaped(xs: Sequence[Any]) -> Iterator[tuple[str, Sequence[Any]]]:
    """Yield sequences of vectors whose numbers are read as those of each element in turn."""
    if len(xs) < 2 or getattr(xs[0], "size", 1) < 2:
        return
    import numpy as np

    every = np.array(xs)
    yield (
        "steps and elements of x exchanged, read column by column",
        [*every.reshape(-1).reshape(every.shape, order="F")],
    )
    yield (
        "steps and elements of x exchanged, written column by column",
        [*every.reshape(-1, order="F").reshape(every.shape)],
    )


def _with_one_more(xs: Sequence[Any]) -> Iterator[tuple[str, Sequence[Any]]]:
    many = "one step too many"
    yield f"{many}, the last x twice", [*xs, xs[-1]]
    yield f"{many}, x = 0 behind the last", [*xs, 0.0 * xs[-1]]
    yield f"{many}, x = 0 before the first", [0.0 * xs[0], *xs]
    if len(xs) > 1:
        yield f"{many}, the first x twice", [xs[0], *xs]
        yield f"{many}, the first x behind the last", [*xs, xs[0]]


def _total(values: Sequence[Any]) -> Any:
    return reduce(add, values)


def _average(values: Sequence[Any]) -> Any:
    return _total(values) / len(values)


def _largest(values: Sequence[Any]) -> Any:
    return reduce(lambda a, b: (a + b + abs(a - b)) / 2, values)


def of_all_steps(problem: Problem) -> Places:
    """Yield the sum, the average or the largest of the states of all steps, given as the last."""
    ways: Mapping[str, Callable[[Sequence[Any]], Any]] = {
        "average": _average, "sum": _total, "largest": _largest
    }  # fmt: skip
    if problem.steps == 1:
        return
    for what, way in ways.items():
        met: dict[str, list[Any]] = {}

        def change(
            t: int, name: str, value: Any, seen: Seen, way: Any = way, met: Any = met
        ) -> Any:
            if name not in problem.cell.states:
                return value
            met[name] = [*(met.get(name, ()) if t > 1 else ()), value]
            return way(met[name]) if t == problem.steps else value

        states = listing(problem.cell.states)
        yield (
            f"{what} of all steps given as the last {states}",
            Altered(problem, f"{what} of {states} over all steps", change),
        )


def carried_from(problem: Problem) -> Places:
    """Yield steps that start from the input of the step before, or from a state's sum."""
    for line in problem.computed if problem.steps != 1 else ():
        if line.is_unit and line.name in problem.cell.states:
            text = f"sum of {line.name} carried on for it, before {line.activation}"
            yield text, Altered(problem, text, carried={line.name + PREVIOUS: f"pre.{line.name}"})
    for state in problem.state if problem.has_input and problem.steps != 1 else ():
        if problem.sizes.number("x") == problem.sizes.number(state):
            text = (
                f"x carried on as {state.removesuffix(PREVIOUS)}, x of the step before for {state}"
            )
            yield text, Altered(problem, text, carried={state: "x"})


def two_steps_before(problem: Problem) -> Places:
    """Yield steps that start from the states of two steps before, the second from the start."""
    every = list(problem.state) if (problem.steps or 1) > 2 else []
    for taken in (*([name] for name in every), *([every] if len(every) > 1 else [])):
        met: dict[str, list[Any]] = {}

        def change(
            t: int, name: str, value: Any, seen: Seen, some: Any = taken, met: Any = met
        ) -> Any:
            if name not in some:
                return value
            met[name] = [*(met.get(name, ()) if t > 1 else ()), value]
            return met[name][max(0, t - 2)]

        text = f"{listing(taken)} of two steps before"
        yield text, Altered(problem, text, change)
