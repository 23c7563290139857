"""Grades: answers with what is right and wrong of them, for people and for programs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rnncalc.checking import FOLLOWS, RIGHT, WRONG, Verdict
from rnncalc.claims import Claim, elements
from rnncalc.diagnosis import Diagnosis
from rnncalc.errors import listing
from rnncalc.grading import Grade
from rnncalc.notation import UNICODE, equation
from rnncalc.reports.notes import problem_notes
from rnncalc.terminal import Page
from rnncalc.values import counted, shortened

__all__ = ["FORMS"]

_LONGEST = 8  # elements of a vector that are written out
_MOST = 5  # slips that are offered
_HUGE = 1e16


def _table(grade: Grade, page: Page) -> Iterator[str]:
    """Yield a line for each answer as a table, then what there is to say."""
    from rnncalc.reports.drawing import GAP, Drawing, longest_line

    drawing = Drawing(page)
    drawing.text(_summary(grade), "heading")
    header = ["answer", "yours", *(["ours", "difference"] if grade.reveals else []), "verdict"]
    rows = [[drawing.spell(cell) for cell in _row(grade, v, page)] for v in grade.verdicts]
    widths = [max(map(longest_line, column)) for column in zip(header, *rows, strict=True)]
    if sum(widths) + GAP * (len(widths) - 1) <= drawing.width:
        roles = [[""] * (len(header) - 1) + [verdict.word] for verdict in grade.verdicts]
        drawing.table(header, rows, widths, roles)
    else:
        for verdict, (name, *cells, word) in zip(grade.verdicts, rows, strict=True):
            drawing.text(f"{name}: {word}", verdict.word)
            for heading, cell in zip(header[1:], cells, strict=False):
                drawing.text(f"{heading} {cell}", indent="  ")
    drawing.text()
    remarks = list(_remarks(grade, page))
    for line in remarks:
        drawing.text(line.lstrip(), indent="  " * line.startswith(" "))
    if remarks:
        drawing.text()
    for note in problem_notes(grade.problem):
        drawing.text(note, "note")
    yield drawing.take()


def _plain(grade: Grade, page: Page) -> Iterator[str]:
    """Yield a line for each answer, its name first, then what there is to say."""
    names = ("yours", "ours", "difference") if grade.reveals else ("yours",)
    for verdict in grade.verdicts:
        name, *cells, word = _row(grade, verdict, page)
        told = ", ".join(f"{label} {cell}" for label, cell in zip(names, cells, strict=True))
        yield f"{name}: {word} ({told})\n"
    for line in _remarks(grade, page):
        yield f"{line}\n"


def _json(grade: Grade, page: Page) -> Iterator[str]:
    """Yield the whole as one object, on one line."""
    import json

    place = _place(grade)
    told: dict[str, Any] = {
        "right": grade.is_right,
        "answers": [_members(grade, verdict) for verdict in grade.verdicts],
        "look_at": place and {"t": place.t, "name": place.name},
    }
    if diagnosis := grade.diagnosis:
        told["slips"] = [
            {
                "name": slip.name,
                "advice": slip.advice,
                "equation": form.equation,
                "gives": _data(gives),
            }
            for slip, form, gives in diagnosis.explanations[:_MOST]
        ]
        told["explained"] = diagnosis.scope or "all answers"
        told["fitting"] = len(diagnosis.explanations)
        told["hidden"], told["tried"] = diagnosis.hidden, diagnosis.tried
    yield json.dumps(told, ensure_ascii=False) + "\n"


#: How each of the formats that have a place for grades is written.
FORMS = {"table": _table, "plain": _plain, "json": _json}


def _label(grade: Grade, claim: Claim) -> str:
    """Return a claim's name as it is typed, with its step where there are several."""
    return claim.name if grade.problem.steps == 1 else f"{claim.name}@{claim.t}"


def _row(grade: Grade, verdict: Verdict, page: Page) -> list[str]:
    claim = verdict.claim
    cells = [_label(grade, claim), _typed(claim)]
    if grade.reveals:
        digits = max(page.digits, *(number.decimals for number in claim.numbers))
        shown = (verdict.ours, _gap(verdict))
        cells += [shortened(value, digits, _LONGEST) for value in shown]
    return [*cells, _word(grade, verdict)]


def _gap(verdict: Verdict) -> Any:
    """Return how far an answer is from the right value: a number, or a list of them."""
    pairs = zip(verdict.claim.numbers, elements(verdict.ours), strict=True)
    gap = [yours - ours for yours, ours in pairs]
    return gap if isinstance(verdict.claim.value, list) else gap[0]


def _place(grade: Grade) -> Claim | None:
    """Return the first wrong claim, the place to look."""
    return next((verdict.claim for verdict in grade.verdicts if verdict.word == WRONG), None)


