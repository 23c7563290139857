"""Answering: what a request asks for, computed and written."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from functools import partial
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

from rnncalc.cli.request import Request, expected, given, pose, targets
from rnncalc.cli.terminal import DIFFERS, DONE, Output, abandon_stdout, page, tell
from rnncalc.errors import Faults, InputError
from rnncalc.problem.problem import STDIN, Problem, Weights
from rnncalc.reports import DEFAULT
from rnncalc.reports.page import Page

if TYPE_CHECKING:
    from rnncalc.check.answers import Verdict
    from rnncalc.check.explaining import Diagnosis
    from rnncalc.cli.progress import Bar
    from rnncalc.trace.trace import Traces


def answer(request: Request, faults: Faults) -> int:
    """Write the output that a request asks for, and the notes on it to standard error.

    faults: what is wrong with it already. Returns the exit status: 1 if an answer that was to be
    checked is wrong, otherwise 0. Raises InputError with all that is wrong with the input: before
    there is any output, unless it is a stream that goes wrong on the way.
    """
    files = (request.save, request.save_state, request.save_weights)
    if any(path is not None for path in files):
        from rnncalc.cli.saving import check_files

        check_files(*files, len(request.only), request.form, faults, may_overwrite=request.force)
    output = Output()
    if request.equations:
        faults.settle()
        write = request.report.writer("equations")
        _deliver(request, write(request.shown, _paper(request)), output)
        return DONE
    if request.save_weights and not request.has_input:
        _save_weights(request, given(request, faults, tell), faults)
        return DONE
    if request.expect or request.lint:
        return _study(request, faults, output)
    if request.gradients:
        return _derive(request, faults, output)
    _evaluate(request, faults, output)
    return DONE


def _posed(request: Request, faults: Faults, output: Output) -> tuple[Problem, Iterator[Problem]]:
    """Return the problem, or the first and all of a batch.

    That is once what it was posed with is saved, if that is asked for.
    """
    weights = given(request, faults, tell)
    problems = pose(request, weights, faults, output.flush)
    first = next(problems)
    _save_weights(request, weights, faults)
    return first, chain([first], problems)


def _study(request: Request, faults: Faults, output: Output) -> int:
    """Write what there is to say of answers, or of a problem as an exercise."""
    posed, paper = partial(_posed, request, faults, output), _paper(request)
    from rnncalc.cli.progress import Bar

    with Bar() as bar:
        if request.expect:
            texts, is_right = _graded(request, posed, paper, faults, bar)
        else:
            from rnncalc.check.exercise import lint

            exercise = lint(posed()[0], paper.digits, bar.through)
            texts, is_right = request.report.writer("exercise")(exercise, paper), True
    try:
        _deliver(request, texts, output)
    except BrokenPipeError:  # a reader that has had enough doesn't make an answer right
        abandon_stdout()
    else:
        _note_digits(request)
    return DONE if is_right else DIFFERS


def _diagnose(problem: Problem, verdicts: Sequence[Verdict], digits: int) -> Diagnosis:
    """Return what explains wrong answers, with what only those need imported."""
    from rnncalc.check.diagnosis import diagnose

    return diagnose(problem, verdicts, digits)


def _graded(
    request: Request,
    posed: Callable[[], tuple[Problem, Iterator[Problem]]],
    paper: Page,
    faults: Faults,
    bar: Bar,
) -> tuple[Iterator[str], bool]:
    """Return the report on answers, and whether all are right; derivatives come last in it."""
    from rnncalc.check.grade import grade as grade_with
    from rnncalc.check.several import Grades, graded, read_how

    answers = list(expected(request, faults))
    grade = partial(grade_with, diagnose=_diagnose)
    how = read_how(request.cell, request.require, request.tolerance, faults)
    how |= {"reveals": not (request.no_reveal or request.hint), "hints": request.hint}
    how["decimals"] = paper.digits
    if not request.gradients:
        how["watched"] = bar.over
        found = graded(grade, request.cell, answers, request.sequence, posed, faults, **how)
        subject = "comparison" if isinstance(found, Grades) else "grade"
        texts = list(request.report.writer(subject)(found, paper))  # which grades a batch
        return iter(texts), found.is_right
    from rnncalc.cli.deriving import graded_apart

    of = request.of, targets(request, faults)
    del how["required"]  # of derivatives nothing can be required
    others, derived = graded_apart(grade, request.cell, answers, of, posed, faults, **how)
    forms = ((request.report, "grade", others), (request.report, "gradients_grade", derived))
    if derived and request.report.folder:
        told = "--save: answers on derivatives are saved as text (.txt)"
        raise InputError.of("together", told)
    parts = [form.writer(subject)(found, paper) for form, subject, found in forms if found]
    return chain(*parts), all(found.is_right for _, _, found in forms if found)


def _derive(request: Request, faults: Faults, output: Output) -> int:
    """Write derivatives, and save the weights that follow from them if that is asked for."""
    from rnncalc.cli.deriving import Wish  # not before: nothing else has to wait for it

    wish = Wish(request.cell, request.derivative, request.learning_rate, faults)
    if request.save and request.derivative:
        faults.add(
            "together", "--save has no array of derivatives: leave it out, and write > FILE behind"
        )
    elif request.save and request.step and not request.save.endswith(".txt"):
        told = "shows no more than a table has: --save takes .txt with it"
        faults.add("together", f"--step {request.step} {told}")
    weights = given(request, faults, tell)
    problem = next(pose(request, weights, faults, output.flush))
    write = partial(request.report.writer("gradients"), page=_paper(request))
    asked = targets(request, faults)
    texts = wish.texts(problem, request.of, asked, write, request.step, form=request.form.name)
    _save_weights(request, weights, faults, wish.updated)
    _deliver(request, texts, output)
    _note_digits(request)
    for note in () if request.form.has_notes and not wish.names else wish.notes:
        tell(f"note: {note}")
    return DONE


def _deliver(request: Request, texts: Iterable[str], output: Output) -> None:
    """Write a report to the file that is to have it, or to standard output."""
    if not request.save:
        output.write(texts, as_it_comes=request.equations)
        return
    from rnncalc.cli.saving import save_text
    from rnncalc.files import Saved

    with Saved(request.save) as file:
        save_text(file, texts)


def _evaluate(request: Request, faults: Faults, output: Output) -> None:
    """Write a problem's results."""
    only, form = request.only, request.form
    problem, problems = _posed(request, faults, output)
    if only:
        from rnncalc.reports.values import check_places

        check_places(problem, only)

    # Imported only now: no error has to wait for them.
    from rnncalc.trace.trace import Traces, beyond

    if problem.steps and (request.step or 0) > problem.steps:
        raise beyond(request.step, problem.steps)
    if sys.stderr is not None and sys.stderr.isatty():
        from rnncalc.cli.progress import with_progress

        writes_along = bool(only) or form is not DEFAULT
        problems = (with_progress(one, writes_along=writes_along) for one in problems)
    is_all = bool(only or request.save_state or form.takes_all)
    traces = Traces(problems if is_all else islice(problems, 1), request.step)
    if request.save or request.save_state:
        _save(traces, problem, request, output)
    else:
        output.write(_results(traces, request), as_it_comes=problem.is_stream)
    _note_digits(request)
    if form.has_notes and not only:
        return
    notes: list[str] = []
    if form.for_people and not only:
        from rnncalc.reports.rows import problem_notes

        notes += problem_notes(problem)
    if traces.tied:
        from rnncalc.reports.rows import tie_notes

        notes += [note for trace in traces.tied for note in tie_notes(trace)]
    for note in notes:
        tell(f"note: {note}")


