"""Explaining: equations and the worked solution as lines of text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from rnncalc.cells.model import Cell
from rnncalc.cells.notation import UNICODE, is_inlined, latex, spell
from rnncalc.problem.problem import Problem
from rnncalc.trace.step import Step
from rnncalc.trace.working import Derivation, derivations


def working_lines(
    problem: Problem, step: Step, digits: int, fits: Callable[[str], bool], only: str | None = None
) -> Iterator[str]:
    """Yield how each of a step's quantities comes about, a line each, or one a sign if too long.

    fits: whether a line is short enough. only: the name of a quantity, if it is to be alone.
    """
    for derivation in derivations(problem, step, UNICODE, digits):
        if only and derivation.label.partition("[")[0] != only:
            continue
        label = ("  " if derivation.is_unit else "") + derivation.label
        stages = [f" {sign} {text}" for sign, text in derivation.stages]
        told = derivation.remark or ", ".join(map(" ".join, derivation.sizes))
        remark = f"  ({told})" if told else ""
        line = "".join([label, *stages, remark])
        if fits(line) or len(stages) < 2:
            yield line
        else:
            yield label + stages[0]
            for stage in stages[1:]:
                yield " " * len(label) + stage
            if remark:
                yield " " * len(label) + remark


def aligned_equations(cell: Cell) -> str:
    """Return a cell's equations as one LaTeX ``aligned`` environment, as the lecture has them."""
    style = latex(cell.equations, cell.roles)
    return aligned(
        Derivation(style.symbol(line.name), [("=", spell(line.expression, style))])
        for line in cell.equations
        if not is_inlined(line, cell.roles)
    )


def aligned(found: Iterable[Derivation]) -> str:
    """Return derivations as one LaTeX ``aligned`` environment."""
    lines = []
    for derivation in found:
        stages = [f"{sign} {text}" for sign, text in derivation.stages]
        formula, rest = (stages[:1], stages[1:]) if len(stages) > 2 else (stages, [])
        told = derivation.remark.replace("--", "-{}-")  # or LaTeX makes one dash of two
        remark = rf" \quad \text{{({told})}}" if told else ""
        lines.append(f"{derivation.label} &{' '.join(formula)}{'' if rest else remark}")
        if rest:
            lines.append(f"&{' '.join(rest)}{remark}")
        if derivation.sizes:
            sizes = (
                f"{symbol}: "
                + (size.replace("×", r" \times ") if size[0].isdigit() else rf"\text{{{size}}}")
                for symbol, size in derivation.sizes
            )
            lines.append(rf"&\quad ({', '.join(sizes)})")
    body = " \\\\\n".join(lines)
    return f"\\begin{{aligned}}\n{body}\n\\end{{aligned}}\n"
