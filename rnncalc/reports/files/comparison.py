"""Answers to a batch, as a picture and as a page: what is said of all, and the first not right."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rnncalc.check.grade import Grade
from rnncalc.reports.comparison import told
from rnncalc.reports.files.grade import paper, picture
from rnncalc.reports.page import Page


def svg(grades: Iterable[Grade], page: Page) -> Iterator[str]:
    """Yield a picture."""
    found = told(grades)
    yield picture(found.heading, found.first, page, found.closing)


def html(grades: Iterable[Grade], page: Page) -> Iterator[str]:
    """Yield a page."""
    found = told(grades)
    yield paper(found.heading, found.first, page, found.closing)
