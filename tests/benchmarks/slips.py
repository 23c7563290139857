"""How well slips are named: each one applied to random problems, typed with 4 decimals, checked.

Prints, for each cell, size and number of steps, how often the slip is among those offered (five at
most) and how often it is offered alone: with all quantities given, and with the last state alone.

    python tests/benchmarks/slips.py [PROBLEMS]
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import pytest

from rnncalc import CELLS, InputError, Problem, Step, build
from rnncalc.cells.model import stages
from rnncalc.check.answers import RIGHT, Answer, elements, written_down
from rnncalc.check.diagnosis import diagnose
from rnncalc.check.explaining import Explanation
from rnncalc.check.grade import judge
from rnncalc.check.slips.catalogue import slips
from rnncalc.check.slips.kinds import Slip
from rnncalc.trace.steps import run

DECIMALS = 4
EVERY = 6  # slips of which one is made: there are hundreds
OFFERED = 5


class Rate(NamedTuple):
    """How many slips were applied, how many of them were offered, and how many alone."""

    applied: int = 0
    offered: int = 0
    alone: int = 0

    def __add__(self, other: Any) -> Rate:
        return Rate(*(mine + its for mine, its in zip(self, other, strict=True)))

    def __str__(self) -> str:
        # Rounded down: 100% means all of them.
        return " | ".join(f"{100 * part // self.applied}%" for part in (self.offered, self.alone))


def random_problem(name: str, n: int, steps: int, seed: int) -> Problem:
    """Return a problem of numbers with two decimals, none of them 0."""
    source = random.Random(f"{name} {n} {steps} {seed}")

    def number() -> float:
        return source.choice([-1, 1]) * round(source.uniform(0.1, 1.5), 2)

    def vector() -> Any:
        return number() if n == 1 else [number() for _ in range(n)]

    def matrix() -> Any:
        return number() if n == 1 else [vector() for _ in range(n)]

    cell = CELLS[name].having([e for e in CELLS[name].equations if not e.optional])
    parameters = cell.parameters.values()
    given = {p.name: matrix() if p.kind == "weight" else vector() for p in parameters}
    problem = build(cell, given, [vector() for _ in range(steps)])
    return problem._replace(batches=list(problem.batches))


def answers_of(problem: Problem, steps: list[Step], *, last_only: bool) -> list[Answer]:
    """Return what somebody types who computed these steps."""
    names = stages(problem.cell, rounded=False)
    if last_only:
        steps, names = steps[-1:], [name for name in names if name in problem.cell.states]
    return [
        written_down(step.t, name, step.value(name), DECIMALS) for step in steps for name in names
    ]


def rate(problem: Problem, *, last_only: bool, every: int = 1) -> Rate:
    """Return how the slips of a problem are named; ``every`` second or third of them only."""
    found = Rate()
    for slip in list(slips(problem, DECIMALS))[::every]:
        for form in slip.forms:
            try:
                steps = list(form.run())
            except InputError:
                continue
            verdicts = judge(problem, answers_of(problem, steps, last_only=last_only))
            if all(verdict.word == RIGHT for verdict in verdicts):
                continue  # it gives the right answer here: nothing to name
            first = diagnose(problem, verdicts).mistakes[0]
            offers = first.explanations[:OFFERED]
            if any(offer.form.parts(problem) < form.parts(problem) for offer in offers):
                continue  # what changes less gives these answers, too, and is offered for it
            fits = [_is_named(slip, steps, offer) for offer in offers]
            found += Rate(1, any(fits), fits == [True])
    return found


def _is_named(slip: Slip, steps: list[Step], offer: Explanation) -> bool:
    """Return whether a slip is offered, or one that gives the same of every quantity."""
    if slip.name == offer.name:
        return True
    return not offer.t and any(_are_alike(steps, form.run()) for form in offer.slip.forms)


def _are_alike(steps: list[Step], others: Iterable[Step]) -> bool:
    try:
        pairs = list(zip(steps, others, strict=True))
    except (InputError, ValueError):
        return False
    return all(
        elements(one.values[name]) == pytest.approx(elements(other.values[name]))
        for one, other in pairs
        for name in one.values
    )


def right_verdicts(problem: Problem) -> list[str]:
    """Return the verdicts on the right answer."""
    answers = answers_of(problem, list(run(problem)), last_only=False)
    return [verdict.word for verdict in judge(problem, answers)]


def rows(problems: int) -> Iterator[str]:
    """Yield the lines of the table."""
    yield "| cell | elements | steps | slips | all given: offered | alone | last: offered | alone |"
    yield "|---|---|---|---|---|---|---|---|"
    total = [Rate(), Rate()]
    for name in CELLS:
        for n in (1, 2):
            for steps in (1, 3):
                found = [Rate(), Rate()]
                for seed in range(problems):
                    problem = random_problem(name, n, steps, seed)
                    assert set(right_verdicts(problem)) == {RIGHT}
                    for place, last_only in enumerate((False, True)):
                        found[place] += rate(problem, last_only=last_only, every=EVERY)
                total = [before + more for before, more in zip(total, found, strict=True)]
                yield f"| `{name}` | {n} | {steps} | {found[0].applied} | {found[0]} | {found[1]} |"
    yield f"| all | | | {total[0].applied} | {total[0]} | {total[1]} |"


if __name__ == "__main__":
    for row in rows(int(sys.argv[1]) if len(sys.argv) > 1 else 1):
        print(row, flush=True)
