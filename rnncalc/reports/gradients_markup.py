"""Gradients as Markdown and LaTeX: tables, and the chain rule as maths."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from rnncalc.cells.notation import latex as latex_style
from rnncalc.cells.notation import latex_number
from rnncalc.reports.equations import aligned
from rnncalc.reports.gradients_columns import Column
from rnncalc.reports.gradients_parts import parts, updates
from rnncalc.reports.gradients_words import title
from rnncalc.reports.gradients_working import derivations
from rnncalc.reports.page import Page
from rnncalc.reports.tex.typeset import remarks, tables, titled, working
from rnncalc.trace.derivatives.story import Derived


def markdown(derived: Derived, page: Page) -> Iterator[str]:
    """Yield Markdown: a table, what there is to say, and the chain rule if that is wanted."""
    found = parts(derived, page.digits)
    columns = [column for group in found.groups for column in group]
    said = [*found.said, *updates(derived, page.digits), *found.notes]
    yield f"## {title(derived, page.digits)}\n\n"
    # Without the ` GitHub would take \\_ for _.
    header = [re.sub(r"\$(.+?)\$", r"$`\1`$", it) for it in _headings(derived, columns)]
    for row in (header, ["---"] * len(header)):
        yield f"| {' | '.join(row)} |\n"
    for row in found.rows:
        yield f"| {' | '.join(row)} |\n"
    yield "\n"
    if page.explain:
        for links in derivations(derived, page.digits, is_latex=True):
            yield f"```math\n{aligned(links)}```\n\n" if links else ""
    for line in said:
        shown = re.sub(r"([*|<])", r"\\\1", line)
        yield f"- {shown}\n"


def latex(derived: Derived, page: Page) -> Iterator[str]:
    """Yield LaTeX to paste into a document with amsmath and booktabs."""
    found = parts(derived, page.digits)
    columns = [column for group in found.groups for column in group]
    said = [*found.said, *updates(derived, page.digits), *found.notes]
    yield titled(title(derived, page.digits))
    cells = (
        [t, *(f"${latex_number(it)}$".replace("%", r"\%") if it else "" for it in row)]
        for t, *row in found.rows
    )
    yield from tables(_headings(derived, columns), cells)
    if page.explain:
        for links in derivations(derived, page.digits, is_latex=True):
            yield working(links) if links else ""
    yield from remarks(said)


def _headings(derived: Derived, columns: Sequence[Column]) -> list[str]:
    """Return the headings of a table, with maths between dollars, as the working below writes it.

    Quantities are without their step, unless it is a number.
    """
    cell = derived.problem.cell
    style = latex_style(cell.equations, cell.roles)
    known = {name: style.symbol(name).removesuffix("_t") for name in cell.quantities}
    known |= {p.name: style.symbol(p.symbol) for p in cell.parameters.values() if p.kind != "state"}
    return ["$t$", *(_heading(column.heading, known) for column in columns)]


def _heading(text: str, known: Mapping[str, str]) -> str:
    kind, _, name = text.partition(" ")
    if kind in ("slope", "share"):
        return f"{kind} ${known[name]}$" if name in known else text.replace("_", r"\_")
    if text in known:
        return f"${known[text]}$"
    if text.startswith("grad.") and text[5:] in known:
        return rf"$\partial L/\partial {known[text[5:]]}$"
    if text.startswith("δ_") and text[2:] in known:
        return rf"$\delta_{{{known[text[2:]]}}}$"
    if text.endswith(" of norms"):
        return r"$\prod$ of norms"
    for sign, command in (("∂", r"\partial "), ("δ", r"\delta"), ("Π", r"\prod"), ("‖", r"\Vert ")):
        text = text.replace(sign, command)
    maths = re.sub(r"_(?!{)([a-z0-9]+)", r"_{\1}", text)
    return f"${maths}$"
