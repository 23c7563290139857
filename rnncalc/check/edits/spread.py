"""Spreading edits: one made in all units alike, or in one element or in one step alone."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache
from itertools import combinations
from typing import Any

from rnncalc.cells.expressions import (
    Binary,
    Call,
    Expression,
    Number,
    Symbol,
    symbols,
)
from rnncalc.check.slips.parts import units
from rnncalc.check.slips.trees import Edit, parts
from rnncalc.errors import listing
from rnncalc.problem.problem import Problem

#: An edit, with what the equation becomes if it is one of that alone.
Made = tuple[Edit, Expression | None]
#: What somebody who does it at all does everywhere.
_MISTAKEN = ("function", "number")
_LAST = 3  # tier of single edits
EVERYWHERE = "everywhere"  #: Where something is made in all units.


def everywhere(problem: Problem, some: Sequence[Made], known: Collection[Any]) -> list[Edit]:
    """Return those edits that can be made in several units alike, made in all, or in some, of them.

    In some: in all gates, and the likeliest ones in any two. known: equations that are left out.
    """
    lines = problem.cell.equations
    own = {line.name: frozenset(symbols(line.expression)) for line in lines if line.is_unit}
    gates = {line.name for line in units(problem) if problem.cell.roles[line.name] == "gate"}
    alike: dict[Any, dict[str, Made]] = {}
    for one in some:
        edit, new = one
        if new is None or edit.code == "copied":
            continue  # these are its own
        ((name, path, part),) = edit.parts
        if name in own:
            alike.setdefault((path, _without_letters(part, own[name])), {}).setdefault(name, one)
    found = []
    for of in alike.values():
        groups = [(*of,), (*(name for name in of if name in gates),)]
        groups += combinations(of, 2) if next(iter(of.values()))[0].tier == 0 else ()
        for names in dict.fromkeys(group for group in groups if len(group) > 1):
            if (*[(name, of[name][1]) for name in names],) not in known:
                edits = [of[name][0] for name in names]
                found.append(_together(edits, names, is_all=len(names) == len(of)))
    return found


def _together(edits: Sequence[Edit], names: Sequence[str], *, is_all: bool) -> Edit:
    """Return edits of some equations that are alike as one. is_all: whether no more are."""
    code, words, _, _, tier, *_ = edits[0]
    tier = max(0, tier - (code in _MISTAKEN))
    parts = [part for edit in edits for part in edit.parts]
    if is_all:
        return Edit(code, words, EVERYWHERE, parts, tier)
    words = listing(list(dict.fromkeys(edit.words for edit in edits)))
    return Edit(code, words, f"in {listing([*names])}", parts, min(tier + 1, _LAST))


@lru_cache(4096)
def _without_letters(node: Any, own: frozenset[str]) -> Any:
    """Return a part as plain tuples, with the letters of a unit's own weights left out."""
    kind = type(node)
    if kind is Symbol:
        name = node[0]
        return name[:2] + name[3:] if name[:2] in ("W.", "b.") and name in own else name
    if kind is Binary:
        return node[0], _without_letters(node[1], own), _without_letters(node[2], own)
    return node if kind is Number else (*node[:-1], _without_letters(node[-1], own))


def in_elements(problem: Problem, some: Sequence[Edit], numbers: Sequence[int]) -> Iterator[Edit]:
    """Yield edits made in one element of vectors alone. numbers: of which, from 0."""
    lines = {line.name: line for line in problem.cell.equations}
    for edit in some:
        lengths = {problem.sizes.number(name) for name in edit.lines}
        if edit.weights or not edit.parts or len(lengths) > 1 or lengths == {1}:
            continue
        import numpy as np

        (n,) = lengths
        changed = edit.equations(lines)
        for k in numbers[:n]:
            one, rest = Symbol(f"one{k}~{n}"), Symbol(f"rest{k}~{n}")
            put = []
            for name, new in changed.items():
                old = Binary("*", rest, lines[name].expression)
                put.append((name, (), Binary("+", Binary("*", one, new), old)))
            weights = {one.name: np.eye(n)[k], rest.name: 1 - np.eye(n)[k]}
            place = f"{edit.place}, for unit {k + 1} alone"
            yield edit._replace(place=place, parts=put, tier=2, weights=weights)


def in_steps(problem: Problem, some: Sequence[Edit], last: int) -> Iterator[Edit]:
    """Yield edits made in one step alone, and what is left out in several, up to one or from it on.

    last: the step before which they begin; of its own there is more to tell.
    """
    count = problem.steps or 1
    for edit in some:
        of = {f"at step {problem.number(t)} alone": (t,) for t in range(1, last)}
        is_more = edit.code == "left-out"  # a sheet is filled down from the second step on
        for t in range(2, min(last, count) if is_more else min(last, count, 3)):
            of[f"from step {problem.number(t)} on"] = (*range(t, count + 1),)
            if is_more:
                of[f"up to step {problem.number(t)}"] = (*range(1, t + 1),)
        code, words, place, put, _, weights = edit[:6]  # not by _replace, which takes longer
        for when, steps in of.items():
            yield Edit(code, words, f"{place}, {when}", put, 2, weights, steps=steps)


def exchanged(problem: Problem) -> Iterator[Edit]:
    """Yield the functions of all units exchanged: one for the other wherever they stand."""
    names = {line.activation for line in units(problem)}
    if len(names) != 2:
        return
    one, other = sorted(name or "" for name in names)
    instead = {one: other, other: one}
    for lines in (units(problem), problem.computed):
        put = [
            (line.name, path, Call(instead[node.function], node.argument))
            for line in lines
            for path, node in parts(line.expression)
            if isinstance(node, Call) and node.function in instead
        ]
        yield Edit("function", f"{one} and {other} exchanged", EVERYWHERE, put, 1)
