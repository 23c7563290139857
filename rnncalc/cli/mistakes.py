"""Mistakes: what there is to say of slips that somebody looks up, each made in a cell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

from rnncalc.cells.model import Cell
from rnncalc.check.edits.kinds import KINDS as EDITS
from rnncalc.check.further.keys import KINDS as IN_WRITING
from rnncalc.check.further.search import KINDS as FURTHER
from rnncalc.check.further.search import further_slips
from rnncalc.check.slips import estimates, gradients, offsets
from rnncalc.check.slips.catalogue import KINDS, slips
from rnncalc.check.slips.kinds import Slip
from rnncalc.numerals import exact, rounded
from rnncalc.problem.building import build
from rnncalc.problem.problem import Problem
from rnncalc.trace.gradients.objective import SQUARES, Objective, Term
from rnncalc.trace.steps import run

_KINDS = (*KINDS, *FURTHER, *IN_WRITING.values(), estimates.KIND, offsets.KIND, *EDITS)

#: A slip's code, its name, and lines about it.
Told = tuple[str, str, list[str]]


def codes() -> list[str]:
    """Return the codes of all slips but those in gradients."""
    return [kind.short for kind in _KINDS]


def told_slips(word: str, cells: Sequence[Cell]) -> Iterator[Told]:
    """Yield the slips whose code a word is, or whose names have it.

    Each is told where it is made first in one of the cells, with what it gives; one that none of
    them shows in a step is told as it is.
    """
    code, seen = word.strip("[]").lower(), set[tuple[str, str]]()
    for cell in cells:
        problem, command = _problem(cell)
        right = [step.values for step in run(problem)][-1]
        for slip in _slips(problem, code, is_known=bool(seen)):
            is_meant = code == slip.code or word.lower() in slip.name.lower()
            # Of further slips there are many that teach the same: one is enough.
            key = (slip.code if slip.number < 0 else slip.kind, slip.advice)
            if not is_meant or key in seen:
                continue
            seen.add(key)
            state, lines = cell.states[-1], [slip.advice]
            with suppress(ValueError):
                wrong = [step.values for step in slip.forms[0].run()][-1]
                lines += [f"$ {command} --only {state}", exact(right[state])]
                lines += [f"with this slip it is {rounded(wrong[state], 4)}"]
            yield slip.code, slip.name, lines
        target = Term(SQUARES, cell.states[-1], target=0.0)
        for found in gradients.slips(problem, Objective([target, target._replace(t=1)])):
            is_meant = code == found.code or word.lower() in found.name.lower()
            if is_meant and (found.code, found.advice) not in seen:
                seen.add((found.code, found.advice))
                yield found.code, f"{found.name}, with --gradients", [found.advice]
    for kind in _KINDS:
        if code == kind.short and (kind.name, kind.advice) not in seen:
            name = code.replace("-", " ") if kind.name == "{}" else kind.name.format("…")
            yield code, name, [kind.advice]


def _slips(problem: Problem, code: str, *, is_known: bool) -> Iterator[Slip]:
    """Yield the slips of a problem, the further ones only where they may be what is meant."""
    yield from slips(problem, 4)
    if not is_known or code in {kind.short for kind in FURTHER}:
        yield from further_slips(problem)


def _problem(cell: Cell) -> tuple[Problem, str]:
    """Return a problem of a cell in which mistakes show, and the command line that poses it."""
    numbers = [0.5, -0.3, 0.8, 0.2, -0.6, 0.4, 0.7, -0.9, 0.1, 0.6, -0.4, 0.9]
    given: dict[str, Any] = {}
    for parameter in cell.parameters.values():
        if parameter.feeds == ("y",) or parameter.kind == "constant":
            continue
        start = len(given)
        row = [numbers[(start + k) % len(numbers)] for k in range(4)]
        given[parameter.name] = [row[:2], row[2:]] if parameter.is_matrix else row[:2]
    words = " ".join(f"{cell.parameters[n].option} '{exact(v)}'" for n, v in given.items())
    problem = build(cell, given, [[1.0, 2.0]]).gathered(1)
    return problem, f"rnncalc {cell.name} {words} --x '[1, 2]'"
