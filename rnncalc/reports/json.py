"""JSON: an object a step, one step a line, every number as exact as it was computed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rnncalc.cells.model import Cell
from rnncalc.numerals import exact
from rnncalc.reports.page import Page
from rnncalc.trace.trace import Trace


def report(trace: Trace, page: Page) -> Iterator[str]:
    """Yield each step as a line of JSON: t, the quantities, pre, and exact if rounded."""
    for step in trace:
        members = [f'"t": {step.t}', *_members(step.values), f'"pre": {_object(step.pre)}']
        if trace.problem.ties:
            members.append(f'"exact": {_object(step.exact)}')
        yield f"{{{', '.join(members)}}}\n"


def equations(cell: Cell) -> str:
    """Return the cell's equations by name, as one object."""
    from rnncalc.cells.notation import SOURCE, spell

    texts = (f'"{line.name}": "{spell(line.expression, SOURCE)}"' for line in cell.equations)
    return f"{{{', '.join(texts)}}}\n"


def _object(stage: Mapping[str, Any]) -> str:
    return f"{{{', '.join(_members(stage))}}}"


def _members(stage: Mapping[str, Any]) -> list[str]:
    # The names are plain identifiers: nothing in them needs escaping.
    return [f'"{name}": {exact(value)}' for name, value in stage.items()]
