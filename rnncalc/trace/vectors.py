"""The loop over vectors: a cell's equations as Python, with few products a step.

What is ready together and of one size goes side by side into one product, and whatever meets the
input is projected for a block of steps at once; so it agrees with `steps` up to the order of
summing. The lines are written out from the trees, once for each problem. Every name of the cell has
a prefix in them, so that it meets none of the loop's own, nor of Python's.
"""

from __future__ import annotations

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
    children,
    summands,
    symbols,
)
from rnncalc.cells.functions import FUNCTIONS
from rnncalc.problem.problem import Problem
from rnncalc.trace.arithmetic import code, compiled, value, variable
from rnncalc.trace.step import NotFiniteError

# Blocks are filled up to this many rows: the projection of a step is then the same product wherever
# it stands in a sequence, and going on from a saved state gives the same bits. 24 is a multiple of
# the rows (2, 4, 6, 8 or 12) that BLAS kernels take at a time; what is left they sum otherwise.
_BLOCK = 24


def rows(problem: Problem, names: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    """Yield the named values of each step: quantities, and pre-activations such as "pre.f".

    problem: without rounding and without anything held at one step. A block is computed before
    its first row is yielded, so that it is checked as a whole. Raises NotFiniteError for a block
    with a quantity that is not a finite number.
    """
    import numpy as np

    before = {name + PREVIOUS: name for name in problem.cell.states}
    reach: dict[str, Any] = {f"f_{name}": function.array for name, function in FUNCTIONS.items()}
    writer = _Writer(problem, names, reach)
    body = [line for group in _grouped(problem) for line in writer.written(group)]

    def shown(name: str) -> str:
        plain = problem.sizes.is_plain(name.rpartition(".")[2])
        return f"float({variable(name)}[0])" if plain else variable(name)

    def fail(t: int, block: Any, *states: Any) -> None:
        raise NotFiniteError(t, block, dict(zip(before, states, strict=True)))

    def finite(*stacks: Any) -> bool:
        return all(np.isfinite(stack).all() for stack in stacks)

    def project(batch: Any) -> Iterator[tuple[Any, ...]]:
        for start in range(0, len(batch), _BLOCK):
            block = batch[start : start + _BLOCK]
            with np.errstate(all="ignore"):
                yield block, *(projection(block) for projection in writer.projections)

    reach |= {"quiet": np.errstate, "finite": finite, "project": project, "fail": fail}
    reach |= {"weigh": _weigh, "zip": zip, "len": len, "float": float}
    states = ", ".join(map(variable, before))
    sums = [f"sums{k}" for k in range(len(writer.projections))]
    seen = [f"seen{k}" for k in range(len(writer.watched))]
    block = ", ".join(["block", *sums])
    step = ", ".join([variable("x"), *(f"z{k}" for k in range(len(sums)))])
    watching = zip(seen, writer.watched, strict=True)
    lines = [
        f"def loop(batches, {states}):",
        "    t = 1",
        "    for batch in batches:",
        f"        for {block}, in project(batch):",
        "            rows = []",
        *(f"            {name} = []" for name in seen),
        f"            start = {states},",
        "            with quiet(all='ignore'):",
        f"                for {step}, in zip({block}):",
        *(f"                    {line}" for line in body),
        *(f"                    {stack}.append({name})" for stack, name in watching),
        f"                    rows.append(({', '.join(map(shown, names))},))",
        *(f"                    {variable(old)} = {variable(new)}" for old, new in before.items()),
        f"                good = finite({', '.join([*sums, *seen])})",
        "            if not good: fail(t, block, *start)",
        "            yield from rows",
        "            t += len(block)",
    ]
    yield from compiled(problem, lines, reach)(problem.batches, *map(problem.state.get, before))


def _weigh(weight: Any, vector: Any) -> Any:
    return weight.dot(vector) if weight.ndim == 2 else weight * vector


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
    return any(_stacked(term) for _, term in summands(_sum_of(line)))


def _stacked(term: Expression) -> tuple[str, str] | None:
    """Return the weight and the vector of a term that can be stacked; None for other terms."""
    match term:
        case Binary("@", Symbol(weight), Symbol(vector)):
            return weight, vector
    return None


class _Writer:
    """Writes the lines of a loop over arrays, group by group.

    projections: what gives the sums of each group for a block of inputs, in order. watched: the
    variables that a step has to be checked for, besides the sums.
    """

    def __init__(self, problem: Problem, names: Sequence[str], namespace: dict[str, Any]) -> None:
        self.problem = problem
        self.names = names
        self.namespace = namespace
        self.projections: list[Callable[[Any], Any]] = []
        self.watched: list[str] = []

    def written(self, group: Sequence[Equation]) -> Iterator[str]:
        """Yield the lines of a group."""
        if _is_stackable(group[0]):
            yield from self._sums(sorted(group, key=lambda line: line.activation or ""))
        else:
            for line in group:
                yield from self._alone(line)

    def _alone(self, line: Equation) -> Iterator[str]:
        expression, name = line.expression, variable(line.name)
        if not symbols(expression):
            if line.is_unit:
                yield from self._constant(f"pre.{line.name}", line, children(expression)[0])
            yield from self._constant(line.name, line, expression)
        elif isinstance(expression, Call) and line.is_unit:
            pre = variable(f"pre.{line.name}")
            yield f"{pre} = {code(expression.argument)}"
            yield f"{name} = f_{expression.function}({pre})"
            self.watched.append(pre)
        else:
            yield f"{name} = {code(expression)}"
        self._watch(line)

    def _constant(self, name: str, line: Equation, node: Expression) -> Iterator[str]:
        """Yield the line of a value that is made of numbers alone."""
        import numpy as np

        constant = f"c_{variable(name)}"
        self.namespace[constant] = np.full(self.problem.sizes.number(line.name), value(node, {}))
        yield f"{variable(name)} = {constant}"
        self.watched.append(variable(name))

    def _watch(self, line: Equation) -> None:
        """Have a value checked that may be infinite though what it is computed from isn't."""
        if not (line.activation and FUNCTIONS[line.activation].is_bounded):
            self.watched.append(variable(line.name))

    def _sums(self, lines: Sequence[Equation]) -> Iterator[str]:
        """Yield the lines of sums that go side by side: ``z`` has a row for each."""
        k, size = len(self.projections), self.problem.sizes.number(lines[0].name)
        parts = _Parts(self.problem, lines, size)
        self.projections.append(parts.projection())
        for number, vector in enumerate(parts.met):
            stack = f"w{k}_{number}"
            factors, matrix = parts.weights(vector)
            self.namespace[stack] = factors if matrix is None else matrix
            if matrix is None:
                yield f"z{k} += {stack} * {variable(vector)}"
            else:
                yield f"z{k} += {stack}.dot({variable(vector)}).reshape({len(lines)}, {size})"
        for row, sign, term in parts.others:
            yield f"z{k}[{row}] {'+' if sign > 0 else '-'}= {code(term)}"
        for function in dict.fromkeys(line.activation for line in lines):
            places = [row for row, line in enumerate(lines) if line.activation == function]
            values = f"z{k}[{places[0]}:{places[-1] + 1}]"
            targets = ", ".join(variable(lines[row].name) for row in places)
            yield f"{targets}, = {f'f_{function}({values})' if function else values}"
        for row, line in enumerate(lines):
            if f"pre.{line.name}" in self.names:
                yield f"{variable(f'pre.{line.name}')} = z{k}[{row}]"
            if line.activation:  # without, it is its sum, which is checked
                self._watch(line)


class _Parts:
    """What sums that go side by side are made of, for units of one size.

    met: by the vector and the unit's place, the weight of it; that of the input is in ``inputs``.
    bias: what doesn't change, of shape (units, size). others: the unit's place, the sign and the
    term of all that is to be computed by itself.
    """

    def __init__(self, problem: Problem, lines: Sequence[Equation], size: int) -> None:
        import numpy as np

        self.problem = problem
        self.size = size
        self.bias = np.zeros((len(lines), size))
        self.met: dict[str, dict[int, Any]] = {}
        self.others: list[tuple[int, int, Expression]] = []
        for row, line in enumerate(lines):
            for sign, term in summands(_sum_of(line)):
                self._sort(row, sign, term)
        self.inputs = self.met.pop("x", {})

    def _sort(self, row: int, sign: int, term: Expression) -> None:
        match term:
            case Binary("@", Symbol(weight), Symbol(vector)) if row not in self.met.get(vector, {}):
                self.met.setdefault(vector, {})[row] = sign * self.problem.weights[weight]
            case Symbol(name) if name in self.problem.weights:
                self.bias[row] += sign * self.problem.weights[name]
            case Number(value):
                self.bias[row] += sign * value
            case _:
                self.others.append((row, sign, term))

    def weights(self, vector: str) -> tuple[Any, Any]:
        """Return what `_factors_or_matrix` makes of the weights of a vector."""
        columns = self.problem.sizes.number(vector)
        return _factors_or_matrix(self.met[vector], len(self.bias), self.size, columns)

    def projection(self) -> Callable[[Any], Any]:
        """Return what gives the sums of a block's inputs, (steps, units, size), with biases."""
        if not self.inputs:
            return partial(_unprojected, self.bias)
        columns = self.problem.sizes.number("x")
        weights = _factors_or_matrix(self.inputs, len(self.bias), self.size, columns)
        return partial(_projected, self.bias, *weights)


def _factors_or_matrix(
    weights: Mapping[int, Any], count: int, rows: int, columns: int
) -> tuple[Any, Any]:
    """Return the weights of all units as factors (units, n) if none of them is a matrix.

    Otherwise return them as one matrix, one below the other; None stands for the other form.
    weights: by the unit's place; those that are not there are 0.
    """
    import numpy as np

    if all(weight.ndim < 2 for weight in weights.values()):
        factors = np.zeros((count, rows))
        for row, weight in weights.items():
            factors[row] = weight
        return factors, None
    matrix = np.zeros((count, rows, columns))
    for row, weight in weights.items():
        matrix[row] = weight if weight.ndim == 2 else np.diag(np.broadcast_to(weight, rows))
    return None, matrix.reshape(count * rows, columns)


def _projected(bias: Any, factors: Any, matrix: Any, block: Any) -> Any:
    import numpy as np

    if matrix is None:
        return block[:, None, :] * factors + bias
    full = np.zeros((_BLOCK, block.shape[1]))
    full[: len(block)] = block
    return (full @ matrix.T)[: len(block)].reshape(len(block), *bias.shape) + bias


def _unprojected(bias: Any, block: Any) -> Any:
    import numpy as np

    return np.repeat(bias[None], len(block), axis=0)
