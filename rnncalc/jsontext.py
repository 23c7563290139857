"""JSON as text: what it says, and what is wrong with it."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

from rnncalc.errors import UnusableError, pointed, quoted
from rnncalc.numerals import may_have_tiny, number_of

_LONG = 1 << 16  # characters, from which on arrays are read in pieces of that size


def json_data(text: str, number: Callable[[str], float] = number_of) -> Any:
    """Return what JSON says, with every number a float, or whatever ``number`` makes of its text.

    In a long text, vectors and matrices of plain floats come as NumPy arrays.
    Numbers that are too large come as infinite: those who go through them anyway say where.

    Raises ValueError, worded to stand behind the name of what was given, for what isn't JSON: also
    for NaN and Infinity, which Python lets through, and for names that an object has twice.
    """
    decoder = _decoder(text, number)
    try:
        if len(text) > _LONG and decoder.parse_float is float:
            with suppress(ValueError, RecursionError):  # said below, of the text as a whole
                return _with_arrays(decoder, _array).decode(text)
        return _decoder(text, number).decode(text)  # the other one makes arrays
    except json.JSONDecodeError as error:
        raise UnusableError(
            "file", pointed(f"is not JSON: {_told(error)}", text, error.pos)
        ) from None
    except RecursionError:
        raise UnusableError("number", "is nested too deep") from None


def json_documents(
    text: str,
    number: Callable[[str], float] = number_of,
    numbers: Callable[[str], Any] | None = None,
) -> Iterator[object]:
    """Yield JSON documents that follow each other, as lines or otherwise.

    numbers: makes something of the text of a long list of numbers, or raises ValueError. Raises
    ValueError as `json_data` does, and names the line.
    """
    decoder, place, space = _decoder(text, number), 0, re.compile(r"\s*")
    if make := numbers:

        def made(text: str, start: int, end: int) -> Any:
            return make(text[start - 1 : end + 1]) if end - start > _LONG else None

        decoder = _with_arrays(decoder, made)
    while (place := space.match(text, place).end()) < len(text):  # type: ignore[union-attr]
        try:
            document, place = decoder.raw_decode(text, place)
        except json.JSONDecodeError as error:
            told = f"is not JSON at line {error.lineno}: {_told(error)}"
            raise UnusableError("file", pointed(told, text, error.pos)) from None
        except RecursionError:
            raise UnusableError("number", "is nested too deep") from None
        yield document


def _told(error: json.JSONDecodeError) -> str:
    return error.msg[0].lower() + error.msg[1:]


def _decoder(text: str, number: Callable[[str], float]) -> json.JSONDecoder:
    def refuse(name: str) -> float:
        raise UnusableError(
            "number", f"has {name} in it: only finite numbers can be calculated with"
        )

    def unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
        found = dict(pairs)
        if len(found) < len(pairs):
            ((twice, _),) = Counter(name for name, _ in pairs).most_common(1)
            raise UnusableError("place", f"has {quoted(twice)} more than once")
        return found

    if number is number_of and not may_have_tiny(text):
        number = float  # which JSON's reader knows, and needs a third of the time for
    return json.JSONDecoder(
        parse_int=number, parse_float=number, parse_constant=refuse, object_pairs_hook=unique
    )


def _with_arrays(
    decoder: json.JSONDecoder, made: Callable[[str, int, int], Any]
) -> json.JSONDecoder:
    """Return a decoder that makes arrays of vectors and matrices, in much less memory.

    made: returns what numbers between two places become, None if they aren't all numbers.
    """
    by_itself: Callable[..., tuple[Any, int]] = json.decoder.JSONArray  # type: ignore[attr-defined]

    def array(at: tuple[str, int], scan_once: Any) -> tuple[Any, int]:
        text, start = at
        stop = len(text)
        for sign in '"}':  # neither is in a list of numbers
            found = text.find(sign, start, stop)
            stop = found if found >= 0 else stop
        end = text.rfind("]", start, stop)
        numbers = made(text, start, end) if end >= 0 else None
        if numbers is not None:
            return numbers, end + 1
        if end - start > _LONG:  # to try again within it would take for ever
            raise ValueError
        return by_itself(at, scan_once)

    decoder.parse_array = array  # type: ignore[attr-defined]
    decoder.scan_once = json.scanner.py_make_scanner(decoder)  # type: ignore[attr-defined]
    return decoder


def _array(text: str, start: int, end: int) -> Any:
    """Return the finite numbers between two places as an array, None if they aren't one."""
    # Of true, false and null NumPy would make numbers; of what else is none, an error.
    if any(text.find(letter, start, end) >= 0 for letter in "ul"):
        return None
    import numpy as np

    is_matrix = text[start : start + 99].lstrip()[:1] == "["
    pieces = []
    while start < end:
        cut = min(start + _LONG, end)
        if is_matrix and cut < end:
            cut = text.find("]", cut, end)
        cut = text.find(",", cut, end) if cut >= 0 else -1
        cut = end if cut < 0 else cut
        try:
            piece = np.array(json.loads(f"[{text[start:cut]}]", parse_int=float), np.float64)
        except (TypeError, ValueError):
            return None
        if piece.ndim != 1 + is_matrix or not piece.size or not np.isfinite(piece).all():
            return None
        pieces.append(piece)
        start = cut + 1
    if text[start - 1 : start] == ",":  # the list ends in a comma
        return None
    if len({piece.shape[1:] for piece in pieces}) != 1:
        return None
    return np.concatenate(pieces)
