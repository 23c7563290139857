"""Stand-ins: the matrices that a vector or a number stands for, and how to write them out."""

from __future__ import annotations

from typing import Any

from rnncalc.numerals import exact

#: Rows and columns of a matrix: either is None if it isn't known.
Shape = tuple[int | None, int | None]

_WIDEST = 8  # rows and columns of a matrix that is written out
_MOST_ELEMENTS = 100  # of one that stands for a number


def readings(k: int, known: Shape, *, is_square: bool) -> dict[str, tuple[int, int]]:
    """Return the matrices that a vector of k elements may stand for: "row", "column", "diagonal".

    known: what is known of the matrix. is_square: whether it has as many rows as columns. Of
    readings that are the same matrix there is one.
    """
    fits: dict[str, tuple[int, int]] = {}
    for reading, shape in (("row", (1, k)), ("column", (k, 1)), ("diagonal", (k, k))):
        agrees = all(a is None or a == b for a, b in zip(known, shape, strict=True))
        if agrees and (shape[0] == shape[1] or not is_square) and shape not in fits.values():
            fits[reading] = shape
    return fits


def vector_written_out(values: Any, rows: int, columns: int) -> str:
    """Return the matrix that a vector stands for as text in quotes, or its shape if it is large."""
    if max(rows, columns) > _WIDEST:
        return f"of {rows}×{columns}"
    is_full = 1 in (rows, columns)
    matrix = [
        [float(values[max(r, c)]) if is_full or r == c else 0.0 for c in range(columns)]
        for r in range(rows)
    ]
    return f"'{exact(matrix)}'"


def number_written_out(value: float, rows: int, columns: int) -> str:
    """Return the matrix that a number stands for as text in quotes, "" if it is large."""
    if rows * columns > _MOST_ELEMENTS:
        return ""
    return f"'{exact([[value] * columns] * rows)}'"
