"""Mistakes that people make, in cells written apart from the catalogue, are found and named."""

from __future__ import annotations

import pytest

from tests.benchmarks.people import Found, rate
from tests.fresh_mistakes import FRESH
from tests.further_mistakes import FURTHER
from tests.wrong_cells import MISTAKES, Mistake

#: Every other mistake, the half of them side by side with the others: they take a while.
KINDS, PARTS = MISTAKES[::2], 2


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize(
    ("way", "named", "first", "misled"),
    [
        ("all, 4 decimals", 0.95, 0.85, 0.02),
        ("last state, 4 decimals", 0.85, 0.85, 0.02),
        ("one number, 2 decimals", 0.85, 0.70, 0.10),
    ],
)
def test_mistakes_are_named(way: str, part: int, named: float, first: float, misled: float) -> None:
    """Of mistakes drawn afresh all are called wrong, most named, and few mistaken for others."""
    found = _found(KINDS[part::PARTS], way)
    assert found.wrong >= 28
    assert found.called == found.wrong
    assert found.named >= named * found.wrong
    assert found.first >= first * found.wrong
    assert found.misled <= max(1, misled * found.wrong)


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
    found = _found(FRESH, way)
    assert found.called == found.wrong
    assert found.named >= named * found.wrong
    assert found.misled <= 0.05 * found.wrong


def _found(mistakes: tuple[Mistake, ...], way: str) -> Found:
    return rate(mistakes, range(7, 8), way)
