"""Grading of gradients: which answers are right, which follow from wrong values, and which slip."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from rnncalc.check.answers import FOLLOWS, MOST_CAUSES, RIGHT, WRONG, Answer, Key, Verdict
from rnncalc.check.backwards import Backwards, Carried, Rows, Spot, named, spot_of
from rnncalc.check.carrying import as_answered, carrying
from rnncalc.check.slips.gradients import slips
from rnncalc.check.slips.ways import Slip, Way
from rnncalc.errors import InputError
from rnncalc.problem.problem import Problem
from rnncalc.trace.derivatives.names import Name, put_unit
from rnncalc.trace.gradients.objective import Objective
from rnncalc.trace.steps import run

# Steps that are gone back through in all, and answers on the way; slips are tried as long as that.
_MOST_WORK = 30_000
_HEAVY = 5_000  # elements of all weights that make a step as long again
_FEWEST = 10  # slips that are worth trying
_NUDGE = 1e-7


class Judged(NamedTuple):
    """An answer's name, what there is to say of it, and whether a wrong value leads to it."""

    name: Name
    verdict: Verdict


class GradientGrade(NamedTuple):
    """Verdicts on answers, and the slips that explain those that are wrong.

    slips: of all wrong answers together; if none explains all, of each by itself, by its name.
    tried: how many there are, and known: how many could be, 0 if none are looked for. reveals:
    whether right values may be shown.
    """

    problem: Problem
    told: str
    judged: Sequence[Judged]
    slips: Sequence[Slip]
    apart: Mapping[str, Sequence[Slip]]
    tried: int
    known: int
    reveals: bool

    @property
    def is_right(self) -> bool:
        """Whether all answers are right."""
        return all(item.verdict.word == RIGHT for item in self.judged)


def grade_gradients(
    problem: Problem,
    objective: Objective,
    answers: Sequence[tuple[Name, Answer]],
    right: Mapping[str, Any],
    forwards: Iterable[Verdict],
    *,
    reveals: bool,
    hints: bool,
) -> GradientGrade:
    """Return what there is to say of answers.

    right: the right values by the names' texts. forwards: verdicts on values of the way there; from
    wrong ones, and from wrong derivatives, it is gone on as somebody does who gave them. hints:
    whether slips may be named without right values.
    """
    judged = [Judged(name, answer.judged(right[name.text], 0.0)) for name, answer in answers]
    steps = problem.steps or 1
    grade = GradientGrade(problem, objective.told(steps), judged, [], {}, 0, 0, reveals)
    is_wrong = any(item.verdict.word == WRONG for item in judged)
    weights = sum(getattr(weight, "size", 1) for weight in problem.weights.values())
    room = _MOST_WORK // round(steps * (1 + weights / _HEAVY) + len(judged))
    if not is_wrong or not room:
        return grade
    way_back = _WayBack(problem, objective, judged, forwards)
    way_back.follow(most_causes=min(MOST_CAUSES, room))
    judged = way_back.judged
    grade = grade._replace(judged=judged)
    if not (reveals or hints) or not any(item.verdict.word == WRONG for item in judged):
        return grade
    known = slips(problem, objective)
    tried = known[:room] if room >= _FEWEST else []
    found = {slip: way_back.given_by(slip.way) for slip in tried}
    whole = [slip for slip, fits in found.items() if fits and all(fits)]
    apart: dict[str, Sequence[Slip]] = {}
    if not whole:
        for place, item in enumerate(judged):
            if item.verdict.word == WRONG:
                apart[item.name.text] = [s for s, fits in found.items() if fits and fits[place]]
    apart = apart if tried else {}
    return grade._replace(slips=whole, apart=apart, tried=len(tried), known=len(known))