def _note_digits(request: Request) -> None:
    if request.digits is not None and (
        request.only or request.derivative or not request.form.for_people
    ):
        tell("note: --digits has no effect here: only what people read is rounded")


def _paper(request: Request) -> Page:
    """Return the page that people will read on; a file is as wide as it needs to be."""
    paper = Page() if request.save else page()
    typed = request.xs == STDIN and sys.stdin is not None and sys.stdin.isatty()
    digits = paper.digits if request.digits is None else request.digits
    return paper._replace(digits=digits, live=typed or bool(request.step), explain=request.explain)


def _save_weights(
    request: Request, weights: Weights, faults: Faults, updated: dict[str, Any] | None = None
) -> None:
    """Write what was given, some of it updated, to the file that is to have it, if there is one."""
    if request.save_weights:
        from rnncalc.cli.saving import save_weights

        save_weights(request.save_weights, weights, faults, updated)


def _save(traces: Traces, problem: Problem, request: Request, output: Output) -> None:
    """Write results and the files that are asked for: all of them, or none if one can't be.

    If all steps are here, the files come first, and there is no output if they can't be written.
    """
    from rnncalc.cli.saving import room_for, save_named, save_text, save_values
    from rnncalc.files import Saved

    save, path, is_stream = request.save, request.save_state, problem.is_stream
    texts: Iterable[str] = _results(traces, request)
    with ExitStack() as files:
        last = files.enter_context(Saved(path, room_for(problem))) if path else None
        if save:
            file = files.enter_context(Saved(save))
            if request.only:
                save_values(file, save, traces, problem, request.only)
            else:
                save_text(file, texts)
            texts = ()
        elif not is_stream:
            from rnncalc.keeping import kept

            texts = kept(texts)
        comes_first = not (is_stream or (last and last.is_stdout))
        if last and path and comes_first:
            save_named(last, path, traces.state)
        try:
            output.write(texts, as_it_comes=is_stream)
        except BrokenPipeError:  # a reader that has had enough of the output wants the file
            if is_stream:
                raise
            abandon_stdout()
        if last and path and not comes_first:
            save_named(last, path, traces.state)


def _results(traces: Traces, request: Request) -> Iterator[str]:
    """Yield the report, or values alone, a line each; of a batch those of all sequences."""
    for trace in traces:
        if request.only:
            yield from request.form.writer("values")(trace, request.only)
        elif request.report.takes_all or trace.problem.sequence < 2:
            subject = "summary" if request.summary else "trace"
            yield from request.report.writer(subject)(trace, _paper(request))
            trace.settle()
        else:
            trace.go_through()
