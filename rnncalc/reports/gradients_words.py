"""Sentences on gradients: what is derived, which link is the weakest, what arrives at the end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import inf, log10

from rnncalc.errors import listing
from rnncalc.numerals import counted, power, rounded
from rnncalc.trace.derivatives.story import Derived, Norms, Row, last_step
from rnncalc.trace.gradients.gradients import Gradients
from rnncalc.trace.gradients.objective import EACH

_SATURATED = 0.1  # of a function's largest slope: below that it is called saturated
_LARGEST = 290  # power of ten that is surely a number
_STEEPEST = {"sigmoid": 0.25, "tanh": 1.0}


def title(derived: Derived, digits: int) -> str:
    """Say of what cell, and what is derived."""
    found, problem = derived.found, derived.problem
    objective = found.objective
    told = objective.told(found.steps)
    if objective.shape and objective.terms[0].kind == EACH:
        told = f"each unit of {told}"
    terms = objective.terms
    is_sum = len(terms) > 1 or any(getattr(term.target, "ndim", 0) for term in terms)
    is_distance = any(term.target is not None for term in terms)
    told += ", summed, not averaged" if is_sum and is_distance else ""
    worth = "" if objective.shape else f" = {rounded(found.value, digits)}"
    steps = counted(found.steps, "step")
    return f"{problem.cell.title}, {steps}: derivatives of L{worth}, {told}"


def number_sentences(
    derived: Derived,
    arriving: Mapping[str, float],
    weakest: Mapping[str, Row],
    strongest: Mapping[str, Row],
    digits: int,
) -> Iterator[str]:
    """Say of each state what arrives of a change of its start, and which link matters most."""
    last = last_step(derived.found)
    for name, product in arriving.items():
        size = abs(product)
        row = (weakest if size < 1 else strongest)[name]
        why = _why(derived, row, name, digits) if size < 1 else ""
        is_tiny = _is_tiny(derived, weakest[name], name)
        told = f"of a change of {name}_0, {_part(size, is_tiny)} arrives at {name}_{last}"
        told += ", with the opposite sign" if product < 0 else ""
        if last == 1:
            yield f"{told}."
            continue
        factor = rounded(row.factors[name], digits)
        link = f"∂{name}_{row.t}/∂{name}_{row.t - 1} = {factor}"
        how = f"the {'weakest' if size < 1 else 'strongest'} link is t = {row.t}"
        if weakest[name].factors[name] == strongest[name].factors[name]:
            how, link, why = "each link is the same", f"∂{name}_t/∂{name}_{{t-1}} = {factor}", ""
        yield f"{told}; {how}, {link}{why}."


def _is_tiny(derived: Derived, row: Row, name: str) -> bool:
    """Return whether a product that is 0 is just too small a number, by its weakest link."""
    if row.factors[name]:
        return len(row.factors) == 1 or bool(_why(derived, row, name, 4))
    lines = {line.name: line.activation for line in derived.problem.computed}
    return any(not slope and lines.get(unit) in _STEEPEST for unit, slope in row.slopes.items())


def _part(size: float, is_tiny: bool = False) -> str:
    """Say how much of a change a factor leaves. is_tiny: whether 0 is just too small a number."""
    if not size:
        return "next to nothing" if is_tiny else "nothing"
    return f"{_two_digits(100 * size)} %" if size < 10 else f"{_two_digits(size)} times as much"


def _two_digits(number: float) -> str:
    """Write a number with two digits that count, or as many as it has before its point."""
    if 0.001 <= number < 1e6:
        decimals = max(0, 1 - int(log10(number) // 1))
        text = f"{number:,.{decimals}f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    return f"{number:.1e}"


def _why(derived: Derived, row: Row, name: str, digits: int) -> str:
    """Say what is saturated where a link is weak, if the state's own function is."""
    lines = {line.name: line.activation for line in derived.problem.computed}
    steepest = _STEEPEST.get(lines.get(name) or "")
    if steepest and row.slopes.get(name, 1.0) < _SATURATED * steepest:
        return f": {name}_{row.t} = {rounded(row.values[name], digits)} is saturated"
    return ""


def vector_sentences(derived: Derived, start: Norms, digits: int) -> Iterator[str]:
    """Say what arrives of a change of the start at most, and what the product of norms allows."""
    last = last_step(derived.found)
    states = derived.problem.cell.states
    if start.product is None or start.bound is None:
        told = "the Jacobians have too many elements for their norms"
        yield f"{told}: --only jac.{states[0]}@{last} is one of them."
        return
    names = listing([f"{name}_0" for name in states])
    ends = listing([f"{name}_{last}" for name in states])
    is_tiny = -inf < start.bound < -_LARGEST
    told = f"of a change of {names}, {_part(start.product, is_tiny)} arrives at {ends} at most"
    if last > 1:
        is_number = start.bound < _LARGEST
        allowed = _part(10.0**start.bound, is_tiny) if is_number else power(start.bound, 1)
        allowed += "" if is_number else " times as much"
        told += f"; the product of the norms of all steps would allow {allowed}"
    yield f"{told}."


def ends_of(found: Gradients) -> Iterator[str]:
    """Say what else a reader must know: steps without effect, and what the shares are."""
    last = last_step(found)
    if not found.problem.scalar:
        told = "share: the Frobenius norm of what a step adds to the derivative by a parameter"
        yield f"{told}, as part of the sum of these norms"
    if last < found.steps:
        yield f"steps after t = {last} change nothing of this, and are not shown"
