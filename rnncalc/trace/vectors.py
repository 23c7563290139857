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
    summands,
    symbols,
)
from rnncalc.cells.functions import FUNCTIONS
from rnncalc.problem.problem import Problem
from rnncalc.trace.arithmetic import assignments, code, compiled, variable
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
    for _, term in summands(_sum_of(line)):
        match term:
            case Binary("@", Symbol(), Symbol()):
                return True
    return False


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
            return self._sums(sorted(group, key=lambda line: line.activation or ""))
        return self._alone(*group)

    def _alone(self, line: Equation) -> Iterator[str]:
        import numpy as np

        is_constant = not symbols(line.expression)
        for name, text in assignments(line):
            if is_constant:  # of numbers alone, and a vector all the same
                size = self.problem.sizes.number(line.name)
                self.namespace[f"c_{variable(name)}"] = np.full(size, float(text))
            yield f"{variable(name)} = {f'c_{variable(name)}' if is_constant else text}"
            if name != line.name:
                self.watched.append(variable(name))
        self._watch(line)

    def _watch(self, line: Equation) -> None:
        """Have a value checked that may be infinite though what it is computed from isn't."""
        if not (line.activation and FUNCTIONS[line.activation].is_bounded):
            self.watched.append(variable(line.name))

    def _sums(self, lines: Sequence[Equation]) -> Iterator[str]:
        """Yield the lines of sums that go side by side: ``z`` has a row for each."""
        z, size = f"z{len(self.projections)}", self.problem.sizes.number(lines[0].name)
        bias, met, others = self._parts(lines, size)
        inputs = self._stacked("x", met.pop("x"), bias.shape) if "x" in met else None
        self.projections.append(partial(_projected, bias, inputs))
        for vector, weights in met.items():
            stack = self._stacked(vector, weights, bias.shape)
            name = f"w_{z}_{variable(vector)}"
            if stack.ndim == bias.ndim:
                yield f"{z} += {name} * {variable(vector)}"
            else:
                stack = stack.reshape(-1, stack.shape[-1])
                yield f"{z} += {name}.dot({variable(vector)}).reshape({len(lines)}, {size})"
            self.namespace[name] = stack
        for row, sign, term in others:
            yield f"{z}[{row}] {'+' if sign > 0 else '-'}= {code(term)}"
        for function in dict.fromkeys(line.activation for line in lines):
            places = [row for row, line in enumerate(lines) if line.activation == function]
            values = f"{z}[{places[0]}:{places[-1] + 1}]"
            targets = ", ".join(variable(lines[row].name) for row in places)
            yield f"{targets}, = {f'f_{function}({values})' if function else values}"
        for row, line in enumerate(lines):
            if f"pre.{line.name}" in self.names:
                yield f"{variable(f'pre.{line.name}')} = {z}[{row}]"
            if line.activation:  # without, it is its sum, which is checked
                self._watch(line)

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
                        met.setdefault(v, {})[row] = sign * given[weight]
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


def _projected(bias: Any, weights: Any, block: Any) -> Any:
    """Return the sums of a block's inputs, of shape (steps, units, size), with biases.

    weights: as they are stacked; None if no input meets any.
    """
    import numpy as np

    if weights is None:
        return np.repeat(bias[None], len(block), axis=0)
    if weights.ndim == bias.ndim:
        return block[:, None, :] * weights + bias
    full = np.zeros((_BLOCK, block.shape[1]))
    full[: len(block)] = block
    sums = full @ weights.reshape(-1, block.shape[1]).T
    return sums[: len(block)].reshape(len(block), *bias.shape) + bias
