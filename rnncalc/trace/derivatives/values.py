"""What derivatives are worth, by name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from rnncalc.errors import InputError
from rnncalc.problem.problem import Problem
from rnncalc.trace.derivatives.jacobians import Links
from rnncalc.trace.derivatives.names import JACOBIAN, Name, check_name, of_unit
from rnncalc.trace.gradients.backward import Rows
from rnncalc.trace.gradients.gradients import Gradients
from rnncalc.trace.gradients.objective import Objective

#: Elements of Jacobians that are computed.
MOST_ELEMENTS = 10**8


def values(
    problem: Problem,
    objective: Objective,
    name: Name,
    label: str,
    rows: Rows,
    corners: dict[tuple[str, str], list[int]],
) -> Iterator[Any]:
    """Yield what a name stands for: one value, or one for each step, from the first.

    problem: for a Jacobian, with inputs that can be gone through more than once. label: the
    option that has the name. corners: takes `Gradients.at_corners`. Raises InputError if there is
    no such thing.
    """
    check_name(problem, label, name)
    if name.kind == JACOBIAN:
        yield from _links(problem, name, rows)
        return
    found = Gradients(problem, objective, rows, [name.symbol])
    check_name(problem._replace(steps=found.steps), label, name)
    if name.is_total:
        (total,) = found.sums().values()
        corners.update(found.at_corners)
        yield of_unit(total, name)
        return
    kept: list[Any] = []
    for step in found:
        (value,) = (step.shares or step.by).values()
        if name.t is None or step.t == name.t:
            kept.append(of_unit(value, name))
    corners.update(found.at_corners)
    yield from reversed(kept)


def totals(
    problem: Problem,
    objective: Objective,
    names: Sequence[Name],
    label: str,
    rows: Rows,
    corners: dict[tuple[str, str], list[int]],
) -> list[Any]:
    """Return what names of totals stand for, all worked out at once; else as `values` has it."""
    for name in names:
        check_name(problem, label, name)
    found = Gradients(problem, objective, rows, list(dict.fromkeys(n.symbol for n in names)))
    sums = found.sums()
    corners.update(found.at_corners)
    return [
        of_unit(sums[name.text.partition("[")[0].removeprefix("grad.")], name) for name in names
    ]


def _links(problem: Problem, name: Name, rows: Rows) -> Iterator[Any]:
    steps: Sequence[int] = [name.t] if name.t else range(1, (problem.steps or 0) + 1)
    size = problem.sizes.number(name.of) * problem.sizes.number(name.symbol)
    if len(steps) * size > MOST_ELEMENTS:
        told = f"{name.text}: {len(steps):,} Jacobians of {size:,} elements are more than"
        raise InputError([f"{told} {MOST_ELEMENTS:,} elements; {name.text}@1 is one of them"])
    links = Links(problem, name.of, name.symbol, rows)
    for t in steps:
        yield links.at(t)
