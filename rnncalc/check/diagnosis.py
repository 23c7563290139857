"""Diagnosis: which slips of the catalogue explain wrong answers, and how many a problem hides."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

from rnncalc.check.answers import Claim, Tolerance, as_typed, elements, value_at
from rnncalc.check.rewrites import Form
from rnncalc.check.slips import Slip, slips
from rnncalc.check.verdicts import WRONG, Key, Verdict, carrying
from rnncalc.errors import InputError
from rnncalc.problem.problem import Problem
from rnncalc.trace.steps import Amend, run

# Steps, times what each takes, up to which every slip is tried on the whole of a sequence, and up
# to which those that are hidden are counted: with a hundred slips the first takes seconds.
_MOST, _MOST_COUNTED = 1000, 100
_DIGITS = 17  # that a float has
_MOST_STEPS = 3  # in which mistakes are looked for one by one


class Explanation(NamedTuple):
    """A slip that gives answers, its form that does, and the value that it gives at the place."""

    slip: Slip
    form: Form
    gives: Any


class Mistake(NamedTuple):
    """A wrong claim that doesn't follow from another, and what explains it, the commonest first."""

    place: Claim
    explanations: Sequence[Explanation]


class Diagnosis(NamedTuple):
    """What the catalogue says of wrong answers.

    mistakes: the first wrong claim if slips explain all of the answers; if none does, each wrong
    one by itself. tried: how many slips there are. hidden: how many of them give the right last
    state, as far as the digits show.
    """

    mistakes: Sequence[Mistake]
    explains_all: bool
    tried: int
    hidden: int


def diagnose(
    problem: Problem,
    verdicts: Sequence[Verdict],
    tolerance: Tolerance | None = None,
    digits: int = 4,
) -> Diagnosis:
    """Look for slips that explain all answers, or else each wrong one with the others as they are.

    problem: with inputs that can be gone through more than once. verdicts: in the order of
    computing; one of them at least is wrong. digits: decimals that a reader sees.
    """
    claims = [verdict.claim for verdict in verdicts]
    places = [verdict.claim for verdict in verdicts if verdict.word == WRONG]
    sizes = problem.sizes
    size = (problem.steps or 1) * (1 + sizes.largest**2 / 1000)
    tried = hidden = 0
    explanations = []
    if size < _MOST:
        right = _last_state(problem, digits) if size < _MOST_COUNTED else []
        for slip in slips(problem, _decimals(claims)):
            tried += 1
            for number, form in enumerate(slip.forms):
                wanted = [] if number else right
                gives, is_hidden = _outcome(form, claims, wanted, tolerance)
                hidden += is_hidden
                if len(gives) == len(claims):
                    given = gives[places[0].t, places[0].name]
                    explanations.append(Explanation(slip, form, given))
                    break
    if explanations:
        return Diagnosis([Mistake(places[0], explanations)], True, tried, hidden)
    if len(claims) == problem.steps == 1:  # there is nothing else that could be as it is
        return Diagnosis([Mistake(places[0], [])], False, tried, hidden)
    mistakes: list[Mistake] = []
    for t in list(dict.fromkeys(place.t for place in places))[:_MOST_STEPS]:
        found, tried = _in_step(problem, verdicts, t, tolerance)
        mistakes += found
    return Diagnosis(mistakes, False, tried, hidden)


def _decimals(claims: Sequence[Claim]) -> int:
    return min(max(number.decimals for claim in claims for number in claim.numbers), _DIGITS)


def _last_state(problem: Problem, digits: int) -> list[Claim]:
    """Return the claims of somebody who has the last state right."""
    *_, step = run(problem)
    names = problem.cell.states
    return [as_typed(step.t, name, step.values[name], digits) for name in names]


