"""Markdown: tables and the working as maths, as GitHub shows them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from rnncalc.cells import notation
from rnncalc.reports.equations import aligned
from rnncalc.reports.page import Page
from rnncalc.reports.rows import (
    HEADER,
    notes,
    sequence_names,
    sequence_rows,
    step_rows,
)
from rnncalc.trace.trace import Trace
from rnncalc.trace.working import derivations


def markdown(trace: Trace, page: Page) -> Iterator[str]:
    """Yield a section with a table for the step, or for all, or with the working for each."""
    problem = trace.problem
    style = notation.latex(problem.cell.equations, problem.cell.roles)
    title = problem.cell.title[0].upper() + problem.cell.title[1:]

    def symbol(name: str) -> str:
        return f"$`{style.symbol(name)}`$"  # without the ` GitHub would take \\_ for _

    if not page.step_by_step and trace.has(2):
        header = ["$`t`$", *map(symbol, sequence_names(problem))]
        rows = (row for step in trace for row in sequence_rows(problem, step, page.digits))
        yield from _table(title, header, rows)
    else:
        for step in trace:
            cells = (
                [symbol(name), _text(what), z, value.replace("\n", "<br>"), role]
                for name, what, z, value, role in step_rows(problem, step, page.digits)
            )
            yield from _table(f"{title}, step {problem.number(step.t)}", HEADER, cells)
            if page.explain:
                body = aligned(derivations(problem, step, style, page.digits))
                yield f"```math\n{body}```\n\n"
    if trace.count:
        for note in notes(trace):
            yield f"- {_text(note)}\n"


def _table(title: str, header: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"## {_text(title)}\n\n"
    for row in chain((header, ["---"] * len(header)), rows):
        yield f"| {' | '.join(row)} |\n"
    yield "\n"


def _text(text: str) -> str:
    return re.sub(r"([\\`*|<])", r"\\\1", text)
