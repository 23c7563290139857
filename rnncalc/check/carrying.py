"""Carrying on: what answers lead to, if somebody goes on from them: one mistake is charged once."""

from array import array
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

from rnncalc.cells.expressions import PREVIOUS, symbols
from rnncalc.cells.functions import FUNCTIONS
from rnncalc.check.answers import FOLLOWS, MOST_CAUSES, UNRIGHT, WRONG, Key, Verdict, each
from rnncalc.check.slips.rewrites import Altered
from rnncalc.errors import InputError
from rnncalc.problem.problem import Problem
from rnncalc.trace.steps import Amend, run
from rnncalc.typed import AGREES, BLANK, COARSE_NUMBER

# Beyond this share of a pre-activation, how far off typed digits may be can decide its sign.
_UNSURE = 1e-9


class Fit(NamedTuple):
    """A wrong answer that a form of a slip gives, with the others as they are.

    gives: the value. units: the elements in which it does, from 0, if not in all. against: the
    names of the other answers that it makes wrong. is_loose: whether the answer is not that value
    rounded, and what digits the others have leaves it open.
    """

    name: str
    gives: Any
    units: Sequence[int]
    against: Sequence[str]
    is_loose: bool


class _Found(NamedTuple):
    """What an answer comes to by those before it, and how it agrees with that."""

    value: Any
    agreement: Sequence[str]

    @property
    def agrees(self) -> bool:
        """Whether the answer is right by that."""
        return not {"", COARSE_NUMBER} & {*self.agreement}


def follow(problem: Problem, verdicts: dict[Key, Verdict]) -> None:
    """Find the wrong ones of the answers that are right with the earlier ones carried on."""
    carried = _carried(Altered(problem, ()), verdicts)
    agreeing = {key for key, found in carried.items() if all(found.agreement)}
    for key, causes in _causes(problem, verdicts, agreeing).items():
        if verdicts[key].word == WRONG and causes and key in agreeing:
            verdicts[key] = verdicts[key]._replace(
                word=FOLLOWS,
                follows_from=[verdicts[cause].answer for cause in causes],
                carried=carried[key].value,
            )


def fits(form: Altered, here: Mapping[Key, Verdict]) -> Iterator[Fit]:
    """Yield those of the verdicts here, on a problem of one step, whose answer a form gives."""
    carried = _carried(form, here)
    wrong = [key for key, verdict in here.items() if verdict.word in UNRIGHT]
    # One that changes several units is no explanation if another of them is wrong otherwise.
    changed = form.reads if isinstance(form.reads, tuple) and len(form.reads) > 1 else form.told
    bound = [key for key in here if key not in wrong or key[1] in changed]
    against = [key[1] for key in bound if key not in carried or not carried[key].agrees]
    for key in wrong:
        if form.told and key[1] not in form.told:
            continue  # it is computed as ever
        if found := carried.get(key):
            rounded = [how in (AGREES, BLANK) for how in found.agreement]
            units = here[key].wrong_units
            if all(rounded[unit] for unit in units):
                others = [name for name in against if name != key[1]]
                stated = here[key].answer.states(found.value)
                is_loose = not all(stated[unit] for unit in units)
                yield Fit(key[1], found.value, [] if all(rounded) else units, others, is_loose)


def by_themselves(
    problem: Problem, here: Mapping[Key, Verdict]
) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """Return what a problem of one step comes to by the answers, how far off, and the answers."""
    row, errors, carried = dict[str, Any](), dict[str, Any](), dict[str, Any]()
    carry = carrying(problem, here, {})

    def amend(t: int, name: str, value: Any, error: Any) -> tuple[Any, Any]:
        row[name], errors[name] = value, error
        value, error = carry(t, name, value, error)
        carried.update({name: value} if (t, name) in here else {})
        return value, error

    with suppress(InputError):
        for _ in run(problem, amend=amend):
            pass
    return row, errors, carried


