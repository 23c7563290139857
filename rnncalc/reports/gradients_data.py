"""Gradients as data: lines of JSON, as exact as computed, and plain text."""

from __future__ import annotations

from collections.abc import Iterator
from json import dumps
from typing import Any

from rnncalc.cells.expressions import PREVIOUS
from rnncalc.decimals import joined, members
from rnncalc.numerals import exact, rounded
from rnncalc.reports.page import Page
from rnncalc.trace.derivatives.jacobians import Links
from rnncalc.trace.derivatives.story import Derived
from rnncalc.trace.derivatives.values import MOST_ELEMENTS
from rnncalc.trace.gradients.gradients import BackStep


def links_of(derived: Derived) -> dict[str, Links]:
    """Return the Jacobians from step to step by their names, {} if they have too many elements."""
    problem, kept = derived.problem, derived.found.kept
    states = problem.cell.states
    units = sum(problem.sizes.number(name) for name in states)
    if (problem.steps or 0) * units * units > MOST_ELEMENTS:
        return {}
    pairs = [(one, other) for one in states for other in states]
    return {
        one if one == other else f"{one}.{other}": Links(problem, one, other, kept)
        for one, other in pairs
    }


def derivatives(step: BackStep) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return a step's derivatives: by values and parameters, and by pre-activations."""
    by = {name: it for name, it in step.by.items() if not name.startswith("pre.")}
    shown = {name: it for name, it in by.items() if not name.endswith(PREVIOUS)}
    delta = {name[4:]: it for name, it in step.by.items() if name.startswith("pre.")}
    return {**shown, **step.shares}, delta


def json(derived: Derived, page: Page) -> Iterator[str]:
    """Yield a step as a line of JSON, from the last to the first, which has the sums, too."""
    found, links = derived.found, links_of(derived)
    for step in found:
        if derived.step not in (None, step.t):
            continue
        by, delta = derivatives(step)
        told: dict[str, Any] = {"grad": by, "delta": delta}
        if links:
            told["jac"] = {name: link.at(step.t) for name, link in links.items()}
        if step.t == 1 and not derived.step:
            told["sums"] = found.sums()
            told |= {"updated": derived.updated} if derived.rate is not None else {}
        yield f'{{"t": {step.t}'
        for name, values in told.items():
            if name == "sums":
                yield f', "of": {dumps(found.objective.told(found.steps))}'
                yield f', "value": {exact(found.value)}'
            yield f', "{name}": {{'
            yield from joined(members(values, values.values()), ", ")
            yield "}"
        yield "}\n"


def plain(derived: Derived, page: Page) -> Iterator[str]:
    """Yield a line ``name = value`` for each derivative, and the sums at the end."""
    found = derived.found
    if page.explain:
        from rnncalc.reports.gradients_working import lines

        yield f"of = {found.objective.told(found.steps)}\n"
        yield from (f"{line}\n" for line in lines(derived, page.digits, page.fits))
        return
    links = links_of(derived)
    yield f"of = {found.objective.told(found.steps)}\n"
    for step in found:
        if derived.step not in (None, step.t):
            continue
        by, delta = derivatives(step)
        told = []
        jacobians = {name: link.at(step.t) for name, link in links.items()}
        for prefix, values in (("grad", by), ("delta", delta), ("jac", jacobians)):
            for name, it in values.items():
                told.append(f"{prefix}.{name}@{step.t} = {rounded(it, page.digits)}")
        yield "".join(f"{line}\n" for line in told)
    for name, total in () if derived.step else found.sums().items():
        yield f"grad.{name} = {rounded(total, page.digits)}\n"
    for name, worth in derived.updated.items():
        yield f"new {name} = {rounded(worth, page.digits)}\n"
