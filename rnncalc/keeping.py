"""Keeping: what can't be used before all of it is there, in a file if it is much; letting go."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import chain, islice
from typing import Any, BinaryIO, TypeVar

_MOST, _PIECE = 1 << 22, 1 << 16  # characters that are kept in memory, and read at a time
_FEW = 1000  # things that are kept in memory
_MANY = 100  # numbers of a batch, from which on they are kept without an object for each

_Thing = TypeVar("_Thing")


def kept(texts: Iterable[str]) -> Iterator[str]:
    """Return texts once all of them are there; many are kept in a file meanwhile."""
    found, size = list[str](), 0
    rest = iter(texts)
    for text in rest:
        found.append(text)
        size += len(text)
        if size > _MOST:
            lines = _through_file(chain(found, rest))
            return chain([next(lines)], lines)
    return iter(found)


class Lines:
    """Lines, with their ends, that are kept until all of them are there: many are in a file."""

    def __init__(self) -> None:
        self._found, self._size = list[str](), 0
        self._file: Any = None

    def add(self, text: str) -> None:
        """Add a line."""
        self._found.append(text)
        self._size += len(text)
        if self._size > _MOST:
            from tempfile import TemporaryFile

            if self._file is None:  # which is closed once it is read
                self._file = TemporaryFile("w+", encoding="utf-8", newline="")  # noqa: SIM115
            self._file.writelines(self._found)
            self._found, self._size = [], 0

    def __iter__(self) -> Iterator[str]:
        """Yield the lines, once."""
        if self._file:
            with self._file:
                self._file.seek(0)
                yield from self._file
        yield from self._found


def _through_file(texts: Iterable[str]) -> Iterator[str]:
    from tempfile import TemporaryFile

    with TemporaryFile("w+", encoding="utf-8", newline="") as file:
        file.writelines(texts)
        file.seek(0)
        yield from iter(partial(file.readline, _PIECE), "")


class Batches:
    """Batches of inputs at hand, to be gone through more than once.

    Many numbers are kept in little memory. steps: how many there are in all.
    """

    def __init__(self, batches: Iterable[Any] = ()) -> None:
        self.steps = 0
        self._batches: list[Any] = []
        for batch in batches:
            self.append(batch)

    def append(self, batch: Any) -> None:
        """Add a batch."""
        self.steps += len(batch)
        is_long = len(batch) > _MANY and isinstance(batch[0], float) and isinstance(batch, list)
        self._batches.append(array("d", batch) if is_long else batch)

    def reversed(self) -> Batches:
        """Return the same from the last input to the first."""
        found = Batches()
        found.steps = self.steps
        found._batches = [batch[::-1] for batch in reversed(self._batches)]
        return found

    def __iter__(self) -> Iterator[Any]:
        """Yield the batches as they were."""
        for batch in self._batches:
            yield batch.tolist() if isinstance(batch, array) else batch


def let_go(things: list[_Thing]) -> Iterator[_Thing]:
    """Yield the things in a list, which forgets each of them."""
    things.reverse()
    while things:
        yield things.pop()


def backwards(things: Iterable[_Thing], few: int = _FEW) -> Iterator[_Thing]:
    """Return things from the last to the first, once all of them are there.

    few: how many of them may be in memory at once.
    """
    import pickle  # which nothing else has to wait for
    from tempfile import TemporaryFile

    rest = iter(things)
    first = [*islice(rest, few)]
    if len(first) < few:
        return reversed(first)
    file, places = TemporaryFile(), list[int]()  # noqa: SIM115  # which _read_back closes
    for block in chain([first], iter(lambda: [*islice(rest, few)], [])):
        places.append(file.tell())
        pickle.dump(block, file, pickle.HIGHEST_PROTOCOL)
    return _read_back(file, places)


def _read_back(file: BinaryIO, places: Sequence[int]) -> Iterator[_Thing]:
    from pickle import load

    with file:
        for place in reversed(places):
            file.seek(place)
            yield from reversed(load(file))
