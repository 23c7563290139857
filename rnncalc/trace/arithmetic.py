"""Arithmetic: what an expression without functions is worth, and how far off that may be."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any

from rnncalc.cells.expressions import Binary, Expression, Negation, Number, Symbol

# A float or a NumPy array: the equations don't know the difference.
Computable = Any

_UNIT = 2.0**-53  # the relative error of rounding to a float
_EXACT = 2.0**53  # integers below this are exact


def value(node: Expression, names: Mapping[str, Computable]) -> Computable:
    """Return what an expression of numbers, symbols and arithmetic is worth.

    names: floats or arrays by symbol; a weight is a number or a vector, which multiply
    elementwise, or a matrix of shape (n, m), which multiplies a vector of m elements.
    """
    # Not by pattern matching, which takes three times as long: this is called most.
    kind = type(node)
    if kind is Binary:
        sign, left, right = node  # type: ignore[misc]
        return _ARITHMETIC[sign](value(left, names), value(right, names))
    if kind is Symbol:
        return names[node[0]]  # type: ignore[index]
    if kind is Number:
        return node[0]
    if kind is Negation:
        return -value(node[0], names)  # type: ignore[arg-type]
    raise TypeError(f"not arithmetic: {node}")


def error_of(
    node: Expression, names: Mapping[str, Computable], errors: Mapping[str, Computable]
) -> tuple[Computable, Computable]:
    """Return what an expression is worth, and the most that it can be off by (to first order).

    names: values by symbol. errors: how far off each of those can be, in the same shapes.
    This is a running error analysis; see Higham, "Accuracy and Stability", section 3.3.
    """
    kind = type(node)
    if kind is Binary:
        sign, left, right = node  # type: ignore[misc]
        a, off_a = error_of(left, names, errors)
        b, off_b = error_of(right, names, errors)
        result = _ARITHMETIC[sign](a, b)
        if sign in "+-":
            return result, off_a + off_b + _rounding_error(result, a, b)
        carried = _ARITHMETIC[sign](abs(a), off_b) + _ARITHMETIC[sign](off_a, abs(b))
        if getattr(a, "ndim", 0) < 2:
            return result, carried + _rounding_error(result, a, b)
        summed = _rounding_error(a, a, b, terms=a.shape[1] + 1) @ abs(b)
        return result, carried + summed
    if kind is Symbol:
        return names[node[0]], errors[node[0]]  # type: ignore[index]
    if kind is Number:
        return node[0], 0.0
    if kind is Negation:
        result, error = error_of(node[0], names, errors)  # type: ignore[arg-type]
        return -result, error
    raise TypeError(f"not arithmetic: {node}")


def _rounding_error(result: Computable, a: Computable, b: Computable, terms: int = 1) -> Computable:
    """Return the most that rounding adds to a result of a and b; integers come out exact."""
    return abs(result) * (0.0 if _whole(a) and _whole(b) and _whole(result) else terms * _UNIT)


def written_error(given: Computable) -> Computable:
    """Return how far a number can be from the decimal that somebody wrote."""
    return abs(given) * (0.0 if _whole(given) else _UNIT)


def _whole(number: Computable) -> bool:
    if isinstance(number, float):
        return number.is_integer() and abs(number) < _EXACT
    return bool(((number % 1 == 0) & (abs(number) < _EXACT)).all())


def _weigh(weight: Computable, vector: Computable) -> Computable:
    return weight @ vector if getattr(weight, "ndim", 0) == 2 else weight * vector


_ARITHMETIC: Mapping[str, Callable[[Computable, Computable], Computable]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "@": _weigh,
}
