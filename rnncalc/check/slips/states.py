"""Mistakes with states: where they start, what they are taken for, how they are carried on."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from itertools import combinations, permutations
from typing import Any

from rnncalc.cells.expressions import PREVIOUS, Call, Symbol, walk
from rnncalc.check.slips.rewrites import (
    Altered,
    Places,
    changing,
    mixes,
    renamed,
    replaced,
    terms,
    units,
    written,
)
from rnncalc.errors import listing
from rnncalc.numerals import any_of
from rnncalc.problem.problem import Problem


def from_another_state(problem: Problem) -> Places:
    """Yield starts from 0 where the state is something else, and from 1 where it is 0."""
    names = list(problem.state)
    at_start = "" if problem.steps == 1 else " at the start"
    for taken in [*([name] for name in names), *([names] if len(names) > 1 else [])]:
        number = 0.0 if any(any_of(problem.state[name]) for name in taken) else 1.0
        start = {name: 0.0 * problem.state[name] + number for name in taken}
        reads = " = ".join([*taken, f"{number:.0f}"]) + at_start
        form = Altered(problem._replace(state={**problem.state, **start}), reads)
        yield f"{listing(taken)} taken as {number:.0f}{at_start}", form


def states_confused(problem: Problem) -> Places:
    """Yield one state given, used or kept for another."""
    classes, names = problem.sizes.classes, problem.cell.states
    alike = [name for name in names if classes[name] == classes[names[0]]]
    for one, other in permutations(alike, 2):
        told = Altered(problem, f"{one} = {other}", told={one: other})
        yield f"{other} given for {one}", told
        if any(line.name == one and not terms(line) for line in problem.computed):
            yield f"{other} given for {one}", written(problem, {one: Symbol(other)})
    for one, other in combinations(alike, 2):
        both = {one: other, other: one}
        yield (
            f"{one} and {other} swapped",
            Altered(problem, f"{one} = {other}, {other} = {one}", None, both),
        )
        before, after = one + PREVIOUS, other + PREVIOUS
        start = {**problem.state, before: problem.state[after], after: problem.state[before]}
        form = Altered(problem._replace(state=start), f"{before} and {after} swapped at the start")
        yield f"{one} and {other} swapped at the start", form
    for one, other in permutations(alike, 2):
        changes = {one + PREVIOUS: other + PREVIOUS}
        for where, lines in (("gates", units(problem)), ("new state", mixes(problem))):
            form = renamed(problem, changes, lines)
            if form.reads:
                yield f"old {other} used for old {one} in the {where}", form


def old_for_new(problem: Problem) -> Places:
    """Yield functions of a new state that are taken of the previous one."""
    for line in problem.computed:
        for node in walk(line.expression):
            if isinstance(node, Call) and isinstance(node.argument, Symbol):
                name = node.argument.name
                if name in problem.cell.states:
                    old = Call(node.function, Symbol(name + PREVIOUS))
                    changed = {line.name: replaced(line.expression, node, old)}
                    yield name, written(problem, changed)


def not_carried_on(problem: Problem) -> Places:
    """Yield steps that all start from the first one's states: each of them, and all."""
    if problem.steps == 1:
        return
    names = list(problem.state)
    for taken in [*([name] for name in names), *([names] if len(names) > 1 else [])]:
        start = {name: problem.state[name] for name in taken}
        reads = f"{listing(taken)} at every step as at the start"
        states = listing([name.removesuffix(PREVIOUS) for name in taken])
        yield states, Altered(problem, reads, changing(partial(_as_at_the_start, start)))


def _as_at_the_start(start: Mapping[str, Any], t: int, name: str, value: Any) -> Any:
    return start.get(name, value)
