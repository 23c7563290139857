"""Grading: which answers are right, and whether all that was to be there is there."""

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from rnncalc.check.answers import (
    COARSE,
    RIGHT,
    UNRIGHT,
    WRONG,
    Answer,
    Key,
    Verdict,
)
from rnncalc.check.entries import Entry
from rnncalc.check.placing import missing, placed
from rnncalc.errors import listing
from rnncalc.problem.places import Place
from rnncalc.problem.problem import Problem
from rnncalc.series import Series
from rnncalc.trace.steps import run
from rnncalc.typed import Tolerance

if TYPE_CHECKING:
    from rnncalc.check.explaining import Diagnosis
    from rnncalc.check.float32 import Floats

#: What says of a problem, the verdicts and the decimals that a reader sees what explains them.
Diagnose = Callable[[Problem, Sequence[Verdict], int], "Diagnosis"]

_MOST = 100_000  # steps that are checked, in about ten seconds
#: Elements of a vector up to which slips are looked for: each of them gives as many.
LONGEST_SEARCHED = 1 << 14
# Numbers with six digits, of which a program may have printed so many, and how few tell nothing.
_AS_PRINTED, _FEWEST = 1e-4, 4
_NAMED = 5  # answers that are named one by one


class Grade(NamedTuple):
    """A problem, the verdicts on its answers, and what the catalogue says if one is wrong.

    missing: what was to be there and isn't. floats: what there is to say of answers that a program
    computed. reveals: whether the right values may be shown. fits_floats: whether all of it would
    be right if it were what a program computed in 32 bits, which its digits don't tell. is_long:
    whether no slip was looked for, as a vector has more than `LONGEST_SEARCHED` elements.
    """

    problem: Problem
    verdicts: list[Verdict]
    missing: Sequence[Place]
    floats: "Floats | None"
    diagnosis: "Diagnosis | None"
    reveals: bool
    fits_floats: bool = False
    is_long: bool = False

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

    def labels(self, *answers: Answer, last: str = "and") -> str:
        """Return the names of answers, of many the first two and the last."""
        names = [*map(self.label, answers)]
        return listing(names if len(names) <= _NAMED else [*names[:2], "…", names[-1]], last)

    def named(self, place: Place) -> str:
        """Return the name of a place as it is typed, with its step where there are several."""
        name = f"{place.name}[{place.unit}]" if place.unit else place.name
        return name if self.problem.steps == 1 else f"{name}@{self.problem.number(place.t or 1)}"


def grade(
    problem: Problem,
    entries: Iterable[Entry],
    tolerance: Tolerance | None = None,
    *,
    diagnose: Diagnose,
    required: Iterable[str] = (),
    reveals: bool = True,
    hints: bool = False,
    decimals: int = 4,
    watched: Callable[[Problem], Problem] = lambda problem: problem,
) -> Grade:
    """Return what there is to say of answers as they were typed.

    diagnose: says what explains wrong answers; a right one needs none of it. required: names of
    what must be there, as `placing.read_required` has them. reveals: whether right values may be
    shown. hints: whether slips may be named all the same. decimals: those that a reader sees.
    watched: takes the problem that is gone through. Raises InputError if the answers don't fit the
    problem.
    """
    answers = placed(problem := watched(problem.gathered(_MOST)), entries, tolerance)
    absent = missing(problem, required, answers)
    verdicts, floats = judged(problem, answers)
    is_wrong = any(verdict.word in UNRIGHT for verdict in verdicts)
    is_asked, is_long = is_wrong and (reveals or hints), problem.sizes.largest > LONGEST_SEARCHED
    diagnosis = diagnose(problem, verdicts, decimals) if is_asked and not is_long else None
    fits_floats = is_wrong and not tolerance and _fit_floats(problem, verdicts)
    found = Grade(problem, verdicts, absent, floats, diagnosis, reveals, fits_floats)
    return found._replace(is_long=is_asked and is_long)


def _fit_floats(problem: Problem, verdicts: Sequence[Verdict]) -> bool:
    """Return whether answers of six digits or so, some wrong, would be right as 32-bit floats."""
    answers = [verdict.answer for verdict in verdicts]
    if any(answer.bits for answer in answers):
        return False
    if sum(map(_as_printed, answers)) < _FEWEST:
        return False
    as_floats = judged(problem, [answer._replace(bits=32) for answer in answers])[0]
    return all(verdict.word == RIGHT for verdict in as_floats)


def _as_printed(answer: Answer) -> int:
    """Return how many numbers have as many digits as a program may have printed."""
    if isinstance(answer.value, Series):
        return answer.value.count_fine(_AS_PRINTED)
    return sum(0 < number.unit < abs(number) * _AS_PRINTED for number in answer.numbers)


def judge(problem: Problem, answers: Iterable[Answer]) -> list[Verdict]:
    """Return a verdict on each answer, in the order of computing.

    Raises InputError at the first step with a quantity that is not a finite number.
    """
    return judged(problem, answers)[0]


def judged(problem: Problem, answers: Iterable[Answer]) -> tuple[list[Verdict], "Floats | None"]:
    """Return what `judge` does, and what there is to say of answers that a program computed."""
    answers = [*answers]
    wanted = {answer.key: answer for answer in answers}
    verdicts: dict[Key, Verdict] = {}

    def compare(t: int, name: str, value: Any, error: Any) -> tuple[Any, Any]:
        if answer := wanted.pop((t, name), None):
            verdicts[t, name] = answer.judged(value, error)
        return value, error

    for step in run(problem, amend=compare, labels={answer.name for answer in answers}):
        del step  # which may be large, and is not needed below
    floats = None
    if any(answer.bits for answer in answers):
        from rnncalc.check.float32 import excuse

        floats = excuse(problem, verdicts)
    if any(verdict.word == WRONG for verdict in verdicts.values()):
        from rnncalc.check.carrying import follow

        follow(problem, verdicts)
    return [verdicts[answer.key] for answer in answers], floats
