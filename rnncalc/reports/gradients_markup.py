"""Gradients as Markdown and LaTeX: tables, and the chain rule as maths."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rnncalc.cells.notation import latex_number
from rnncalc.numerals import rounded
from rnncalc.reports.equations import aligned
from rnncalc.reports.gradients_columns import Column, norm_columns, number_columns
from rnncalc.reports.gradients_words import ends_of, number_sentences, title, vector_sentences
from rnncalc.reports.gradients_working import derivations
from rnncalc.reports.page import Page
from rnncalc.reports.rows import corner_notes, problem_notes
from rnncalc.trace.derivatives.story import Derived, links_of_rows, norm_rows, number_rows, starts
from rnncalc.trace.derivatives.values import MOST_ELEMENTS


def _parts(derived: Derived, digits: int) -> tuple[list[Column], list[int | None], list[str]]:
    """Return the columns of the table, the steps of its rows, and what is said below it."""
    if derived.problem.scalar:
        rows, arriving = list(number_rows(derived)), starts(derived)
        columns = number_columns(derived, rows, arriving, digits)
        weakest, strongest = links_of_rows(rows)
        said = list(number_sentences(derived, arriving, weakest, strongest, digits))
        order: list[int | None] = [*(row.t for row in rows), 0, None]
    else:
        norms = list(norm_rows(derived, MOST_ELEMENTS))
        whole = {key: sum(r.shares.get(key, 0.0) for r in norms) or 1.0 for key in norms[0].shares}
        columns = norm_columns(derived, norms, whole, digits)
        said, order = list(vector_sentences(derived, norms, digits)), [row.t for row in norms]
    said += [f"{name} = {rounded(it, digits)}" for name, it in derived.updated.items()]
    notes = [
        *problem_notes(derived.problem),
        *ends_of(derived.found),
        *corner_notes(derived.found.at_corners),
    ]
    return [column for group in columns for column in group], order, [*said, *notes]


def _table(columns: Sequence[Column], order: Sequence[int | None]) -> Iterator[list[str]]:
    for t in order:
        cells = [column.cells.get(t, "") for column in columns]
        if any(cells):
            yield ["sum" if t is None else str(t), *cells]


def markdown(derived: Derived, page: Page) -> Iterator[str]:
    """Yield Markdown: a table, what there is to say, and the chain rule if that is wanted."""
    columns, order, said = _parts(derived, page.digits)
    yield f"## {title(derived, page.digits)}\n\n"
    for row in (["t", *(c.heading for c in columns)], ["---"] * (len(columns) + 1)):
        yield f"| {' | '.join(row)} |\n"
    for row in _table(columns, order):
        yield f"| {' | '.join(row)} |\n"
    yield "\n"
    if page.explain:
        for found in derivations(derived, page.digits, is_latex=True):
            yield f"$$\n{aligned(found)}$$\n\n" if found else ""
    for line in said:
        shown = re.sub(r"([*|<])", r"\\\1", line)
        yield f"- {shown}\n"


def latex(derived: Derived, page: Page) -> Iterator[str]:
    """Yield LaTeX to paste into a document with amsmath."""
    columns, order, said = _parts(derived, page.digits)
    yield f"% {title(derived, page.digits)}\n"
    yield f"\\begin{{tabular}}{{{'r' * (len(columns) + 1)}}}\n"
    yield f"{' & '.join(['$t$', *(_heading(c.heading) for c in columns)])} \\\\\n\\hline\n"
    for t, *cells in _table(columns, order):
        shown = [f"${latex_number(cell)}$".replace("%", r"\%") if cell else "" for cell in cells]
        yield f"{' & '.join([t, *shown])} \\\\\n"
    yield "\\end{tabular}\n"
    if page.explain:
        for found in derivations(derived, page.digits, is_latex=True):
            yield f"\\[\n{aligned(found)}\\]\n" if found else ""
    yield from (f"% {line}\n" for line in said)


def _heading(text: str) -> str:
    """Write a column's heading as maths."""
    names = {"∂": r"\partial ", "δ": r"\delta", "Π": r"\prod ", "‖": r"\|"}
    if text.startswith("grad."):
        name = text[5:].replace("_", r"\_")
        return rf"$\partial L/\partial \mathrm{{{name}}}$"
    if text.startswith(("slope", "share")) or " of " in text:
        return text.replace("_", r"\_").replace("Π", r"$\prod$")
    for sign, command in names.items():
        text = text.replace(sign, command)
    text = re.sub(r"_(?!{)([a-z0-9]+)", r"_{\1}", text)
    return f"${text}$"