class _WayBack:
    """The way back of somebody who goes on from answers."""

    def __init__(
        self,
        problem: Problem,
        objective: Objective,
        judged: Sequence[Judged],
        forwards: Iterable[Verdict],
    ) -> None:
        self.problem, self.objective, self.judged = problem, objective, list(judged)
        self._before = {v.answer.key: v for v in forwards}
        self._wrong_before = [key for key, v in self._before.items() if v.word == WRONG]
        self._names = [item.name for item in judged]
        self._at: dict[Spot, list[int]] = {}
        for place, name in enumerate(self._names):
            self._at.setdefault(spot_of(name), []).append(place)
        self._spreads: list[Any] = [0.0] * len(self.judged)
        self._by_links = False
        try:
            self._rows = self._forwards()
        except InputError:  # with such answers numbers become too large: nothing follows
            self._wrong_before = []
            self._rows = self._forwards()

    def follow(self, most_causes: int) -> None:
        """Find the wrong answers that are right with those before them.

        Some go back by δ, others by the Jacobians that they answered.
        """
        self._follow(most_causes)
        if any(name.startswith("jac.") for _, name in self._at):
            self._by_links = True
            self._follow(most_causes)
            self._by_links = False

    def _follow(self, most_causes: int) -> None:
        wrong = [k for k, item in enumerate(self.judged) if item.verdict.word == WRONG]
        if len(wrong) + len(self._wrong_before) < 2:
            return  # there is nothing before it
        with self.problem.overflow_unheeded():
            base = self._values(Way())
            roots = [k for k in wrong if not self._agrees(k, base)]
            # Whoever goes on from a wrong answer has more digits of it, or those typed.
            rough = self._values(Way(), roots, self._wrong_before)
            self._spreads = [2 * abs(a - b) for a, b in zip(rough, base, strict=True)]
            values = self._values(Way())
            following = [k for k in wrong if self._agrees(k, values)]
            roots = [k for k in wrong if k not in following]
            causes = self._causes(values, roots, most_causes) if following else []
        for k in following:
            if causes[k]:
                verdict = self.judged[k].verdict
                verdict = verdict._replace(word=FOLLOWS, follows_from=causes[k], carried=values[k])
                self.judged[k] = self.judged[k]._replace(verdict=verdict)

    def given_by(self, way: Way) -> list[bool]:
        """Return for each answer whether a way of going back gives it."""
        try:
            with self.problem.overflow_unheeded():
                values = self._values(way)
        except (InputError, OverflowError, ZeroDivisionError):
            return []
        pairs = zip(self.judged, values, strict=True)
        return [all(item.verdict.answer.states(worth)) for item, worth in pairs]

    def _values(
        self, way: Way, nudged: Collection[int] = (), before: Collection[Key] = ()
    ) -> list[Any]:
        """Return what each answer comes to by a way, and by the answers before it.

        nudged, before: answers, and values of the way there, that are changed a little.
        """
        rows = self._forwards(before) if before else self._rows
        carry = self._carry(nudged)
        back = Backwards(
            self.problem, self.objective, rows, way, self._names, carry, by_links=self._by_links
        )
        return [back.value(name) for name in self._names]

    def _agrees(self, place: int, values: Sequence[Any]) -> bool:
        return all(self._agreement(place, values[place]))

    def _agreement(self, place: int, worth: Any) -> list[str]:
        return self.judged[place].verdict.answer.agreement(worth, self._spreads[place])

    def _carry(self, nudged: Collection[int]) -> Carried:
        def carry(spot: Spot, worth: Any) -> Any:
            for place in self._at.get(spot, ()):
                worth = put_unit(worth, self._names[place], partial(self._on, place, nudged))
            return worth

        return carry

    def _on(self, place: int, nudged: Collection[int], worth: Any) -> Any:
        """Return what is gone on with from an answer to what is worked out."""
        verdict, shape = self.judged[place].verdict, getattr(worth, "shape", ())
        agreement = self._agreement(place, worth)
        told, off = as_answered(verdict, worth, 0.0 * abs(worth), agreement)
        if place in nudged:
            told = told + off + _NUDGE * (abs(told) + _NUDGE)
        return told.reshape(shape) if shape else told

    def _causes(self, values: Sequence[Any], roots: Sequence[int], most: int) -> list[list[Answer]]:
        """Return for each answer the wrong ones that change it, of many the first and the last."""
        found: list[list[Answer]] = [[] for _ in self.judged]
        half = -(-most // 2)
        before = self._wrong_before
        ways: list[tuple[Answer, list[int], list[Key]]] = [
            *((self._before[key].answer, [], [key]) for key in _both_ends(before, half)),
            *((self.judged[k].verdict.answer, [k], []) for k in _both_ends(roots, half)),
        ]
        for answer, nudged, keys in ways:
            moved = self._values(Way(), nudged, keys)
            for k, (one, other) in enumerate(zip(moved, values, strict=True)):
                if abs(one - other).max() if hasattr(one, "max") else one != other:
                    found[k].append(answer)
        return found

    def _forwards(self, nudged: Collection[Key] = ()) -> Rows:
        """Return the steps' values if somebody goes on from the answers of the way there."""
        carry = carrying(self.problem, self._before, {})

        def amend(t: int, name: str, worth: Any, error: Any) -> tuple[Any, Any]:
            worth, error = carry(t, name, worth, error)
            if (t, name) in nudged:
                worth = worth + error + _NUDGE * (abs(worth) + _NUDGE)
            return worth, error

        steps = run(self.problem, amend=amend) if self._wrong_before else run(self.problem)
        return named(self.problem, [_widened(self.problem, step.values) for step in steps])


def _both_ends(items: Sequence[Any], most: int) -> list[Any]:
    return [*items] if len(items) <= 2 * most else [*items[:most], *items[-most:]]


def _widened(problem: Problem, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return a step's values with arrays of one element for numbers among arrays."""
    if problem.scalar:
        return dict(values)
    import numpy as np

    return {name: np.array([it]) if isinstance(it, float) else it for name, it in values.items()}