def _outcome(
    form: Form, claims: Sequence[Claim], right: Sequence[Claim], tolerance: Tolerance | None
) -> tuple[dict[Key, Any], bool]:
    """Return what a slip gives for claims, up to one that it doesn't, and whether it is hidden.

    right: the claims of somebody who is right. A slip is hidden if it agrees with all of those.
    """
    gives: dict[Key, Any] = {}
    agrees, hidden = True, bool(right)
    waiting = sorted([*claims, *right], key=lambda claim: -claim.t)
    with suppress(InputError):  # a slip may make numbers too large: then it explains nothing
        for step in form.run():
            while waiting and waiting[-1].t == step.t:
                claim = waiting.pop()
                value = value_at(step, claim.name)
                if any(claim is one for one in right):
                    hidden = hidden and all(claim.agreement(value, None))
                elif agrees and all(claim.agreement(value, tolerance)):
                    gives[claim.t, claim.name] = value
                else:
                    agrees = False
            if not waiting or not (agrees or hidden):
                return gives, hidden
    return {}, False


def _in_step(
    problem: Problem, verdicts: Sequence[Verdict], t: int, tolerance: Tolerance | None
) -> tuple[list[Mistake], int]:
    """Return the mistakes of one step, each explained by itself, and how many slips were tried.

    All other answers are carried on as they are, and what was right or followed must still do so.
    """
    here: dict[Key, Verdict] = {
        (1, verdict.claim.name): verdict for verdict in verdicts if verdict.claim.t == t
    }
    wrong = {name: verdict for (_, name), verdict in here.items() if verdict.word == WRONG}
    alone = _step_alone(problem, verdicts, t, tolerance)
    found: dict[str, list[Explanation]] = {name: [] for name in wrong}
    tried = 0
    for slip in slips(alone, _decimals([verdict.claim for verdict in here.values()])):
        tried += 1
        explained: set[str] = set()
        for form in slip.forms:
            for name, value in _explained(form, here, tolerance):
                if name not in explained:
                    explained.add(name)
                    found[name].append(Explanation(slip, form, value))
    return [Mistake(verdict.claim, found[name]) for name, verdict in wrong.items()], tried


def _explained(
    form: Form, here: dict[Key, Verdict], tolerance: Tolerance | None
) -> Iterator[tuple[str, Any]]:
    """Yield the wrong claims that a form explains, by name, with the values that it gives."""
    comes_to: dict[Key, tuple[Any, Any]] = {}
    carry = carrying(form.problem, here, comes_to, tolerance)
    slip = form.amend() if form.amend else None

    def amend(t: int, name: str, value: Any, error: Any) -> tuple[Any, Any]:
        if slip:
            value, error = slip(t, name, value, error)
        return carry(t, name, value, error)

    if form.told:
        return
    with suppress(InputError):
        for _ in run(form.problem, amend=amend):
            pass
    agreeing = {
        name
        for (t, name), (value, error) in comes_to.items()
        if all(here[t, name].claim.agreement(value, tolerance, elements(error)))
    }
    # One that changes several units is no explanation if another of them is wrong otherwise.
    changed = form.reads if isinstance(form.reads, tuple) else ()
    if all(
        name in agreeing
        for (_, name), verdict in here.items()
        if verdict.word != WRONG or (len(changed) > 1 and name in changed)
    ):
        for (t, name), verdict in here.items():
            if verdict.word == WRONG and name in agreeing:
                yield name, comes_to[t, name][0]


def _step_alone(
    problem: Problem, verdicts: Sequence[Verdict], t: int, tolerance: Tolerance | None
) -> Problem:
    """Return the problem of one step, starting from the state that the answers lead to."""
    # What is said of the state at this step itself is to be explained, not to start from.
    before = [verdict for verdict in verdicts if verdict.claim.t < t]
    given = {(verdict.claim.t, verdict.claim.name): verdict for verdict in before}
    carry: Amend = carrying(problem, given, {}, tolerance)
    xs = [x for batch in problem.batches for x in batch]
    state = problem.state
    with suppress(InputError):
        for step in run(problem, amend=carry):
            if step.t == t:
                state = {name: step.values[name] for name in problem.state}
                break
    if not problem.scalar:
        import numpy as np

        state = {name: np.full(problem.sizes.number(name), value) for name, value in state.items()}
    return problem._replace(batches=[xs[t - 1 : t]], steps=1, state=state)
