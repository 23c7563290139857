"""Answers: what the options of a command ask for, computed and written."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from rnncalc.cells.model import Cell
from rnncalc.cli.demands import check_output
from rnncalc.cli.request import problem_of
from rnncalc.cli.shell import DIFFERS, DONE, Output, abandon_stdout, tell
from rnncalc.errors import Faults, InputError
from rnncalc.numerals import any_of, exact
from rnncalc.problem.problem import STDIN, Problem
from rnncalc.reports import FOR_PEOPLE, FORMATS
from rnncalc.reports.page import Page, page

if TYPE_CHECKING:
    from rnncalc.reports.notes import TieLog
    from rnncalc.trace.step import Step

# What a picture is drawn on: as wide as it needs to be, in colour.
_PICTURE = Page(styled=True)


def answer(cell: Cell, given: Mapping[str, Any]) -> int:
    """Write the output that the options ask for, and the notes on it to standard error.

    Returns the exit status: 1 if an answer that was to be checked is wrong, otherwise 0. Raises
    InputError with all that is wrong with the input: before there is any output, unless it is a
    stream that goes wrong on the way.
    """
    faults = Faults()
    check_output(cell, given, faults)
    output = Output()
    if given["equations"]:
        faults.settle()
        from rnncalc.reports.equations import equations

        form = given["format"] or FORMATS[0]
        _write([equations(cell, given.get("activation"), form)], output, as_it_comes=True)
    elif given["expect"] or given["lint"]:
        return _study(cell, given, faults, output)
    else:
        _evaluate(cell, given, faults, output)
    return DONE


def _study(cell: Cell, given: Mapping[str, Any], faults: Faults, output: Output) -> int:
    """Write what there is to say of answers, or of a problem as an exercise."""
    form = given["format"] or FORMATS[0]
    paper = _paper(given, form)._replace(explain=given["explain"])
    if given["expect"]:
        from rnncalc.check.grade import grade
        from rnncalc.reports import grade as report

        graded = grade(cell, given, faults, output.flush)
        texts, status = report.FORMS[form](graded, paper), DONE if graded.is_right else DIFFERS
    else:
        from rnncalc.check.exercise import lint
        from rnncalc.reports import exercise

        linted = lint(cell, given, faults, output.flush)
        texts, status = exercise.FORMS[form](linted, paper), DONE
    try:
        _write(texts, output, as_it_comes=False)
    except BrokenPipeError:  # a reader that has had enough doesn't make an answer right
        abandon_stdout()
        return status
    _note(given, form, None)
    return status


def _evaluate(cell: Cell, given: Mapping[str, Any], faults: Faults, output: Output) -> None:
    """Write a problem's results."""
    only, form = given["only"], given["format"] or FORMATS[0]
    problem = problem_of(cell, given, faults, output.flush)
    if only and only not in problem.quantities:
        raise InputError([f"--only {only}: nothing needs {only} here, and it isn't given"])

    # Imported only now: no error has to wait for them.
    from rnncalc.cli.progress import with_progress
    from rnncalc.reports.notes import TieLog

    problem = with_progress(problem, writes_along=bool(only) or form != "table")
    ties, end = TieLog(problem), _End(problem)
    if only:
        texts = _only(problem, only, given["save"], ties, end)
    else:
        texts = _report(problem, form, given, ties, end)
    _write(texts, output, as_it_comes=problem.is_stream)
    if given["save_state"]:
        from rnncalc.cli.saving import save_state

        save_state(given["save_state"], end.state)
    _note(given, form, problem if form == "plain" and not only else None)
    if form in ("plain", "json", "csv") or only:
        for note in ties.notes():
            tell(f"note: {note}")


def _note(given: Mapping[str, Any], form: str, problem: Problem | None) -> None:
    """Write notes on the output to standard error, and those on the problem if one is given."""
    from rnncalc.reports.notes import problem_notes

    if given["digits"] is not None and (given["only"] or form not in FOR_PEOPLE):
        tell("note: --digits has no effect here: only what people read is rounded")
    for note in problem_notes(problem) if problem else ():
        tell(f"note: {note}")


def _paper(given: Mapping[str, Any], form: str) -> Page:
    """Return the page that people will read on."""
    paper = _PICTURE if given["save"] else page(sys.stdout)
    if given["digits"] is not None and form in FOR_PEOPLE:
        paper = paper._replace(digits=given["digits"])
    return paper


def _only(problem: Problem, name: str, save: str | None, ties: TieLog, end: _End) -> Iterator[str]:
    """Yield a quantity's values, a line each, or save them."""
    values = _values(problem, name, ties, end)
    if save:
        from rnncalc.cli.saving import save_array

        save_array(save, values)
    else:
        yield from (f"{exact(value)}\n" for value in values)


def _report(
    problem: Problem, form: str, given: Mapping[str, Any], ties: TieLog, end: _End
) -> Iterator[str]:
    """Yield the report in a format, or save it as a picture."""
    from rnncalc.reports import report_for

    typed = given["xs"] == STDIN and sys.stdin is not None and sys.stdin.isatty()
    paper = _paper(given, form)._replace(live=typed, explain=given["explain"])
    texts = report_for(form)(problem, end.watch(ties.watch(_run(problem))), paper)
    if given["save"]:
        from rnncalc.cli.saving import save_picture

        save_picture(given["save"], "".join(texts))
    else:
        yield from texts


class _End:
    """Watches steps go by and keeps what the last of them left: the states, by name."""

    def __init__(self, problem: Problem) -> None:
        self._names = problem.cell.states
        self.state: dict[str, Any] = {}

    def watch(self, steps: Iterable[Step]) -> Iterator[Step]:
        """Yield the steps as they are."""
        step = None
        for step in steps:
            yield step
        if step:
            self.state = {name: step.values[name] for name in self._names}
            # Without these, a run that goes on could decide a tie otherwise than one run would.


def _is_short(problem: Problem) -> bool:
    """Return whether it isn't worth to write out a loop, which gives the same floats."""
    return problem.scalar and problem.steps == 1


def _run(problem: Problem) -> Iterator[Step]:
    if _is_short(problem):
        from rnncalc.trace import steps

        return steps.run(problem)
    from rnncalc.trace import running

    return running.run(problem)


def _values(problem: Problem, name: str, ties: TieLog, end: _End) -> Iterator[Any]:
    """Yield a quantity's value at each step."""
    if problem.ties or _is_short(problem):
        for step in end.watch(ties.watch(_run(problem))):
            yield step.values[name]
    else:
        from rnncalc.trace.running import rows

        row = None
        for row in rows(problem, [name, *problem.cell.states]):
            yield row[0]
        if row:
            end.state = dict(zip(problem.cell.states, row[1:], strict=True))


def _write(texts: Iterable[str], output: Output, *, as_it_comes: bool) -> None:
    """Write texts as they come, or, if none may be left of a failure, when all are there."""
    if not as_it_comes:
        texts = list(texts)
    try:
        for text in texts:
            output.put(text)
    except InputError:
        output.flush()
        raise
    output.flush()
