"""Slips: a closed catalogue of the mistakes that people make with a cell, each with a name.

Every slip is a rewrite of the cell's own equations or of its problem: applied, it gives what
somebody computes who makes that mistake.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import NamedTuple

from rnncalc.cells.expressions import symbols
from rnncalc.check.slips import equations, rounding, states
from rnncalc.check.slips.rewrites import Altered, Places
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


def slips(problem: Problem, decimals: int | None = None) -> Iterator[Slip]:
    """Yield every slip that can be made in a problem, the commonest first.

    problem: with inputs that can be gone through more than once. decimals: those of values that
    people write down and may carry on, None or 0 if they don't matter.
    """
    kinds = [*_CATALOGUE]
    if decimals:
        kind = "values of {} decimal" + "s" * (decimals != 1) + " carried on"
        advice = "Shorten what you write down, not what you compute on with."
        kinds.append((kind, partial(rounding.shortened, decimals), advice))
    for kind, places, advice in kinds:
        found: dict[str, list[Altered]] = {}
        for place, form in places(problem):
            if form.reads and _is_in_order(form.problem):
                found.setdefault(place, []).append(form)
        for place, forms in found.items():
            yield Slip(kind, place, advice, tuple(forms))


def _is_in_order(problem: Problem) -> bool:
    """Return whether each equation still reads only what is computed before it."""
    known = {"x", *problem.state, *problem.weights, *problem.held}
    for line in problem.cell.equations:
        if line.name not in problem.held and not known.issuperset(symbols(line.expression)):
            return False
        known.add(line.name)
    return True


#: What slips are called, with {} for the place; where they can be made; what there is to learn.
_CATALOGUE: Sequence[tuple[str, Callable[[Problem], Places], str]] = (
    ("rounding left out {}", rounding.not_rounded,
     "Round each sigmoid to 0 or 1 and each tanh to -1 or 1 as soon as you have it."),
    ("rounding only at the end", rounding.rounded_at_the_end,
     "Round each sigmoid and each tanh at once: what comes later is computed from them."),
    ("tanh left out {}", partial(equations.function_changed, "tanh", "identity"),
     "What goes through tanh stays between -1 and 1; look which equations have a tanh."),
    ("{}", equations.keep_and_overwrite,
     "A gate of 1 lets through what it multiplies, one of 0 nothing; 1 - gate does the reverse."),
    ("recurrent term left out {}", partial(equations.left_out, "recurrent"),
     "Every unit reads the previous state as well as the input."),
    ("{}", states.from_another_state,
     "Start from the state that is given; it is 0 only if nothing else is said."),
    ("bias left out {}", partial(equations.left_out, "bias"),
     "A bias is added to every pre-activation that has one."),
    ("bias added twice {}", equations.bias_twice,
     "There is one bias to a unit. (Some libraries keep two, whose sum is meant.)"),
    ("{} swapped", equations.gates_swapped,
     "Write the gates' names down beside their equations before you use them."),
    ("sigmoid left out {}", partial(equations.function_changed, "sigmoid", "identity"),
     "A gate is a sigmoid, between 0 and 1; the sum inside is only its pre-activation."),
    ("sigmoid for tanh {}", partial(equations.function_changed, "tanh", "sigmoid"),
     "Gates are sigmoids, between 0 and 1; what is written into a state is a tanh, -1 to 1."),
    ("tanh for sigmoid {}", partial(equations.function_changed, "sigmoid", "tanh"),
     "Gates are sigmoids, between 0 and 1; what is written into a state is a tanh, -1 to 1."),
    ("{}", states.states_confused,
     "Each state has a use of its own: keep them apart."),
    ("old {} used for new", states.old_for_new,
     "The new state is there already when this is computed: use it, not the previous one."),
    ("kept part left out of {}", partial(equations.part_left_out, "kept"),
     "A gated state has two parts: what is kept of the old one, and what is new."),
    ("new part left out of {}", partial(equations.part_left_out, "new"),
     "A gated state has two parts: what is kept of the old one, and what is new."),
    ("input left out {}", partial(equations.left_out, "input"),
     "Every unit reads the input as well as the previous state."),
    ("{}", equations.bias_of_another,
     "Each unit has weights and a bias of its own: check the letters below them."),
    ("{} transposed", equations.transposed,
     "Row k of a matrix belongs to unit k: multiply each row with the vector, not each column."),
    ("weights added, not multiplied, {}", equations.added,
     "A weight multiplies its vector; only the products are added."),
    ("wrong sign of {}", equations.wrong_sign,
     "Take the signs of the numbers along when you put them in."),
    ("{} not carried on", states.not_carried_on,
     "Each step starts from the state that the one before it left."),
    ("{0} given as 1 - {0}, by the other convention", equations.old_weighted,
     "Conventions differ: a gate weights the new value in the lecture, the old one in PyTorch."),
    ("sigmoid(0) taken as {}", partial(rounding.at_zero, "sigmoid"),
     "sigmoid(0) is 0.5; if it is to be rounded, ask which way (--ties)."),
    ("tanh(0) taken as {}", partial(rounding.at_zero, "tanh"),
     "tanh(0) is 0; if it is to be rounded, ask which way (--ties)."),
)  # fmt: skip
