"""Grading: what ``--expect`` asks for, from the words typed to the report and its status."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from rnncalc.cells.model import Cell
from rnncalc.check.answers import Claim
from rnncalc.check.reading import place, read_answers, read_tolerance
from rnncalc.check.verdicts import RIGHT, WRONG, Verdict, judge
from rnncalc.cli.request import problem_of
from rnncalc.errors import Faults, InputError
from rnncalc.problem.problem import Problem

if TYPE_CHECKING:
    from rnncalc.check.diagnosis import Diagnosis

_MOST_STEPS = 100_000  # that are checked, in about ten seconds


class Grade(NamedTuple):
    """A problem, the verdicts on its answers, and what the catalogue says if one is wrong.

    reveals: whether the right values may be shown.
    """

    problem: Problem
    verdicts: list[Verdict]
    diagnosis: Diagnosis | None
    reveals: bool

    @property
    def is_right(self) -> bool:
        """Whether all answers are right."""
        return all(verdict.word == RIGHT for verdict in self.verdicts)

    @property
    def place(self) -> Claim | None:
        """The first wrong claim, the place to look."""
        return next((v.claim for v in self.verdicts if v.word == WRONG), None)

    def label(self, claim: Claim) -> str:
        """Return a claim's name as it is typed, with its step where there are several."""
        return claim.name if self.problem.steps == 1 else f"{claim.name}@{claim.t}"


def grade(
    cell: Cell, given: Mapping[str, Any], faults: Faults, before_waiting: Callable[[], None]
) -> Grade:
    """Return what there is to say of the answers that the options give.

    Raises InputError with all that is wrong with the problem, or with the answers to it.
    """
    tolerance = read_tolerance(given["tolerance"], faults)
    answers = read_answers(cell, given["expect"], faults)
    if not answers and not faults.messages:
        faults.add("--expect has no answer in it: NAME=VALUE, or objects with names and values")
    problem = gathered(problem_of(cell, given, faults, before_waiting), _MOST_STEPS)
    verdicts = judge(problem, place(problem, answers, faults), tolerance)
    diagnosis = None
    if not given["no_reveal"] and any(verdict.word != RIGHT for verdict in verdicts):
        from rnncalc.check.diagnosis import diagnose

        diagnosis = diagnose(problem, verdicts, tolerance, decimals_shown(given))
    return Grade(problem, verdicts, diagnosis, not given["no_reveal"])


def decimals_shown(given: Mapping[str, Any]) -> int:
    """Return how many decimals readers see."""
    return 4 if given["digits"] is None else int(given["digits"])


def gathered(problem: Problem, most: int) -> Problem:
    """Return a problem with all of its inputs at hand, to be gone through more than once.

    Raises InputError if there are more than ``most``.
    """
    batches, steps = [], 0
    for batch in problem.batches:
        batches.append(batch)
        steps += len(batch)
        if steps > most:
            raise InputError([f"there are more than {most:,} steps, and no more are gone through"])
    return problem._replace(batches=batches, steps=steps)
