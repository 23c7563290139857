"""LaTeX: a tabular and the working as aligned maths, to paste into a document with amsmath."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from rnncalc.cells.model import Cell
from rnncalc.cells.notation import latex, latex_number
from rnncalc.reports.explaining import aligned, aligned_equations
from rnncalc.reports.notes import problem_notes, tie_notes
from rnncalc.reports.page import Page
from rnncalc.reports.rows import HEADER, sequence_names, sequence_rows, step_rows
from rnncalc.trace.trace import Trace
from rnncalc.trace.working import derivations


def report(trace: Trace, page: Page) -> Iterator[str]:
    """Yield a table of the step, or of all steps, or with the working a table for each."""
    problem = trace.problem
    style = latex(problem.cell.equations, problem.cell.roles)
    if not page.step_by_step and trace.has(2):
        names = sequence_names(problem)
        yield f"\\begin{{tabular}}{{r{'r' * len(names)}}}\n"
        yield _line(["$t$", *(f"${style.symbol(name)}$" for name in names)]) + "\\hline\n"
        for step in trace:
            for row in sequence_rows(problem, step, page.digits):
                yield _line(map(_value, row))
        yield "\\end{tabular}\n"
    else:
        for step in trace:
            yield "\\begin{tabular}{llrll}\n"
            yield _line(HEADER) + "\\hline\n"
            for symbol, what, z, value, role in step_rows(problem, step, page.digits):
                cells = [f"${style.symbol(symbol)}$", _text(what), _value(z), _value(value), role]
                yield _line(cells)
            yield "\\end{tabular}\n"
            if page.explain:
                lines = aligned(derivations(problem, step, style, page.digits))
                yield f"\\[\n{lines}\\]\n"
    if trace.count:
        yield from (f"% {note}\n" for note in (*problem_notes(problem), *tie_notes(trace)))


def equations(cell: Cell) -> str:
    """Return the cell's equations as displayed maths."""
    return f"\\[\n{aligned_equations(cell)}\\]\n"


def _line(cells: Iterable[str]) -> str:
    return f"{' & '.join(cells)} \\\\\n"


def _value(cell: str) -> str:
    """Write the numbers in a cell as maths, and what is said of them as text."""
    numbers, tie, rest = cell.partition(" (tie")
    if not numbers:
        return ""
    return f"${latex_number(numbers)}$" + (f" ({_text(tie[2:] + rest)}" if tie else "")


def _text(text: str) -> str:
    """Write text so that LaTeX leaves its dashes and special characters alone."""
    text = re.sub(r"([&%$#_{}])", r"\\\1", text)
    return text.replace("--", "-{}-")
