"""Arithmetic: what an expression is worth, how far off that may be, and how Python writes it."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Iterator, Mapping
from math import copysign, inf, nan
from typing import Any

from rnncalc.cells.expressions import (
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
from rnncalc.problem.problem import Problem

# A float or a NumPy array: the equations don't know the difference.
Computable = Any

#: What applies a function by name to an argument that is off by so much: its value, and how far
#: off that may be.
Apply = Callable[[str, Computable, Computable], tuple[Computable, Computable]]

UNIT = 2.0**-53  #: The relative error of rounding to a float.
EXACT = 2.0**53  #: Integers below this are exact.


def value(
    node: Expression,
    names: Mapping[str, Computable],
    apply: Callable[[str, Computable], Computable] | None = None,
) -> Computable:
    """Return what an expression is worth.

    names: floats or arrays by symbol; a weight that ``@`` applies is a number or a vector, which
    multiply elementwise, or a matrix of shape (n, m), which multiplies a vector of m elements.
    apply: what applies a function by name, if not `applied`.
    """
    # Not by pattern matching, which takes three times as long: this is called most.
    kind = type(node)
    if kind is Binary:
        sign, left, right = node  # type: ignore[misc]
        return OPERATIONS[sign](value(left, names, apply), value(right, names, apply))
    if kind is Symbol:
        return names[node[0]]  # type: ignore[index]
    if kind is Call:
        return (apply or applied)(node[0], value(node[1], names, apply))  # type: ignore[arg-type, misc]
    if kind is Number:
        return node[0]
    return -value(node[0], names, apply)  # type: ignore[arg-type]


def variable(symbol: str) -> str:
    """Return the variable of a symbol: no two symbols share one, and no loop has it."""
    family, dot, rest = symbol.partition(".")
    return f"{'p' if family == 'pre' else family}_{rest}" if dot else f"v_{symbol}"


def code(node: Expression) -> str:
    """Return an expression as Python, in brackets throughout: nobody reads it."""
    if not symbols(node):
        return repr(value(node, {}))
    match node:
        case Symbol(name):
            return variable(name)
        case Negation(operand):
            return f"(-{code(operand)})"
        case Call(function, argument):
            return f"f_{function}({code(argument)})"
        case Binary("/" | "@" as sign, left, right):
            return f"{'divide' if sign == '/' else 'weigh'}({code(left)}, {code(right)})"
        case Binary(sign, left, right):
            return f"({code(left)} {sign} {code(right)})"
    raise TypeError(f"no expression: {node}")


def assignments(line: Equation) -> Iterator[tuple[str, Expression]]:
    """Yield what an equation computes, its pre-activation ("pre.f") first, with the expression."""
    expression, pre = line.expression, f"pre.{line.name}"
    if isinstance(expression, Call) and line.is_unit:
        yield pre, expression.argument
        if symbols(expression):
            expression = Call(expression.function, Symbol(pre))
    yield line.name, expression


def compiled(problem: Problem, lines: Iterable[str], namespace: dict[str, Any]) -> Any:
    """Return the function ``loop`` that some lines define, for which nothing else is in reach."""
    namespace |= {"__builtins__": {}, "divide": divide, "inf": inf, "nan": nan}
    namespace.setdefault("weigh", weigh)
    namespace |= {variable(symbol): value for symbol, value in problem.weights.items()}
    namespace |= {variable(name): value for name, value in problem.held.items()}
    exec(compile("\n".join(lines), f"<the loop of {problem.cell.name}>", "exec"), namespace)
    return namespace["loop"]


def applied(name: str, argument: Computable) -> Computable:
    """Return the value of a function, given by name, of a float or an array."""
    function = FUNCTIONS[name]
    return function.number(argument) if isinstance(argument, float) else function.array(argument)


def bounded(
    node: Expression,
    names: Mapping[str, Computable],
    errors: Mapping[str, Computable],
    apply: Apply,
    unit: float = UNIT,
    exact: Callable[[Callable[[], bool]], bool] = operator.call,
) -> tuple[Computable, Computable]:
    """Return what an expression is worth, and the most that it can be off by (to first order).

    names: values by symbol. errors: how far off each of those can be, in the same shapes. unit:
    the relative error of rounding. exact: says whether a result is exact, given what looks whether
    it is as far as its elements tell that are here.
    This is a running error analysis; see Higham, "Accuracy and Stability", section 3.3.
    """
    kind = type(node)
    if kind is Binary:
        sign, left, right = node  # type: ignore[misc]
        a, off_a = bounded(left, names, errors, apply, unit, exact)
        b, off_b = bounded(right, names, errors, apply, unit, exact)
        result = OPERATIONS[sign](a, b)
        is_matrix = sign == "@" and getattr(a, "ndim", 0) == 2
        lost = unit * (0 if exact(lambda: are_whole(unit, a, b, a if is_matrix else result)) else 1)
        if sign in "+-":
            return result, off_a + off_b + abs(result) * lost
        if sign == "/":
            carried = divide(off_a, abs(b)) + divide(abs(a) * off_b, b * b)
            return result, carried + abs(result) * lost
        carried = OPERATIONS[sign](abs(a), off_b) + OPERATIONS[sign](off_a, abs(b))
        if not is_matrix:
            return result, carried + abs(result) * lost
        return result, carried + abs(a) * ((a.shape[1] + 1) * lost) @ abs(b)
    if kind is Symbol:
        return names[node[0]], errors[node[0]]  # type: ignore[index]
    if kind is Call:
        argument, error = bounded(node[1], names, errors, apply, unit, exact)  # type: ignore[misc]
        return apply(node[0], argument, error)  # type: ignore[arg-type]
    if kind is Number:
        return node[0], 0.0
    result, error = bounded(node[0], names, errors, apply, unit, exact)  # type: ignore[arg-type]
    return -result, error


def are_whole(unit: float, *numbers: Computable) -> bool:
    """Return whether all of some numbers are whole, and floats have them exactly."""
    return all(whole(number, unit) for number in numbers)


def written_error(given: Computable, unit: float = UNIT) -> Computable:
    """Return how far a number can be from the decimal that somebody wrote."""
    lost = 0.0 if whole(given, unit) else unit
    if getattr(given, "strides", ()) == (0,):  # one number for all elements, in no more memory
        import numpy as np

        return np.broadcast_to(abs(given[:1]) * lost, given.shape)
    return abs(given) * lost


def whole(number: Computable, unit: float = UNIT) -> bool:
    """Return whether a number, or each in an array, is a whole one that floats have exactly.

    unit: the relative error of rounding to those floats.
    """
    if isinstance(number, float):
        return number.is_integer() and abs(number) * unit < 1
    if not number.item(0).is_integer():  # most often this one tells, and takes no time
        return False
    return bool(((number % 1 == 0) & (abs(number) * unit < 1)).all())


def weigh(weight: Computable, vector: Computable) -> Computable:
    """Return a weight, a number or a vector or a matrix, times a vector."""
    return weight @ vector if getattr(weight, "ndim", 0) == 2 else weight * vector


def divide(a: Computable, b: Computable) -> Computable:
    """Return a quotient; by zero it is infinite or not a number, for floats as for arrays."""
    if isinstance(b, float) and isinstance(a, float) and not b:
        return copysign(inf, a) * copysign(1.0, b) if a and a == a else nan
    return a / b


#: What the operators do.
OPERATIONS: Mapping[str, Callable[[Computable, Computable], Computable]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": divide,
    "@": weigh,
}
