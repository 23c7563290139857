"""Markdown and LaTeX: tables and the working as maths, for notebooks, GitHub and documents."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

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


class _Markup(NamedTuple):
    """How a markup writes the names, the words and the numbers in a table, and what is around it.

    table: yields a table with a title, from the cells of its header and its rows, which are
    written already. maths, note: what a worked solution and a note are put into.
    """

    symbol: Callable[[str], str]
    text: Callable[[str], str]
    value: Callable[[str], str]
    table: Callable[[str, Sequence[str], Iterable[Sequence[str]]], Iterator[str]]
    maths: str
    note: str


def _report(trace: Trace, page: Page, markup: _Markup) -> Iterator[str]:
    """Yield a table of the step, or of all steps, or with the working a table for each."""
    problem, style = trace.problem, _style(trace)
    title = problem.cell.title[0].upper() + problem.cell.title[1:]
    symbol, text, value = markup.symbol, markup.text, markup.value
    if not page.step_by_step and trace.has(2):
        header = [value("t"), *map(symbol, sequence_names(problem))]
        rows = (row for step in trace for row in sequence_rows(problem, step, page.digits))
        yield from markup.table(title, header, (list(map(value, row)) for row in rows))
    else:
        for step in trace:
            cells = (
                [symbol(name), text(what), value(z), value(shown), role]
                for name, what, z, shown, role in step_rows(problem, step, page.digits)
            )
            yield from markup.table(f"{title}, step {problem.number(step.t)}", HEADER, cells)
            if page.explain:
                yield markup.maths.format(aligned(derivations(problem, step, style, page.digits)))
    if trace.count:
        for note in notes(trace):
            yield markup.note.format(note)


def markdown(trace: Trace, page: Page) -> Iterator[str]:
    """Yield Markdown, each table in a section with a title."""

    def table(title: str, header: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
        yield f"## {title}\n\n"
        for row in (header, ["---"] * len(header), *rows):
            yield f"| {' | '.join(row)} |\n"
        yield "\n"

    def text(cell: str) -> str:
        return re.sub(r"([\\`*|<])", r"\\\1", cell)

    def value(cell: str) -> str:
        return cell.replace("\n", "<br>")

    markup = _Markup("`{}`".format, text, value, table, "$$\n{}$$\n\n", "- {}\n")
    return _report(trace, page, markup)


def latex(trace: Trace, page: Page) -> Iterator[str]:
    """Yield LaTeX to paste into a document with amsmath."""

    def symbol(name: str) -> str:
        return f"${style.symbol(name)}$"

    def table(title: str, header: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
        yield f"\\begin{{tabular}}{{{'llrll' if header is HEADER else 'r' * len(header)}}}\n"
        yield f"{' & '.join(header)} \\\\\n\\hline\n"
        for row in rows:
            yield f"{' & '.join(row)} \\\\\n"
        yield "\\end{tabular}\n"

    style = _style(trace)
    markup = _Markup(symbol, _latex_text, _latex_value, table, "\\[\n{}\\]\n", "% {}\n")
    return _report(trace, page, markup)


def _style(trace: Trace) -> notation.Style:
    return notation.latex(trace.problem.cell.equations, trace.problem.cell.roles)


def _latex_value(cell: str) -> str:
    """Write the numbers in a cell as maths, and what is said of them as text."""
    numbers, tie, rest = cell.partition(" (tie")
    if not numbers:
        return ""
    return f"${notation.latex_number(numbers)}$" + (f" ({_latex_text(tie[2:] + rest)}" * bool(tie))


def _latex_text(text: str) -> str:
    """Write text so that LaTeX leaves its dashes and special characters alone."""
    text = re.sub(r"([&%$#_{}])", r"\\\1", text.replace("\\", "\\textbackslash "))
    for sign, name in (("^", "circum"), ("~", "tilde")):
        text = text.replace(sign, rf"\textascii{name}{{}}")
    return text.replace("--", "-{}-")
