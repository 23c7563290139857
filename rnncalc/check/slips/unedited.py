"""The steps of a problem without an edit, of which batches compute again what edits reach."""

from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any, NamedTuple

from rnncalc.cells.expressions import PREVIOUS, Binary, Call, Expression, Number, Symbol, symbols
from rnncalc.problem.problem import Problem
from rnncalc.trace.arithmetic import OPERATIONS, applied

#: What parts of an equation are worth, by their places in memory.
Known = dict[int, Any]


class Unchanged(NamedTuple):
    """A step without an edit: what it comes to, what is gone on with, what parts are worth.

    parts: by the names of the equations.
    """

    row: dict[str, Any]
    names: dict[str, Any]
    parts: dict[str, Known]


class Unedited:
    """The steps of a problem as they are, of which batches compute again what edits reach.

    fixed: what somebody goes on with instead of what is computed, by name.
    """

    def __init__(self, problem: Problem, fixed: Mapping[str, Any] | None = None) -> None:
        self.problem, self.fixed = problem, fixed or {}
        self.reads = {line.name: symbols(line.expression) for line in problem.cell.equations}
        self._done = list[Unchanged]()
        self._more = self._computed()

    def steps(self) -> Iterator[Unchanged]:
        """Yield the steps, each computed when it is first asked for."""
        for t, _ in enumerate(chain(*self.problem.batches)):
            if t == len(self._done):
                self._done.append(next(self._more))
            yield self._done[t]

    def _computed(self) -> Iterator[Unchanged]:
        problem, fixed, state = self.problem, self.fixed, self.problem.state
        for t, x in enumerate(chain(*problem.batches), 1):
            row = {**problem.weights, **state, **({} if x is None else {"x": x})}
            row |= {name: found for name, found in fixed.items() if name in row}
            names, parts, held = dict(row), dict[str, Known](), problem.held_in(t)
            for line in problem.cell.equations:
                name, known = line.name, dict[int, Any]()
                if name in held:
                    row[name] = names[name] = held[name]
                    continue
                if isinstance(line.expression, Call):
                    z = row[f"pre.{name}"] = _noted(line.expression.argument, names, known)
                    z = fixed.get(f"pre.{name}", z) if line.is_unit else z
                    row[name] = applied(line.expression.function, z)
                else:
                    row[name] = _noted(line.expression, names, known)
                names[name] = fixed.get(name, row[name])
                parts[name] = known
            yield Unchanged(row, names, parts)
            state = {name: row[name.removesuffix(PREVIOUS)] for name in state}


def _noted(node: Expression, names: Mapping[str, Any], known: dict[int, Any]) -> Any:
    """Return what an expression is worth; note what each of its parts is."""
    if isinstance(node, Symbol):
        return names[node.name]
    if isinstance(node, Number):
        return node.value
    if isinstance(node, Binary):
        left, right = _noted(node.left, names, known), _noted(node.right, names, known)
        found = OPERATIONS[node.operator](left, right)
    elif isinstance(node, Call):
        found = applied(node.function, _noted(node.argument, names, known))
    else:
        found = -_noted(node.operand, names, known)
    known[id(node)] = found
    return found
