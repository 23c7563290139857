"""Scales: between which numbers a quantity is drawn, by what its equation is, and how high."""

from __future__ import annotations

from math import ceil, floor, log10

from rnncalc.numerals import rounded

_BARS = "▁▂▃▄▅▆▇█"
_ZERO = 3  # the place of the bar that stands for 0 on a scale with two sides

Span = tuple[float, float]

#: Roles, from those that are asked for least to those that are asked for most.
ROLES = ("intermediate", "candidate", "gate", "input", "output", "state")


def scale(span: Span | None, low: float, high: float) -> Span:
    """Return the scale of numbers between two: that of their kind, or one around 0."""
    if span and span[0] <= low and high <= span[1]:
        return span
    limit = max(abs(low), abs(high)) or 1.0
    unit = 10.0 ** (floor(log10(limit)) - 1) if 1e-300 < limit < 1e300 else limit
    limit = max(limit, float(f"{ceil(limit / unit * (1 - 1e-12)) * unit:.2g}"))
    return -limit, limit


def told(span: Span) -> str:
    """Return a scale in words: ``0 to 1``, ``±2.1``."""
    return f"±{rounded(span[1], 4)}" if span[0] < 0 else f"{span[0]:g} to {span[1]:g}"


def bar(level: float, span: Span) -> str:
    """Return the bar of a number on a scale; around 0 only 0 itself is drawn as 0."""
    low, high = span
    if low == 0:
        return _BARS[min(int(level / high * len(_BARS)), len(_BARS) - 1)]
    height = ceil(abs(level) / high * _ZERO)
    return _BARS[_ZERO + min(height, _ZERO) * ((level > 0) - (level < 0))]
