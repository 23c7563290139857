"""Gradients as Markdown and LaTeX: tables, and the chain rule as maths."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rnncalc.cells.notation import latex_number
from rnncalc.reports.equations import aligned
from rnncalc.reports.gradients_columns import Column
from rnncalc.reports.gradients_parts import blocks, parts, table_rows, updates
from rnncalc.reports.gradients_words import title
from rnncalc.reports.gradients_working import derivations
from rnncalc.reports.page import Page
from rnncalc.trace.derivatives.story import Derived

_IN_MARKDOWN, _IN_LATEX = 8, 5  # columns side by side, beside that of the steps
_LINKS = 8  # of a chain that no page break parts


def markdown(derived: Derived, page: Page) -> Iterator[str]:
    """Yield Markdown: a table, what there is to say, and the chain rule if that is wanted."""
    found = parts(derived, page.digits)
    said = [*found.said, *updates(derived, page.digits), *found.notes]
    yield f"## {title(derived, page.digits)}\n\n"
    for columns in blocks(found.groups, _IN_MARKDOWN):
        for row in (["t", *(c.heading for c in columns)], ["---"] * (len(columns) + 1)):
            yield f"| {' | '.join(row)} |\n"
        for row in table_rows(columns, found.order):
            yield f"| {' | '.join(row)} |\n"
        yield "\n"
    if page.explain:
        for links in derivations(derived, page.digits, is_latex=True):
            yield f"$$\n{aligned(links)}$$\n\n" if links else ""
    for line in said:
        shown = re.sub(r"([*|<])", r"\\\1", line)
        yield f"- {shown}\n"


def latex(derived: Derived, page: Page) -> Iterator[str]:
    """Yield LaTeX to paste into a document with amsmath."""
    found = parts(derived, page.digits)
    said = [*found.said, *updates(derived, page.digits), *found.notes]
    yield f"% {title(derived, page.digits)}\n"
    yield "\n".join(_tabular(columns, found.order) for columns in blocks(found.groups, _IN_LATEX))
    if page.explain:
        for links in derivations(derived, page.digits, is_latex=True):
            for start in range(0, len(links), _LINKS):
                yield f"\\[\n{aligned(links[start : start + _LINKS])}\\]\n"
    yield from (f"% {line}\n" for line in said)


def _tabular(columns: Sequence[Column], order: Sequence[int | None]) -> str:
    heads = ["$t$", *(_heading(column.heading) for column in columns)]
    lines = [rf"\begin{{tabular}}{{{'r' * len(heads)}}}", rf"{' & '.join(heads)} \\", r"\hline"]
    for t, *cells in table_rows(columns, order):
        shown = [f"${latex_number(cell)}$".replace("%", r"\%") if cell else "" for cell in cells]
        lines.append(rf"{' & '.join([t, *shown])} \\")
    return "\n".join([*lines, r"\end{tabular}", ""])


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
