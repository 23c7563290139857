"""What derivatives are worth, by name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rnncalc.errors import InputError
from rnncalc.problem.problem import Problem
from rnncalc.trace.derivatives.jacobians import Links
from rnncalc.trace.derivatives.names import JACOBIAN, PARAMETER, Name, check_name, of_unit
from rnncalc.trace.gradients.gradients import Gradients
from rnncalc.trace.gradients.kept import Kept, Rows, every_name
from rnncalc.trace.gradients.objective import Objective

#: Elements of Jacobians that are computed.
MOST_ELEMENTS = 10**8


def values(
    problem: Problem,
    objective: Objective,
    names: Sequence[Name],
    label: str,
    rows: Rows,
    corners: dict[tuple[str, str], list[int]],
) -> list[list[Any]]:
    """Return what each name stands for: one value, or one for each step, from the first.

    All are worked out at once. problem: with inputs that can be gone through more than once, if
    there are several names, or one of a Jacobian. label: the option that has the names. corners:
    takes `Gradients.at_corners`. Raises InputError if there is no such thing.
    """
    for name in names:
        check_name(problem, label, name)
    found: dict[Name, list[Any]] = {}
    back = [name for name in names if name.kind != JACOBIAN]
    if back:
        symbols = list(dict.fromkeys(name.symbol for name in back))
        gradients = Gradients(problem, objective, rows, symbols)
        for name in back:
            check_name(problem._replace(steps=gradients.steps), label, name)
        found = _by_step(gradients, [name for name in back if not name.is_total])
        whole = [name for name in back if name.is_total]
        sums = gradients.sums() if whole else {}
        found |= {name: [of_unit(sums[name.key], name)] for name in whole}
        corners.update(gradients.at_corners)
    steps = {name: _steps(problem, name) for name in names if name.kind == JACOBIAN}
    links: dict[tuple[str, str], Links] = {}
    kept = Kept(problem, every_name(problem), rows) if steps else None
    for name, numbers in steps.items():
        which = name.of, name.symbol
        if kept and which not in links:
            links[which] = Links(problem, *which, kept)
        found[name] = [links[which].at(t) for t in numbers]
    return [found[name] for name in names]


def _by_step(gradients: Gradients, names: Sequence[Name]) -> dict[Name, list[Any]]:
    """Return values at one step, or at all of them."""
    found: dict[Name, list[Any]] = {name: [] for name in names}
    at: dict[int | None, list[Name]] = {}
    for name in found:
        at.setdefault(name.t, []).append(name)
    for step in gradients if names else ():
        for name in (*at.get(None, ()), *at.get(step.t, ())):
            is_share = name.kind == PARAMETER
            value = step.shares[name.key] if is_share else step.by[name.symbol]
            found[name].append(of_unit(value, name))
    return {name: kept[::-1] for name, kept in found.items()}


def _steps(problem: Problem, name: Name) -> Sequence[int]:
    """Return the steps whose Jacobians a name stands for; raise InputError if they are too many."""
    steps: Sequence[int] = [name.t] if name.t else range(1, (problem.steps or 0) + 1)
    size = problem.sizes.number(name.of) * problem.sizes.number(name.symbol)
    if len(steps) * size > MOST_ELEMENTS:
        told = f"{name.text}: {len(steps):,} Jacobians of {size:,} elements are more than"
        told = f"{told} {MOST_ELEMENTS:,} elements; {name.text}@1 is one of them"
        raise InputError.of("size", told)
    return steps
