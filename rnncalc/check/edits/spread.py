"""Spreading edits: one made in all units alike, or in one element or in one step alone."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from rnncalc.cells.expressions import Binary, Call, Expression, Symbol, rewrite
from rnncalc.check.slips.parts import units
from rnncalc.check.slips.trees import Edit, parts
from rnncalc.problem.problem import Problem

#: What somebody who does it at all does everywhere.
_MISTAKEN = ("function", "number")


def everywhere(problem: Problem, some: Sequence[Edit], known: Collection[Any]) -> list[Edit]:
    """Return those edits that can be made in several units alike, made in all of them."""
    alike: dict[Any, list[Edit]] = {}
    for edit in some:
        if edit.weights or len(edit.parts) > 1 or edit.code == "copied":
            continue  # these are its own
        ((name, path, part),) = edit.parts
        alike.setdefault((path, _without_name(name, part)), []).append(edit)
    lines = {line.name: line for line in problem.cell.equations}
    found = []
    for of in alike.values():
        if len(of) > 1 and all(lines[edit.lines[0]].is_unit for edit in of):
            together = [edit.parts[0] for edit in of]
            far = max(0, of[0].tier - (of[0].code in _MISTAKEN))
            edit = of[0]._replace(place="everywhere", parts=together, tier=far)
            if (*edit.equations(lines).items(),) not in known:
                found.append(edit)
    return found


def _without_name(name: str, part: Expression) -> Expression:
    """Return a part with the letters of a unit's own weights left out."""

    def bare(node: Expression) -> Expression:
        if isinstance(node, Symbol) and node.name[:2] in ("W.", "b."):
            kind, letters = node.name[:2], node.name[2:]
            return Symbol(kind + letters[1:])
        return node

    return rewrite(part, bare)


def in_elements(problem: Problem, some: Sequence[Edit], numbers: Sequence[int]) -> Iterator[Edit]:
    """Yield edits made in one element of vectors alone. numbers: of which, from 0."""
    import numpy as np

    lines = {line.name: line for line in problem.cell.equations}
    for edit in some:
        lengths = {problem.sizes.number(name) for name in edit.lines}
        if edit.weights or not edit.parts or len(lengths) > 1 or lengths == {1}:
            continue
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


def in_steps(problem: Problem, some: Sequence[Edit]) -> Iterator[Edit]:
    """Yield edits made in one step alone."""
    for edit in some:
        for t in range(1, (problem.steps or 1) + 1):
            place = f"{edit.place}, at step {problem.number(t)} alone"
            yield edit._replace(place=place, tier=2, step=t)


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
        yield Edit("function", f"{one} and {other} exchanged", "everywhere", put, 1)
