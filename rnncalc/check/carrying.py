"""Carrying on: what answers lead to, if somebody goes on from them as they are.

What comes after a wrong answer is computed again from the answers as they were given, so that one
mistake is charged once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import islice
from typing import Any

from rnncalc.cells.expressions import PREVIOUS, symbols
from rnncalc.cells.functions import FUNCTIONS
from rnncalc.check.answers import FOLLOWS, WRONG, Key, Verdict, elements
from rnncalc.check.slips.rewrites import Altered
from rnncalc.errors import InputError
from rnncalc.problem.problem import Problem
from rnncalc.trace.steps import Amend, run

# Of the answers that one follows from; there may be one at every step before it.
MOST_CAUSES = 8
# Beyond this share of a pre-activation, how far off typed digits may be can decide its sign.
_UNSURE = 1e-9


def follow(problem: Problem, verdicts: dict[Key, Verdict]) -> None:
    """Find the wrong ones of the answers that are right with the earlier ones carried on."""
    agreeing = _agreeing(Altered(problem, ()), verdicts)
    for key, causes in _causes(problem, verdicts, agreeing).items():
        if verdicts[key].word == WRONG and causes and key in agreeing:
            verdicts[key] = verdicts[key]._replace(
                word=FOLLOWS,
                follows_from=[verdicts[cause].answer for cause in causes],
                carried=agreeing[key],
            )


def explained(form: Altered, here: Mapping[Key, Verdict]) -> Iterator[tuple[str, Any]]:
    """Yield the wrong answers that a form explains, by name, with the values that it gives."""
    if form.told:
        return
    agreeing = _agreeing(form, here)
    wrong = [key for key, verdict in here.items() if verdict.word == WRONG]
    # One that changes several units is no explanation if another of them is wrong otherwise.
    changed = form.reads if isinstance(form.reads, tuple) and len(form.reads) > 1 else ()
    if all(key in agreeing for key in here if key not in wrong or key[1] in changed):
        yield from ((key[1], agreeing[key]) for key in wrong if key in agreeing)


def step_alone(problem: Problem, verdicts: Sequence[Verdict], t: int) -> Problem:
    """Return the problem of one step, starting from the state that the answers lead to."""
    # What is said of the state at this step itself is to be explained, not to start from.
    before = {verdict.answer.key: verdict for verdict in verdicts if verdict.answer.t < t}
    state = problem.state
    with suppress(InputError):
        for step in islice(run(problem, amend=_carrying(problem, before, {})), t):
            state = {name: step.values[name] for name in problem.state}
    if not problem.scalar:
        import numpy as np

        state = {name: np.full(problem.sizes.number(name), value) for name, value in state.items()}
    xs = [x for batch in problem.batches for x in batch]
    alone = problem._replace(batches=[xs[t - 1 : t]], steps=1, state=state)
    return alone._replace(held=problem.held_in(t), held_at={})


def _agreeing(form: Altered, verdicts: Mapping[Key, Verdict]) -> dict[Key, Any]:
    """Return the answers that are right with those before them carried on, and those values."""
    found: dict[Key, tuple[Any, bool]] = {}
    carry, slip = _carrying(form.problem, verdicts, found), form.amend()

    def amend(t: int, name: str, value: Any, error: Any) -> tuple[Any, Any]:
        if slip:
            value, error = slip(t, name, value, error)
        return carry(t, name, value, error)

    with suppress(InputError):  # with such answers numbers become too large: nothing follows
        for _ in run(form.problem, amend=amend):
            pass
    return {key: value for key, (value, agrees) in found.items() if agrees}


def _carrying(
    problem: Problem, verdicts: Mapping[Key, Verdict], found: dict[Key, tuple[Any, bool]]
) -> Amend:
    """Return what carries answers on as somebody does who gave them.

    found: takes what each of them comes to by those before it, and whether it agrees with that.
    """
    unsure: dict[str, Any] = {}
    functions = {line.name: FUNCTIONS.get(line.activation or "") for line in problem.computed}
    rounded = [name for name, f in functions.items() if f and f.levels and problem.ties]

    def amend(t: int, name: str, value: Any, error: Any) -> tuple[Any, Any]:
        if name in unsure:  # rounded to either level, as far as the digits tell
            error = unsure.pop(name) * 2.0
        if verdict := verdicts.get((t, name)):
            error = 0.0 * abs(value) + error  # one for each element
            agreement = verdict.answer.agreement(value, error)
            found[t, name] = value, all(agreement)
            value, error = _as_answered(verdict, value, error, agreement)
        if name[:4] == "pre." and name[4:] in rounded:
            unsure[name[4:]] = (abs(value) <= 2 * error) & (error > _UNSURE)
        return value, error

    return amend


def _as_answered(
    verdict: Verdict, value: Any, error: Any, agreement: Sequence[str]
) -> tuple[Any, Any]:
    """Return what somebody goes on with who gave an answer, and how far off that may be.

    Element by element: what the answers before come to, if the answer agrees with that, for then
    it has more digits than were typed; otherwise the right value, if it agrees with that; otherwise
    what was typed. value, error, agreement: what the answers before come to.
    """
    rows = [
        (carried, off) if follows else (right, 0.0) if agrees else (float(typed), typed.unit / 2)
        for typed, carried, off, follows, right, agrees in zip(
            verdict.answer.numbers,
            elements(value),
            elements(error),
            agreement,
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
    """Return, for each answer, the wrong ones before it that it is computed from.

    Of many these are the first and the last ones. agreeing: the answers that are right with those
    before them carried on.
    """
    found: dict[Key, list[Key]] = {}
    reached: dict[str, list[Key]] = {}
    reads = list(_reads(problem))
    for t in range(1, max(t for t, _ in verdicts) + 1):
        held = problem.held_in(t)
        for name, sources in reads:
            keys = (k for source in sources for k in reached.get(source, ()))
            before = [] if name in held else _first_and_last(dict.fromkeys(keys))
            if verdict := verdicts.get((t, name)):
                found[t, name] = before
                if verdict.word == WRONG:
                    before = [(t, name)]
                elif (t, name) not in agreeing:
                    before = []
            reached[name] = before
    return found


def _first_and_last(keys: Collection[Key]) -> list[Key]:
    in_time = sorted(keys, key=lambda key: key[0])
    return in_time[:1] + in_time[1:][1 - MOST_CAUSES :]


def _reads(problem: Problem) -> Iterator[tuple[str, Sequence[str]]]:
    """Yield all that a step has, in the order of computing, with what each is computed from."""
    yield "x", ()
    for state in problem.cell.states:
        yield state + PREVIOUS, [state]
    for line in problem.cell.equations:
        reads: Sequence[str] = symbols(line.expression)
        if line.activation:
            for stage in (f"pre.{line.name}", f"exact.{line.name}"):
                yield stage, reads
                reads = [stage]
        yield line.name, reads
