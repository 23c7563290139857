"""Neighbours: the edits of an equation that its own tree and the sizes of its symbols allow."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Any

from rnncalc.cells.expressions import Binary, Call, Equation, Symbol
from rnncalc.check.edits.leaves import of_another_unit, of_symbol, of_weight
from rnncalc.check.edits.operations import of_any, of_function, of_operator
from rnncalc.check.slips.trees import Edit, Found, Path, Spot, parts, put
from rnncalc.problem.problem import DEFAULT, Problem

LAST = 3  #: The tier of two edits at once.


def edits(problem: Problem, name: str) -> list[list[Edit]]:
    """Return the edits of a quantity's equation, by how far-fetched they are."""
    known = ["x"] if problem.has_input and "x" in problem.sizes.classes else []
    known += problem.state
    for line in problem.cell.equations:
        if line.name == name:
            break
        known.append(line.name)
    spot = Spot(problem, line, known)
    found: list[list[Edit]] = [[] for _ in range(LAST)]
    seen = {line.expression}
    for tier, code, words, path, part in _in_tree(spot):
        new = put(line.expression, path, part)
        if new not in seen and not _is_absent(problem, line, path):
            seen.add(new)
            found[tier].append(Edit(code, words, name, ((path, part),), tier))
    return found


def pairs(singles: Sequence[Edit], most: int) -> list[Edit]:
    """Return edits of one equation two at a time, as far as they don't meet; at most so many."""
    found = []
    for one, other in combinations(singles, 2):
        (here, _), (there, _) = one.parts[0], other.parts[0]
        if here != there[: len(here)] and there != here[: len(there)]:
            words = f"{one.words} and {other.words}"
            more = {**one.more, **other.more}
            found.append(Edit("two", words, one.line, one.parts + other.parts, LAST, more))
            if len(found) == most:
                break
    return found


def _is_absent(problem: Problem, line: Equation, path: Path) -> bool:
    """Return whether what stands at a place is a bias that nobody gave."""
    node: Any = line.expression
    for number in path:
        node = node[number]
    return isinstance(node, Symbol) and problem.origins.get(
        node.name.replace(".", "_").lower()) == DEFAULT  # fmt: skip


def _in_tree(spot: Spot) -> Iterator[Found]:
    line = spot.line
    yield from of_another_unit(spot)
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
