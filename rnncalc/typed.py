"""Numbers as somebody typed them, and how far each may be from what it stands for.

``0.76`` claims two decimals and ``0.760`` three, a sum the most that are in it; with a fraction in
it, a number claims to be exact. A whole number is held to one decimal: people leave out ``.0``.
"""

import re
from collections.abc import Iterable
from functools import cache
from math import frexp, inf, ulp
from struct import pack, unpack
from typing import NamedTuple

from rnncalc.numerals import exact, number_of

#: What a number can be to a value. What is cut off was not rounded; a coarse number is what the
#: value rounds to, and too few digits; a blank is none. What it can't stand for is "".
AGREES, CUT, COARSE_NUMBER, BLANK = "right", "cut off", "too coarse", "blank"

_DIGITS = r"([0-9.]+)(?:[eE]([+-]?[0-9]+))?"
_SIMPLE = 300  # decimals, up to which their unit is a float
HALF = 0.5 + 1e-9  #: Units of the last digit that a rounded number is off by at most
#: What floating-point numbers may be off by, against their size: that is nobody's mistake.
NOISE = 1e-12
MOST_CUT = 1e-3  #: One unit of the last digit, up to which digits may be cut off
_TINY = 1e-15  # of a number, beyond which a float has no digits
_NEAR = 2  # units of the last digit that are a little
# Floats of 32 bits: numbers, digits of one of them and of each, and the largest.
_FEWEST, _TELLING, _MOST_DIGITS, _LARGEST = 4, 8, 9, 3e38
_SINGLE_BITS, _BY_CHANCE = 24, 1e-3


class Tolerance(NamedTuple):
    """How far off an answer may be: by a size, or by a part of the right value."""

    size: float
    relative: bool


class Typed(float):
    """A number as somebody typed it.

    unit: one unit of its last decimal, 0 if the number claims to be exact, negative if there is
    none. decimals: how many there are. own_text: what was typed, None if it is as the program
    writes the number.
    """

    __slots__ = ("decimals", "own_text", "unit")

    own_text: str | None
    unit: float
    decimals: int

    def __new__(cls, text: str) -> "Typed":
        """Read a number, such as ``-.50``, ``1e-3`` or ``0.25+0.1``."""
        number = super().__new__(cls, number_of(text))
        if "/" in text:
            return cls.exactly(number, text)
        # There may be millions, most of them as the program writes them.
        number.own_text = None if text == repr(float(number)) else text
        whole, point, part = text.partition(".")
        if point and part.isdigit() and len(part) < _SIMPLE and whole.removeprefix("-").isdigit():
            number.unit, number.decimals = _one_at(-len(part)), len(part)
            return number
        number.unit, number.decimals = inf, 0
        for mantissa, exponent in re.findall(_DIGITS, text):
            decimals = len(mantissa.partition(".")[2])
            # Beyond six digits an exponent is as good as any other: of 0, or of no float.
            power = int(exponent[:7] or 0) - decimals
            number.unit = min(number.unit, _one_at(power))
            number.decimals = max(number.decimals, decimals)
        if number.unit > max(abs(number), 1):
            number.unit = 1.0  # 0e5 is no more than 0
        return number

    @classmethod
    def again(cls, value: float, unit: float, decimals: int, own_text: str | None) -> "Typed":
        """Return a number of which all is known already."""
        number = super().__new__(cls, value)
        number.unit, number.decimals, number.own_text = unit, decimals, own_text
        return number

    @classmethod
    def exactly(cls, value: float, text: str = "") -> "Typed":
        """Return a number that claims to be exact."""
        number = super().__new__(cls, value)
        text = text or exact(value)
        number.own_text = None if text == repr(float(value)) else text
        number.unit, number.decimals = 0.0, 0
        return number

    @classmethod
    def blank(cls) -> "Typed":
        """Return what stands for a number that isn't known."""
        number = cls.exactly(0.0, "?")
        number.unit = -1.0
        return number

    @property
    def is_blank(self) -> bool:
        """Whether it stands for a number that isn't known."""
        return self.unit < 0

    @property
    def text(self) -> str:
        """What was typed."""
        return repr(float(self)) if self.own_text is None else self.own_text

    @property
    def claim(self) -> float:
        """One unit of the last digit that it is held to: of a whole number, a tenth."""
        return 0.1 if self.unit == 1 else max(self.unit, 0.0)

    def agrees(self, value: float, tolerance: Tolerance | None, spread: float) -> str:
        """Return what the number is to a value: `AGREES`, `CUT`, `COARSE_NUMBER`, `BLANK` or "".

        tolerance: how far off it may be, instead of half a unit of the last digit typed. spread:
        how far off the value itself may be.
        """
        off, noise = abs(self - value), NOISE * abs(value) + spread
        if self.unit < 0:
            return BLANK
        if tolerance:
            allowed = tolerance.size * (abs(value) if tolerance.relative else 1)
            return AGREES if off <= allowed + noise else ""
        if off <= self.claim * HALF + noise:
            return AGREES
        if self.unit == 1 and off <= HALF + noise:
            return COARSE_NUMBER
        return CUT if self.unit <= MOST_CUT and self.is_cut_from(value, spread) else ""

    def is_cut_from(self, value: float, spread: float = 0.0) -> bool:
        """Return whether it is what is left of a value whose further digits are cut off."""
        # Where a value is as good as a rounder one, such as 0.3, its digits are those of that.
        short = abs(value) - abs(self)
        is_behind_the_point = 0 < self.unit < 1 and self * value >= 0
        noise = NOISE * abs(value) + spread
        return is_behind_the_point and -noise <= short < self.unit - spread - 4 * ulp(value)

    def steps_from(self, value: float) -> int:
        """Return by how many units of its last digit it is off, if that is a little; otherwise 0.

        They are counted from what the value is when it is rounded to as many digits.
        """
        far = abs(self - value) > (_NEAR + 1) * self.unit
        if far or not abs(self) * _TINY < self.unit < 1:
            return 0
        off = abs(round(self / self.unit) - round(value / self.unit))
        return off if off <= _NEAR else 0


