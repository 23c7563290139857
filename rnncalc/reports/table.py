"""The table: a row for every quantity, with its pre-activation, its value and what it is.

As wide as its contents off a terminal, never wider than a terminal, and never with a number cut:
where the columns don't fit, each quantity becomes a few lines of its own. Several steps have a row
each, with as much in it as fits, and below them how each quantity went.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import accumulate
from typing import TYPE_CHECKING

from rnncalc.numerals import shortened
from rnncalc.problem.problem import Problem
from rnncalc.reports.drawing import Drawing
from rnncalc.reports.page import Page
from rnncalc.reports.rows import (
    HEADER,
    LONGEST,
    SATURATED,
    notes,
    sequence_names,
    step_rows,
)
from rnncalc.trace.step import Step
from rnncalc.trace.trace import Trace

if TYPE_CHECKING:
    from rnncalc.reports.sequence import Summary

_WIDEST = 200  # columns of a table with a row a step, where nothing limits it
_STRIPS_WIDTH = 100  # of what is below it, there
_MOST_LINES = 30  # of a sequence of vectors
_STEPS = 12  # of vectors that have a row a unit


def table(trace: Trace, page: Page) -> Iterator[str]:
    """Yield a table of each step, or one of all steps, then what has to be said of the problem."""
    drawing = Drawing(page)
    if not page.step_by_step and trace.has(2):
        is_drawn = _draw_sequence(trace, page, drawing)
    else:
        for step in trace:
            _draw_step(trace.problem, step, page.digits, drawing)
            if page.explain:
                _draw_working(trace.problem, step, page, drawing)
            yield drawing.take()
        is_drawn = trace.count > 0
        if is_drawn:
            for note in [*notes(trace), *_shortened(trace.problem)]:
                drawing.text(note)
    if is_drawn:
        yield drawing.take()


def _shortened(problem: Problem) -> list[str]:
    more = "-f plain, -f json and --only show all of them"
    told = f"long vectors are shortened here; {more}"
    return [told] if problem.sizes.largest > LONGEST else []


def _draw_step(problem: Problem, step: Step, digits: int, drawing: Drawing) -> None:
    """Draw a step in the widest layout that fits: a table, one with wrapped words, or blocks."""
    rows = [
        (symbol, what if role in what.split(" (")[0].split() else f"{what}, {role}", z, value)
        for symbol, what, z, value, role in step_rows(problem, step, digits)
    ]
    found = [problem.cell.roles[symbol] for symbol, *_ in rows]
    drawing.text(f"{problem.cell.title}, step {problem.number(step.t)}", "heading")
    answers = ["answer" if symbol in problem.cell.states else "" for symbol, *_ in rows]
    roles = [[role, "", "", answer] for role, answer in zip(found, answers, strict=True)]
    if not drawing.table(HEADER[:-1], rows, roles, wrapped=HEADER.index("what it is")):
        for (symbol, what, z, value), role, answer in zip(rows, found, answers, strict=True):
            drawing.text(symbol if what == symbol else f"{symbol}: {what}", role, label=symbol)
            if z:
                drawing.text(f"  pre-activation {z}")
            for line in value.splitlines():
                drawing.text(f"  {line}", answer)
    drawing.text()


def _draw_working(problem: Problem, step: Step, page: Page, drawing: Drawing) -> None:
    from rnncalc.reports.equations import working_lines

    for line in working_lines(problem, step, page.digits, page.fits, is_aligned=True):
        label = re.match(r"\s*(\w+)(?:\[\d+\])?(?= )", line)
        role = problem.cell.roles.get(label[1], "") if label else ""
        drawing.text(line, role, label=label[0] if label else " ")
    drawing.text()


def _draw_sequence(trace: Trace, page: Page, drawing: Drawing) -> bool:
    """Draw a sequence, and return whether there was a step: rows of steps, strips, or both."""
    from rnncalc.reports.sequence import UNITS, Summary

    problem, cell, digits = trace.problem, trace.problem.cell, page.digits
    names = sequence_names(problem)
    shown = Summary(problem)
    shown.go_through(trace)
    if not shown.count:
        return False
    is_scalar = all(problem.sizes.is_plain(name) for name in names)
    is_small = problem.sizes.largest <= UNITS and shown.count <= _STEPS
    drawing.text(f"{cell.title}, {shown.count:,} step{'s' * (shown.count > 1)}", "heading")
    told = list(notes(trace))
    if is_scalar or is_small:
        _draw_grid(problem, shown, digits, drawing)
        used = 0  # a row a step has its own room
    else:
        more = "-f json has all steps, --step T one, --only NAME all values of one quantity"
        told.insert(0, more)
        states = [
            f"last {name} = {shortened(shown.states[name], digits, 6)}" for name in cell.states
        ]
        used = (
            5
            + _has_saturated(shown)
            + sum(-(-drawing.room(line) // drawing.width) for line in [*states, *told])
        )
        for line in states:
            drawing.text(line, answer=line.partition(" = ")[2])
        drawing.text()
    if is_scalar or not is_small:
        _draw_strips(shown, cell.roles, digits, drawing, _MOST_LINES - used)
    for note in told:
        drawing.text(note)
    return True


def _has_saturated(shown: Summary) -> bool:
    return any(course.extremes.saturated for course in shown.courses.values())


def _draw_grid(problem: Problem, shown: Summary, digits: int, drawing: Drawing) -> None:
    """Draw rows of steps, in the first layout that fits; a line a step where none does."""
    from rnncalc.reports.grid import grid, layouts, left_out

    tail, roles = list(shown.tail), problem.cell.roles
    last = str(problem.number(shown.last.t))
    for layout in layouts(problem, digits, drawing.width):
        header, rows = grid(problem, layout, shown.head, tail, gap=bool(shown.hidden))
        answers = ["answer" if name in problem.cell.states else "" for name in header]
        heads = [row[0].strip() for row in rows]
        ts: Iterator[str] = accumulate(heads, lambda t, head: head or t)
        cells = [answers if t == last else [""] * len(header) for t in ts]
        named = [roles.get(name, "") for name in header]
        if drawing.table(header, rows, cells, named=named, widest=_WIDEST):
            break
    else:
        for step in (*shown.head, *tail):
            values = {name: shortened(step.values[name], digits, LONGEST) for name in layout.names}
            told = ", ".join(f"{name} {value}" for name, value in values.items())
            drawing.text(f"t = {problem.number(step.t)}: {told}")
    drawing.text()
    lines = []
    if told := left_out(problem, layout, digits, drawing.width):
        lines.append(told)
    if shown.hidden:
        lines.append(
            f"… {shown.hidden:,} of {shown.count:,} steps are not shown; -f json has them all, "
            "--step T shows one"
        )
    for line in lines:
        drawing.text(line)
    if lines:
        drawing.text()


def _draw_strips(
    shown: Summary, roles: Mapping[str, str], digits: int, drawing: Drawing, most: int
) -> None:
    from rnncalc.reports.strips import strips

    width = drawing.width if drawing.is_bounded else _STRIPS_WIDTH
    found = strips(shown, roles, digits, width, most, drawing.room)
    if drawing.room(found.legend) > width:
        found = strips(shown, roles, digits, width, most - 1, drawing.room)
    drawing.text(found.legend or "over time", "heading")
    for name, lines in found.lines.items():
        for line in lines:
            drawing.text(line, roles[name], label=name if line.startswith(name) else " ")
    if found.axis:
        drawing.text(found.axis)
    if lost := [name for name in shown.courses if name not in found.lines]:
        drawing.text(f"not drawn: {', '.join(lost)}")
    if _has_saturated(shown):
        drawing.text(SATURATED)
    drawing.text()
