"""The worked solution: each equation, the numbers put in, and what they come to.

It is derived from the equations' trees by putting numbers where the symbols are, and written in any
style by `notation`. Vectors of up to four elements are worked unit by unit: a row of the matrix
times the vector, written out. Nothing is simplified or reordered.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
    key_of,
    rewrite,
    symbols,
)
from rnncalc.cells.functions import FUNCTIONS, TIES
from rnncalc.cells.notation import Style, spell
from rnncalc.numerals import rounded, shape_of, shortened
from rnncalc.problem.problem import DEFAULT, Problem
from rnncalc.trace.arithmetic import value
from rnncalc.trace.step import Step, as_read

_SMALL = 4  # elements of a vector that is worked unit by unit
_LONGEST = 6  # elements of a longer one that are shown
_MOST_TERMS = 5  # of a sum, for one of its units


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

    A vector's formula comes first, then each of its units; of a long one the first and the last.
    """
    writer = _Writer(problem, step, style._replace(digits=digits), digits)
    is_small = problem.sizes.largest <= _SMALL
    most = None if is_small else _MOST_TERMS
    for line in problem.cell.equations:
        label, result = style.symbol(line.name), step.values[line.name]
        formula = spell(line.expression, style)
        stages = [] if formula == label else [("=", formula)]
        if line.name in problem.held_in(step.t):
            yield Derivation(label, [("=", writer.number(result))], "held with --set")
        elif isinstance(result, float):
            yield Derivation(label, [*stages, *writer.stages(line, 0)])
        else:
            has_units = all(FUNCTIONS[name].is_elementwise for name in calls(line.expression))
            if is_small and has_units:
                yield Derivation(label, stages)
            else:
                yield Derivation(label, [*stages, *writer.whole(line)], sizes=writer.sizes(line))
            units = range(len(result)) if is_small else sorted({0, len(result) - 1})
            for unit in units if has_units else ():
                stages = writer.stages(line, unit, most)
                yield Derivation(style.unit(label, unit + 1), stages, is_unit=True)


