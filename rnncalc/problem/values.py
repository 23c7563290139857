"""Values as people and programs give them: numbers, vectors and matrices, from text or data.

A value is a float, a list of floats (a vector) or a list of equally long lists (a matrix, whose
rows are units); vectors and matrices may also be NumPy arrays. Nothing is guessed on the way in.
The way out is in `numerals`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from math import inf, isfinite
from typing import Any, TypeGuard

from rnncalc.errors import UnusableError, code_of
from rnncalc.literals import Reader
from rnncalc.numerals import counted, describe, number_of, shape_of

Value = Any  # float | list[float] | list[list[float]] | a NumPy array of one or two dimensions

_DEPTHS = ("a number", "a vector such as '[1, 2]'", "a matrix such as '[[1, 2], [3, 4]]'")
_BY_JSON = 4096  # characters, from which on reading JSON saves more time than importing it takes


def read(given: object, deepest: int, number: Callable[[str], float] = number_of) -> Value:
    """Return the value that a text or a Python object stands for.

    given: a number, a list, an array, or text, as `literals` has it.
    deepest: 0 if only a number will do, 1 for a vector too, 2 for a matrix too.
    number: makes something of the text of each number.

    Raises ValueError, worded to stand behind the name of what was given, unless every number
    is finite and every row has the same length.
    """
    data: Any = parse(given, _needed(deepest), number) if isinstance(given, str) else given
    if isinstance(given, str) and hasattr(data, "dtype") and data.ndim > deepest:
        data = data[:1].tolist()  # which says where the list is
    if hasattr(data, "dtype"):
        return _array(data, deepest)
    value: Value = _checked(data, deepest, "")
    lengths = [len(row) for row in value if _is_list(row)] if _is_list(value) else []
    for place, length in enumerate(lengths, 1):
        if length != lengths[0]:
            told = f"row 1 has {counted(lengths[0], 'element')}, row {place} has {length:,}"
            raise UnusableError("size", f"is ragged: {told}")
    return value


def read_row(text: str) -> Value:
    """Return what a line says in which numbers have commas or blanks between them.

    A single one of them is a number. Raises ValueError as `read` does.
    """
    data: Any = None
    if len(text) > _BY_JSON:
        from rnncalc.jsontext import json_data

        with suppress(ValueError):
            data = json_data(f"[{text}]")
    data = data.tolist() if hasattr(data, "dtype") else data
    items = _checked(data or Reader(text, _needed(1)).items(), 1, "")
    return items[0] if len(items) == 1 else items


def parse(text: str, needed: str, number: Callable[[str], float] = number_of) -> Any:
    """Return what a text says: a number, or lists of them in each other, at most as JSON has it.

    needed: what would do, in words. What JSON has beside numbers and lists is returned as it is:
    `read` says better where it stands.
    """
    text = text.strip()
    # The usual case comes first, because compiling a pattern takes a while.
    if not (text.isascii() and text.removeprefix("-").replace(".", "", 1).isdigit()):
        if text[:1] not in ("[", "{", '"', "t", "f", "n"):
            return Reader(text, needed, number).value()
        if len(text) < _BY_JSON:
            with suppress(ValueError):
                return Reader(text, needed, number).value()
        from rnncalc.jsontext import json_data

        with suppress(ValueError):
            return json_data(text, number)
        return Reader(text, needed, number).value()
    try:
        return number(text)
    except ValueError as error:
        raise UnusableError(code_of(error), f"is {error}") from None


def _array(data: Any, deepest: int) -> Any:
    """Return a NumPy array as it is but in float64, and a NumPy number as a float."""
    import numpy as np

    if data.dtype.kind not in "fiu":
        raise UnusableError("number", f"has elements of type {data.dtype}: it needs numbers")
    if data.ndim > deepest or not data.size:
        told = f"has the shape {data.shape}: it needs {_needed(deepest)}"
        if deepest and data.ndim > deepest:
            told += "; in Python, array[0] is the first of its rows"
        raise UnusableError("number", told)
    with np.errstate(all="ignore"):
        array = np.asarray(data, dtype=np.float64)
    if not np.isfinite(array).all():
        raise UnusableError(
            "number", "has a number in it that isn't finite: it can't be calculated with"
        )
    if data.dtype.itemsize > array.itemsize and ((array == 0) != (data == 0)).any():
        raise UnusableError("number", "has a number in it that is nearer to 0 than 4.941e-324")
    return array if array.ndim else float(array)


def _checked(data: object, deepest: int, where: str) -> Any:
    """Return data as floats and lists of floats; raise ValueError at the first thing that isn't.

    Not np.array: it takes true for 1, null for NaN and "1" for 1.
    """
    if hasattr(data, "dtype"):
        array = _array(data, deepest)
        return array if isinstance(array, float) else array.tolist()
    if isinstance(data, (int, float)) and not isinstance(data, bool):
        number = data if isinstance(data, float) else _whole(data)
        if not isfinite(number):
            raise UnusableError(
                "number", f"has a number beyond 1.797e308{where}: it can't be calculated with"
            )
        return number
    if _is_list(data):
        if not deepest:
            raise UnusableError("number", f"has a list{where}, where a number is needed")
        if not data:
            raise UnusableError("number", f"has an empty list{where}: it needs at least one number")
        if _are_floats(data):
            return data
        elements = []
        for place, item in enumerate(data, 1):
            inner = f"{where} in row {place}" if _is_list(item) else f"{where} as element {place}"
            elements.append(_checked(item, deepest - 1, inner))
        if len(set(map(_is_list, elements))) > 1:
            raise UnusableError(
                "number", "mixes numbers and lists: a matrix has rows only, a vector numbers"
            )
        return elements
    kind = {bool: "a truth value", str: "text", dict: "an object", type(None): "null"}
    told = kind.get(type(data), type(data).__name__)
    raise UnusableError("number", f"has {told}{where}: it needs {_needed(deepest)}")


def _are_floats(data: Sequence[Any]) -> bool:
    """Return whether all are finite floats. It looks at all at once: there may be millions."""
    if not data or not all(issubclass(kind, float) for kind in {*map(type, data)}):
        return False
    total = sum(data)  # whatever isn't finite makes it so, too
    return total - total == 0 or all(map(isfinite, data))


def _whole(number: int) -> float:
    try:
        return float(number)
    except OverflowError:
        return inf


def _is_list(item: object) -> TypeGuard[list[Any] | tuple[Any, ...]]:
    return isinstance(item, (list, tuple))


def _needed(deepest: int) -> str:
    return " or ".join(_DEPTHS[: deepest + 1])


def as_vector(value: Value) -> tuple[Value, str]:
    """Return a vector for a matrix of one column or one row, and say so; "" for any other value."""
    shape = shape_of(value)
    if len(shape) != 2 or 1 not in shape:
        return value, ""
    kind = "row" if shape[0] == 1 else "column"
    if kind == "row":
        vector = value[0]
    else:
        vector = [row[0] for row in value] if isinstance(value, list) else value[:, 0]
    return vector, f"is a {kind} ({describe(shape)}), read as {describe(shape_of(vector))}"
