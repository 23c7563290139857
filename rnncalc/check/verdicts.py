"""Checking: which answers are right, and which of the others only follow from an earlier one.

Answers are judged in the order of computing. What comes after a wrong one is computed again from
the answers as they were given, so that one mistake is charged once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

from rnncalc.cells.expressions import PREVIOUS, Call, symbols
from rnncalc.check.answers import Claim, Tolerance, elements
from rnncalc.errors import InputError
from rnncalc.problem.problem import Problem
from rnncalc.trace.steps import Amend, run

RIGHT, FOLLOWS, WRONG = "right", "follows", "wrong"

#: A step and a name.
Key = tuple[int, str]

# What floating-point numbers are off by may be taken for this much at most.
_MOST_NOISE = 1e-9
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
    wanted = {(claim.t, claim.name): claim for claim in claims}
    verdicts: dict[Key, Verdict] = {}

    def compare(t: int, name: str, value: Any, error: Any) -> tuple[Any, Any]:
        if claim := wanted.get((t, name)):
            agreement = claim.agreement(value, tolerance, _noise(value, error))
            word = RIGHT if all(agreement) else WRONG
            verdicts[t, name] = Verdict(claim, word, value, agreement)
        return value, error

    for _ in run(problem, amend=compare):
        pass
    if any(verdict.word == WRONG for verdict in verdicts.values()):
        _follow(problem, verdicts, tolerance)
    return [verdicts[key] for key in wanted]


def _noise(value: Any, error: Any) -> list[float]:
    """Return how far off floating-point numbers may be, where sums cancel more than elsewhere."""
    return [
        min(4 * off, _MOST_NOISE * max(1.0, abs(number)))
        for number, off in zip(elements(value), elements(error), strict=True)
    ]


def _follow(problem: Problem, verdicts: dict[Key, Verdict], tolerance: Tolerance | None) -> None:
    """Find the wrong claims that are right with the earlier ones carried on."""
    carried: dict[Key, tuple[Any, Any]] = {}
    with suppress(InputError):  # with such answers numbers become too large: nothing follows
        for _ in run(problem, amend=carrying(problem, verdicts, carried, tolerance)):
            pass
    agreeing = {
        key
        for key, (value, error) in carried.items()
        if all(verdicts[key].claim.agreement(value, tolerance, elements(error)))
    }
    for key, causes in _causes(problem, verdicts, agreeing).items():
        if verdicts[key].word == WRONG and causes and key in agreeing:
            verdicts[key] = verdicts[key]._replace(
                word=FOLLOWS,
                follows_from=[verdicts[cause].claim for cause in causes],
                carried=carried[key][0],
            )


def carrying(
    problem: Problem,
    verdicts: Mapping[Key, Verdict],
    found: dict[Key, tuple[Any, Any]],
    tolerance: Tolerance | None = None,
) -> Amend:
    """Return what carries answers on as somebody does who gave them.

    verdicts: on those answers. found: takes what each of them comes to by what is carried on
    before it, and how far off that may be.
    """
    unsure: dict[str, Any] = {}

    def amend(t: int, name: str, value: Any, error: Any) -> tuple[Any, Any]:
        if name in unsure:  # rounded to either level, as far as the digits tell
            error = unsure.pop(name) * 2.0
        if verdict := verdicts.get((t, name)):
            found[t, name] = value, error
            value, error = _as_answered(verdict, value, error, tolerance)
        if problem.ties and name.startswith("pre."):
            unsure[name[4:]] = (abs(value) <= 2 * error) & (error > _UNSURE)
        return value, error

    return amend


def _as_answered(
    verdict: Verdict, value: Any, error: Any, tolerance: Tolerance | None
) -> tuple[Any, Any]:
    """Return what somebody goes on with who gave an answer, and how far off that may be.

    Element by element: what the answers before come to, if the answer agrees with that, for then
    it has more digits than were typed; otherwise the right value, if it agrees with that; otherwise
    what was typed. value, error: what the answers before come to.
    """
    claim = verdict.claim
    rows = [
        (carried, off) if follows else (right, 0.0) if agrees else (float(typed), typed.unit / 2)
        for typed, carried, off, follows, right, agrees in zip(
            claim.numbers,
            elements(value),
            elements(error),
            claim.agreement(value, tolerance, elements(error)),
            elements(verdict.ours),
            verdict.agreement,
            strict=True,
        )
    ]
    if isinstance(value, float):
        return rows[0]
    import numpy as np

    values, errors = np.array(rows).T
    return values, errors


def _causes(
    problem: Problem, verdicts: Mapping[Key, Verdict], agreeing: Collection[Key]
) -> dict[Key, list[Key]]:
    """Return, for each claim, the wrong ones before it that it is computed from.

    agreeing: the claims that are right with those before them carried on.
    """
    found: dict[Key, list[Key]] = {}
    reached: dict[str, list[Key]] = {}
    reads = list(_reads(problem))
    for t in range(1, max(t for t, _ in verdicts) + 1):
        for name, sources in reads:
            before = [key for source in sources for key in reached.get(source, ())]
            before = list(dict.fromkeys(before))
            if verdict := verdicts.get((t, name)):
                found[t, name] = before
                if verdict.word == WRONG:
                    before = [(t, name)]
                elif (t, name) not in agreeing:
                    before = []
            reached[name] = before
    return found


def _reads(problem: Problem) -> Iterator[tuple[str, Sequence[str]]]:
    """Yield all that a step has, in the order of computing, with what each is computed from."""
    yield "x", ()
    for state in problem.cell.states:
        yield state + PREVIOUS, [state]
    for line in problem.cell.equations:
        reads: Sequence[str] = symbols(line.expression)
        if line.name in problem.held:
            reads = ()
        elif isinstance(line.expression, Call):
            for stage in (f"pre.{line.name}", f"exact.{line.name}"):
                yield stage, reads
                reads = [stage]
        yield line.name, reads
