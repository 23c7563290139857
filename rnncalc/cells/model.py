"""The model of a cell: checked equations, and what follows from them.

`cell` makes it from a text, whose language is that of `grammar`, or says all that is wrong with the
text at once.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from typing import NamedTuple

from rnncalc.cells.anatomy import Classes, feeds, roles
from rnncalc.cells.catalogue import CATALOGUE, Variant
from rnncalc.cells.expressions import (
    PREVIOUS,
    Equation,
    Expression,
    calls,
    key_of,
    split_lines,
)
from rnncalc.cells.functions import FUNCTIONS
from rnncalc.cells.grammar import read_expression, read_lines
from rnncalc.cells.notation import source
from rnncalc.errors import InputError

#: The option that gives every weight and every previous state that isn't given itself.
ALL_WEIGHTS = "--all-weights"

_LONGEST = 1 << 16  # characters of a text
_KINDS = ("weight", "bias", "constant", "state")


class Parameter(NamedTuple):
    """A value that the user gives.

    name: the key in files and in Python, ``w_fh``, ``b_f``, ``h``, ``alpha``.
    symbol: the name in the equations, ``W.fh``, ``b.f``, ``h_prev``, ``alpha``.
    kind: "weight", "bias", "constant" or "state".
    feeds: the quantities whose equations read it.
    meets: for a weight that ``@`` applies, what it is applied to; otherwise None.
    rows, columns: the classes of its size; both are one unless ``meets`` is something.
    """

    name: str
    symbol: str
    kind: str
    feeds: tuple[str, ...]
    meets: Expression | None
    rows: int
    columns: int

    @property
    def is_matrix(self) -> bool:
        """Whether it stands for a matrix: a weight that ``@`` applies."""
        return self.meets is not None

    @property
    def option(self) -> str:
        """The name on the command line, ``--w-fh``."""
        return "--" + self.name.replace("_", "-")


class Cell(NamedTuple):
    """A recurrent cell: its name, its title, its equations, and what follows from them.

    equations: in the order of computing.
    states: the quantities whose previous value the equations read back.
    parameters: what the user gives, by name: weights, biases, constants, previous states.
    quantities: the name and the description of all that a step shows, in order.
    roles: what each quantity is to the cell: "input", "state", "gate", "candidate", "output" or
    "intermediate"; see `anatomy.roles`.
    classes: which symbols have one size, by number.
    variants: what `varied` can choose, by name; chosen: what it chose.
    absent: the equations in brackets that were left out, by name: the options that bring them.
    """

    name: str
    title: str
    equations: tuple[Equation, ...]
    states: tuple[str, ...]
    parameters: Mapping[str, Parameter]
    quantities: Mapping[str, str]
    roles: Mapping[str, str]
    classes: Mapping[str, int]
    variants: Mapping[str, Variant] = {}
    chosen: Mapping[str, str] = {}
    absent: Mapping[str, Sequence[str]] = {}

    @property
    def order(self) -> list[int]:
        """The classes in the order of computing."""
        return sorted({*self.classes.values(), *(p.columns for p in self.parameters.values())})

    @property
    def functions(self) -> list[str]:
        """The names of the functions in its equations, each once, in reading order."""
        return list(dict.fromkeys(name for e in self.equations for name in calls(e.expression)))

    @property
    def source(self) -> str:
        """The text of the cell, which `cell` reads back."""
        return source(self.title, self.equations)

    def varied(self, **choices: str) -> "Cell":
        """Return the cell with other equations, as its variants have them: ``reset="after"``.

        Raises InputError for a variant or a choice that it doesn't have.
        """
        if not choices:
            return self
        changed = {}
        for option, choice in choices.items():
            found = self.variants.get(option, Variant({}, "", ""))
            if choice not in found.choices:
                raise InputError.of("name", f"{self.name} has no {option} {choice!r}")
            changed[found.changes] = read_expression(found.choices[choice].partition(" = ")[2])
        lines = [e._replace(expression=changed.get(e.name, e.expression)) for e in self.equations]
        return self.having(lines)._replace(chosen={**self.chosen, **choices})

    @property
    def more_parameters(self) -> dict[str, tuple[str, str, Parameter]]:
        """What the user gives with a variant alone, by name: the variant and choice, and it."""
        found = {}
        for option, variant in self.variants.items():
            for choice, text in variant.choices.items():
                symbols = re.findall(r"\b[Wb]\.\w+", text)
                if any(key_of(symbol) not in self.parameters for symbol in symbols):
                    for name, parameter in self.varied(**{option: choice}).parameters.items():
                        if name not in self.parameters:
                            found[name] = (option, choice, parameter)
        return found

    def having(self, equations: Sequence[Equation]) -> "Cell":
        """Return the cell with other equations, and what follows from those."""
        found = _derive(self.name, self.title, equations)
        return found._replace(variants=self.variants, chosen=self.chosen)

    def without(self, names: Collection[str]) -> "Cell":
        """Return the cell without some of its equations in brackets."""
        absent = {e.name: [p.option for p in self.weights_of(e)] for e in self.equations}
        found = self.having([line for line in self.equations if line.name not in names])
        return found._replace(absent={name: absent[name] for name in names})

    def weights_of(self, line: Equation) -> list[Parameter]:
        """Return the weights in an equation that no other one has."""
        own = [p for p in self.parameters.values() if p.kind == "weight"]
        return [p for p in own if p.feeds == (line.name,)]


def cell(text: str, name: str = "cell") -> Cell:
    """Return the cell that a text describes; see `grammar` for the language.

    name: what errors call the text, and the title of one without. Raises InputError with all that
    is wrong with it, each with its line and a caret below the place.
    """
    if len(text) > _LONGEST:
        raise InputError.of(
            "cell-text", f"{name}: the text is too long: a cell has {_LONGEST:,} characters at most"
        )
    from rnncalc.cells.checks import check  # which built-in cells don't need

    title, lines, faults = read_lines(text)
    faults += check(lines) if lines or not faults else ()
    if faults:
        raw = split_lines(text)
        faults.sort(key=lambda fault: fault.place or (0, 0, 0))
        raise InputError.of("cell-text", *[fault.shown(name, raw) for fault in faults])
    return _derive(name, title or name, [Equation(*line[:4]) for line in lines])


@cache
def built_in(name: str) -> Cell:
    """Return a cell of the catalogue, whose text is right: the tests have it checked."""
    found = CATALOGUE[name]
    title, lines, _ = read_lines(found.text)
    made = _derive(name, title, [Equation(*line[:4]) for line in lines])
    return made._replace(variants=found.variants)


def _derive(name: str, title: str, equations: Sequence[Equation]) -> Cell:
    classes, feeding = Classes(equations), feeds(equations)
    computed = {line.name for line in equations} | {"x"}
    parameters = [
        Parameter(
            key_of(symbol),
            symbol,
            _kind(symbol),
            users,
            classes.met.get(symbol),
            classes.of[symbol],
            classes.meets.get(symbol, classes.of[symbol]),
        )
        for symbol, users in feeding.items()
        if symbol not in computed
    ]
    parameters.sort(key=lambda parameter: _KINDS.index(parameter.kind))
    states = tuple(parameter.name for parameter in parameters if parameter.kind == "state")
    found = roles(equations, states)
    described = {e.name: e.description or found[e.name] for e in equations}
    given = {"x": "input"} if "x" in feeding else {}
    return Cell(
        name,
        title,
        tuple(equations),
        states,
        {parameter.name: parameter for parameter in parameters},
        {**given, **{n + PREVIOUS: f"previous {described[n]}" for n in states}, **described},
        {**given, **{n + PREVIOUS: "state" for n in states}, **found},
        classes.of,
    )


def stages(cell: Cell, *, rounded: bool = True) -> list[str]:
    """Return the names of all that a step has, in the order of computing.

    rounded: whether activations before rounding are among them.
    """
    lines = {line.name: line for line in cell.equations}
    names = []
    for name in cell.quantities:
        if line := lines.get(name):
            if line.is_unit:
                names.append(f"pre.{name}")
            if rounded and line.activation and FUNCTIONS[line.activation].levels:
                names.append(f"exact.{name}")
        names.append(name)
    return names


def _kind(symbol: str) -> str:
    family, dot, _ = symbol.partition(".")
    if dot:
        return "weight" if family == "W" else "bias"
    return "state" if symbol.endswith(PREVIOUS) else "constant"
