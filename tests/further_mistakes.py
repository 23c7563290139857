"""More wrong cells, in the form of those in `wrong_cells`, which the catalogue was not made for."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np

from tests.wrong_cells import SUM, Mistake, Numbers, each, one, put, with_all


def _one_of(kind: str, change: Callable[[Any], Any]) -> Callable[[Numbers], Numbers]:
    """Return a change of the first of the given numbers whose name fits a pattern."""

    def changed(given: Numbers) -> Numbers:
        key = next(key for key in given if re.fullmatch(kind, key))
        return given | {key: change(given[key])}

    return changed


FURTHER: tuple[Mistake, ...] = (
    Mistake(
        "brackets left out, 1 - g s",
        "bracket|1 - g left out|product|sign",
        "gated",
        edit=put("(1 - g) * s -> 1 - g * s"),
    ),
    Mistake("brackets left out, 1 - z n", "bracket", "gru", edit=put("(1 - z) * n -> 1 - z * n")),
    Mistake(
        "tanh without - 1", "tanh", edit=each("{q} = 2 * sig(2 * (" + SUM + " + {b}))", "tanh")
    ),
    Mistake(
        "softmax for sigmoid",
        "softmax",
        "lstm gru",
        units=2,
        edit=one("{q} = softmax(" + SUM + " + {b})", "sig"),
    ),
    Mistake(
        "relu for sigmoid",
        "relu",
        "gated lstm gru",
        edit=one("{q} = relu(" + SUM + " + {b})", "sig"),
    ),
    Mistake("tanh of the old memory cell", "tanh", "lstm", edit=put("f * c -> f * tanh(c)")),
    Mistake(
        "input gate inside tanh",
        "i |gate",
        "lstm",
        edit=put(
            "= tanh(Wch @ h + Wcx @ x + bc) -> = tanh(i * (Wch @ h + Wcx @ x + bc))", "i * n -> n"
        ),
    ),
    Mistake(
        "reset on the whole sum",
        "r |reset",
        "gru",
        edit=put("= tanh(Whh @ (r * h) + Whx @ x + bh) -> = tanh(r * (Whh @ h + Whx @ x + bh))"),
    ),
    Mistake(
        "reset on the input",
        "r |reset",
        "gru",
        square=True,
        edit=put("Whh @ (r * h) + Whx @ x -> Whh @ h + Whx @ (r * x)"),
    ),
    Mistake("n + z (n - h)", "sign", "gru", edit=put("(1 - z) * n + z * h -> n + z * (n - h)")),
    Mistake("s + g (s - n)", "sign", "gated", edit=put("(1 - g) * s + g * n -> s + g * (s - n)")),
    Mistake(
        "tanh of c carried on as h",
        "tanh_c|o left out",
        "lstm",
        steps=2,
        carry={"h": "T", "c": "C"},
    ),
    Mistake(
        "candidate carried on",
        "candidate|n carried",
        "gated gru",
        steps=2,
        carry={"s": "n", "h": "n"},
    ),
    Mistake(
        "candidate reads the memory cell", "c_prev|old c", "lstm", edit=put("Wch @ h -> Wch @ c")
    ),
    Mistake(
        "column sums times the state",
        "transposed|sum|elementwise|column",
        units=2,
        given=with_all("W.[sh]", lambda w: np.diag(w.sum(axis=0))),
    ),
    Mistake(
        "only the diagonal of the recurrent matrices",
        "diagonal",
        units=2,
        given=with_all("W.[sh]", lambda w: np.diag(np.diag(w))),
    ),
    Mistake(
        "the first bias for all units",
        "bias|b_",
        units=2,
        given=with_all("b.", lambda b: 0 * b + b[0]),
    ),
    Mistake("minus signs of a weight lost", "sign", given=_one_of("W..", np.abs)),
    Mistake(
        "a decimal point slipped in a weight",
        "decimal|ten times|10",
        given=_one_of("W..", lambda w: w / 10),
    ),
    Mistake(
        "the candidate reads what is kept",
        "reads|old|g |1 - g",
        "gated",
        edit=put("Wss @ s + -> Wss @ ((1 - g) * s) +"),
    ),
)
