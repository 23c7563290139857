"""Searching further: rarer slips than those of the catalogue, as far as chance allows.

The less common a slip is, the more digits its answers need: they are tried kind by kind, up to
where one of them would give the answers by chance.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from math import prod
from typing import Any

from rnncalc.check.answers import UNRIGHT, Key, Verdict
from rnncalc.check.carrying import fits
from rnncalc.check.edits.chance import chance_of
from rnncalc.check.explaining import Explanation
from rnncalc.check.further.kinds import KINDS
from rnncalc.check.slips.foreign import runnable
from rnncalc.check.slips.kinds import Slip, of_kind
from rnncalc.check.slips.rewrites import Altered
from rnncalc.check.slips.trial import Near, Trial
from rnncalc.problem.problem import Problem

#: What is off by a little is rounding, before it is anything else; and where elements of a vector
#: are right, and others wrong, a row was misread.
_LITTLE = 0.05
_BY_LITTLE = ("numbers-shortened", "rounded-on-the-way")
_IN_PART = ("matrix-read-otherwise", "first-for-all")
#: How many of the slips tried may give an answer by chance, if one is to be offered.
_CHANCE = 0.12

_Pair = tuple[Slip, Altered]


def explained(
    problem: Problem, verdicts: Sequence[Verdict], trial: Trial, known: Collection[Any]
) -> list[Explanation]:
    """Return further slips that give all answers: those of the likeliest kind.

    known: equations that were tried before, as `kinds.made` notes them.
    """
    wrong = [verdict for verdict in verdicts if verdict.word in UNRIGHT]
    first = wrong[0].answer.key
    chance, first_ones = prod(chance_of(v, v.ours) for v in wrong), _likeliest(wrong)
    for pairs in _tried(problem, chance, first_ones, known):
        near = trial.near([form for _, form in pairs])
        found: dict[int, Explanation] = {}
        for (slip, form), is_near in zip(pairs, near, strict=True):
            if is_near and id(slip) not in found:
                made = runnable(form, problem)
                if trial.answered(made)[0] and (gives := trial.gives(made)):
                    found[id(slip)] = Explanation(slip, made, gives[first])
        if found:
            return [*found.values()]
    return []


def explained_alone(
    problem: Problem,
    here: Mapping[Key, Verdict],
    verdict: Verdict,
    near: Near,
    ours: Any,
    known: Collection[Any],
    t: int,
) -> list[Explanation]:
    """Return further slips that give one answer to a problem of one step, with the others as such.

    here, t: as `edits.search.explained_alone` has them. ours: what the quantity comes to by the
    answers before it.
    """
    name = verdict.answer.name
    for pairs in _tried(problem, chance_of(verdict, ours), _likeliest([verdict]), known):
        reached = near.reached([form for _, form in pairs])
        found: dict[int, Explanation] = {}
        for (slip, form), is_near in zip(pairs, reached, strict=True):
            if not is_near or id(slip) in found:
                continue
            made = runnable(form, problem)
            for fit in fits(made, here):
                if fit.name == name and not fit.against:
                    found[id(slip)] = Explanation(slip, made, fit.gives, t, *fit[2:])
        if found:
            best = min(one.rank for one in found.values())
            return [one for one in found.values() if one.rank == best]
    return []


def _likeliest(wrong: Sequence[Verdict]) -> Sequence[str]:
    """Return the codes of those kinds that wrong answers look like."""
    if all(verdict.largest[0] < _LITTLE for verdict in wrong):
        return _BY_LITTLE
    in_part = any(len(verdict.wrong_units) < len(verdict.answer.known) for verdict in wrong)
    return _IN_PART if in_part else ()


def _tried(
    problem: Problem, chance: float, first: Sequence[str], known: Collection[Any]
) -> Iterator[list[_Pair]]:
    """Yield slips kind by kind, with the forms of each, as long as chance allows.

    first: the codes of kinds that come first.
    """
    if problem.ties or problem.held_at:
        return
    edited, count = {*known}, 0
    for kind in sorted(KINDS, key=lambda kind: kind.code not in first):
        if count * chance > _CHANCE:
            return
        slips = of_kind(kind, problem, edited)
        pairs = [(slip, form) for slip in slips for form in slip.forms]
        if pairs and (count + len(pairs)) * chance < _CHANCE:
            count += len(pairs)
            yield pairs
