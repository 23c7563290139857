"""Neighbours: the edits of a problem that its equations and the sizes of its symbols allow."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import chain, combinations
from operator import itemgetter
from typing import Any

from rnncalc.cells.expressions import Binary, Call, Expression, Symbol, key_of
from rnncalc.check.edits.elements import of_all_matrices, of_matrices, of_quantity, of_readings
from rnncalc.check.edits.leaves import of_another_unit, of_symbol, of_weight
from rnncalc.check.edits.numbers import given, misread
from rnncalc.check.edits.operations import of_any, of_function, of_operator
from rnncalc.check.edits.spread import EVERYWHERE, everywhere, exchanged, in_elements, in_steps
from rnncalc.check.edits.terms import of_gate, of_state, of_sum
from rnncalc.check.edits.times import in_turn, of_order, of_steps
from rnncalc.check.slips.trees import Edit, Found, Path, Spot, parts, putting
from rnncalc.problem.problem import DEFAULT, Problem
from rnncalc.problem.remembering import remembered

LAST = 4  #: The tier of two edits at once.
MOST_REMEMBERED = 12  #: Steps whose values are read in later ones.
#: What befalls a matrix in a sheet that is filled down; of two rows these are the same.
_SLIPPED = ("with its rows slipped", "with its rows turned")
MOST_ALONE = 4  #: Elements, or steps, in one of which alone something may be otherwise.
_MOST = 60_000  # steps of edits that are computed, of vectors fewer
_FEW = 300  # edits, of which too many to be tried are not even made
#: An edit, with what its equation becomes and the hash of that.
_Made = tuple[Edit, Expression, int]


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
            yield pairs(_likeliest(self.problem, name), most)

    def _single(self, number: int) -> list[list[Edit]]:
        """Return the first tiers, or the last ones, but for what is alone."""
        if number:
            return self._later
        problem, known, steps = self.problem, self.known, self.problem.steps or 1
        tiers: list[list[Edit]] = [[] for _ in range(LAST)]
        for name in self.lines:
            found = _unknown(problem, name, known)
            more = _of_elements(problem, name) if self.most >= _FEW else ()
            for edit in chain(found, more):
                tiers[edit.tier].append(edit)
        if self.is_all:
            for edit in chain(*[everywhere(problem, tier, known) for tier in tiers]):
                tiers[edit.tier].append(edit)
            whole = [exchanged(problem)]
            if self.most > _FEW:
                whole += [given(problem), of_all_matrices(problem), in_turn(problem)]
            for edit in chain(*whole, of_steps(problem) if 1 < steps <= MOST_REMEMBERED else ()):
                tiers[edit.tier].append(edit)
        self._later = tiers[2:]
        return tiers[:2]

    def _alone(self) -> list[Edit]:
        """Return the likeliest edits made in one element or in one step alone."""
        problem = self.problem
        likely = [edit for name in self.lines for edit in _likeliest(problem, name)]
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


def _unknown(problem: Problem, name: str, known: Collection[Any]) -> Iterator[Edit]:
    """Yield the edits of a quantity's equation but those that make it a known one."""
    tried = {of[0][1] for of in known if len(of) == 1 and of[0][0] == name}
    marks = {*map(hash, tried)}
    for edit, new, mark in _of_equation(problem, name):
        if mark not in marks or new not in tried:
            yield edit


def _likeliest(problem: Problem, name: str) -> list[Edit]:
    """Return the likeliest edits of a quantity's equation, known ones, too."""
    return [edit for edit, *_ in _of_equation(problem, name) if edit.tier == 0]


@remembered
def _of_equation(problem: Problem, name: str) -> Sequence[_Made]:
    """Return the edits of a quantity's equation, the least far-fetched first.

    Those that make it the same are one.
    """
    lines = {line.name: line for line in problem.cell.equations}
    before = ["x"] if problem.has_input and "x" in problem.sizes.classes else []
    before += [*problem.state, *([*lines][: [*lines].index(name)])]
    line, is_unit = lines[name], lines[name].is_unit
    spot = Spot(problem, line, before)
    found = list[_Made]()
    seen: dict[int, list[Expression]] = {hash(line.expression): [line.expression]}
    put = dict[Path, Callable[[Expression], Expression]]()
    nodes = dict(parts(line.expression))
    # What comes to the same is called by what is likeliest.
    for tier, code, words, path, part in sorted(_in_tree(spot), key=itemgetter(0)):
        if _is_absent(problem, nodes[path], code):
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


@remembered
def _of_elements(problem: Problem, name: str) -> Sequence[Edit]:
    """Return the edits of what a quantity's equation reads: numbers, rows, units."""
    line = next(line for line in problem.computed if line.name == name)
    more = (f(problem, line) for f in (of_matrices, of_quantity, of_readings))
    return [*chain(misread(problem, name), *more)]


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


def _is_absent(problem: Problem, node: Any, code: str) -> bool:
    """Return whether what stands at a place is a bias that nobody gave, or a sum with one."""
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
