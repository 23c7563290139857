"""Checking: which answers are right, and which of the others only follow from an earlier one.

Answers are judged in the order of computing. What comes after a wrong one is computed again from
the answers as they were given, so that one mistake is charged once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from rnncalc.cells import PREVIOUS
from rnncalc.claims import Claim, Tolerance, elements, value_at
from rnncalc.errors import InputError
from rnncalc.evaluate import run
from rnncalc.expressions import Call, symbols
from rnncalc.problem import Problem

__all__ = ["FOLLOWS", "RIGHT", "WRONG", "Verdict", "judge"]

RIGHT, FOLLOWS, WRONG = "right", "follows", "wrong"

_Key = tuple[int, str]  # a step and a name

# Beyond this share of a pre-activation, how far off typed digits may be can decide its sign.
_UNSURE = 1e-9


class Verdict(NamedTuple):
    """What there is to say of a claim.

    word: "right", "follows" (wrong, but right with the earlier answers that it follows from) or
    "wrong". ours: the right value. agreement: "right", "cut off" or "" for each element.
    follows_from: the claims that it follows from. carried: its value computed from those.
    """

    claim: Claim
    word: str
    ours: Any
    agreement: Sequence[str]
    follows_from: Sequence[Claim] = ()
    carried: Any = None

    @property
    def is_cut_off(self) -> bool:
        """Whether it is right but for digits that are cut off instead of rounded."""
        return self.word == RIGHT and "cut off" in self.agreement


def judge(
    problem: Problem, claims: Sequence[Claim], tolerance: Tolerance | None = None
) -> list[Verdict]:
    """Return a verdict on each claim, in the order of computing.

    problem: with inputs that can be gone through more than once. Raises InputError at the first
    step with a quantity that is not a finite number.
    """
    at: dict[int, list[Claim]] = {}
    for claim in claims:
        at.setdefault(claim.t, []).append(claim)
    verdicts: dict[_Key, Verdict] = {}
    for step in run(problem):
        for claim in at.get(step.t, ()):
            ours = value_at(step, claim.name)
            agreement = claim.agreement(ours, tolerance)
            word = RIGHT if all(agreement) else WRONG
            verdicts[claim.t, claim.name] = Verdict(claim, word, ours, agreement)
    if all(verdict.word == RIGHT for verdict in verdicts.values()):
        return list(verdicts.values())
    causes = _causes(problem, verdicts)
    for key, (value, error) in _carried(problem, verdicts).items():
        verdict = verdicts[key]
        if verdict.word == RIGHT or not causes[key]:
            continue
        if all(verdict.claim.agreement(value, tolerance, elements(error))):
            sources = [verdicts[cause].claim for cause in causes[key]]
            verdicts[key] = verdict._replace(word=FOLLOWS, follows_from=sources, carried=value)
    return list(verdicts.values())


def _carried(problem: Problem, verdicts: dict[_Key, Verdict]) -> dict[_Key, tuple[Any, Any]]:
    """Return what each claimed quantity comes to with the wrong answers before it carried on.

    With each comes how far off it may be, given the digits that were typed.
    """
    found: dict[_Key, tuple[Any, Any]] = {}
    unsure: dict[str, Any] = {}

    def amend(t: int, name: str, value: Any, error: Any) -> tuple[Any, Any]:
        if name in unsure:  # rounded to either level, as far as the digits tell
            error = unsure.pop(name) * 2.0
        if verdict := verdicts.get((t, name)):
            found[t, name] = value, error
            value, error = _as_answered(verdict, value)
        if problem.ties and name.startswith("z."):
            unsure[name[2:]] = (abs(value) <= 2 * error) & (error > _UNSURE)
        return value, error

    try:
        for _ in run(problem, amend=amend):
            pass
    except InputError:  # with such answers the numbers become too large: nothing follows
        pass
    return found


def _as_answered(verdict: Verdict, like: Any) -> tuple[Any, Any]:
    """Return a claim's wrong elements as they were typed and the right ones as they are.

    With each comes how far off it may be. like: a value of the form that is wanted.
    """
    rows = [
        (right, 0.0) if agreed else (float(typed), typed.unit / 2)
        for typed, right, agreed in zip(
            verdict.claim.numbers, elements(verdict.ours), verdict.agreement, strict=True
        )
    ]
    if isinstance(like, float):
        return rows[0]
    import numpy as np

    values, errors = np.array(rows).T
    return values, errors


def _causes(problem: Problem, verdicts: dict[_Key, Verdict]) -> dict[_Key, list[_Key]]:
    """Return, for each claim, the wrong ones before it that it is computed from."""
    found: dict[_Key, list[_Key]] = {}
    reached: dict[str, list[_Key]] = {}

    def settle(t: int, name: str, sources: Iterable[str]) -> None:
        before = list(dict.fromkeys(key for source in sources for key in reached.get(source, ())))
        if verdict := verdicts.get((t, name)):
            found[t, name] = before
            before = [] if verdict.word == RIGHT else [(t, name)]
        reached[name] = before

    for t in range(1, max(t for t, _ in verdicts) + 1):
        settle(t, "x", ())
        for state in problem.cell.states:
            settle(t, state + PREVIOUS, [state])
        for line in problem.cell.equations:
            reads: Sequence[str] = symbols(line.expression)
            if line.name in problem.held:
                reads = ()
            elif isinstance(line.expression, Call):
                for stage in _stages_before(line.name):
                    settle(t, stage, reads)
                    reads = [stage]
            settle(t, line.name, reads)
    return found


def _stages_before(name: str) -> Iterator[str]:
    yield f"z.{name}"
    yield f"exact.{name}"
