"""Findings: where to look for what went wrong in answers, and which slips explain them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from rnncalc.cells.expressions import PREVIOUS, symbols
from rnncalc.cells.notation import UNICODE, equation
from rnncalc.check.answers import COARSE, WRONG, Answer, elements, tells_little
from rnncalc.check.grade import LONGEST_SEARCHED, Grade
from rnncalc.errors import listing
from rnncalc.numerals import counted, shortened
from rnncalc.reports.page import Page
from rnncalc.reports.rows import LONGEST
from rnncalc.trace.steps import run

if TYPE_CHECKING:
    from rnncalc.check.explaining import Explanation, Mistake

MOST = 5  # slips that are offered


def findings(grade: Grade, page: Page) -> Iterator[str]:
    """Yield what there is to say of floats, where to look, and which slips explain the answers."""
    yield from _floats(grade)
    if grade.fits_floats:
        yield (
            "all of it is right as far as 32-bit floats go: if a program computed it in those,"
            " print nine digits of each (C's %.9g), or say with --tolerance how exact it is"
        )
    diagnosis = grade.diagnosis
    if coarse := [verdict.answer for verdict in grade.verdicts if verdict.word == COARSE]:
        yield f"{grade.labels(*coarse)}: a whole number is held to one decimal, so type one"
    if not diagnosis:
        yield from _undiagnosed(grade, coarse)
        return
    for mistake in diagnosis.mistakes:
        if mistake.is_coarse and not mistake.explanations:
            continue
        yield from _looked_at(grade, mistake, page)
        if page.explain and mistake is diagnosis.mistakes[0]:
            yield from _worked(grade, mistake.place, page)
        yield from _explained(grade, mistake, page)
    if diagnosis.left:
        are = "is wrong by itself" if diagnosis.left == 1 else "are wrong by themselves"
        yield f"{diagnosis.left} more in later steps {are}"
    if 2 * diagnosis.hidden > diagnosis.tried and grade.reveals:
        states = listing(grade.problem.cell.states)
        yield (
            f"most slips can't be told apart in this problem: {diagnosis.hidden} of"
            f" {diagnosis.tried} give the right {states} to {counted(page.digits, 'decimal')}"
        )


def _undiagnosed(grade: Grade, coarse: Collection[Answer]) -> Iterator[str]:
    """Yield where to look, and if so that no slip was looked for."""
    if (place := grade.place) and place not in coarse:
        yield f"look at {grade.labels(place)}: {_formula(grade, place)}"
    if grade.is_long:
        yield f"no slip is looked for where a vector has over {LONGEST_SEARCHED:,} elements"


def _looked_at(grade: Grade, mistake: Mistake, page: Page) -> Iterator[str]:
    """Yield where the mistake is to be looked for: each place, an equation once."""
    told: dict[str, list[Answer]] = {}
    for place in mistake.places:
        told.setdefault(_formula(grade, place), []).append(place)
    for formula, places in told.items():
        yield f"look at {grade.labels(*places)}: {formula}"


def _explained(grade: Grade, mistake: Mistake, page: Page) -> Iterator[str]:
    """Yield what explains a mistake, or that nothing known does."""
    diagnosis, place = grade.diagnosis, mistake.place
    assert diagnosis
    label = grade.labels(*mistake.places)
    is_one, is_only = len(mistake.places) == 1, len(grade.verdicts) == 1
    are = "is" if is_one else "are each"
    if mistake.is_near:
        yield from _near(grade, mistake)
    offers = mistake.explanations[:MOST]
    if not offers and mistake.fitting:
        them = "and none stands out" if mistake.fitting > 1 else "as one may by chance"
        count = f"{mistake.fitting} of {counted(diagnosis.tried, 'slip')}"
        yield f"{count} would show this {label}, {them}; {_more_to_type(grade, place)}"
        return
    if not offers:
        if mistake.is_near or mistake.is_coarse:
            return
        tried = counted(diagnosis.tried, "known slip")
        where = f", made in {'this' if is_one else 'one'} step alone,"
        where *= grade.problem.steps != 1
        yield f"none of the {tried}{where} gives this {grade.labels(*mistake.places, last='or')}"
        yield from _advice(grade, place)
        return
    scope = "" if diagnosis.explains_all or (is_only and is_one) else f"{label} {are} "
    if offers[0].against:
        against = listing(offers[0].against)
        yield f"no known slip gives this {label} and leaves your {against} as it is"
        scope = f"{label} by itself is "
    if offers[0].units:
        units = ", ".join(str(unit + 1) for unit in offers[0].units)
        scope += f"in unit{'s' * (len(offers[0].units) > 1)} {units} "
    if len(offers) == 1:
        convention = " a convention of others" * offers[0].slip.is_convention
        yield f"{scope}consistent with{convention}: {_offer(grade, place, offers[0], page)}"
        yield f"  {offers[0].slip.advice}"
    else:
        yield f"{scope}consistent with each of these:"
        for number, explanation in enumerate(offers, 1):
            convention = "a convention of others: " * explanation.slip.is_convention
            yield f"{number}. {convention}{_offer(grade, place, explanation, page)}"
            yield f"   {explanation.slip.advice}"
    if len(mistake.explanations) > MOST:
        yield f"and with {len(mistake.explanations) - MOST} more"
    yield from _doubt(grade, mistake)


def _doubt(grade: Grade, mistake: Mistake) -> Iterator[str]:
    """Yield how little it tells if all that is known is one number of few digits."""
    is_little = tells_little([verdict.answer for verdict in grade.verdicts])
    if is_little and mistake.fitting > 1 and grade.reveals and grade.diagnosis:
        tried = grade.diagnosis.tried
        more = _more_to_type(grade, mistake.place)
        yield f"{mistake.fitting} of {tried} slips would show this; {more}"


def _more_to_type(grade: Grade, place: Answer) -> str:
    """Return what else to type that would tell which of several slips it is."""
    names = _unanswered(grade, place)
    shown = ", ".join([*names[:3], *(["…"] if len(names) > 3 else [])])
    return f"type {shown} to know" if names else "more decimals would tell"


def _near(grade: Grade, mistake: Mistake) -> Iterator[str]:
    """Yield by how little wrong answers are off, and what to write if digits are just cut off."""
    by_key = {verdict.answer.key: verdict for verdict in grade.verdicts}
    wrong = [by_key[place.key] for place in mistake.places]
    if grade.diagnosis and grade.diagnosis.explains_all:
        wrong = [verdict for verdict in grade.verdicts if verdict.word == WRONG]
    label = grade.labels(*(verdict.answer for verdict in wrong))
    pairs = [pair for verdict in wrong for pair in verdict.wrong_numbers]
    if all(typed.is_cut_from(ours) for typed, ours in pairs):
        look = "looks" if len(wrong) == 1 else "look"
        told = f"{label} {look} cut off, not rounded, which is right from three decimals on"
        if len(pairs) == 1 and grade.reveals:
            ((typed, ours),) = pairs
            told += f": write {ours:.{typed.decimals}f}" if "e" not in typed.text.lower() else ""
        yield told
        return
    are = "is" if len(wrong) == 1 else "are each"
    off = sorted({typed.steps_from(ours) for typed, ours in pairs})
    by = f"by {' or '.join(map(str, off))} in the last digit" if grade.reveals else "by a little"
    yield f"{label} {are} off {by}: rounded on the way, or a typing slip"


def _worked(grade: Grade, place: Answer, page: Page) -> Iterator[str]:
    """Yield the worked solution of the place to look."""
    from rnncalc.reports.equations import working_lines

    name = place.name.rpartition(".")[2]
    for step in run(grade.problem):
        if step.t == place.t:
            fits = page._replace(width=None).fits
            for line in working_lines(grade.problem, step, page.digits, fits, name):
                yield f"  {line}"


def _offer(grade: Grade, place: Answer, explanation: Explanation, page: Page) -> str:
    """Return a slip's name and code, its equation as it would read, and what that gives."""
    if not grade.reveals:
        return explanation.coded
    given, target = explanation.gives, f"{place.name} = "
    if place.unit is not None:
        given, target = elements(given)[place.unit], f"{place.name}[{place.unit + 1}] = "
    value = shortened(given, page.digits, LONGEST)
    reads = explanation.equation(place.name)
    gives = value if reads.startswith(target) and ", and so on" not in reads else target + value
    return f"{explanation.coded} ({reads} gives {gives})"


