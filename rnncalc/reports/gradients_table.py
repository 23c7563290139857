"""The table of gradients: a row a step, from the last to the first, as one works by hand.

What doesn't fit side by side stands in blocks below each other, each with the steps' numbers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import inf, isfinite

from rnncalc.numerals import counted, power, rounded
from rnncalc.reports.drawing import Drawing
from rnncalc.reports.gradients_columns import Column, norm_columns, number_columns
from rnncalc.reports.gradients_courses import Courses, Shown
from rnncalc.reports.gradients_parts import gone_by
from rnncalc.reports.gradients_words import (
    ends_of,
    number_sentences,
    title,
    vector_sentences,
)
from rnncalc.reports.page import Page
from rnncalc.reports.rows import corner_notes, problem_notes
from rnncalc.reports.scales import bar
from rnncalc.trace.derivatives.story import (
    Derived,
    last_step,
    links_of_rows,
    number_rows,
    starts,
)

_HEAD, _TAIL = 12, 8  # steps at both ends that are shown
_LONGEST_STRIP = 60  # bars
_WIDEST = 100  # columns, where nothing limits them


def table(derived: Derived, page: Page) -> Iterator[str]:
    """Yield the table, and what it comes to."""
    drawing = Drawing(page)
    drawing.text(title(derived, page.digits), "heading")
    drawing.text()
    blocks = _numbers if derived.problem.scalar else _vectors
    blocks(derived, page, drawing)
    if page.explain:
        from rnncalc.reports.gradients_working import lines

        for line in lines(derived, page.digits, page.fits):
            drawing.text(line)
    if derived.rate is not None:
        drawing.text(f"after a step of {rounded(derived.rate, page.digits)} against the gradient")
        for name, worth in derived.updated.items():
            drawing.text(f"  {name} = {rounded(worth, page.digits)}")
        drawing.text()
    for note in (
        *problem_notes(derived.problem),
        *ends_of(derived.found),
        *corner_notes(derived.found.at_corners),
    ):
        drawing.text(note, "note")
    yield drawing.take()


def _numbers(derived: Derived, page: Page, drawing: Drawing) -> None:
    """Draw the way back through plain numbers."""
    shown = Shown(derived.step, _HEAD, _TAIL)
    weakest, strongest = links_of_rows(shown.passing(number_rows(derived)))
    arriving = starts(derived)
    groups = number_columns(derived, shown.rows, arriving, derived.found.sums(), page.digits)
    order: list[int | None] = [row.t for row in shown.rows]
    _blocks(groups, [*order, 0, None] if derived.step is None else order, shown, drawing)
    if derived.step:
        return
    for sentence in number_sentences(derived, arriving, weakest, strongest, page.digits):
        drawing.text(sentence)
    drawing.text()


def _vectors(derived: Derived, page: Page, drawing: Drawing) -> None:
    """Draw the way back through vectors, as norms."""
    shown = Shown(derived.step, _HEAD, _TAIL)
    courses, whole = gone_by(derived, shown)
    groups = norm_columns(derived, shown.rows, whole, page.digits)
    _blocks(groups, [row.t for row in shown.rows], shown, drawing)
    if derived.step:
        return
    _strips(derived, courses, drawing, page.digits)
    for sentence in vector_sentences(derived, courses.last, page.digits):
        drawing.text(sentence)
    drawing.text()


def _strips(derived: Derived, courses: Courses, drawing: Drawing, digits: int) -> None:
    """Draw how the norms went, on a scale of logarithms."""
    keys = {("product", ""): "product", ("bound", ""): "Π of norms"}
    keys |= {("objective", n): f"∂L/∂{n}" for n in derived.problem.cell.states}
    found = {label: courses.powers(key) for key, label in keys.items() if key in courses}
    ends = [min(filter(isfinite, it), default=None) for it in found.values()]
    lowest = [low for low in ends if low is not None]
    last = last_step(derived.found)
    if not lowest or last < 2:
        return
    low, high = min(lowest), max(map(max, found.values()))
    reach = high - low or 1.0
    scale = f"{power(low, digits)} to {power(high, digits)}"
    width = max(map(drawing.room, found))
    bars = min(drawing.width - width - 2, _LONGEST_STRIP)
    which = ", the largest of some steps a bar" * (last + 1 > bars)
    which += ", 0 has none" * any(-inf in powers for powers in found.values())
    told = f"from t = {last} back to the start, each on a log scale, {scale}{which}"
    drawing.text(told, "heading")
    for label, powers in found.items():
        count = min(len(powers), bars)
        cuts = [k * len(powers) // count for k in range(count + 1)]
        tops = (max(powers[a:b]) for a, b in pairwise(cuts))
        strip = "".join(" " if top == -inf else bar(top - low, (0.0, reach)) for top in tops)
        drawing.text(f"{label}{' ' * (width - drawing.room(label))}  {strip.rstrip()}")
    drawing.text()


def _blocks(
    groups: Sequence[Sequence[Column]], order: Sequence[int | None], shown: Shown, drawing: Drawing
) -> None:
    """Draw columns side by side if all fit, or else each group by itself, and in parts."""
    widest = min(drawing.width, _WIDEST)
    groups = [[c._replace(heading=drawing.spelled(c.heading)) for c in group] for group in groups]
    together = [[column for group in groups for column in group]]
    for group in together if _fits(together[0], order, widest) else groups:
        left = list(group)
        while left:
            count = len(left)
            while count > 1 and not _fits(left[:count], order, widest):
                count -= 1
            _draw_block(left[:count], order, shown, drawing)
            left = left[count:]
    if shown.hidden:
        told = f"… {counted(shown.hidden, 'step')} not shown; -f json has them all"
        drawing.text(told, "note")
        drawing.text()


def _width(column: Column, order: Sequence[int | None]) -> int:
    return max(len(text) for text in (column.heading, *(column.cells.get(t, "") for t in order)))


def _fits(columns: Sequence[Column], order: Sequence[int | None], widest: int) -> bool:
    step = max(len(str(t)) if t is not None else 3 for t in order)
    return step + sum(3 + _width(column, order) for column in columns) <= widest


def _draw_block(
    columns: Sequence[Column], order: Sequence[int | None], shown: Shown, drawing: Drawing
) -> None:
    rows = []
    for place, t in enumerate(order):
        if shown.hidden and place == len(shown.head):
            rows.append(["…"] * (len(columns) + 1))
        cells = [column.cells.get(t, "") for column in columns]
        if any(cells):
            rows.append(["sum" if t is None else str(t), *cells])
    header = ["t", *(column.heading for column in columns)]
    if not drawing.table(header, rows, [[""] * len(header)] * len(rows)):
        for row in rows:
            drawing.text(", ".join(f"{h} {c}" for h, c in zip(header, row, strict=True) if c))
    drawing.text()
