"""JSON as text: what it says, and what is wrong with it."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from rnncalc.errors import pointed, quoted
from rnncalc.numerals import may_have_tiny, number_of


def json_data(text: str, number: Callable[[str], float] = number_of) -> Any:
    """Return what JSON says, with every number a float, or whatever ``number`` makes of its text.

    Numbers that are too large come as infinite: those who go through them anyway say where.

    Raises ValueError, worded to stand behind the name of what was given, for what isn't JSON: also
    for NaN and Infinity, which Python lets through, and for names that an object has twice.
    """
    try:
        return _decoder(text, number).decode(text)
    except json.JSONDecodeError as error:
        raise ValueError(pointed(f"is not JSON: {_told(error)}", text, error.pos)) from None
    except RecursionError:
        raise ValueError("is nested too deep") from None


def json_documents(text: str, number: Callable[[str], float] = number_of) -> Iterator[object]:
    """Yield JSON documents that follow each other, as lines or otherwise.

    Raises ValueError as `json_data` does, and names the line.
    """
    decoder, place, space = _decoder(text, number), 0, re.compile(r"\s*")
    while (place := space.match(text, place).end()) < len(text):  # type: ignore[union-attr]
        try:
            document, place = decoder.raw_decode(text, place)
        except json.JSONDecodeError as error:
            told = f"is not JSON at line {error.lineno}: {_told(error)}"
            raise ValueError(pointed(told, text, error.pos)) from None
        except RecursionError:
            raise ValueError("is nested too deep") from None
        yield document


def _told(error: json.JSONDecodeError) -> str:
    return error.msg[0].lower() + error.msg[1:]


def _decoder(text: str, number: Callable[[str], float]) -> json.JSONDecoder:
    def refuse(name: str) -> float:
        raise ValueError(f"has {name} in it: only finite numbers can be calculated with")

    def unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
        found = dict(pairs)
        if len(found) < len(pairs):
            ((twice, _),) = Counter(name for name, _ in pairs).most_common(1)
            raise ValueError(f"has {quoted(twice)} more than once")
        return found

    if number is number_of and not may_have_tiny(text):
        number = float  # which JSON's reader knows, and needs a third of the time for
    return json.JSONDecoder(
        parse_int=number, parse_float=number, parse_constant=refuse, object_pairs_hook=unique
    )
