"""Studying: what there is to say of answers, or of a problem as an exercise."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any

from rnncalc.check.grade import grade
from rnncalc.check.reading import read_entries, read_tolerance
from rnncalc.check.several import Answers, Grades, graded
from rnncalc.cli.request import Request, expected, targets
from rnncalc.errors import Faults
from rnncalc.problem.problem import Problem
from rnncalc.reports.page import Page

#: Returns the problem, or the first and all of a batch.
Posing = Callable[[], tuple[Problem, Iterator[Problem]]]


def study(
    request: Request, posed: Posing, paper: Page, faults: Faults
) -> tuple[Iterator[str], bool]:
    """Return the report that is asked for, and whether there is nothing wrong in it.

    faults: what is wrong already. Raises InputError with all that is wrong with the input.
    """
    if not request.expect:
        from rnncalc.check.exercise import lint

        exercise = lint(posed()[0], paper.digits)
        return request.form.writer("exercise")(exercise, paper), True
    answers = list(expected(request, faults))
    shows: dict[str, Any] = {
        "reveals": not (request.no_reveal or request.hint),
        "hints": request.hint,
    }
    if request.gradients:
        return _derivatives(request, answers, posed, paper, faults, shows)
    found = graded(
        grade,
        request.cell,
        answers,
        request.sequence,
        request.require,
        request.tolerance,
        posed,
        faults,
        decimals=paper.digits,
        **shows,
    )
    subject = "comparison" if isinstance(found, Grades) else "grade"
    texts = [*request.form.writer(subject)(found, paper)]  # a batch is graded as it is written
    return iter(texts), found.is_right


def _derivatives(
    request: Request,
    answers: Answers,
    posed: Posing,
    paper: Page,
    faults: Faults,
    shows: dict[str, Any],
) -> tuple[Iterator[str], bool]:
    """Return the report on answers of which some are derivatives, the others in front."""
    from rnncalc.cli.deriving import Wish, named_answers

    wish = Wish(request.cell, None, None, faults)
    tolerance = read_tolerance(request.tolerance, faults)
    derivatives, others = named_answers(request.cell, answers, faults)
    entries = list(read_entries(request.cell, others, faults))
    found = grade(posed()[0], entries, tolerance, decimals=paper.digits, **shows)
    texts = request.form.writer("grade")(found, paper)
    if not derivatives:
        return texts, found.is_right
    of = request.of, targets(request, faults)
    more = wish.graded(found.problem, of, derivatives, tolerance, found.verdicts, **shows)
    texts = chain(texts if entries else (), request.form.writer("gradients_grade")(more, paper))
    return texts, found.is_right and more.is_right
