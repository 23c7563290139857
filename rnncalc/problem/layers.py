"""Recurrent layers in terms of the cells: what a framework's blocks of weights are to a cell."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any, NamedTuple

from rnncalc.cells.catalogue import EXAMPLES
from rnncalc.cells.model import Cell
from rnncalc.errors import UnusableError
from rnncalc.numerals import describe

BEFORE, AFTER = "before", "after"


class Kind(NamedTuple):
    """A sort of layer, in terms of a cell.

    title: what people call it. command: the built-in cell that it is, "" if none is. units: the
    subscripts of the cell's units, by the letters that frameworks have for them, the candidate
    last. state: the subscript of the hidden state. choices: the cell's variants that make it so.
    text: the cell, where it isn't built in. remark: what no file says.
    """

    title: str
    command: str
    units: Mapping[str, str]
    state: str = "h"
    choices: Mapping[str, str] = {}
    text: str = ""
    remark: str = ""

    @property
    def apart(self) -> str:
        """The name of the recurrent bias of a candidate that a reset gate acts on."""
        return f"b_{[*self.units.values()][-1]}{self.state}"

    def subscripts(self, letters: str) -> list[str]:
        """Return the cell's subscripts for a framework's letters."""
        return [self.units[letter] for letter in letters]


LSTM = Kind("LSTM", "lstm", {"i": "i", "f": "f", "o": "o", "g": "c", "c": "c"})
GRU = Kind("GRU", "gru", {"r": "r", "z": "z", "n": "h", "h": "h"}, choices={"update": "old"})
SIMPLE = Kind(
    "simple RNN",
    "simple",
    {"h": "s"},
    "s",
    remark="no file says which function it has: tanh unless --activation names another",
)
PEEPHOLE = LSTM._replace(title="LSTM with peepholes", command="", text=EXAMPLES["peephole"])
PROJECTION = LSTM._replace(title="LSTM with a projection", command="", text=EXAMPLES["projection"])
GATED = Kind("MGU without reset", "gated", {"f": "g", "n": "s"}, "s", {"update": "old"})
MGU = Kind(
    "MGU with reset",
    "",
    {"f": "f", "n": "h"},
    text="""\
# minimal gated unit, reset after the matrix
f = sigmoid(W.fh @ h_prev + W.fx @ x + b.f)                     # forget gate
candidate = tanh(f * (W.hh @ h_prev + b.hh) + W.hx @ x + b.h)   # candidate
h = (1 - f) * candidate + f * h_prev                            # hidden state
""",
)


class Layer(NamedTuple):
    """A recurrent layer of a file, of k blocks, with H units and I inputs.

    name: what ``--layer`` calls it, maybe "". framework: who saved it. kind: what it is.
    letters: its units in the order of the blocks. across: what the blocks were, "rows", "columns"
    or "kernels"; here they are rows. w_x, w_h: (kH, I) and (kH, H), or (kH, P) if h is projected.
    b_x, b_h: (kH,), or None if there is none. more: further parameters by the cell's names.
    reset: "before" or "after" the matrix, "" if the file doesn't say or there is no reset gate.
    """

    name: str
    framework: str
    kind: Kind
    letters: str
    across: str
    w_x: Any
    w_h: Any
    b_x: Any = None
    b_h: Any = None
    more: Mapping[str, Any] = {}
    reset: str = ""

    @property
    def title(self) -> str:
        """What it is and who saved it: "a torch LSTM encoder.l0"."""
        article = "an" if self.framework[0] in "AEIO" else "a"
        return f"{article} {self.framework} {self.kind.title} {self.name}".strip()

    @property
    def choices(self) -> dict[str, str]:
        """The variants of its cell that the file fixes."""
        return {**self.kind.choices, **({"reset": self.reset} if self.reset else {})}

    @property
    def is_backward(self) -> bool:
        """Whether it is the half of a bidirectional layer that begins with the last step."""
        if self.framework == "torch":
            return self.name.endswith("_reverse")
        return any(part.partition("_")[0] == "backward" for part in self.name.split("/"))

    @property
    def is_open(self) -> bool:
        """Whether the file doesn't say where the reset gate acts, and the cell has one."""
        return self.kind is GRU and not self.reset

    def fault(self) -> str:
        """Say what is wrong with its sizes, "" if they fit."""
        arrays = {"the input matrix": self.w_x, "the recurrent matrix": self.w_h}
        biases = {"a bias": self.b_x, "the recurrent bias": self.b_h}
        shapes = {name: array.shape for name, array in arrays.items()}
        shapes |= {name: array.shape for name, array in biases.items() if array is not None}
        k = len(self.letters)
        size = self.more["w_hr"].shape[-1] if "w_hr" in self.more else self.w_h.shape[-1]
        wrong = [
            f"{name} is {describe(shape)}"
            for name, shape in shapes.items()
            if shape[:1] != (k * size,) or len(shape) != (2 if name in arrays else 1)
        ]
        wrong += [
            f"{name} is {describe(array.shape)}"
            for name, array in self.more.items()
            if array.shape not in ((size,), (self.w_h.shape[-1], size))
        ]
        told = f"{', '.join(wrong)}, but its {k} blocks have {size} rows each"
        return told if wrong else ""

    def parameters(self, reset: str = "") -> dict[str, Any]:
        """Return its weights and biases by the cell's names, with the reset gate where it acts."""
        import numpy as np

        units, state = self.kind.subscripts(self.letters), self.kind.state
        found = dict[str, Any](self.more)

        def blocks(array: Any) -> Iterator[tuple[str, Any]]:
            # In one piece: products of the same numbers are the same to the last bit only then.
            whole = np.ascontiguousarray(array, np.float64)
            return zip(units, np.split(whole, len(units)), strict=True)

        for subscript, matrix in ((state, self.w_h), ("x", self.w_x)):
            found |= {f"w_{unit}{subscript}": block for unit, block in blocks(matrix)}
        if self.b_x is not None:
            found |= {f"b_{unit}": block for unit, block in blocks(self.b_x)}
        for unit, block in blocks(self.b_h) if self.b_h is not None else ():
            is_apart = reset == AFTER and f"b_{unit}{state}" == self.kind.apart
            name = self.kind.apart if is_apart else f"b_{unit}"
            found[name] = found[name] + block if name in found else block
        return found

    def added(self, reset: str = "") -> dict[str, Any]:
        """Return the recurrent biases that `parameters` adds to another, by the cell's names."""
        if self.b_x is None or self.b_h is None:
            return {}
        with_one = self._replace(b_h=None).parameters(reset)
        alone = self._replace(b_x=None).parameters(reset)
        return {n: bias for n, bias in alone.items() if n.startswith("b_") and n in with_one}

    def told(self, reset: str) -> str:
        """Say what was recognised, and how it was read."""
        told = [f"{self.across} {', '.join(self.letters)}"] if len(self.letters) > 1 else []
        biases = [bias for bias in (self.b_x, self.b_h) if bias is not None]
        told.append(("no bias", "one bias", "two biases added")[len(biases)])
        if reset:
            told.append(f"reset {reset} the matrix")
        if reset == AFTER and self.b_h is not None:
            told[-2] = "the candidate's two biases kept apart"
        remark = f"; {self.kind.remark}" if self.kind.remark else ""
        if self.is_backward:
            remark = f"; this half reads the sequence from its end, which --reverse does{remark}"
        return f"{self.title}: {', '.join(told)}{remark}"


