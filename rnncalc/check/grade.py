"""Grading: which answers are right, and which slips of the catalogue explain the others."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from rnncalc.check.answers import (
    COARSE,
    RIGHT,
    UNRIGHT,
    WRONG,
    Answer,
    Key,
    Verdict,
    written_down,
)
from rnncalc.check.carrying import by_themselves, fits, follow, steps_alone
from rnncalc.check.edits.chance import is_telling, standing_out
from rnncalc.check.edits.search import explained, explained_alone
from rnncalc.check.edits.wholes import as_a_whole
from rnncalc.check.explaining import Explanation, Mistake, mistake_of, together
from rnncalc.check.float32 import Floats, excuse
from rnncalc.check.placing import missing, placed
from rnncalc.check.reading import Entry
from rnncalc.check.slips.catalogue import all_slips
from rnncalc.check.slips.estimates import one_number
from rnncalc.check.slips.kinds import Made
from rnncalc.check.slips.offsets import offset
from rnncalc.check.slips.trial import FEW, Near, Question, Trial
from rnncalc.problem.places import Place
from rnncalc.problem.problem import Problem
from rnncalc.trace.steps import run
from rnncalc.typed import Tolerance

_MOST = 100_000  # steps that are checked, in about ten seconds
# Steps, times what each takes, up to which every slip is tried on the whole of a sequence, and up
# to which those that are hidden are counted: with a hundred slips the first takes seconds.
_MOST_TRIED, _MOST_COUNTED = 1000, 100
# Steps in which mistakes are looked for one by one, and in which those again that are found.
_MOST_ALONE, _MOST_FOLLOWED = 3, 300
_WIDEST = 1 << 14  # units of a vector up to which mistakes are looked for: each slip gives as many
_DIGITS = 17  # that a float has
# Numbers with six digits, of which a program may have printed so many, and how few tell nothing.
_AS_PRINTED, _FEWEST = 1e-4, 4


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


class Grade(NamedTuple):
    """A problem, the verdicts on its answers, and what the catalogue says if one is wrong.

    missing: what was to be there and isn't. floats: what there is to say of answers that a program
    computed. reveals: whether the right values may be shown. fits_floats: whether all of it would
    be right if it were what a program computed in 32 bits, which its digits don't tell.
    """

    problem: Problem
    verdicts: list[Verdict]
    missing: Sequence[Place]
    floats: Floats | None
    diagnosis: Diagnosis | None
    reveals: bool
    fits_floats: bool = False

    @property
    def is_right(self) -> bool:
        """Whether all answers are right, and there."""
        return not self.missing and all(verdict.word == RIGHT for verdict in self.verdicts)

    @property
    def place(self) -> Answer | None:
        """The first wrong answer, or else the first that is too coarse: the place to look."""
        words = [verdict.word for verdict in self.verdicts]
        first = next((word for word in (WRONG, COARSE) if word in words), None)
        return self.verdicts[words.index(first)].answer if first else None

    def label(self, answer: Answer) -> str:
        """Return an answer's name as it is typed, with its step where there are several."""
        unit = None if answer.unit is None else answer.unit + 1
        return self.named(Place(answer.name, unit, answer.t))

    def named(self, place: Place) -> str:
        """Return the name of a place as it is typed, with its step where there are several."""
        name = f"{place.name}[{place.unit}]" if place.unit else place.name
        return name if self.problem.steps == 1 else f"{name}@{self.problem.number(place.t or 1)}"


def grade(
    problem: Problem,
    entries: Iterable[Entry],
    tolerance: Tolerance | None = None,
    *,
    required: Iterable[str] = (),
    reveals: bool = True,
    hints: bool = False,
    decimals: int = 4,
    watched: Callable[[Problem], Problem] = lambda problem: problem,
) -> Grade:
    """Return what there is to say of answers as they were typed.

    required: names of what must be there, as `placing.read_required` has them. reveals: whether
    right values may be shown. hints: whether slips may be named all the same. decimals: those that
    a reader sees. watched: takes the problem that is gone through. Raises InputError if the answers
    don't fit the problem.
    """
    answers = placed(problem := watched(problem.gathered(_MOST)), entries, tolerance)
    absent = missing(problem, required, answers)
    verdicts, floats = judged(problem, answers)
    is_wrong = any(verdict.word in UNRIGHT for verdict in verdicts)
    explains = is_wrong and (reveals or hints) and problem.sizes.largest <= _WIDEST
    diagnosis = diagnose(problem, verdicts, decimals) if explains else None
    fits_floats = is_wrong and not tolerance and _fit_floats(problem, verdicts)
    return Grade(problem, verdicts, absent, floats, diagnosis, reveals, fits_floats)


