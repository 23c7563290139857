"""Pieces: vectors too long to keep many of, computed some elements at a time.

What a step has of them is computed when it is asked for, each time anew.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from rnncalc.cells.expressions import Call, Equation, symbols, walk
from rnncalc.cells.functions import FUNCTIONS
from rnncalc.problem.problem import Problem

_PIECE = 1 << 14  # elements: their arrays fit into a processor's cache

Bounded = tuple[Any, Any]  # a value, and how far off it may be

#: What is told a stage ("f", "pre.f") of some elements, and how far off that may be.
Seen = Callable[[slice, str, Any, Any], None]


class Exactness:
    """Which results of an equation are exact: those that are whole in each of the pieces.

    is_settled: whether all pieces have been looked at.
    """

    def __init__(self) -> None:
        self.is_settled = False
        self._found: list[bool] = []
        self._place = 0

    def begun(self) -> Callable[[Callable[[], bool]], bool]:
        """Return what says of each result, from the first on, whether it is exact."""
        self._place = 0
        return self._next

    def _next(self, is_exact: Callable[[], bool]) -> bool:
        place, self._place = self._place, self._place + 1
        if self.is_settled:
            return self._found[place]
        if place == len(self._found):
            self._found.append(True)
        self._found[place] = self._found[place] and is_exact()
        return self._found[place]

    @property
    def is_decided(self) -> bool:
        """Whether no further piece can change anything."""
        return not any(self._found)


class Piece(dict[str, Any]):
    """Some elements of what there is, by symbol; what isn't there is computed.

    whole: all elements, of what is known as a whole. compute: adds a quantity, given by name.
    """

    def __init__(self, whole: Mapping[str, Any], size: int) -> None:
        super().__init__()
        self.part = slice(0, 0)
        self.compute: Callable[[str], None]
        self._whole = whole
        self._size = size

    def begin(self, part: slice) -> None:
        """Go on to other elements."""
        self.clear()
        self.part = part

    def cut(self, value: Any) -> Any:
        """Return these elements of a vector, or these rows of a matrix; all of a shorter one."""
        is_long = getattr(value, "ndim", 0) and len(value) == self._size
        return value[self.part] if is_long else value

    def __missing__(self, symbol: str) -> Any:
        """Return what is asked for the first time."""
        if symbol in self._whole:
            self[symbol] = self.cut(self._whole[symbol])
        else:
            self.compute(symbol)
        return self[symbol]


class All:
    """All of what there is, by symbol; what isn't there is made each time.

    known: what is there. made: returns what isn't.
    """

    def __init__(self, known: dict[str, Any], made: Callable[[str], Any]) -> None:
        self._known = known
        self._made = made

    def __getitem__(self, symbol: str) -> Any:
        """Return what there is."""
        return self._known[symbol] if symbol in self._known else self._made(symbol)

    def __setitem__(self, symbol: str, value: Any) -> None:
        """Keep something."""
        self._known[symbol] = value


class Looked(NamedTuple):
    """What there is to know of a quantity: all elements, and how far off they may be, if asked for.

    broken: the stages that aren't finite. ties, inner_ties: as a step has them.
    """

    value: Any
    error: Any
    broken: list[str]
    ties: dict[str, array[int]]
    inner_ties: dict[tuple[str, str], array[int]]


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
        return All(self.errors, lambda name: self.bounded(name, name)[1])

    def takes(self, line: Equation) -> bool:
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
        return is_wide

    def take(self, line: Equation) -> None:
        """Compute an equation's quantity from now on when it is asked for."""
        self._lines[line.name] = line
        self._exact[line.name] = exact = Exactness()
        if self.errors is not None:
            for _ in self.each(line):
                if exact.is_decided:
                    break
        exact.is_settled = True

    def change(self, label: str, was: Bounded, now: Bounded) -> None:
        """Go on from a stage as somebody changed it, if they did."""
        if any(a is not b for a, b in zip(was, now, strict=True)):
            self.changed[label] = now

    def looked_at(self, line: Equation, *, is_kept: bool) -> Looked:
        """Return what there is to know of a quantity, whose elements are computed for that."""
        import numpy as np

        name, size = line.name, self.problem.sizes.number(line.name) if is_kept else 0
        value, broken = np.empty(size), dict[str, None]()
        error = np.empty(0 if self.errors is None else size)
        ties: dict[str, array[int]] = {}
        inner: dict[tuple[str, str], array[int]] = {}
        own = (name, f"pre.{name}")
        for part, worker in self.each(line):
            step = worker.step
            broken |= dict.fromkeys(label for label in worker.broken if label in own)
            _note(ties, part, {key: units for key, units in step.ties.items() if key == name})
            inside = {key: units for key, units in step.inner_ties.items() if key[0] == name}
            _note(inner, part, inside)
            step.ties.clear()
            step.inner_ties.clear()
            if is_kept:
                value[part] = worker.names[name]
                if self.errors is not None:
                    error[part] = worker.errors[name]
        return Looked(value, error, [*broken], ties, inner)

    def each(self, line: Equation, seen: Seen | None = None) -> Iterator[tuple[slice, Any]]:
        """Yield the pieces of a quantity's elements, each with the worker that has it computed.

        seen: is told every stage of them, and how far off that may be.
        """
        size = self.problem.sizes.number(line.name)
        names = Piece(self.names, size)
        errors = None if self.errors is None else Piece(self.errors, size)
        amend = partial(self._amended, names, seen) if seen or self.changed else None
        worker = self._worker(names, errors, self._exact, amend)
        there = [it for it in (names, errors) if it is not None]
        for it in there:
            it.compute = lambda name: worker.equation(self._lines[name])
        for start in range(0, size, _PIECE):
            part = slice(start, min(start + _PIECE, size))
            for it in there:
                it.begin(part)
            worker.equation(line)
            yield part, worker

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
            for part, worker in self.each(self._lines[name]):
                found[part] = getattr(worker.step, stage)[name]
        return found

    def bounded(self, name: str, label: str) -> tuple[Any, Any]:
        """Return all elements of a stage, "pre.f" say, and how far off they may be."""
        import numpy as np

        size = self.problem.sizes.number(name)
        value, error = np.empty(size), np.empty(size)

        def seen(part: slice, it: str, values: Any, errors: Any) -> None:
            if it == label:
                value[part], error[part] = values, errors

        for _ in self.each(self._lines[name], seen):
            pass
        return value, error


def _note(ties: dict[Any, array[int]], part: slice, found: Mapping[Any, Sequence[int]]) -> None:
    """Add the ties of some elements, in which units count from the first of those."""
    for key, units in found.items():
        ties.setdefault(key, array("i")).extend(part.start + unit for unit in units)
