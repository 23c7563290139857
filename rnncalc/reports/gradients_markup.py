"""Gradients as Markdown and LaTeX: tables, and the chain rule as maths."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from rnncalc.cells.notation import latex as latex_style
from rnncalc.cells.notation import latex_number
from rnncalc.numerals import rounded
from rnncalc.reports.equations import aligned
from rnncalc.reports.gradients_columns import Column, norm_columns, number_columns
from rnncalc.reports.gradients_words import ends_of, number_sentences, title, vector_sentences
from rnncalc.reports.gradients_working import derivations
from rnncalc.reports.page import Page
from rnncalc.reports.rows import corner_notes, problem_notes
from rnncalc.reports.tex.typeset import remarks, tables, titled, working
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
    # Without the ` GitHub would take \\_ for _.
    header = [re.sub(r"\$(.+?)\$", r"$`\1`$", it) for it in _headings(derived, columns)]
    for row in (header, ["---"] * len(header)):
        yield f"| {' | '.join(row)} |\n"
    for row in _table(columns, order):
        yield f"| {' | '.join(row)} |\n"
    yield "\n"
    if page.explain:
        for found in derivations(derived, page.digits, is_latex=True):
            yield f"```math\n{aligned(found)}```\n\n" if found else ""
    for line in said:
        shown = re.sub(r"([*|<])", r"\\\1", line)
        yield f"- {shown}\n"


def latex(derived: Derived, page: Page) -> Iterator[str]:
    """Yield LaTeX to paste into a document with amsmath and booktabs."""
    columns, order, said = _parts(derived, page.digits)
    yield titled(title(derived, page.digits))
    cells = (
        [t, *(f"${latex_number(it)}$".replace("%", r"\%") if it else "" for it in row)]
        for t, *row in _table(columns, order)
    )
    yield from tables(_headings(derived, columns), cells)
    if page.explain:
        for found in derivations(derived, page.digits, is_latex=True):
            yield working(found) if found else ""
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
