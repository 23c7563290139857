"""What books, courses and frameworks call the parts of a cell: the table that hints and help read.

Nothing imports it before a name is typed that a cell doesn't have, or help is asked for.
"""

from typing import NamedTuple


class Part(NamedTuple):
    """What others call a part of a cell.

    theirs: their names, in small letters and without typography. ours: ours; the first that a cell
    has. needs: what else it must have, of quantities and variants. said: how conventions differ.
    """

    theirs: str
    ours: str
    needs: str = ""
    said: str = ""


_OLD_HERE = (
    "where u weights the new state, as Γ_u in Ng's course, z is 1 - u, or u with --update new"
)
_NEW_HERE = (
    "where z weights the old state, as in PyTorch and Keras, g is 1 - z, or z with --update old"
)
_INPUT_GATE = "Γ_u in Ng's course is the input gate of others"
_BLOCK_INPUT = "some papers write z for it"
#: The first that fits counts: conventions that differ stand before those that don't.
PARTS = (
    Part("u gamma_u update update_gate", "i", "f i", _INPUT_GATE),
    Part("u gamma_u", "z", "z update", _OLD_HERE),
    Part("u gamma_u update update_gate", "g z"),
    Part("z", "g", "g update", _NEW_HERE),
    Part("z", "candidate", "f i", _BLOCK_INPUT),
    Part("gamma_f forget forget_gate", "f"),
    Part("gamma_i input_gate", "i"),
    Part("gamma_o output_gate", "o"),
    Part("gamma_r reset reset_gate", "r"),
    Part("g j n c~ h~ s~ a~ k~ g~ z~ new new_gate cell_gate cell_input cand", "candidate"),
    Part("h a s m hidden hidden_state state activation", "h s"),
    Part("c cell cell_state memory carry", "c h s"),
    Part("o y~ yhat output out logits prediction p", "y"),
    Part("tanhc", "tanh_c"),
    Part("input inputs e", "x"),
)
#: What others call functions.
FUNCTIONS_ELSEWHERE = {
    "σ": "sigmoid", "sigma": "sigmoid", "logistic": "sigmoid", "sigm": "sigmoid",
    "sig": "sigmoid", "expit": "sigmoid",
    "linear": "identity", "none": "identity", "id": "identity", "rectifier": "relu",
    "heaviside": "step", "unit_step": "step", "hardsigmoid": "hard_sigmoid", "th": "tanh",
    "hyperbolic_tangent": "tanh",
}  # fmt: skip
#: What others call cells: the words that make one here.
CELLS_ELSEWHERE = {
    "rnn": "simple", "elman": "simple", "vanilla": "simple", "simplernn": "simple",
    "rnncell": "simple", "lstmcell": "lstm", "grucell": "gru",
    "mgu": "cell --example mgu", "peephole": "cell --example peephole",
    "leaky": "cell --example leaky", "coupled": "cell --example coupled",
}  # fmt: skip
