"""Pieces: vectors too long to keep many of, computed some elements at a time.

What a step has of them is computed when it is asked for, each time anew.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from functools import partial
from math import nan
from typing import Any
from weakref import proxy

from rnncalc.cells.expressions import Call, Equation, symbols, walk
from rnncalc.cells.functions import FUNCTIONS
from rnncalc.problem.problem import Problem
from rnncalc.trace.loops.parts import All, Exactness, Looked, Piece, note

_PIECE = 1 << 14  # elements: their arrays fit into a processor's cache

#: What is told a stage ("f", "pre.f") of some elements, and how far off that may be.
Seen = Callable[[slice, str, Any, Any], None]


class Pieces:
    """The vectors of a step, in pieces.

    names: what there is as a whole, by symbol. errors: how far off that may be; None if nobody
    asks. changed: stages of quantities that somebody changed, by their names, with how far off
    they may be. worker: makes what computes equations, from some elements of names and of errors;
    see `steps`.
    """

    def __init__(
        self,
        problem: Problem,
        names: dict[str, Any],
        errors: dict[str, Any] | None,
        worker: Callable[..., Any],
    ) -> None:
        self.problem = problem
        self.names = names
        self.errors = errors
        self.changed: dict[str, tuple[Any, Any]] = {}
        self._worker = worker
        self._lines: dict[str, Equation] = {}
        self._exact: dict[str, Exactness] = {}

    @property
    def all_names(self) -> All:
        """All elements of everything, by symbol."""
        return All(self.names, self.whole)

    @property
    def all_errors(self) -> All | None:
        """How far off all that may be; None if nobody asks."""
        if self.errors is None:
            return None
        return All(self.errors, lambda name: self._bounded(name, name)[1])

    def compute_all(self, work: Any) -> None:
        """Compute a step's quantities, in pieces as far as they can be. work: computes the step."""
        held = self.problem.held_in(work.step.t)
        waiting: list[Equation] = []
        for line in self.problem.cell.equations:
            is_taken = line.name not in held and self._takes(line)
            if waiting and not (is_taken and self._go_together(work, waiting[-1], line)):
                self._keep(work, waiting)
                waiting = []
            if is_taken:
                waiting.append(line)
            else:
                work.equation(line)
        if waiting:
            self._keep(work, waiting)

    def _go_together(self, work: Any, one: Equation, other: Equation) -> bool:
        """Return whether the pieces of two quantities may be gone through at once."""
        sizes = self.problem.sizes
        is_asked = work.asks_of(one) or work.asks_of(other)
        return not is_asked and sizes.number(one.name) == sizes.number(other.name)

    def _keep(self, work: Any, lines: Sequence[Equation]) -> None:
        """Note what there is to know of quantities; keep states, and what somebody has changed."""
        step, states, is_asked = work.step, self.problem.cell.states, work.asks_of(lines[0])
        if is_asked:  # then it is one
            self._change_stages(work, lines[0])
        kept = [line.name for line in lines if is_asked or line.name in states]
        stages = {line.name: work.stages(line) for line in lines}
        for name, found in self._take(lines, kept).items():
            for label in found.broken:
                work.require_finite(nan, label)
            step.ties.update(found.ties)
            step.inner_ties.update(found.inner_ties)
            for stage in stages[name]:
                getattr(step, stage)[name] = partial(self.whole, name, stage)
            step.values[name] = partial(self.whole, name)
            if name not in kept:
                continue
            value, error = work.amended(name, found.value, found.error)
            is_changed = value is not found.value or error is not found.error
            if is_changed or name in states:
                self.names[name] = step.values[name] = value
                if self.errors is not None:
                    self.errors[name] = error

    def _change_stages(self, work: Any, line: Equation) -> None:
        """Let the stages of a quantity before it be changed."""
        self._take([line], [])
        for stage in work.stages(line):
            label = f"{stage}.{line.name}"
            if work.asks(label):
                was = value, error = self._bounded(line.name, label)
                if stage == "pre":
                    work.require_finite(value, label)
                now = work.amended(label, value, error)
                if any(one is not other for one, other in zip(was, now, strict=True)):
                    self.changed[label] = now

    def _takes(self, line: Equation) -> bool:
        """Return whether each element of a vector can be computed without the others.

        A sum of products is left as a whole: in pieces its terms may be added in another order.
        """
        size = self.problem.sizes.number(line.name)
        for node in walk(line.expression):
            if isinstance(node, Call) and not FUNCTIONS[node.function].is_elementwise:
                return False
        is_wide = False
        for symbol in symbols(line.expression):
            shape = getattr(self.names.get(symbol), "shape", ())
            if shape[1:] not in ((), (1,)):
                return False
            is_wide |= shape[:1] == (size,) or symbol in self._lines
        if is_wide:
            self._lines[line.name] = line
        return is_wide

    def _take(self, lines: Sequence[Equation], kept: Collection[str]) -> dict[str, Looked]:
        """Return what there is to know of quantities of one size, those kept with all elements.

        From now on they are computed when they are asked for.
        """
        exact = [self._exact.setdefault(line.name, Exactness()) for line in lines]
        found = self._looked_at(lines, kept)
        if any(it.has_turned for it in exact):  # what came before that has to be done again
            for line, it in zip(lines, exact, strict=True):
                self._exact[line.name] = it = Exactness()
                for _ in self.each([line]):
                    if it.is_decided:
                        break
                it.is_settled = True
            found = self._looked_at(lines, kept)
        for line in lines:
            self._exact[line.name].is_settled = True
        return found

    def _looked_at(self, lines: Sequence[Equation], kept: Collection[str]) -> dict[str, Looked]:
        import numpy as np

        found, size = dict[str, Looked](), self.problem.sizes.number(lines[0].name)
        for line in lines:
            count = size if line.name in kept else 0
            error = np.empty(0 if self.errors is None else count)
            found[line.name] = Looked(np.empty(count), error, {}, {}, {})
        for part, worker in self.each(lines):
            for name, one in found.items():
                own = (name, f"pre.{name}")
                one.broken.update(dict.fromkeys(it for it in worker.broken if it in own))
                ties, inner = worker.step.ties, worker.step.inner_ties
                note(one.ties, part, {name: ties.get(name, ())})
                note(one.inner_ties, part, {key: inner[key] for key in inner if key[0] == name})
                if len(one.value):
                    one.value[part] = worker.names[name]
                if len(one.error):
                    one.error[part] = worker.errors[name]
        return found

    def each(
        self, lines: Sequence[Equation], seen: Seen | None = None
    ) -> Iterator[tuple[slice, Any]]:
        """Yield the pieces of quantities' elements, each with the worker that has them computed.

        seen: is told every stage of them, and how far off that may be.
        """
        size = self.problem.sizes.number(lines[0].name)
        names = Piece(self.names, size)
        errors = None if self.errors is None else Piece(self.errors, size)
        amend = partial(self._amended, names, seen) if seen or self.changed else None
        worker = self._worker(names, errors, self._exact, amend)
        there = [it for it in (names, errors) if it is not None]
        weak = proxy(worker)  # without a circle, in which arrays would wait for a collector
        for it in there:
            it.compute = lambda name: weak.equation(self._lines[name])
        for start in range(0, size, _PIECE):
            part = slice(start, min(start + _PIECE, size))
            for it in there:
                it.begin(part)
            worker.begin()
            for line in lines:
                if line.name not in names:
                    worker.equation(line)
            yield part, worker
            for line in lines:
                self._exact[line.name].end_piece()

    def _amended(
        self, names: Piece, seen: Seen | None, t: int, label: str, value: Any, error: Any
    ) -> tuple[Any, Any]:
        if label in self.changed:
            value, error = map(names.cut, self.changed[label])
        if seen:
            seen(names.part, label, value, error)
        return value, error

    def whole(self, name: str, stage: str = "values") -> Any:
        """Return all elements of a quantity, or of a stage before it."""
        import numpy as np

        if stage == "values" and name in self.names:
            return self.names[name]
        found = np.empty(self.problem.sizes.number(name))
        with self.problem.overflow_unheeded():
            for part, worker in self.each([self._lines[name]]):
                found[part] = getattr(worker.step, stage)[name]
        return found

    def _bounded(self, name: str, label: str) -> tuple[Any, Any]:
        """Return all elements of a stage, "pre.f" say, and how far off they may be."""
        import numpy as np

        size = self.problem.sizes.number(name)
        value, error = np.empty(size), np.empty(size)

        def seen(part: slice, it: str, values: Any, errors: Any) -> None:
            if it == label:
                value[part], error[part] = values, errors

        for _ in self.each([self._lines[name]], seen):
            pass
        return value, error
