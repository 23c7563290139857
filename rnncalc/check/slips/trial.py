"""Trials: whether changed problems give what was answered, hundreds of them in little time.

Only what a change reaches is computed again, up to the first step in which it gives something else.
What fits is computed once more by plain steps, which everything is told from.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from itertools import chain, islice
from typing import Any, NamedTuple

from rnncalc.check.answers import Answer, Key, reach
from rnncalc.check.slips.abreast import each_of
from rnncalc.check.slips.batch import Batch
from rnncalc.check.slips.forms import Forms
from rnncalc.check.slips.rewrites import UNUSABLE, Altered, turned
from rnncalc.check.slips.trees import Edit
from rnncalc.check.slips.unedited import Unedited
from rnncalc.check.slips.walking import Row, UnsureError, Walk, flat
from rnncalc.problem.problem import Problem
from rnncalc.trace.trace import rows as looped

#: Steps up to which going through the trees takes less time than writing out a loop.
FEW = 12


class Question(NamedTuple):
    """Answers, and what tells whether one of them agrees with a value."""

    answers: Sequence[Answer]
    agrees: Callable[[Answer, Any], bool]

    def at_steps(self) -> dict[int, list[tuple[Answer, int, float, float]]]:
        """Return the answers by their steps, each with one of its elements and its bounds."""
        found: dict[int, list[tuple[Answer, int, float, float]]] = {}
        for answer in self.answers:
            place = answer.known[0]
            typed = answer.numbers[place]
            # Most values are far off: that is seen at once.
            far = reach(typed, answer.leeway)
            far = far if answer.tolerance is None else float("inf")
            found.setdefault(answer.t, []).append((answer, place, typed - far, typed + far))
        return found


class Trial:
    """Questions on a problem, which are put to changed forms of it."""

    def __init__(self, problem: Problem, *questions: Question) -> None:
        self.problem = problem
        self.questions = questions
        self.wanted = [question.at_steps() for question in questions]
        self.last = [max(wanted, default=0) for wanted in self.wanted]
        self.steps = frozenset(chain(*self.wanted))
        self.walk = Walk(problem, min(max(self.last), FEW))
        self.as_edits, self.unedited = Forms(problem), Unedited(problem)

    def answered(self, form: Altered) -> list[bool]:
        """Return which questions a form answers as they have it; of no answers that is none."""
        open_ = [bool(wanted) for wanted in self.wanted]
        try:
            with self.problem.overflow_unheeded():
                if not self._begins(form):
                    return [False] * len(open_)
                for t, row in enumerate(self._rows(form), 1):
                    if t not in self.steps:
                        continue
                    for number, is_open in enumerate(open_):
                        if is_open and next(self._differing(number, t, row, form), None):
                            open_[number] = False
                    if not any(
                        is_open and t < last for is_open, last in zip(open_, self.last, strict=True)
                    ):
                        return open_
        except UNUSABLE:
            pass
        return [False] * len(open_)

    def all_answered(self, forms: Sequence[Altered]) -> list[list[bool]]:
        """Return for each of many forms what `answered` does."""
        names = [answer.name for question in self.questions for answer in question.answers]
        # In a vector, one number may stand for all elements.
        is_sure = self.walk.is_scalar and not any("." in name for name in names)
        return [
            self.answered(form) if near is None or (any(near) and not is_sure) else near
            for form, near in zip(forms, self._side_by_side(forms), strict=True)
        ]

    def likely(self, forms: Sequence[Altered]) -> list[bool]:
        """Return which of many forms come near the answers of the first question."""
        return [
            self.answered(form)[0] if near is None else near[0]
            for form, near in zip(forms, self._side_by_side(forms), strict=True)
        ]

    def _side_by_side(self, forms: Sequence[Altered]) -> list[list[bool] | None]:
        """Return for each form which questions it may answer, None for what is no edit."""
        found: list[list[bool] | None] = [None] * len(forms)
        if max(self.last) > FEW:
            return found
        edits = {number: self.as_edits.edit(form) for number, form in enumerate(forms)}
        some = {number: edit for number, edit in edits.items() if edit}
        with suppress(ValueError):  # where sizes don't fit side by side each is tried alone
            for near, number in zip(self._near([*some.values()]), some, strict=True):
                found[number] = near
        return found

    def _near(self, edits: Sequence[Edit]) -> list[list[bool]]:
        """Return which questions each edit may answer as they have it."""
        open_ = [[bool(wanted)] * len(edits) for wanted in self.wanted]
        batch, left = Batch(self.unedited, edits), [*range(len(edits))]
        with self.problem.overflow_unheeded():
            for t, row in enumerate(batch.rows(), 1):
                for number, is_open in enumerate(open_):
                    for answer, place, low, high in self.wanted[number].get(t, ()):
                        if answer.name not in row or "." in answer.name:
                            continue
                        given = each_of(row[answer.name], len(left))
                        agrees = self.questions[number].agrees
                        for k, value in zip(left, given, strict=True):
                            if not is_open[k]:
                                continue
                            if isinstance(value, float):
                                is_open[k] = low <= value <= high and agrees(answer, value)
                            else:
                                is_open[k] = low <= value.item(place) <= high
                is_left = [*map(any, zip(*open_, strict=True))]
                kept = [at for at, k in enumerate(left) if is_left[k]]
                if t == max(self.last) or not kept:
                    break
                if len(kept) < len(left):  # the others need no further step
                    batch.keep(kept)
                    left = [left[at] for at in kept]
        return [[*of] for of in zip(*open_, strict=True)]

    def _begins(self, form: Altered) -> bool:
        """Return whether a form gives the answers to the first of many steps; no loop is written.

        True where that isn't known, or would not be all that is asked.
        """
        is_all = any(self.wanted[1:]) or form.listed or self.problem.ties
        if is_all or max(self.last) <= FEW or min(self.wanted[0]) > FEW:
            return True
        rows = enumerate(islice(self.walk.rows(form), FEW), 1)
        return not any(next(self._differing(0, t, row, form), None) for t, row in rows)

    def gives(self, form: Altered) -> dict[Key, Any]:
        """Return what a form gives for the answers of the first question, as plain steps do.

        Nothing where that doesn't agree.
        """
        found: dict[Key, Any] = {}
        question, wanted = self.questions[0], self.wanted[0]
        with suppress(*UNUSABLE):
            for step in form.run():
                for answer, *_ in wanted.get(step.t, ()):
                    found[answer.key] = step.value(answer.name)
                    if not question.agrees(answer, found[answer.key]):
                        return {}
                if step.t == self.last[0]:
                    return found
        return {}

    def differing(self, form: Altered) -> set[Key]:
        """Return the answers to the first question that a form doesn't give.

        All of them where it makes no numbers.
        """
        try:
            with self.problem.overflow_unheeded():
                rows = enumerate(self._rows(form), 1)
                return {key for t, row in rows for key in self._differing(0, t, row, form)}
        except UNUSABLE:
            return {answer.key for answer in self.questions[0].answers}

    def _differing(self, number: int, t: int, row: Row, form: Altered) -> Iterator[Key]:
        """Yield the answers of a step that aren't what a form tells of its row."""
        agrees = self.questions[number].agrees
        for answer, place, low, high in self.wanted[number].get(t, ()):
            source = form.told.get(answer.name, answer.name)
            given = row[source] if source in row else row[source.rpartition(".")[2]]
            given = turned(given) if form.turned else given
            first = given if isinstance(given, float) else given.item(place)
            if not (low <= first <= high and agrees(answer, given)):
                yield answer.key

    def _rows(self, form: Altered) -> Iterator[Row]:
        """Yield what a form comes to, step by step, in the order in which it is told."""
        rows, steps = self._unlisted(form), max(self.last)
        if form.listed:
            known = [*islice(rows, max(form.listed))]
            rows = iter([known[k - 1] for k in form.listed])
        yield from islice(rows, steps)

    def _unlisted(self, form: Altered) -> Iterator[Row]:
        ties, known = self.problem.ties, self.walk.right
        is_same = form.problem is self.problem and not (form.change or form.carried)
        if is_same and max([*self.last, *form.listed]) <= len(known):
            yield from known  # something else is told of it
            return
        if form.problem.ties != ties or (ties and (form.change or not self.walk.right)):
            yield from map(flat, form._replace(listed=(), told={}, turned=False).run())
            return
        is_walked = ties or self.problem.held_at or form.change or form.carried
        if is_walked or max(self.last) <= FEW:
            done = 0
            try:
                for row in self.walk.rows(form):
                    yield row
                    done += 1
            except UnsureError:
                rest = form._replace(listed=(), told={}, turned=False)
                yield from islice(map(flat, rest.run()), done, None)
            return
        yield from self._looped(form)

    def _looped(self, form: Altered) -> Iterator[Row]:
        answers = [answer for question in self.questions for answer in question.answers]
        names = list(dict.fromkeys(form.told.get(a.name, a.name) for a in answers))
        for t, row in enumerate(looped(form.problem, names), 1):
            is_asked = t in self.steps or form.listed
            yield dict(zip(names, row, strict=True)) if is_asked else {}
