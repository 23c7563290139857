"""Explaining: the worked solution, as lines of text and as LaTeX."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from rnncalc.cells.notation import UNICODE
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
        label = "  " * derivation.is_unit + derivation.label
        parts = [f" {sign} {text}" for sign, text in derivation.stages]
        told = derivation.remark or ", ".join(map(" ".join, derivation.sizes))
        remark = [f"  ({told})"] if told else []
        line = "".join([label, *parts, *remark])
        if fits(line) or len(parts) < 2:
            yield line
        else:
            yield label + parts[0]
            yield from (" " * len(label) + part for part in [*parts[1:], *remark])


def aligned(found: Iterable[Derivation]) -> str:
    """Return derivations as one LaTeX ``aligned`` environment."""
    lines = []
    for derivation in found:
        stages = [f"{sign} {text}" for sign, text in derivation.stages]
        told = derivation.remark.replace("--", "-{}-")  # or LaTeX makes one dash of two
        remark = rf" \quad \text{{({told})}}" if told else ""
        if len(stages) > 2:
            lines.append(f"{derivation.label} &{stages[0]}")
            lines.append(f"&{' '.join(stages[1:])}{remark}")
        else:
            lines.append(f"{derivation.label} &{' '.join(stages)}{remark}")
        sizes = (
            f"{symbol}: "
            + (size.replace("×", r" \times ") if size[0].isdigit() else rf"\text{{{size}}}")
            for symbol, size in derivation.sizes
        )
        if derivation.sizes:
            lines.append(rf"&\quad ({', '.join(sizes)})")
    body = " \\\\\n".join(lines)
    return f"\\begin{{aligned}}\n{body}\n\\end{{aligned}}\n"
