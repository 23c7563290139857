"""Values as people and programs give them: numbers, vectors and matrices, from text or data.

A value is a float, a list of floats (a vector) or a list of equally long lists (a matrix, whose
rows are units); vectors and matrices may also be NumPy arrays. Nothing is guessed on the way in.
The way out is in `figures`.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from rnncalc.errors import quoted
from rnncalc.numerals import counted, exact

if TYPE_CHECKING:
    from json import JSONDecoder

Value = Any  # float | list[float] | list[list[float]] | a NumPy array of one or two dimensions

_DEPTHS = ("a number", "a vector such as '[1, 2]'", "a matrix such as '[[1, 2], [3, 4]]'")
_BY_HAND = 1e-300
_WORDS = ("true", "false", "null")
_DECIMAL = r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?"
# Patterns are compiled when they are first used: at the start that is rarely more than one.
# What JSON lacks in numbers: a leading dot or plus, a trailing dot, a fraction.
_LOOSE = r"(?<!\d)\.|\.(?!\d)|/|(?<![eE])\+"
_NUMBERS_ONLY = r"[-+0-9.eE/,\s\[\]]*"
_NUMBER = rf"({_DECIMAL})\s*(?:/\s*({_DECIMAL}))?"


def read(given: object, deepest: int) -> Value:
    """Return the value that a text or a Python object stands for.

    given: a number, a list, an array, or text: ``5``, ``-.5``, ``1e-3``, ``1/3`` or JSON.
    deepest: 0 if only a number will do, 1 for a vector too, 2 for a matrix too.

    Raises ValueError, worded to stand behind the name of what was given, unless every number
    is finite and every row has the same length.
    """
    data = _data(given, deepest) if isinstance(given, str) else given
    if hasattr(data, "dtype"):
        return _array(data, deepest)
    value: Value = _checked(data, deepest, "")
    lengths = [len(row) for row in value if _is_list(row)] if _is_list(value) else []
    for number, length in enumerate(lengths, 1):
        if length != lengths[0]:
            told = f"row 1 has {counted(lengths[0], 'element')}, row {number} has {length:,}"
            raise ValueError(f"is ragged: {told}")
    return value


def _data(text: str, deepest: int) -> object:
    """Turn text into plain data: a float, or whatever JSON says."""
    text = text.strip()
    # The usual cases come first, because compiling a pattern takes a while.
    if text.isascii() and text.replace(".", "", 1).isdigit():
        return _finite(float(text), text)
    if text[:1] in ("[", "{", '"') or text in _WORDS:
        return json_data(text)
    if number := re.fullmatch(_NUMBER, text, re.ASCII):
        return _quotient(*number.groups()) if number[2] else _finite(float(text), text)
    if text.startswith("--"):
        raise ValueError(f"took {quoted(text)} as its value: {_needed(deepest)} must come first")
    if re.fullmatch(r"[+-]?\d+,\d+", text, re.ASCII):
        point, vector = text.replace(",", "."), text.replace(",", ", ")
        raise ValueError(
            f"is {quoted(text)}: write {point} for a number, '[{vector}]' for a vector"
        )
    if not text:
        raise ValueError(f"is empty: it needs {_needed(deepest)}")
    odd = "".join(sorted({c for c in text if not c.isascii()}))
    hint = f" (and {quoted(odd)} in plain ASCII)" if odd else ""
    raise ValueError(f"is {quoted(text)}: it needs {_needed(deepest)}{hint}")


def _as_json(text: str) -> str:
    """Return a vector or matrix with numbers as JSON has them: .5 as 0.5, 1/3 as a decimal."""
    if not text.startswith("[") or not {*"./+"} & {*text} or not re.search(_LOOSE, text):
        return text

    def number(found: re.Match[str]) -> str:
        if found[2]:
            return exact(_quotient(found[1], found[2]))
        # Digit by digit: 0.760 says more than 0.76 of how exact an answer is meant to be.
        whole, _, rest = found[1].lstrip("+-").partition(".")
        decimals = re.match(r"\d*", rest)[0]  # type: ignore[index]
        point = f".{decimals}" if decimals else ""
        return f"{'-' * found[1].startswith('-')}{whole or 0}{point}{rest[len(decimals) :]}"

    return re.sub(_NUMBER, number, text) if re.fullmatch(_NUMBERS_ONLY, text) else text


def _array(data: Any, deepest: int) -> Any:
    """Return a NumPy array as it is but in float64, and a NumPy number as a float."""
    import numpy as np

    if data.dtype.kind not in "fiu":
        raise ValueError(f"has elements of type {data.dtype}: it needs numbers")
    if data.ndim > deepest or not data.size:
        raise ValueError(f"has the shape {data.shape}: it needs {_needed(deepest)}")
    array = np.asarray(data, dtype=np.float64)
    if not np.isfinite(array).all():
        raise ValueError("has a number in it that isn't finite: it can't be calculated with")
    return array if array.ndim else float(array)


def _quotient(above: str, below: str) -> float:
    from fractions import Fraction

    text = f"{above}/{below}"
    top, bottom = _finite(float(above), text), _finite(float(below), text)
    if not bottom:
        raise ValueError(f"is {quoted(text)}, which divides by zero")
    if len(text) < 400 and abs(top or 1.0) > _BY_HAND and abs(bottom) > _BY_HAND:
        # Rounded once; Fraction takes for ever with huge exponents, and those are finite only.
        try:
            return float(Fraction(above) / Fraction(below))
        except OverflowError:
            raise ValueError(f"is {quoted(text)}, which is beyond 1.797e308") from None
    return _finite(top / bottom, text)


def json_data(text: str, number: Callable[[str], float] = float) -> object:
    """Return what JSON says, with every number a float, or whatever ``number`` makes of its text.

    Raises ValueError, worded to stand behind the name of what was given, for what isn't JSON: also
    for NaN and Infinity, which Python lets through, and for names that an object has twice.
    """
    import json

    try:
        return _decoder(number).decode(text)
    except json.JSONDecodeError as error:
        if (stricter := _as_json(text)) != text:
            return json_data(stricter, number)
        reason = f"{error.msg[0].lower()}{error.msg[1:]} at character {error.pos + 1}"
        raise ValueError(f"is {quoted(text)}, which is not JSON: {reason}") from None
    except RecursionError:
        raise ValueError("is nested too deep") from None


def json_documents(text: str, number: Callable[[str], float] = float) -> Iterator[object]:
    """Yield JSON documents that follow each other, as lines or otherwise.

    Raises ValueError as `json_data` does, and names the line.
    """
    import json

    decoder, place, space = _decoder(number), 0, re.compile(r"\s*")
    while (place := space.match(text, place).end()) < len(text):  # type: ignore[union-attr]
        try:
            document, place = decoder.raw_decode(text, place)
        except json.JSONDecodeError as error:
            raise ValueError(f"is not JSON at line {error.lineno}: {error.msg.lower()}") from None
        except RecursionError:
            raise ValueError("is nested too deep") from None
        yield document


def _decoder(number: Callable[[str], float]) -> JSONDecoder:
    import json

    def refuse(name: str) -> float:
        raise ValueError(f"has {name} in it: only finite numbers can be calculated with")

    def unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
        found = dict(pairs)
        if len(found) < len(pairs):
            ((twice, _),) = Counter(name for name, _ in pairs).most_common(1)
            raise ValueError(f"has {quoted(twice)} more than once")
        return found

    return json.JSONDecoder(
        parse_int=number, parse_float=number, parse_constant=refuse, object_pairs_hook=unique
    )


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


def shape_of(value: Value) -> tuple[int, ...]:
    """Return () for a number, (k,) for a vector, (rows, columns) for a matrix."""
    if isinstance(value, float):
        return ()
    return (len(value), *shape_of(value[0])) if isinstance(value, list) else value.shape


def describe(shape: tuple[int, ...]) -> str:
    """Put a shape into words, to stand behind "is" or "needs": "2×3", "a vector of 2"."""
    if not shape:
        return "a number"
    return f"a vector of {shape[0]:,}" if len(shape) == 1 else "×".join(map(str, shape))
