"""Neighbours: the edits of a problem that its equations and the sizes of its symbols allow."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import chain, combinations
from operator import itemgetter
from typing import Any

from rnncalc.cells.expressions import Binary, Call, Equation, Symbol, key_of
from rnncalc.check.edits.elements import of_all_matrices, of_matrices, of_quantity, of_readings
from rnncalc.check.edits.leaves import of_another_unit, of_symbol, of_weight
from rnncalc.check.edits.numbers import given, misread
from rnncalc.check.edits.operations import of_any, of_function, of_more, of_operator
from rnncalc.check.edits.spread import (
    EVERYWHERE,
    Made,
    everywhere,
    exchanged,
    in_elements,
    in_steps,
)
from rnncalc.check.edits.terms import of_gate, of_state, of_sum
from rnncalc.check.edits.times import in_turn, of_order, of_steps
from rnncalc.check.slips.trees import Edit, Found, Spot, parts, putting
from rnncalc.problem.problem import DEFAULT, Problem
from rnncalc.problem.remembering import remembered

LAST = 4  #: The tier of two edits at once.
MOST_REMEMBERED = 12  #: Steps whose values are read in later ones.
#: What befalls a matrix in a sheet that is filled down; of two rows these are the same.
_SLIPPED = ("with its rows slipped", "with its rows turned")
MOST_ALONE = 4  #: Elements, or steps, in one of which alone something may be otherwise.
_MOST = 60_000  # steps of edits that are computed, of vectors fewer
_FEW = 300  # edits, of which too many to be tried are not even made
_OF_SUMS = ("operator", "brackets", "left-out")  # edits that a bias can't have which nobody gave


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
        self._found, self._more = list[list[Edit]](), self._made()

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
                    self._found.append(next(self._more))
            self.count += len(self._found[number])
            yield self._found[number]

    def pairs(self, most: int) -> Iterator[list[Edit]]:
        """Yield two edits of one equation at once, the likeliest of them; at most so many."""
        for name in self.lines:
            yield pairs([edit for edit, _ in _likeliest(self.problem, name)], most)

    def _made(self) -> Iterator[list[Edit]]:
        """Yield the tiers of edits; what may not be tried is never asked for."""
        single, spread, whole = list[list[Made]](), list[Edit](), list[Edit]()
        for tier in range(LAST):
            if tier == 2:
                yield self._alone()
            # What is made everywhere may be a tier less far-fetched, but for what is of the last.
            for of in range(len(single), max(tier + 1, min(tier + 2, LAST - 1))):
                single.append(self._single(of))
                spread += everywhere(self.problem, single[of], self.known) if self.is_all else ()
            if tier == 1 and self.is_all:
                whole += self._whole()
            own = [edit for edit, _ in single[tier]]
            yield own + [edit for edit in chain(spread, whole) if edit.tier == tier]

    def _single(self, tier: int) -> list[Made]:
        """Return the edits of single equations that are of a tier."""
        found = list[Made]()
        for name in self.lines:
            is_last = tier == LAST - 1
            made, elements = (_far_fetched, _digits) if is_last else (_of_equation, _of_elements)
            found += [one for one in made(self.problem, name)
                      if one[0].tier == tier and ((name, one[1]),) not in self.known]  # fmt: skip
            more = elements(self.problem, name) if self.most >= _FEW else ()
            found += [(edit, None) for edit in more if edit.tier == tier]
        return found

    def _whole(self) -> Iterator[Edit]:
        """Yield what befalls all equations, or what they start from; none is of the first tier."""
        problem = self.problem
        yield from exchanged(problem)
        if self.most > _FEW:
            yield from given(problem)
            yield from of_all_matrices(problem)
            yield from in_turn(problem)
        if 1 < (problem.steps or 1) <= MOST_REMEMBERED:
            yield from of_steps(problem)

    def _alone(self) -> list[Edit]:
        """Return the likeliest edits made in one element or in one step alone."""
        problem = self.problem
        if self.last < 2 and (problem.scalar or not self.numbers):
            return []
        made = [*chain(*(_likeliest(problem, name) for name in self.lines))]
        likely = [edit for edit, _ in made]
        if self.is_all:
            likely += [e for e in everywhere(problem, made, ()) if e.place == EVERYWHERE]
        found = [*in_elements(problem, likely, self.numbers)]
        if self.last <= MOST_ALONE:
            for name in self.lines:
                line = next(line for line in problem.computed if line.name == name)
                slipped = (e for e in of_matrices(problem, line)
                           if any(words in e.words for words in _SLIPPED))  # fmt: skip
                likely += slipped
            found += in_steps(problem, likely, self.last)
        return found


def _likeliest(problem: Problem, name: str) -> list[Made]:
    """Return the likeliest edits of a quantity's equation, known ones, too."""
    return [one for one in _of_equation(problem, name) if one[0].tier == 0]