def _unanswered(grade: Grade, place: Answer) -> list[str]:
    """Return the quantities of a step that a wrong one comes from, as far as nobody answered them.

    Among them, by their names, the states before it, if those are computed.
    """
    whole = [v.answer for v in grade.verdicts if len(v.answer.known) == len(v.answer.numbers)]
    answered = {answer.key for answer in whole}
    lines = {line.name: line for line in grade.problem.computed}
    waiting, found = [place.name.rpartition(".")[2]], list[str]()
    while waiting:
        line = lines.get(waiting.pop())
        for name in symbols(line.expression) if line else ():
            before = place.t > 1 and name.endswith(PREVIOUS) and name in grade.problem.state
            key = (place.t - 1, name.removesuffix(PREVIOUS)) if before else (place.t, name)
            known = {key, (place.t, name)} & answered
            if (name in lines or before) and not known and name not in found:
                found.append(name)
                waiting.append(name)
    order = [*grade.problem.state, *lines]
    return sorted(found, key=order.index)


def _advice(grade: Grade, place: Answer) -> Iterator[str]:
    """Yield which answers would show more, if any are missing before the wrong one."""
    if names := _unanswered(grade, place):
        at = f" at step {grade.problem.number(place.t)}" * (grade.problem.steps != 1)
        yield f"answers for {listing(names)}{at} would show where it begins"


