"""Forms as edits: which changed problems a batch of edits can compute side by side."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain
from typing import Any

from rnncalc.cells.expressions import Binary, Call, Expression
from rnncalc.check.slips.rewrites import Altered
from rnncalc.check.slips.trees import Edit, Path, parts, weight_of
from rnncalc.problem.problem import Problem


class Forms:
    """Changed forms of a problem, as far as they are edits, which a batch computes side by side."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.readers: dict[str, list[tuple[str, Path, Expression]]] = {}
        for line in problem.computed:
            for path, node in parts(line.expression):
                weight = weight_of(node)
                if weight in problem.weights:
                    self.readers.setdefault(weight, []).append((line.name, path, node))

    def edit(self, form: Altered) -> Edit | None:
        """Return what a form changes, None if that is more than an edit has."""
        now, was = form.problem, self.problem
        is_more = form.change or form.carried or form.retells or now.ties != was.ties
        if is_more or was.ties or was.held_at:
            return None
        weights: Mapping[str, Any] = {}
        if now.weights is not was.weights:
            old = was.weights
            weights = {n: w for n, w in now.weights.items() if n not in old or w is not old[n]}
        changed: list[tuple[str, Path, Expression]] = []
        if now.cell is not was.cell:
            if weights and weights.keys() & was.weights.keys():
                return None
            pairs = zip(now.cell.equations, was.cell.equations, strict=True)
            changed = [(new[0], *_least(old[1], new[1])) for new, old in pairs if new is not old]
        for name in weights:
            changed += self.readers.get(name, ())
        start: Mapping[str, Any] = {}
        if now.state is not was.state:
            start = {n: s for n, s in now.state.items() if s is not was.state[n]}
        inputs = {}
        if now.batches is not was.batches:
            inputs = dict(enumerate(chain(*now.batches), 1))
        return Edit("", "", "", changed, 0, weights, start, inputs)


def _least(old: Any, new: Any, path: Path = ()) -> tuple[Path, Expression]:
    """Return the smallest part of a tree that is another than before, with its place."""
    kind = type(old)
    if kind is type(new) and old[0] == new[0]:
        if kind is Call:
            return _least(old[1], new[1], (*path, 1))
        if kind is Binary and old[0] != "@":
            if old[1] == new[1]:
                return _least(old[2], new[2], (*path, 2))
            if old[2] == new[2]:
                return _least(old[1], new[1], (*path, 1))
    return path, new
