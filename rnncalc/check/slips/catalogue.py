"""Slips: a closed catalogue of the mistakes that people make with a cell, each with a name.

Every slip is a rewrite of the cell's own equations or of its problem: applied, it gives what
somebody computes who makes that mistake. Some are no mistakes but conventions of other people.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from rnncalc.check.slips import (
    biases,
    elements,
    equations,
    factors,
    gates,
    mixing,
    rounding,
    sequences,
    states,
    sums,
    weights,
)
from rnncalc.check.slips.equations import function_changed, left_out
from rnncalc.check.slips.kinds import Kind, Made, Slip, made
from rnncalc.check.slips.sums import in_sums
from rnncalc.problem.problem import Problem

#: Decimals that people round to on their way, whatever they tell in the end.
_SHORT = 3
#: The code of what is rounded on the way to an answer.
ON_THE_WAY = "rounded-on-the-way"


def slips(problem: Problem, decimals: int | None = None) -> list[Slip]:
    """Return every slip that can be made in a problem, the commonest first.

    problem: with inputs that can be gone through more than once. decimals: those of values that
    people write down and may carry on, None or 0 if they don't matter.
    """
    return all_slips(problem, decimals).slips


def all_slips(problem: Problem, decimals: int | None = None, before: Made | None = None) -> Made:
    """Return the same, and which equations they change. before: as `kinds.made` has it."""
    kinds, most = [*KINDS], decimals or 0
    for number in dict.fromkeys([most, *range(1, min(most, _SHORT + 1))] if most else []):
        name = f"values of {number} decimal{'s' * (number != 1)} carried on"
        advice = "Shorten what you write down, not what you compute on with."
        kinds.append(Kind(name, partial(rounding.shortened, number), advice, code=ON_THE_WAY))
    return made(kinds, problem, before)


_ONE_TANH = "What goes through tanh stays between -1 and 1; look which equations have a tanh."
_WHICH = "Gates are sigmoids, between 0 and 1; what is written into a state is a tanh, -1 to 1."
_ONE_FUNCTION = "A unit has one function: a gate a sigmoid, a candidate a tanh."
_WHOLE_SUM = "The function is taken of the whole sum, the bias included."
_PARTS = "A gated state has two parts: what is kept of the old one, and what is new."
_SUM_OF_PRODUCTS = (
    "A gated state is a sum of products: each part has its gate, and what it weights."
)
_OWN = "Each unit has weights and a bias of its own: check the letters below them."
_WEIGHTS_FIRST = "Each vector meets its weight before anything is added."
_SIGNS = "Take the signs of the numbers along when you put them in."
_LOOK = "Look at the equation again: which gate weights what?"
_STEPS = "Number the steps: the first answer comes from the first input, the last from the last."
_ROWS = (
    "Row k of a matrix belongs to unit k: multiply each row with the vector, element by element."
)
_AT_ZERO = "{0}(0) is {1}; if it is to be rounded, ask which way (--ties)."
_NO_MISTAKE = "No mistake in itself, but not what these equations say: "
_EITHER = _NO_MISTAKE + "others weight the other state with the gate."

#: What slips are called, with {} for the place; where they can be made; what there is to learn.
KINDS: Sequence[Kind] = (
    Kind("rounding left out {}", rounding.not_rounded,
         "Round each sigmoid to 0 or 1 and each tanh to -1 or 1 as soon as you have it."),
    Kind("rounding only at the end", rounding.rounded_at_the_end,
         "Round each sigmoid and each tanh at once: what comes later is computed from them."),
    Kind("tanh left out {}", partial(function_changed, "tanh", "identity"), _ONE_TANH),
    Kind("{}", gates.keep_and_overwrite,
         "A gate of 1 lets through what it multiplies, one of 0 nothing; 1 - gate is the reverse.",
         code="gate-reversed"),
    Kind("{}", partial(gates.keep_and_overwrite, weighs_both=True), _EITHER, True,
         code="gate-reversed"),
    Kind("recurrent term left out {}", partial(left_out, "recurrent"),
         "Every unit reads the previous state as well as the input."),
    Kind("{}", states.from_another_state,
         "Start from the state that is given; it is 0 only if nothing else is said.",
         code="other-start"),
    Kind("{} not carried on", states.not_carried_on,
         "Each step starts from the state that the one before it left.", code="not-carried-on"),
    Kind("bias left out {}", partial(left_out, "bias"),
         "A bias is added to every pre-activation that has one."),
    Kind("bias added twice {}", equations.bias_twice,
         "There is one bias to a unit. (Some libraries keep two, whose sum is meant.)"),
    *(Kind(f"the {which} one of two biases {how} {{}}", partial(biases.one_of_two, which, times),
           "Libraries that keep two biases for each unit add both of them, each once.",
           code="one-of-two-biases")
      for how, times in (("left out", 0.0), ("added twice", 2.0)) for which in biases.BOTH),
    Kind("{} swapped", gates.gates_swapped,
         "Write the gates' names down beside their equations before you use them.",
         code="gates-swapped"),
    Kind("{}", factors.factor_left_out, _SUM_OF_PRODUCTS, code="factor-left-out"),
    Kind("sigmoid left out {}", partial(function_changed, "sigmoid", "identity"),
         "A gate is a sigmoid, between 0 and 1; the sum inside is only its pre-activation."),
    Kind("sigmoid for tanh {}", partial(function_changed, "tanh", "sigmoid"), _WHICH),
    Kind("tanh for sigmoid {}", partial(function_changed, "sigmoid", "tanh"), _WHICH),
    Kind("hard sigmoid for sigmoid {}", equations.hard,
         _NO_MISTAKE + "some libraries have straight lines for a sigmoid.", True),
    Kind("{}", states.states_confused, "Each state has a use of its own: keep them apart.",
         code="states-confused"),
    Kind("old {} used for new", states.old_for_new,
         "The new state is there already when this is computed: use it, not the previous one.",
         code="old-for-new"),
    Kind("{}", factors.other_gate, _LOOK, code="other-gate"),
    Kind("{}", factors.another_everywhere, _LOOK, code="other-gate"),
    Kind("kept part left out of {}", partial(mixing.part_left_out, "kept"), _PARTS),
    Kind("new part left out of {}", partial(mixing.part_left_out, "new"), _PARTS),
    Kind("input left out {}", partial(left_out, "input"),
         "Every unit reads the input as well as the previous state."),
    Kind("{}", sequences.anothers_answer, _STEPS, code="other-step"),
    Kind("{}", sequences.other_inputs, "Step t reads input t and the state that step t - 1 left.",
         code="other-inputs"),
    Kind("{} transposed", partial(elements.of_matrices, "transposed"),
         "Row k of a matrix belongs to unit k: multiply each row with the vector, not each"
         " column."),
    Kind("weights of state and input exchanged {}", weights.state_and_input,
         "One matrix meets the previous state, the other the input: look at their letters.",
         code="state-and-input-exchanged"),
    Kind("blocks {}", weights.blocks_mixed_up,
         "Libraries store the units of a cell in different orders: look which block is which.",
         code="blocks-mixed-up"),
    Kind("{}", equations.bias_of_another, _OWN, code="bias-of-another"),
    Kind("{}", weights.borrowed, _OWN, code="one-unit-for-all"),
    Kind("wrong sign of {}", equations.wrong_sign, _SIGNS),
    Kind("wrong sign of {}", equations.wrong_sign_everywhere, _SIGNS),
    Kind("{}", weights.weight_of_another, _OWN, code="weight-of-another"),
    Kind("1 - gate for every gate {}", gates.every_gate_reversed,
         "sigmoid(z) is 1/(1 + e^-z), with a minus: a large z opens the gate.",
         code="every-gate-reversed"),
    Kind("{}", sequences.carried_for_another,
         "Each state is carried on as itself: keep them apart from step to step.",
         code="carried-for-another"),
    Kind("tanh once more on {}", partial(sums.function_added, "tanh"), _ONE_TANH),
    Kind("tanh of {}", partial(mixing.old_squashed, "tanh"), _ONE_TANH, code="tanh-once-more"),
    Kind("relu for tanh {}", partial(function_changed, "tanh", "relu"), _ONE_TANH),
    Kind("relu for sigmoid {}", partial(function_changed, "sigmoid", "relu"), _WHICH),
    Kind("softmax for sigmoid {}", partial(function_changed, "sigmoid", "softmax"),
         "Each unit of a gate is open or closed by itself: they don't add up to 1."),
    Kind("sigmoid of tanh {}", partial(sums.twice_squashed, "sigmoid", "tanh"), _ONE_FUNCTION),
    Kind("tanh of sigmoid {}", partial(sums.twice_squashed, "tanh", "sigmoid"), _ONE_FUNCTION),
    Kind("bias behind the function {}", in_sums(sums.bias_behind), _WHOLE_SUM),
    *(Kind(f"function of the {part} term alone {{}}",
           in_sums(partial(sums.part_squashed, part)), _WHOLE_SUM, code="function-of-a-part")
      for part in ("recurrent", "input")),
    *(Kind(f"{part} term added behind the function {{}}",
           in_sums(partial(sums.part_squashed, f"but {part}")), _WHOLE_SUM,
           code="function-of-a-part")
      for part in ("recurrent", "input")),
    Kind("function of each term, and then added, {}",
         in_sums(*(partial(sums.part_squashed, which) for which in ("both", "each"))), _WHOLE_SUM,
         code="function-of-each-term"),
    Kind("weights added, not multiplied, {}", equations.added,
         "A weight multiplies its vector; only the products are added."),
    Kind("products multiplied, not added, {}", in_sums(sums.multiplied),
         "A weight multiplies its vector; the products are added."),
    Kind("bias multiplied, not added, {}", in_sums(sums.bias_multiplied),
         "A bias is added to the products."),
    *(Kind(f"{which}weights left out {{}}",
           in_sums(partial(sums.weights_left_out, which.strip())), _WEIGHTS_FIRST,
           code="weights-left-out")
      for which in ("", "recurrent ", "input ")),
    Kind("state and input added before one matrix {}",
         in_sums(*(partial(sums.added_first, which) for which in (0, 1))), _WEIGHTS_FIRST,
         code="added-before-the-matrix"),
    Kind("{}", factors.other_value, _LOOK, code="other-value"),
    Kind("{}", factors.of_another, "Look at the equation again: what is the function taken of?",
         code="function-of-another"),
    Kind("{}", states.read_for_another, "Each state has a use of its own: keep them apart.",
         code="states-confused"),
    Kind("{}", factors.gate_inside, "A gate weights what comes out of the function.",
         code="gate-inside"),
    Kind("{}", factors.gate_elsewhere, "The gate weights the state that the candidate reads.",
         code="gate-elsewhere"),
    Kind("sum for product in {}", factors.sum_for_product, "⊙ multiplies, element by element."),
    Kind("product for sum in {}", mixing.product_for_sum, _SUM_OF_PRODUCTS),
    Kind("sums and products exchanged in {}", mixing.sums_and_products, _SUM_OF_PRODUCTS),
    Kind("brackets left out in {}", mixing.brackets_left_out,
         "⊙ goes before + and -: (1 - g) ⊙ s needs its brackets."),
    Kind("wrong sign in {}", mixing.turned_round,
         "(1 - g) ⊙ a + g ⊙ b is a + g ⊙ (b - a): what is new less what is old."),
    Kind("dot product for ⊙ in {}", factors.dot_product,
         "⊙ multiplies element by element: what comes out is a vector, not a sum.",
         code="dot-product"),
    Kind("only the diagonal of {} used", partial(elements.of_matrices, "diagonal"), _ROWS,
         code="only-the-diagonal"),
    Kind("column sums of {} times the vector", partial(elements.of_matrices, "summed"), _ROWS,
         code="column-sums"),
    Kind("the first element of {} for all", elements.first_bias,
         "Each element of a vector has an element of the bias to itself.", code="first-for-all"),
    Kind("elements of {} turned round", elements.flipped,
         "Element k of a vector belongs to unit k: keep their order.",
         code="elements-turned-round"),
    Kind("{}", partial(sums.miscalculated, "sigmoid"), "sigmoid(z) is 1/(1 + e^-z).",
         code="sigmoid-miscalculated"),
    Kind("{}", partial(sums.miscalculated, "tanh"),
         "tanh(z) is (e^z - e^-z)/(e^z + e^-z), or 2σ(2z) - 1.", code="tanh-miscalculated"),
    Kind("1 added to the pre-activation of {}", partial(gates.offset, 1.0),
         _NO_MISTAKE + "some libraries add 1 to the bias of what keeps the old state.", True,
         code="one-added-to-the-gate"),
    Kind("{}", gates.reads_through_gate,
         _NO_MISTAKE + "cells differ in where a gate resets what the candidate reads.", True,
         code="gate-on-what-is-read"),
    Kind("{0} given as 1 - {0}", gates.old_weighted, _EITHER, True, code="gate-reversed"),
    Kind("decimal point of {} misplaced", elements.ten_times,
         "Look at the number that you put in again.", code="decimal-point-misplaced"),
    Kind("{}", states.told_for_another, "Look at the name of what is asked for.",
         code="told-for-another"),
    Kind("sigmoid(0) taken as {}", partial(rounding.at_zero, "sigmoid"),
         _AT_ZERO.format("sigmoid", 0.5), code="rounded-at-zero"),
    Kind("tanh(0) taken as {}", partial(rounding.at_zero, "tanh"), _AT_ZERO.format("tanh", 0),
         code="rounded-at-zero"),
)  # fmt: skip
