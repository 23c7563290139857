"""Functions that no cell has, and that somebody may take for one that it has."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from rnncalc.cells.expressions import Binary, Call, Expression, Negation, Number
from rnncalc.cells.functions import FUNCTIONS
from rnncalc.numerals import cut, elementwise

#: How numbers are shortened on the way: how, to how many decimals, and what does it.
SHORTENED: Mapping[tuple[str, int], Callable[[float], float]] = {
    **{("rounded", decimals): partial(round, ndigits=decimals) for decimals in (1, 0, 2, 3)},
    **{("cut", decimals): partial(cut, decimals=decimals) for decimals in (1, 0, 2, 3)},
}
#: Keys of a calculator beside tanh: nothing can be written with them.
OTHERS: Mapping[str, Callable[[float], float]] = {
    "arctan": math.atan,
    "tan": math.tan,
    "sin": math.sin,
    "artanh": lambda z: math.atanh(z) if -1 < z < 1 else math.nan,
    "rounded": lambda z: round(z, 1),
    **{f"{how}_{decimals}": way for (how, decimals), way in SHORTENED.items()},
}
_WIDE = "normalised"  # and of all elements of a vector
_LEAST = 1e-5  # what is added to a variance, so that nothing is divided by 0


def worth(name: str, argument: Any) -> Any:
    """Return the value of a function of a cell, or of another one."""
    if function := FUNCTIONS.get(name):
        return (
            function.number(argument) if isinstance(argument, float) else function.array(argument)
        )
    if name == _WIDE:
        return _normalised(argument)
    return elementwise(_finite(OTHERS[name]), argument)


def _normalised(z: Any) -> Any:
    """Return a vector less its average, divided by its standard deviation: a layer normalised."""
    if isinstance(z, float):
        return 0.0
    return (z - z.mean()) / (z.var() + _LEAST) ** 0.5


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
    for name in ("arctan", "tan", "sin"):
        yield f"{name} for {function}", Call(name, z)
    yield f"{spelled}(z) rounded to 1 decimal", Call("rounded", node)
    yield "layer normalised before the function", Call(function, Call(_WIDE, z))
    three, third = Number(3.0), Binary("/", two, Number(3.0))
    if function == "sigmoid":
        hard = Call("hard_sigmoid", Binary("*", three, z))
        yield "hard sigmoid (z + 1)/2 for sigmoid", Call("identity", hard)
    if function == "tanh":
        scaled = Call(function, Binary("*", third, z))
        yield "LeCun's tanh, 1.7159 tanh(2z/3), for tanh", Binary("*", Number(1.7159), scaled)
        level = Binary("-", Binary("*", two, Call("step", z)), one)
        yield "tanh rounded to -1 or 1", level
