"""Answering: what a request asks for, computed and written."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from itertools import combinations
from typing import TYPE_CHECKING

from rnncalc.cells.model import Cell
from rnncalc.cli.request import Request, expected, given, pose
from rnncalc.cli.terminal import DIFFERS, DONE, Output, abandon_stdout, page, tell
from rnncalc.errors import Faults, InputError
from rnncalc.problem.problem import STDIN, Problem, Weights
from rnncalc.reports import DEFAULT
from rnncalc.reports.page import Page

if TYPE_CHECKING:
    from rnncalc.trace.trace import Trace


def answer(request: Request, faults: Faults) -> int:
    """Write the output that a request asks for, and the notes on it to standard error.

    faults: what is wrong with it already. Returns the exit status: 1 if an answer that was to be
    checked is wrong, otherwise 0. Raises InputError with all that is wrong with the input: before
    there is any output, unless it is a stream that goes wrong on the way.
    """
    _check_files(request, faults)
    output = Output()
    if request.equations:
        faults.settle()
        write = request.form.writer("equations")
        _write(write(_shown(request), _paper(request)), output, as_it_comes=True)
        return DONE
    if request.save_weights and not request.has_input:
        weights = given(request, faults, tell)
        _save_weights(request.save_weights, weights, faults)
        return DONE
    if request.expect or request.lint:
        return _study(request, faults, output)
    _evaluate(request, faults, output)
    return DONE


def _posed(request: Request, faults: Faults, output: Output) -> Problem:
    """Return the problem, once what it was posed with is saved, if that is asked for."""
    weights = given(request, faults, tell)
    problem = pose(request, weights, faults, output.flush)
    if request.save_weights:
        _save_weights(request.save_weights, weights, faults)
    return problem


def _save_weights(path: str, weights: Weights, faults: Faults) -> None:
    from rnncalc.cli.saving import Saved, save_named
    from rnncalc.problem.weights import to_save

    faults.settle()
    values = to_save(weights, faults)
    faults.settle()
    with Saved(path) as file:
        save_named(file, path, values)


def _shown(request: Request) -> Cell:
    """Return the cell with the lines in brackets that an option adds only if that was typed."""
    cell = request.cell
    if not request.form.trace:
        return cell
    added = {variant.changes for variant in cell.variants.values()}
    chosen = {cell.variants[name].changes for name in cell.chosen}
    return cell.having(
        [e for e in cell.equations if not e.optional or e.name not in added - chosen]
    )


def _study(request: Request, faults: Faults, output: Output) -> int:
    """Write what there is to say of answers, or of a problem as an exercise."""
    paper, status = _paper(request), DONE
    if request.expect:
        from rnncalc.check.grade import grade
        from rnncalc.check.placing import read_required
        from rnncalc.check.reading import read_entries, read_tolerance

        tolerance = read_tolerance(request.tolerance, faults)
        required = read_required(request.cell, request.require, faults)
        entries = list(read_entries(request.cell, expected(request, faults), faults))
        if not (entries or required or faults.messages):
            faults.add("--expect has no answer in it: NAME=VALUE, or a file with names and values")
        graded = grade(
            _posed(request, faults, output),
            entries,
            tolerance,
            required=required,
            reveals=not (request.no_reveal or request.hint),
            hints=request.hint,
            decimals=paper.digits,
        )
        texts = request.form.writer("grade")(graded, paper)
        status = DONE if graded.is_right else DIFFERS
    else:
        from rnncalc.check.exercise import lint

        exercise = lint(_posed(request, faults, output), paper.digits)
        texts = request.form.writer("exercise")(exercise, paper)
    try:
        _write(texts, output, as_it_comes=False)
    except BrokenPipeError:  # a reader that has had enough doesn't make an answer right
        abandon_stdout()
        return status
    _note_digits(request)
    return status


def _evaluate(request: Request, faults: Faults, output: Output) -> None:
    """Write a problem's results."""
    only, form = request.only, request.form
    problem = _posed(request, faults, output)
    quantity = (only or "x").rpartition(".")[2]
    if only and quantity not in problem.quantities:
        raise InputError([f"--only {only}: nothing needs {quantity} here, and it isn't given"])
    if only and "." in only and quantity in problem.held:
        raise InputError([f"--only {only}: {quantity} is held, so there is no {only}"])

    # Imported only now: no error has to wait for them.
    from rnncalc.trace.trace import Trace

    if sys.stderr is not None and sys.stderr.isatty():
        from rnncalc.cli.progress import with_progress

        problem = with_progress(problem, writes_along=bool(only) or form is not DEFAULT)
    trace = Trace(problem)
    if request.save or request.save_state:
        _save(trace, request, output)
    else:
        _write(_results(trace, request), output, as_it_comes=problem.is_stream)
    _note_digits(request)
    if form.has_notes and not only:
        return
    notes: list[str] = []
    if form.for_people and not only:
        from rnncalc.reports.rows import problem_notes

        notes += problem_notes(problem)
    if trace.ties:
        from rnncalc.reports.rows import tie_notes

        notes += tie_notes(trace)
    for note in notes:
        tell(f"note: {note}")


