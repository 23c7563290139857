"""The extremes of a sequence, as a picture and as a page."""

from __future__ import annotations

from collections.abc import Iterator

from rnncalc.reports.files.paper import Paper
from rnncalc.reports.page import Page
from rnncalc.reports.pictures.svg import written
from rnncalc.reports.pictures.words import table_picture
from rnncalc.reports.summary import plain
from rnncalc.trace.trace import Trace


def svg(trace: Trace, page: Page) -> Iterator[str]:
    """Yield the text as a picture."""
    lines = "".join(plain(trace, page)).splitlines()
    yield written(table_picture(trace.problem.cell.title, (), (), lines))


def html(trace: Trace, page: Page) -> Iterator[str]:
    """Yield the text as a page."""
    paper = Paper(trace.problem.cell.title)
    for line in "".join(plain(trace, page)).splitlines():
        paper.text(line.strip(), "unit" * line.startswith(" "))
    yield paper.written()
