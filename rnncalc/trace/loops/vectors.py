"""The loop over vectors: a cell's equations as Python, with few products a step.

What is ready together and of one size goes side by side into one product, and whatever meets the
input is projected for a block of steps at once; so it agrees with `steps` up to the order of
summing. The lines are written out from the trees, once for each problem, and each fills rows of
arrays that there are already. Every name of the cell has a prefix in them, so that it meets none
of the loop's own, nor of Python's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from rnncalc.cells.expressions import (
    PREVIOUS,
    Binary,
    Call,
    Equation,
    Expression,
    Number,
    Symbol,
    summands,
    symbols,
)
from rnncalc.cells.functions import FUNCTIONS
from rnncalc.problem.problem import Problem
from rnncalc.trace.arithmetic import assignments, code, compiled, variable
from rnncalc.trace.loops.blocks import QUICK, Columns, Loop, filled, projected

_IN_PLACE = {"+": "add", "-": "subtract", "*": "multiply"}


def columns(problem: Problem, names: Sequence[str], last: dict[str, Any]) -> Iterator[list[Any]]:
    """Yield the named values of each block of steps: quantities, and pre-activations ("pre.f").

    problem: without rounding and without anything held at one step. They are arrays with a row a
    step, or lists if they are plain numbers. A block is computed before it is yielded, so that it
    is checked as a whole. last: takes the states behind the block.
    Raises NotFiniteError for a block with a quantity that is not a finite number.
    """
    return filled(problem, _written(problem), names, last)


def _written(problem: Problem) -> Loop:
    """Return the loop of a problem."""
    import numpy as np

    before = {name + PREVIOUS: name for name in problem.cell.states}
    reach: dict[str, Any] = {f"f_{name}": form.form(np) for name, form in FUNCTIONS.items()}
    reach |= {name: getattr(np, name) for name in ("copyto", *_IN_PLACE.values())}
    writer = _Writer(problem, reach)
    body = [line for group in _grouped(problem) for line in writer.written(group)]
    body += [f"{variable(old)} = {variable(new)}" for old, new in before.items()]
    words = {*re.findall(r"\w+", "\n".join(body))}
    rows = {name: place for name, place in writer.rows.items() if name in words}
    rows = rows or {variable("x"): writer.rows[variable("x")]}
    states = ", ".join(map(variable, before))
    lines = [
        f"def loop(rows, {', '.join(f'q_{name}' for name in QUICK)}, {states}):",
        f"    for {', '.join(rows)}, in rows:",
        *(f"        {line}" for line in body),
        f"    return {states},",
    ]
    return Loop(
        compiled(problem, lines, reach),
        writer.projections,
        writer.widths,
        list(rows.values()),
        writer.watched,
        writer.quick,
        writer.places,
    )


def _grouped(problem: Problem) -> Iterator[list[Equation]]:
    """Yield the equations in groups: plain sums that are ready together, all others alone."""
    waiting = problem.computed
    unknown = {line.name for line in waiting}
    while waiting:
        ready = [e for e in waiting if not unknown.intersection(symbols(e.expression))]
        alike: dict[Any, list[Equation]] = {}
        for line in ready:
            together = problem.sizes.number(line.name) if _is_stackable(line) else line.name
            alike.setdefault(together, []).append(line)
        yield from alike.values()
        unknown -= {line.name for line in ready}
        waiting = [line for line in waiting if line not in ready]


def _sum_of(line: Equation) -> Expression:
    """Return what is summed up in an equation: what its function is of, if it has one."""
    return line.expression.argument if isinstance(line.expression, Call) else line.expression


def _is_stackable(line: Equation) -> bool:
    """Return whether a weight meets a vector in the sum of an equation."""
    for _, term in summands(_sum_of(line)):
        match term:
            case Binary("@", Symbol(), Symbol()):
                return True
    return False


def _alike(lines: Sequence[Equation]) -> Iterator[range]:
    """Yield the places of lines that one call of a function does for, as they stand together."""
    start = 0
    for stop in range(1, len(lines) + 1):
        function = lines[start].activation
        is_elementwise = function is None or FUNCTIONS[function].is_elementwise
        if stop == len(lines) or lines[stop].activation != function or not is_elementwise:
            yield range(start, stop)
            start = stop


def _is_bounded(line: Equation) -> bool:
    """Return whether a value is finite if what it is computed from is."""
    return bool(line.activation and FUNCTIONS[line.activation].is_bounded)


class _Writer:
    """Writes the lines of a loop over arrays, group by group.

    rows: by the variable of the lines, what it is a row of. All others are as `Loop` has them.
    """

    def __init__(self, problem: Problem, namespace: dict[str, Any]) -> None:
        self.problem = problem
        self.namespace = namespace
        self.projections: dict[str, Callable[[Any], Any]] = {}
        self.widths: dict[str, int] = {}
        self.rows: dict[str, Columns] = {}
        self.places: dict[str, Columns] = {}
        self.watched: list[Columns] = []
        self.quick: list[Columns] = []
        self._place("x", ("x", 0, problem.sizes.number("x") if problem.has_input else 0))

    def written(self, group: Sequence[Equation]) -> Iterator[str]:
        """Yield the lines of a group."""
        if _is_stackable(group[0]):
            return self._sums(sorted(group, key=lambda line: line.activation or ""))
        return self._alone(*group)

    def _place(self, symbol: str, place: Columns) -> None:
        self.places[symbol] = self.rows[variable(symbol)] = place

    def _alone(self, line: Equation) -> Iterator[str]:
        size = self.problem.sizes.number(line.name)
        for symbol, expression in assignments(line):
            target = variable(symbol)
            self.widths[target] = size
            self._place(symbol, (target, 0, size))
            if symbol != line.name or not _is_bounded(line):
                self.watched.append(self.places[symbol])
            match expression if symbols(expression) else None:
                case Binary("+" | "-" | "*" as sign, left, right):
                    yield f"{_IN_PLACE[sign]}({code(left)}, {code(right)}, {target})"
                case Call(function, argument):
                    yield self._applied(function, code(argument), target)
                case _:
                    yield f"copyto({target}, {code(expression)})"

    def _applied(self, function: str, argument: str, target: str) -> str:
        """Return the line that applies a function; its quick form if what it is of is looked at."""
        is_quick = function in QUICK and argument in self.rows
        if is_quick:
            self.quick.append(self.rows[argument])
        return f"{'q' if is_quick else 'f'}_{function}({argument}, {target})"

    def _sums(self, lines: Sequence[Equation]) -> Iterator[str]:
        """Yield the lines of sums that go side by side: ``z`` is the row that they share."""
        k, size = len(self.projections), self.problem.sizes.number(lines[0].name)
        z, width = f"z{k}", size * len(lines)
        bias, met, others = self._parts(lines, size)
        inputs = self._stacked("x", met.pop("x"), bias.shape) if "x" in met else None
        self.projections[z] = partial(projected, bias, inputs)
        self.widths |= {z: width, f"a{k}": width}
        self.watched.append((z, 0, width))
        self.rows[z] = (z, 0, width)
        yield from self._products(z, met, bias.shape)
        for row, line in enumerate(lines):
            place = (row * size, (row + 1) * size)
            self._place(line.name, (f"a{k}" if line.activation else z, *place))
            self._place(f"pre.{line.name}", (z, *place))
            if line.activation and not _is_bounded(line):
                self.watched.append(self.places[line.name])
        for row, sign, term in others:
            pre = variable(f"pre.{lines[row].name}")
            yield f"{_IN_PLACE['+' if sign > 0 else '-']}({pre}, {code(term)}, {pre})"
        for rows in _alike(lines):
            if function := lines[rows.start].activation:
                start, stop = rows.start * size, rows.stop * size
                self.rows |= {f"{z}_{start}": (z, start, stop)}
                self.rows |= {f"a{k}_{start}": (f"a{k}", start, stop)}
                yield self._applied(function, f"{z}_{start}", f"a{k}_{start}")

    def _products(
        self, z: str, met: Mapping[str, dict[int, Any]], shape: tuple[int, int]
    ) -> Iterator[str]:
        """Yield the lines that add what vectors come to, a product each."""
        import numpy as np

        flat = np.empty(shape[0] * shape[1])
        self.namespace |= {f"flat_{z}": flat, f"table_{z}": flat.reshape(shape)}
        for vector, weights in met.items():
            stack, name = self._stacked(vector, weights, shape), f"w_{z}_{variable(vector)}"
            if stack.ndim == len(shape):
                self.namespace[name] = stack
                yield f"multiply({name}, {variable(vector)}, table_{z})"
                yield f"add({z}, flat_{z}, {z})"
            else:
                self.namespace[name] = stack.reshape(-1, stack.shape[-1]).dot
                yield f"add({z}, {name}({variable(vector)}, flat_{z}), {z})"

    def _parts(
        self, lines: Sequence[Equation], size: int
    ) -> tuple[Any, dict[str, dict[int, Any]], list[tuple[int, int, Expression]]]:
        """Return what sums that go side by side are made of, for units of one size.

        First what doesn't change, of shape (units, size); then, by the vector and the unit's place,
        the weight of it; and the unit's place, the sign and the term of all that is to be computed
        by itself.
        """
        import numpy as np

        bias, given = np.zeros((len(lines), size)), self.problem.weights
        met: dict[str, dict[int, Any]] = {}
        others: list[tuple[int, int, Expression]] = []
        for row, line in enumerate(lines):
            for sign, term in summands(_sum_of(line)):
                match term:
                    case Binary("@", Symbol(weight), Symbol(v)) if row not in met.get(v, ()):
                        met.setdefault(v, {})[row] = given[weight] if sign > 0 else -given[weight]
                    case Symbol(name) if name in given:
                        bias[row] += sign * given[name]
                    case Number(value):
                        bias[row] += sign * value
                    case _:
                        others.append((row, sign, term))
        return bias, met, others

    def _stacked(self, vector: str, weights: Mapping[int, Any], shape: tuple[int, int]) -> Any:
        """Return the weights of a vector: factors (units, size), or matrices if any of them is one.

        weights: by the unit's place; those that are not there are 0.
        """
        import numpy as np

        if all(weight.ndim < 2 for weight in weights.values()):
            stack = np.zeros(shape)
        else:
            stack = np.zeros((*shape, self.problem.sizes.number(vector)))
        for row, weight in weights.items():
            is_diagonal = weight.ndim < 2 < stack.ndim
            stack[row] = np.diag(np.broadcast_to(weight, shape[1])) if is_diagonal else weight
        return stack
