"""Mistakes that people make, in cells written apart from the catalogue, are found and named."""

from __future__ import annotations

import pytest

from tests.benchmarks.people import rate
from tests.fresh_mistakes import FRESH
from tests.further_mistakes import FURTHER
from tests.graded_mistakes import HALVES as GRADED
from tests.newest_mistakes import HALVES
from tests.wrong_cells import MISTAKES, Mistake

#: What is typed, the least that is named, and named first, and the most that is misled.
WAYS = [
    ("all, 4 decimals", 0.95, 0.95, 0.0),
    ("last state, 4 decimals", 0.95, 0.9, 0.0),
    ("one number, 2 decimals", 0.80, 0.75, 0.05),
]
#: All of them take a while. Few, with hardly any to spare, show a loss as well as more would.
PARTS = [MISTAKES[part::6] for part in range(6)]


@pytest.mark.parametrize(("way", "mistakes"), [*zip(WAYS, PARTS, strict=False)])
def test_mistakes_are_named(
    way: tuple[str, float, float, float], mistakes: tuple[Mistake, ...]
) -> None:
    """Of mistakes drawn afresh all are called wrong, most named, and few mistaken for others.

    In each way a sixth of them is typed, another one than in the others.
    """
    typed, *bounds = way
    _check(mistakes, typed, *bounds, drawn=20)


@pytest.mark.long
@pytest.mark.parametrize("way", WAYS)
def test_all_mistakes_are_named(way: tuple[str, float, float, float]) -> None:
    """So it is with all of them in every way."""
    typed, *bounds = way
    _check(MISTAKES, typed, *bounds, drawn=120)


@pytest.mark.parametrize(
    ("mistakes", "way", "named", "misled"),
    [
        (FRESH[::4], "all, 4 decimals", 0.9, 0.0),
        (FRESH[2::4], "last state, 4 decimals", 0.8, 0.0),
        (FURTHER[::2], "last state, 4 decimals", 0.9, 0.0),
    ],
    ids=["fresh-all", "fresh-last", "further"],
)
def test_what_nobody_listed_is_named(
    mistakes: tuple[Mistake, ...], way: str, named: float, misled: float
) -> None:
    """Of mistakes that nothing was made for, most are named all the same, and few mistaken."""
    _check(mistakes, way, named, 0.0, misled, drawn=10)


@pytest.mark.parametrize(
    ("mistakes", "way", "named", "misled"),
    [
        (GRADED[0][::4], "all, 4 decimals", 0.95, 0.0),
        (GRADED[1][::4], "last state, 4 decimals", 0.85, 0.0),
        (GRADED[1][3::4], "one number, 2 decimals", 0.5, 0.1),
        (HALVES[1][::4], "last state, 4 decimals", 0.8, 0.06),
    ],
    ids=["graded-all", "graded-last", "graded-one", "newest-last"],
)
def test_what_somebody_else_wrote_is_named(
    mistakes: tuple[Mistake, ...], way: str, named: float, misled: float
) -> None:
    """Of mistakes that somebody else wrote most are named, and few mistaken for others."""
    _check(mistakes, way, named, 0.0, misled, drawn=14)


def _check(
    mistakes: tuple[Mistake, ...],
    way: str,
    named: float,
    first: float,
    misled: float,
    *,
    drawn: int,
) -> None:
    found = rate(mistakes, range(7, 8), way)
    assert found.wrong >= drawn
    assert found.called == found.wrong
    assert found.named >= named * found.wrong
    assert found.first >= first * found.wrong
    assert found.misled <= misled * found.wrong
