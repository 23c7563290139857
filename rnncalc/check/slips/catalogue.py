"""Slips: a closed catalogue of the mistakes that people make with a cell, each with a name.

Every slip is a rewrite of the cell's own equations or of its problem: applied, it gives what
somebody computes who makes that mistake.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import NamedTuple

from rnncalc.check.slips import equations, rounding, states
from rnncalc.check.slips.rewrites import Altered, Places, is_in_order
from rnncalc.problem.problem import Problem


class Slip(NamedTuple):
    """A mistake: its kind, where it is made, a sentence for the learner, the ways to make it.

    kind: what slips like it are called, with {} for the place.
    """

    kind: str
    place: str
    advice: str
    forms: tuple[Altered, ...]

    @property
    def name(self) -> str:
        """What the slip is called: "tanh left out on c"."""
        return self.kind.format(self.place).strip()


class _Kind(NamedTuple):
    """Slips of one kind: their name around the place, the sentence, and where they can be made."""

    name: str
    advice: str
    places: Callable[[Problem], Places]


def slips(problem: Problem, decimals: int | None = None) -> Iterator[Slip]:
    """Yield every slip that can be made in a problem, the commonest first.

    problem: with inputs that can be gone through more than once. decimals: those of values that
    people write down and may carry on, None or 0 if they don't matter.
    """
    kinds = [*_CATALOGUE]
    if decimals:
        name = "values of {} decimal" + "s" * (decimals != 1) + " carried on"
        advice = "Shorten what you write down, not what you compute on with."
        kinds.append(_Kind(name, advice, partial(rounding.shortened, decimals)))
    for kind in kinds:
        found: dict[str, list[Altered]] = {}
        for place, form in kind.places(problem):
            if is_in_order(form.problem):
                found.setdefault(place, []).append(form)
        for place, forms in found.items():
            yield Slip(kind.name, place, kind.advice, tuple(forms))


_CATALOGUE = (
    _Kind(
        "rounding left out {}",
        "Round each sigmoid to 0 or 1 and each tanh to -1 or 1 as soon as you have it.",
        rounding.not_rounded,
    ),
    _Kind(
        "rounding only at the end",
        "Round each sigmoid and each tanh at once: what comes later is computed from them.",
        rounding.rounded_at_the_end,
    ),
    _Kind(
        "tanh left out {}",
        "What goes through tanh stays between -1 and 1; look which equations have a tanh.",
        partial(equations.function_changed, "tanh", "identity"),
    ),
    _Kind(
        "{}",
        "A gate of 1 lets through what it multiplies, one of 0 nothing; 1 - gate does the reverse.",
        equations.keep_and_overwrite,
    ),
    _Kind(
        "recurrent term left out {}",
        "Every unit reads the previous state as well as the input.",
        partial(equations.left_out, "recurrent"),
    ),
    _Kind(
        "{}",
        "Start from the state that is given; it is 0 only if nothing else is said.",
        states.from_another_state,
    ),
    _Kind(
        "bias left out {}",
        "A bias is added to every pre-activation that has one.",
        partial(equations.left_out, "bias"),
    ),
    _Kind(
        "bias added twice {}",
        "There is one bias to a unit. (Some libraries keep two, whose sum is meant.)",
        equations.bias_twice,
    ),
    _Kind(
        "{} swapped",
        "Write the gates' names down beside their equations before you use them.",
        equations.gates_swapped,
    ),
    _Kind(
        "sigmoid left out {}",
        "A gate is a sigmoid, between 0 and 1; the sum inside is only its pre-activation.",
        partial(equations.function_changed, "sigmoid", "identity"),
    ),
    _Kind(
        "sigmoid for tanh {}",
        "Gates are sigmoids, between 0 and 1; what is written into a state is a tanh, -1 to 1.",
        partial(equations.function_changed, "tanh", "sigmoid"),
    ),
    _Kind(
        "tanh for sigmoid {}",
        "Gates are sigmoids, between 0 and 1; what is written into a state is a tanh, -1 to 1.",
        partial(equations.function_changed, "sigmoid", "tanh"),
    ),
    _Kind(
        "{}",
        "Each state has a use of its own: keep them apart.",
        states.states_confused,
    ),
    _Kind(
        "old {} used for new",
        "The new state is there already when this is computed: use it, not the previous one.",
        states.old_for_new,
    ),
    _Kind(
        "kept part left out of {}",
        "A gated state has two parts: what is kept of the old one, and what is new.",
        partial(equations.part_left_out, "kept"),
    ),
    _Kind(
        "new part left out of {}",
        "A gated state has two parts: what is kept of the old one, and what is new.",
        partial(equations.part_left_out, "new"),
    ),
    _Kind(
        "input left out {}",
        "Every unit reads the input as well as the previous state.",
        partial(equations.left_out, "input"),
    ),
    _Kind(
        "{}",
        "Each unit has weights and a bias of its own: check the letters below them.",
        equations.bias_of_another,
    ),
    _Kind(
        "{} transposed",
        "Row k of a matrix belongs to unit k: multiply each row with the vector, not each column.",
        equations.transposed,
    ),
    _Kind(
        "weights added, not multiplied, {}",
        "A weight multiplies its vector; only the products are added.",
        equations.added,
    ),
    _Kind(
        "wrong sign of {}",
        "Take the signs of the numbers along when you put them in.",
        equations.wrong_sign,
    ),
    _Kind(
        "{} not carried on",
        "Each step starts from the state that the one before it left.",
        states.not_carried_on,
    ),
    _Kind(
        "{0} given as 1 - {0}, by the other convention",
        "Conventions differ: a gate weights the new value in the lecture, the old one in PyTorch.",
        equations.old_weighted,
    ),
    _Kind(
        "sigmoid(0) taken as {}",
        "sigmoid(0) is 0.5; if it is to be rounded, ask which way (--ties).",
        partial(rounding.at_zero, "sigmoid"),
    ),
    _Kind(
        "tanh(0) taken as {}",
        "tanh(0) is 0; if it is to be rounded, ask which way (--ties).",
        partial(rounding.at_zero, "tanh"),
    ),
)
