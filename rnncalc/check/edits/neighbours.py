"""Neighbours: the edits of a problem that its equations and the sizes of its symbols allow."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import chain, combinations
from operator import itemgetter
from typing import Any

from rnncalc.cells.expressions import Binary, Call, Equation, Expression, Symbol, key_of
from rnncalc.check.edits.elements import of_all_matrices, of_matrices, of_quantity, of_readings
from rnncalc.check.edits.leaves import of_another_unit, of_symbol, of_weight
from rnncalc.check.edits.numbers import given, misread
from rnncalc.check.edits.operations import of_any, of_function, of_operator
from rnncalc.check.edits.spread import EVERYWHERE, everywhere, exchanged, in_elements, in_steps
from rnncalc.check.edits.terms import of_gate, of_state, of_sum
from rnncalc.check.edits.times import of_order, of_steps, one_by_one
from rnncalc.check.slips.trees import Edit, Found, Path, Spot, parts
from rnncalc.problem.problem import DEFAULT, Problem

LAST = 4  #: The tier of two edits at once.
MOST_REMEMBERED = 12  #: Steps whose values are read in later ones.
#: What befalls a matrix in a sheet that is filled down; of two rows these are the same.
_SLIPPED = ("with its rows slipped", "with its rows turned")
MOST_ALONE = 4  #: Elements, or steps, in one of which alone something may be otherwise.


_MOST = 60_000  # steps of edits that are computed, of vectors fewer
_FEW = 300  # edits, of which too many to be tried are not even made
#: An edit, with what its equation becomes.
_Made = tuple[Edit, Expression]


class Neighbours:
    """The edits of some equations of a problem, and if asked for of what they start from.

    known: equations that are left out. numbers: the elements in one of which alone an edit may be
    made, and last: the step before which it may be made in one alone. is_all: whether edits of
    several equations are among them, too. count: of those told. most: how many may be
    tried.
    """

    def __init__(
        self,
        problem: Problem,
        lines: Sequence[str],
        known: Collection[Any],
        numbers: Sequence[int],
        last: int = 0,
        *,
        is_all: bool = False,
    ) -> None:
        self.problem, self.lines, self.known = problem, lines, known
        self.numbers, self.last, self.is_all, self.count = numbers, last, is_all, 0
        self.most = _MOST / self.size
        self._found: list[list[Edit]] = []
        self._later: list[list[Edit]] = []
        self._of: dict[str, list[list[_Made]]] = {}

    @property
    def size(self) -> float:
        """How long an edit takes."""
        return (self.problem.steps or 1) * (1 + self.problem.sizes.largest**2 / 30)

    def tiers(self) -> Iterator[list[Edit]]:
        """Yield the edits, the likeliest first, each tier made when it is asked for."""
        self.count = 0
        for number in range(LAST + 1):
            if number == len(self._found):
                with self.problem.overflow_unheeded():
                    self._found += [self._alone()] if number == 2 else self._single(number)
            self.count += len(self._found[number])
            yield self._found[number]

    def pairs(self, most: int) -> Iterator[list[Edit]]:
        """Yield two edits of one equation at once, the likeliest of them; at most so many."""
        for name in self.lines:
            yield pairs([edit for edit, _ in self._edits(name)[0]], most)

    def _edits(self, name: str) -> list[list[_Made]]:
        """Return the edits of a quantity's equation, known ones, too, by their tiers."""
        if name not in self._of:
            self._of[name] = edits(self.problem, name)
        return self._of[name]

    def _single(self, number: int) -> list[list[Edit]]:
        """Return the first tiers, or the last ones, but for what is alone."""
        if number:
            return self._later
        problem, known, steps = self.problem, self.known, self.problem.steps or 1
        tiers: list[list[Edit]] = [[] for _ in range(LAST)]
        for name in self.lines:
            for tier, of in zip(tiers, self._edits(name), strict=True):
                tier += [edit for edit, new in of if ((name, new),) not in known]
            if self.most < _FEW:
                continue
            line = next(line for line in problem.computed if line.name == name)
            more = (f(problem, line) for f in (of_matrices, of_quantity, of_readings, one_by_one))
            for edit in chain(misread(problem, name), *more):
                tiers[edit.tier].append(edit)
        if self.is_all:
            for edit in chain(*[everywhere(problem, tier, known) for tier in tiers]):
                tiers[edit.tier].append(edit)
            whole = [exchanged(problem)]
            whole += [given(problem), of_all_matrices(problem)] if self.most > _FEW else []
            for edit in chain(*whole, of_steps(problem) if 1 < steps <= MOST_REMEMBERED else ()):
                tiers[edit.tier].append(edit)
        self._later = tiers[2:]
        return tiers[:2]

    def _alone(self) -> list[Edit]:
        """Return the likeliest edits made in one element or in one step alone."""
        problem = self.problem
        likely = [edit for name in self.lines for edit, _ in self._edits(name)[0]]
        if self.is_all:
            likely += [e for e in everywhere(problem, likely, ()) if e.place == EVERYWHERE]
        found = [*in_elements(problem, likely, self.numbers)]
        if self.last <= MOST_ALONE:
            for name in self.lines:
                line = next(line for line in problem.computed if line.name == name)
                slipped = (e for e in of_matrices(problem, line)
                           if any(words in e.words for words in _SLIPPED))  # fmt: skip
                likely += slipped
            found += in_steps(problem, likely, self.last)
        return found


def edits(problem: Problem, name: str) -> list[list[_Made]]:
    """Return the edits of a quantity's equation, by how far-fetched they are."""
    lines = {line.name: line for line in problem.cell.equations}
    before = ["x"] if problem.has_input and "x" in problem.sizes.classes else []
    before += [*problem.state, *([*lines][: [*lines].index(name)])]
    spot = Spot(problem, lines[name], before)
    found: list[list[_Made]] = [[] for _ in range(LAST)]
    seen = {lines[name].expression}
    # What comes to the same is called by what is likeliest.
    for tier, code, words, path, part in sorted(_in_tree(spot), key=itemgetter(0)):
        edit = Edit(code, words, _place(spot, code, path), ((name, path, part),), tier)
        new = edit.equations(lines)[name]
        if new not in seen and not _is_absent(problem, lines[name], path, code):
            seen.add(new)
            found[tier].append((edit, new))
    return found


def _place(spot: Spot, code: str, path: Path) -> str:
    """Return where an edit is made: one of a function on what that is of, if it has a name."""
    node = spot.line.expression
    if code != "function" or path:
        return f"in {spot.line.name}"
    of = node.argument if isinstance(node, Call) else node
    return f"on {of.name if isinstance(of, Symbol) else spot.line.name}"


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


def _is_absent(problem: Problem, line: Equation, path: Path, code: str) -> bool:
    """Return whether what stands at a place is a bias that nobody gave, or a sum with one."""
    node: Any = line.expression
    for number in path:
        node = node[number]
    around = [node]
    if isinstance(node, Binary) and code in ("operator", "brackets", "left-out"):
        around = [part for part in (node.left, node.right) if str(part[0]).startswith("b.")]
    return any(
        isinstance(part, Symbol) and problem.origins.get(key_of(part.name)) == DEFAULT
        for part in around
    )


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
