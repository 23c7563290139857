"""Grading: which answers are right, and which slips of the catalogue explain the others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

from rnncalc.check.answers import RIGHT, WRONG, Answer, Key, Tolerance, Verdict, written_down
from rnncalc.check.carrying import explained, follow, step_alone
from rnncalc.check.reading import Entry, placed
from rnncalc.check.slips.catalogue import Slip, slips
from rnncalc.check.slips.rewrites import Altered
from rnncalc.errors import InputError
from rnncalc.problem.problem import Problem
from rnncalc.trace.steps import run
from rnncalc.trace.trace import gathered

# Steps that are checked, in about ten seconds.
_MOST = 100_000
# Steps, times what each takes, up to which every slip is tried on the whole of a sequence, and up
# to which those that are hidden are counted: with a hundred slips the first takes seconds.
_MOST_TRIED, _MOST_COUNTED = 1000, 100
_MOST_ALONE = 3  # steps in which mistakes are looked for one by one
_DIGITS = 17  # that a float has


class Explanation(NamedTuple):
    """A slip that gives answers, its form that does, and the value that it gives at the place."""

    slip: Slip
    form: Altered
    gives: Any


class Mistake(NamedTuple):
    """A wrong answer that doesn't follow from another, and its explanations, commonest first."""

    place: Answer
    explanations: Sequence[Explanation]


class Diagnosis(NamedTuple):
    """What the catalogue says of wrong answers.

    mistakes: the first wrong answer if slips explain all of the answers; if none does, each wrong
    one by itself. tried: how many slips there are. hidden: how many of them give the right last
    state, as far as the digits show.
    """

    mistakes: Sequence[Mistake]
    explains_all: bool
    tried: int
    hidden: int


class Grade(NamedTuple):
    """A problem, the verdicts on its answers, and what the catalogue says if one is wrong.

    place: the first wrong answer, where to look. reveals: whether the right values may be shown.
    """

    problem: Problem
    verdicts: list[Verdict]
    place: Answer | None
    diagnosis: Diagnosis | None
    reveals: bool

    @property
    def is_right(self) -> bool:
        """Whether all answers are right."""
        return all(verdict.word == RIGHT for verdict in self.verdicts)

    def label(self, answer: Answer) -> str:
        """Return an answer's name as it is typed, with its step where there are several."""
        return answer.name if self.problem.steps == 1 else f"{answer.name}@{answer.t}"


def grade(
    problem: Problem,
    entries: Iterable[Entry],
    tolerance: Tolerance | None = None,
    *,
    reveals: bool = True,
    decimals: int = 4,
) -> Grade:
    """Return what there is to say of answers as they were typed.

    reveals: whether right values may be shown. decimals: those that a reader sees.
    Raises InputError if the answers don't fit the problem.
    """
    problem = gathered(problem, _MOST)
    verdicts = judge(problem, placed(problem, entries, tolerance))
    is_right = all(verdict.word == RIGHT for verdict in verdicts)
    diagnosis = diagnose(problem, verdicts, decimals) if reveals and not is_right else None
    place = next((verdict.answer for verdict in verdicts if verdict.word == WRONG), None)
    return Grade(problem, verdicts, place, diagnosis, reveals)


def judge(problem: Problem, answers: Iterable[Answer]) -> list[Verdict]:
    """Return a verdict on each answer, in the order of computing.

    problem: with inputs that can be gone through more than once. Raises InputError at the first
    step with a quantity that is not a finite number.
    """
    wanted = {answer.key: answer for answer in answers}
    verdicts: dict[Key, Verdict] = {}

    def compare(t: int, name: str, value: Any, error: Any) -> tuple[Any, Any]:
        if answer := wanted.get((t, name)):
            verdicts[t, name] = answer.judged(value, error)
        return value, error

    for _ in run(problem, amend=compare):
        pass
    if any(verdict.word == WRONG for verdict in verdicts.values()):
        follow(problem, verdicts)
    return [verdicts[key] for key in wanted]


def diagnose(problem: Problem, verdicts: Sequence[Verdict], digits: int = 4) -> Diagnosis:
    """Look for slips that explain all answers, or else each wrong one with the others as they are.

    problem: with inputs that can be gone through more than once. verdicts: in the order of
    computing; one of them at least is wrong. digits: decimals that a reader sees.
    """
    answers = [verdict.answer for verdict in verdicts]
    places = [verdict.answer for verdict in verdicts if verdict.word == WRONG]
    size = (problem.steps or 1) * (1 + problem.sizes.largest**2 / 1000)
    tried = hidden = 0
    explanations, right = [], list[Answer]()
    if size < _MOST_COUNTED:
        *_, last = run(problem)
        states = problem.cell.states
        right = [written_down(last.t, name, last.values[name], digits) for name in states]
    if size < _MOST_TRIED:
        for slip in slips(problem, _decimals(answers)):
            tried += 1
            hidden += bool(_gives(slip.forms[0], right))
            for form in slip.forms:
                if gives := _gives(form, answers):
                    explanations.append(Explanation(slip, form, gives[places[0].key]))
                    break
    if explanations or len(answers) == problem.steps == 1:  # nothing else could be as it is
        return Diagnosis([Mistake(places[0], explanations)], bool(explanations), tried, hidden)
    mistakes: list[Mistake] = []
    for t in list(dict.fromkeys(place.t for place in places))[:_MOST_ALONE]:
        found, tried = _in_step(problem, verdicts, t)
        mistakes += found
    return Diagnosis(mistakes, False, tried, hidden)


def _decimals(answers: Iterable[Answer]) -> int:
    return min(max(number.decimals for answer in answers for number in answer.numbers), _DIGITS)


def _gives(form: Altered, answers: Sequence[Answer]) -> dict[Key, Any]:
    """Return what a slip gives for answers, if that agrees with all of them; otherwise nothing."""
    gives: dict[Key, Any] = {}
    waiting = sorted(answers, key=lambda answer: -answer.t)
    with suppress(InputError):  # a slip may make numbers too large: then it explains nothing
        for step in form.run():
            while waiting and waiting[-1].t == step.t:
                answer = waiting.pop()
                gives[answer.key] = step.value(answer.name)
                if not all(answer.agreement(gives[answer.key])):
                    return {}
            if not waiting:
                return gives
    return {}


def _in_step(problem: Problem, verdicts: Sequence[Verdict], t: int) -> tuple[list[Mistake], int]:
    """Return the mistakes of one step, each explained by itself, and how many slips were tried.

    All other answers are carried on as they are, and what was right or followed must still do so.
    """
    here = {(1, v.answer.name): v for v in verdicts if v.answer.t == t}
    alone = step_alone(problem, verdicts, t)
    found: dict[str, list[Explanation]] = {name: [] for _, name in here}
    tried = 0
    for slip in slips(alone, _decimals(verdict.answer for verdict in here.values())):
        tried += 1
        known: set[str] = set()
        for form in slip.forms:
            for name, value in explained(form, here):
                if name not in known:
                    known.add(name)
                    found[name].append(Explanation(slip, form, value))
    wrong = [verdict.answer for verdict in here.values() if verdict.word == WRONG]
    return [Mistake(answer, found[answer.name]) for answer in wrong], tried