def odd_gate(arrays: Mapping[str, Any]) -> str:
    """Say which array of a gate hasn't the size that others need, "" if all have.

    arrays: by "ifk" for the kernel on the input of f, "hfb" for the bias on the state.
    """
    kernels = {name[0]: array for name, array in reversed([*arrays.items()]) if name[-1] == "k"}
    size, inputs = (*kernels["h"].shape[-1:], 0)[0], (*kernels["i"].shape[:1], 0)[0]
    for name, array in arrays.items():
        what = {"k": "kernel", "b": "bias"}[name[-1]]
        needed = {"hk": (size, size), "ik": (inputs, size)}.get(name[0] + name[-1], (size,))
        if array.shape != needed:
            told = f"{name[:-1]}/{what} is {describe(array.shape)}"
            return f"{told}, and needs to be {describe(needed)} as others are"
    return ""


def with_choices(cell: Cell, choices: Mapping[str, str], subject: str) -> Cell:
    """Return a cell as a file's choices make it.

    Raises ValueError, the subject first, for one that contradicts what an option says.
    """
    for option, choice in choices.items():
        typed = cell.chosen.get(option, choice)
        if typed != choice:
            raise UnusableError(
                "together", f"{subject} is --{option} {choice}: leave out --{option} {typed}"
            )
        if choice != cell.chosen.get(option, cell.variants[option].default):
            cell = cell.varied(**{option: choice})
    return cell


def fitted(
    cell: Cell, layer: Layer, others: Collection[str]
) -> tuple[Cell, dict[str, Any], dict[str, Any], str]:
    """Return a cell as a layer makes it, the layer's parameters, and what to say of it.

    The third are the recurrent ones of two biases that were added, by name. others: the names of
    parameters that are given elsewhere. Raises ValueError, to stand behind a
    file's name, for a layer that is another cell's, or that an option contradicts.
    """
    kind, reset = layer.kind, layer.reset
    fixed = {option: c for option, c in layer.choices.items() if option in cell.variants}
    cell = with_choices(cell, fixed, f"has {layer.title}, which")
    if layer.is_open and "reset" in cell.variants:
        reset = cell.chosen.get("reset", "")
        if not reset:
            told = f"has {layer.title}, which doesn't say where its reset gate acts"
            raise UnusableError(
                "layer", f"{told}: type --reset {BEFORE} or --reset {AFTER} (the matrix)"
            )
    elif layer.is_open:  # the text of the cell says
        reset = AFTER if kind.apart in cell.parameters else BEFORE
    parameters = layer.parameters(reset)
    needed = {p.name for line in cell.equations if not line.optional for p in cell.weights_of(line)}
    strange = [name for name in parameters if name not in cell.parameters]
    if not strange and needed <= {*parameters, *others}:
        return cell, parameters, layer.added(reset), layer.told(reset)
    if kind.command:
        raise UnusableError("layer", f"has {layer.title}: rnncalc {kind.command} is its cell")
    lines = "".join(f"\n    {line}" for line in kind.text.splitlines())
    raise UnusableError(
        "layer",
        f"has {layer.title}, which no built-in cell is: save the text below in a file, and type"
        f" rnncalc cell FILE with the options that you have{lines}",
    )
