"""Equations: those of a cell alone, in each format that has a form, and with numbers put in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from rnncalc.cells.model import Cell
from rnncalc.cells.notation import SOURCE, UNICODE, equation, is_inlined, spell
from rnncalc.cells.notation import latex as latex_style
from rnncalc.problem.problem import Problem
from rnncalc.reports.tex.breaking import body
from rnncalc.trace.step import Step
from rnncalc.trace.working import Derivation, derivations


def plain(cell: Cell, page: object) -> Iterator[str]:
    """Yield the equations, a line each."""
    for line in cell.equations:
        yield f"{equation(line, UNICODE)}\n"


table = plain


def json(cell: Cell, page: object) -> Iterator[str]:
    """Yield the equations by name, as one object."""
    texts = (f'"{line.name}": "{spell(line.expression, SOURCE)}"' for line in cell.equations)
    yield f"{{{', '.join(texts)}}}\n"


def markdown(cell: Cell, page: object) -> Iterator[str]:
    """Yield the equations as displayed maths."""
    yield f"```math\n{_aligned(cell)}```\n"


def latex(cell: Cell, page: object) -> Iterator[str]:
    """Yield the equations as displayed maths."""
    yield f"\\[\n{_aligned(cell)}\\]\n"


def _aligned(cell: Cell) -> str:
    """Return the equations as the lecture has them."""
    style = latex_style(cell.equations, cell.roles)
    return aligned(
        Derivation(style.symbol(line.name), [("=", spell(line.expression, style))])
        for line in cell.equations
        if not is_inlined(line, cell.roles)
    )


def source(cell: Cell, page: object) -> Iterator[str]:
    """Yield the cell's text, which ``rnncalc cell`` reads."""
    yield cell.source


def working_lines(
    problem: Problem,
    step: Step,
    digits: int,
    fits: Callable[[str], bool],
    only: str | None = None,
    *,
    is_aligned: bool = False,
) -> Iterator[str]:
    """Yield how each of a step's quantities comes about, a line each, or one a sign if too long.

    fits: whether a line is short enough. only: the name of a quantity, if it is to be alone.
    is_aligned: whether the first signs stand below each other.
    """
    found = [
        derivation
        for derivation in derivations(problem, step, UNICODE, digits)
        if not only or derivation.label.partition("[")[0] == only
    ]
    labels = ["  " * derivation.is_unit + derivation.label for derivation in found]
    width = max(map(len, labels), default=0) * is_aligned
    for derivation, name in zip(found, labels, strict=True):
        label = f"{name:{width}}"
        parts = [f" {sign} {text}" for sign, text in derivation.stages]
        told = derivation.remark or ", ".join(map(" ".join, derivation.sizes))
        remark = [f"  ({told})"] if told else []
        line = "".join([label, *parts, *remark])
        if fits(line) or len(parts) < 2:
            yield line
        else:
            yield label + parts[0]
            below = [*parts[1:], *(f" {it}" for it in remark)]
            yield from (" " * len(label) + part for part in below)


def aligned(found: Iterable[Derivation]) -> str:
    """Return derivations as one LaTeX ``aligned`` environment."""
    return f"\\begin{{aligned}}\n{body(found)}\\end{{aligned}}\n"
