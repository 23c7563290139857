"""Answers: what the options of a command ask for, computed and written."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from rnncalc.cells import Cell
from rnncalc.errors import Faults, InputError, listing, unknown
from rnncalc.problem import ERROR, STDIN, Problem
from rnncalc.reports import FOR_PEOPLE
from rnncalc.request import problem_of
from rnncalc.shell import Output, tell
from rnncalc.terminal import Page, page
from rnncalc.values import exact

if TYPE_CHECKING:
    from rnncalc.evaluate import Step
    from rnncalc.reports.notes import TieLog

__all__ = ["answer"]

# What a picture is drawn on: as wide as it needs to be, in colour.
_PICTURE = Page(styled=True)


def answer(cell: Cell, given: Mapping[str, Any]) -> None:
    """Write the output that the options ask for, and the notes on it to standard error.

    Raises InputError with all that is wrong with the input: before there is any output, unless
    it is a stream that goes wrong on the way.
    """
    faults = Faults()
    only, form = given["only"], given["format"] or "table"
    _check_output(cell, given, faults)
    output = Output()
    if given["equations"]:
        faults.settle()
        from rnncalc.reports.equations import equations

        _write([equations(cell, given.get("activation"), form)], output, as_it_comes=True)
        return
    problem = problem_of(cell, given, faults, output.flush)
    if only and only not in problem.quantities:
        raise InputError([f"--only {only}: nothing needs {only} here, and it isn't given"])

    # Imported only now: no error has to wait for them.
    from rnncalc.progress import with_progress
    from rnncalc.reports.notes import TieLog, problem_notes

    problem = with_progress(problem, writes_along=bool(only) or form != "table")
    ties, end = TieLog(problem), _End(problem)
    if only:
        texts = _only(problem, only, given["save"], ties, end)
    else:
        texts = _report(problem, form, given, ties, end)
    _write(texts, output, as_it_comes=problem.is_stream)
    if given["save_state"]:
        from rnncalc.saving import save_state

        save_state(given["save_state"], end.state)

    notes = []
    if given["digits"] is not None and (only or form not in FOR_PEOPLE):
        notes.append("--digits has no effect here: only what people read is rounded")
    if form == "plain" and not only:
        notes += problem_notes(problem)
    if form in ("plain", "json", "csv") or only:
        notes += ties.notes()
    for note in notes:
        tell(f"note: {note}")


def _only(problem: Problem, name: str, save: str | None, ties: TieLog, end: _End) -> Iterator[str]:
    """Yield a quantity's values, a line each, or save them."""
    values = _values(problem, name, ties, end)
    if save:
        from rnncalc.saving import save_array

        save_array(save, values)
    else:
        yield from (f"{exact(value)}\n" for value in values)


def _report(
    problem: Problem, form: str, given: Mapping[str, Any], ties: TieLog, end: _End
) -> Iterator[str]:
    """Yield the report in a format, or save it as a picture."""
    from rnncalc.reports import report_for

    paper = _PICTURE if given["save"] else page(sys.stdout)
    if given["digits"] is not None and form in FOR_PEOPLE:
        paper = paper._replace(digits=given["digits"])
    typed = given["xs"] == STDIN and sys.stdin is not None and sys.stdin.isatty()
    paper = paper._replace(live=typed, explain=given["explain"])
    texts = report_for(form)(problem, end.watch(ties.watch(_run(problem))), paper)
    if given["save"]:
        from rnncalc.saving import save_picture

        save_picture(given["save"], "".join(texts))
    else:
        yield from texts


def _check_output(cell: Cell, given: Mapping[str, Any], faults: Faults) -> None:
    """Note what is wrong with what the output should be."""
    only, form = given["only"], given["format"]
    if given["equations"]:
        beside = {name for name, value in given.items() if value not in (None, False, ())}
        if beside - {"equations", "format", "activation"}:
            faults.add("--equations goes with --format and --activation alone: it needs no values")
        if form == "csv":
            faults.add("--equations has no form as csv")
        return
    if only and only not in cell.quantities:
        faults.add(unknown("--only", only, list(cell.quantities)))
    if only and form not in (None, "json"):
        faults.add(f"--only prints values alone: leave out --format {form}")
    if given["explain"] and (only or form not in (None, *FOR_PEOPLE)):
        faults.add(f"--explain goes with --format {listing(FOR_PEOPLE, 'or')}")
    _check_files(given, faults)


def _check_files(given: Mapping[str, Any], faults: Faults) -> None:
    save, state = given["save"], given["save_state"]
    if given["force"] and save is None:
        faults.add("--force lets --save overwrite a file: it needs --save")
    if save is None and state is None:
        return
    from rnncalc.saving import check_writable, same_file

    if save is not None:
        if save and not save.endswith((".npy",) if given["only"] else (".svg", ".html", ".txt")):
            faults.add("--save takes a name in .svg, .html or .txt; with --only one in .npy")
        if not given["only"] and given["format"] not in (None, "table"):
            faults.add(f"--save makes a picture of the table: leave out --format {given['format']}")
        with faults.of("--save"):
            check_writable(save, may_overwrite=given["force"], in_place=bool(given["only"]))
    if state is not None:
        with faults.of("--save-state"):
            check_writable(state, may_overwrite=True)
    if save and state and same_file(save, state):
        faults.add("--save and --save-state name the same file")


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
            errors = {name: error for name, error in step.errors.items() if _any(error)}
            self.state |= {name + ERROR: error for name, error in errors.items()}


def _any(error: Any) -> bool:
    return bool(error) if isinstance(error, float) else bool(error.any())


def _is_short(problem: Problem) -> bool:
    """Return whether it isn't worth to write out a loop, which gives the same floats."""
    return problem.scalar and problem.steps == 1


def _run(problem: Problem) -> Iterator[Step]:
    if _is_short(problem):
        from rnncalc import evaluate

        return evaluate.run(problem)
    from rnncalc import fast

    return fast.run(problem)


def _values(problem: Problem, name: str, ties: TieLog, end: _End) -> Iterator[Any]:
    """Yield a quantity's value at each step."""
    if problem.ties or _is_short(problem):
        for step in end.watch(ties.watch(_run(problem))):
            yield step.values[name]
    else:
        from rnncalc.fast import rows

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