class _Writer(NamedTuple):
    """Writes the stages behind the formulas of one step; ``style`` spells numbers as shown."""

    problem: Problem
    step: Step
    style: Style
    digits: int

    def number(self, shown: Any) -> str:
        """Write a value as a stage, long vectors shortened."""
        return self.style.text(shortened(shown, self.digits, _LONGEST))

    @property
    def _names(self) -> dict[str, Any]:
        return {**self.problem.weights, **self.step.values}

    def stages(self, line: Equation, unit: int, most: int | None = None) -> list[tuple[str, str]]:
        """Return the stages of a number, or of one unit (from 0) of a vector.

        most: terms of a sum that are written out, the ends of a longer one are.
        """
        numbers = self._put_in(line.expression, unit)
        stages = [("=", spell(_ends(numbers, most), self.style))]
        if self.problem.ties:
            rounded_inside = self._with_inner_levels(line, numbers, unit)
            if rounded_inside != numbers:
                numbers = rounded_inside
                stages.append((self.style.becomes, spell(_ends(numbers, most), self.style)))
        if line.is_unit and isinstance(numbers, Call):
            z = _element(as_read(self.problem, self.step, "pre", line.name), unit)
            sign = self._sign(numbers.argument, z)
            numbers = Call(numbers.function, Number(z))
            if spell(numbers, self.style) != stages[-1][1]:
                stages.append((sign, spell(numbers, self.style)))
        results = [_element(result, unit) for result in self._results(line)]
        text = f" {self.style.becomes} ".join(map(self.style.number, results))
        return [*stages, (self._sign(numbers, results[0]), text)]

    def _results(self, line: Equation) -> list[Any]:
        """Return what an equation comes to; if that is rounded, first what it was before."""
        step, name = self.step, line.name
        before = [as_read(self.problem, step, "exact", name)] if name in step.exact else []
        return [*before, step.values[name]]

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
        text = f" {self.style.becomes} ".join(map(self.number, self._results(line)))
        return [*stages, ("=", text)]

    def sizes(self, line: Equation) -> list[tuple[str, str]]:
        """Return the size of each symbol of an equation, spelled."""
        names = {name: self._names[name] for name in symbols(line.expression)}
        return [
            (self.style.symbol(name), "×".join(map(str, shape_of(given))) or "a number")
            for name, given in names.items()
        ]

    def _is_left_out(self, symbol: str) -> bool:
        """Return whether a symbol is that of a bias that nobody gave."""
        return symbol.startswith("b.") and self.problem.origins.get(key_of(symbol)) == DEFAULT

    def _put_in(self, node: Expression, unit: int) -> Expression:
        """Return an expression with numbers for its symbols, those of one unit of vectors."""
        match node:
            case Symbol(name):
                return Number(_element(self._names[name], unit))
            case Negation(operand):
                return Negation(self._put_in(operand, unit))
            case Call(function, argument):
                return Call(function, self._put_in(argument, unit))
            case Binary("+" | "-", one, Symbol(name)) if self._is_left_out(name):
                return self._put_in(one, unit)
            case Binary("+", Symbol(name), one) if self._is_left_out(name):
                return self._put_in(one, unit)
            case Binary("@", weight, vector):
                return reduce(_plus, self._products(weight, vector, unit))
            case Binary("+", left, Binary("@", weight, vector)):
                # A product's terms join the sum it is part of: a + (b + c) needs no brackets here.
                products = self._products(weight, vector, unit)
                return reduce(_plus, products, self._put_in(left, unit))
            case Binary(operator, left, right):
                return Binary(operator, self._put_in(left, unit), self._put_in(right, unit))
        return node

    def _products(self, weight: Expression, vector: Expression, unit: int) -> list[Expression]:
        """Return the terms of one unit of a weight times a vector."""
        factors = value(weight, self._names)
        row = factors[unit].tolist() if getattr(factors, "ndim", 0) == 2 else None
        places = {unit: _element(factors, unit)} if row is None else dict(enumerate(row))
        return [Binary("*", Number(f), self._put_in(vector, k)) for k, f in places.items()]

    def _sign(self, numbers: Expression, result: float) -> str:
        """Return "=" if the numbers as shown come to the result as shown."""

        def as_shown(node: Expression) -> Expression:
            if isinstance(node, Number):
                return Number(float(rounded(float(node.value), self.digits)))
            return node

        got = float(value(rewrite(numbers, as_shown), {}))
        return (
            "="
            if reads_as(got, rounded(result, self.digits), self.digits)
            else self.style.approximately
        )


def reads_as(got: float, shown: str, digits: int) -> bool:
    """Return whether a number comes to the digits shown, but for floating-point error."""
    if rounded(got, digits) == shown or abs(got - float(shown)) < 1e-15:
        return True
    return "e" not in shown and f"{got:.{digits}f}" == f"{float(shown):.{digits}f}"


def _element(shown: Any, unit: int) -> float:
    return shown if isinstance(shown, float) else float(shown[unit] if shown.ndim else shown)


def _ends(node: Expression, most: int | None) -> Expression:
    """Return an expression with dots for what stands within sums of more terms than that."""
    match node:
        case Call(function, argument):
            return Call(function, _ends(argument, most))
        case Binary("+") if most and len(terms := _terms(node)) > most:
            return reduce(_plus, [*terms[:2], Symbol("…"), *terms[-2:]])
        case Binary(operator, left, right):
            return Binary(operator, _ends(left, most), _ends(right, most))
    return node


def _terms(node: Expression) -> list[Expression]:
    """Return the terms of a sum, as far as it groups from the left."""
    match node:
        case Binary("+", left, right):
            return [*_terms(left), right]
    return [node]


def _plus(left: Expression, right: Expression) -> Expression:
    return Binary("+", left, right)
