"""Grades: answers with what is right and wrong of them, for people and for programs."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf
from typing import TYPE_CHECKING, Any

from rnncalc.check.answers import FOLLOWS, MISSING, RIGHT, Verdict
from rnncalc.check.grade import Grade
from rnncalc.numerals import exact
from rnncalc.reports.comparison import concluded
from rnncalc.reports.findings import MOST, findings
from rnncalc.reports.page import Page
from rnncalc.reports.rows import problem_notes
from rnncalc.reports.verdicts import names, rows_of, sources, summary

if TYPE_CHECKING:
    from rnncalc.check.explaining import Explanation


def table(grade: Grade, page: Page) -> Iterator[str]:
    """Yield a line for each answer as a table, then what there is to say."""
    from rnncalc.reports.drawing import Drawing

    drawing, rows = Drawing(page), rows_of(grade, page)
    found = [*findings(grade, page), *concluded(grade)]
    drawing.text(summary(grade), "heading")
    header = ["answer", *names(grade), "verdict"]
    cells = [[name, *cells, word] for name, cells, word, _ in rows.listed]
    roles = [[""] * (len(header) - 1) + [role] for *_, role in rows.listed]
    if rows.listed and not drawing.table(header, cells, roles, wrapped=len(header) - 1):
        for name, shown, word, role in rows.listed:
            drawing.text(f"{name}: {word}", role)
            for heading, cell in zip(names(grade), shown, strict=True):
                if cell:
                    drawing.text(f"  {heading} {cell}")
    for line in rows.others:
        drawing.text(line)
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
    rows = rows_of(grade, page)
    for name, cells, word, _ in rows.listed:
        pairs = zip(names(grade), cells, strict=True)
        told = ", ".join(f"{label} {cell}" for label, cell in pairs if cell)
        yield f"{name}: {word} ({told})\n" if told else f"{name}: {word}\n"
    yield from (f"{line}\n" for line in [*rows.others, *findings(grade, page)])
    yield from (f"{line}\n" for line in concluded(grade))


def json(grade: Grade, page: Page) -> Iterator[str]:
    """Yield the whole as one object, on one line."""
    from json import dumps  # which nothing else has to wait for

    place, number = grade.place, grade.problem.number
    told: dict[str, Any] = {
        "right": grade.is_right,
        "answers": [
            *(_members(grade, verdict) for verdict in grade.verdicts),
            *(
                {"t": number(t or 1), "name": _named(name, unit), "verdict": MISSING}
                for name, unit, t in grade.missing
            ),
        ],
        "look_at": place and {"t": grade.problem.number(place.t), "name": place.name},
    }
    if grade.fits_floats:
        told["right_in_32_bits"] = True
    if grade.is_long:
        told["too_long_for_slips"] = True
    if floats := grade.floats:
        told["float_bits"] = floats.bits
        told |= {"amplified": True} if floats.amplified or floats.opened else {}
        told |= {"weight_decimals": floats.decimals} if floats.decimals else {}
    if diagnosis := grade.diagnosis:
        told["one_slip_explains_all"] = diagnosis.explains_all
        told["mistakes"] = [
            {
                "t": grade.problem.number(mistake.place.t),
                "name": mistake.place.name,
                "places": [grade.label(place) for place in mistake.places],
                "off_by_a_little": mistake.is_near,
                "slips": [_slip(grade, found) for found in mistake.explanations[:MOST]],
                "fitting": mistake.fitting,
            }
            for mistake in diagnosis.mistakes
        ]
        if grade.reveals:
            told["hidden"], told["tried"] = diagnosis.hidden, diagnosis.tried
    yield dumps(told, ensure_ascii=False) + "\n"


def _members(grade: Grade, verdict: Verdict) -> dict[str, Any]:
    """Return a verdict as data."""
    answer = verdict.answer
    told: dict[str, Any] = {"t": grade.problem.number(answer.t), "name": answer.name}
    told["yours"] = _data([*answer.numbers] if answer.is_vector else answer.value)
    told["verdict"] = verdict.word
    if verdict.is_cut_off:
        told["cut_off"] = True
    if verdict.excuse and verdict.word == RIGHT:
        told["as_far_as"] = verdict.excuse
    if verdict.word == FOLLOWS:
        told["follows_from"] = sources(grade, verdict)
    if grade.reveals:
        gaps = verdict.gaps
        told["ours"] = _data(verdict.ours)
        told["difference"] = _data(gaps if answer.is_vector else gaps[0])
        if verdict.word == FOLLOWS:
            told["from_yours"] = _data(verdict.carried)
    return told


def _slip(grade: Grade, found: Explanation) -> dict[str, Any]:
    told: dict[str, Any] = {"name": found.name}
    if found.slip.code:
        told["code"] = found.slip.code
    told["advice"] = found.slip.advice
    if found.slip.is_convention:
        told["convention"] = True
    if found.units:
        told["units"] = [unit + 1 for unit in found.units]
    if found.against:
        told["against"] = list(found.against)
    if grade.reveals:
        told |= {"equation": found.equation(), "gives": _data(found.gives)}
    return told


def _named(name: str, unit: int | None) -> str:
    return f"{name}[{unit}]" if unit else name


def _data(value: Any) -> Any:
    """Return a value as numbers that JSON writes as the program does elsewhere: 1, not 1.0."""
    from json import loads

    if isinstance(value, list):
        return [*map(_data, value)]
    if value is None or getattr(value, "is_blank", False):
        return None
    if isinstance(value, float) and abs(value) == inf:
        return None  # a difference of large numbers
    return loads(exact(value))
