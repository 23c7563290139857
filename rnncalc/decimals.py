"""Decimals: many floats at once as Python writes them, the shortest that read back bit for bit.

A float m · 2^q with 17 digits before the point of x · 10^p is a whole number N and a rest. The rest
is exact as (m · 5^p - N · 2^s) / 2^s with s = -p - q, and so small that it can be had modulo 2^64.
The float is the nearest to all that lies within 5^p / 2 of m · 5^p: of the numbers in there with
fewest digits the nearest is written. (For powers of two less lies below; they are left to Python.)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from itertools import chain
from typing import Any

from rnncalc.numerals import exact

#: Numbers that are written at a time, and vectors of more of them in pieces.
LONG = 1 << 16

_LEAST, _MOST = -4, 5  # powers of ten that are worked out here; Python writes no exponent for them
_DIGITS = 17
_FIELD = 28  # characters: a bracket, the number, and what stands behind it
_SHORT = 0xFFFF  # where these bits of m are 0, a number may be half-way between two decimals


def is_long(value: Any) -> bool:
    """Return whether a value has so many elements that it is better written in pieces."""
    return getattr(value, "size", 0) > LONG


def exact_pieces(value: Any) -> Iterator[str]:
    """Yield a value as `exact` writes it, a long one in pieces."""
    if is_long(value) and value.ndim > 1:
        for place, row in enumerate(value):
            yield ", " if place else "["
            yield from exact_pieces(row)
        yield "]"
    elif is_long(value):
        yield from (piece.removesuffix("\n") for piece in exact_lines(value.reshape(1, -1)))
    else:
        yield exact(value)


def joined(texts: Iterable[Iterable[str]], between: str) -> Iterator[str]:
    """Yield the pieces of texts, with something between those."""
    for place, pieces in enumerate(texts):
        if place:
            yield between
        yield from pieces


def members(names: Iterable[str], values: Iterable[Any]) -> Iterator[Iterator[str]]:
    """Yield the pieces of each member of a JSON object."""
    for name, value in zip(names, values, strict=True):
        yield chain([f'"{name}": '], exact_pieces(value))


def exact_cells(value: Any) -> Iterator[str]:
    """Yield a value as `exact_pieces` does, but as CSV has it: with commas, and no brackets."""
    for piece in exact_pieces(value):
        yield piece.strip("[]").replace(", ", ",")


def numbered(name: str, value: Any, behind: str = "") -> Iterator[str]:
    """Yield the names of a vector's elements as CSV has them, ``s[1],s[2]``, in pieces if long."""
    for start in range(0, value.size, LONG):
        units = range(start + 1, min(start + LONG, value.size) + 1)
        yield "," * (start > 0) + ",".join([f"{name}[{unit}]{behind}" for unit in units])