def _fit_floats(problem: Problem, verdicts: Sequence[Verdict]) -> bool:
    """Return whether answers of six digits or so, some wrong, would be right as 32-bit floats."""
    answers = [verdict.answer for verdict in verdicts]
    if any(answer.bits for answer in answers):
        return False
    numbers = [number for answer in answers for number in answer.numbers if number.unit > 0]
    if sum(number.unit < abs(number) * _AS_PRINTED for number in numbers) < _FEWEST:
        return False
    as_floats = judged(problem, [answer._replace(bits=32) for answer in answers])[0]
    return all(verdict.word == RIGHT for verdict in as_floats)


def judge(problem: Problem, answers: Iterable[Answer]) -> list[Verdict]:
    """Return a verdict on each answer, in the order of computing.

    Raises InputError at the first step with a quantity that is not a finite number.
    """
    return judged(problem, answers)[0]


def judged(problem: Problem, answers: Iterable[Answer]) -> tuple[list[Verdict], Floats | None]:
    """Return what `judge` does, and what there is to say of answers that a program computed."""
    answers = [*answers]
    wanted = {answer.key: answer for answer in answers}
    verdicts: dict[Key, Verdict] = {}

    def compare(t: int, name: str, value: Any, error: Any) -> tuple[Any, Any]:
        if answer := wanted.pop((t, name), None):
            verdicts[t, name] = answer.judged(value, error)
        return value, error

    for _ in run(problem, amend=compare, labels={answer.name for answer in answers}):
        pass
    floats = excuse(problem, verdicts)
    if any(verdict.word == WRONG for verdict in verdicts.values()):
        follow(problem, verdicts)
    return [verdicts[answer.key] for answer in answers], floats


def diagnose(problem: Problem, verdicts: Sequence[Verdict], digits: int = 4) -> Diagnosis:
    """Look for slips that explain all answers, or else each wrong one with the others as they are.

    problem: with inputs that can be gone through more than once. verdicts: in the order of
    computing; one at least is wrong. digits: decimals that a reader sees.
    """
    answers = [verdict.answer for verdict in verdicts]
    wrong = [verdict for verdict in verdicts if verdict.word in UNRIGHT]
    steps, width = problem.steps or 1, 1 + problem.sizes.largest**2 / 1000
    size = steps * width
    # Where the first wrong answer comes early, few steps tell nearly every slip from it.
    is_tried = size < _MOST_TRIED or (wrong[0].answer.t <= FEW and FEW * width < _MOST_TRIED)
    tried = hidden = 0
    explanations, right, known = [], list[Answer](), None
    if size < _MOST_COUNTED:
        *_, last = run(problem)
        states = problem.cell.states
        right = [written_down(last.t, name, last.values[name], digits) for name in states]
    if is_tried:
        stated = Question(answers, lambda answer, value: all(answer.states(value)))
        trial = Trial(problem, stated, Question(right, Answer.hides))
        known = all_slips(problem, _decimals(answers))
        made = [(slip, form) for slip in known.slips for form in slip.forms]
        tried, fitting = len(known.slips), dict[int, Explanation]()
        answered = trial.all_answered([form for _, form in made])
        for (slip, form), (fits_all, is_hidden) in zip(made, answered, strict=True):
            hidden += is_hidden and form is slip.forms[0]
            if fits_all and id(slip) not in fitting and (gives := trial.gives(form)):
                fitting[id(slip)] = Explanation(slip, form, gives[wrong[0].answer.key])
        explanations = [*fitting.values()]
        order = {id(slip): number for number, slip in enumerate(known.slips, 1)}
        ranks = [order[id(one.slip)] for one in explanations]
        if explanations:
            offers = standing_out(verdicts, explanations, ranks)
            mistake = mistake_of(problem, wrong, offers)._replace(fitting=len(explanations))
            return Diagnosis([mistake], bool(mistake.explanations), 0, tried, hidden)
        explanations = as_a_whole(problem, wrong, trial.gives)
        explanations = explanations or explained(problem, verdicts, trial.gives, known.edited)
    is_all = tried and len(answers) == len(answers[0].numbers) == problem.steps == 1
    if explanations or is_all:  # nothing else could be as it is
        mistake = mistake_of(problem, wrong, explanations)
        return Diagnosis([mistake], bool(explanations), 0, tried, hidden)
    groups, tried = _by_themselves(problem, verdicts, wrong, known)
    if size < _MOST_TRIED and not all(group.explanations for group in groups):
        explanations = _by_numbers(problem, verdicts, trial, wrong[0].answer.key)
    if explanations:
        return Diagnosis([mistake_of(problem, wrong, explanations)], True, 0, tried, hidden)
    told = {place.key for group in groups for place in group.places}
    left = sum(v.word == WRONG and v.answer.key not in told for v in wrong)
    return Diagnosis(groups, False, left, tried, hidden)


