"""The cells that are built in, each written once; everything else is derived from these texts.

``W.fh`` is the lecture's W^{f,h}, ``b.f`` a bias, ``h_prev`` the state before the step. ``@`` is a
weight times a vector, ``*`` is elementwise multiplication. What a comment says is what the
quantity is called. Brackets stand around what is computed only if its weights are given.

Sources: lecture notes "Gating and LSTM" for the simple cell, the gated cell and the LSTM (they have
no biases; homework mostly does); Cho et al. 2014 (arXiv:1406.1078) for the GRU, with the reset gate
before the matrix as there, or after it as cuDNN, PyTorch and Keras have it.
"""

from collections.abc import Mapping
from typing import NamedTuple

from rnncalc.cells.functions import FUNCTIONS


class Variant(NamedTuple):
    """An option that rewrites lines of a cell.

    choices: by the option's value, the equation that takes the place of the one with its name.
    default: the value that stands for the text as it is.
    """

    choices: Mapping[str, str]
    default: str
    help: str

    @property
    def changes(self) -> str:
        """The name of the quantity whose equation it rewrites."""
        return next(iter(self.choices.values())).partition(" = ")[0]


class BuiltIn(NamedTuple):
    """A cell of the catalogue.

    variants: by name. example, result: a command and what that prints. remark: what there is to say
    of its conventions.
    """

    text: str
    variants: Mapping[str, Variant]
    example: str
    result: str
    remark: str = ""


def _function(equation: str, default: str, text: str, *, without: str = "") -> Variant:
    """Return a choice of the function in an equation, of which ``{}`` takes the place."""
    names = [name for name in FUNCTIONS if name != without]
    choices = {name: equation.format(f"{name}(", ")") for name in names}
    if default == "identity":
        choices["identity"] = equation.format("", "")
    return Variant(choices, default, text)


def _readout(state: str) -> Variant:
    equation = f"y = {{}}W.y{state} @ {state} + b.y{{}}"
    return _function(equation, "identity", "function of the readout y")


def _update(default: str, old: str, new: str) -> Variant:
    text = "which state the update gate weights: the old one, as frameworks have it, or the new one"
    return Variant({"old": old, "new": new}, default, text)


CATALOGUE: Mapping[str, BuiltIn] = {
    "simple": BuiltIn(
        """\
# simple RNN
s = tanh(W.ss @ s_prev + W.sx @ x + b.s)              # hidden state
[y = W.ys @ s + b.y]                                  # readout
""",
        {
            "activation": _function(
                "s = {}W.ss @ s_prev + W.sx @ x + b.s{}",
                "tanh",
                "function of the pre-activation",
                without="softmax",
            ),
            "readout": _readout("s"),
        },
        "simple --w-ss 0.5 --w-sx 2 --s 1 --x 0.25 --only s",
        "0.7615941559557649",
    ),
    "gated": BuiltIn(
        """\
# gated RNN
g = sigmoid(W.gs @ s_prev + W.gx @ x + b.g)           # update gate
candidate = tanh(W.ss @ s_prev + W.sx @ x + b.s)      # candidate
s = (1 - g) * s_prev + g * candidate                  # hidden state
[y = W.ys @ s + b.y]                                  # readout
""",
        {
            "update": _update(
                "new",
                "s = g * s_prev + (1 - g) * candidate",
                "s = (1 - g) * s_prev + g * candidate",
            ),
            "readout": _readout("s"),
        },
        "gated --all-weights 1 --s 0.3 --x 1 --set g=0 --only s",
        "0.3",
        "There is no reset gate: this is not a GRU. Here g weights the new state, so it is 1 - z of"
        " a GRU's update gate z, which weights the old one; --update old has it that way.",
    ),
    "lstm": BuiltIn(
        """\
# LSTM
f = sigmoid(W.fh @ h_prev + W.fx @ x + b.f)           # forget gate
i = sigmoid(W.ih @ h_prev + W.ix @ x + b.i)           # input gate
o = sigmoid(W.oh @ h_prev + W.ox @ x + b.o)           # output gate
candidate = tanh(W.ch @ h_prev + W.cx @ x + b.c)      # candidate
c = f * c_prev + i * candidate                        # memory cell
tanh_c = tanh(c)                                      # tanh of memory cell
h = o * tanh_c                                        # hidden state
[y = W.yh @ h + b.y]                                  # readout
""",
        {"readout": _readout("h")},
        "lstm --all-weights 1 --x 5 --round --only h",
        "1",
    ),
    "gru": BuiltIn(
        """\
# GRU
r = sigmoid(W.rh @ h_prev + W.rx @ x + b.r)           # reset gate
z = sigmoid(W.zh @ h_prev + W.zx @ x + b.z)           # update gate
candidate = tanh(W.hh @ (r * h_prev) + W.hx @ x + b.h)  # candidate
h = (1 - z) * candidate + z * h_prev                  # hidden state
[y = W.yh @ h + b.y]                                  # readout
""",
        {
            "reset": Variant(
                {
                    "before": "candidate = tanh(W.hh @ (r * h_prev) + W.hx @ x + b.h)",
                    "after": "candidate = tanh(r * (W.hh @ h_prev + b.hh) + W.hx @ x + b.h)",
                },
                "before",
                "where the reset gate acts: before the matrix W^{h,h}, or after it",
            ),
            "update": _update(
                "old",
                "h = (1 - z) * candidate + z * h_prev",
                "h = (1 - z) * h_prev + z * candidate",
            ),
            "readout": _readout("h"),
        },
        "gru --all-weights 1 --x 2 --round --only h",
        "1",
    ),
}