def steps_alone(
    problem: Problem, verdicts: Sequence[Verdict], wanted: Collection[int]
) -> dict[int, Problem]:
    """Return the problems of single steps, by their numbers.

    Each starts from the state that the answers before it lead to: what is said of the state at the
    step itself is to be explained.
    """
    states: dict[int, dict[str, Any]] = {t: dict(problem.state) for t in wanted}
    carry = carrying(problem, {verdict.answer.key: verdict for verdict in verdicts}, {})

    def amend(t: int, name: str, value: Any, error: Any) -> tuple[Any, Any]:
        if t in states and name in problem.state:
            states[t][name] = value
        return carry(t, name, value, error)

    with suppress(InputError):
        for step in run(problem, amend=amend):
            if step.t >= max(wanted):
                break
    xs = [x for batch in problem.batches for x in batch]
    return {
        t: problem._replace(
            batches=[xs[t - 1 : t]], steps=1, state=state, held=problem.held_in(t), held_at={}
        )
        for t, state in states.items()
    }


def _carried(form: Altered, verdicts: Mapping[Key, Verdict]) -> dict[Key, _Found]:
    """Return what the answers come to with those before them carried on."""
    found: dict[Key, _Found] = {}
    # What is told instead of something else is not what somebody goes on with.
    used = {key: verdict for key, verdict in verdicts.items() if key[1] not in form.told}
    carry, slip = carrying(form.problem, used, found), form.amend()

    def amend(t: int, name: str, value: Any, error: Any) -> tuple[Any, Any]:
        if slip:
            value, error = slip(t, name, value, error)
        return carry(t, name, value, error)

    # With such answers numbers become too large, or sizes no more fit: nothing follows.
    with suppress(InputError, ValueError):
        for step in run(form.problem, amend=amend):
            for name, source in form.told.items():
                if verdict := verdicts.get((step.t, name)):
                    value = step.values[source]
                    found[step.t, name] = _Found(value, verdict.answer.agreement(value))
    return found


def carrying(problem: Problem, verdicts: Mapping[Key, Verdict], found: dict[Key, _Found]) -> Amend:
    """Return what carries answers on as somebody does who gave them.

    found: takes what each of them comes to by those before it.
    """
    unsure: dict[str, Any] = {}
    functions = {line.name: FUNCTIONS.get(line.activation or "") for line in problem.computed}
    rounded = [name for name, f in functions.items() if f and f.levels and problem.ties]

    def amend(t: int, name: str, value: Any, error: Any) -> tuple[Any, Any]:
        if name in unsure:  # rounded to either level, as far as the digits tell
            error = unsure.pop(name) * 2.0
        if verdict := verdicts.get((t, name)):
            if not getattr(error, "ndim", 0):
                error = 0.0 * abs(value) + error  # one for each element
            # Whoever goes on from a wrong answer may round it on the way.
            follows = verdict.word == FOLLOWS
            slack = max(n.claim for n in verdict.answer.numbers) if follows else 0.0
            agreement = verdict.answer.agreement(value, error + slack if slack else error)
            found[t, name] = _Found(value, agreement)
            value, error = as_answered(verdict, value, error, agreement)
        if name[:4] == "pre." and name[4:] in rounded:
            unsure[name[4:]] = (abs(value) <= 2 * error) & (error > _UNSURE)
        return value, error

    return amend


def as_answered(
    verdict: Verdict, value: Any, error: Any, agreement: Sequence[str]
) -> tuple[Any, Any]:
    """Return what somebody goes on with who gave an answer, and how far off that may be.

    Element by element: what the answers before come to, if the answer agrees with that, for then
    it has more digits than were typed; otherwise the right value, if it agrees with that; otherwise
    what was typed, and that, too, if all of its digits are there. value, error, agreement: what the
    answers before come to.
    """
    answer, values, errors = verdict.answer, array("d"), array("d")
    for typed, carried, off, follows, right, agrees in zip(
        answer.numbers,
        each(value),
        each(error),
        agreement,
        each(verdict.ours),
        verdict.agreement,
        strict=True,
    ):
        if typed.is_blank or (follows not in ("", COARSE_NUMBER) and not answer.bits):
            # Whoever gave it wrong may go on from all its digits, or from those typed.
            found = carried, off if agrees else off + abs(typed - carried)
        elif agrees not in ("", COARSE_NUMBER) and not answer.bits:
            found = right, 0.0
        else:
            found = float(typed), typed.claim / 2
        values.append(found[0])
        errors.append(found[1])
    if isinstance(value, float):
        return values[0], errors[0]
    import numpy as np

    return np.frombuffer(values), np.frombuffer(errors)


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
                if verdict.word in UNRIGHT:
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
