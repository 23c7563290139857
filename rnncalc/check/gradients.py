"""Grading of gradients: which answers are right, which follow from wrong values, and which slip."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from rnncalc.cells.expressions import PREVIOUS
from rnncalc.check.answers import FOLLOWS, RIGHT, WRONG, Answer, Verdict
from rnncalc.check.slips.gradients import Slip, slips
from rnncalc.check.slips.ways import Back, Way, step_back
from rnncalc.errors import InputError
from rnncalc.problem.problem import Problem
from rnncalc.trace.derivatives.names import (
    DELTA,
    JACOBIAN,
    PARAMETER,
    START,
    Name,
)
from rnncalc.trace.gradients.objective import Objective
from rnncalc.trace.steps import run

#: The values of each step, from the first.
Rows = Sequence[Mapping[str, Any]]

#: Steps through which every slip is tried.
MOST_STEPS = 1000


class Judged(NamedTuple):
    """An answer's name, what there is to say of it, and whether a wrong value leads to it."""

    name: Name
    verdict: Verdict


class GradientGrade(NamedTuple):
    """Verdicts on answers, and the slips that explain those that are wrong.

    slips: of all wrong answers together; if none explains all, of each by itself, by its name.
    tried: how many there are. reveals: whether right values may be shown. hints: whether slips.
    """

    problem: Problem
    told: str
    judged: Sequence[Judged]
    slips: Sequence[Slip]
    apart: Mapping[str, Sequence[Slip]]
    tried: int
    reveals: bool

    @property
    def is_right(self) -> bool:
        """Whether all answers are right."""
        return all(item.verdict.word == RIGHT for item in self.judged)


