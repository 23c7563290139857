"""Carrying on: what answers lead to, if somebody goes on from them as they are.

What comes after a wrong answer is computed again from the answers as they were given, so that one
mistake is charged once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

from rnncalc.cells.expressions import PREVIOUS, Call, symbols
from rnncalc.check.answers import FOLLOWS, WRONG, Key, Tolerance, Verdict, elements
from rnncalc.check.slips.rewrites import Altered
from rnncalc.errors import InputError
from rnncalc.problem.problem import Problem
from rnncalc.trace.steps import Amend, run

# Beyond this share of a pre-activation, how far off typed digits may be can decide its sign.
_UNSURE = 1e-9


def follow(problem: Problem, verdicts: dict[Key, Verdict], tolerance: Tolerance | None) -> None:
    """Find the wrong ones of the answers that are right with the earlier ones carried on."""
    carried: dict[Key, tuple[Any, Any]] = {}
    with suppress(InputError):  # with such answers numbers become too large: nothing follows
        for _ in run(problem, amend=carrying(problem, verdicts, carried, tolerance)):
            pass
    agreeing = {
        key
        for key, (value, error) in carried.items()
        if all(verdicts[key].answer.agreement(value, tolerance, elements(error)))
    }
    for key, causes in _causes(problem, verdicts, agreeing).items():
        if verdicts[key].word == WRONG and causes and key in agreeing:
            verdicts[key] = verdicts[key]._replace(
                word=FOLLOWS,
                follows_from=[verdicts[cause].answer for cause in causes],
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
    answer = verdict.answer
    rows = [
        (carried, off) if follows else (right, 0.0) if agrees else (float(typed), typed.unit / 2)
        for typed, carried, off, follows, right, agrees in zip(
            answer.numbers,
            elements(value),
            elements(error),
            answer.agreement(value, tolerance, elements(error)),
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


def explained(
    form: Altered, here: dict[Key, Verdict], tolerance: Tolerance | None
) -> Iterator[tuple[str, Any]]:
    """Yield the wrong answers that a form explains, by name, with the values that it gives."""
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
        if all(here[t, name].answer.agreement(value, tolerance, elements(error)))
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


def step_alone(
    problem: Problem, verdicts: Sequence[Verdict], t: int, tolerance: Tolerance | None
) -> Problem:
    """Return the problem of one step, starting from the state that the answers lead to."""
    # What is said of the state at this step itself is to be explained, not to start from.
    before = [verdict for verdict in verdicts if verdict.answer.t < t]
    given = {(verdict.answer.t, verdict.answer.name): verdict for verdict in before}
    carry = carrying(problem, given, {}, tolerance)
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


def _causes(
    problem: Problem, verdicts: Mapping[Key, Verdict], agreeing: Collection[Key]
) -> dict[Key, list[Key]]:
    """Return, for each answer, the wrong ones before it that it is computed from.

    agreeing: the answers that are right with those before them carried on.
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
