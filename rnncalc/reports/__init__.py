"""Reports: a problem and its steps as text, a module for each format.

Each module has a function ``report(problem, steps, page)`` that yields the text piece by piece,
so that a stream of steps is never held as a whole. A format is imported when it is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rnncalc.problem.problem import Problem
    from rnncalc.reports.page import Page
    from rnncalc.trace.step import Step

    Report = Callable[[Problem, Iterable[Step], Page], Iterator[str]]

#: The formats that have a place for the working, and those for people.
FOR_PEOPLE = ("table", "plain", "markdown", "latex")

#: The formats of what there is to say of answers and of exercises.
FOR_STUDY = ("table", "plain", "json")

#: The names that ``--format`` takes, the default first.
FORMATS = ("table", "plain", "json", "csv", "markdown", "latex")


def report_for(format_name: str) -> Report:
    """Return the function that writes a format."""
    report: Report = import_module(f"rnncalc.reports.{format_name}").report
    return report
