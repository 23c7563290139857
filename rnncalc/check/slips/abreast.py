"""Abreast: what many edits come to at once, by operators and functions.

A value is one for all edits (a float, an array of shape (n,)) or one for each (a list of floats, an
array of shape (edits, n)).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import repeat
from typing import Any

from rnncalc.cells.functions import FUNCTIONS
from rnncalc.trace.arithmetic import OPERATIONS, applied


def combined(sign: str, left: Any, right: Any) -> Any:
    """Return what an operator makes of two values."""
    if sign == "@":
        if getattr(left, "ndim", 0) == 2:
            return right @ left.T if right.ndim == 2 else left @ right
        sign = "*"
    one = OPERATIONS[sign]
    if isinstance(left, list):
        return [*map(one, left, right if isinstance(right, list) else repeat(right))]
    return [*map(one, repeat(left), right)] if isinstance(right, list) else one(left, right)


def negated(operand: Any) -> Any:
    """Return minus a value."""
    return [-z for z in operand] if isinstance(operand, list) else -operand


def called(name: str, argument: Any) -> Any:
    """Return what a function of a cell, given by name, makes of a value."""
    is_each = isinstance(argument, list)
    return [*map(FUNCTIONS[name].number, argument)] if is_each else applied(name, argument)


def of_rows(found: Any, rows: Sequence[int]) -> Any:
    """Return a value with those of some edits alone."""
    if isinstance(found, list):
        return [found[row] for row in rows]
    return found[rows] if getattr(found, "ndim", 0) == 2 else found


def of_row(found: Any, row: int) -> Any:
    """Return what one edit of a batch has of a value, be it one for all or one for each."""
    return found[row] if isinstance(found, list) or getattr(found, "ndim", 0) == 2 else found


def each_of(found: Any, count: int) -> Any:
    """Return what each of so many edits has of a value, one after the other."""
    is_each = isinstance(found, list) or getattr(found, "ndim", 0) == 2
    return found if is_each else [found] * count