class Backwards:
    """The derivatives of an objective by a way of going back, right or not, from given values."""

    def __init__(self, problem: Problem, objective: Objective, steps: Rows, way: Way) -> None:
        self.problem, self.objective, self.way = problem, objective, way
        self._rows = steps
        self._back = self._run()

    def _run(self) -> dict[int, Back]:
        """Return each step's part, by its number."""
        last = max(term.t or len(self._rows) for term in self.objective.terms)
        found: dict[int, Back] = {}
        incoming: dict[str, Any] = {}
        ordered = self._reversed_states(last) if self.way.is_reversed else {}
        for t in range(last, 0, -1):
            incoming = ordered.get(t, incoming)
            seeded = incoming if t in ordered else self._seeded(t, incoming)
            found[t] = self._at(t, seeded)
            states = self.problem.cell.states
            before = {n: found[t].by[n + PREVIOUS] for n in states if n + PREVIOUS in found[t].by}
            incoming = {} if self.way.last_only else before
        return found

    def _at(self, t: int, incoming: Mapping[str, Any]) -> Back:
        row = self._rows[t - 1]
        early = {f"early.{n}": row[n + PREVIOUS] for n in self.problem.cell.states}
        return step_back(self.problem, self.way, t, {**row, **early}, incoming)

    def _seeded(self, t: int, incoming: Mapping[str, Any]) -> dict[str, Any]:
        _, seeds = self.objective.worth(self._rows[t - 1], t, len(self._rows))
        found = dict(incoming)
        for name, seed in seeds.items():
            seed = self.way.factor * seed
            found[name] = found[name] + seed if name in found else seed
        return found

    def _reversed_states(self, last: int) -> dict[int, dict[str, Any]]:
        """Return the adjoint of the only state with the Jacobians in the wrong order."""
        import numpy as np

        (state,) = self.problem.cell.states
        right = Backwards(self.problem, self.objective, self._rows, Way())
        seed = right._back[last].by.get(state)
        if seed is None or len(self.objective.terms) > 1:
            return {}
        found, product = {last: {state: seed}}, np.eye(seed.shape[-1])
        for t in range(last, 1, -1):
            jacobian = self._at(t, {state: np.eye(seed.shape[-1])}).by[state + PREVIOUS]
            product = jacobian @ product
            found[t - 1] = {state: seed @ product}
        return found

    def value(self, name: Name) -> Any:
        """Return what a name is worth."""
        if name.kind == JACOBIAN:
            found = self._jacobian(name, name.t or len(self._rows))
        elif name.kind == START:
            found = self._back[1].by.get(name.symbol, 0.0) if 1 in self._back else 0.0
        elif name.kind == PARAMETER and name.t is None:
            first = 1 + self.way.skips_first
            shares = [b.shares.get(name.symbol, 0.0) for t, b in self._back.items() if t >= first]
            found = sum(shares[1:], shares[0]) if shares else 0.0
            found = found / len(self._rows) if self.way.is_mean else found
        else:
            back = self._back.get(name.t or len(self._rows), Back({}, {}))
            by = back.shares if name.kind == PARAMETER else back.by
            found = by.get(name.symbol, 0.0)
        return self._of_unit(found, name)

    def _jacobian(self, name: Name, t: int) -> Any:
        size = self.problem.sizes.number(name.of)
        seed: Any = 1.0
        if not self.problem.scalar:
            import numpy as np

            seed = np.eye(size)
        back = self._at(t, {name.of: seed}).by
        if t == 1:
            return back.get(name.symbol + PREVIOUS, 0.0 * seed)
        states = self.problem.cell.states
        before = {n: back[n + PREVIOUS] for n in states if n + PREVIOUS in back}
        before = self._at(t - 1, before).by
        return before.get(name.symbol, 0.0 * seed)

    def _of_unit(self, found: Any, name: Name) -> Any:
        if name.kind in (DELTA, START) or name.kind not in (PARAMETER, JACOBIAN):
            size = self.problem.sizes.number(name.symbol.removeprefix("pre."))
            if isinstance(found, float) and not self.problem.scalar:
                import numpy as np

                found = np.zeros((*self.objective.shape, size)) + found
            if self.problem.sizes.is_plain(name.symbol.removeprefix("pre.")):
                found = found if isinstance(found, float) else found[..., 0]
        if name.unit is not None and not isinstance(found, float):
            is_matrix = name.kind == PARAMETER and name.symbol.startswith("W.") and found.ndim > 1
            found = found[..., name.unit - 1, :] if is_matrix else found[..., name.unit - 1]
        return found if getattr(found, "ndim", 0) else float(found)


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
    wrong ones it is gone on as they are. hints: whether slips may be named without right values.
    """
    wrong_before = {v.answer.key: v for v in forwards if v.word == WRONG}
    ours = [_widened(problem, step.values) for step in run(problem)]
    theirs = _with_answers(problem, wrong_before) if wrong_before else ours
    judged = []
    carried = Backwards(problem, objective, theirs, Way()) if wrong_before else None
    for name, answer in answers:
        verdict = answer.judged(right[name.text], 0.0)
        if verdict.word == WRONG and carried:
            value = carried.value(name)
            if all(answer.agreement(value)):
                causes = [v.answer for v in wrong_before.values()]
                verdict = verdict._replace(word=FOLLOWS, follows_from=causes, carried=value)
        judged.append(Judged(name, verdict))
    wrong = [item for item in judged if item.verdict.word == WRONG]
    grade = GradientGrade(problem, objective.told(len(ours)), judged, [], {}, 0, reveals)
    if not wrong or not (reveals or hints) or len(ours) > MOST_STEPS:
        return grade
    has_target = any(term.target is not None for term in objective.terms)
    ways = list(slips(problem, has_target=has_target))
    found = {slip: _given(problem, objective, theirs, slip.way, judged) for slip in ways}
    whole = [slip for slip, fits in found.items() if all(fits)]
    apart: dict[str, Sequence[Slip]] = {}
    if not whole:
        for place, item in enumerate(judged):
            if item.verdict.word == WRONG:
                apart[item.name.text] = [s for s, fits in found.items() if fits and fits[place]]
    return grade._replace(slips=whole, apart=apart, tried=len(ways))


def _given(
    problem: Problem, objective: Objective, steps: Rows, way: Way, judged: Sequence[Judged]
) -> list[bool]:
    """Return for each answer whether a way of going back gives it."""
    try:
        with problem.overflow_unheeded():
            back = Backwards(problem, objective, steps, way)
            return [_fits(item.verdict.answer, back.value(item.name)) for item in judged]
    except (InputError, OverflowError, ZeroDivisionError):
        return []


def _fits(answer: Answer, value: Any) -> bool:
    return all(answer.states(value))


def _widened(problem: Problem, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return a step's values with arrays of one element for numbers among arrays."""
    if problem.scalar:
        return dict(values)
    import numpy as np

    return {name: np.array([it]) if isinstance(it, float) else it for name, it in values.items()}


def _with_answers(problem: Problem, wrong: Mapping[Any, Verdict]) -> Rows:
    """Return the steps' values if somebody goes on from wrong answers."""

    def amend(t: int, name: str, value: Any, error: Any) -> tuple[Any, Any]:
        if verdict := wrong.get((t, name)):
            numbers = verdict.answer.numbers
            if isinstance(value, float):
                return float(numbers[0]), error
            value = value.copy()
            for place in verdict.answer.known:
                value[place] = float(numbers[place])
        return value, error

    return [_widened(problem, step.values) for step in run(problem, amend=amend)]