def _formula(grade: Grade, place: Answer) -> str:
    """Return the equation that an answer comes from, or what else is known of it."""
    problem, (stage, _, name) = grade.problem, place.name.rpartition(".")
    if name in problem.held_in(place.t):
        return "held with --set"
    for line in problem.cell.equations:
        if line.name == name:
            text = equation(line, UNICODE)
            return f"{text}, where it is what the function is of" if stage == "pre" else text
    what = problem.cell.quantities[name]
    if name.endswith(PREVIOUS) and place.t > 1:
        return f"{what}, as step {problem.number(place.t - 1)} left it"
    return f"{what}, as the problem has it"


def _floats(grade: Grade) -> Iterator[str]:
    """Yield what there is to say of answers that a program computed with fewer digits."""
    if not (floats := grade.floats):
        return
    if floats.farthest:
        gap, place = floats.farthest.largest
        where = _where(grade, floats.farthest.answer, -place)
        go = f"as far as {floats.bits}-bit floats go"
        if floats.decimals:
            go = f"as far as your weights go, which have {counted(floats.decimals, 'decimal')}"
        largest = f": largest difference {gap:.1e} at {where}" if grade.reveals else ""
        right = "what is right is " * bool(grade.place)
        if floats.amplified:
            step = f"{right or 'each step '}equal to what follows from yours before it, "
            yield f"{step}{go}"
            yield f"this sequence amplifies what rounding leaves{largest}"
        else:
            yield f"{right}equal {go}{largest}"
    if floats.opened:
        verdict, how_far = floats.opened
        moved = f" by up to {how_far:.1e}" if grade.reveals else " too far"
        yield (
            f"this sequence amplifies rounding: that alone may have moved"
            f" {grade.labels(verdict.answer)}{moved}, so it can't be told right or wrong;"
            " the states of the steps before it would tell"
        )


def _where(grade: Grade, answer: Answer, unit: int) -> str:
    parts = [f"step {grade.problem.number(answer.t)}"] if grade.problem.steps != 1 else []
    parts += [f"unit {unit + 1}"] if answer.is_vector else []
    return ", ".join(parts) or answer.name
