"""Batches: what hundreds of edits of one equation come to, side by side.

A value is one for all edits (a float, an array of shape (n,)) or one for each (a list of floats, an
array of shape (edits, n)).
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain
from math import nan
from typing import Any

from rnncalc.cells.expressions import (
    PREVIOUS,
    Binary,
    Call,
    Expression,
    Number,
    Symbol,
)
from rnncalc.cells.functions import FUNCTIONS
from rnncalc.check.slips.functions import worth
from rnncalc.check.slips.trees import Edit, Path
from rnncalc.problem.problem import Problem
from rnncalc.trace.arithmetic import applied, divide, value

_Patches = Mapping[Path, Sequence[tuple[int, Any]]]
_OPERATIONS: Mapping[str, Callable[[Any, Any], Any]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": divide
}  # fmt: skip


class Batch:
    """Edits of a problem, computed step by step.

    fixed: what somebody goes on with instead of what is computed, by name.
    """

    def __init__(
        self, problem: Problem, edits: Sequence[Edit], fixed: Mapping[str, Any] | None = None
    ) -> None:
        self.problem, self.count, self.fixed = problem, len(edits), fixed or {}
        self.own = [edit.weights for edit in edits]
        self.patches: dict[str, dict[Path, list[tuple[int, Any]]]] = {}
        self.start: dict[str, list[tuple[int, Any]]] = {}
        self.inputs: dict[int, list[tuple[int, Any]]] = {}
        for row, edit in enumerate(edits):
            for name, path, part in edit.parts:
                self.patches.setdefault(name, {}).setdefault(path, []).append((row, part))
            for name, found in edit.start.items():
                self.start.setdefault(name, []).append((row, found))
            for t, found in edit.inputs.items():
                self.inputs.setdefault(t, []).append((row, found))

    def rows(self) -> Iterator[Mapping[str, Any]]:
        """Yield what each step comes to, by name: quantities and pre-activations."""
        state = {
            name: self._spread(found, self.start.get(name, ()))
            for name, found in self.problem.state.items()
        }
        for t, x in enumerate(chain(*self.problem.batches), 1):
            names = {**self.problem.weights, **state}
            if x is not None:
                names["x"] = self._spread(x, self.inputs.get(t, ()))
            names |= {name: found for name, found in self.fixed.items() if name in names}
            row, held = dict(names), self.problem.held_in(t)
            for line in self.problem.cell.equations:
                name, expression = line.name, line.expression
                if name in held:
                    row[name] = names[name] = held[name]
                    continue
                patches = self.patches.get(name, {})
                if isinstance(expression, Call):
                    z = self._worth(expression.argument, (1,), names, patches)
                    row[f"pre.{name}"] = z
                    z = self.fixed.get(f"pre.{name}", z) if line.is_unit else z
                    found = self._applied(expression.function, z)
                    found = self._patched(found, (), names, patches)
                else:
                    found = self._worth(expression, (), names, patches)
                row[name] = found
                names[name] = self.fixed.get(name, found)
            yield row
            state = {name: row[name.removesuffix(PREVIOUS)] for name in state}

    def _worth(
        self, node: Expression, path: Path, names: Mapping[str, Any], patches: _Patches
    ) -> Any:
        """Return what an expression is worth, with what stands in its parts instead."""
        if isinstance(node, Symbol):
            found = names[node.name]
        elif isinstance(node, Number):
            found = node.value
        elif isinstance(node, Binary):
            left = self._worth(node.left, (*path, 1), names, patches)
            right = self._worth(node.right, (*path, 2), names, patches)
            found = self._combined(node.operator, left, right)
        elif isinstance(node, Call):
            argument = self._worth(node.argument, (*path, 1), names, patches)
            found = self._applied(node.function, argument)
        else:
            operand = self._worth(node.operand, (*path, 0), names, patches)
            found = [-z for z in operand] if isinstance(operand, list) else -operand
        return self._patched(found, path, names, patches) if path in patches else found

    def _patched(self, found: Any, path: Path, names: Mapping[str, Any], patches: _Patches) -> Any:
        """Return a part's value with that of what stands there instead, a row each."""
        rows = patches.get(path, ())
        return self._spread(found, [(row, self._own(row, part, names)) for row, part in rows])

    def _own(self, row: int, part: Expression, names: Mapping[str, Any]) -> Any:
        """Return what a part is worth in one edit; no number if its sizes don't fit."""
        try:
            return value(part, _Row(self.own[row], names, row), worth)
        except ValueError:
            return nan

    def _spread(self, found: Any, rows: Sequence[tuple[int, Any]]) -> Any:
        """Return a value for each edit, with some of them in the place of one for all."""
        if not rows:
            return found
        if self.problem.scalar:
            found = [*found] if isinstance(found, list) else [found] * self.count
        else:
            import numpy as np

            many = found.copy() if getattr(found, "ndim", 0) == 2 else None
            found = np.array([np.atleast_1d(found)] * self.count) if many is None else many
            # Numbers alone have no size, until a vector stands for them.
            width = max(np.size(other) for _, other in rows)
            found = found.repeat(width, axis=1) if found.shape[1] == 1 < width else found
            width = found.shape[1]
            rows = [(row, other if np.size(other) in (1, width) else nan) for row, other in rows]
        for row, other in rows:
            found[row] = other
        return found

    def _combined(self, sign: str, left: Any, right: Any) -> Any:
        if sign == "@":
            if getattr(left, "ndim", 0) == 2:
                return right @ left.T if right.ndim == 2 else left @ right
            sign = "*"
        one = _OPERATIONS[sign]
        if isinstance(left, list):
            if isinstance(right, list):
                return [one(a, b) for a, b in zip(left, right, strict=True)]
            return [one(a, right) for a in left]
        return [one(left, b) for b in right] if isinstance(right, list) else one(left, right)

    def _applied(self, name: str, argument: Any) -> Any:
        if isinstance(argument, list):
            number = FUNCTIONS[name].number
            return [number(z) for z in argument]
        return applied(name, argument)


class _Row(Mapping[str, Any]):
    """What one edit of a batch has, by name. own: its own weights."""

    def __init__(self, own: Mapping[str, Any], names: Mapping[str, Any], row: int) -> None:
        self.own, self.names, self.row = own, names, row

    def __getitem__(self, name: str) -> Any:
        if name in self.own:
            return self.own[name]
        found = self.names[name]
        if isinstance(found, list):
            return found[self.row]
        return found if isinstance(found, float) or name[:2] == "W." else of_row(found, self.row)

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)


def of_row(found: Any, row: int) -> Any:
    """Return what one edit of a batch has of a value, be it one for all or one for each."""
    return found[row] if isinstance(found, list) or getattr(found, "ndim", 0) == 2 else found
