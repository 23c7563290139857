"""Comparisons: what there is to say in a line of answers that a program computed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
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
    is, and its unit. is_equal: whether all are right. mistake: the slips that explain all, "" if
    none does, or many. is_of_one: whether all answers are for one quantity.
    """

    grade: Grade
    go: str
    largest: tuple[float, Verdict, int]
    beyond: tuple[Verdict, int] | None
    is_equal: bool
    mistake: str
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
        ", or ".join(one.coded for one in explained) if len(explained) <= _MOST else "",
        len({verdict.answer.name for verdict in grade.verdicts}) == 1,
    )


def closing(found: Iterable[Comparison | None]) -> Iterator[str]:
    """Yield one line on all comparisons: the largest difference, where, and the first beyond."""
    known = [one for one in found if one]
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
        if all(one.mistake == first.mistake for one in wrong):
            shown += [f"consistent with: {first.mistake}"] * bool(first.mistake)
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
    parts += [f"unit {unit}"] * isinstance(answer.value, list)
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


def _report(grades: Iterable[Grade], page: Page, form: str) -> Iterator[str]:
    write = _writer(form)
    found, right, first, report = list[Comparison | None](), 0, 0, list[str]()
    title, count, answers = "", 0, 0
    for grade in grades:
        problem, answers = grade.problem, answers + len(grade.verdicts)
        size = [counted(problem.sequences, "sequence"), counted(problem.steps or 1, "step")]
        title, count = f"{problem.cell.title}, {' of '.join(size)}", count + 1
        right += grade.is_right
        if not grade.is_right and not report:
            first, report = problem.sequence, list(write(grade, page))
        one = compared(grade)
        found.append(one and one._replace(grade=grade._replace(verdicts=grade.verdicts[:0])))
    if right == count:
        yield f"{title}: all {counted(answers, 'answer')} are right\n"
    else:
        told = f"{right} of {count} are right, and the first that isn't is sequence {first}"
        yield f"{title}: {told}\n"
    yield from report
    yield from (f"{line}\n" for line in closing(found))
