"""The table: a row for every quantity, with its pre-activation, its value and what it is.

As wide as its contents off a terminal, never wider than a terminal, and never with a number cut:
where the columns don't fit, each quantity becomes a few lines of its own. Several steps have a row
each, as `sequence` draws them, if that fits.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rnncalc.problem.problem import Problem
from rnncalc.reports.drawing import GAP, Drawing, longest_line
from rnncalc.reports.notes import TieLog, opened, problem_notes
from rnncalc.reports.page import Page
from rnncalc.reports.rows import HEADER, LONGEST, Row, step_rows
from rnncalc.trace.step import Step

_WHAT = HEADER.index("what it is")


def report(problem: Problem, steps: Iterable[Step], page: Page) -> Iterator[str]:
    """Yield a table of each step, or one of all steps, then what has to be said of the problem."""
    drawing, ties = Drawing(page), TieLog(problem)
    in_one, watched, fault = opened(ties.watch(steps), page)
    if in_one:
        from rnncalc.reports.sequence import draw_sequence

        draw_sequence(problem, watched, page, drawing, _draw_step)
    else:
        for step in watched:
            _draw_step(problem, step, page, drawing)
            if page.explain:
                from rnncalc.reports.explaining import working_lines

                for line in working_lines(problem, step, page):
                    drawing.text(line)
                drawing.text()
            yield drawing.take()
    fault.settle(if_first=True)
    notes = [*problem_notes(problem), *ties.notes()]
    if problem.sizes.largest > LONGEST:
        notes.append(
            "long vectors are shortened here; -f plain, -f json and --only show all of them"
        )
    for note in notes:
        drawing.text(note, "note")
    yield drawing.take()
    fault.settle()


def _draw_step(problem: Problem, step: Step, page: Page, drawing: Drawing) -> None:
    """Draw a step in the widest layout that fits: a table, one with wrapped words, or blocks."""
    rows = [[drawing.spell(cell) for cell in row] for row in step_rows(problem, step, page)]
    drawing.text(f"{problem.cell.title}, step {step.t}", "heading")
    widths = [max(map(longest_line, column)) for column in zip(HEADER, *rows, strict=True)]
    excess = sum(widths) + GAP * (len(widths) - 1) - drawing.width
    widths[_WHAT] -= max(excess, 0)
    if widths[_WHAT] < max(len(word) for row in rows for word in row[_WHAT].split()):
        _draw_blocks(rows, drawing)
    else:
        drawing.table(HEADER, rows, widths, [_roles(row) for row in rows])
    drawing.text()


def _roles(row: Row) -> list[str]:
    role = row[-1]
    return [role if heading in ("symbol", "value", "role") else "" for heading in HEADER]


def _draw_blocks(rows: Sequence[Row], drawing: Drawing) -> None:
    """Draw the rows one below the other, broken between words and nowhere else."""
    for symbol, what, z, value, role in rows:
        name = symbol if what == symbol else f"{symbol}: {what}"
        drawing.text(f"{name} ({role})" if role != what else name)
        if z:
            drawing.text(f"pre-activation {z}", indent="  ")
        for line in value.splitlines():
            drawing.text(line, role, indent="  ")
