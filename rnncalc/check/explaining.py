"""Explaining: which slips are offered for wrong answers, and which of them are one."""

from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from math import isclose
from typing import Any, NamedTuple

from rnncalc.check.answers import COARSE, Answer, Verdict, elements
from rnncalc.check.slips.rewrites import Altered
from rnncalc.errors import InputError, listing
from rnncalc.problem.problem import Problem

_START = "at the start"  # what slips call the first step of a problem
_SAME = 1e-9  # what values that are the same may differ by
_EVERYWHERE = "everywhere"  # and what they call all of a cell's units


class Explanation(NamedTuple):
    """A slip that gives an answer, its form that does, and the value that it gives there.

    slip: a `catalogue.Slip`. t: the step, if it is made in that alone and that isn't the first;
    otherwise 0. units: the elements in which it gives the answer, from 0, if not in all. against:
    the other answers that it makes wrong. is_loose: as `carrying.Fit` has it. places: where else
    the same slip explains another answer. alike: the names of slips that give the same numbers.
    """

    slip: Any
    form: Altered
    gives: Any
    t: int = 0
    units: Sequence[int] = ()
    against: Sequence[str] = ()
    is_loose: bool = False
    places: Sequence[str] = ()
    alike: Sequence[str] = ()

    @property
    def kind(self) -> tuple[Any, ...]:
        """What slips have in common that differ in their place alone."""
        return self.slip.kind, self.slip.advice, *self.units

    @property
    def rank(self) -> tuple[bool, ...]:
        """What makes it worse: answers against it, units that it doesn't give, digits."""
        return bool(self.against), bool(self.units), self.is_loose

    @property
    def name(self) -> str:
        """What the slip is called, with all of its places."""
        places = list(dict.fromkeys([self.slip.place, *self.places]))
        return self._at_step(self.slip._replace(place=listing(places)).name)

    @property
    def coded(self) -> str:
        """The name with the code of its kind behind it, if that has one."""
        return f"{self.name} [{self.slip.code}]" if self.slip.code else self.name

    def equation(self, first: str = "") -> str:
        """Return the equation as it would read; of several that of the quantity ``first``."""
        return self._at_step(self.form.equation(first))

    def _at_step(self, text: str) -> str:
        return text if not self.t else text.replace(_START, f"before step {self.t}")


class Mistake(NamedTuple):
    """Wrong answers that don't follow from others and have one explanation, or none.

    places: the answers. explanations: of the first of them, commonest first; with places of their
    own they explain all. fitting: how many slips would do, those included that can't be told from
    one that is offered. is_near: whether all are off by a little, in the last digit typed.
    is_coarse: whether they are not wrong, but too coarse.
    """

    places: Sequence[Answer]
    explanations: Sequence[Explanation]
    fitting: int
    is_near: bool = False
    is_coarse: bool = False

    @property
    def place(self) -> Answer:
        """The first of the answers."""
        return self.places[0]


class Diagnosis(NamedTuple):
    """What the catalogue says of wrong answers.

    mistakes: the first wrong answer if slips explain all of the answers; if none does, each wrong
    one by itself, but for those that one slip explains. left: how many more there are, in later
    steps. tried: how many slips there are. hidden: how many of them give the right last state, as
    far as the digits show.
    """

    mistakes: Sequence[Mistake]
    explains_all: bool
    left: int
    tried: int
    hidden: int


def mistake_of(
    problem: Problem, wrong: Sequence[Verdict], explanations: Sequence[Explanation]
) -> Mistake:
    """Return the mistake that shows in the first of some wrong answers."""
    is_near = all(verdict.is_near for verdict in wrong)
    is_coarse = all(verdict.word == COARSE for verdict in wrong)
    offers = narrowed(problem, explanations)
    return Mistake([wrong[0].answer], offers, len(explanations), is_near, is_coarse)


