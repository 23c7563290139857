"""Running a problem: by the loop, or by plain steps where those are wanted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from rnncalc.errors import InputError
from rnncalc.problem.problem import Problem
from rnncalc.trace import floats, steps, vectors
from rnncalc.trace.step import NotFiniteError, Step


def run(problem: Problem) -> Iterator[Step]:
    """Yield a problem's steps, one for each input.

    Raises InputError at the first step with a quantity that is not a finite number, or with an
    input that can't be used.
    """
    if _is_plain(problem):
        yield from steps.run(problem)
        return
    quantities = problem.quantities
    units = [line.name for line in problem.computed if line.is_unit]
    names = [*quantities, *(f"pre.{name}" for name in units)]
    for t, row in enumerate(rows(problem, names), 1):
        pre = dict(zip(units, row[len(quantities) :], strict=True))
        yield Step(t, dict(zip(quantities, row, strict=False)), pre, {}, {}, {}, {})


def rows(problem: Problem, names: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    """Yield the named values of each step: quantities, and pre-activations such as "pre.f".

    Raises InputError as `run` does.
    """
    if _is_plain(problem):
        yield from (_row(step, names) for step in steps.run(problem))
        return
    try:
        yield from (floats if problem.scalar else vectors).rows(problem, names)
    except NotFiniteError as error:
        again = problem._replace(batches=[error.block], state=error.state)
        yield from (_row(step, names) for step in steps.run(again, first=error.first))
        told = f"a result is not a finite number at step {error.first} or soon after it"
        raise InputError([told]) from None


def _is_plain(problem: Problem) -> bool:
    """Return whether plain steps are needed, or are as fast as writing out a loop."""
    return bool(problem.ties or problem.held_at or (problem.scalar and problem.steps == 1))


def _row(step: Step, names: Sequence[str]) -> tuple[Any, ...]:
    return tuple(step.pre[n[4:]] if n.startswith("pre.") else step.values[n] for n in names)
