"""Chance: how likely an answer is given by what it has nothing to do with."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from math import prod
from typing import Any, TypeVar

from rnncalc.cells.expressions import calls
from rnncalc.cells.functions import FUNCTIONS
from rnncalc.check.answers import UNRIGHT, Answer, Verdict, elements, is_short
from rnncalc.problem.problem import Problem

#: How many edits may give an answer by chance, on average, if one is to be offered.
CHANCE = 0.02
#: The same by tiers: those that are less far-fetched are likelier to be what somebody did.
_ALLOWED = (0.1, 0.1, 0.1, 0.05)
#: The same of slips that are known, but leave no other answer as it is.
_CHANCE_OF_SLIPS = 0.5
#: Numbers that are typed for want of others: they tell nothing.
_TOLD_ANYWAY = (0.0, 1.0, -1.0)
LEAST = 1e-9  # what the chance of one number is at least, however many digits it has
_AROUND = 0.25  # of how far off a wrong answer is, is near it
_MOST = 20_000  # edits that there may be of a problem
_MANY = 4  # times as many as chance allows are looked at: they may be elsewhere

#: What there is to learn from what is found by searching.
ADVICE = "None of the known slips, but it gives your number: compare it with the equation."

_One = TypeVar("_One")

#: What a step comes to by its answers: values, how far off they may be, what is carried on.
Known = tuple[Mapping[str, Any], Mapping[str, Any], Mapping[str, Any]]


def is_telling(verdict: Verdict, known: Known, tried: int) -> bool:
    """Return whether hardly any of so many slips gives an answer by chance. known: as above."""
    ours = known[0].get(verdict.answer.name, verdict.ours)
    return tried * chance_of(verdict, ours) < _CHANCE_OF_SLIPS


def without_flat(
    problem: Problem, verdicts: Sequence[Verdict], explanations: Sequence[Any]
) -> list[Any]:
    """Return explanations but those by another function that is flat, if what is wrong is 0 or 1.

    Any of many gives that. What rounds is meant to.
    """
    if problem.ties or any(dict(offs(verdict)) for verdict in verdicts):
        return [*explanations]
    lines = {line.name: {*calls(line.expression)} for line in problem.cell.equations}

    def is_flat(explanation: Any) -> bool:
        new = {name for line in explanation.form.problem.cell.equations
               for name in {*calls(line.expression)} - lines.get(line.name, set())}  # fmt: skip
        return any(name in FUNCTIONS and FUNCTIONS[name].corners for name in new - {"step"})

    return [one for one in explanations if not is_flat(one)]


def chance_of(verdict: Verdict, ours: Any) -> float:
    """Return how likely an edit is to give an answer that it has nothing to do with.

    What an edit gives may be anywhere about as far from the right value as the answer is.
    """
    right = elements(ours)
    return prod(
        min(1.0, max(LEAST, off / max(abs(verdict.answer.numbers[unit] - right[unit]), off)))
        for unit, off in offs(verdict)
    )


def offs(verdict: Verdict) -> Iterator[tuple[int, float]]:
    """Yield the wrong elements that tell something, with how far off what gives them may be."""
    for unit in verdict.wrong_units:
        typed = verdict.answer.numbers[unit]
        if float(typed) not in _TOLD_ANYWAY:
            yield unit, off_of(verdict.answer, unit)


def off_of(answer: Answer, unit: int) -> float:
    """Return how far off a value may be that gives an element of an answer."""
    typed, tolerance = answer.numbers[unit], answer.tolerance
    size = tolerance.size * (abs(typed) if tolerance.relative else 1) if tolerance else 0.0
    return max(typed.claim / 2, size, LEAST)


def near_of(verdict: Verdict, unit: int, ours: Any) -> float:
    """Return how far around an element what edits give is counted, to see how dense that is."""
    off = dict(offs(verdict)).get(unit, 0.0)
    return max(_AROUND * abs(verdict.answer.numbers[unit] - elements(ours)[unit]), 8 * off)


class Density:
    """How many of the edits tried came near the wrong answers: so many more would by chance.

    chance: that one gives them. share: how much of what is near would do. seen: what edits gave
    near them, each once. tried: how many there were that leave right what is right. is_counted:
    whether that is so, or all count, because nothing is right or they would never be too many.
    of_wrong: whether only the elements are looked at that are wrong. allowed: how many may give
    them by chance.
    """

    def __init__(
        self, verdicts: Sequence[Verdict], ours: Sequence[Any], *, of_wrong: bool = False
    ) -> None:
        self.seen, self.tried = set[Any](), 0
        self.share = self.chance = 1.0
        is_any_right = False
        for verdict, right in zip(verdicts, ours, strict=True):
            wrong = verdict.wrong_units if verdict.word in UNRIGHT else []
            is_any_right |= len(wrong) < len(verdict.answer.known)
            if wrong:
                self.chance *= chance_of(verdict, right)
                for unit, off in offs(verdict):
                    self.share *= max(LEAST, off / near_of(verdict, unit, right))
        self.is_counted = is_any_right and not of_wrong and not self.is_roomy
        self.is_short = all(is_short(verdict.answer) for verdict in verdicts)
        self.begin(0)

    def begin(self, tier: int) -> None:
        """Go on with the edits of a tier."""
        # Of numbers with few digits even the likeliest need more than that.
        is_likely = tier < len(_ALLOWED) and not self.is_short
        self.allowed = _ALLOWED[tier] if is_likely else CHANCE

    @property
    def is_roomy(self) -> bool:
        """Whether there can't be too many edits for what the answers tell."""
        return self.chance * _MOST <= CHANCE

    def has_room(self, more: int) -> bool:
        """Return whether hardly any would give the answers by chance if so many more are tried."""
        return (self.tried + more) * self.chance <= _MANY * self.allowed

    def may_try(self, more: int) -> bool:
        """Return whether so many more may be tried; how many count is then told afterwards.

        None is where so much is near that what gives the answers isn't told.
        """
        return self._is_sparse and (self.is_counted or self.has_room(more))

    @property
    def _is_sparse(self) -> bool:
        return len(self.seen) * self.share < self.allowed

    def telling(
        self, giving: Sequence[_One], near: Collection[Any], fits: Collection[Any], fitting: int
    ) -> Sequence[_One]:
        """Return edits that give the answers, if by chance hardly one of those tried would.

        near: what edits gave near the answers, and fits those of them that are the answers.
        fitting: how many edits left right what is right.
        """
        if not self.has_room(fitting):
            return []
        self.tried += fitting
        self.seen.update({*near} - {*fits})
        return giving if self._is_sparse else []