def narrowed(problem: Problem, found: Sequence[Explanation]) -> list[Explanation]:
    """Return explanations without those that another makes needless.

    That is one that changes less, or the same and gives the same of every quantity, or says as much
    of fewer places: what is wrong everywhere is wrong in f, too, and where f is all that is known,
    the two can't be told apart.
    """
    least = min((one.form.parts(problem) for one in found), default=0)
    found = _told_apart([one for one in found if one.form.parts(problem) == least])
    changes = [_changes(problem, explanation.form) for explanation in found]
    return [
        one
        for one, wide in zip(found, changes, strict=True)
        if not any(
            other.kind == one.kind
            and other is not one
            and other.against == one.against
            and (narrow < wide or (one.slip.place == _EVERYWHERE != other.slip.place))
            for other, narrow in zip(found, changes, strict=True)
        )
    ]


def _told_apart(found: Sequence[Explanation]) -> list[Explanation]:
    """Return the first of those explanations that give the same of every quantity."""
    kept: list[Explanation] = []
    rows: dict[int, list[float]] = {}

    def row(one: Explanation) -> list[float]:
        if id(one.form) not in rows:
            rows[id(one.form)] = _numbers(one.form)
        return rows[id(one.form)]

    for one in found:
        for k, two in enumerate(kept):
            alike = _are_close(elements(one.gives), elements(two.gives))
            if alike and _are_close(row(one), row(two)):
                kept[k] = two._replace(alike=[*two.alike, one.name])
                break
        else:
            kept.append(one)
    return kept


def _numbers(form: Altered) -> list[float]:
    """Return all that a form comes to, but for its inputs."""
    told: list[float] = []
    with suppress(InputError, ValueError):
        for step in form.run():
            for stage in (step.values, step.pre):
                told += [
                    number for name in stage if name != "x" for number in elements(stage[name])
                ]
    return told


def _are_close(one: Sequence[float], other: Sequence[float]) -> bool:
    """Return whether numbers are the same but for floating-point error."""
    return len(one) == len(other) and all(
        isclose(a, b, rel_tol=_SAME, abs_tol=_SAME) for a, b in zip(one, other, strict=True)
    )


def _changes(problem: Problem, form: Altered) -> set[str]:
    """Return the names of the equations and the numbers that a form changes."""
    lines = zip(problem.cell.equations, form.problem.cell.equations, strict=False)
    changed = {old.name for old, new in lines if old is not new and old != new}
    for before, after in (
        (problem.state, form.problem.state),
        (problem.weights, form.problem.weights),
    ):
        changed |= {name for name in before if before[name] is not after.get(name)}
    return changed


def together(mistakes: Iterable[Mistake]) -> list[Mistake]:
    """Return mistakes with those made one that the same slip explains, or none, in other places."""
    groups: list[Mistake] = []
    for mistake in mistakes:
        for place, group in enumerate(groups):
            kinds = _kinds(group) & _kinds(mistake)
            if not (group.explanations or mistake.explanations):
                # What nothing explains is of one kind if it is of one quantity.
                kinds = {(name,)} if (name := group.place.name) == mistake.place.name else set()
            if kinds and group[3:] == mistake[3:]:
                groups[place] = _merged(group, mistake, kinds)
                break
        else:
            groups.append(mistake)
    return groups


def _kinds(mistake: Mistake) -> set[tuple[Any, ...]]:
    """Return the kinds of slips that explain a mistake, with no other answer against them."""
    return {one.kind for one in mistake.explanations if not one.against}


def _merged(group: Mistake, mistake: Mistake, kinds: Collection[tuple[Any, ...]]) -> Mistake:
    """Return two mistakes as one that slips of some kinds explain."""
    explanations = []
    for kind in dict.fromkeys(e.kind for e in group.explanations if e.kind in kinds):
        first = next(e for e in group.explanations if e.kind == kind)
        more = next(e for e in mistake.explanations if e.kind == kind)
        places = [*first.places, more.slip.place, *more.places]
        explanations.append(first._replace(places=places))
    return group._replace(
        places=[*group.places, *mistake.places],
        explanations=explanations,
        fitting=len(explanations),
    )
