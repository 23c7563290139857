"""Answers to be checked, with the precision that each number was typed to, and verdicts on them.

``0.76`` claims two decimals and ``0.760`` three, a sum the most that are in it; with a fraction in
it, a number claims to be exact. An answer is for one quantity at one step, and is named as in the
JSON output: ``h``, ``pre.f``, ``exact.f``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from itertools import cycle
from math import inf, ulp
from typing import Any, NamedTuple

from rnncalc.numerals import exact, number_of

RIGHT, FOLLOWS, WRONG = "right", "follows", "wrong"

#: A step and a name.
Key = tuple[int, str]

_DIGITS = r"([0-9.]+)(?:[eE]([+-]?[0-9]+))?"
# What floating-point numbers may be off by, against their size: that is nobody's mistake.
_NOISE = 1e-12
_MOST_NOISE = 1e-9  # where sums cancel more than elsewhere


class Typed(float):
    """A number as somebody typed it.

    unit: one unit of its last decimal, 0 if the number claims to be exact.
    decimals: how many there are.
    """

    __slots__ = ("_text", "decimals", "unit")

    _text: str | None
    unit: float
    decimals: int

    def __new__(cls, text: str) -> Typed:
        """Read a number, such as ``-.50``, ``1e-3`` or ``0.25+0.1``."""
        number = super().__new__(cls, number_of(text))
        if "/" in text:
            return cls.exactly(number, text)
        # There may be millions, most of them as the program writes them.
        number._text = None if text == repr(float(number)) else text
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
    def exactly(cls, value: float, text: str = "") -> Typed:
        """Return a number that claims to be exact."""
        number = super().__new__(cls, value)
        number._text, number.unit, number.decimals = text or exact(value), 0.0, 0
        return number

    @property
    def text(self) -> str:
        """What was typed."""
        return repr(float(self)) if self._text is None else self._text

    def agrees(self, value: float, tolerance: Tolerance | None, spread: float) -> str:
        """Return "right" or "cut off" if the number can stand for a value, otherwise "".

        tolerance: how far off it may be, instead of half a unit of the last digit typed. spread:
        how far off the value itself may be.
        """
        noise, allowed = _NOISE * abs(value) + spread, self.unit * (0.5 + 1e-9)
        if tolerance:
            allowed = tolerance.size * (abs(value) if tolerance.relative else 1)
        if abs(self - value) <= allowed + noise:
            return "right"
        if tolerance is None and 0 < self.unit < 1 and self * value >= 0:
            # Where a value is as good as a rounder one, such as 0.3, its digits are those of that.
            short = abs(value) - abs(self)
            if -noise <= short < self.unit - spread - 4 * ulp(value):
                return "cut off"
        return ""


@cache
def _one_at(power: int) -> float:
    """Return a power of ten, the same object each time."""
    return float(f"1e{power}")


class Tolerance(NamedTuple):
    """How far off an answer may be: by a size, or by a part of the right value."""

    size: float
    relative: bool


class Answer(NamedTuple):
    """What was answered for one quantity at one step.

    value: a `Typed` or a list of them. tolerance: how far off it may be, None as its digits say.
    """

    t: int
    name: str
    value: Any
    tolerance: Tolerance | None = None

    @property
    def key(self) -> Key:
        """The step and the name."""
        return self.t, self.name

    @property
    def numbers(self) -> list[Typed]:
        """The elements of the value."""
        return self.value if isinstance(self.value, list) else [self.value]

    @property
    def text(self) -> str:
        """The value as it was typed."""
        texts = [number.text for number in self.numbers]
        return f"[{', '.join(texts)}]" if isinstance(self.value, list) else texts[0]

    def agreement(self, value: Any, spread: Any = 0.0) -> list[str]:
        """Return for each element what `Typed.agrees` does. spread: a number, or one for each."""
        values, spreads = elements(value), cycle(elements(spread))
        return [
            number.agrees(right, self.tolerance, off)
            for number, right, off in zip(self.numbers, values, spreads, strict=False)
        ]

    def judged(self, value: Any, error: Any) -> Verdict:
        """Return whether it is right. error: how far off the value may be, being in floats."""
        spread = elements(0.0 * abs(value) + error)  # one for each element
        most = [_MOST_NOISE * max(1.0, abs(number)) for number in elements(value)]
        noise = [min(4 * off, limit) for off, limit in zip(spread, most, strict=True)]
        agreement = self.agreement(value, noise)
        return Verdict(self, RIGHT if all(agreement) else WRONG, value, agreement)


class Verdict(NamedTuple):
    """What there is to say of an answer.

    word: "right", "follows" (wrong, but right with the earlier answers that it follows from) or
    "wrong". ours: the right value. agreement: "right", "cut off" or "" for each element.
    follows_from: the answers that it follows from, of many the first and the last ones.
    carried: its value computed from those.
    """

    answer: Answer
    word: str
    ours: Any
    agreement: Sequence[str]
    follows_from: Sequence[Answer] = ()
    carried: Any = None

    @property
    def is_cut_off(self) -> bool:
        """Whether it is right but for digits that are cut off instead of rounded."""
        return self.word == RIGHT and "cut off" in self.agreement


def elements(value: Any) -> list[float]:
    """Return the elements of a number, a list or an array of one dimension at most."""
    if isinstance(value, list):
        return value
    if isinstance(value, float):
        return [value]
    found: list[float] = value.reshape(-1).tolist()
    return found


def written_down(t: int, name: str, value: Any, decimals: int) -> Answer:
    """Return the answer of somebody who writes a value down with some decimals."""
    numbers = [Typed(f"{number:.{decimals}f}") for number in elements(value)]
    return Answer(t, name, numbers[0] if isinstance(value, float) else numbers)
