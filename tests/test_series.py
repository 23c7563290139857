"""Many numbers in arrays are what each of them is by itself."""

from __future__ import annotations

from array import array
from functools import cache

import numpy as np

from rnncalc.series import Recorder, Series
from rnncalc.typed import Tolerance

# What is typed, a value, and what the one is to the other.
TYPED = [
    ("0.76", 0.7649, "right"),
    ("0.760", 0.7594, ""),
    ("0.764", 0.7648, "cut off"),
    ("-.5", -0.549, "right"),
    ("1", 1.04, "right"),
    ("1", 1.3, "too coarse"),
    ("1/4", 0.25, "right"),
    ("1/4", 0.2500001, ""),
    ("0.5+0.25", 0.7549, "right"),
    ("1.5e-3", 0.00154, "right"),
    ("?", 9.0, "blank"),
    ("0.1234567890123457", 0.1234567890123457, "right"),
]
TEXTS, VALUES, WORDS = zip(*TYPED, strict=True)
TIMES = 6_000


@cache
def long_answer() -> Series:
    """Return what is typed, many times over."""
    recorder = Recorder()
    for text in TEXTS * TIMES:
        if text == "?":
            recorder.blank()
        else:
            recorder(text)
    found = recorder.taken([len(TYPED) * TIMES])
    assert isinstance(found, Series)
    return found


def test_each_agrees_as_it_is_typed() -> None:
    """The digits of each number say how far off it may be, unless a tolerance does."""
    series, values = long_answer(), np.array(VALUES * TIMES)
    assert series.agreement(values, None, 0.0) == [*WORDS] * TIMES
    wide = series.agreement(values, Tolerance(0.06, relative=False), 0.0)
    assert {*wide[:5], *wide[6:10], *wide[11:12]} == {"right"}
    assert (wide[5], wide[10]) == ("", "blank")
    assert series.farthest(values)[1] == 5


def test_each_is_as_it_was_typed() -> None:
    """A number asked for by its place, one of a slice and one of all have what was typed."""
    series, count = long_answer(), len(TYPED)
    assert tuple(number.text for number in [*series][-count:]) == TEXTS
    assert tuple(number.text for number in series[count : 2 * count]) == TEXTS
    assert tuple(series[place].text for place in range(-count, 0)) == TEXTS
    assert [series[place].decimals for place in (0, 1, 6, 8, 11)] == [2, 3, 0, 2, 16]
    assert (series.decimals, series[:9].decimals) == (16, 3)
    assert len([*series.known()]) == (count - 1) * TIMES


def test_a_reader_that_starts_again() -> None:
    """What was read in vain before is let go, and rows are as long as they have to be."""
    recorder = Recorder()
    for text in ["9", "8", *["0.5", "0.25"] * 40_000]:
        recorder(text)
    rows = recorder.taken([2, 40_000])
    assert [(len(row), row[0].text, row[-1].text) for row in rows] == [(40_000, "0.5", "0.25")] * 2
    assert array("d", rows[1][:3]).tolist() == [0.5, 0.25, 0.5]
