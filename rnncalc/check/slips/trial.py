"""Trials: whether changed problems give what was answered, hundreds of them in little time.

Only what a change reaches is computed again, up to the first step in which it gives something else.
What fits is computed once more by plain steps, which everything is told from.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import chain, islice
from typing import Any, NamedTuple

from rnncalc.cells.expressions import PREVIOUS, Call, Equation, Expression, symbols
from rnncalc.cells.functions import FUNCTIONS
from rnncalc.check.answers import Answer, Key
from rnncalc.check.slips.rewrites import Altered, turned
from rnncalc.errors import InputError
from rnncalc.problem.problem import Problem
from rnncalc.trace.arithmetic import applied, value
from rnncalc.trace.step import Step
from rnncalc.trace.trace import rows as looped

# Steps up to which going through the trees takes less time than writing out a loop.
_FEW = 12
# A pre-activation nearer to 0 than this may be 0 but for floating-point error: a tie.
_NEAR = 1e-6

_Row = dict[str, Any]


class _UnsureError(Exception):
    """Whether something is a tie is left to the plain steps."""


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
            far = 2 * max(typed.unit, typed.claim) + answer.leeway + 1e-9 * (1 + abs(typed))
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
        self.reads = {line.name: symbols(line.expression) for line in problem.cell.equations}
        self.right: list[_Row] = []
        with suppress(InputError, _UnsureError, OverflowError), problem.overflow_unheeded():
            steps = self._walked(Altered(problem, ()))
            self.right = [*islice(steps, min(max(self.last), _FEW))]

    def answered(self, form: Altered) -> list[bool]:
        """Return which questions a form answers as they have it; of no answers that is none."""
        open_ = [bool(wanted) for wanted in self.wanted]
        try:
            with self.problem.overflow_unheeded():
                for t, row in enumerate(self._rows(form), 1):
                    for number, is_open in enumerate(open_):
                        if is_open and next(self._differing(number, t, row, form), None):
                            open_[number] = False
                    if not any(
                        is_open and t < last for is_open, last in zip(open_, self.last, strict=True)
                    ):
                        return open_
        except (InputError, OverflowError):  # numbers that are too large answer nothing
            pass
        return [False] * len(open_)

    def gives(self, form: Altered) -> dict[Key, Any]:
        """Return what a form gives for the answers of the first question, as plain steps do.

        Nothing where that doesn't agree.
        """
        found: dict[Key, Any] = {}
        question, wanted = self.questions[0], self.wanted[0]
        with suppress(InputError):
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
        except (InputError, OverflowError):
            return {answer.key for answer in self.questions[0].answers}

    def _differing(self, number: int, t: int, row: _Row, form: Altered) -> Iterator[Key]:
        """Yield the answers of a step that aren't what a form tells of its row."""
        agrees = self.questions[number].agrees
        for answer, place, low, high in self.wanted[number].get(t, ()):
            source = form.told.get(answer.name, answer.name)
            given = row[source] if source in row else row[source.rpartition(".")[2]]
            given = turned(given) if form.turned else given
            first = given if isinstance(given, float) else given.item(place)
            if not (low <= first <= high and agrees(answer, given)):
                yield answer.key

    def _rows(self, form: Altered) -> Iterator[_Row]:
        """Yield what a form comes to, step by step, in the order in which it is told."""
        rows, steps = self._unlisted(form), max(self.last)
        if form.listed:
            known = [*islice(rows, max(form.listed))]
            rows = iter([known[k - 1] for k in form.listed])
        yield from islice(rows, steps)

    def _unlisted(self, form: Altered) -> Iterator[_Row]:
        ties = self.problem.ties
        if form.problem.ties != ties or (ties and (form.change or not self.right)):
            yield from map(_flat, form._replace(listed=(), told={}, turned=False).run())
            return
        is_walked = ties or self.problem.held_at or form.change or form.carried
        if is_walked or max(self.last) <= _FEW:
            done = 0
            try:
                for row in self._walked(form):
                    yield row
                    done += 1
            except _UnsureError:
                rest = form._replace(listed=(), told={}, turned=False)
                yield from islice(map(_flat, rest.run()), done, None)
            return
        yield from self._looped(form)

    def _looped(self, form: Altered) -> Iterator[_Row]:
        answers = [answer for question in self.questions for answer in question.answers]
        names = list(dict.fromkeys(form.told.get(a.name, a.name) for a in answers))
        for row in looped(form.problem, names):
            yield dict(zip(names, row, strict=True))

    def _walked(self, form: Altered) -> Iterator[_Row]:
        """Yield the rows of a form, of which most are as they are without it."""
        problem, own = form.problem, self.problem
        changed = _changed_lines(problem, own)
        given, names, state = _changed_weights(problem, own), dict(problem.weights), problem.state
        for t, x in enumerate(chain(*problem.batches), 1):
            start = dict(state) if x is None else {"x": x, **state}
            right = self.right[t - 1] if t <= len(self.right) and not form.change else None
            seen: dict[str, tuple[Any, Any]] = {}
            for name in start if form.change else ():
                start[name] = _amended(form, t, name, start[name], seen)
            moved = {n for n, v in start.items() if right is None or _differ(v, right[n])} | given
            row = {**right, **start} if right else start
            names.update(row)
            held = problem.held_in(t)
            for line in problem.cell.equations:
                name = line.name
                if right and name not in changed and moved.isdisjoint(self.reads[name]):
                    continue
                if name in held:
                    fresh = {name: held[name]}
                else:
                    fresh = dict(self._worked(form, line, names, seen, t))
                if right is None or _differ(fresh[name], right[name]):
                    moved.add(name)
                names[name] = fresh[name]
                row.update(fresh)
            yield row
            state = {n: row[form.carried.get(n, n.removesuffix(PREVIOUS))] for n in state}

    def _worked(
        self, form: Altered, line: Equation, names: Mapping[str, Any], seen: Any, t: int
    ) -> Iterator[tuple[str, Any]]:
        """Yield what an equation comes to, stage by stage, each changed on its way."""
        expression, name = line.expression, line.name
        if not isinstance(expression, Call):
            yield name, _amended(form, t, name, self._worth(name, expression, names), seen)
            return
        z = self._worth(name, expression.argument, names)
        if line.is_unit:
            z = _amended(form, t, f"pre.{name}", z, seen)
            yield f"pre.{name}", z
        if self.problem.ties:
            yield f"exact.{name}", applied(expression.function, z)
        yield name, _amended(form, t, name, self._applied(expression.function, z), seen)

    def _worth(self, name: str, node: Expression, names: Mapping[str, Any]) -> Any:
        result = value(node, names, self._applied if self.problem.ties else applied)
        if isinstance(result, float) and not self.problem.scalar:  # it is made of numbers alone
            import numpy as np

            result = np.full(self.problem.sizes.number(name), result)
        return result

    def _applied(self, name: str, argument: Any) -> Any:
        levels = FUNCTIONS[name].levels
        if not self.problem.ties or not levels:
            return applied(name, argument)
        if isinstance(argument, float):
            if -_NEAR < argument < _NEAR:
                raise _UnsureError
            return levels[2] if argument > 0 else levels[0]
        if (abs(argument) < _NEAR).any():
            raise _UnsureError
        return (argument > 0) * (levels[2] - levels[0]) + levels[0]


def _changed_lines(problem: Problem, own: Problem) -> set[str]:
    if problem.cell is own.cell:
        return set()
    pairs = zip(problem.cell.equations, own.cell.equations, strict=True)
    return {line.name for line, old in pairs if line is not old}


def _changed_weights(problem: Problem, own: Problem) -> set[str]:
    """Return the symbols of the weights and biases that aren't what they were."""
    if problem.weights is own.weights:
        return set()
    return {
        symbol
        for symbol, weight in problem.weights.items()
        if symbol not in own.weights or _differ(weight, own.weights[symbol])
    }


def _amended(form: Altered, t: int, name: str, was: Any, seen: dict[str, tuple[Any, Any]]) -> Any:
    if not form.change:
        return was
    seen[name] = was, 0.0
    return form.change(t, name, was, seen)


def _differ(one: Any, other: Any) -> bool:
    if one is other:
        return False
    same = one == other
    return not (same if isinstance(same, bool) else one.shape == other.shape and same.all())


def _flat(step: Step) -> _Row:
    pre = {f"pre.{name}": found for name, found in step.pre.items()}
    exact = {f"exact.{name}": found for name, found in step.exact.items()}
    return {**step.values, **pre, **exact}
