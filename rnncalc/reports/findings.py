"""Findings: where to look for what went wrong in answers, and which slips explain them."""

from __future__ import annotations

from collections.abc import Iterator

from rnncalc.cells.expressions import symbols
from rnncalc.cells.notation import UNICODE, equation
from rnncalc.check.answers import WRONG, Answer
from rnncalc.check.grade import Explanation, Grade
from rnncalc.errors import listing
from rnncalc.numerals import shortened
from rnncalc.reports.page import Page
from rnncalc.reports.rows import LONGEST
from rnncalc.trace.steps import run

MOST = 5  # slips that are offered


def findings(grade: Grade, page: Page) -> Iterator[str]:
    """Yield where to look, and which slips explain the answers."""
    place, diagnosis = grade.place, grade.diagnosis
    if place and not diagnosis:
        yield f"look at {grade.label(place)}: {_formula(grade, place)}"
    if not place or not diagnosis:
        return
    for mistake in diagnosis.mistakes:
        label = grade.label(mistake.place)
        yield f"look at {label}: {_formula(grade, mistake.place)}"
        if page.explain and mistake is diagnosis.mistakes[0]:
            yield from _worked(grade, mistake.place, page)
        is_clear = diagnosis.explains_all or len(grade.verdicts) == 1
        scope = "" if is_clear else f"{label} is "
        for explanation in mistake.explanations[:MOST]:
            yield f"{scope}consistent with: {_offer(mistake.place, explanation, page)}"
            yield f"  {explanation.slip.advice}"
        if len(mistake.explanations) > MOST:
            yield f"and with {len(mistake.explanations) - MOST} more"
        if not mistake.explanations:
            yield f"none of the {diagnosis.tried} known slips gives this {label}"
            yield from _advice(grade, mistake.place)
    wrong = sum(verdict.word == WRONG for verdict in grade.verdicts)
    if not diagnosis.explains_all and wrong > len(diagnosis.mistakes):
        yield f"{wrong - len(diagnosis.mistakes)} more in later steps are wrong by themselves"
    if 2 * diagnosis.hidden > diagnosis.tried:
        states = listing(grade.problem.cell.states)
        yield (
            f"most slips can't be told apart in this problem: {diagnosis.hidden} of"
            f" {diagnosis.tried} give the right {states}"
        )


def _worked(grade: Grade, place: Answer, page: Page) -> Iterator[str]:
    """Yield the worked solution of the place to look."""
    from rnncalc.reports.equations import working_lines

    name = place.name.rpartition(".")[2]
    for step in run(grade.problem):
        if step.t == place.t:
            fits = page._replace(width=None).fits
            for line in working_lines(grade.problem, step, page.digits, fits, name):
                yield f"  {line}"


def _offer(place: Answer, explanation: Explanation, page: Page) -> str:
    """Return a slip's name, its equation as it would read, and what that gives."""
    slip, form, given = explanation
    value = shortened(given, page.digits, LONGEST)
    reads = form.equation(place.name)
    target = f"{place.name} = "
    gives = value if reads.startswith(target) and ", and so on" not in reads else target + value
    return f"{slip.name} ({reads} gives {gives})"


def _advice(grade: Grade, place: Answer) -> Iterator[str]:
    """Yield which answers would show more, if any are missing before the wrong one."""
    answered = {v.answer.name for v in grade.verdicts if v.answer.t == place.t}
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


def _formula(grade: Grade, place: Answer) -> str:
    """Return the equation that an answer comes from, or what else is known of it."""
    stage, _, name = place.name.rpartition(".")
    if name in grade.problem.held:
        return "held with --set"
    for line in grade.problem.cell.equations:
        if line.name == name:
            text = equation(line, UNICODE)
            return f"{text}, where it is what the function is of" if stage == "pre" else text
    return f"{grade.problem.cell.quantities[name]}, as the problem has it"
