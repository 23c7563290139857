"""Matrices read otherwise: rows, columns or numbers in other places, or left out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import combinations, pairwise
from typing import Any

_MOST = 8  # rows and columns of a matrix that are looked at one by one
_MOST_SWAPPED = 4  # any two of which may be exchanged, not only those side by side


def others(matrix: Any, *, is_alone: bool) -> Iterator[tuple[str, Any]]:
    """Yield what may be done to a matrix, with what it is then.

    is_alone: whether that is done to this one alone, so that any row or number of it may be meant.
    """
    for how, done in _DONE.items():
        yield how, done(matrix)
    yield from _left_out(matrix, "column")
    yield from _in_rows(matrix) if is_alone else ()


def _slipped(by: int, matrix: Any) -> Any:
    import numpy as np

    return np.roll(matrix, by, 0)


def _first_row(matrix: Any) -> Any:
    return matrix[:1].repeat(len(matrix), axis=0)


def _down(matrix: Any) -> Any:
    return matrix.ravel(order="F").reshape(matrix.shape)


#: What may be done to a matrix, by what that is called.
_DONE: Mapping[str, Callable[[Any], Any]] = {
    "with its rows turned round": lambda matrix: matrix[::-1],
    "with its columns turned round": lambda matrix: matrix[:, ::-1],
    "with its first row for all": _first_row,
    "with its rows slipped down by one": partial(_slipped, 1),
    "with its rows slipped up by one": partial(_slipped, -1),
    "read down the columns, not along the rows,": _down,
}


def _left_out(matrix: Any, kind: str) -> Iterator[tuple[str, Any]]:
    """Yield a matrix with a row or a column left out, as if it were 0."""
    lines = matrix.T if kind == "column" else matrix
    for k in range(len(lines) if 1 < len(lines) <= _MOST else 0):
        new = lines.copy()
        new[k] = 0.0
        yield f"with {kind} {k + 1} left out", new.T if kind == "column" else new


def _in_rows(matrix: Any) -> Iterator[tuple[str, Any]]:
    """Yield a matrix with one row otherwise, or two rows, columns or numbers exchanged."""
    rows, columns = matrix.shape
    if max(rows, columns) > _MOST:
        return
    yield from _left_out(matrix, "row")
    for k in range(rows if columns > 1 else 0):
        new = matrix.copy()
        new[k] = matrix[k, ::-1]
        yield f"with row {k + 1} turned round, read from right to left,", new
        for a, b in pairwise(range(columns)) if columns > 2 else ():
            new = matrix.copy()
            new[k, [a, b]] = matrix[k, [b, a]]
            yield f"with two numbers of row {k + 1} exchanged", new
    for kind, of in (("row", matrix), ("column", matrix.T)):
        count = len(of)
        two = combinations if count <= _MOST_SWAPPED else _side_by_side
        for a, b in two(range(count), 2):
            ways = {f"with {kind}s {a + 1} and {b + 1} exchanged": ([a, b], [b, a])}
            ways[f"with {kind} {a + 1} again for {kind} {b + 1}"] = ([b], [a])
            ways[f"with {kind} {b + 1} again for {kind} {a + 1}"] = ([a], [b])
            for how, (there, here) in ways.items():
                new = of.copy()
                new[there] = of[here]
                yield how, new.T if kind == "column" else new


def _side_by_side(numbers: range, count: int) -> Iterator[tuple[int, ...]]:
    return zip(*(numbers[k:] for k in range(count)), strict=False)
