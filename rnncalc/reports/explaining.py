"""Explaining: the worked solution as lines of text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rnncalc.cells.notation import UNICODE
from rnncalc.problem.problem import Problem
from rnncalc.reports.page import Page, spelled
from rnncalc.trace.step import Step
from rnncalc.trace.working import Derivation, derivations

_WIDEST = 120  # columns, where nothing limits them


def working_lines(
    problem: Problem, step: Step, page: Page, only: str | None = None
) -> Iterator[str]:
    """Yield how each of a step's quantities comes about, a line each, or one a sign if too long.

    only: the name of a quantity, if it is to be alone.
    """
    for derivation in derivations(problem, step, UNICODE, page.digits):
        if only and derivation.label.partition("[")[0] != only:
            continue
        label = ("  " if derivation.is_unit else "") + derivation.label
        stages = [f" {sign} {text}" for sign, text in derivation.stages]
        told = derivation.remark or ", ".join(map(" ".join, derivation.sizes))
        remark = f"  ({told})" if told else ""
        line = spelled("".join([label, *stages, remark]), page.encoding)
        if len(line) <= (page.width or _WIDEST) or len(stages) < 2:
            yield line
        else:
            yield label + stages[0]
            for stage in stages[1:]:
                yield " " * len(label) + stage
            if remark:
                yield " " * len(label) + remark


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
