"""Answers with what is right and wrong of them, as a picture and as a page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rnncalc.check.answers import FOLLOWS, RIGHT
from rnncalc.check.grade import Grade
from rnncalc.reports.comparison import concluded
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
    yield picture(summary(grade), grade, page, list(concluded(grade)))


def html(grade: Grade, page: Page) -> Iterator[str]:
    """Yield a page."""
    yield paper(summary(grade), grade, page, list(concluded(grade)))


def picture(title: str, grade: Grade | None, page: Page, closing: Sequence[str]) -> str:
    """Return a picture of answers, if there are any to show, and of what is said of them."""
    if not grade:
        return written(table_picture(title, (), (), closing))
    rows = _rows(grade, page)
    lines = [*_told(title, grade, page), *closing, *problem_notes(grade.problem)]
    return written(table_picture(title, _header(grade) if rows else (), rows, lines))


def paper(title: str, grade: Grade | None, page: Page, closing: Sequence[str]) -> str:
    """Return the same as a page."""
    made = Paper(title)
    if grade and (listed := _rows(grade, page)):
        kinds = [kind for kind, _ in listed]
        # The verdict stands beside the name: on a phone the last columns may be out of sight.
        header, *rows = (
            (name, verdict, *numbers)
            for name, *numbers, verdict in (_header(grade), *(cells for _, cells in listed))
        )
        numbers = range(2, len(header))
        of = f" to sequence {grade.problem.sequence}" * bool(grade.problem.sequence)
        made.table(f"Answers{of}", header, rows, kinds=kinds, numbers=numbers)
    for line in [*(_told(title, grade, page) if grade else ()), *closing]:
        made.text(line.strip(), "unit" * line.startswith(" "))
    if grade:
        made.notes(list(problem_notes(grade.problem)))
    return made.written()


def _told(title: str, grade: Grade, page: Page) -> list[str]:
    """Return what stands below the answers; what the title says of them isn't said again."""
    said = summary(grade)
    return [said] * (title != said) + [*rows_of(grade, page).others, *findings(grade, page)]


def _header(grade: Grade) -> list[str]:
    return ["answer", *names(grade), "verdict"]


def _rows(grade: Grade, page: Page) -> list[tuple[str, list[str]]]:
    """Return the class and the cells of each row; a sign says the same as the colour."""
    found = []
    for name, cells, word, role in rows_of(grade, page).listed:
        kind, mark = _MARKS.get(role, ("wrong", "✗"))
        found.append((kind, [name, *cells, f"{mark} {word}"]))
    return found
