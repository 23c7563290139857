"""Wrong cells that neither the catalogue nor the search for other edits was made for.

In the form of those in `wrong_cells`. They were written down before the search was, and say how
well it does with mistakes that nobody listed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tests.wrong_cells import SUM, Mistake, Numbers, Rows, each, one, put, with_all

_Z = "(" + SUM + " + {b})"


def _element(kind: str, change: Callable[[Any], Any]) -> Callable[[Numbers], Numbers]:
    """Return a change of one element of the last of the given numbers whose name begins so."""

    def changed(given: Numbers) -> Numbers:
        key = [key for key in given if key.startswith(kind)][-1]
        new = given[key].copy()
        new.flat[0] = change(new.flat[0])
        return given | {key: new}

    return changed


def _exchanged(value: float) -> float:
    """Return a number with its last two digits the other way round; 1.11 is off by a digit."""
    text = f"{abs(value):.2f}"
    new = float(text[:-2] + text[-1] + text[-2])
    return float(np.copysign(new if new != abs(value) else new + 0.01, value))


def _neighbour(given: Numbers) -> Numbers:
    """The second number of a weight's row, read for the first."""
    key = next(key for key in given if key[0] == "W" and key[-1] != "x")
    new = given[key].copy()
    new[0, 0] = new[0, 1]
    return given | {key: new}


def _late(xs: list[Any]) -> list[Any]:
    return [xs[0], *(0 * x for x in xs[1:])]


def _first_input(change: Callable[[Any], Any]) -> Callable[[list[Any]], list[Any]]:
    def changed(xs: list[Any]) -> list[Any]:
        first = xs[0].copy()
        first[0] = change(first[0])
        return [first, *xs[1:]]

    return changed


def _doubled(rows: Rows) -> Rows:
    return [{k: 2 * v if k in "SH" else v for k, v in row.items()} for row in rows]


LSTM_C = "f * c + i * n"
FRESH: tuple[Mistake, ...] = (
    # another quantity
    Mistake(
        "the state for the input",
        "[sh]_prev .*for x",
        square=True,
        edit=one("{q} = {fn}({wh} @ {h} + {wx} @ {h} + {b})"),
        of="simple gated lstm",
    ),
    Mistake(
        "the input for the state",
        "x .*for .*[sh]_prev",
        square=True,
        edit=one("{q} = {fn}({wh} @ x + {wx} @ x + {b})"),
        of="simple gated lstm",
    ),
    Mistake("a gate reads a gate", "f .*for h_prev", "lstm", edit=put("Wih @ h -> Wih @ f")),
    Mistake("the candidate gates itself", "candidate .*for i", "lstm", edit=put("i * n -> n * n")),
    Mistake("the old state twice", "h_prev .*for o", "lstm", edit=put("o * T -> h * T")),
    Mistake(
        "reset reads the input", "x .*for h_prev", "gru", square=True, edit=put("r * h -> r * x")
    ),
    # a factor, a term too many
    Mistake("gate twice", "f .*(twice|squared)", "lstm", edit=put("f * c -> f * f * c")),
    Mistake("o on c, too", "o ", "lstm", edit=put(f"{LSTM_C} -> f * c + i * n * o")),
    Mistake("n squared", "candidate .*(twice|squared)", "gated", edit=put("g * n -> g * n * n")),
    Mistake(
        "input twice",
        "(twice|doubled|2)",
        edit=one("{q} = {fn}({wh} @ {h} + 2 * ({wx} @ x) + {b})"),
    ),
    Mistake("state added", "s_prev", "simple", edit=put("+ bs) -> + bs) + s")),
    # operators and brackets
    Mistake("minus in h", "- for ⊙", "lstm", edit=put("o * T -> o - T")),
    Mistake("1 + g", r"\+ for -|1 \+", "gated", edit=put("(1 - g) -> (1 + g)")),
    Mistake("f before brackets", "bracket", "lstm", edit=put(f"{LSTM_C} -> f * (c + i * n)")),
    Mistake(
        "z before brackets",
        "bracket",
        "gru",
        edit=put("(1 - z) * n + z * h -> (1 - z) * (n + z * h)"),
    ),
    Mistake(
        "the second bracket negative", r"- for \+|sign", "gru", edit=put("n + z * h -> n - z * h")
    ),
    Mistake("z - 1", "1|sign|exchanged", "gru", edit=put("(1 - z) -> (z - 1)")),
    # functions
    Mistake(
        "softsign for tanh", "softsign", edit=one("{q} = " + _Z + " / (1 + abs" + _Z + ")", "tanh")
    ),
    Mistake("arctan for tanh", "arctan|atan", edit=one("{q} = np.arctan" + _Z, "tanh")),
    Mistake("softplus for tanh", "softplus", edit=one("{q} = np.log(1 + exp" + _Z + ")", "tanh")),
    Mistake("e^-z alone", "exp|e\\^", "gated lstm gru", edit=one("{q} = exp(-" + _Z + ")", "sig")),
    Mistake(
        "powers of 10", "10", "gated lstm gru", edit=one("{q} = 1 / (1 + 10 ** -" + _Z + ")", "sig")
    ),
    Mistake(
        "2 z", "2|twice|double", "gated lstm gru", edit=one("{q} = sig(2 * " + _Z + ")", "sig")
    ),
    Mistake("the mean, not the sum", "hal[fv]|2", edit=each("{q} = {fn}(" + _Z + " / 2)")),
    Mistake("tanh of o", "tanh", "lstm", edit=put("o * T -> tanh(o) * T")),
    Mistake("sine for tanh", "sin", edit=one("{q} = np.sin" + _Z, "tanh")),
    # numbers
    Mistake("digits of a weight exchanged", "digit|misread|read", given=_element("W", _exchanged)),
    Mistake("digits of a bias exchanged", "digit|misread|read", given=_element("b", _exchanged)),
    Mistake("one element's sign", "sign", units=2, given=_element("W", lambda v: -v)),
    Mistake(
        "an element of the bias ten times",
        "decimal|ten",
        units=2,
        given=_element("b", lambda v: 10 * v),
    ),
    Mistake("the neighbour's weight", "element|neighbour|next|read", units=2, given=_neighbour),
    Mistake("an input's sign", "sign", inputs=_first_input(lambda v: -v)),
    Mistake("input left out from step 2", "x .*0|input left out", steps=2, inputs=_late),
    # one element, carried on, told
    Mistake(
        "bias of the first unit forgotten",
        "bias|b_",
        units=2,
        edit=one("{q} = {fn}(" + SUM + " + {b} * np.minimum(np.arange(len({b})), 1))"),
    ),
    Mistake("tanh_c carried on as c", "tanh_c", "lstm", steps=2, carry={"h": "H", "c": "T"}),
    Mistake("the state doubled", "twice|doubled|2", listed=_doubled),
    # two at once
    Mistake(
        "no tanh on c, no bias in o",
        "tanh left out.*|bias left out",
        "lstm",
        edit=put("o * T -> o * C", " + bo) -> )"),
    ),
    Mistake(
        "no f, minus in c", "f left out|sign|- for", "lstm", edit=put(f"{LSTM_C} -> c - i * n")
    ),
    Mistake("gates crossed, no candidate", "o|f", "lstm", edit=put(f"{LSTM_C} -> o * c + f")),
    Mistake("biases doubled", "bias", given=with_all("b.", lambda b: 2 * b)),
)

