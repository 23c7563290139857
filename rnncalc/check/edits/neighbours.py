"""Neighbours: the edits of an equation that its own tree and the sizes of its symbols allow."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import combinations
from typing import Any

from rnncalc.cells.expressions import Binary, Call, Equation, Expression, Symbol, key_of, rewrite
from rnncalc.check.edits.leaves import of_another_unit, of_symbol, of_weight
from rnncalc.check.edits.operations import of_any, of_function, of_operator
from rnncalc.check.edits.terms import of_gate, of_state, of_sum
from rnncalc.check.edits.times import of_order
from rnncalc.check.slips.trees import Edit, Found, Path, Spot, parts
from rnncalc.problem.problem import DEFAULT, Problem

LAST = 4  #: The tier of two edits at once.
#: What somebody who does it at all does everywhere.
_MISTAKEN = ("function", "number")


def edits(problem: Problem, name: str, known: Collection[Any]) -> list[list[Edit]]:
    """Return the edits of a quantity's equation, by how far-fetched they are.

    known: equations that were tried before, as `kinds.made` notes them.
    """
    lines = {line.name: line for line in problem.cell.equations}
    before = ["x"] if problem.has_input and "x" in problem.sizes.classes else []
    before += [*problem.state, *([*lines][: [*lines].index(name)])]
    spot = Spot(problem, lines[name], before)
    found: list[list[Edit]] = [[] for _ in range(LAST)]
    seen = {lines[name].expression}
    for tier, code, words, path, part in _in_tree(spot):
        edit = Edit(code, words, _place(spot, code, path), ((name, path, part),), tier)
        new = edit.equations(lines)[name]
        is_new = new not in seen and ((name, new),) not in known
        if is_new and not _is_absent(problem, lines[name], path):
            seen.add(new)
            found[tier].append(edit)
    return found


def _place(spot: Spot, code: str, path: Path) -> str:
    """Return where an edit is made: one of a function on what that is of, if it has a name."""
    node = spot.line.expression
    if code != "function" or path:
        return f"in {spot.line.name}"
    of = node.argument if isinstance(node, Call) else node
    return f"on {of.name if isinstance(of, Symbol) else spot.line.name}"


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


def pairs(singles: Sequence[Edit], most: int) -> list[Edit]:
    """Return edits of one equation two at a time, as far as they don't meet; at most so many."""
    found = list[Edit]()
    for one, other in combinations(singles, 2):
        (_, here, _), (_, there, _) = one.parts[0], other.parts[0]
        if here != there[: len(here)] and there != here[: len(there)]:
            words = f"{one.words} and {other.words}"
            weights = {**one.weights, **other.weights}
            both = (*one.parts, *other.parts)
            found.append(Edit("two-edits", words, one.place, both, LAST, weights))
            if len(found) == most:
                break
    return found


def _is_absent(problem: Problem, line: Equation, path: Path) -> bool:
    """Return whether what stands at a place is a bias that nobody gave."""
    node: Any = line.expression
    for number in path:
        node = node[number]
    return isinstance(node, Symbol) and problem.origins.get(key_of(node.name)) == DEFAULT


def _in_tree(spot: Spot) -> Iterator[Found]:
    line = spot.line
    for path, node in parts(line.expression):
        if isinstance(node, Symbol) and not node.name.startswith("W."):
            yield from of_symbol(spot, path, node.name)
        elif isinstance(node, Binary) and node.operator == "@":
            yield from of_weight(spot, path, *node[1:])
        elif isinstance(node, Binary):
            yield from of_operator(spot, path, node)
        elif isinstance(node, Call):
            yield from of_function(spot, path, node)
        if spot.has_size_of(node):
            yield from of_any(spot, path, node)
    yield from of_another_unit(spot)
    yield from of_sum(spot)
    yield from of_state(spot)
    yield from of_gate(spot)
    yield from of_order(spot)
