"""Functions that no cell has, and that somebody may take for one that it has."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from rnncalc.cells.expressions import Binary, Call, Expression, Negation, Number
from rnncalc.numerals import elementwise
from rnncalc.trace.arithmetic import applied

#: Keys of a calculator beside tanh: nothing can be written with them.
OTHERS: Mapping[str, Callable[[float], float]] = {
    "arctan": math.atan,
    "tan": math.tan,
    "sin": math.sin,
}


def worth(name: str, argument: Any) -> Any:
    """Return the value of a function of a cell, or of another one."""
    if name in OTHERS:
        return elementwise(_finite(OTHERS[name]), argument)
    return applied(name, argument)


def _finite(function: Callable[[float], float]) -> Callable[[float], float]:
    return lambda z: function(z) if math.isfinite(z) else math.nan


def shapes(function: str, spelled: str, z: Expression) -> Iterator[tuple[str, Expression]]:
    """Yield what may be computed for a function of z, with what that is called.

    function, spelled: its name, and how that is written.
    """
    one, two = Number(1.0), Number(2.0)
    node, minus = Call(function, z), Negation(z)
    size = Binary("+", Call("relu", z), Call("relu", minus))
    up, down = (Call("relu", Binary(sign, z, one)) for sign in "+-")
    e_minus, e_plus = Call("exp", minus), Call("exp", z)
    yield f"softsign for {function}", Binary("/", z, Binary("+", one, size))
    yield f"hard tanh for {function}", Binary("-", Binary("-", up, down), one)
    yield f"z {spelled}(z) for {spelled}(z)", Binary("*", z, node)
    yield f"|z| for {function}", size
    leak = Binary("*", Number(0.01), Call("relu", minus))
    yield f"leaky relu for {function}", Binary("-", Call("relu", z), leak)
    elu = Binary("+", Call("relu", z), Call("exp", Negation(Call("relu", minus))))
    yield f"elu for {function}", Binary("-", elu, one)
    yield f"e^-z for {function}", e_minus
    yield f"1 + e^-z for {function}", Binary("+", one, e_minus)
    yield f"1/(1 - e^-z) for {function}", Binary("/", one, Binary("-", one, e_minus))
    yield f"1 - e^-z for {function}", Binary("-", one, e_minus)
    yield f"1/e^-z + 1 for {function}", Binary("+", e_plus, one)
    for sign, name in (("-", "sinh"), ("+", "cosh")):
        yield f"{name} for {function}", Binary("/", Binary(sign, e_plus, e_minus), two)
    yield f"2 {spelled}(z) - 1 for {spelled}(z)", Binary("-", Binary("*", two, node), one)
    yield f"1 + {spelled}(z) for {spelled}(z)", Binary("+", one, node)
    yield f"(1 + {spelled}(z))/2 for {spelled}(z)", Binary("/", Binary("+", one, node), two)
    slope = Binary("-", one, node if function == "sigmoid" else Binary("*", node, node))
    slope = Binary("*", node, slope) if function == "sigmoid" else slope
    yield f"the slope of {function} for {function}", slope
    for name in OTHERS:
        yield f"{name} for {function}", Call(name, z)
