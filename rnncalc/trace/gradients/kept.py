"""Kept: the values of all steps for the way back, numbers in arrays, in a file if they are many."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, BinaryIO
from weakref import finalize

from rnncalc.problem.problem import Problem

#: What yields the named values of each step of a problem.
Rows = Callable[[Problem, Sequence[str]], Iterable[tuple[Any, ...]]]

_BLOCK, _BYTES = 512, 1 << 20  # steps, and bytes, that are kept or read at once
_MOST = 1 << 22  # bytes of blocks that are kept in memory


def every_name(problem: Problem) -> list[str]:
    """Return the names of all that a step has: quantities, and pre-activations ("pre.f")."""
    units = (line.name for line in problem.computed if line.is_unit)
    return [*problem.quantities, *(f"pre.{name}" for name in units)]


class Kept:
    """Named values of each step, from going through all of them once.

    names: what is kept, quantities and pre-activations. In arrays of one element stand numbers
    among arrays. size: how many steps a block has.
    """

    def __init__(self, problem: Problem, names: Sequence[str], rows: Rows) -> None:
        """Go through the steps; ``rows`` does. Raises InputError as that does."""
        self.names = list(names)
        bare = [name.removeprefix("pre.") for name in names]
        width = 8 * sum(map(problem.sizes.number, bare))
        self.size = max(1, min(_BLOCK, _BYTES // max(width, 1)))
        self._steps, self._bytes = 0, 0
        self._blocks: list[Any] = []  # columns, or where in the file they begin
        self._file: BinaryIO | None = None
        self._read: tuple[int, list[Any]] = (-1, [])  # what was read last, and its place
        steps = iter(rows(problem, names))
        make = _numbers if problem.scalar else _table
        while block := [*islice(steps, self.size)]:
            self._steps += len(block)
            self._bytes += len(block) * width
            self._add([make(column) for column in zip(*block, strict=True)])

    def __len__(self) -> int:
        """Return how many steps there are."""
        return self._steps

    def _add(self, columns: list[Any]) -> None:
        if self._file is None and self._bytes > _MOST:
            from tempfile import TemporaryFile

            self._file = TemporaryFile()  # noqa: SIM115  # which is closed with this
            finalize(self, self._file.close)
            self._blocks = [self._write(block) for block in self._blocks]
        self._blocks.append(columns if self._file is None else self._write(columns))

    def _write(self, columns: list[Any]) -> int:
        from pickle import HIGHEST_PROTOCOL, dump

        assert self._file
        place = self._file.tell()
        dump(columns, self._file, HIGHEST_PROTOCOL)
        return place

    def columns(self, place: int) -> list[Any]:
        """Return the columns of a block, by its place from 0, in the order of the names."""
        if self._file is None:
            found: list[Any] = self._blocks[place]
            return found
        if self._read[0] != place:
            from pickle import load

            self._file.seek(self._blocks[place])
            self._read = (place, load(self._file))
        return self._read[1]


class KeptRows:
    """Some of the values that are kept, in a tuple for each step."""

    def __init__(self, kept: Kept, names: Sequence[str]) -> None:
        self._kept = kept
        self._places = [kept.names.index(name) for name in names]
        self._at, self._rows = -1, list[tuple[Any, ...]]()

    def __len__(self) -> int:
        """Return how many steps there are."""
        return len(self._kept)

    def __getitem__(self, place: int) -> tuple[Any, ...]:
        """Return the values of a step, by its place from 0."""
        block, within = divmod(place, self._kept.size)
        return self._of(block)[within]

    def __reversed__(self) -> Iterator[tuple[Any, ...]]:
        """Yield the values of the steps from the last to the first."""
        for block in range((len(self) - 1) // self._kept.size, -1, -1):
            yield from reversed(self._of(block))

    def _of(self, block: int) -> list[tuple[Any, ...]]:
        if block != self._at:
            columns = self._kept.columns(block)
            self._at, self._rows = block, []  # before the next are made
            found = [columns[place] for place in self._places]
            self._rows = list(zip(*map(_values, found), strict=True))
        return self._rows


def _numbers(column: Sequence[float]) -> Any:
    return array("d", column)


def _table(column: Sequence[Any]) -> Any:
    import numpy as np

    found = np.array(column)
    return found[:, None] if found.ndim == 1 else found


def _values(column: Any) -> Any:
    return column.tolist() if isinstance(column, array) else column
