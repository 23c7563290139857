"""Numerals: numbers as they are written, and what is done to each of them.

There is one way in, `number_of`, and one way out for each reader: `exact` for programs, `rounded`
for people.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from math import trunc, ulp
from typing import TYPE_CHECKING, Any

from rnncalc.errors import UnusableError, quoted

if TYPE_CHECKING:
    from fractions import Fraction

#: A decimal without its sign.
DECIMAL = r"(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"

_TERM = rf"([+-]?{DECIMAL})(?:/([+-]?{DECIMAL}))?"
# What programs write around numbers: array(, tensor(, np.float64(.
_HOLDER = (
    r"(?i)(?:[a-z_]\w*\.)*(?:\w*array|tensor|matrix|constant|parameter|float\d*|u?int\d*|list|c)\("
)
# What people type or paste that is no number, and what is said of it.
_ODD = {
    r"\.\.\.|…": "has NumPy's {} for numbers that it left out: print all, or save them as .npy",
    r"(?i)[+-]?(?:nan|inf|infinity)\b": "has {} in it: only finite numbers can be calculated with",
    r"(?i)(?:true|false)\b": "has a truth value, {}, where a number is needed",
    _HOLDER: "has {} around its numbers: write them alone{alone}",
    r"[A-Za-z_][\w.]*\(": "has {}: only sums, differences and fractions are worked out here",
    r"[A-Za-z_]\w*\s*=": "has {} before its numbers: write them alone, a matrix as '[1, 2; 3, 4]'",
    r"\(": "has {} where a number is needed: lists stand in square brackets{alone}",
    r"['\"‘’‚“”„]": 'has {} in it: numbers have no quotation marks{alone}, and cmd.exe has only "',
    r"_": "has {} in a number: write it without",
    r"[*×·^%]": "has {}: only sums, differences and fractions are worked out here",
    r"(?![0-9])\d": "has {}: digits are 0 to 9 here",
    r"[\u2010-\u2015\ufe63\uff0d]": "has a dash, {}: a minus is -",
    r"[+-](?=[\s,;\]]|$)": "has {} with no number behind it: a sign stands right before its number",
}
_LONGEST_SUM = 1000  # characters: exact arithmetic takes for ever with more
_HUGE = 1e16
_WHOLE = r"\.0(?=[,\]])"


def number_of(text: str) -> float:
    """Return the float nearest to a decimal, to a fraction, or to a sum of those.

    text: such as ``-.5``, ``1e-3``, ``1/-3`` or ``1/3-0.25``, without blanks. Raises ValueError,
    which begins with the text, where no float is near.
    """
    try:
        number = float(text)
    except ValueError:
        return _worked_out(text)
    if number - number != 0:
        raise UnusableError(
            "number", f"{quoted(text)}: only numbers up to 1.797e308 can be calculated with"
        )
    if not number and text.lower().partition("e")[0].strip("+-.0"):
        raise UnusableError("number", f"{quoted(text)}: nearer to 0 than 4.941e-324 there is none")
    return number


def may_have_tiny(text: str) -> bool:
    """Return whether a text may have a number that is nearer to 0 than any float.

    Python takes such a number for 0. This looks for literals first, and so takes no time.
    """
    if "0" * 200 in text or re.search(r"e-0*[1-9][0-9][0-9]", text):
        return True
    return "E" in text and re.search(r"E-0*[1-9][0-9][0-9]", text) is not None


def _worked_out(text: str) -> float:
    """Return what a fraction or a sum comes to, rounded once."""
    if len(text) > _LONGEST_SUM:
        raise UnusableError(
            "number", f"{quoted(text)}: it has over {_LONGEST_SUM:,} characters; work it out"
        )
    total = _exactly("0")
    for above, below in re.findall(_TERM, text):
        divisor = _exactly(below or "1")
        if not divisor:
            raise UnusableError("number", f"{quoted(text)}, which divides by zero")
        total += _exactly(above) / divisor
    try:
        number = float(total)
    except OverflowError:
        number = float("inf")
    if number - number != 0 or (total and not number):
        raise UnusableError(
            "number", f"{quoted(text)}, which comes to more than 1.797e308, or less than 4.941e-324"
        )
    return number


def _exactly(decimal: str) -> Fraction:
    from fractions import Fraction

    # A fraction of 0e999999999 would take for ever.
    return Fraction(decimal) if number_of(decimal) else Fraction()


def odd_number(text: str, place: int) -> str:
    """Say what is odd about what stands at a place instead of a number; "" if it is just junk.

    What is said stands behind the name of what was given, and shows what to type if that is clear.
    """
    for pattern, said in _ODD.items():
        if found := re.compile(pattern).match(text, place):
            alone = _without_calls(text) if "{alone}" in said else ""
            return said.format(quoted(found[0], 30), alone=alone and f", {quoted(alone)}")
    return ""


def _without_calls(text: str) -> str:
    """Return what is left of a text without calls and quotation marks, if that is short."""
    alone, rest = "", text[:200]
    while alone != rest:
        alone, rest = rest, re.sub(rf"{_HOLDER}([^()]*)\)", r"\1", rest)
    alone = re.sub(r",\s*[a-z_]+=[^,\[\]]*|['\"‘’‚“”„]", "", alone)
    alone = " ".join(alone.replace("(", "[").replace(")", "]").split())
    return alone if len(alone) <= 60 and re.fullmatch(r"[-+.,/0-9eE\s\[\]]+", alone) else ""


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


def scaled(number: float, places: int) -> float:
    """Return a number with its decimal point so many places on, digit by digit.

    1.4 / 10 is 0.13999999999999999.
    """
    digits, _, exponent = repr(number).partition("e")
    return float(f"{digits}e{int(exponent or 0) + places}")


def shortest(low: float, high: float) -> float:
    """Return the number between two others, low first, that has the fewest decimals."""
    middle = (low + high) / 2
    digits = (round(middle, digits) for digits in range(17))
    return next((number for number in digits if low <= number <= high), middle)


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


def power(exponent: float, digits: int) -> str:
    """Write a power of ten, however large, for people."""
    if abs(exponent) < 290:
        return rounded(10.0**exponent, digits)
    if exponent == float("-inf"):
        return "0"
    whole = int(exponent // 1)
    return f"{10 ** (exponent - whole):.{digits}f}e{whole:+03d}"


def shortened(value: Any, digits: int, longest: int) -> str:
    """Write a value for people as `rounded` does, but only the ends of a long vector."""
    if isinstance(value, float) or len(value) <= longest:
        return rounded(value, digits)
    ends = [*value[: longest - 2], value[-1]]
    shown = [rounded(float(item), digits) for item in ends]
    return f"[{', '.join(shown[:-1])}, …, {shown[-1]}] ({len(value):,} elements)"


def shape_of(value: Any) -> tuple[int, ...]:
    """Return () for a number, (k,) for a vector, (rows, columns) for a matrix."""
    if isinstance(value, float):
        return ()
    return (len(value), *shape_of(value[0])) if isinstance(value, list) else value.shape


def describe(shape: tuple[int, ...]) -> str:
    """Put a shape into words, to stand behind "is" or "needs": "2×3", "a vector of 2"."""
    if not shape:
        return "a number"
    return f"a vector of {shape[0]:,}" if len(shape) == 1 else "×".join(map(str, shape))


def is_step(text: str) -> bool:
    """Return whether a text is the number of a step, from 1."""
    return text.isascii() and text.isdigit() and len(text) < 18 and int(text) > 0
