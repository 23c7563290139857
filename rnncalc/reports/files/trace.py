"""A problem's steps as a picture, and as a page with that, tables and the worked solution."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from xml.etree.ElementTree import Element

from rnncalc.cells.expressions import PREVIOUS
from rnncalc.numerals import counted, shortened
from rnncalc.reports.equations import working_lines
from rnncalc.reports.files.paper import Paper
from rnncalc.reports.page import Page
from rnncalc.reports.pictures.courses import courses
from rnncalc.reports.pictures.diagram import diagram
from rnncalc.reports.pictures.svg import written
from rnncalc.reports.rows import (
    LONGEST,
    notes,
    sequence_names,
    sequence_rows,
    step_rows,
)
from rnncalc.trace.step import Step
from rnncalc.trace.trace import Trace

_KEPT, _WORKED = 100, 12  # steps at either end that have a row, and steps that are worked


def svg(trace: Trace, page: Page) -> Iterator[str]:
    """Yield the picture as a file's text. Raises InputError if a step can't be computed."""
    if trace.has(1):
        yield written(_picture(trace, page, lambda step: None))
    trace.settle()


def _picture(trace: Trace, page: Page, seen: Callable[[Step], None]) -> Element:
    if trace.has(2):
        return courses(trace, page, seen)
    (step,) = trace
    seen(step)
    return diagram(trace, step, page, list(notes(trace)))


def html(trace: Trace, page: Page) -> Iterator[str]:
    """Yield a page. Raises InputError if a step can't be computed."""
    if not trace.has(1):
        trace.settle()
        return
    kept = _Kept(trace, page)
    is_sequence = trace.has(2)
    picture = _picture(trace, page, kept.add)
    trace.settle()
    title = trace.problem.cell.title
    last = kept.last[0]
    number = trace.problem.number
    count = counted(trace.count, "step") if is_sequence else f"step {number(last.t)}"
    paper = Paper(f"{title}, {count}")
    states = (
        f"{name} = {shortened(last.values[name], page.digits, LONGEST)}"
        for name in reversed(last.values)
        if name in trace.problem.cell.states
    )
    paper.text(", ".join(states), "answer")
    paper.picture(picture, "How each quantity went" if is_sequence else "The step as a diagram")
    if is_sequence:
        if trace.problem.sizes.largest <= LONGEST:
            _sequence(trace, [*kept.head, *kept.tail], page, paper)
    else:
        _values(trace, last, page, paper)
    for t, lines in kept.worked:
        paper.folded(f"Worked solution, step {t}", lines, is_open=page.explain)
    paper.notes(list(notes(trace)))
    yield paper.written()


class _Kept:
    """What a page shows of steps besides their picture; the steps themselves may be large.

    head, tail: steps that have a row. last: the one that was computed last. worked: the lines of
    steps that are worked, behind their numbers.
    """

    def __init__(self, trace: Trace, page: Page) -> None:
        self.head: list[Step] = []
        self.tail: deque[Step] = deque(maxlen=_KEPT)
        self.last: list[Step] = []
        self.worked: list[tuple[int, list[str]]] = []
        self._problem, self._digits = trace.problem, page.digits
        self._is_worked = not trace.has(_WORKED + 1)

    def add(self, step: Step) -> None:
        """Take the next step."""
        if not self.last or step.t > self.last[0].t:
            self.last = [step]
        if self._problem.sizes.largest <= LONGEST:
            (self.head if step.t <= _KEPT else self.tail).append(step)
        if self._is_worked:
            lines = working_lines(self._problem, step, self._digits, lambda _: True)
            self.worked.append((self._problem.number(step.t), [*lines]))


def _values(trace: Trace, step: Step, page: Page, paper: Paper) -> None:
    """Add the table of a step."""
    rows = (
        (symbol, value, z, what if what.endswith(role) or role == "state" else f"{what} ({role})")
        for symbol, what, z, value, role in step_rows(trace.problem, step, page.digits)
    )
    header = ("symbol", "value", "pre-activation", "what it is")
    paper.table(f"Values of step {trace.problem.number(step.t)}", header, rows, numbers=(1, 2))


def _sequence(trace: Trace, steps: list[Step], page: Page, paper: Paper) -> None:
    """Add the table of the states, which is narrow, and folded that of all quantities."""
    problem = trace.problem
    names = sequence_names(problem)
    rows = [row for step in steps for row in sequence_rows(problem, step, page.digits)]
    hidden = trace.count - len(steps)
    if hidden:
        rows.insert(_KEPT + 1, ["…", *("" for _ in names)])
        paper.text(
            f"{hidden:,} of {trace.count:,} steps are not in the tables; -f csv has them all"
        )
    states = [k for k, name in enumerate(names, 1) if name + PREVIOUS in problem.cell.quantities]
    chosen = ([row[0], *(row[k] for k in states)] for row in rows)
    header = ["t", *(names[k - 1] for k in states)]
    places = range(1, len(header))
    paper.table("States", header, chosen, numbers=places, folds=len(rows) > 60)
    others = [k for k in range(1, len(names) + 1) if k not in states]
    rest = ([row[0], *(row[k] for k in others)] for row in rows if row[0] != "0")
    header = ["t", *(names[k - 1] for k in others)]
    paper.table("Other quantities", header, rest, numbers=range(1, len(header)), folds=True)
