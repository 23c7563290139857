"""Keeping: output of which nothing may be left if it fails on the way, until all of it is there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from itertools import chain

_MOST, _PIECE = 1 << 22, 1 << 16  # characters that are kept in memory, and read at a time


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


def _through_file(texts: Iterable[str]) -> Iterator[str]:
    from tempfile import TemporaryFile

    with TemporaryFile("w+", encoding="utf-8", newline="") as file:
        file.writelines(texts)
        file.seek(0)
        yield from iter(partial(file.readline, _PIECE), "")