@cache
def _one_at(power: int) -> float:
    """Return a power of ten, the same object each time."""
    return float(f"1e{power}")


def are_singles(numbers: Iterable[Typed]) -> bool:
    """Return whether numbers look as if a program had them in 32 bits.

    That is: at least four of them, each what such a float is printed as. Either all are in as few
    digits as tell it from others, or in all that it has in 64 bits; or they are in any number of
    digits, and that many decimals would hardly all be such floats by chance. Seven digits or less
    tell nothing: each such decimal is some float's.
    """
    count, tells, are_short, chance = 0, False, True, 1.0
    for number in numbers:
        if "/" in number.text or not -_LARGEST < number < _LARGEST:
            return False
        (single,) = unpack("f", pack("f", number))
        if single == number and chance < _BY_CHANCE:
            count += 1
            continue  # there may be millions, and nothing more to learn
        digits = len(_significant(number.text))
        if single != number:
            if float(f"{single:.{digits}g}") != number:
                return False
            are_short = are_short and digits <= _MOST_DIGITS and _is_shortest(single, digits)
        count += 1
        tells = tells or digits >= _TELLING
        if number and number.unit:
            chance *= min(1.0, number.unit / 2.0 ** (frexp(single)[1] - _SINGLE_BITS))
    return count >= _FEWEST and ((are_short and tells) or chance < _BY_CHANCE)


def _significant(text: str) -> str:
    """Return the digits of a decimal without the zeros before them."""
    return re.sub(r"[eE].*|[^0-9]", "", text).lstrip("0")


def _is_shortest(single: float, digits: int) -> bool:
    """Return whether fewer digits would be another float's."""
    return digits == 1 or unpack("f", pack("f", float(f"{single:.{digits - 1}g}")))[0] != single
