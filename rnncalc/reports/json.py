"""JSON: an object a step, one step a line, every number as exact as it was computed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from rnncalc.numerals import exact
from rnncalc.problem.problem import Problem
from rnncalc.reports.page import Page
from rnncalc.trace.step import Step


def report(problem: Problem, steps: Iterable[Step], page: Page) -> Iterator[str]:
    """Yield each step as a line of JSON: t, the quantities, z, and exact if rounded."""
    for step in steps:
        members = [f'"t": {step.t}', *_members(step.values), f'"pre": {_object(step.pre)}']
        if problem.ties:
            members.append(f'"exact": {_object(step.exact)}')
        yield f"{{{', '.join(members)}}}\n"


def _object(stage: Mapping[str, Any]) -> str:
    return f"{{{', '.join(_members(stage))}}}"


def _members(stage: Mapping[str, Any]) -> list[str]:
    # The names are plain identifiers: nothing in them needs escaping.
    return [f'"{name}": {exact(value)}' for name, value in stage.items()]