#: Written down when the search was there, and never looked at in making it: what it is worth.
LATER: tuple[Mistake, ...] = (
    Mistake(
        "a sum of i and n",
        r"\+ for ⊙|i \+ candidate|added|sum for product",
        "lstm",
        edit=put("i * n -> (i + n)"),
    ),
    Mistake(
        "reset on the input's term",
        "r ",
        "gru",
        edit=put("Whh @ (r * h) + Whx @ x -> Whh @ h + r * (Whx @ x)"),
    ),
    Mistake(
        "a product of functions",
        "each|function|tanh",
        "simple",
        edit=put("tanh(Wss @ s + Wsx @ x + bs) -> tanh(Wss @ s) * tanh(Wsx @ x + bs)"),
    ),
    Mistake(
        "softplus of -z",
        "softplus",
        "gated lstm gru",
        edit=one("{q} = np.log(1 + exp(-" + _Z + "))", "sig"),
    ),
    Mistake(
        "cut off at 0 and 1",
        "0 and 1|clip|cut|hard",
        "gated lstm gru",
        edit=one("{q} = np.clip(" + _Z + ", 0, 1)", "sig"),
    ),
    Mistake("squared tanh", "squared", edit=one("{q} = tanh" + _Z + " ** 2", "tanh")),
    Mistake(
        "tanh of half", "half|halved|without the 2", edit=one("{q} = tanh(" + _Z + " / 2)", "tanh")
    ),
    Mistake("the last input twice as large", "x", inputs=lambda xs: [*xs[:-1], 2 * xs[-1]]),
    Mistake("start from 1", "1", given=with_all("[shc]", lambda v: 0 * v + 1)),
    Mistake(
        "rows of a matrix exchanged",
        "row|turned|exchanged",
        units=2,
        given=lambda g: g | {k: g[k][::-1] for k in [key for key in g if key[0] == "W"][:1]},
    ),
    Mistake("an element left out", "0|left out", units=2, given=_element("W", lambda v: 0.0)),
    Mistake("a bias of 1", "1|b_", given=_element("b", lambda v: 1.0)),
    Mistake(
        "half of each", "g|half|halved", "gated", edit=put("(1 - g) * s + g * n -> (s + n) / 2")
    ),
    Mistake(
        "c_prev in the forget gate", "c_prev", "lstm", edit=put("Wfx @ x + bf -> Wfx @ x + bf + c")
    ),
    Mistake("h_prev in the output", "h_prev", "lstm", edit=put("o * T -> o * T + h")),
    Mistake("sizes of the input", "sign|minus|abs", inputs=lambda xs: [abs(x) for x in xs]),
    Mistake("letters exchanged", "candidate|z", "gru", edit=put("(1 - z) * n -> (1 - n) * z")),
    Mistake("f for 1 - g", "g", "gated", edit=put("(1 - g) * s -> (g - 1) * s")),
    Mistake("candidate without x", "input left out|x", "lstm", edit=put("Wcx @ x + bc -> bc")),
    Mistake(
        "the old state taken off", "s_prev|g doubled", "gated", edit=put("g * n -> g * (n - s)")
    ),
    Mistake(
        "the bias weighted",
        r"b_|bias",
        edit=one("{q} = {fn}({wh} @ {h} + {wx} @ (x + 0 * x) + {b} * {b})"),
    ),
    Mistake("the first digit misread", "digit|misread|read", given=_element("W", lambda v: v + 1)),
    Mistake("another unit's column", "element|neighbour|beside|W", units=2, given=_neighbour),
    Mistake(
        "f's sum for i's",
        "f ",
        "lstm",
        edit=put("i = sig(Wih @ h + Wix @ x + bi) -> i = sig(Wfh @ h + Wfx @ x + bi)"),
    ),
    Mistake(
        "no bracket around the sum",
        "bracket|bias|behind",
        edit=one("{q} = {fn}(" + SUM + ") * {b}"),
    ),
)