def _typed(claim: Claim) -> str:
    numbers = claim.numbers
    if len(numbers) <= _LONGEST:
        return claim.text
    texts = [number.text for number in (*numbers[: _LONGEST - 2], numbers[-1])]
    return f"[{', '.join(texts[:-1])}, …, {texts[-1]}] ({len(numbers):,} elements)"


def _word(grade: Grade, verdict: Verdict) -> str:
    """Say whether an answer is right, and what else there is to it."""
    if verdict.word == FOLLOWS:
        return f"wrong, but follows from your {_names(grade, verdict)}"
    if verdict.word == RIGHT:
        if verdict.is_cut_off:
            return "right, but cut off, not rounded"
        return "right, to a whole number" if _is_coarse(verdict) else "right"
    wrong = [str(unit) for unit, agreed in enumerate(verdict.agreement, 1) if not agreed]
    where = f" in unit{'s' * (len(wrong) > 1)} {', '.join(wrong[:5])}" + "…" * (len(wrong) > 5)
    where *= isinstance(verdict.claim.value, list)
    return f"wrong{where}" + (": look here first" if verdict.claim is _place(grade) else "")


def _names(grade: Grade, verdict: Verdict) -> str:
    return listing([_label(grade, claim) for claim in verdict.follows_from])


def _is_coarse(verdict: Verdict) -> bool:
    """Return whether an answer without decimals passes for a value that has some."""
    return any(
        number.unit >= 1 and abs(number - value) > 0.005
        for number, value in zip(verdict.claim.numbers, elements(verdict.ours), strict=True)
    )


def _summary(grade: Grade) -> str:
    right = sum(verdict.word == RIGHT for verdict in grade.verdicts)
    count = len(grade.verdicts)
    told = f"{right} of {count} answers {'is' if right == 1 else 'are'} right"
    if count == 1:
        told = f"the answer is {'right' if right else 'wrong'}"
    elif right == count:
        told = f"all {count} answers are right"
    return f"{grade.problem.cell.title}, {counted(grade.problem.steps or 1, 'step')}: {told}"


def _remarks(grade: Grade, page: Page) -> Iterator[str]:
    """Yield where to look, and which slips explain the answers."""
    place = _place(grade)
    if place is None:
        return
    yield f"look at {_label(grade, place)}: {_formula(grade, place)}"
    if diagnosis := grade.diagnosis:
        yield from _offers(grade, diagnosis, page)


def _formula(grade: Grade, place: Claim) -> str:
    """Return the equation that a claim comes from, or what else is known of it."""
    stage, _, name = place.name.rpartition(".")
    for line in grade.problem.cell.equations:
        if line.name == name:
            text = equation(line, UNICODE)
            return f"{text}, where it is what the function is of" if stage == "z" else text
    return f"{grade.problem.cell.quantities[name]}, as the problem has it"


def _offers(grade: Grade, diagnosis: Diagnosis, page: Page) -> Iterator[str]:
    found = diagnosis.explanations
    scope = f"{diagnosis.scope}, " if diagnosis.scope else ""
    for explanation in found[:_MOST]:
        slip, form, gives = explanation
        value = shortened(gives, page.digits, _LONGEST)
        target = f"{diagnosis.place.name} = "
        gives_what = value if form.equation.startswith(target) else target + value
        yield f"{scope}consistent with: {slip.name} ({form.equation} gives {gives_what})"
        yield f"  {slip.advice}"
    if len(found) > _MOST:
        yield f"and with {len(found) - _MOST} more"
    if not found:
        yield f"none of the {diagnosis.tried} known slips gives this"
    if 2 * diagnosis.hidden > diagnosis.tried:
        yield (
            f"most slips can't be told apart in this problem: {diagnosis.hidden} of"
            f" {diagnosis.tried} give the right answer, too; --lint says which, and what would help"
        )


def _members(grade: Grade, verdict: Verdict) -> dict[str, Any]:
    """Return a verdict as data."""
    claim = verdict.claim
    told = {"t": claim.t, "name": claim.name, "yours": _data(claim.value), "verdict": verdict.word}
    if verdict.is_cut_off:
        told["cut_off"] = True
    if verdict.word == FOLLOWS:
        told["follows_from"] = [_label(grade, source) for source in verdict.follows_from]
    if grade.reveals:
        told |= {"ours": _data(verdict.ours), "difference": _data(_gap(verdict))}
        if verdict.word == FOLLOWS:
            told["from_yours"] = _data(verdict.carried)
    return told


def _data(value: Any) -> Any:
    """Return a value as numbers that JSON writes as the program does elsewhere: 1, not 1.0."""
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, list):
        return [*map(_data, value)]
    return int(value) if value.is_integer() and abs(value) < _HUGE else float(value)
