"""Comparisons: what there is to say in a line of answers that a program computed."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from importlib import import_module
from typing import NamedTuple

from rnncalc.check.answers import RIGHT, WRONG, Verdict
from rnncalc.check.grade import Grade
from rnncalc.numerals import counted
from rnncalc.reports.page import Page

_MOST = 3  # slips that are named in one line


class Comparison(NamedTuple):
    """How answers that a program computed compare with ours.

    grade: of all answers. go: as far as what they are compared. largest: the difference that is
    largest, where it is, and the unit, from 1. beyond: the first answer that is wrong, None if none
    is, and its unit. is_equal: whether all are right. slips: what those are called that explain
    all, by name. alike: the names of others that can't be told from them here. is_of_one: whether
    all answers are for one quantity.
    """

    grade: Grade
    go: str
    largest: tuple[float, Verdict, int]
    beyond: tuple[Verdict, int] | None
    is_equal: bool
    slips: Mapping[str, str]
    alike: Sequence[str]
    is_of_one: bool


def compared(grade: Grade) -> Comparison | None:
    """Return how the answers from arrays compare with ours, None if there are none."""
    computed = [v for v in grade.verdicts if v.answer.bits and v.answer.known]
    if not computed:
        return None
    farthest = max(computed, key=lambda verdict: verdict.largest[0])
    gap, unit = farthest.largest
    wrong = next((verdict for verdict in computed if verdict.word == WRONG), None)
    diagnosis = grade.diagnosis
    explained = diagnosis.mistakes[0].explanations if diagnosis and diagnosis.explains_all else []
    go = f"as far as {min(verdict.answer.bits for verdict in computed)}-bit floats go"
    if any(verdict.excuse == "weights" for verdict in computed):
        go = "as far as the decimals of your weights go"
    if farthest.answer.tolerance:
        go = "within the tolerance"
    return Comparison(
        grade,
        go,
        (gap, farthest, 1 - unit),
        (wrong, wrong.wrong_units[0] + 1) if wrong else None,
        all(verdict.word == RIGHT for verdict in computed),
        {one.name: one.coded for one in explained},
        [name for one in explained for name in one.alike],
        len({verdict.answer.name for verdict in grade.verdicts}) == 1,
    )


def closing(found: Iterable[Comparison | None]) -> Iterator[str]:
    """Yield one line on all comparisons: the largest difference, where, and the first beyond."""
    known: list[Comparison] = [one for one in found if one]
    if not known:
        return
    farthest = max(known, key=lambda one: one.largest[0])
    gap, verdict, unit = farthest.largest
    told = f"largest difference {gap:.1e} at {_where(farthest, verdict, unit)}"
    shown = [told] * farthest.grade.reveals
    if wrong := [one for one in known if one.beyond]:
        first = wrong[0]
        assert first.beyond
        shown += [f"the first beyond that is {_where(first, *first.beyond)}"]
        offered = {name: coded for one in wrong for name, coded in one.slips.items()}
        fitting = [{*one.slips, *one.alike} for one in wrong]
        slips = [told for name, told in offered.items() if all(name in of for of in fitting)]
        shown += [f"consistent with: {', or '.join(slips)}"] * (0 < len(slips) <= _MOST)
        yield f"not equal {first.go}: {'; '.join(shown)}"
    elif all(one.is_equal for one in known):
        yield ": ".join([f"equal {farthest.go}", *shown]) if gap else "equal to the last bit"
    else:
        yield from shown


def concluded(grade: Grade) -> Iterator[str]:
    """Yield the closing line of answers to one problem, if nothing has said as much already."""
    is_told = grade.floats and (grade.floats.farthest or grade.floats.opened)
    if not grade.problem.sequence and (grade.place or not is_told):
        yield from closing([compared(grade)])


def _where(one: Comparison, verdict: Verdict, unit: int) -> str:
    problem, answer = one.grade.problem, verdict.answer
    parts = [f"sequence {problem.sequence}"] * bool(problem.sequence)
    parts += [f"step {problem.number(answer.t)}"] * (problem.steps != 1)
    parts += [f"unit {unit}"] * answer.is_vector
    return ", ".join([answer.name] * (not one.is_of_one or not parts) + parts)


def table(grades: Iterable[Grade], page: Page) -> Iterator[str]:
    """Yield how many sequences are right, the report on the first that isn't, and the closing."""
    return _report(grades, page, "table")


def plain(grades: Iterable[Grade], page: Page) -> Iterator[str]:
    """Yield the same as lines."""
    return _report(grades, page, "plain")


def json(grades: Iterable[Grade], page: Page) -> Iterator[str]:
    """Yield an object for each sequence, on a line."""
    write = _writer("json")
    for grade in grades:
        (text,) = write(grade, page)
        yield f'{{"sequence": {grade.problem.sequence}, {text[1:]}'


def _writer(form: str) -> Callable[[Grade, Page], Iterator[str]]:
    """Return what writes one grade; that has its closing from here."""
    write: Callable[[Grade, Page], Iterator[str]]
    write = getattr(import_module("rnncalc.reports.grade"), form)
    return write


class Told(NamedTuple):
    """What there is to say of a batch: a heading, the first grade that isn't right, the closing."""

    heading: str
    first: Grade | None
    closing: list[str]


def told(grades: Iterable[Grade]) -> Told:
    """Go through the grades of all sequences, and return what there is to say of them."""
    found, right, first = list[Comparison | None](), 0, None
    title, count, answers = "", 0, 0
    for grade in grades:
        problem, answers = grade.problem, answers + len(grade.verdicts)
        size = [counted(problem.sequences, "sequence"), counted(problem.steps or 1, "step")]
        title, count = f"{problem.cell.title}, {' of '.join(size)}", count + 1
        right += grade.is_right
        if not grade.is_right and not first:
            first = grade
        one = compared(grade)
        found.append(one and one._replace(grade=grade._replace(verdicts=grade.verdicts[:0])))
    said = f"all {counted(answers, 'answer')} are right"
    if first:
        where = f"the first that isn't is sequence {first.problem.sequence}"
        said = f"{right} of {count} are right, and {where}"
    return Told(f"{title}: {said}", first, list(closing(found)))


def _report(grades: Iterable[Grade], page: Page, form: str) -> Iterator[str]:
    found = told(grades)
    yield f"{found.heading}\n"
    if found.first:
        yield from _writer(form)(found.first, page)
    yield from (f"{line}\n" for line in found.closing)
