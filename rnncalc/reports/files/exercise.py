"""What a problem hides as an exercise, as a picture and as a page."""

from __future__ import annotations

from collections.abc import Iterator

from rnncalc.check.exercise import Exercise
from rnncalc.reports.exercise import plain
from rnncalc.reports.files.paper import Paper
from rnncalc.reports.page import Page
from rnncalc.reports.pictures.svg import written
from rnncalc.reports.pictures.words import table_picture


def svg(exercise: Exercise, page: Page) -> Iterator[str]:
    """Yield the text as a picture."""
    title, *lines = (line.rstrip("\n") for line in plain(exercise, page))
    yield written(table_picture(title, (), (), lines))


def html(exercise: Exercise, page: Page) -> Iterator[str]:
    """Yield the text as a page."""
    title, *lines = (line.rstrip("\n") for line in plain(exercise, page))
    paper = Paper(title)
    for line in lines:
        paper.text(line.strip(), "unit" * line.startswith(" "))
    yield paper.written()
