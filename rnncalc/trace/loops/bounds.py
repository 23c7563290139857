"""Bounds: expressions as lines of Python, each value with how far off it may be.

The lines do what `arithmetic.bounded` does, in the same order: every bit is the same. What never
changes is worked out once: whether a weight is whole, and how far off it is.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from rnncalc.cells.expressions import Binary, Call, Expression, Negation, Number, Symbol
from rnncalc.cells.functions import FUNCTIONS, TIES
from rnncalc.problem.problem import Problem
from rnncalc.trace.arithmetic import EXACT, UNIT, variable, whole, written_error

#: How far off a value is that is exact.
NONE = "0.0"


class Bounds:
    """Writes lines that compute expressions, each value with how far off it may be.

    Both have names in the lines; `NONE` is how far off something is that is exact.
    lines: those written. reach: what else is in reach of them. checked: what has to be finite.

    exact: by the name of a value, how the lines say whether it is a whole number. small: names of
    whole numbers within -1 and 1, whose products are whole, too. sure: names of values without an
    error. sizes: the names of absolute values.
    """

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.lines: list[str] = []
        self.checked: list[str] = []
        self.exact: dict[str, str] = {}
        self.small: set[str] = set()
        self.sure: set[str] = set()
        self.sizes: dict[str, str] = {}
        self.reach: dict[str, Any] = {"abs": abs, "whole": whole}
        for symbol, value in {**problem.weights, **problem.held}.items():
            self._constant(variable(symbol), value)
        if problem.scalar:
            self.reach |= {f"f_{name}": f.number for name, f in FUNCTIONS.items()}
        else:
            import numpy as np

            self.reach |= {f"f_{name}": f.form(np) for name, f in FUNCTIONS.items()}
            self.reach |= {"where": np.where, "quiet": partial(np.errstate, all="ignore")}
            self.reach |= {"any_of": np.count_nonzero, "units": _units, "total": _total}
        self.reach |= {f"s_{name}": f.spread for name, f in FUNCTIONS.items()}

    def _constant(self, name: str, value: Any) -> None:
        """Have a name for what never changes, and for what its products need."""
        self.exact[name] = str(whole(value))
        if whole(value):
            self.sure.add(name)
        self.reach |= {name: value, f"e_{name}": written_error(value)}
        if getattr(value, "ndim", 0) == 2:
            rounding = abs(value) * ((value.shape[1] + 1) * UNIT)
            self.reach |= {f"size_{name}": abs(value), f"rounding_{name}": rounding}
            self.reach[f"none_{name}"] = abs(0.0 * value[:, 0])

    def new(self, text: str, name: str = "") -> str:
        """Give a value a name."""
        name = name or f"n{len(self.lines)}"
        self.lines.append(f"{name} = {text}")
        return name

    def size(self, name: str) -> str:
        """Return the name of a value without its sign."""
        if name not in self.sizes:
            self.sizes[name] = self.new(f"abs({name})")
        return self.sizes[name]

    def _whole(self, name: str) -> str:
        """Return how the lines say whether a value is whole: a name, "True" or "False"."""
        if name not in self.exact:
            text = f"{name}.is_integer() and abs({name}) < {EXACT}"
            self.exact[name] = self.new(text if self.problem.scalar else f"whole({name})")
        return self.exact[name]

    def unless(self, *names: str) -> str:
        """Return the relative error of rounding, which is none if all of some values are whole."""
        if "False" in map(self.exact.get, names):
            return repr(UNIT)
        asked = [word for word in map(self._whole, names) if word != "True"]
        return f"({NONE} if {' and '.join(asked) or True} else {UNIT!r})"

    def keep_small(self, name: str) -> None:
        """Keep in mind that a value is a whole number within -1 and 1."""
        self.small.add(name)
        self.exact[name] = "True"

    def spread(self, function: str, z: str, error: str) -> tuple[str, str]:
        """Write what gives the value of a function, and how far off that may be."""
        result = self.new(f"f_{function}({z})")
        return result, self.new(f"s_{function}({result}, {error})")

    def rounded(self, function: str, z: str, error: str, ties: str) -> tuple[str, str]:
        """Write what gives the level of a function; return its name, and that it is exact."""
        low, middle, high = FUNCTIONS[function].levels or (0.0, 0.0, 0.0)
        at_tie = (low, middle, high)[TIES[self.problem.ties or "low"]]
        if error != NONE:
            self.checked.append(error)
        tied = self.new(f"{self.size(z)} <= 2 * {error}")
        if self.problem.scalar:
            self.lines.append(f"if {tied}: {ties} = (1,)")
            level = self.new(f"{at_tie} if {tied} else {high} if {z} > 0 else {low}")
        else:
            level = self.new(f"where({z} > 0, {high}, {low})")
            met = f"{ties} = units({tied}); {level}[{tied}] = {at_tie}"
            self.lines.append(f"if any_of({tied}): {met}")
        if at_tie.is_integer():
            self.keep_small(level)
        return level, NONE

    def bounded(self, node: Expression, name: str) -> tuple[str, str]:
        """Write what computes an expression; return the names of its value and its error."""
        match node:
            case Symbol(symbol):
                text = variable(symbol)
                return text, NONE if text in self.sure else f"e_{text}"
            case Number(number):
                text = self.new(repr(number))
                self.exact[text] = str(whole(number))
                return text, NONE
            case Negation(Symbol(symbol)) if symbol in self.problem.weights:
                minus = f"minus_{variable(symbol)}"
                self._constant(minus, -self.problem.weights[symbol])
                return minus, NONE if minus in self.sure else f"e_{minus}"
            case Negation(operand):
                result, error = self.bounded(operand, name)
                return self.new(f"-{result}"), error
            case Call(function, argument):
                z, error = self.bounded(argument, name)
                if FUNCTIONS[function].levels:
                    return self.rounded(function, z, error, f"inner[{name!r}, {function!r}]")
                return self.spread(function, z, error)
            case Binary(sign, left, right):
                a, off_a = self.bounded(left, name)
                b, off_b = self.bounded(right, name)
                return self._combined(sign, a, off_a, b, off_b)
        raise TypeError(f"no expression: {node}")

    def _combined(self, sign: str, a: str, off_a: str, b: str, off_b: str) -> tuple[str, str]:
        if f"size_{a}" in self.reach:
            carried = NONE if off_b == NONE else f"size_{a} @ {off_b}"
            lost = f"rounding_{a} @ {self.size(b)}"
            if self.exact[a] == "True":
                lost = f"(none_{a} if {self._whole(b)} else {lost})"
            else:
                carried = _sum(carried, f"e_{a} @ {self.size(b)}")
            return self.new(f"{a} @ {b}"), self.new(_sum(carried, lost))
        if sign == "/":
            carried = (
                f"divide({off_a}, {self.size(b)}) + divide({self.size(a)} * {off_b}, {b} * {b})"
            )
            result = self.new(f"divide({a}, {b})")
        else:
            result = self.new(f"{a} {sign.replace('@', '*')} {b}")
            carried = _sum(off_a, off_b)
            if sign in "*@":
                if {a, b} <= self.small:
                    self.keep_small(result)
                    return result, NONE
                carried = _sum(
                    NONE if off_b == NONE else f"{self.size(a)} * {off_b}",
                    NONE if off_a == NONE else f"{off_a} * {self.size(b)}",
                )
        lost = f"{self.size(result)} * {self.unless(a, b, result)}"
        return result, self.new(_sum(carried, lost))


def _sum(left: str, right: str) -> str:
    return right if left == NONE else left if right == NONE else f"({left} + {right})"


# NumPy's methods may import what they need, and the loop can't.
def _total(array: Any) -> float:
    return float(array.sum())


def _units(tied: Any) -> tuple[int, ...]:
    return tuple(int(unit) + 1 for unit in tied.nonzero()[0])