def _note_digits(request: Request) -> None:
    if request.digits is not None and (request.only or not request.form.for_people):
        tell("note: --digits has no effect here: only what people read is rounded")


def _paper(request: Request) -> Page:
    """Return the page that people will read on; a picture is as wide as it needs to be."""
    paper = Page(styled=True) if request.save else page()
    typed = request.xs == STDIN and sys.stdin is not None and sys.stdin.isatty()
    digits = paper.digits if request.digits is None else request.digits
    return paper._replace(digits=digits, live=typed, explain=request.explain)


def _save(trace: Trace, request: Request, output: Output) -> None:
    """Write results and the files that are asked for: all of them, or none if one can't be.

    If all steps are here, the files come first, and there is no output if they can't be written.
    """
    from rnncalc.cli.saving import Saved, room_for, save_array, save_named, save_picture

    save, path, is_stream = request.save, request.save_state, trace.problem.is_stream
    texts: Iterable[str] = _results(trace, request)
    with ExitStack() as files:
        last = files.enter_context(Saved(path, room_for(trace.problem))) if path else None
        if save:
            file = files.enter_context(Saved(save))
            if request.only:
                save_array(file, (values for (values,) in trace.columns([request.only])))
            else:
                save_picture(file, save, "".join(texts))
            texts = ()
        elif not is_stream:
            texts = list(texts)
        comes_first = not (is_stream or (last and last.is_stdout))
        if last and path and comes_first:
            save_named(last, path, trace.state)
        try:
            _write(texts, output, as_it_comes=is_stream)
        except BrokenPipeError:  # a reader that has had enough of the output wants the file
            if is_stream:
                raise
            abandon_stdout()
        if last and path and not comes_first:
            save_named(last, path, trace.state)


def _results(trace: Trace, request: Request) -> Iterator[str]:
    """Yield the report, or a quantity's values, a line each."""
    if request.only:
        from rnncalc.decimals import exact_lines

        for (values,) in trace.columns([request.only]):
            yield from exact_lines(values)
    else:
        yield from request.form.writer("trace")(trace, _paper(request))
        trace.settle()


def _write(texts: Iterable[str], output: Output, *, as_it_comes: bool) -> None:
    """Write texts as they come, or, if none may be left of a failure, when all are there."""
    try:
        for text in texts if as_it_comes else list(texts):
            output.put(text)
    except InputError:
        output.flush()
        raise
    output.flush()


def _check_files(request: Request, faults: Faults) -> None:
    """Note what is wrong with the files that are to be written."""
    save, state, only = request.save, request.save_state, bool(request.only)
    if (save, state, request.save_weights) == (None, None, None):
        return
    from rnncalc.cli.saving import check_writable

    if save is not None:
        if save and not save.endswith((".npy",) if only else (".svg", ".html", ".txt")):
            faults.add("--save takes a name in .svg, .html or .txt; with --only one in .npy")
        if not only and request.form is not DEFAULT:
            told = f"leave out --format {request.form.name}"
            faults.add(f"--save makes a picture of the {DEFAULT.name}: {told}")
        with faults.of("--save"):
            check_writable(save, may_overwrite=request.force, in_place=only)
    for option, path in (("--save-state", state), ("--save-weights", request.save_weights)):
        if path is not None:
            with faults.of(option):
                check_writable(path, may_overwrite=True)
    named = {"--save": save, "--save-state": state, "--save-weights": request.save_weights}
    files = {option: os.path.realpath(path) for option, path in named.items() if path}
    for (one, file), (other, same) in combinations(files.items(), 2):
        if file == same:
            faults.add(f"{one} and {other} name the same file")
