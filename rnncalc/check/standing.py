"""Standing out: which slips to name where all there is to go by is one answer.

Most slips that people make are known, so one that explains an answer is likelier than any that
chance brings; but there are hundreds, and a few decimals are soon met.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import prod
from typing import Any, TypeVar

from rnncalc.check.answers import Answer, Verdict, elements
from rnncalc.check.edits.chance import chance_of, off_of, offs

#: How many of all slips may give an answer by chance, if those that do are to be named.
_CHANCE = 0.8
#: The same of those as common as one that is made in the last step alone, which is rare.
_CHANCE_ALONE = 0.1
#: How many slips as common as the commonest that gives the answers may do so by chance, if rarer
#: ones aren't to be looked for besides.
_UNSURE = 0.1
# Near an answer is what is so many times as far from it as what gives it, or so much of the way to
# the right value.
_TIMES, _OF_THE_WAY = 10, 0.25
_SAME = 1e-9  # what is as near as this to the right value is right, and not only near

_One = TypeVar("_One")


def is_little(verdicts: Sequence[Verdict]) -> bool:
    """Return whether all there is to go by is one answer, and not 0 or 1."""
    return len(verdicts) == 1 and bool(dict(offs(verdicts[0])))


def around(
    verdicts: Sequence[Verdict],
) -> tuple[Sequence[Answer], Callable[[Answer, Any], bool]]:
    """Return a question: which slips come near the only answer, but don't give it."""
    if not is_little(verdicts):
        return [], Answer.hides
    (verdict,) = verdicts
    answer, right, far = verdict.answer, elements(verdict.ours), _far(verdict)
    typed = answer.numbers

    def is_near(_: Answer, value: Any) -> bool:
        given = elements(value)
        return (
            all(abs(given[unit] - typed[unit]) <= far[unit] for unit in far)
            and not all(abs(given[unit] - right[unit]) <= _SAME for unit in far)
            and not all(answer.states(value))
        )

    # `reach` takes it eight times.
    return [answer._replace(leeway=max(far.values()) / 8)], is_near


def _far(verdict: Verdict) -> dict[int, float]:
    """Return how far what comes near an answer is from its known elements."""
    answer, right = verdict.answer, elements(verdict.ours)
    return {
        unit: max(
            _TIMES * off_of(answer, unit),
            _OF_THE_WAY * abs(answer.numbers[unit] - right[unit]),
        )
        for unit in answer.known
    }


def is_unsure(wrong: Sequence[Verdict], rank: int) -> bool:
    """Return whether one of so many slips, those as common as it, may give answers by chance."""
    return rank * prod(chance_of(verdict, verdict.ours) for verdict in wrong) > _UNSURE


def stands_out(verdicts: Sequence[Verdict], near: int) -> bool:
    """Return whether what explains all answers does so hardly by chance.

    near: how many slips come near an answer, if that is all there is to go by.
    """
    if not is_little(verdicts):
        return True
    (verdict,) = verdicts
    share = prod(off_of(verdict.answer, unit) / far for unit, far in _far(verdict).items())
    # Where none comes near, one may by chance all the same: that counts as half a one.
    return (near + 0.5) * share < _CHANCE


def standing_out_alone(
    verdict: Verdict, ours: Any, explanations: Sequence[_One], ranks: Sequence[int]
) -> list[_One]:
    """Return those explanations that stand out of what is made in one step of several alone.

    ours: what the answer comes to by those before it. ranks: how many slips are at least as common
    as that of each.
    """
    chance = chance_of(verdict, ours)
    pairs = zip(explanations, ranks, strict=True)
    return [one for one, rank in pairs if rank * chance < _CHANCE_ALONE]
