"""Nearness: which changed problems come near a wrong answer, so that they may give it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from math import inf
from operator import or_
from typing import Any

from rnncalc.check.answers import UNRIGHT, Key, Verdict, elements, reach
from rnncalc.check.carrying import by_themselves, fits
from rnncalc.check.explaining import Explanation
from rnncalc.check.slips.abreast import each_of
from rnncalc.check.slips.batch import Batch
from rnncalc.check.slips.forms import Forms
from rnncalc.check.slips.kinds import Made
from rnncalc.check.slips.rewrites import UNUSABLE, Altered
from rnncalc.check.slips.trees import Edit
from rnncalc.check.slips.unedited import Unedited
from rnncalc.check.slips.walking import Row, UnsureError, Walk
from rnncalc.problem.problem import Problem

#: The rank of what gives the wrong elements of an answer, and those exactly.
OF_ELEMENTS = (False, True, False)


class Near:
    """The answers to one step, and which forms come so near to a wrong one that they may give it.

    row, errors: what each quantity comes to by the answers before it, and how far off that may be.
    carried: what somebody goes on with who gave the answers.
    """

    def __init__(
        self,
        problem: Problem,
        verdicts: Sequence[Verdict],
        row: Row,
        errors: Mapping[str, Any],
        carried: Mapping[str, Any],
    ) -> None:
        self.problem, self.carried = problem, carried
        self.here = {(1, verdict.answer.name): verdict for verdict in verdicts}
        self._told: dict[frozenset[Key], Row] = {}
        self.walk = Walk(problem, 0)
        self.as_edits, self.unedited = Forms(problem), Unedited(problem, carried)
        self.walk.right = [row]
        # What is changed on its way may be gone on with, and not what was answered.
        self.is_free = not any(
            not carried.keys().isdisjoint(reads) for reads, *_ in self.walk.lines.values()
        )
        # Or numbers are too large.
        self.is_whole = all(line.name in row for line in problem.cell.equations)
        self.wanted: dict[str, list[tuple[int, float, float]]] = {}
        for verdict in verdicts:
            name = verdict.answer.name
            if verdict.word in UNRIGHT and name in row:
                off = elements(0.0 * abs(row[name]) + errors[name])
                typed = verdict.answer.numbers
                is_free = verdict.answer.tolerance is not None  # which the answer itself looks at
                self.wanted[name] = [
                    (k, typed[k], inf if is_free else reach(typed[k], off[k]))
                    for k in verdict.wrong_units
                ]

    def reached(self, forms: Sequence[Altered]) -> list[bool]:
        """Return which forms may give one of the answers; whoever asks tries those out then."""
        edits = {number: self.as_edits.edit(form) for number, form in enumerate(forms)}
        some = {number: edit for number, edit in edits.items() if edit}
        is_sure = self.is_whole and not any("." in name for name in self.wanted)
        near: dict[int, bool] = {}
        with suppress(ValueError):  # where sizes don't fit side by side each is tried alone
            near = dict(zip(some, self._near([*some.values()]), strict=True)) if is_sure else {}
        return [
            near[number] if number in near else self._may(form) for number, form in enumerate(forms)
        ]

    def _may(self, form: Altered) -> bool:
        """Return whether a form that is no edit may give one of the answers."""
        if form.listed or form.turned:
            return False  # there is one step
        if form.told:
            return form.parts(self.problem) > 1 or any(self._tells(form.told))
        if form.problem.ties != self.problem.ties or not self.is_whole:
            return True
        if form.change and (self.problem.ties or not self.is_free):
            return True
        try:
            with self.problem.overflow_unheeded():
                row = next(self.walk.rows(form, self.carried))
        except UnsureError:
            return True
        except UNUSABLE:
            return False
        return any(
            all(abs(elements(row[name])[unit] - typed) <= far for unit, typed, far in wanted)
            for name, wanted in self.wanted.items()
        )

    def _tells(self, told: Mapping[str, str]) -> Iterator[bool]:
        """Yield whether each answer is that to another question, if nothing else is wrong."""
        # Nobody goes on with what is told instead of something else.
        kept = frozenset(key for key in self.here if key[1] not in told)
        if kept not in self._told:
            row, _, carried = by_themselves(self.problem, {key: self.here[key] for key in kept})
            self._told[kept] = {**row, **carried}
        row = self._told[kept]
        for verdict in self.here.values():
            answer = verdict.answer
            if answer.name in told and verdict.word in UNRIGHT:
                stated = answer.states(row[told[answer.name]]) if told[answer.name] in row else []
                yield bool(stated) and all(stated[unit] for unit in verdict.wrong_units)

    def _near(self, edits: Sequence[Edit]) -> list[bool]:
        if not edits:
            return []
        with self.problem.overflow_unheeded():
            row = next(Batch(self.unedited, edits).rows())
        found = [False] * len(edits)
        for name, wanted in self.wanted.items():
            values, close = each_of(row[name], len(edits)), [True] * len(edits)
            for unit, typed, far in wanted:
                numbers = [v if isinstance(v, float) else v.item(unit) for v in values]
                close = [
                    is_close and abs(number - typed) <= far
                    for is_close, number in zip(close, numbers, strict=True)
                ]
            found = [*map(or_, found, close)]
        return found


def known_alone(
    known: Made, here: Mapping[Key, Verdict], near: Near, t: int
) -> dict[str, list[Explanation]]:
    """Return what known slips explain in a step, by the names of the answers."""
    found: dict[str, list[Explanation]] = {name: [] for _, name in here}
    made = [(slip, form) for slip in known.slips for form in slip.forms]
    reached = near.reached([form for _, form in made])
    best: dict[tuple[str, int], Explanation] = {}
    for (slip, form), is_near in zip(made, reached, strict=True):
        for fit in fits(form, here) if is_near else ():
            one, key = Explanation(slip, form, fit.gives, t, *fit[2:]), (fit.name, id(slip))
            if key not in best or one.rank < best[key].rank:
                best[key] = one
    for (name, _), one in best.items():
        found[name].append(one)
    return found


def is_of_elements(known: Made, verdict: Verdict, verdicts: Iterable[Verdict]) -> bool:
    """Return whether a known slip, made in some elements alone, gives the only wrong answer."""
    if known.problem.steps != 1 or len(verdict.wrong_units) == len(verdict.answer.known):
        return False
    here = {(1, one.answer.name): one for one in verdicts}
    near = Near(known.problem, [*here.values()], *by_themselves(known.problem, here))
    found = known_alone(known, here, near, 0)[verdict.answer.name]
    return any(one.rank == OF_ELEMENTS for one in found)
