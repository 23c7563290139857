"""The worked solution: each equation, the numbers put in, and what they come to.

It is derived from the equations' trees by putting numbers where the symbols are, and written in any
style by `notation`. Vectors of up to four elements are worked unit by unit: a row of the matrix
times the vector, written out. Nothing is simplified or reordered.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import reduce
from typing import Any, NamedTuple

from rnncalc.cells.expressions import (
    Binary,
    Call,
    Equation,
    Expression,
    Negation,
    Number,
    Symbol,
    calls,
    rewrite,
    symbols,
)
from rnncalc.cells.functions import FUNCTIONS, TIES
from rnncalc.cells.notation import Style, spell
from rnncalc.numerals import rounded, shortened
from rnncalc.problem.problem import DEFAULT, Problem
from rnncalc.trace.arithmetic import value
from rnncalc.trace.step import Step, as_read

_SMALL = 4  # elements of a vector that is worked unit by unit
_LONGEST = 6  # elements of a longer one that are shown


class Derivation(NamedTuple):
    """How one quantity, or one unit of it, comes about.

    label: the quantity, spelled. stages: formula, numbers, pre-activation and value, each with
    the sign before it; a sign is "=" if the digits shown before it give those behind it.
    remark: what else there is to say. is_unit: whether this is one unit of a vector. sizes: of
    what size each symbol of a formula is, where no numbers are put in.
    """

    label: str
    stages: Sequence[tuple[str, str]]
    remark: str = ""
    is_unit: bool = False
    sizes: Sequence[tuple[str, str]] = ()


def derivations(problem: Problem, step: Step, style: Style, digits: int) -> Iterator[Derivation]:
    """Yield how each of a step's quantities comes about, in the order of computing.

    A vector's formula comes first, then each of its units.
    """

    def number(shown: float) -> str:
        return style.text(rounded(shown, digits))

    writer = _Writer(problem, step, style._replace(number=number), digits)
    is_small = problem.sizes.largest <= _SMALL
    for line in problem.cell.equations:
        label, result = style.symbol(line.name), step.values[line.name]
        formula = spell(line.expression, style)
        stages = [] if formula == label else [("=", formula)]
        if line.name in problem.held_in(step.t):
            yield Derivation(label, [("=", writer.number(result))], "held with --set")
        elif isinstance(result, float):
            yield Derivation(label, [*stages, *writer.stages(line, None)])
        elif is_small and all(FUNCTIONS[name].is_elementwise for name in calls(line.expression)):
            yield Derivation(label, stages)
            for unit in range(len(result)):
                stages = writer.stages(line, unit)
                yield Derivation(style.unit(label, unit + 1), stages, is_unit=True)
        else:
            yield Derivation(label, [*stages, *writer.whole(line)], sizes=writer.sizes(line))


class _Writer(NamedTuple):
    """Writes the stages behind the formulas of one step; ``style`` spells numbers as shown."""

    problem: Problem
    step: Step
    style: Style
    digits: int

    def number(self, shown: Any) -> str:
        """Write a value as a stage, long vectors shortened."""
        return self.style.text(shortened(shown, self.digits, _LONGEST))

    def stages(self, line: Equation, unit: int | None) -> list[tuple[str, str]]:
        """Return the stages of a number, or of one unit (from 0) of a vector."""
        names = {**self.problem.weights, **self.step.values}
        numbers = _put_in(line.expression, names, unit or 0, self._left_out())
        stages = [("=", spell(numbers, self.style))]
        if self.problem.ties:
            rounded_inside = self._with_inner_levels(line, numbers, unit or 0)
            if rounded_inside != numbers:
                numbers = rounded_inside
                stages.append((self.style.becomes, spell(numbers, self.style)))
        if line.is_unit and isinstance(numbers, Call):
            z = _element(as_read(self.problem, self.step, "pre", line.name), unit or 0)
            sign = self._sign(numbers.argument, z)
            numbers = Call(numbers.function, Number(z))
            if spell(numbers, self.style) != stages[-1][1]:
                stages.append((sign, spell(numbers, self.style)))
        result = _element(self.step.values[line.name], unit or 0)
        text = self.style.number(result)
        if line.name in self.step.exact:
            result = _element(as_read(self.problem, self.step, "exact", line.name), unit or 0)
            text = f"{self.style.number(result)} {self.style.becomes} {text}"
        return [*stages, (self._sign(numbers, result), text)]

    def _with_inner_levels(self, line: Equation, numbers: Expression, unit: int) -> Expression:
        """Return the numbers with what rounding makes of the functions within an equation."""

        def level(node: Expression) -> Expression:
            levels = FUNCTIONS[node.function].levels if isinstance(node, Call) else None
            if not isinstance(node, Call) or not levels:
                return node
            tied = unit + 1 in self.step.inner_ties.get((line.name, node.function), ())
            place = 2 if value(node.argument, {}) > 0 else 0
            return Number(levels[TIES[self.problem.ties or "low"] if tied else place])

        if isinstance(numbers, Call):  # the outermost has stages of its own
            return Call(numbers.function, rewrite(numbers.argument, level))
        return rewrite(numbers, level)

    def whole(self, line: Equation) -> list[tuple[str, str]]:
        """Return the stages of a vector as a whole."""
        stages = []
        if line.is_unit and line.activation:
            function = self.style.functions.get(line.activation, line.activation)
            z = self.number(as_read(self.problem, self.step, "pre", line.name))
            stages.append(("=", f"{function}({z})"))
        text = self.number(self.step.values[line.name])
        if line.name in self.step.exact:
            exact = self.number(as_read(self.problem, self.step, "exact", line.name))
            text = f"{exact} {self.style.becomes} {text}"
        return [*stages, ("=", text)]

    def sizes(self, line: Equation) -> list[tuple[str, str]]:
        """Return the size of each symbol of an equation, spelled."""
        names = {**self.problem.weights, **self.step.values}
        shapes = {name: getattr(names[name], "shape", ()) for name in symbols(line.expression)}
        return [
            (self.style.symbol(name), "×".join(map(str, shape)) or "a number")
            for name, shape in shapes.items()
        ]

    def _left_out(self) -> set[str]:
        """Return the symbols of biases that nobody gave."""
        parameters = self.problem.cell.parameters
        origins = self.problem.origins
        return {
            p.symbol
            for p in parameters.values()
            if p.kind == "bias" and origins.get(p.name) == DEFAULT
        }

    def _sign(self, numbers: Expression, result: float) -> str:
        """Return "=" if the numbers as shown come to the result as shown."""

        def as_shown(node: Expression) -> Expression:
            if isinstance(node, Number):
                return Number(float(rounded(float(node.value), self.digits)))
            return node

        got = value(rewrite(numbers, as_shown), {})
        same = self._reads_as(float(got), rounded(result, self.digits))
        return "=" if same else self.style.approximately

    def _reads_as(self, got: float, shown: str) -> bool:
        """Return whether a number comes to the digits shown, but for floating-point error."""
        if rounded(got, self.digits) == shown or abs(got - float(shown)) < 1e-15:
            return True
        return "e" not in shown and f"{got:.{self.digits}f}" == f"{float(shown):.{self.digits}f}"


def _element(shown: Any, unit: int) -> float:
    return shown if isinstance(shown, float) else float(shown[unit] if shown.ndim else shown)


def _put_in(
    node: Expression, names: Mapping[str, Any], unit: int, left_out: Collection[str]
) -> Expression:
    """Return an expression with numbers for its symbols, those of one unit if there are more."""
    match node:
        case Symbol(name):
            return Number(_element(names[name], unit))
        case Negation(operand):
            return Negation(_put_in(operand, names, unit, left_out))
        case Call(function, argument):
            return Call(function, _put_in(argument, names, unit, left_out))
        case Binary("+", one, Symbol(name)) | Binary("+", Symbol(name), one) if name in left_out:
            return _put_in(one, names, unit, left_out)
        case Binary("@", weight, vector):
            return reduce(_plus, _products(weight, vector, names, unit, left_out))
        case Binary("+", left, Binary("@", weight, vector)):
            # A product's terms join the sum that it is part of: a + (b + c) needs no brackets here.
            products = _products(weight, vector, names, unit, left_out)
            return reduce(_plus, products, _put_in(left, names, unit, left_out))
        case Binary(operator, left, right):
            first, second = (_put_in(side, names, unit, left_out) for side in (left, right))
            return Binary(operator, first, second)
    return node


def _plus(left: Expression, right: Expression) -> Expression:
    return Binary("+", left, right)


def _products(
    weight: Expression,
    vector: Expression,
    names: Mapping[str, Any],
    unit: int,
    left_out: Collection[str],
) -> list[Expression]:
    """Return the terms of one unit of a weight times a vector."""
    factors = value(weight, names)
    if getattr(factors, "ndim", 0) < 2:
        return [
            Binary("*", Number(_element(factors, unit)), _put_in(vector, names, unit, left_out))
        ]
    return [
        Binary("*", Number(factor), _put_in(vector, names, place, left_out))
        for place, factor in enumerate(factors[unit].tolist())
    ]
