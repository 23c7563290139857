"""Grades: answers with what is right and wrong of them, for people and for programs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from json import dumps, loads
from typing import Any

from rnncalc.check.answers import FOLLOWS, RIGHT, WRONG, Answer, Verdict, elements
from rnncalc.check.carrying import MOST_CAUSES
from rnncalc.check.grade import Explanation, Grade
from rnncalc.errors import listing
from rnncalc.numerals import counted, exact, shortened
from rnncalc.reports.findings import MOST, findings
from rnncalc.reports.page import Page
from rnncalc.reports.rows import LONGEST, problem_notes


def table(grade: Grade, page: Page) -> Iterator[str]:
    """Yield a line for each answer as a table, then what there is to say."""
    from rnncalc.reports.drawing import Drawing

    drawing, found = Drawing(page), list(findings(grade, page))
    drawing.text(_summary(grade), "heading")
    header = ["answer", "yours", *(["ours", "difference"] if grade.reveals else []), "verdict"]
    rows = [_row(grade, verdict, page) for verdict in grade.verdicts]
    roles = [[""] * (len(header) - 1) + [verdict.word] for verdict in grade.verdicts]
    if not drawing.table(header, rows, roles):
        for verdict, (name, *cells, word) in zip(grade.verdicts, rows, strict=True):
            drawing.text(f"{name}: {word}", verdict.word)
            for heading, cell in zip(header[1:], cells, strict=False):
                drawing.text(f"  {heading} {cell}")
    drawing.text()
    for line in found:
        drawing.text(line)
    if found:
        drawing.text()
    for note in problem_notes(grade.problem):
        drawing.text(note, "note")
    yield drawing.take()


def plain(grade: Grade, page: Page) -> Iterator[str]:
    """Yield a line for each answer, its name first, then what there is to say."""
    names = ("yours", "ours", "difference") if grade.reveals else ("yours",)
    for verdict in grade.verdicts:
        name, *cells, word = _row(grade, verdict, page)
        told = ", ".join(f"{label} {cell}" for label, cell in zip(names, cells, strict=True))
        yield f"{name}: {word} ({told})\n"
    yield from (f"{line}\n" for line in findings(grade, page))


def json(grade: Grade, page: Page) -> Iterator[str]:
    """Yield the whole as one object, on one line."""
    place = grade.place
    told: dict[str, Any] = {
        "right": grade.is_right,
        "answers": [_members(grade, verdict) for verdict in grade.verdicts],
        "look_at": place and {"t": place.t, "name": place.name},
    }
    if diagnosis := grade.diagnosis:
        told["one_slip_explains_all"] = diagnosis.explains_all
        told["mistakes"] = [
            {
                "t": mistake.place.t,
                "name": mistake.place.name,
                "slips": [_slip(found) for found in mistake.explanations[:MOST]],
                "fitting": len(mistake.explanations),
            }
            for mistake in diagnosis.mistakes
        ]
        told["hidden"], told["tried"] = diagnosis.hidden, diagnosis.tried
    yield dumps(told, ensure_ascii=False) + "\n"


def _row(grade: Grade, verdict: Verdict, page: Page) -> list[str]:
    answer = verdict.answer
    cells = [grade.label(answer), _shown(answer)]
    if grade.reveals:
        digits = max(page.digits, *(number.decimals for number in answer.numbers))
        # What is beyond the digits shown is nobody's mistake.
        gap = [float(round(number, digits)) for number in _gap(verdict)]
        cells.append(shortened(verdict.ours, digits, LONGEST))
        difference = shortened(_like(answer, gap), digits, LONGEST)
        cells.append(difference.replace("-inf", "< -1.797e308").replace("inf", "> 1.797e308"))
    return [*cells, _word(grade, verdict)]


def _gap(verdict: Verdict) -> list[float]:
    """Return how far each element of an answer is from the right value."""
    pairs = zip(verdict.answer.numbers, elements(verdict.ours), strict=True)
    return [yours - ours for yours, ours in pairs]


def _like(answer: Answer, numbers: list[float]) -> Any:
    """Return numbers as a list or as one number, whichever the answer is."""
    return numbers if isinstance(answer.value, list) else numbers[0]


def _shown(answer: Answer) -> str:
    numbers = answer.numbers
    if len(numbers) <= LONGEST:
        return answer.text
    *texts, last = [number.text for number in (*numbers[: LONGEST - 2], numbers[-1])]
    return f"[{', '.join(texts)}, …, {last}] ({len(numbers):,} elements)"


def _word(grade: Grade, verdict: Verdict) -> str:
    """Say whether an answer is right, and what else there is to it."""
    if verdict.word == FOLLOWS:
        sources = _sources(grade, verdict)
        if len(sources) >= MOST_CAUSES:
            sources = [f"{sources[0]}, …", sources[-1]]
        return f"wrong, but follows from your {listing(sources)}"
    if verdict.word == RIGHT:
        if verdict.is_cut_off:
            return "right, but cut off, not rounded"
        return "right, to a whole number" if _is_coarse(verdict) else "right"
    wrong = [str(unit) for unit, agreed in enumerate(verdict.agreement, 1) if not agreed]
    where = f" in unit{'s' * (len(wrong) > 1)} {', '.join(wrong[:5])}" + "…" * (len(wrong) > 5)
    where *= isinstance(verdict.answer.value, list)
    if verdict.answer is grade.place:
        return f"wrong{where}: look here first"
    same = grade.diagnosis and grade.diagnosis.explains_all
    return f"wrong{where}, by {'the same slip' if same else 'itself'}"


def _sources(grade: Grade, verdict: Verdict) -> list[str]:
    return [grade.label(answer) for answer in verdict.follows_from]


def _is_coarse(verdict: Verdict) -> bool:
    """Return whether an answer without decimals passes for a value that has some."""
    return any(
        number.unit >= 1 and abs(number - value) > 0.005
        for number, value in zip(verdict.answer.numbers, elements(verdict.ours), strict=True)
    )


def _summary(grade: Grade) -> str:
    words, count = Counter(verdict.word for verdict in grade.verdicts), len(grade.verdicts)
    if count == 1:
        told = f"the answer is {'right' if words[RIGHT] else 'wrong'}"
    elif words[RIGHT] == count:
        told = f"all {count} answers are right"
    else:
        told = f"{words[RIGHT]} of {count} answers are right, {words[WRONG]} wrong"
        told += f", {words[FOLLOWS]} only following from that" if words[FOLLOWS] else ""
    return f"{grade.problem.cell.title}, {counted(grade.problem.steps or 1, 'step')}: {told}"


def _members(grade: Grade, verdict: Verdict) -> dict[str, Any]:
    """Return a verdict as data."""
    answer = verdict.answer
    told: dict[str, Any] = {"t": answer.t, "name": answer.name, "yours": _data(answer.value)}
    told["verdict"] = verdict.word
    if verdict.is_cut_off:
        told["cut_off"] = True
    if verdict.word == FOLLOWS:
        told["follows_from"] = _sources(grade, verdict)
    if grade.reveals:
        told |= {"ours": _data(verdict.ours), "difference": _data(_like(answer, _gap(verdict)))}
        if verdict.word == FOLLOWS:
            told["from_yours"] = _data(verdict.carried)
    return told


def _slip(found: Explanation) -> dict[str, Any]:
    slip, form, gives = found
    told = {"name": slip.name, "advice": slip.advice, "equation": form.equation()}
    return {**told, "gives": _data(gives)}


def _data(value: Any) -> Any:
    """Return a value as numbers that JSON writes as the program does elsewhere: 1, not 1.0.

    A difference that is too large for a number is null.
    """
    return loads(exact(value).replace("-inf", "null").replace("inf", "null"))
