"""Answers: what the options of a command ask for, computed and written."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from rnncalc.cells import Cell
from rnncalc.errors import Faults, InputError, unknown
from rnncalc.problem import Problem
from rnncalc.request import problem_of
from rnncalc.shell import Output, tell
from rnncalc.terminal import page
from rnncalc.values import exact

if TYPE_CHECKING:
    from rnncalc.evaluate import Step
    from rnncalc.reports.notes import TieLog

__all__ = ["answer"]


def answer(cell: Cell, given: Mapping[str, Any]) -> None:
    """Write the output that the options ask for, and the notes on it to standard error.

    Raises InputError with all that is wrong with the input: before there is any output, unless
    it is a stream that goes wrong on the way.
    """
    faults = Faults()
    only, digits, form = given["only"], given["digits"], given["format"] or "table"
    _check_output(cell, given, faults)
    output = Output()
    problem = problem_of(cell, given, faults, output.flush)
    if only and only not in problem.quantities:
        raise InputError([f"--only {only}: nothing needs {only} here, and it isn't given"])

    # Imported only now: no error has to wait for them.
    from rnncalc.progress import with_progress
    from rnncalc.reports import report_for
    from rnncalc.reports.notes import TieLog, problem_notes

    problem = with_progress(problem, writes_along=bool(only) or form != "table")
    ties, end = TieLog(problem), _End(problem)
    for_people = not only and form in ("table", "plain")
    texts: Iterable[str] = ()
    if not only:
        from rnncalc.fast import run

        paper = page(sys.stdout, digits if for_people and digits is not None else 4)
        typed = given["xs"] == "-" and sys.stdin is not None and sys.stdin.isatty()
        paper = paper._replace(live=typed)
        texts = report_for(form)(problem, end.watch(ties.watch(run(problem))), paper)
    elif given["save"]:
        from rnncalc.saving import save_array

        save_array(given["save"], _values(problem, only, ties, end))
    else:
        texts = (f"{exact(value)}\n" for value in _values(problem, only, ties, end))
    _write(texts, output, as_it_comes=problem.is_stream)
    if given["save_state"]:
        from rnncalc.saving import save_state

        save_state(given["save_state"], end.state)

    notes = []
    if digits is not None and not for_people:
        notes.append("--digits has no effect here: only what people read is rounded")
    if form == "plain" and not only:
        notes += problem_notes(problem)
    if form != "table" or only:
        notes += ties.notes()
    for note in notes:
        tell(f"note: {note}")


def _check_output(cell: Cell, given: Mapping[str, Any], faults: Faults) -> None:
    """Note what is wrong with what the output should be."""
    only, form, save = given["only"], given["format"], given["save"]
    if only and only not in cell.quantities:
        faults.add(unknown("--only", only, list(cell.quantities)))
    if only and form not in (None, "json"):
        faults.add(f"--only prints values alone: leave out --format {form}")
    if save and not (only and save.endswith(".npy")):
        faults.add("--save writes the values of --only NAME to a file that ends in .npy")
    for option in ("save", "save_state"):
        if given[option]:
            from rnncalc.saving import check_writable

            with faults.of(f"--{option.replace('_', '-')}"):
                check_writable(given[option])


class _End:
    """Watches steps go by and keeps what the last of them left: the states, by name."""

    def __init__(self, problem: Problem) -> None:
        self._names = problem.cell.states
        self.state: Mapping[str, Any] = {}

    def watch(self, steps: Iterable[Step]) -> Iterator[Step]:
        """Yield the steps as they are."""
        step = None
        for step in steps:
            yield step
        if step:
            self.state = {name: step.values[name] for name in self._names}


def _values(problem: Problem, name: str, ties: TieLog, end: _End) -> Iterator[Any]:
    """Yield a quantity's value at each step."""
    from rnncalc.fast import rows, run

    if problem.ties:
        for step in end.watch(ties.watch(run(problem))):
            yield step.values[name]
    else:
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
