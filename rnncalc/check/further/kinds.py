"""Kinds of further slips, the likeliest first."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from rnncalc.check.further import formulas, matrices, reading, shortening, times
from rnncalc.check.slips.kinds import Kind

_DIGITS = "Take the numbers as they are given, and shorten only what you write down in the end."
_STEPS = "Number the steps: each has its own input, and starts from the state before it."
_LOOK = "Look at the equation again: what does this read, and is it there already?"
_FORMULAS = "σ(z) is 1/(1 + e^-z), tanh(z) is (e^z - e^-z)/(e^z + e^-z): mind the brackets."
_ROWS = "Row k of a matrix belongs to unit k: multiply each row with the vector, from the left."
_ONE_FOR_ALL = "Each element of a vector has an element of the gate to itself."

_START = "Start from the state that is given."
_NAMES = "Look at the names of what is asked for."
_LAST = "The last state alone is asked for."

#: Each yields where it can be made, under its whole name.
KINDS: Sequence[Kind] = (
    Kind("{}", times.starts, _START, code="other-start"),
    Kind("{}", times.one_step_more, _STEPS, code="other-inputs"),
    Kind("{}", formulas.exchanged, _FORMULAS, code="functions-exchanged"),
    Kind("{}", reading.reads_another, _LOOK, code="new-for-old"),
    Kind("{}", partial(formulas.everywhere, "common"), _FORMULAS, code="other-formula"),
    Kind("{}", times.told_for_each_other, _NAMES, code="told-for-another"),
    Kind("{}", times.answers_exchanged, _STEPS, code="other-step"),
    Kind("{}", partial(shortening.numbers, "common"), _DIGITS, code="numbers-shortened"),
    Kind("{}", partial(shortening.values, "common"), _DIGITS, code="rounded-on-the-way"),
    Kind("{}", shortening.carried, _DIGITS, code="rounded-on-the-way"),
    Kind("{}", times.inputs_otherwise, _STEPS, code="other-inputs"),
    Kind("{}", times.of_all_steps, _LAST, code="of-all-steps"),
    Kind("{}", reading.another_state, _LOOK, code="states-confused"),
    Kind("{}", reading.first_for_all, _ONE_FOR_ALL, code="first-for-all"),
    Kind("{}", matrices.of_all, _ROWS, code="matrix-read-otherwise"),
    Kind("{}", matrices.of_each, _ROWS, code="matrix-read-otherwise"),
    Kind("{}", partial(matrices.lines_of_each, "turned"), _ROWS, code="matrix-read-otherwise"),
    Kind("{}", partial(shortening.numbers, "rarer"), _DIGITS, code="numbers-shortened"),
    Kind("{}", partial(formulas.everywhere, "rarer"), _FORMULAS, code="other-formula"),
    Kind("{}", reading.added_to_state, _LOOK, code="added-to-the-state"),
    Kind("{}", times.carried_from, _STEPS, code="carried-for-another"),
    Kind("{}", formulas.minus_of_the_first, _FORMULAS, code="other-formula"),
    Kind("{}", partial(shortening.values, "rarer"), _DIGITS, code="rounded-on-the-way"),
    Kind("{}", reading.last_for_all, _ONE_FOR_ALL, code="first-for-all"),
    Kind("{}", reading.twice_through, _STEPS, code="computed-twice"),
    Kind("{}", partial(matrices.lines_of_each, "read"), _ROWS, code="matrix-read-otherwise"),
    Kind("{}", formulas.alone, _FORMULAS, code="other-formula"),
)  # fmt: skip
