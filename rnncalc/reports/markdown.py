"""Markdown: tables and the working as maths, for GitHub and for notebooks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rnncalc.cells.notation import latex
from rnncalc.problem.problem import Problem
from rnncalc.reports.explaining import aligned
from rnncalc.reports.notes import TieLog, opened, problem_notes
from rnncalc.reports.page import Page
from rnncalc.reports.rows import HEADER, sequence_names, sequence_row, start_row, step_rows
from rnncalc.trace.step import Step
from rnncalc.trace.working import derivations


def report(problem: Problem, steps: Iterable[Step], page: Page) -> Iterator[str]:
    """Yield a table of the step, or of all steps, or with the working a section for each."""
    ties = TieLog(problem)
    in_one, watched, fault = opened(ties.watch(steps), page)
    title = problem.cell.title[0].upper() + problem.cell.title[1:]
    if in_one:
        names = sequence_names(problem)
        yield f"## {title}\n\n"
        yield _head(["t", *(f"`{name}`" for name in names)])
        for step in watched:
            if step.t == 1:
                yield _line(start_row(names, step, page))
            yield _line(sequence_row(problem, names, step, page))
        yield "\n"
    else:
        style = latex(problem.cell.equations, problem.cell.roles)
        for step in watched:
            yield f"## {title}, step {step.t}\n\n"
            yield _head(HEADER)
            for symbol, *cells in step_rows(problem, step, page):
                yield _line([f"`{symbol}`", *cells])
            yield "\n"
            if page.explain:
                lines = aligned(derivations(problem, step, style, page.digits))
                yield f"$$\n{lines}$$\n\n"
    fault.settle(if_first=True)
    for note in [*problem_notes(problem), *ties.notes()]:
        yield f"- {note}\n"
    fault.settle()


def _head(headings: Sequence[str]) -> str:
    return _line(headings) + _line(["---"] * len(headings))


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("\n", "<br>") for cell in cells) + " |\n"
