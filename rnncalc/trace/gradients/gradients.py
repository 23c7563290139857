"""Gradients: the steps of a problem gone through forwards once, and then backwards.

What the way back needs of each step is kept meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import prod
from typing import Any, NamedTuple

from rnncalc.cells.expressions import PREVIOUS
from rnncalc.errors import InputError
from rnncalc.problem.problem import Problem
from rnncalc.trace.gradients.adjoints import Wanted, is_matrix
from rnncalc.trace.gradients.backward import backward
from rnncalc.trace.gradients.kept import Kept, KeptRows, Rows, every_name
from rnncalc.trace.gradients.objective import Objective, start_of
from rnncalc.trace.step import require_finite

_BLOCK = 256  # steps whose shares of a matrix are summed up at once
_MOST_ELEMENTS = 10**7  # of what a vector is derived by a matrix, which is kept as a whole


class BackStep(NamedTuple):
    """What one step says of the objective.

    by: its derivative by each quantity, previous state and pre-activation ("pre.f"), through all
    that comes after. shares: what the step adds to that by each parameter, by its key: "w_fh".
    """

    t: int
    by: Mapping[str, Any]
    shares: Mapping[str, Any]


class Gradients:
    """The derivatives of an objective.

    kept: the values of the steps, all of them if all is derived. steps: how many there are. value:
    what the objective is worth. at_corners: where a function had no derivative, by quantity and
    function: the steps, the last first.
    """

    def __init__(
        self,
        problem: Problem,
        objective: Objective,
        rows: Rows,
        names: Sequence[str] | None = None,
    ) -> None:
        """Go through the steps; a stream is read to its end.

        rows: what goes through the steps, `trace.rows`. names: what the objective is derived by,
        in the cell's symbols; None for all. Raises InputError if a step can't be computed, the
        objective is of one that there is not, or a derivative has too many elements.
        """
        self.problem, self.objective = problem, objective
        self.names = _all(problem) if names is None else list(names)
        self.at_corners: dict[tuple[str, str], list[int]] = {}
        parameters = problem.cell.parameters.values()
        self._keys = {p.symbol: p.name for p in parameters if p.symbol in problem.weights}
        self._weights = {p.symbol for p in parameters if p.is_matrix}
        self._require_few_elements()
        seeds: dict[str, dict[int, Any]] = {name: {} for name in objective.names}
        wanted = Wanted(self.names, seeds, objective.shape)
        self._back = backward(problem, wanted, self._at_corner)
        needed = every_name(problem) if names is None else self._back.reads
        self.kept = Kept(problem, needed, rows)
        self._rows = KeptRows(self.kept, self._back.reads)
        self.steps = len(self.kept)
        objective.check(self.steps)
        self.value: Any = 0.0
        for t in sorted({term.t or self.steps for term in objective.terms}):
            values = dict(zip(self._back.reads, self._rows[t - 1], strict=True))
            with problem.overflow_unheeded():
                value, found = objective.worth(values, t, self.steps)
            self.value = self.value + value
            for name, seed in found.items():
                require_finite(problem, seed, f"grad.{name}", t)
                seeds[name][t] = seed
        require_finite(problem, self.value, "the objective", self.steps)

    def _require_few_elements(self) -> None:
        """Raise InputError unless the derivatives of a vector by each matrix can be kept."""
        units = prod(self.objective.shape)
        for name in self.names if self.objective.shape else ():
            if name in self._keys and is_matrix(self.problem, name):
                shape = self.problem.weights[name].shape
                count, of = units * prod(shape), self.objective.names[0]
                if count > _MOST_ELEMENTS:
                    told = f"grad.{self._keys[name]} has {units:,} matrices of"
                    told += (
                        f" {shape[0]} x {shape[1]}, one for each unit of {of}: {count:,} elements,"
                    )
                    told += f" more than {_MOST_ELEMENTS:,}; with --of '{of}[1]' or"
                    told += f" --of 'sum({of})' it is one"
                    raise InputError.of("size", told)

    def _at_corner(self, t: int, quantity: str, function: str) -> None:
        self.at_corners.setdefault((quantity, function), []).append(t)

    def _backwards(self) -> Iterator[tuple[Any, ...]]:
        """Yield what is wanted of each step, from the last to the first."""
        self.at_corners.clear()
        with self.problem.overflow_unheeded():
            yield from self._back.loop(
                zip(range(self.steps, 0, -1), reversed(self._rows), strict=True)
            )

    def __iter__(self) -> Iterator[BackStep]:
        """Yield the steps from the last to the first.

        Raises InputError at the first with a derivative that is not a finite number.
        """
        for t, found in zip(range(self.steps, 0, -1), self._backwards(), strict=True):
            by, shares = {}, {}
            for name, adjoint in zip(self.names, found, strict=True):
                key, result = self._keys.get(name), self._presented(name, adjoint)
                require_finite(self.problem, result, *self._called(name, t))
                if key:
                    shares[key] = result
                else:
                    by[name] = result
            yield BackStep(t, by, shares)

    def _called(self, name: str, t: int) -> tuple[str, int]:
        """Return what a derivative at a step is called, and the step that it is asked for by."""
        if name.startswith("pre."):
            return f"delta.{name.removeprefix('pre.')}", t
        if not name.endswith(PREVIOUS) or name in self._keys:
            return f"grad.{self._keys.get(name, name)}", t
        state = name.removesuffix(PREVIOUS)
        return (f"grad.{state}", t - 1) if t > 1 else (f"grad.{self._start(state)}", t)

    def _start(self, state: str) -> str:
        return start_of(self.problem.cell, state)

    def sums(self) -> dict[str, Any]:
        """Return the derivatives by the parameters, by key ("w_fh"), and by the starts ("h_0").

        Only by those that are among the names. Raises InputError if one is not a finite number.
        """
        totals, first = self._totals()
        shown = {self._keys[name]: self._presented(name, it) for name, it in totals.items()}
        for name, adjoint in first.items():
            if name.endswith(PREVIOUS) and name not in self._keys:
                start = self._start(name.removesuffix(PREVIOUS))
                shown[start] = self._presented(name, adjoint)
        try:
            for key, total in shown.items():
                require_finite(self.problem, total, f"the sum grad.{key}", 1)
        except InputError:
            for _ in self:  # which says at which step it began
                pass
            raise
        return shown

    def _totals(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return by name the sums over steps for parameters, and all that is wanted of step 1."""
        places = [(k, name) for k, name in enumerate(self.names) if name in self._keys]
        matrices = {name: list[Any]() for _, name in places if is_matrix(self.problem, name)}
        totals: dict[str, Any] = {name: 0.0 for _, name in places}
        found: tuple[Any, ...] = ()
        for found in self._backwards():
            for k, name in places:
                if name not in matrices:
                    totals[name] = totals[name] + found[k]
                    continue
                matrices[name].append(found[k])
                if len(matrices[name]) == _BLOCK:
                    totals[name] = totals[name] + self._product(name, matrices[name])
                    matrices[name].clear()
        for name, waiting in matrices.items():
            totals[name] = totals[name] + self._product(name, waiting)
        return totals, dict(zip(self.names, found, strict=True))

    def _presented(self, name: str, adjoint: Any) -> Any:
        """Return a derivative as it is shown: of numbers, numbers, and of matrices, products."""
        if isinstance(adjoint, list):
            return self._product(name, [adjoint])
        symbol = name.removeprefix("pre.")
        if getattr(adjoint, "ndim", 0) and symbol not in self._weights:
            adjoint = adjoint[..., 0] if self.problem.sizes.is_plain(symbol) else adjoint
        return adjoint if getattr(adjoint, "ndim", 0) else float(adjoint)

    def _product(self, name: str, steps: Sequence[Sequence[tuple[Any, Any]]]) -> Any:
        """Return what steps add to the derivative by a matrix, from the factors of each.

        The result has the shape of the objective, then that of the matrix.
        """
        import numpy as np

        total = np.zeros(self.objective.shape + self.problem.weights[name].shape)
        for k in range(max(map(len, steps), default=0)):
            pairs = [step[k] for step in steps if len(step) > k]
            left = np.array([adjoint for adjoint, _ in pairs]).reshape(len(pairs), -1)
            total += (left.T @ np.array([met for _, met in pairs])).reshape(total.shape)
        return total


def _all(problem: Problem) -> list[str]:
    """Return all that an objective can be derived by."""
    return [*every_name(problem), *problem.weights]
