"""Notation: how an equation is written down. One walk over the tree prints every style."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from rnncalc.cells.expressions import (
    PREVIOUS,
    Binary,
    Call,
    Equation,
    Expression,
    Negation,
    Number,
    Symbol,
    symbols,
)
from rnncalc.cells.functions import FUNCTIONS
from rnncalc.numerals import exact, rounded


class Style(NamedTuple):
    """A way of writing: how symbols, numbers, functions and operators are spelled.

    symbol: spells a name. functions: spellings of functions that aren't written by name.
    operators: what stands between two operands, with its spaces. times: what stands between two
    numbers that are multiplied. brackets_minus: whether a minus behind an operator gets brackets,
    as in 1 + (-2). approximately, becomes: the signs for a result that the digits shown don't
    give, and for rounding. unit: spells an element of a vector, from 1. text: writes a value that
    is text already. digits: decimals of numbers, None if they are exact.
    """

    symbol: Callable[[str], str]
    functions: Mapping[str, str]
    operators: Mapping[str, str]
    times: str = " * "
    brackets_minus: bool = True
    approximately: str = "≈"
    becomes: str = "→"
    unit: Callable[[str, int], str] = "{}[{}]".format
    text: Callable[[str], str] = str
    digits: int | None = None

    def number(self, value: float) -> str:
        """Spell a number."""
        return self.text(
            exact(float(value)) if self.digits is None else rounded(value, self.digits)
        )


def _lecture_symbol(name: str) -> str:
    family, _, subscript = name.partition(".")
    if family == "W" and subscript:
        return f"W^{{{','.join(subscript) if len(subscript) == 2 else subscript}}}"
    return f"{family}_{subscript}" if subscript else name


_OPERATORS = {"+": " + ", "-": " - ", "*": " * ", "/": " / ", "@": " @ "}

#: As cells are written; `grammar` reads it back.
SOURCE = Style(str, {}, _OPERATORS, brackets_minus=False)

#: As the lecture writes them, in characters.
UNICODE = Style(_lecture_symbol, {"sigmoid": "σ"}, {**_OPERATORS, "*": " ⊙ ", "@": " "}, times="·")

_GREEK = (
    *("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "kappa", "lambda"),
    *("mu", "nu", "xi", "rho", "sigma", "tau", "phi", "chi", "psi", "omega"),
)


def latex_number(text: str) -> str:
    r"""Write a value as LaTeX does: ``1e-05`` is ``1 \times 10^{-5}``, with what is said of it."""
    text = re.sub(r"e([+-]?)0*(\d+)", lambda m: rf" \times 10^{{{m[1].strip('+')}{m[2]}}}", text)
    text = re.sub(r"\s*→\s*", r" \\to ", text).replace("…", r"\dots")
    return re.sub(r" \(([^()]* elements)\)", r" \\text{ (\1)}", text)


def is_inlined(line: Equation, roles: Mapping[str, str]) -> bool:
    """Return whether mathematics writes an equation out where it is used, as tanh(c) for tanh_c."""
    is_call = isinstance(line.expression, Call) and not line.is_unit
    return is_call and roles[line.name] == "intermediate"


def latex(equations: Sequence[Equation], roles: Mapping[str, str]) -> Style:
    r"""Return the style of the lecture's LaTeX: ``h_{t-1}``, ``x_t``, ``\tilde{c}_t``.

    equations, roles: those of the cell.
    """
    by_name = {line.name: line for line in equations}
    candidates = [name for name, role in roles.items() if role == "candidate"]

    def symbol(name: str) -> str:
        family, dot, subscript = name.partition(".")
        if dot:
            parts = ",".join(subscript) if family == "W" and len(subscript) == 2 else subscript
            text = _escaped(parts)
            sign = "^" if family == "W" else "_"
            return f"{family}{sign}{{{text}}}" if len(parts) > 1 else f"{family}{sign}{text}"
        if name.endswith(PREVIOUS) and name in roles:
            return f"{_upright(name.removesuffix(PREVIOUS))}_{{t-1}}"
        line = by_name.get(name)
        if line and is_inlined(line, roles):
            return spell(line.expression, style)
        if name not in roles:
            return _upright(name)  # a constant
        if candidates == [name] and len(name) > 1:
            users = (e.name for e in equations if name in symbols(e.expression))
            return rf"\tilde{{{_upright(next(users, name))}}}_t"
        return f"{_upright(name)}_t"

    operators = {**_OPERATORS, "*": r" \odot ", "@": r" \, "}
    style = Style(
        symbol,
        _LATEX_FUNCTIONS,
        operators,
        times=r" \cdot ",
        approximately=r"\approx",
        becomes=r"\to",
        unit=_latex_unit,
        text=latex_number,
    )
    return style


def _upright(name: str) -> str:
    """Write a name of one letter, or a Greek one, as it is, and a longer one upright."""
    if name in _GREEK:
        return f"\\{name}"
    if name == "…":
        return r"\dots"
    return name if len(name) == 1 else rf"\mathrm{{{_escaped(name)}}}"


def _escaped(name: str) -> str:
    return name.replace("_", r"\_")


# GitHub knows no \operatorname.
_LATEX_FUNCTIONS = {name: rf"\mathrm{{{_escaped(name)}}}" for name in FUNCTIONS}
_LATEX_FUNCTIONS |= {"sigmoid": r"\sigma", "tanh": r"\tanh", "exp": r"\exp"}
_LATEX_FUNCTIONS |= {"identity": r"\mathrm{id}"}


def _latex_unit(symbol: str, unit: int) -> str:
    if symbol.endswith("_t"):
        return f"{symbol}_{{t,{unit}}}".replace("_t_", "_")
    return f"({symbol})_{{{unit}}}"


_PRECEDENCE = {"+": 1, "-": 1, "*": 2, "/": 2, "@": 2}
_NEGATION = 3
_ATOM = 4


def spell(node: Expression, style: Style) -> str:
    """Write an expression, with brackets where the tree needs them and nowhere else."""
    match node:
        case Number(value):
            return style.number(value)
        case Symbol(name):
            return style.symbol(name)
        case Call(function, argument):
            return f"{style.functions.get(function, function)}({spell(argument, style)})"
        case Negation(operand):
            return "-" + _operand(operand, style, _NEGATION, leads=True)
        case Binary(operator, left, right):
            strength = _PRECEDENCE[operator]
            is_numeric = operator == "*" and not symbols(node)
            sign = style.times if is_numeric else style.operators[operator]
            # Operators group from the left: an equal one on the right needs brackets.
            first = _operand(left, style, strength, leads=strength == _PRECEDENCE["+"])
            second = _operand(right, style, strength + 1, leads=False)
            return f"{first}{sign}{second}"


def _operand(node: Expression, style: Style, at_least: int, *, leads: bool) -> str:
    """Write an operand; a minus that doesn't lead a sum stands in brackets in most styles."""
    text = spell(node, style)
    match node:
        case Binary(operator):
            strength = _PRECEDENCE[operator]
        case Negation():
            strength = _NEGATION
        case _:
            strength = _ATOM
    has_minus = isinstance(node, Negation | Number) and text.startswith("-")
    is_apart = style.brackets_minus and has_minus and not leads
    return f"({text})" if strength < at_least or is_apart else text


def equation(line: Equation, style: Style) -> str:
    """Write a whole equation: ``h = o ⊙ tanh_c``."""
    return f"{style.symbol(line.name)} = {spell(line.expression, style)}"


def source(title: str, equations: Sequence[Equation]) -> str:
    """Write a cell as a text to start from, which `grammar` reads back."""
    lines = [(("{}", "[{}]")[e.optional].format(equation(e, SOURCE)), e) for e in equations]
    width = max(len(text) for text, _ in lines)
    rows = [f"{text:{width}}  # {e.description}" if e.description else text for text, e in lines]
    return "".join(f"{row}\n" for row in [f"# {title}", *rows])
