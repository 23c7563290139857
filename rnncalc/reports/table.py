"""The table: a row for every quantity, with its pre-activation, its value and what it is.

As wide as its contents off a terminal, never wider than a terminal, and never with a number cut:
where the columns don't fit, each quantity becomes a few lines of its own. Several steps have a row
each if that fits, and below them how each quantity went.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from rnncalc.numerals import rounded
from rnncalc.problem.problem import Problem
from rnncalc.reports.drawing import Drawing
from rnncalc.reports.page import Page
from rnncalc.reports.rows import (
    EXTREMES,
    HEADER,
    LONGEST,
    SATURATED,
    extremes_cells,
    extremes_line,
    notes,
    sequence_names,
    sequence_rows,
    step_rows,
)
from rnncalc.reports.sequence import LONGEST_COURSE, Course, Summary, bar
from rnncalc.trace.step import Step
from rnncalc.trace.trace import Trace

_WIDEST = 200  # columns of a table with a row a step, where nothing limits it


def table(trace: Trace, page: Page) -> Iterator[str]:
    """Yield a table of each step, or one of all steps, then what has to be said of the problem."""
    problem, drawing = trace.problem, Drawing(page)
    if not page.step_by_step and trace.has(2):
        _draw_sequence(trace, page.digits, drawing)
    else:
        for step in trace:
            _draw_step(problem, step, page.digits, drawing)
            if page.explain:
                from rnncalc.reports.equations import working_lines

                for line in working_lines(problem, step, page.digits, page.fits):
                    drawing.text(line)
                drawing.text()
            yield drawing.take()
    if not trace.count:
        return
    told = [*notes(trace)]
    if problem.sizes.largest > LONGEST:
        more = "-f plain, -f json and --only show all of them"
        told.append(f"long vectors are shortened here; {more}")
    for note in told:
        drawing.text(note, "note")
    yield drawing.take()


def _draw_step(problem: Problem, step: Step, digits: int, drawing: Drawing) -> None:
    """Draw a step in the widest layout that fits: a table, one with wrapped words, or blocks."""
    rows = list(step_rows(problem, step, digits))
    drawing.text(f"{problem.cell.title}, step {problem.number(step.t)}", "heading")
    roles = [[role, "", "", role, role] for *_, role in rows]
    if not drawing.table(HEADER, rows, roles, wrapped=HEADER.index("what it is")):
        for symbol, what, z, value, role in rows:
            name = symbol if what == symbol else f"{symbol}: {what}"
            drawing.text(f"{name} ({role})" if role != what else name)
            if z:
                drawing.text(f"  pre-activation {z}")
            for line in value.splitlines():
                drawing.text(f"  {line}", role)
    drawing.text()


def _draw_sequence(trace: Trace, digits: int, drawing: Drawing) -> None:
    """Draw a sequence: its steps in rows, or each in a table where those are too wide."""
    cell, names = trace.problem.cell, sequence_names(trace.problem)
    shown = Summary(trace.problem, names, trace)
    steps = [*shown.head, *shown.tail]
    rows = [row for step in steps for row in _with_bars(trace.problem, step, digits)]
    if shown.hidden:
        rows.insert(len(shown.head) + (not trace.problem.is_reversed), ["…"] * (len(names) + 1))
    title = f"{cell.title}, {shown.count:,} steps"
    roles = [["", *(cell.roles[name] for name in names)]] * len(rows)
    if drawing.table(["t", *names], rows, roles, title=title, widest=_WIDEST):
        drawing.text()
    else:
        for step in steps:
            _draw_step(trace.problem, step, digits, drawing)
    if shown.hidden:
        told = f"… {shown.hidden:,} of {shown.count:,} steps are not shown; -f json has them all"
        drawing.text(told, "note")
        drawing.text()
    _draw_courses(shown.courses, cell.roles, digits, drawing)
    if shown.hidden:
        cells = [list(extremes_cells(trace.problem, it, digits)) for it in shown.extremes]
        drawing.rows(EXTREMES, cells, [cell.roles[name] for name in names], extremes_line)
        drawing.text(SATURATED, "note")
        drawing.text()


def _with_bars(problem: Problem, step: Step, digits: int) -> Sequence[list[str]]:
    """Return a step's rows, with a bar for each element of a gate."""
    rows = list(sequence_rows(problem, step, digits))
    own = rows[0] if problem.is_reversed else rows[-1]
    for place, name in enumerate(sequence_names(problem), 1):
        if problem.cell.roles[name] == "gate" and name not in step.exact:
            value = step.values[name]
            levels = [value] if isinstance(value, float) else value.tolist()
            own[place] += " " + "".join(bar(level, 0.0, 1.0) for level in levels)
    return rows


def _draw_courses(
    courses: Mapping[str, Course], roles: Mapping[str, str], digits: int, drawing: Drawing
) -> None:
    """Draw each quantity's course, gates between 0 and 1, others between their extremes."""
    ranges = [f"{rounded(it.low, digits)} to {rounded(it.high, digits)}" for it in courses.values()]
    label_width = max(map(len, courses))
    width = min(drawing.width - label_width - max(map(len, ranges)) - 4, LONGEST_COURSE)
    if width < 4:
        return
    drawing.text("over time", "heading")
    for (label, course), told in zip(courses.items(), ranges, strict=True):
        role = roles[course.name]
        scale = (0.0, 1.0) if role == "gate" else (course.low, course.high)
        drawing.text(f"{label:{label_width}}  {course.strip(width, *scale)}  {told}", role)
    drawing.text()
