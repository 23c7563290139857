"""Answers with what is right and wrong of them, as a picture and as a page."""

from __future__ import annotations

from collections.abc import Iterator

from rnncalc.check.answers import FOLLOWS, RIGHT
from rnncalc.check.grade import Grade
from rnncalc.reports.files.paper import Paper
from rnncalc.reports.findings import findings
from rnncalc.reports.page import Page
from rnncalc.reports.pictures.svg import written
from rnncalc.reports.pictures.words import table_picture
from rnncalc.reports.rows import problem_notes
from rnncalc.reports.verdicts import names, rows_of, summary

_MARKS = {RIGHT: ("right", "✓"), FOLLOWS: ("follows", "↳")}


def svg(grade: Grade, page: Page) -> Iterator[str]:
    """Yield a table of the answers as a file's text, with what is wrong marked."""
    rows = [(kind, cells) for kind, cells in _rows(grade, page)]
    others = [*rows_of(grade, page).others, *findings(grade, page)]
    lines = [*others, *problem_notes(grade.problem)]
    yield written(table_picture(summary(grade), _header(grade), rows, lines))


def html(grade: Grade, page: Page) -> Iterator[str]:
    """Yield a page."""
    kinds, rows = zip(*_rows(grade, page), strict=True) if _rows(grade, page) else ((), ())
    paper = Paper(summary(grade))
    if rows:
        numbers = range(1, len(_header(grade)) - 1)
        paper.table("Answers", _header(grade), rows, kinds=kinds, numbers=numbers)
    for line in (*rows_of(grade, page).others, *findings(grade, page)):
        paper.text(line.strip(), "unit" * line.startswith(" "))
    paper.notes(list(problem_notes(grade.problem)))
    yield paper.written()


def _header(grade: Grade) -> list[str]:
    return ["answer", *names(grade), "verdict"]


def _rows(grade: Grade, page: Page) -> list[tuple[str, list[str]]]:
    """Return the class and the cells of each row; a sign says the same as the colour."""
    found = []
    for name, cells, word, role in rows_of(grade, page).listed:
        kind, mark = _MARKS.get(role, ("wrong", "✗"))
        found.append((kind, [name, *cells, f"{mark} {word}"]))
    return found