def exact_lines(values: Any) -> Iterator[str]:
    """Yield a line for each of several values, as `exact` writes it; a long one in pieces.

    values: a list of numbers or vectors, or an array with a vector in each row.
    """
    if isinstance(values, list):
        for value in values:
            if is_long(value):
                yield from exact_lines(value.reshape(1, -1))
            else:
                yield f"{exact(value)}\n"
        return
    count, size = values.shape
    step = max(1, LONG // size)
    for start in range(0, count, step):
        for left in range(0, size, LONG):
            piece = values[start : start + step, left : left + LONG]
            yield from _pieces(piece, "[" if not left else "", left + LONG >= size)


def _pieces(values: Any, opening: str, ends: bool) -> Iterator[str]:
    """Yield the lines of an array, or what goes on and maybe ends one."""
    import numpy as np

    count, size = values.shape
    closing = "]\n" if ends else ", "
    numbers = values.reshape(-1) + 0.0
    field = np.zeros((len(numbers), _FIELD), np.uint8)
    is_written = _write(np, numbers, field[:, 1:-2])
    if 2 * np.count_nonzero(is_written) < len(numbers):
        yield from (f"{opening}{exact(row)[1:-1]}{closing}" for row in values)
        return
    for place in np.nonzero(~is_written)[0].tolist():
        text = exact(float(numbers[place])).encode()
        field[place, 1:-2] = np.frombuffer(text.ljust(_FIELD - 3, b"\0"), np.uint8)
    table = field.reshape(count, size, _FIELD)
    if opening:
        table[:, 0, 0] = ord(opening)
    table[:, :, -2:] = tuple(b", ")
    table[:, -1, -2:] = tuple(closing.encode())
    yield from field.tobytes().translate(None, b"\0").decode().splitlines(keepends=True)


@cache
def _tables(np: Any) -> tuple[Any, Any, Any, Any]:
    """Return powers of ten from `_LEAST` and from 0 on, of five, and the text of 0000 to 9999."""
    tens = np.array([float(f"1e{k}") for k in range(_LEAST, _DIGITS - _LEAST)])
    fives = np.array([5**p for p in range(_DIGITS - _LEAST)], np.uint64)
    texts = np.array([f"{k:04}".encode() for k in range(10_000)]).view(np.uint32)
    return tens[: _MOST + 2 - _LEAST], tens[-_LEAST:], fives, texts


def _write(np: Any, numbers: Any, field: Any) -> Any:
    """Write numbers into rows of characters, and return which: the others are left to Python.

    numbers: an array of floats. Characters 0 are to be left out.
    """
    bounds, tens, fives, texts = _tables(np)
    bits, sizes = numbers.view(np.int64), abs(numbers)
    m = bits & ((1 << 52) - 1)
    power = np.searchsorted(bounds, sizes, side="right") + (_LEAST - 1)
    good = (power >= _LEAST) & (power <= _MOST) & (m & _SHORT != 0)
    if not good.all():
        sizes, power = np.where(good, sizes, 0.5), np.where(good, power, -1)
    m |= 1 << 52
    p = _DIGITS - 1 - power
    s = 1075 - (sizes.view(np.int64) >> 52) - p
    five = fives[p]
    n = np.rint(sizes * tens[p]).astype(np.int64)
    rest = (m.view(np.uint64) * five - (n << s).view(np.uint64)).view(np.int64)
    off = (rest + ((1 << s) >> 1)) >> s  # n is a float's product, and off by some units
    n += off
    rest -= off << s
    near, length, best = five.view(np.int64) >> 1, np.full(len(n), _DIGITS), n
    for ten in (10, 100, 1000):
        last = n - n // ten * ten
        rounded = n - last + ten * (2 * last + (rest > 0) > ten)
        does = abs(rest + ((n - rounded) << s)) <= near
        length -= does
        best = np.where(does, rounded, best)
    good &= (length > _DIGITS - 3) & (best < 10**_DIGITS)
    digits = np.empty((len(n), 5), np.uint32)
    for column in range(4, -1, -1):
        above = best // 10_000
        digits[:, column] = texts.take(best - above * 10_000, mode="clip")
        best = above
    figures = digits.view(np.uint8)[:, 20 - _DIGITS :]
    figures[:, -1] *= length == _DIGITS
    figures[:, -2] *= length >= _DIGITS - 1
    field[:, 0] = ord("-") * (bits < 0)
    field[:, 1:3] = tuple(b"0.")
    for zeros in range(1, -_LEAST):
        field[:, 2 + zeros] = ord("0") * (power < -zeros)
    start = 2 - _LEAST
    field[:, start : start + _DIGITS] = figures
    for k in range(_MOST + 1):
        rows = np.nonzero(power == k)[0]
        if len(rows):
            field[rows, 1 : 2 + k] = figures[rows, : k + 1]
            field[rows, 2 + k] = ord(".")
            field[rows, 3 + k : 2 + _DIGITS] = figures[rows, k + 1 :]
            field[rows, 2 + _DIGITS : start + _DIGITS] = 0
    return good
