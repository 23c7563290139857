"""Numerals: numbers as they are written, and what is done to each of them.

There is one way out for each reader: `exact` for programs, `rounded` for people.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from math import trunc, ulp
from typing import Any

_HUGE = 1e16
_WHOLE = r"\.0(?=[,\]])"


def counted(number: int, noun: str) -> str:
    """Return a number with its noun: "1 unit", "2 units"."""
    return f"{number:,} {noun}{'s' * (number != 1)}"


def elementwise(function: Callable[[float], float], value: Any) -> Any:
    """Return a function of a float, or of each element of an array."""
    if isinstance(value, float):
        return function(value)
    import numpy as np

    numbers = [function(number) for number in value.reshape(-1).tolist()]
    return np.array(numbers).reshape(value.shape)


def any_of(value: Any) -> bool:
    """Return whether a number, or any element of an array, is something else than 0 or False."""
    return bool(value.any()) if hasattr(value, "any") else bool(value)


def cut(number: float, decimals: int) -> float:
    """Return a number without its digits beyond some decimals, not rounded."""
    scaled = number * 10.0**decimals
    return trunc(scaled) / 10.0**decimals if abs(scaled) < _HUGE else number


def exact(value: Any) -> str:
    """Write a value as JSON that reads back bit for bit: ``6``, ``0.1``, ``[1, 2.5]``.

    Zero has no sign: no output of a calculator should show -0.
    """
    if isinstance(value, float):
        return repr(value + 0.0).removesuffix(".0")
    if isinstance(value, list):
        return f"[{', '.join(map(exact, value))}]"
    # Python writes a list of floats as JSON does, and faster than element by element.
    text = repr((value + 0.0).tolist())
    return re.sub(_WHOLE, "", text) if ".0," in text or ".0]" in text else text


def rounded(value: Any, digits: int) -> str:
    """Write a value for people, with at most ``digits`` decimals.

    A number that needs no more decimals than that is written as it is (``6``, ``0.5``); ``0.5000``
    is a rounded one. With any decimals, a number that isn't 0 never reads as 0: ``1.2063e-05``.
    """
    if not isinstance(value, float):
        items = value.tolist() if hasattr(value, "tolist") else value
        return f"[{', '.join(rounded(item, digits) for item in items)}]"
    if not digits:
        return exact(float(round(value))) if abs(value) < _HUGE else f"{value:.0e}"
    # 0.1 + 0.2 is 0.3 to a reader, not 0.3000 for the sake of the last of 17 digits.
    whole = f"{value + 0.0:.15g}"
    if abs(float(whole) - value) > 4 * ulp(value):
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
