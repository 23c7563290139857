"""Markdown: tables and the working as maths, for GitHub and for notebooks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rnncalc.cells.model import Cell
from rnncalc.cells.notation import latex
from rnncalc.reports.explaining import aligned, aligned_equations
from rnncalc.reports.notes import problem_notes, tie_notes
from rnncalc.reports.page import Page
from rnncalc.reports.rows import HEADER, sequence_names, sequence_rows, step_rows
from rnncalc.trace.trace import Trace
from rnncalc.trace.working import derivations


def report(trace: Trace, page: Page) -> Iterator[str]:
    """Yield a table of the step, or of all steps, or with the working a section for each."""
    problem = trace.problem
    title = problem.cell.title[0].upper() + problem.cell.title[1:]
    if not page.step_by_step and trace.has(2):
        yield f"## {title}\n\n"
        yield _head(["t", *(f"`{name}`" for name in sequence_names(problem))])
        for step in trace:
            yield from map(_line, sequence_rows(problem, step, page.digits))
        yield "\n"
    else:
        for step in trace:
            yield f"## {title}, step {step.t}\n\n"
            yield _head(HEADER)
            for symbol, *cells in step_rows(problem, step, page.digits):
                yield _line([f"`{symbol}`", *cells])
            yield "\n"
            if page.explain:
                style = latex(problem.cell.equations, problem.cell.roles)
                lines = aligned(derivations(problem, step, style, page.digits))
                yield f"$$\n{lines}$$\n\n"
    if trace.count:
        yield from (f"- {note}\n" for note in (*problem_notes(problem), *tie_notes(trace)))


def equations(cell: Cell) -> str:
    """Return the cell's equations as displayed maths."""
    return f"$$\n{aligned_equations(cell)}$$\n"


def _head(headings: Sequence[str]) -> str:
    return _line(headings) + _line(["---"] * len(headings))


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("\n", "<br>") for cell in cells) + " |\n"