@remembered
def _of_equation(problem: Problem, name: str) -> Sequence[Made]:
    """Return the edits of a quantity's equation but those of the last tier.

    Those that make it the same are one, called by what is likeliest.
    """
    spot = _spot(problem, name)
    found = sorted(_in_tree(spot), key=itemgetter(0))
    return [*_distinct(spot, found, {spot.line.expression})]


@remembered
def _far_fetched(problem: Problem, name: str) -> Sequence[Made]:
    """Return those of the last tier."""
    spot = _spot(problem, name)
    nodes = [*parts(spot.line.expression)]
    found = (one for place in nodes if spot.has_size_of(place[1]) for one in of_more(spot, *place))
    seen = {spot.line.expression, *(new for _, new in _of_equation(problem, name))}
    return [*_distinct(spot, found, seen)]


def _spot(problem: Problem, name: str) -> Spot:
    lines = {line.name: line for line in problem.cell.equations}
    before = ["x"] if problem.has_input and "x" in problem.sizes.classes else []
    before += [*problem.state, *([*lines][: [*lines].index(name)])]
    return Spot(problem, lines[name], before)


def _distinct(spot: Spot, some: Iterable[Found], seen: set[Any]) -> Iterator[Made]:
    """Yield edits that make an equation what isn't there already, each with what that is."""
    line, origins = spot.line, spot.problem.origins
    name, is_unit, here = line.name, line.is_unit, f"in {line.name}"
    nodes = dict(parts(line.expression))
    put = {path: putting(line.expression, path) for path in nodes}
    # What nobody gave, and a sum with such a bias.
    gone = {path for path, node in nodes.items()
            if isinstance(node, Symbol) and origins.get(key_of(node.name)) == DEFAULT}  # fmt: skip
    beside = {path[:-1] for path in gone if str(nodes[path][0]).startswith("b.")}
    for tier, code, words, path, part in some:
        if path in gone or (path in beside and code in _OF_SUMS):
            continue
        new = put[path](part)
        if is_unit and type(new) is not Call:
            new = Call("identity", new)
        if new not in seen:
            seen.add(new)
            place = _argument(line) if code == "function" and not path else here
            yield Edit(code, words, place, ((name, path, part),), tier), new


@remembered
def _of_elements(problem: Problem, name: str) -> Sequence[Edit]:
    """Return the edits of what a quantity's equation reads but those of the last tier.

    They are of numbers, rows, units.
    """
    line = next(line for line in problem.computed if line.name == name)
    more = (f(problem, line) for f in (of_matrices, of_quantity, of_readings))
    return [*chain(misread(problem, name, digits=False), *more)]


@remembered
def _digits(problem: Problem, name: str) -> Sequence[Edit]:
    """Return those of the last tier."""
    return [*misread(problem, name, digits=True)]


def _argument(line: Equation) -> str:
    """Return where another function is: on what that is of, if it has a name."""
    node = line.expression
    of = node.argument if isinstance(node, Call) else node
    return f"on {of.name if isinstance(of, Symbol) else line.name}"


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


def _in_tree(spot: Spot) -> Iterator[Found]:
    """Yield all edits but those of the last tier."""
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
