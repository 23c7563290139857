"""Diagnosis: which slips of the catalogue explain wrong answers, and which ones a problem hides."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

from rnncalc.checking import WRONG, Verdict
from rnncalc.claims import Claim, Tolerance, as_typed, value_at
from rnncalc.errors import InputError
from rnncalc.evaluate import run
from rnncalc.problem import Problem
from rnncalc.rewrites import Form
from rnncalc.slips import Slip, slips

__all__ = ["Diagnosis", "Explanation", "diagnose", "outcome"]

# Steps, times the multiplications of each in thousands, beyond which the whole isn't tried: with a
# hundred slips it would take seconds.
_MOST = 2000
_DIGITS = 17  # that a float has


class Explanation(NamedTuple):
    """A slip that gives the answers, its form that does, and the value that it gives."""

    slip: Slip
    form: Form
    gives: Any


class Diagnosis(NamedTuple):
    """What the catalogue says of wrong answers.

    place: the first wrong claim, where to look. explanations: the slips that give the answers, the
    commonest first, each with what it gives for that claim. scope: what they explain: "" if it is
    all answers, otherwise words for which. tried: how many slips there are. hidden: how many of
    them give the right values here, as far as the answers' digits show.
    """

    place: Claim
    explanations: Sequence[Explanation]
    scope: str
    tried: int
    hidden: int


def diagnose(
    problem: Problem, verdicts: Sequence[Verdict], tolerance: Tolerance | None = None
) -> Diagnosis:
    """Look for slips that explain all answers, or else the first wrong one as it stands.

    problem: with inputs that can be gone through more than once. verdicts: in the order of
    computing; one of them at least is wrong.
    """
    first = next(number for number, verdict in enumerate(verdicts) if verdict.word == WRONG)
    place = verdicts[first].claim
    diagnosis = None
    sizes = problem.sizes
    if (problem.steps or 1) * (1 + sizes.n * max(sizes.n, sizes.m) / 1000) < _MOST:
        diagnosis = _tried(problem, verdicts, place, "", tolerance)
        if diagnosis.explanations:
            return diagnosis
    here = [verdict for verdict in verdicts if verdict.claim.t == place.t]
    alone = _step_alone(problem, place.t)
    start = next(number for number, verdict in enumerate(here) if verdict.word == WRONG)
    until = here[: start + 1]
    scopes = {f"in step {place.t} alone": here, f"for {place.name} alone": until}
    if problem.steps == 1:
        scopes = {f"for {place.name} alone": until}
    for scope, those in scopes.items():
        if len(those) == len(verdicts) and diagnosis:
            continue
        found = _tried(alone, those, place, scope, tolerance)
        if found.explanations:
            return found
        diagnosis = diagnosis or found
    assert diagnosis
    return diagnosis


def _step_alone(problem: Problem, t: int) -> Problem:
    """Return the problem of one step, which starts from the state that is right there."""
    xs = [x for batch in problem.batches for x in batch]
    state = problem.state
    for step in run(problem):
        if step.t == t:
            state = {name: step.values[name] for name in problem.state}
            break
    if not problem.scalar:
        import numpy as np

        state = {name: np.full(problem.sizes.n, value) for name, value in state.items()}
    return problem._replace(batches=[xs[t - 1 : t]], steps=1, state=state)


def _tried(
    problem: Problem,
    verdicts: Sequence[Verdict],
    place: Claim,
    scope: str,
    tolerance: Tolerance | None,
) -> Diagnosis:
    """Try the whole catalogue on the claims that verdicts were given on."""
    claims = [verdict.claim for verdict in verdicts]
    if scope:
        claims = [claim._replace(t=1) for claim in claims]
    decimals = min(max(number.decimals for claim in claims for number in claim.numbers), _DIGITS)
    right = [as_typed(c.t, c.name, v.ours, decimals) for c, v in zip(claims, verdicts, strict=True)]
    at = [verdict.claim for verdict in verdicts].index(place)
    explanations, tried, hidden = [], 0, 0
    for slip in slips(problem, decimals):
        tried += 1
        for number, form in enumerate(slip.forms):
            gives, is_hidden = outcome(form, claims, right, tolerance)
            hidden += is_hidden and not number
            if len(gives) == len(claims):
                explanations.append(Explanation(slip, form, gives[at]))
                break
    return Diagnosis(place, explanations, scope, tried, hidden)


def outcome(
    form: Form,
    claims: Sequence[Claim],
    right: Sequence[Claim],
    tolerance: Tolerance | None = None,
) -> tuple[list[Any], bool]:
    """Return what a slip gives for claims, up to one that it doesn't, and whether it is hidden.

    right: the claims of somebody who is right. A slip is hidden if it agrees with all of those.
    """
    gives: list[Any] = []
    agrees = hidden = True
    with suppress(InputError):  # a slip may make numbers too large: then it explains nothing
        for claim, typed_right, value in _values(form, claims, right):
            agrees = agrees and all(claim.agreement(value, tolerance))
            hidden = hidden and all(typed_right.agreement(value, None))
            if agrees:
                gives.append(value)
            elif not hidden:
                break
        else:
            return gives, hidden
    return gives, False


def _values(
    form: Form, claims: Sequence[Claim], right: Sequence[Claim]
) -> Iterator[tuple[Claim, Claim, Any]]:
    waiting = list(zip(claims, right, strict=True))[::-1]
    for step in form.run():
        while waiting[-1][0].t == step.t:
            claim, typed_right = waiting.pop()
            yield claim, typed_right, value_at(step, claim.name)
            if not waiting:
                return
