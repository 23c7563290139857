"""Parts: what a cell's diagram is made of, found from its equations and the numbers of a step.

An equation with a weight in it, or a function of a sum, is a card. Any other is taken apart: a part
for each operation, and those that its own previous value goes through lie on the rail of the state.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from rnncalc.cells.expressions import (
    PREVIOUS,
    Binary,
    Call,
    Equation,
    Expression,
    Negation,
    Number,
    Symbol,
    calls,
    children,
    symbols,
    walk,
)
from rnncalc.cells.notation import UNICODE, spell
from rnncalc.numerals import rounded
from rnncalc.problem.problem import Problem
from rnncalc.reports.grid import at_points, pinned
from rnncalc.reports.rows import LONGEST
from rnncalc.trace.arithmetic import value
from rnncalc.trace.step import Step, as_read

_SIGNS = {"+": "+", "-": "−", "*": "×", "/": "÷"}
_MOST = 8  # operations of an equation that is taken apart
_LONGEST = 24  # characters of a difference that is written out
_UNITS = 4  # elements of a vector that are written out


class Part(NamedTuple):
    """A card, or an operation.

    name: the quantity that it gives, "" within an equation. text: the operation's sign. inputs:
    what wires lead here, each the number of another part, or the name of an input or a previous
    state. shown: its value, a line for each element. rail: the previous state that it carries on,
    "" for others.
    """

    name: str
    text: str
    inputs: tuple[int | str, ...]
    shown: tuple[str, ...]
    rail: str = ""
    line: Equation | None = None

    @property
    def is_card(self) -> bool:
        """Whether it stands for a whole equation."""
        return self.line is not None


def value_lines(value: Any, digits: int) -> tuple[str, ...]:
    """Write a value as a number, a column of numbers, or the extremes of a long one."""
    if isinstance(value, float):
        return (rounded(value, digits),)
    if len(value) <= _UNITS:
        return tuple(map(pinned, at_points([rounded(float(it), digits) for it in value])))
    low, high = (rounded(float(end), digits) for end in (value.min(), value.max()))
    return (f"{len(value):,} units,", f"{low}", f"to {high}")


def quantity_lines(problem: Problem, step: Step, name: str, digits: int) -> tuple[str, ...]:
    """Write what a step has for a quantity, with what it was before rounding."""
    lines = value_lines(step.values[name], digits)
    if name not in step.exact:
        return lines
    before = value_lines(as_read(problem, step, "exact", name), digits)
    if len(before) > _UNITS or len(lines) != len(before) or "units" in lines[0]:
        return lines
    return tuple(f"{one} → {other}" for one, other in zip(before, lines, strict=True))


def parts_of(problem: Problem, step: Step, digits: int) -> list[Part]:
    """Return the parts of a cell, each behind all that lead to it but for previous states."""
    return _Parts(problem, step, digits).found


class _Parts:
    def __init__(self, problem: Problem, step: Step, digits: int) -> None:
        self.problem, self.step, self.digits = problem, step, digits
        self.found: list[Part] = []
        self._places: dict[str, int] = {}
        self._lines = {line.name: line for line in problem.cell.equations}
        self._names = {**problem.weights, **step.values}
        roles = problem.cell.roles
        ends = [name for name in self._lines if roles[name] in ("state", "output")]
        for name in [*ends, *self._lines]:
            self._source(name)

    def _source(self, name: str) -> int | str:
        """Return the part that gives a quantity, made if it isn't there yet."""
        if name not in self._lines:
            return name
        if name not in self._places:
            line, before = self._lines[name], f"{name}{PREVIOUS}"
            if self._is_card(line):
                reads = [] if name in self.problem.held_in(self.step.t) else self._wired(line)
                inputs = tuple(map(self._source, reads))
                shown = quantity_lines(self.problem, self.step, name, self.digits)
                place = self._add(Part(name, "", inputs, shown, line=line))
            else:
                place = self._operation(line.expression, before, name)
            self._places[name] = place
        return self._places[name]

    def _is_card(self, line: Equation) -> bool:
        """Return whether an equation is shown as a whole."""
        nodes = list(walk(line.expression))
        operations = sum(isinstance(node, Binary | Call | Negation) for node in nodes)
        has_weight = any(isinstance(node, Binary) and node.operator == "@" for node in nodes)
        is_nested = bool(
            self.problem.ties and calls(line.expression)[line.activation is not None :]
        )
        return (
            has_weight
            or is_nested
            or line.is_unit
            or not 0 < operations <= _MOST
            or not self._wired(line)
            or line.name in self.problem.held_in(self.step.t)
        )

    def _wired(self, line: Equation) -> list[str]:
        return list(self._wires(line.expression))

    def _wires(self, node: Expression) -> Iterator[str]:
        yield from (name for name in symbols(node) if name in self.step.values)

    def _operation(self, node: Expression, before: str, name: str = "") -> int:
        """Add the part of an operation, after those of what it is applied to; return its place."""
        wired = [part for part in children(node) if any(self._wires(part))]
        # What lies on the rail comes first, so that the rail leads from left to right.
        wired.sort(key=lambda part: before not in symbols(part))
        inputs, rail = [], ""
        for part in wired:
            on_rail = before if before in symbols(part) and not rail else ""
            inputs.append(self._operand(part, on_rail))
            rail = rail or on_rail
        text = self._text(node, wired)
        if name:
            shown = quantity_lines(self.problem, self.step, name, self.digits)
        else:
            shown = value_lines(value(node, self._names), self.digits)
        return self._add(Part(name, text, tuple(inputs), shown, rail))

    def _operand(self, node: Expression, before: str) -> int | str:
        if isinstance(node, Symbol):
            return self._source(node.name)
        return self._operation(node, before)

    def _text(self, node: Expression, wired: list[Expression]) -> str:
        """Write the sign of an operation, with what no wire leads to it."""
        match node:
            case Call(function):
                return UNICODE.functions.get(function, function)
            case Negation():
                return "−"
            case Binary(operator, left, right):
                sign = _SIGNS[operator]
                whole = spell(node, UNICODE)
                if operator in "-/" and len(wired) > 1 and len(whole) <= _LONGEST:
                    return whole  # which of the two wires is which has to be said
                if left not in wired:
                    return f"{self._given(left)} {sign}"
                return sign if right in wired else f"{sign} {self._given(right)}"
        raise TypeError(node)

    def _given(self, node: Expression) -> str:
        """Write what is given, or made of that alone."""
        spelled = spell(node, UNICODE)
        if isinstance(node, Number | Symbol) and len(spelled) <= LONGEST:
            return spelled
        shown = value_lines(value(node, self._names), self.digits)
        return shown[0] if len(shown) == 1 else "given"

    def _add(self, part: Part) -> int:
        self.found.append(part)
        return len(self.found) - 1
