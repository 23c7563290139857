"""Verdicts in words: a row for each answer, and a line for all of them."""

from collections import Counter
from collections.abc import Callable, Sequence
from math import inf
from typing import NamedTuple

from rnncalc.check.answers import (
    COARSE,
    FOLLOWS,
    MISSING,
    MOST_CAUSES,
    OPEN,
    RIGHT,
    WRONG,
    Answer,
    Verdict,
    each,
)
from rnncalc.check.grade import Grade
from rnncalc.errors import listing
from rnncalc.numerals import counted, rounded
from rnncalc.reports.page import Page
from rnncalc.reports.rows import LONGEST
from rnncalc.series import Series

_MOST_ROWS = 12  # of right answers, and of others, that are listed
_FLOAT_DIGITS = 8  # decimals of numbers that a program computed
_FAR = 0.005  # from a value, where a whole number is no more than what it rounds to


class Rows(NamedTuple):
    """The rows of a report: those that are listed, and what there is to say of the others.

    listed: the name, the cells and the verdict of each, with its role.
    """

    listed: Sequence[tuple[str, Sequence[str], str, str]]
    others: Sequence[str]


def names(grade: Grade) -> Sequence[str]:
    """Return the headings of the cells between the name and the verdict."""
    return ("yours", "ours", "difference") if grade.reveals else ("yours",)


def rows_of(grade: Grade, page: Page) -> Rows:
    """Return the rows, but of many that are alike only the first and the one farthest off."""
    listed, others = list(grade.verdicts), []
    wrong = [verdict for verdict in listed if verdict.word != RIGHT]
    if len(listed) - len(wrong) > _MOST_ROWS:
        others.append(f"{len(listed) - len(wrong)} right answers are not listed")
        listed = wrong
    if len(wrong) > _MOST_ROWS:
        first, *kept = [wrong[0]]
        told = f"{len(wrong)} answers are not right: the first is {grade.label(first.answer)}"
        if grade.reveals:
            kept = [max(wrong, key=lambda verdict: verdict.largest[0])]
            gap = _number(kept[0].largest[0], page.digits)
            told += f", and {grade.label(kept[0].answer)} is farthest off, by {gap}"
        others.append(told)
        chosen = {id(verdict) for verdict in (first, *kept)}
        listed = [v for v in listed if v.word == RIGHT or id(v) in chosen]
    rows = [(*_row(grade, verdict, page), verdict.word) for verdict in listed]
    missing = [
        (grade.named(place), [""] * len(names(grade)), MISSING, WRONG) for place in grade.missing
    ]
    if len(missing) > _MOST_ROWS:
        others.append(f"{len(missing)} answers are missing: the first is {missing[0][0]}")
        missing = []
    return Rows([*rows, *missing], others)


def _row(grade: Grade, verdict: Verdict, page: Page) -> tuple[str, list[str], str]:
    answer = verdict.answer
    cells = [_shown(answer)]
    if grade.reveals:
        digits = max(page.digits, answer.decimals, _FLOAT_DIGITS * bool(answer.bits))

        def gap(place: int) -> str:
            if (off := verdict.gap(place)) is None:
                return "?"
            # What is beyond the digits shown is nobody's mistake, unless it is one.
            agreed = verdict.agreement[place]
            return _number(float(round(off, digits)) or (0.0 if agreed else off), digits)

        cells += [_listed(answer, lambda place: _number(verdict.right(place), digits))]
        cells += [_listed(answer, gap)]
    return grade.label(answer), cells, _word(grade, verdict)


def _number(value: float, digits: int) -> str:
    """Write a number; a difference of large ones may be too large for one."""
    if abs(value) == inf:
        return "> 1.797e308" if value > 0 else "< -1.797e308"
    return rounded(value, digits)


def _shown(answer: Answer) -> str:
    return _listed(answer, lambda place: answer.numbers[place].text)


def _listed(answer: Answer, text: Callable[[int], str]) -> str:
    """Write what there is at each place as an answer is: one alone, a list, or the ends of one."""
    count = len(answer.numbers)
    unit = answer.unit
    if not answer.is_vector or unit is not None:
        return text(unit or 0)
    if count <= LONGEST:
        return f"[{', '.join(map(text, range(count)))}]"
    shown = ", ".join(map(text, range(LONGEST - 2)))
    return f"[{shown}, …, {text(count - 1)}] ({count:,} elements)"


def _word(grade: Grade, verdict: Verdict) -> str:
    """Say whether an answer is right, and what else there is to it."""
    if verdict.word == FOLLOWS:
        names = sources(grade, verdict)
        names = names if len(names) < MOST_CAUSES else [f"{names[0]}, …", names[-1]]
        return f"wrong, but follows from your {listing(names)}"
    if verdict.word == RIGHT:
        if verdict.excuse:
            floats = f"{grade.floats.bits}-bit floats" if grade.floats else "floats"
            return f"right, as far as {floats if verdict.excuse == 'floats' else 'your weights'} go"
        if verdict.is_cut_off:
            return "right, but cut off, not rounded"
        return "right, to a whole number" if _is_whole(verdict) else "right"
    if verdict.word == OPEN:
        return "can't be told"
    agreement = enumerate(verdict.agreement, 1)
    units = [
        str(unit) for unit, how in agreement if how == ("" if verdict.word == WRONG else COARSE)
    ]
    where = f" in unit{'s' * (len(units) > 1)} {', '.join(units[:5])}" + "…" * (len(units) > 5)
    where *= verdict.answer.is_vector and verdict.answer.unit is None
    if verdict.word == COARSE:
        return f"too coarse{where}"
    if verdict.answer is grade.place:
        return f"wrong{where}: look here first"
    same = grade.diagnosis and grade.diagnosis.explains_all
    return f"wrong{where}, {'as the same slip gives it' if same else 'by itself'}"


def sources(grade: Grade, verdict: Verdict) -> list[str]:
    """Return the names of the answers that one follows from."""
    return [grade.label(answer) for answer in verdict.follows_from]


def _is_whole(verdict: Verdict) -> bool:
    """Return whether an answer without decimals passes for a value that has some."""
    answer = verdict.answer
    if isinstance(answer.value, Series) and hasattr(verdict.ours, "reshape"):
        return answer.value.has_whole(verdict.ours.reshape(-1), _FAR)
    return any(
        number.unit >= 1 and abs(number - value) > _FAR
        for number, value in zip(answer.numbers, each(verdict.ours), strict=True)
    )


def summary(grade: Grade) -> str:
    """Say in a line how many answers are what."""
    words = Counter(verdict.word for verdict in grade.verdicts)
    count, absent = len(grade.verdicts), len(grade.missing)
    if count == 1 and not absent:
        says = {RIGHT: "is right", COARSE: "is too coarse", OPEN: "can't be told right or wrong"}
        told = f"the answer {says.get(grade.verdicts[0].word, 'is wrong')}"
    elif words[RIGHT] == count and not absent:
        told = f"all {count} answers are right"
    else:
        told = f"{words[RIGHT]} of {counted(count, 'answer')} {'is' if count == 1 else 'are'} right"
        told += f", {words[WRONG]} wrong" if words[WRONG] else ""
        told += f", {words[FOLLOWS]} only following from that" if words[FOLLOWS] else ""
        told += f", {words[COARSE]} too coarse" if words[COARSE] else ""
        told += f", {words[OPEN]} can't be told" if words[OPEN] else ""
        told += f", {absent} missing" if absent else ""
    return f"{grade.problem.cell.title}, {counted(grade.problem.steps or 1, 'step')}: {told}"
