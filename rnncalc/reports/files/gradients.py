"""Gradients as a picture, and as a page with that, tables and the worked chain rule."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rnncalc.numerals import rounded, shortened
from rnncalc.reports.files.paper import Paper
from rnncalc.reports.gradients_parts import Parts, parts, table_rows
from rnncalc.reports.gradients_words import title
from rnncalc.reports.gradients_working import derivations, group_lines
from rnncalc.reports.page import Page
from rnncalc.reports.pictures.backwards import backwards
from rnncalc.reports.pictures.svg import written
from rnncalc.reports.rows import LONGEST
from rnncalc.trace.derivatives.story import Derived, last_step

_KEPT, _WORKED = 100, 12  # steps at either end that have a row, and steps that are worked
_CAPTIONS = ("The way back", "Slopes, and δ of each unit", "What each step adds")


def svg(derived: Derived, page: Page) -> Iterator[str]:
    """Yield the picture as a file's text."""
    found = parts(derived, page.digits, ends=1)
    yield written(backwards(title(derived, page.digits), found, page.digits))


def html(derived: Derived, page: Page) -> Iterator[str]:
    """Yield a page."""
    found, digits = parts(derived, page.digits, ends=_KEPT), page.digits
    paper = Paper(title(derived, digits))
    for sentence in found.said:
        paper.text(sentence)
    paper.picture(
        backwards(title(derived, digits), found, digits), "What becomes of a change on its way"
    )
    _sums(derived, digits, paper)
    _steps(found, paper)
    if page.explain or last_step(derived.found) <= _WORKED:
        last = last_step(derived.found)
        groups = derivations(derived, digits, is_latex=False)
        for place, group in enumerate(groups):
            t = last - place
            name = "the sums" if t < 0 else f"t = {t}" if t else "the start"
            lines = list(group_lines(group, lambda _: True))
            if lines:
                paper.folded(f"Chain rule, {name}", lines, is_open=page.explain)
    paper.notes(found.notes)
    yield paper.written()


def _sums(derived: Derived, digits: int, paper: Paper) -> None:
    """Add the table of the derivatives over all steps, and of the weights after one of descent."""
    header, updated = ["by", "derivative"], derived.updated
    rows = [[name, _number(it, digits)] for name, it in derived.found.sums().items()]
    if updated:
        header.append(f"after a step of {rounded(derived.rate or 0.0, digits)}")
        for row in rows:
            row.append(_number(updated[row[0]], digits) if row[0] in updated else "")
    paper.table("Sums over all steps", header, rows, numbers=range(1, len(header)))


def _number(value: Any, digits: int) -> str:
    """Write a number, a vector or a matrix, of large ones their beginning or their size."""
    shape = getattr(value, "shape", ())
    if len(shape) < 2:
        return shortened(value, digits, LONGEST)
    if all(size <= LONGEST for size in shape):
        return "\n".join(rounded(row, digits) for row in value)
    return f"{'×'.join(map(str, shape))} numbers"


def _steps(found: Parts, paper: Paper) -> None:
    """Add tables with a row for each step, or for those at both ends."""
    order = found.order
    hidden = found.hidden + max(0, len(order) - 2 * _KEPT)
    if hidden:
        order = [*order[:_KEPT], *order[-_KEPT:]]
        paper.text(f"{hidden:,} steps in between are not in the tables; -f csv has them all")
    captions = _CAPTIONS if len(found.groups) > 2 else (_CAPTIONS[0], "Shares")
    for caption, columns in zip(captions, found.groups, strict=True):
        rows = list(table_rows(columns, order))
        header = ["t", *(column.heading for column in columns)]
        is_first = caption == _CAPTIONS[0]
        numbers = range(1, len(header))
        paper.table(caption, header, rows, numbers=numbers, folds=not is_first or len(rows) > 60)
