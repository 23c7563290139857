"""LaTeX: a tabular and the working as aligned maths, to paste into a document with amsmath."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from rnncalc.cells.notation import latex, latex_number
from rnncalc.problem.problem import Problem
from rnncalc.reports.explaining import aligned
from rnncalc.reports.notes import TieLog, opened, problem_notes
from rnncalc.reports.page import Page
from rnncalc.reports.rows import HEADER, sequence_names, sequence_row, start_row, step_rows
from rnncalc.trace.step import Step
from rnncalc.trace.working import derivations


def report(problem: Problem, steps: Iterable[Step], page: Page) -> Iterator[str]:
    """Yield a table of the step, or of all steps, or with the working a table for each."""
    ties = TieLog(problem)
    in_one, watched, fault = opened(ties.watch(steps), page)
    style = latex(problem.cell.equations, problem.cell.roles)
    if in_one:
        names = sequence_names(problem)
        yield f"\\begin{{tabular}}{{r{'r' * len(names)}}}\n"
        yield _line(["$t$", *(f"${style.symbol(name)}$" for name in names)]) + "\\hline\n"
        for step in watched:
            if step.t == 1:
                yield _line(map(_value, start_row(names, step, page)))
            yield _line(map(_value, sequence_row(problem, names, step, page)))
        yield "\\end{tabular}\n"
    else:
        for step in watched:
            yield "\\begin{tabular}{llrll}\n"
            yield _line(HEADER) + "\\hline\n"
            for symbol, what, z, value, role in step_rows(problem, step, page):
                cells = [f"${style.symbol(symbol)}$", _text(what), _value(z), _value(value), role]
                yield _line(cells)
            yield "\\end{tabular}\n"
            if page.explain:
                lines = aligned(derivations(problem, step, style, page.digits))
                yield f"\\[\n{lines}\\]\n"
    fault.settle(if_first=True)
    for note in [*problem_notes(problem), *ties.notes()]:
        yield f"% {note}\n"
    fault.settle()


def _line(cells: Iterable[str]) -> str:
    return f"{' & '.join(cells)} \\\\\n"


def _value(cell: str) -> str:
    """Write the numbers in a cell as maths, and what is said of them as text."""
    numbers, tie, remark = cell.partition(" (tie")
    if not numbers:
        return ""
    return f"${latex_number(numbers)}$" + (f" ({_text(tie[2:] + remark)}" if tie else "")


def _text(text: str) -> str:
    """Write text so that LaTeX leaves its dashes and special characters alone."""
    text = re.sub(r"([&%$#_{}])", r"\\\1", text)
    return text.replace("--", "-{}-")
