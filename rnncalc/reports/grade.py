"""Grades: answers with what is right and wrong of them, for people and for programs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from rnncalc.checking import FOLLOWS, RIGHT, WRONG, Verdict
from rnncalc.claims import Claim, elements
from rnncalc.diagnosis import Explanation
from rnncalc.errors import listing
from rnncalc.evaluate import run
from rnncalc.expressions import symbols
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
        told["one_slip_explains_all"] = diagnosis.explains_all
        told["mistakes"] = [
            {
                "t": mistake.place.t,
                "name": mistake.place.name,
                "slips": [_slip(found) for found in mistake.explanations[:_MOST]],
                "fitting": len(mistake.explanations),
            }
            for mistake in diagnosis.mistakes
        ]
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
        cells.append(shortened(verdict.ours, digits, _LONGEST))
        cells.append(shortened(_to_decimals(_gap(verdict), digits), digits, _LONGEST))
    return [*cells, _word(grade, verdict)]


def _gap(verdict: Verdict) -> Any:
    """Return how far an answer is from the right value: a number, or a list of them."""
    pairs = zip(verdict.claim.numbers, elements(verdict.ours), strict=True)
    gap = [yours - ours for yours, ours in pairs]
    return gap if isinstance(verdict.claim.value, list) else gap[0]


def _to_decimals(value: Any, digits: int) -> Any:
    """Return a difference without what is beyond the digits shown, which is nobody's mistake."""
    if isinstance(value, list):
        return [_to_decimals(number, digits) for number in value]
    return float(round(value, digits))


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
    if verdict.claim is _place(grade):
        return f"wrong{where}: look here first"
    same = grade.diagnosis and grade.diagnosis.explains_all
    return f"wrong{where}, by the same slip" if same else f"wrong{where}, by itself"


def _names(grade: Grade, verdict: Verdict) -> str:
    return listing([_label(grade, claim) for claim in verdict.follows_from])


def _is_coarse(verdict: Verdict) -> bool:
    """Return whether an answer without decimals passes for a value that has some."""
    return any(
        number.unit >= 1 and abs(number - value) > 0.005
        for number, value in zip(verdict.claim.numbers, elements(verdict.ours), strict=True)
    )


def _summary(grade: Grade) -> str:
    words = Counter(verdict.word for verdict in grade.verdicts)
    count = len(grade.verdicts)
    if count == 1:
        told = f"the answer is {'right' if words[RIGHT] else 'wrong'}"
    elif words[RIGHT] == count:
        told = f"all {count} answers are right"
    else:
        told = f"{words[RIGHT]} of {count} answers are right, {words[WRONG]} wrong"
        told += f", {words[FOLLOWS]} only following from that" if words[FOLLOWS] else ""
    return f"{grade.problem.cell.title}, {counted(grade.problem.steps or 1, 'step')}: {told}"


def _remarks(grade: Grade, page: Page) -> Iterator[str]:
    """Yield where to look, and which slips explain the answers."""
    place = _place(grade)
    if place is None:
        return
    diagnosis = grade.diagnosis
    if diagnosis is None:
        yield f"look at {_label(grade, place)}: {_formula(grade, place)}"
        return
    for mistake in diagnosis.mistakes:
        label = _label(grade, mistake.place)
        yield f"look at {label}: {_formula(grade, mistake.place)}"
        if page.explain:
            yield from _worked(grade, mistake.place, page)
        scope = "" if diagnosis.explains_all or _is_alone(grade) else f"{label} is "
        for explanation in mistake.explanations[:_MOST]:
            yield f"{scope}consistent with: {_offer(mistake.place, explanation, page)}"
            yield f"  {explanation.slip.advice}"
        if len(mistake.explanations) > _MOST:
            yield f"and with {len(mistake.explanations) - _MOST} more"
        if not mistake.explanations:
            yield f"none of the {diagnosis.tried} known slips gives this {label}"
            yield from _advice(grade, mistake.place)
    if 2 * diagnosis.hidden > diagnosis.tried:
        states = listing(grade.problem.cell.states)
        yield (
            f"most slips can't be told apart in this problem: {diagnosis.hidden} of"
            f" {diagnosis.tried} give the right {states}"
        )


def _worked(grade: Grade, place: Claim, page: Page) -> Iterator[str]:
    """Yield the worked solution of the place to look."""
    from rnncalc.reports.explaining import working_lines

    name = place.name.rpartition(".")[2]
    for step in run(grade.problem):
        if step.t == place.t:
            lines = working_lines(grade.problem, step, page._replace(width=None), name)
            yield from (f"  {line}" for line in lines)


def _is_alone(grade: Grade) -> bool:
    return len(grade.verdicts) == 1


def _offer(place: Claim, explanation: Explanation, page: Page) -> str:
    """Return a slip's name, its equation as it would read, and what that gives."""
    slip, form, gives = explanation
    value = shortened(gives, page.digits, _LONGEST)
    target = f"{place.name} = "
    gives_what = value if form.equation.startswith(target) else target + value
    return f"{slip.name} ({form.equation} gives {gives_what})"


def _advice(grade: Grade, place: Claim) -> Iterator[str]:
    """Yield which answers would show more, if any are missing before the wrong one."""
    answered = {v.claim.name for v in grade.verdicts if v.claim.t == place.t}
    lines = {line.name: line for line in grade.problem.computed}
    waiting, missing = [place.name], list[str]()
    while waiting:
        line = lines.get(waiting.pop())
        for name in symbols(line.expression) if line else ():
            if name in lines and name not in {*answered, *missing}:
                missing.append(name)
                waiting.append(name)
    if missing:
        order = [name for name in lines if name in missing]
        yield f"answers for {listing(order)} would show where it begins"


def _formula(grade: Grade, place: Claim) -> str:
    """Return the equation that a claim comes from, or what else is known of it."""
    stage, _, name = place.name.rpartition(".")
    if name in grade.problem.held:
        return "held with --set"
    for line in grade.problem.cell.equations:
        if line.name == name:
            text = equation(line, UNICODE)
            return f"{text}, where it is what the function is of" if stage == "z" else text
    return f"{grade.problem.cell.quantities[name]}, as the problem has it"


def _slip(found: Explanation) -> dict[str, Any]:
    slip, form, gives = found
    told = {"name": slip.name, "advice": slip.advice, "equation": form.equation}
    return {**told, "gives": _data(gives)}


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