#: Cells to start one's own from, by the name that ``cell --example`` takes.
EXAMPLES: Mapping[str, str] = {
    "mgu": """\
# minimal gated unit
f = sigmoid(W.fh @ h_prev + W.fx @ x + b.f)              # forget gate
candidate = tanh(W.hh @ (f * h_prev) + W.hx @ x + b.h)   # candidate
h = (1 - f) * h_prev + f * candidate                     # hidden state
""",
    "leaky": """\
# leaky unit
candidate = tanh(W.hh @ h_prev + W.hx @ x + b.h)         # candidate
h = (1 - alpha) * h_prev + alpha * candidate             # hidden state
[y = W.yh @ h + b.y]                                     # readout
""",
    "peephole": """\
# LSTM with peepholes
f = sigmoid(W.fh @ h_prev + W.fx @ x + W.fc * c_prev + b.f)   # forget gate
i = sigmoid(W.ih @ h_prev + W.ix @ x + W.ic * c_prev + b.i)   # input gate
candidate = tanh(W.ch @ h_prev + W.cx @ x + b.c)              # candidate
c = f * c_prev + i * candidate                                # memory cell
o = sigmoid(W.oh @ h_prev + W.ox @ x + W.oc * c + b.o)        # output gate
h = o * tanh(c)                                               # hidden state
""",
    "coupled": """\
# LSTM with coupled gates
f = sigmoid(W.fh @ h_prev + W.fx @ x + b.f)              # forget gate
i = 1 - f                                                # input gate
o = sigmoid(W.oh @ h_prev + W.ox @ x + b.o)              # output gate
candidate = tanh(W.ch @ h_prev + W.cx @ x + b.c)         # candidate
c = f * c_prev + i * candidate                           # memory cell
h = o * tanh(c)                                          # hidden state
""",
    "projection": """\
# LSTM with a projection
f = sigmoid(W.fh @ h_prev + W.fx @ x + b.f)              # forget gate
i = sigmoid(W.ih @ h_prev + W.ix @ x + b.i)              # input gate
o = sigmoid(W.oh @ h_prev + W.ox @ x + b.o)              # output gate
candidate = tanh(W.ch @ h_prev + W.cx @ x + b.c)         # candidate
c = f * c_prev + i * candidate                           # memory cell
h = W.hr @ (o * tanh(c))                                 # hidden state
""",
}