def _by_numbers(
    problem: Problem, verdicts: Sequence[Verdict], trial: Trial, first: Key
) -> list[Explanation]:
    """Return what gives all answers if some numbers are others than those given."""
    for found in (one_number, offset):
        every = found(problem, verdicts)
        gives = [(slip, slip.forms[0], trial.gives(slip.forms[0])) for slip in every]
        if explanations := [Explanation(slip, form, of[first]) for slip, form, of in gives if of]:
            return explanations
    return []


def _by_themselves(
    problem: Problem, verdicts: Sequence[Verdict], wrong: Sequence[Verdict], known: Made | None
) -> tuple[list[Mistake], int]:
    """Return the mistakes of the first wrong steps, and how many slips there are in the last.

    One mistake that is made in several steps is one. known: the slips of the whole problem.
    """
    steps = list(dict.fromkeys(verdict.answer.t for verdict in wrong))[:_MOST_FOLLOWED]
    alone = steps_alone(problem, verdicts, steps)
    mistakes, tried = list[Mistake](), 0
    here: dict[int, dict[Key, Verdict]] = {t: {} for t in steps}
    for verdict in verdicts:
        if verdict.answer.t in here:  # as if it were the first
            here[verdict.answer.t][1, verdict.answer.name] = verdict
    for t in steps[:_MOST_ALONE]:
        known = all_slips(alone[t], _decimals(v.answer for v in here[t].values()), known)
        mistakes += _in_step(known, here[t], problem.number(t) if t > 1 else 0)
        tried = len(known.slips)
    groups = together(mistakes)
    for t in steps[_MOST_ALONE:]:
        groups = [_with_more(group, alone[group.place.t], alone[t], here[t]) for group in groups]
    return groups, tried


def _with_more(
    mistake: Mistake, was: Problem, alone: Problem, here: Mapping[Key, Verdict]
) -> Mistake:
    """Return a mistake with the answers to another step that its first explanation gives, too."""
    first = next(iter(mistake.explanations), None)
    if not first or first.against or not (form := first.form.put_to(was, alone)):
        return mistake
    more = [
        here[1, fit.name].answer
        for fit in fits(form, here)
        if (fit.units, fit.against) == (first.units, [])
    ]
    return mistake._replace(places=[*mistake.places, *more])


def _decimals(answers: Iterable[Answer]) -> int:
    """Return how many decimals were typed; 0 of what no one typed, but a program computed."""
    return min(max((a.decimals for a in answers if not a.bits), default=0), _DIGITS)


def _in_step(known: Made, here: Mapping[Key, Verdict], t: int) -> list[Mistake]:
    """Return the mistakes of a problem of one step, each explained by itself.

    All other answers are carried on as they are, and what was right or followed must still do so:
    only where no slip would leave it so those are offered that give an answer by itself.
    """
    found: dict[str, list[Explanation]] = {name: [] for _, name in here}
    alone, carried = known.problem, by_themselves(known.problem, here)
    near = Near(alone, [*here.values()], *carried)
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
    mistakes, order = [], {id(slip): number for number, slip in enumerate(known.slips, 1)}
    for verdict in here.values():
        if verdict.word in UNRIGHT:
            offers = found[verdict.answer.name]
            if not any(not any(one.rank) for one in offers):
                poor = offers if is_telling(verdict, carried, len(made)) else []
                offers = explained_alone(alone, here, verdict, carried, known.edited, t) or poor
            rank = min((one.rank for one in offers), default=())
            offers = [one for one in offers if one.rank == rank]
            ranks = [order.get(id(one.slip), 0) for one in offers]
            offers, fitting = standing_out([*here.values()], offers, ranks), len(offers)
            mistakes.append(mistake_of(alone, [verdict], offers)._replace(fitting=fitting))
    return mistakes
