"""Kinds of slips: what they are called, where they can be made, and what there is to learn."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from rnncalc.cells.expressions import symbols
from rnncalc.check.slips.rewrites import Altered, Places
from rnncalc.problem.problem import Problem


class Kind(NamedTuple):
    """A kind of slips.

    name: with {} for the place. places: yields where it can be made in a problem. advice: a
    sentence for the learner. is_convention: whether it is no mistake, but what others compute on
    purpose.
    """

    name: str
    places: Callable[[Problem], Places]
    advice: str
    is_convention: bool = False


class Slip(NamedTuple):
    """A mistake: its kind, where it is made, a sentence for the learner, the ways to make it.

    kind: what slips like it are called, with {} for the place. is_convention: whether it is no
    mistake, but what others compute on purpose.
    """

    kind: str
    place: str
    advice: str
    forms: tuple[Altered, ...]
    is_convention: bool = False

    @property
    def name(self) -> str:
        """What the slip is called: "tanh left out on c"."""
        return self.kind.format(self.place).strip()


def made(kinds: Iterable[Kind], problem: Problem, known: set[Any]) -> Iterator[Slip]:
    """Yield the slips of some kinds that can be made in a problem, each under its first name.

    known: takes the equations that were changed, each with its quantity, as far as that is all.
    """
    before = _known(problem)
    for kind, places, advice, is_convention in kinds:
        found: dict[str, list[Altered]] = {}
        for place, form in places(problem):
            if (
                form.reads
                and _is_in_order(form.problem, problem, before)
                and not _is_known(form, known)
            ):
                found.setdefault(place, []).append(form)
        for place, forms in found.items():
            yield Slip(kind, place, advice, tuple(forms), is_convention)


def _is_known(form: Altered, known: set[Any]) -> bool:
    """Return whether the same equations came before, under another name; note them."""
    if not isinstance(form.reads, tuple) or form.retells or form.change:
        return False
    lines = [line for line in form.problem.cell.equations if line.name in form.reads]
    equations = tuple((line.name, line.expression) for line in lines)
    was = equations in known
    known.add(equations)
    return was


def _is_in_order(problem: Problem, right: Problem, known: Mapping[str, set[str]]) -> bool:
    """Return whether each equation still reads only what is computed before it.

    known: what there is before each of the right ones.
    """
    if problem.cell is right.cell:
        return True
    more = problem.weights.keys() - right.weights.keys()
    return all(
        line is old
        or line.name in right.held
        or known[line.name] >= {*symbols(line.expression)} - more
        for line, old in zip(problem.cell.equations, right.cell.equations, strict=True)
    )


def _known(problem: Problem) -> dict[str, set[str]]:
    """Return what there is to be read before each quantity is computed."""
    known, found = {"x", *problem.state, *problem.weights, *problem.held}, {}
    for line in problem.cell.equations:
        found[line.name] = {*known}
        known.add(line.name)
    return found
