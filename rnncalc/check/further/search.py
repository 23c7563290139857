"""Searching further: rarer slips than those of the catalogue, as far as chance allows.

The less common a slip is, the more digits its answers need: they are tried kind by kind, up to
where one of them would give the answers by chance.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import partial
from math import prod
from typing import Any

from rnncalc.check.answers import UNRIGHT, Key, Verdict
from rnncalc.check.carrying import fits
from rnncalc.check.edits.chance import chance_of
from rnncalc.check.edits.making import runnable
from rnncalc.check.explaining import Explanation
from rnncalc.check.further import formulas, matrices, moving, reading, shortening, times
from rnncalc.check.slips.kinds import Kind, Slip, of_kind
from rnncalc.check.slips.rewrites import Altered, Places
from rnncalc.check.slips.weights import all_of_another, blocks_of_one_kind
from rnncalc.problem.problem import Problem

#: What is off by a little is rounding, before it is anything else; and where elements of a vector
#: are right, and others wrong, a row was misread.
_LITTLE = 0.05
_BY_LITTLE = ("numbers-shortened", "rounded-on-the-way")
_IN_PART = ("matrix-read-otherwise", "first-for-all")
#: How many of the slips tried may give an answer by chance, if one is to be offered.
_CHANCE = 0.12
_MOST_ALONE = 300  # forms that are tried in a step alone

_DIGITS = "Take the numbers as they are given, and shorten only what you write down in the end."
_STEPS = "Number the steps: each has its own input, and starts from the state before it."
_LOOK = "Look at the equation again: what does this read, and is it there already?"
_FORMULAS = "σ(z) is 1/(1 + e^-z), tanh(z) is (e^z - e^-z)/(e^z + e^-z): mind the brackets."
_ROWS = "Row k of a matrix belongs to unit k: multiply each row with the vector, from the left."
_ONE_FOR_ALL = "Each element of a vector has an element of the gate to itself."

_SIGNS = "Mind the signs: minus times minus is plus."
_OWN = "Each unit has weights and a bias of its own: check the letters below them."
_START = "Start from the state that is given."
_NAMES = "Look at the names of what is asked for."
_LAST = "The last state alone is asked for."


def _skipping(problem: Problem) -> Places:
    """Yield inputs out of order, and states: a step that is skipped is both, by the last state."""
    yield from times.inputs_otherwise(problem)
    yield from times.two_steps_before(problem)


_FORMULA = "other-formula"
_ALONE = Kind("{}", formulas.alone, _FORMULAS, code=_FORMULA)
#: Further slips, the likeliest first. Each yields where it can be made, under its name.
KINDS: Sequence[Kind] = (
    Kind("{}", times.starts, _START, code="other-start"),
    Kind("{}", times.one_start_for_all, _START, code="other-start"),
    Kind("{}", times.one_step_more, _STEPS, code="other-inputs"),
    Kind("{}", formulas.exchanged, _FORMULAS, code="functions-exchanged"),
    Kind("{}", all_of_another, _OWN, code="weight-of-another"),
    Kind("{}", reading.reads_another, _LOOK, code="new-for-old"),
    Kind("{}", partial(formulas.everywhere, "common"), _FORMULAS, code=_FORMULA),
    Kind("{}", times.told_for_each_other, _NAMES, code="told-for-another"),
    Kind("{}", times.answers_exchanged, _STEPS, code="other-step"),
    Kind("{}", partial(shortening.given, "common"), _DIGITS, code="numbers-shortened"),
    Kind("{}", partial(shortening.values, "common"), _DIGITS, code="rounded-on-the-way"),
    Kind("{}", shortening.carried, _DIGITS, code="rounded-on-the-way"),
    Kind("{}", _skipping, _STEPS, code="other-inputs"),
    Kind("{}", times.of_all_steps, _LAST, code="of-all-steps"),
    Kind("{}", reading.another_state, _LOOK, code="states-confused"),
    Kind("{}", reading.first_for_all, _ONE_FOR_ALL, code="first-for-all"),
    Kind("{}", matrices.of_all, _ROWS, code="matrix-read-otherwise"),
    Kind("{}", blocks_of_one_kind, _OWN, code="blocks-mixed-up"),
    Kind("{}", matrices.of_each, _ROWS, code="matrix-read-otherwise"),
    Kind("{}", moving.filled_by_columns, _ROWS, code="matrix-read-otherwise"),
    Kind("{}", moving.minus_times_minus, _SIGNS, code="wrong-sign"),
    Kind("{}", partial(matrices.lines_of_each, "turned"), _ROWS, code="matrix-read-otherwise"),
    Kind("{}", partial(shortening.given, "rarer"), _DIGITS, code="numbers-shortened"),
    Kind("{}", partial(formulas.everywhere, "rarer"), _FORMULAS, code=_FORMULA),
    Kind("{}", reading.added_to_state, _LOOK, code="added-to-the-state"),
    Kind("{}", moving.function_of_the_other, _LOOK, code="function-of-another"),
    Kind("{}", moving.reads_what_is_kept, _LOOK, code="new-for-old"),
    Kind("{}", moving.gate_on_the_other, _LOOK, code="gate-elsewhere"),
    Kind("{}", moving.bias_of_one_gate, _OWN, code="bias-of-another"),
    Kind("{}", reading.told_as_used, _NAMES, code="told-for-another"),
    Kind("{}", times.carried_from, _STEPS, code="carried-for-another"),
    Kind("{}", formulas.minus_of_the_first, _FORMULAS, code=_FORMULA),
    Kind("{}", partial(shortening.values, "rarer"), _DIGITS, code="rounded-on-the-way"),
    Kind("{}", reading.last_for_all, _ONE_FOR_ALL, code="first-for-all"),
    Kind("{}", reading.twice_through, _STEPS, code="computed-twice"),
    Kind("{}", partial(matrices.lines_of_each, "read"), _ROWS, code="matrix-read-otherwise"),
    _ALONE,
)  # fmt: skip

_Pair = tuple[Slip, Altered]
#: What tells which of some forms may give an answer.
Near = Callable[[Sequence[Altered]], Sequence[bool]]


def further_slips(problem: Problem) -> list[Slip]:
    """Return the further slips that can be made in a problem, and that plain steps can run."""
    slips = [slip for kind in KINDS for slip in of_kind(kind, problem, set())]
    made = [slip._replace(forms=(runnable(slip.forms[0], problem),)) for slip in slips]
    return [*map(_placed, made)]


def explained(
    problem: Problem,
    verdicts: Sequence[Verdict],
    near: Near,
    gives: Callable[[Altered], Mapping[Key, Any]],
    known: Collection[Any],
) -> list[Explanation]:
    """Return further slips that give all answers: those of the likeliest kind.

    near: returns which of some forms may give the answers. gives: what a form gives for them, and
    nothing if that isn't what they are. known: equations that were tried before, as `kinds.made`
    notes them.
    """
    wrong = [verdict for verdict in verdicts if verdict.word in UNRIGHT]
    key = wrong[0].answer.key

    def explanations(slip: Slip, form: Altered) -> Iterator[Explanation]:
        if values := gives(form):
            yield Explanation(slip, form, values[key])

    chance = prod(chance_of(verdict, verdict.ours) for verdict in wrong)
    return _found(problem, chance, _likeliest(wrong), known, near, explanations)


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

    here, t: as `edits.search.explained_alone` has them. near: as above. ours: what the quantity
    comes to by the answers before it.
    """

    def explanations(slip: Slip, form: Altered) -> Iterator[Explanation]:
        for fit in fits(form, here):
            if fit.name == verdict.answer.name and not (fit.against or fit.units):
                yield Explanation(slip, form, fit.gives, t, *fit[2:])

    chance = max(chance_of(verdict, ours), _CHANCE / _MOST_ALONE)
    return _found(problem, chance, _likeliest([verdict]), known, near, explanations)


