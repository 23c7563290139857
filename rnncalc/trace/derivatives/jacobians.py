"""Jacobians: what becomes of a change of a state, one step later and at the end.

The loops of `gradients` with other seeds: not the objective's, but the states' own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from rnncalc.cells.expressions import PREVIOUS
from rnncalc.problem.problem import Problem
from rnncalc.trace.gradients.adjoints import Wanted
from rnncalc.trace.gradients.backward import Backward, backward
from rnncalc.trace.gradients.kept import Kept, KeptRows
from rnncalc.trace.step import require_finite


class Jacobians:
    """Derivatives of some states, together, by some quantities or previous states.

    kept: all that there is of each step. Where all is plain numbers there is one state, and a
    derivative is a float; otherwise it is an array (n, m), or (N, m) for several states with N
    units together.
    """

    def __init__(self, problem: Problem, of: Sequence[str], by: Sequence[str], kept: Kept) -> None:
        self.problem, self.of, self.by = problem, of, by
        self._seeds: dict[str, dict[int, Any]] = {name: {} for name in of}
        self._units = self._split()
        shape = () if problem.scalar else (sum(problem.sizes.number(name) for name in of),)
        wanted = Wanted(by, self._seeds, shape)
        self._back: Backward = backward(problem, wanted, lambda *_: None)
        self._rows = KeptRows(kept, self._back.reads)

    def _split(self) -> dict[str, Any]:
        """Return the derivative of all of the states by each of them: parts of a unit matrix."""
        if self.problem.scalar:
            return dict.fromkeys(self.of, 1.0)
        import numpy as np

        sizes = [self.problem.sizes.number(name) for name in self.of]
        unit, ends = np.eye(sum(sizes)), np.cumsum(sizes).tolist()
        pairs = zip(self.of, ends, sizes, strict=True)
        return {name: unit[:, end - size : end] for name, end, size in pairs}

    def _run(self, t: int, back_to: int) -> Iterator[tuple[int, tuple[Any, ...]]]:
        """Yield what is derived of step t, for each step from there back to another one."""
        for name, seeds in self._seeds.items():
            seeds.clear()
            seeds[t] = self._units[name]
        numbers = range(t, back_to - 1, -1)
        with self.problem.overflow_unheeded():
            loop = self._back.loop((k, self._rows[k - 1]) for k in numbers)
            for k, found in zip(numbers, loop, strict=True):
                for name, value in zip(self.by, found, strict=True):
                    require_finite(self.problem, value, self._called(t, name, k), k)
                yield k, found

    def _called(self, t: int, name: str, k: int) -> str:
        """Return what a derivative by a name at a step is called: ∂s_3/∂s_1."""
        by, k = (name.removesuffix(PREVIOUS), k - 1) if name.endswith(PREVIOUS) else (name, k)
        of = "(" * (len(self.of) > 1) + ", ".join(f"{n}_{t}" for n in self.of)
        return f"∂{of}{')' * (len(self.of) > 1)}/∂{by}_{k}"

    def through(self, t: int) -> Iterator[tuple[int, tuple[Any, ...]]]:
        """Yield derivatives of the states of step t by what there is at it and before it."""
        yield from self._run(t, 1)

    def over(self, t: int, back: int = 0) -> tuple[Any, ...]:
        """Return derivatives of the states of step t by what there is so many steps before."""
        *_, (_, found) = self._run(t, t - back)
        return found


class Links:
    """The derivative of a state by one of the step before, by all paths, a step at a time."""

    def __init__(self, problem: Problem, of: str, by: str, kept: Kept) -> None:
        self._at = Jacobians(problem, [of], [by, by + PREVIOUS], kept)
        self._plain = [problem.sizes.is_plain(name) and not problem.scalar for name in (of, by)]

    def at(self, t: int) -> Any:
        """Return ∂of_t/∂by_{t-1}: a number, a vector or a matrix, as the states are."""
        found = self._at.over(t, 1)[0] if t > 1 else self._at.over(1)[1]
        of_plain, by_plain = self._plain
        found = found[..., 0] if by_plain else found
        found = found[0] if of_plain else found
        return found if getattr(found, "ndim", 0) else float(found)
