"""Mistakes with states: where they start, what they are taken for, how they are carried on."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, permutations

from rnncalc.cells.expressions import PREVIOUS, Call, Symbol, replaced, symbols, walk
from rnncalc.cells.notation import UNICODE, equation
from rnncalc.check.slips.parts import mixes, terms, units, written_out
from rnncalc.check.slips.rewrites import Altered, Places, exchanged, renamed, written
from rnncalc.errors import listing
from rnncalc.numerals import any_of
from rnncalc.problem.problem import Problem


def _each_and_all(problem: Problem) -> list[Sequence[str]]:
    names = list(problem.state)
    return [*([name] for name in names), *([names] if len(names) > 1 else [])]


def from_another_state(problem: Problem) -> Places:
    """Yield starts from 0 where the state is something else, and from 1 where it is 0."""
    at_start = "" if problem.steps == 1 else " at the start"
    for taken in _each_and_all(problem):
        number = 0.0 if any(any_of(problem.state[name]) for name in taken) else 1.0
        start = {name: 0.0 * problem.state[name] + number for name in taken}
        reads = " = ".join([*taken, f"{number:.0f}"]) + at_start
        form = Altered(problem._replace(state={**problem.state, **start}), reads)
        yield f"{listing(taken)} taken as {number:.0f}{at_start}", form


def not_carried_on(problem: Problem) -> Places:
    """Yield steps that all start from the first one's states: each of them, and all."""
    for taken in _each_and_all(problem) if problem.steps != 1 else ():
        reads = f"{listing(taken)} at every step as at the start"
        form = Altered(problem, reads, carried={name: name for name in taken})
        yield listing([name.removesuffix(PREVIOUS) for name in taken]), form


def states_confused(problem: Problem) -> Places:
    """Yield one state given, used or kept for another of its size."""
    classes, states = problem.sizes.classes, problem.cell.states
    pairs = [(a, b) for a, b in permutations(states, 2) if classes[a] == classes[b]]
    for one, other in pairs:
        place = f"{other} given for {one}"
        yield place, Altered(problem, f"{one} = {other}", told={one: other})
        if any(line.name == one and not terms(line) for line in problem.computed):
            yield place, written(problem, {one: Symbol(other)})
    for one, other in combinations(states, 2):
        if (one, other) in pairs:
            place, both = f"{one} and {other} swapped", {one: other, other: one}
            yield place, Altered(problem, f"{one} = {other}, {other} = {one}", told=both)
            before, after = one + PREVIOUS, other + PREVIOUS
            start = {**problem.state, before: problem.state[after], after: problem.state[before]}
            reads = f"{before} and {after} swapped at the start"
            yield f"{place} at the start", Altered(problem._replace(state=start), reads)
    for one, other in pairs:
        for where, lines in (("gates", units(problem)), ("new state", mixes(problem))):
            form = renamed(problem, lines, {one + PREVIOUS: other + PREVIOUS})
            yield f"old {other} used for old {one} in the {where}", form


def old_for_new(problem: Problem) -> Places:
    """Yield functions of a new state that are taken of the previous one."""
    for line in problem.computed:
        for node in walk(line.expression):
            match node:
                case Call(function, Symbol(name)) if name in problem.cell.states:
                    old = Call(function, Symbol(name + PREVIOUS))
                    yield name, written(problem, {line.name: replaced(line.expression, node, old)})


def told_for_another(problem: Problem) -> Places:
    """Yield quantities that are told in the place of others: the memory cell for a gate."""
    classes, roles = problem.sizes.classes, problem.cell.roles
    names = [line.name for line in problem.computed]
    for one, other in permutations(names, 2):
        are_states = roles[one] == roles[other] == "state"
        if classes[one] == classes[other] and not are_states:
            yield (
                f"{other} given for {one}",
                Altered(problem, f"{one} = {other}", told={one: other}),
            )


def read_for_another(problem: Problem) -> Places:
    """Yield units that read another state than they should."""
    classes = problem.sizes.classes
    for one, other in permutations(problem.cell.states, 2):
        for line in units(problem) if classes[one] == classes[other] else ():
            place = f"{other}{PREVIOUS} for {one}{PREVIOUS} in {line.name}"
            yield place, renamed(problem, [line], {one + PREVIOUS: other + PREVIOUS})


def taken_as_state(problem: Problem, *, is_old: bool) -> Places:
    """Yield quantities that are taken as a new state, with all that mixes or weighs left out.

    is_old: whether they are previous states.
    """
    known: list[str] = [*problem.state] if is_old else []
    for line in problem.computed:
        is_mixed = line.name in problem.cell.states and not line.activation
        for name in known if is_mixed and not isinstance(line.expression, Symbol) else ():
            if problem.sizes.number(name) == problem.sizes.number(line.name):
                yield f"{name} taken as {line.name}", written(problem, {line.name: Symbol(name)})
        known += [] if is_old else [line.name]


def read_too_early(problem: Problem) -> Places:
    """Yield units that read a new state for an old one, where that doesn't need the unit."""
    known = {"x", *problem.state, *problem.weights}
    for line in problem.computed:
        olds = [name for name in symbols(line.expression) if name in problem.state]
        for state in problem.cell.states if line.is_unit else ():
            new = written_out(problem, state, known, line.name)
            for old in olds if new else ():
                if new and problem.sizes.number(old) == problem.sizes.number(state):
                    form = exchanged(problem, [line], {Symbol(old): new})
                    shown = replaced(line.expression, Symbol(old), Symbol(state))
                    form = form._replace(reads=equation(line._replace(expression=shown), UNICODE))
                    yield f"the new {state} for {old} in {line.name}", form
        known.add(line.name)
