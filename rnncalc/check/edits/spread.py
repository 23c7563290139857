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
    Symbol,
    rewrite,
    symbols,
)
from rnncalc.check.slips.parts import units
from rnncalc.check.slips.trees import Edit, parts
from rnncalc.errors import listing
from rnncalc.problem.problem import Problem

#: What somebody who does it at all does everywhere.
_MISTAKEN = ("function", "number")
_LAST = 3  # tier of single edits
EVERYWHERE = "everywhere"  #: Where something is made in all units.


def everywhere(problem: Problem, some: Sequence[Edit], known: Collection[Any]) -> list[Edit]:
    """Return those edits that can be made in several units alike, made in all, or in some, of them.

    In some: in all gates, and the likeliest ones in any two.
    """
    lines = {line.name: line for line in problem.cell.equations}
    own = {line.name: frozenset(symbols(line.expression)) for line in lines.values()}
    tried = {(*(name for name, _ in of),) for of in known}
    alike: dict[Any, list[Edit]] = {}
    for edit in some:
        if edit.weights or len(edit.parts) > 1 or edit.code == "copied":
            continue  # these are its own
        ((name, path, part),) = edit.parts
        if lines[name].is_unit:
            alike.setdefault((path, _without_letters(part, own[name])), []).append(edit)
    gates = {line.name for line in units(problem) if problem.cell.roles[line.name] == "gate"}
    found = []
    for of in alike.values():
        of = [*{edit.lines[0]: edit for edit in reversed(of)}.values()][::-1]
        groups = [of, [edit for edit in of if edit.lines[0] in gates]]
        groups += map(list, combinations(of, 2)) if of[0].tier == 0 else []
        seen = list[list[Edit]]()
        for group in groups:
            if len(group) > 1 and group not in seen:
                seen.append(group)
                edit = _together(group, is_all=group is of)
                names = (*edit.lines,)
                if names not in tried or (*edit.equations(lines).items(),) not in known:
                    found.append(edit)
    return found


def _together(edits: Sequence[Edit], *, is_all: bool) -> Edit:
    """Return edits that are alike as one. is_all: whether there are no more like them."""
    first = edits[0]
    place = EVERYWHERE if is_all else f"in {listing([edit.lines[0] for edit in edits])}"
    words = listing(list(dict.fromkeys(edit.words for edit in edits)))
    tier = max(0, first.tier - (first.code in _MISTAKEN))
    if not is_all:
        tier = min(tier + 1, _LAST)
    together = [part for edit in edits for part in edit.parts]
    return first._replace(
        words=first.words if is_all else words, place=place, parts=together, tier=tier
    )


@lru_cache(4096)
def _without_letters(node: Expression, own: Collection[str]) -> Expression:
    """Return a part with the letters of a unit's own weights left out."""

    def bare(part: Expression) -> Expression:
        if isinstance(part, Symbol) and part.name[:2] in ("W.", "b.") and part.name in own:
            return Symbol(part.name[:2] + part.name[3:])
        return part

    return rewrite(node, bare)


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
        for t in range(1, last):
            place = f"{edit.place}, at step {problem.number(t)} alone"
            yield edit._replace(place=place, tier=2, steps=(t,))
        is_more = edit.code == "left-out"  # a sheet is filled down from the second step on
        for t in range(2, min(last, count) if is_more else min(last, count, 3)):
            ways = {f"from step {problem.number(t)} on": range(t, count + 1)}
            ways |= {f"up to step {problem.number(t)}": range(1, t + 1)} if is_more else {}
            for when, steps in ways.items():
                place = f"{edit.place}, {when}"
                yield edit._replace(place=place, tier=2, steps=(*steps,))


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
