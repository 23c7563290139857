"""Values as people and programs write them: numbers, vectors, matrices, in and out as text.

A value is a float, a list of floats (a vector) or a list of equally long lists (a matrix, whose
rows are units). Nothing is guessed on the way in, and there is one way out for each reader:
`exact` for programs, `rounded` for people.
"""

from __future__ import annotations

import re
import sys
from typing import Any

from rnncalc.errors import quoted

__all__ = [
    "Value",
    "counted",
    "describe",
    "exact",
    "read",
    "rounded",
    "shape_of",
    "shortened",
]

Value = float | list[float] | list[list[float]]

_DEPTHS = ("a number", "a vector such as '[1, 2]'", "a matrix such as '[[1, 2], [3, 4]]'")
_WORDS = ("true", "false", "null")
_DECIMAL = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
_NUMBER = re.compile(rf"({_DECIMAL})\s*(?:/\s*({_DECIMAL}))?", re.ASCII)


def read(given: object, deepest: int) -> Value:
    """Return the value that a text or a Python object stands for.

    given: a number, a list, an array, or text: ``5``, ``-.5``, ``1e-3``, ``1/3`` or JSON.
    deepest: 0 if only a number will do, 1 for a vector too, 2 for a matrix too.

    Raises ValueError, worded to stand behind the name of what was given, unless every number
    is finite and every row has the same length.
    """
    data = _data(given, deepest) if isinstance(given, str) else given
    if hasattr(data, "tolist"):
        data = data.tolist()
    value: Value = _checked(data, deepest, "")
    lengths = (
        [len(row) for row in value if isinstance(row, list)] if isinstance(value, list) else []
    )
    for number, length in enumerate(lengths, 1):
        if length != lengths[0]:
            told = f"row 1 has {counted(lengths[0], 'element')}, row {number} has {length:,}"
            raise ValueError(f"is ragged: {told}")
    return value


def _data(text: str, deepest: int) -> object:
    """Turn text into plain data: a float, or whatever JSON says."""
    text = text.strip()
    if number := _NUMBER.fullmatch(text):
        return _quotient(*number.groups()) if number[2] else _finite(float(text), text)
    if text[:1] in ("[", "{", '"') or text in _WORDS:
        return _json(text)
    if text.startswith("--"):
        raise ValueError(f"took {quoted(text)} as its value: {_needed(deepest)} must come first")
    if re.fullmatch(r"[+-]?\d+,\d+", text):
        raise ValueError(f"is {quoted(text)}: write the decimal point as {text.replace(',', '.')}")
    if not text:
        raise ValueError(f"is empty: it needs {_needed(deepest)}")
    raise ValueError(f"is {quoted(text)}: it needs {_needed(deepest)}")


def _quotient(above: str, below: str) -> float:
    from fractions import Fraction

    try:
        return float(Fraction(above) / Fraction(below))
    except ZeroDivisionError:
        raise ValueError(f"is '{above}/{below}', which divides by zero") from None
    except (OverflowError, ValueError):
        raise ValueError(f"is {quoted(f'{above}/{below}')}: a number is out of range") from None


def _json(text: str) -> object:
    import json

    def refuse(name: str) -> float:
        raise ValueError(f"has {name} in it: only finite numbers can be calculated with")

    try:
        return json.loads(text, parse_int=float, parse_constant=refuse)
    except json.JSONDecodeError as error:
        reason = f"{error.msg[0].lower()}{error.msg[1:]} at character {error.pos + 1}"
        raise ValueError(f"is {quoted(text)}, which is not JSON: {reason}") from None
    except RecursionError:
        raise ValueError("is nested too deep") from None


def _finite(number: float, text: str) -> float:
    if number - number != 0:
        raise ValueError(f"is {quoted(text)}: only numbers up to 1.797e308 can be calculated with")
    return number


def _checked(data: object, deepest: int, where: str) -> Any:
    """Return data as floats and lists of floats; raise ValueError at the first thing that isn't.

    Not np.array: it takes true for 1, null for NaN and "1" for 1.
    """
    if isinstance(data, (int, float)) and not isinstance(data, bool):
        if not abs(data) <= sys.float_info.max:
            raise ValueError(f"has a number beyond 1.797e308{where}: it can't be calculated with")
        return float(data)
    if isinstance(data, (list, tuple)):
        if not deepest:
            raise ValueError(f"has a list{where}, where a number is needed")
        if not data:
            raise ValueError(f"has an empty list{where}: it needs at least one number")
        elements = []
        for place, item in enumerate(data, 1):
            inner = f"{where} in row {place}" if _is_list(item) else f"{where} as element {place}"
            elements.append(_checked(item, deepest - 1, inner))
        if len(set(map(_is_list, elements))) > 1:
            raise ValueError("mixes numbers and lists: a matrix has rows only, a vector numbers")
        return elements
    kind = {bool: "a truth value", str: "text", dict: "an object", type(None): "null"}
    told = kind.get(type(data), type(data).__name__)
    raise ValueError(f"has {told}{where}: it needs {_needed(deepest)}")


def _is_list(item: object) -> bool:
    return isinstance(item, (list, tuple))


def _needed(deepest: int) -> str:
    return " or ".join(_DEPTHS[: deepest + 1])


def counted(number: int, noun: str) -> str:
    """Return a number with its noun: "1 unit", "2 units"."""
    return f"{number:,} {noun}{'s' * (number != 1)}"


def shape_of(value: Value) -> tuple[int, ...]:
    """Return () for a number, (k,) for a vector, (rows, columns) for a matrix."""
    if not isinstance(value, list):
        return ()
    return (len(value), *shape_of(value[0]))


def describe(shape: tuple[int, ...]) -> str:
    """Put a shape into words, to stand behind "is" or "needs": "2×3", "a vector of 2"."""
    if not shape:
        return "a number"
    return f"a vector of {shape[0]:,}" if len(shape) == 1 else "×".join(map(str, shape))


def exact(value: Any) -> str:
    """Write a value as JSON that reads back bit for bit: ``6``, ``0.1``, ``[1, 2.5]``.

    Zero has no sign: no output of a calculator should show -0.
    """
    if isinstance(value, float):
        return repr(value + 0.0).removesuffix(".0")
    return f"[{', '.join(map(exact, value.tolist() if hasattr(value, 'tolist') else value))}]"


def rounded(value: Any, digits: int) -> str:
    """Write a value for people, with at most ``digits`` decimals.

    A number that needs no more decimals than that is written as it is (``6``, ``0.5``); ``0.5000``
    is a rounded one. A number that isn't 0 never reads as 0.
    """
    if not isinstance(value, float):
        items = value.tolist() if hasattr(value, "tolist") else value
        return f"[{', '.join(rounded(item, digits) for item in items)}]"
    whole = exact(value)
    _, _, decimals = whole.partition("e")[0].partition(".")
    if len(decimals) <= digits:
        return whole
    fixed = f"{value:.{digits}f}"
    return fixed if float(fixed) and "e+" not in whole else f"{value:.{digits}e}"


def shortened(value: Any, digits: int, longest: int) -> str:
    """Write a value for people as `rounded` does, but only the ends of a long vector."""
    if isinstance(value, float) or len(value) <= longest:
        return rounded(value, digits)
    ends = [*value[: longest - 2], value[-1]]
    shown = [rounded(float(item), digits) for item in ends]
    return f"[{', '.join(shown[:-1])}, …, {shown[-1]}] ({len(value):,} elements)"
