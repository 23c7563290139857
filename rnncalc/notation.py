"""Notation: how an equation is written down. One walk over the tree prints every style."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from rnncalc.cells import Equation
from rnncalc.expressions import Binary, Call, Expression, Negation, Number, Symbol
from rnncalc.values import exact

__all__ = ["SOURCE", "UNICODE", "Style", "equation", "spell"]


class Style(NamedTuple):
    """A way of writing: how symbols, functions and operators are spelled.

    symbol: spells a name. functions: spellings of functions that aren't written by name.
    operators: what stands between two operands, with its spaces.
    """

    symbol: Callable[[str], str]
    functions: Mapping[str, str]
    operators: Mapping[str, str]


def _lecture_symbol(name: str) -> str:
    family, _, subscript = name.partition(".")
    if family == "W" and subscript:
        return f"W^{{{subscript[0]},{subscript[1:]}}}"
    return f"{family}_{subscript}" if subscript else name


#: As the equations are written in `cells`; `expressions.parse` reads it back.
SOURCE = Style(str, {}, {"+": " + ", "-": " - ", "*": " * ", "@": " @ "})

#: As the lecture writes them.
UNICODE = Style(
    _lecture_symbol, {"sigmoid": "σ"}, {"+": " + ", "-": " - ", "*": " ⊙ ", "@": " "}
)  # fmt: skip

_PRECEDENCE = {"+": 1, "-": 1, "*": 2, "@": 2}
_NEGATION = 3
_ATOM = 4


def spell(node: Expression, style: Style) -> str:
    """Write an expression, with brackets where the tree needs them and nowhere else."""
    match node:
        case Number(value):
            return exact(float(value))
        case Symbol(name):
            return style.symbol(name)
        case Call(function, argument):
            return f"{style.functions.get(function, function)}({spell(argument, style)})"
        case Negation(operand):
            return "-" + _bracketed(operand, style, _NEGATION)
        case Binary(operator, left, right):
            strength = _PRECEDENCE[operator]
            # Operators group from the left: an equal one on the right needs brackets.
            first, second = (
                _bracketed(left, style, strength),
                _bracketed(right, style, strength + 1),
            )
            return f"{first}{style.operators[operator]}{second}"


def _bracketed(node: Expression, style: Style, at_least: int) -> str:
    match node:
        case Binary(operator):
            strength = _PRECEDENCE[operator]
        case Negation():
            strength = _NEGATION
        case _:
            strength = _ATOM
    text = spell(node, style)
    return text if strength >= at_least else f"({text})"


def equation(line: Equation, style: Style) -> str:
    """Write a whole equation: ``h = o ⊙ tanh_c``."""
    return f"{style.symbol(line.name)} = {spell(line.expression, style)}"