def _found(
    problem: Problem,
    chance: float,
    first: Sequence[str],
    known: Collection[Any],
    near: Near,
    explanations: Callable[[Slip, Altered], Iterator[Explanation]],
) -> list[Explanation]:
    """Return what explains answers of the likeliest kind that does.

    chance, first: as `_tried` has them. explanations: yields that of a slip's form, if it is one.
    """

    def of(pairs: Sequence[_Pair]) -> list[Explanation]:
        found: dict[int, Explanation] = {}
        for (slip, form), is_near in zip(pairs, near([form for _, form in pairs]), strict=True):
            if is_near and id(slip) not in found:
                for one in explanations(_placed(slip), runnable(form, problem)):
                    found[id(slip)] = one
        return [*found.values()]

    for kind, pairs in _tried(problem, chance, first, known):
        if found := of(pairs):
            if kind.code != _FORMULA:
                return found
            # Where one equation is all that is known, it need not have been made everywhere.
            words = {one.slip.kind for one in found}
            alone = of_kind(_ALONE, problem, {*known})
            return found + of([(slip, form) for slip in alone if _placed(slip).kind in words
                               for form in slip.forms])  # fmt: skip
    return []


def _placed(slip: Slip) -> Slip:
    """Return a slip that is called by its whole name with its place told apart, if it has one."""
    words, place = slip.place, ""
    if told := re.fullmatch(r"(.*) (everywhere|(?:in|on) \w+)", words):
        words, place = told.groups()
    return slip._replace(kind=words.replace("{", "{{").replace("}", "}}") + " {}", place=place)


def _likeliest(wrong: Sequence[Verdict]) -> Sequence[str]:
    """Return the codes of those kinds that wrong answers look like."""
    if all(verdict.largest[0] < _LITTLE for verdict in wrong):
        return _BY_LITTLE
    in_part = any(len(verdict.wrong_units) < len(verdict.answer.known) for verdict in wrong)
    return _IN_PART if in_part else ()


def _tried(
    problem: Problem, chance: float, first: Sequence[str], known: Collection[Any]
) -> Iterator[tuple[Kind, list[_Pair]]]:
    """Yield kinds of slips, with those that can be made and their forms, as long as chance allows.

    first: the codes of kinds that come first.
    """
    if problem.ties or problem.held_at:
        return
    edited, count = {*known}, 0
    for kind in sorted(KINDS, key=lambda kind: kind.code not in ("other-start", *first)):
        if count * chance > _CHANCE:
            return
        slips = of_kind(kind, problem, edited)
        pairs = [(slip, form) for slip in slips for form in slip.forms]
        if pairs and (count + len(pairs)) * chance < _CHANCE:
            count += len(pairs)
            yield kind, pairs
