"""Neighbours: the edits of an equation that its own tree and the sizes of its symbols allow."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from functools import lru_cache
from itertools import combinations
from typing import Any

from rnncalc.cells.expressions import Binary, Call, Expression, Negation, Symbol, key_of
from rnncalc.check.edits.leaves import of_another_unit, of_symbol, of_weight
from rnncalc.check.edits.operations import of_any, of_function, of_operator
from rnncalc.check.edits.terms import of_gate, of_state, of_sum
from rnncalc.check.edits.times import of_order
from rnncalc.check.slips.trees import Edit, Found, Path, Spot, parts, putting
from rnncalc.problem.problem import DEFAULT, Problem
from rnncalc.problem.remembering import remembered

LAST = 4  #: The tier of two edits at once.
#: What somebody who does it at all does everywhere.
_MISTAKEN = ("function", "number")


def edits(problem: Problem, name: str, known: Collection[Any]) -> list[list[Edit]]:
    """Return the edits of a quantity's equation, by how far-fetched they are.

    known: equations that were tried before, as `kinds.made` notes them.
    """
    found: list[list[Edit]] = [[] for _ in range(LAST)]
    tried = {of[0][1] for of in known if len(of) == 1 and of[0][0] == name}
    marks = {*map(hash, tried)}
    for edit, new, mark in _of_equation(problem, name):
        if mark not in marks or new not in tried:
            found[edit.tier].append(edit)
    return found


@remembered
def _of_equation(problem: Problem, name: str) -> Sequence[tuple[Edit, Expression, int]]:
    """Return the edits of a quantity's equation, with what that becomes and the hash of it.

    Those that make it the same are one.
    """
    lines = {line.name: line for line in problem.cell.equations}
    before = ["x"] if problem.has_input and "x" in problem.sizes.classes else []
    before += [*problem.state, *([*lines][: [*lines].index(name)])]
    line, is_unit = lines[name], lines[name].is_unit
    spot = Spot(problem, line, before)
    found = list[tuple[Edit, Expression, int]]()
    seen: dict[int, list[Expression]] = {hash(line.expression): [line.expression]}
    put = dict[Path, Callable[[Expression], Expression]]()
    absent = {path for path, node in parts(line.expression) if _is_absent(problem, node)}
    for tier, code, words, path, part in _in_tree(spot):
        if path in absent:
            continue
        if path not in put:
            put[path] = putting(line.expression, path)
        new = put[path](part)
        if is_unit and not isinstance(new, Call):
            new = Call("identity", new)
        mark = hash(new)  # once: it takes as long as the tree is large
        if new not in (same := seen.setdefault(mark, [])):
            same.append(new)
            edit = Edit(code, words, _place(spot, code, path), ((name, path, part),), tier)
            found.append((edit, new, mark))
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
        ((_, path, part),) = edit.parts
        alike.setdefault((path, _without_letters(part)), []).append(edit)
    lines = {line.name: line for line in problem.cell.equations}
    units = {line.name for line in problem.cell.equations if line.is_unit}
    tried = {(*(name for name, _ in of),) for of in known}
    found = []
    for of in alike.values():
        together = [edit.parts[0] for edit in of]
        names = dict.fromkeys(name for name, *_ in together)
        if len(of) > 1 and units >= names.keys():
            code, words, _, _, tier, *_ = of[0]
            far = max(0, tier - (code in _MISTAKEN))
            edit = Edit(code, words, "everywhere", together, far)
            if (*names,) not in tried or (*edit.equations(lines).items(),) not in known:
                found.append(edit)
    return found


@lru_cache(4096)
def _without_letters(node: Expression) -> Expression:
    """Return a part with the letters of a unit's own weights left out."""
    if isinstance(node, Symbol):
        is_own = node.name[:2] in ("W.", "b.")
        return Symbol(node.name[:2] + node.name[3:]) if is_own else node
    if isinstance(node, Binary):
        sign, left, right = node
        return Binary(sign, _without_letters(left), _without_letters(right))
    if isinstance(node, Call):
        return Call(node.function, _without_letters(node.argument))
    return Negation(_without_letters(node.operand)) if isinstance(node, Negation) else node


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


def _is_absent(problem: Problem, node: Expression) -> bool:
    """Return whether what stands at a place is a bias that nobody gave."""
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
