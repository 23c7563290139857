"""The three cells, each written once, as the lecture writes it.

Everything else is derived from these texts: the command line's options, the help, the sizes, the
evaluation, the rows of the table, the keys of the JSON. ``W.fh`` is the lecture's W^{f,h}, ``b.f``
a bias, ``h_prev`` the state before the step. ``@`` is a weight times a vector, ``*`` is elementwise
multiplication. The comment behind an equation says what the quantity is.

Source: lecture notes "Gating and LSTM". They have no biases; homework mostly does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from rnncalc.cells.expressions import (
    Binary,
    Call,
    Expression,
    Symbol,
    parse,
    rewrite,
    symbols,
    walk,
)
from rnncalc.cells.functions import ACTIVATIONS

#: What the name of a state ends with where the equations mean its value before the step.
PREVIOUS = "_prev"

#: The option that gives every weight and every previous state that isn't given itself.
ALL_WEIGHTS = "--all-weights"


class Equation(NamedTuple):
    """One line of a cell: ``name = expression``, and what the quantity is called."""

    name: str
    expression: Expression
    description: str

    @property
    def activation(self) -> str | None:
        """The function that gives the quantity its value, or None if it is plain arithmetic."""
        return self.expression.function if isinstance(self.expression, Call) else None

    @property
    def is_unit(self) -> bool:
        """Whether a sum of its own is squashed: then that sum is its pre-activation."""
        return isinstance(self.expression, Call) and isinstance(self.expression.argument, Binary)


class Parameter(NamedTuple):
    """A value that the user gives: a weight, a bias or a previous state.

    name: the key in files and in Python, ``w_fh``, ``b_f``, ``h``.
    symbol: the name in the equations, ``W.fh``, ``b.f``, ``h_prev``.
    kind: "weight", "bias" or "state".
    feeds: the quantities whose equations read it.
    meets: for a weight, the symbol of the vector that it multiplies; otherwise None.
    """

    name: str
    symbol: str
    kind: str
    feeds: tuple[str, ...]
    meets: str | None = None

    @property
    def option(self) -> str:
        """The name on the command line, ``--w-fh``."""
        return "--" + self.name.replace("_", "-")


class Cell(NamedTuple):
    """A recurrent cell: its name, its title, its equations, and what follows from them.

    equations: in the order of computing.
    states: the quantities whose previous value the equations read back.
    parameters: what the user gives, by name: weights, then biases, then previous states.
    quantities: the name and the description of all that a step shows, in order.
    roles: what each quantity is to the cell: "input", "state", "gate", "candidate", or
    "intermediate". A state is what the next step reads back, a gate is a unit that a sigmoid
    squashes, a candidate is any other unit.
    """

    name: str
    title: str
    equations: tuple[Equation, ...]
    states: tuple[str, ...]
    parameters: Mapping[str, Parameter]
    quantities: Mapping[str, str]
    roles: Mapping[str, str]

    def with_activation(self, function: str) -> Cell:
        """Return the same cell with another function in every activation's place."""

        def change(node: Expression) -> Expression:
            return Call(function, node.argument) if isinstance(node, Call) else node

        return _derive(
            self.name,
            self.title,
            [line._replace(expression=rewrite(line.expression, change)) for line in self.equations],
        )


def cell(name: str, title: str, equations: str) -> Cell:
    """Return the cell that a text describes, a line ``name = expression  # description`` each."""
    lines = []
    for text in equations.strip().splitlines():
        equation, description = text.split("#")
        target, expression = equation.split("=")
        lines.append(Equation(target.strip(), parse(expression), description.strip()))
    return _derive(name, title, lines)


def _derive(name: str, title: str, equations: Sequence[Equation]) -> Cell:
    nodes = [node for line in equations for node in walk(line.expression)]
    feeds: dict[str, tuple[str, ...]] = {}
    for line in equations:
        for symbol in symbols(line.expression):
            feeds[symbol] = (*feeds.get(symbol, ()), line.name)
    states = tuple(symbol.removesuffix(PREVIOUS) for symbol in feeds if symbol.endswith(PREVIOUS))
    weights = {
        node.left.name: node.right.name
        for node in nodes
        if isinstance(node, Binary) and node.operator == "@"
        if isinstance(node.left, Symbol) and isinstance(node.right, Symbol)
    }
    biases = [symbol for symbol in feeds if symbol.startswith("b.")]
    parameters = [Parameter(_key(w), w, "weight", feeds[w], weights[w]) for w in weights]
    parameters += [Parameter(_key(b), b, "bias", feeds[b]) for b in biases]
    parameters += [Parameter(s, s + PREVIOUS, "state", feeds[s + PREVIOUS]) for s in states]
    described = {line.name: line.description for line in equations}
    quantities = {"x": "input"} | {n + PREVIOUS: f"previous {described[n]}" for n in states}
    roles = {"x": "input"} | {state + PREVIOUS: "state" for state in states}
    for line in equations:
        if line.name in states:
            roles[line.name] = "state"
        elif not line.is_unit:
            roles[line.name] = "intermediate"
        else:
            roles[line.name] = "gate" if line.activation == "sigmoid" else "candidate"
    return Cell(
        name,
        title,
        tuple(equations),
        states,
        {parameter.name: parameter for parameter in parameters},
        quantities | described,
        roles,
    )


def stages(cell: Cell, *, rounded: bool = True) -> list[str]:
    """Return the names of all that a step has, in the order of computing.

    rounded: whether activations before rounding are among them.
    """
    lines = {line.name: line for line in cell.equations}
    names = []
    for name in cell.quantities:
        line = lines.get(name)
        if line and line.is_unit:
            names.append(f"pre.{name}")
        if rounded and line and line.activation and ACTIVATIONS[line.activation].levels:
            names.append(f"exact.{name}")
        names.append(name)
    return names


def _key(symbol: str) -> str:
    """Turn the name in an equation into the name in a file: ``W.fh`` is ``w_fh``."""
    return symbol.replace(".", "_").lower()


SIMPLE = cell("simple", "simple RNN", """
    s = tanh(W.ss @ s_prev + W.sx @ x + b.s)              # hidden state
""")  # fmt: skip

GATED = cell("gated", "gated RNN", """
    g = sigmoid(W.gs @ s_prev + W.gx @ x + b.g)           # update gate
    candidate = tanh(W.ss @ s_prev + W.sx @ x + b.s)      # candidate
    s = (1 - g) * s_prev + g * candidate                  # hidden state
""")  # fmt: skip

LSTM = cell("lstm", "LSTM", """
    f = sigmoid(W.fh @ h_prev + W.fx @ x + b.f)           # forget gate
    i = sigmoid(W.ih @ h_prev + W.ix @ x + b.i)           # input gate
    o = sigmoid(W.oh @ h_prev + W.ox @ x + b.o)           # output gate
    candidate = tanh(W.ch @ h_prev + W.cx @ x + b.c)      # candidate
    c = f * c_prev + i * candidate                        # memory cell
    tanh_c = tanh(c)                                      # tanh of memory cell
    h = o * tanh_c                                        # hidden state
""")  # fmt: skip

CELLS: Mapping[str, Cell] = {cell.name: cell for cell in (SIMPLE, GATED, LSTM)}
