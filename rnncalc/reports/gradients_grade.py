"""Grades of gradients: what is right and wrong of answers, and the slips that give them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from json import dumps, loads
from typing import Any

from rnncalc.check.answers import FOLLOWS, RIGHT, WRONG, Answer
from rnncalc.check.gradients import GradientGrade, Judged
from rnncalc.check.slips.ways import Slip
from rnncalc.errors import listing
from rnncalc.numerals import counted, exact, rounded, shortened
from rnncalc.reports.page import Page

_MOST, _LONGEST = 3, 8  # slips that are named, and elements that are shown


def table(grade: GradientGrade, page: Page) -> Iterator[str]:
    """Yield a line for each answer as a table, then what there is to say."""
    from rnncalc.reports.drawing import Drawing

    drawing = Drawing(page)
    drawing.text(_summary(grade), "heading")
    header = ["answer", "yours", *(["ours"] if grade.reveals else []), "verdict"]
    rows = [
        [item.name.text, *_cells(grade, item, page), _word(grade, item)] for item in grade.judged
    ]
    roles = [[""] * (len(header) - 1) + [_role(item)] for item in grade.judged]
    if not drawing.table(header, rows, roles):
        for row in rows:
            drawing.text(", ".join(f"{h} {c}" for h, c in zip(header, row, strict=True)))
    found = list(_findings(grade))
    if found:
        drawing.text()
    for line in found:
        drawing.text(line)
    yield drawing.take()


def plain(grade: GradientGrade, page: Page) -> Iterator[str]:
    """Yield a line for each answer, its name first, then what there is to say."""
    for item in grade.judged:
        yours, *ours = _cells(grade, item, page)
        told = f"yours {yours}" + "".join(f", ours {cell}" for cell in ours)
        yield f"{item.name.text}: {_word(grade, item)} ({told})\n"
    yield from (f"{line}\n" for line in _findings(grade))


def json(grade: GradientGrade, page: Page) -> Iterator[str]:
    """Yield the whole as one object, on one line."""
    told: dict[str, Any] = {"right": grade.is_right, "of": grade.told, "answers": []}
    for name, verdict in grade.judged:
        numbers = [loads(exact(float(number))) for number in verdict.answer.numbers]
        one = {"name": name.text, "yours": numbers, "verdict": verdict.word}
        one["yours"] = numbers if verdict.answer.is_vector else numbers[0]
        if verdict.word == FOLLOWS:
            one["follows_from"] = [_place(answer) for answer in verdict.follows_from]
        if grade.reveals:
            one["ours"] = loads(exact(verdict.ours))
        told["answers"].append(one)
    told["one_slip_explains_all"] = bool(grade.slips)
    groups = {"all": grade.slips} if grade.slips else grade.apart
    told["mistakes"] = [
        {
            "of": name,
            "slips": [{"name": s.name, "code": s.code, "advice": s.advice} for s in found[:_MOST]],
            "fitting": len(found),
        }
        for name, found in groups.items()
    ]
    yield dumps(told, ensure_ascii=False) + "\n"


def _place(answer: Answer) -> str:
    return f"{answer.name}@{answer.t}" if answer.t else answer.name


def _cells(grade: GradientGrade, item: Judged, page: Page) -> list[str]:
    answer = item.verdict.answer
    texts = [number.text for number in answer.numbers[:_LONGEST]]
    more = ", …" if len(answer.numbers) > _LONGEST else ""
    yours = f"[{', '.join(texts)}{more}]" if answer.is_vector else texts[0]
    if not grade.reveals:
        return [yours]
    digits, ours = max(page.digits, answer.decimals), item.verdict.ours
    flat = ours.reshape(-1) if getattr(ours, "ndim", 0) else ours
    return [yours, shortened(flat, digits, _LONGEST) if flat is not ours else rounded(ours, digits)]


def _word(grade: GradientGrade, item: Judged) -> str:
    verdict = item.verdict
    if verdict.word == FOLLOWS:
        names = [_place(answer) for answer in verdict.follows_from]
        return f"wrong, but follows from your {listing(names)}"
    return "right, but cut off, not rounded" if verdict.is_cut_off else verdict.word


def _role(item: Judged) -> str:
    return {RIGHT: "right", FOLLOWS: "follows", WRONG: "wrong"}.get(item.verdict.word, "")


def _summary(grade: GradientGrade) -> str:
    right = sum(item.verdict.word == RIGHT for item in grade.judged)
    count = len(grade.judged)
    if count == 1:
        told = f"the answer is {'right' if right else 'wrong'}"
        return f"{grade.problem.cell.title}, derivatives of {grade.told}: {told}"
    told = f"{right} of {counted(count, 'derivative')} are right"
    return f"{grade.problem.cell.title}, derivatives of {grade.told}: {told}"


def _findings(grade: GradientGrade) -> Iterator[str]:
    """Say which slips give the wrong answers."""
    is_wrong = any(item.verdict.word == WRONG for item in grade.judged)
    if is_wrong and grade.reveals and not grade.tried:
        yield "no slips are looked for with so many steps, units or answers: it takes too long"
    if grade.slips:
        yield from _offered("consistent with", grade.slips)
    for name, found in grade.apart.items():
        if found:
            yield from _offered(f"{name} is consistent with", found)
        else:
            of = counted(grade.tried, "slip")
            commonest = f"the {of.replace(' ', ' commonest ')}"
            yield f"{name}: none of {of if grade.tried == grade.known else commonest} gives this"


def _offered(subject: str, found: Sequence[Slip]) -> Iterator[str]:
    """Name the slips that fit, each with what there is to learn."""
    for slip in found[:_MOST]:
        yield f"{subject}: {slip.coded}"
        yield f"  {slip.advice}"
    if len(found) > _MOST:
        yield f"  {len(found) - _MOST} more would give it, too"
