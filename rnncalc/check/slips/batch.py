"""Batches: what hundreds of edits of one equation come to, step by step, side by side."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from math import nan
from typing import Any

from rnncalc.cells.expressions import (
    PREVIOUS,
    Binary,
    Call,
    Equation,
    Expression,
    Negation,
    Number,
    Symbol,
)
from rnncalc.check.slips.abreast import called, combined, negated, of_row, of_rows
from rnncalc.check.slips.functions import worth
from rnncalc.check.slips.trees import Edit, Path
from rnncalc.check.slips.unedited import Known, Unedited
from rnncalc.trace.arithmetic import OPERATIONS

_Patches = dict[Path, list[tuple[int, Any]]]


class Batch:
    """Edits of a problem, computed step by step."""

    def __init__(self, unedited: Unedited, edits: Sequence[Edit]) -> None:
        self.unedited, self.problem = unedited, unedited.problem
        self.is_scalar = self.problem.scalar
        self._kept: Sequence[int] | None = None
        self._take(edits)

    def _take(self, edits: Sequence[Edit]) -> None:
        self.edits, self.count = edits, len(edits)
        self.own = [edit.weights for edit in edits]
        self.steps = {t for edit in edits if edit.steps for t in edit.steps}
        self.patches = self._patches(0)
        self.start: dict[str, list[tuple[int, Any]]] = defaultdict(list)
        self.inputs: dict[int, list[tuple[int, Any]]] = defaultdict(list)
        for row, edit in enumerate(edits):
            for name, found in edit.start.items():
                self.start[name].append((row, found))
            for t, found in edit.inputs.items():
                self.inputs[t].append((row, found))

    def _patches(self, t: int) -> dict[str, _Patches]:
        """Return what stands elsewhere in a step, by quantities and places; a row each."""
        found: dict[str, _Patches] = defaultdict(lambda: defaultdict(list))
        for row, edit in enumerate(self.edits):
            for name, path, part in edit.parts if not edit.steps or t in edit.steps else ():
                found[name][path].append((row, part))
        return found

    def rows(self) -> Iterator[Mapping[str, Any]]:
        """Yield what each step comes to, by name: quantities and pre-activations."""
        problem, fixed, reads = self.problem, self.unedited.fixed, self.unedited.reads
        state = {n: self.spread(problem.state[n], rows) for n, rows in self.start.items()}
        for t, (right, plain, parts) in enumerate(self.unedited.steps(), 1):
            # What isn't as it is without an edit, and what is gone on with.
            given = {name: found for name, found in state.items() if name not in fixed}
            if t in self.inputs and "x" not in fixed:
                given["x"] = self.spread(right["x"], self.inputs[t])
            row, names, held = {**right, **given}, {**plain, **given}, problem.held_in(t)
            others, told = {*given}, set[str]()
            elsewhere = self._patches(t) if t in self.steps else self.patches
            for line in problem.cell.equations:
                name, patches = line.name, elsewhere.get(line.name, {})
                is_reached = not others.isdisjoint(reads[name])
                if name in held or not (patches or is_reached):
                    continue
                known = {} if is_reached else parts[name]
                work = _Work(self, names, patches, known, is_shared=not others)
                row.update(work.stages(line, fixed))
                told.add(name)
                if name not in fixed:
                    names[name] = row[name]
                    others.add(name)
            self._kept = None  # unless `keep` is called
            yield row
            ends = ((name, name.removesuffix(PREVIOUS)) for name in problem.state)
            state = {name: row[end] for name, end in ends if end in told}
            if self._kept is not None:
                state = {name: of_rows(found, self._kept) for name, found in state.items()}

    def keep(self, rows: Sequence[int]) -> None:
        """Go on with some of the edits alone, after a step; they count from 0 then."""
        self._kept = rows
        self._take([self.edits[row] for row in rows])

    def spread(self, found: Any, rows: Sequence[tuple[int, Any]]) -> Any:
        """Return a value for each edit, with some of them in the place of one for all."""
        if not rows:
            return found
        if self.is_scalar:
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


class _Work:
    """The computing of one equation in one step, for all edits of a batch.

    names: what it may read. patches: what stands elsewhere in it. known: what its parts are worth
    without an edit, if that is known. is_shared: whether all edits read the same.
    """

    def __init__(
        self,
        batch: Batch,
        names: Mapping[str, Any],
        patches: _Patches,
        known: dict[int, Any],
        *,
        is_shared: bool,
    ) -> None:
        self.shared: dict[int, Any] | None = {} if is_shared else None
        self.batch, self.names, self.patches, self.known = batch, names, patches, known
        self.above = {path[:end] for path in patches for end in range(len(path) + 1)}

    def stages(self, line: Equation, fixed: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
        """Yield what the equation comes to: its pre-activation, and what it is."""
        name, expression = line.name, line.expression
        if self.patches and self.batch.is_scalar:  # its parts stand in what stands elsewhere
            self._as_it_is(expression.argument if isinstance(expression, Call) else expression)
        if not isinstance(expression, Call):
            yield name, self._worth(expression, ())
            return
        z = self._worth(expression.argument, (1,))
        yield f"pre.{name}", z
        z = fixed.get(f"pre.{name}", z) if line.is_unit else z
        yield name, self._patched(called(expression.function, z), ())

    def _worth(self, node: Expression, path: Path) -> Any:
        """Return what an expression is worth, with what stands in its parts instead."""
        if path not in self.above:
            return self._as_it_is(node)
        if isinstance(node, Binary):
            left, right = self._worth(node.left, (*path, 1)), self._worth(node.right, (*path, 2))
            found = combined(node.operator, left, right)
        elif isinstance(node, Call):
            found = called(node.function, self._worth(node.argument, (*path, 1)))
        elif isinstance(node, Negation):
            found = negated(self._worth(node.operand, (*path, 0)))
        else:
            found = self._as_it_is(node)
        return self._patched(found, path) if path in self.patches else found

    def _as_it_is(self, node: Any) -> Any:
        """Return what an expression is worth in which nothing stands elsewhere."""
        kind = type(node)
        if kind is Symbol:
            return self.names[node[0]]
        if kind is Number:
            return node[0]
        if (found := self.known.get(id(node))) is not None:
            return found
        if kind is Binary:
            found = combined(node[0], self._as_it_is(node[1]), self._as_it_is(node[2]))
        elif kind is Call:
            found = called(node[0], self._as_it_is(node[1]))
        else:
            found = negated(self._as_it_is(node[0]))
        if type(found) is list:
            self.known[id(node)] = found
        return found

    def _patched(self, found: Any, path: Path) -> Any:
        """Return a part's value with that of what stands there instead, a row each."""
        rows = self.patches.get(path, ())
        return self.batch.spread(found, [(row, self._own(row, part)) for row, part in rows])

    def _own(self, row: int, part: Expression) -> Any:
        """Return what a part is worth in one edit; no number if its sizes don't fit."""
        own = self.batch.own[row]
        shared = None if own else self.shared
        if shared and id(part) in shared:
            return shared[id(part)]
        try:
            found = _value(part, self.names, own, row, {} if own else self.known)
        except ValueError:
            found = nan
        if shared is not None:  # in two edits at once each stands many times
            shared[id(part)] = found
        return found


def _value(
    node: Any, names: Mapping[str, Any], own: Mapping[str, Any], row: int, known: Known
) -> Any:
    """Return what an expression is worth in an edit; it may have functions that no cell has.

    own: what it alone reads, by name.
    """
    kind = type(node)
    if kind is Symbol:
        name = node[0]
        if name in own:
            return own[name]
        found = names[name]
        if type(found) is list:
            return found[row]
        return found if type(found) is float or name[:2] == "W." else of_row(found, row)
    if kind is Number:
        return node[0]
    if known and (found := known.get(id(node))) is not None:
        return found[row] if type(found) is list else found
    if kind is Binary:
        sign, left, right = node
        one = _value(left, names, own, row, known)
        return OPERATIONS[sign](one, _value(right, names, own, row, known))
    if kind is Call:
        return worth(node[0], _value(node[1], names, own, row, known))
    return -_value(node[0], names, own, row, known)
