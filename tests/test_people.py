"""Mistakes that people make, in cells written apart from the catalogue, are found and named."""

from __future__ import annotations

from typing import Any

import pytest

from tests.benchmarks.people import Found, rate
from tests.fresh_mistakes import FRESH
from tests.further_mistakes import FURTHER
from tests.newest_mistakes import HALVES
from tests.unseen_mistakes import MISTAKES as UNSEEN
from tests.wrong_cells import MISTAKES, Mistake

#: What is typed, the least that is named, and named first, and the most that is misled.
WAYS = [
    ("all, 4 decimals", 0.95, 0.85, 0.02),
    ("last state, 4 decimals", 0.85, 0.85, 0.02),
    ("one number, 2 decimals", 0.80, 0.70, 0.10),
]
#: All of them take a while.
PARTS = [MISTAKES[part::4] for part in range(4)]


@pytest.mark.parametrize(("way", "mistakes"), [*zip(WAYS, PARTS, strict=False)])
def test_mistakes_are_named(
    way: tuple[str, float, float, float], mistakes: tuple[Mistake, ...]
) -> None:
    """Of mistakes drawn afresh all are called wrong, most named, and few mistaken for others.

    In each way a quarter of them is typed, another one than in the others.
    """
    typed, named, first, misled = way
    found = _found(mistakes, typed)
    assert found.wrong >= 28
    assert found.called == found.wrong
    assert found.named >= named * found.wrong
    assert found.first >= first * found.wrong
    assert found.misled <= max(1, misled * found.wrong)


@pytest.mark.long
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("part", range(4))
def test_all_mistakes_are_named(way: tuple[str, float, float, float], part: int) -> None:
    """So it is with all of them in every way."""
    test_mistakes_are_named(way, PARTS[part])


def test_further_mistakes_mislead_no_one() -> None:
    """Of mistakes that the catalogue wasn't made for, few are mistaken for others."""
    found = _found(FURTHER, "last state, 4 decimals")
    assert found.called == found.wrong
    assert found.misled <= 0.05 * found.wrong


@pytest.mark.parametrize(
    ("way", "named"), [("all, 4 decimals", 0.8), ("last state, 4 decimals", 0.65)]
)
def test_what_nobody_listed_is_named(way: str, named: float) -> None:
    """Of mistakes that nothing was made for, most are named all the same, and few mistaken."""
    found = _found(FRESH[::2], way)
    assert found.called == found.wrong
    assert found.named >= named * found.wrong
    assert found.misled <= 0.05 * found.wrong


@pytest.mark.parametrize(
    ("mistakes", "way", "named", "misled"),
    [
        (UNSEEN[::4], "all, 4 decimals", 0.85, 0.04),
        (UNSEEN[::4], "one number, 2 decimals", 0.35, 0.15),
        (HALVES[1][::3], "last state, 4 decimals", 0.7, 0.06),
    ],
)
def test_what_somebody_else_wrote_is_named(
    mistakes: tuple[Any, ...], way: str, named: float, misled: float
) -> None:
    """Of mistakes that somebody else wrote most are named, and few mistaken for others."""
    found = _found(mistakes, way)
    assert found.called == found.wrong
    assert found.named >= named * found.wrong
    assert found.misled <= misled * found.wrong


def _found(mistakes: tuple[Any, ...], way: str) -> Found:
    return rate(mistakes, range(7, 8), way)
