"""Sizes: how many units and inputs a problem has, found and checked before anything is computed.

n is the number of units (elements of the state), m the number of elements of the input. Every
weight on a state is n×n, every weight on the input n×m, biases and states have n elements. Numbers
and vectors may stand for those, by rules that never guess: where two readings fit, that is an error
which shows both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple

from rnncalc.cells.model import ALL_WEIGHTS, Cell
from rnncalc.errors import Faults, listing
from rnncalc.numerals import counted, exact
from rnncalc.problem.values import Value, describe, shape_of

_MOST_FAULTS = 5  # of steps, that are told

#: The origin of values that are 0 because nothing else was said.
DEFAULT = "default"


class Given(NamedTuple):
    """A value with the name that a person knows it by, and where it came from.

    value: as it was given, until it is read. origin: "" if it was typed, the name of a file, or
    "--all-weights" or "default" if nobody gave it in particular.
    """

    label: str
    value: Any
    origin: str = ""

    @property
    def is_own(self) -> bool:
        """Whether somebody gave this value in particular."""
        return self.origin not in (ALL_WEIGHTS, DEFAULT)

    @property
    def shape(self) -> tuple[int, ...]:
        """() for a number, (k,) for a vector, (rows, columns) for a matrix."""
        return shape_of(self.value)


class Inputs:
    """The inputs of all steps.

    There may be millions: they are kept as they are, with what errors call them said on demand.
    values: one a step. label: what to call the input of a step, from 1.
    """

    def __init__(self, values: Sequence[Value], label: Callable[[int], str]) -> None:
        self.values = values
        self.label = label

    def __len__(self) -> int:
        return len(self.values)

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the first, which should be that of all; () if there are none."""
        return shape_of(self.values[0]) if len(self) else ()


class Sizes(NamedTuple):
    """The sizes of a problem.

    n, m: elements of the state and of the input.
    plain_state, plain_input: True if they are numbers rather than vectors of one element.
    readings: how each vector weight is read, by name: "row", "column" or "diagonal".
    """

    n: int
    m: int
    plain_state: bool
    plain_input: bool
    readings: Mapping[str, str]


class _Units(NamedTuple):
    """How many units there are, what fixes that, and whether the state is a plain number."""

    number: int
    source: str
    plain: bool = False

    def __str__(self) -> str:
        return f"{counted(self.number, 'unit')} {self.source}"


def infer(
    cell: Cell,
    given: Mapping[str, Given],
    held: Mapping[str, Given],
    inputs: Inputs,
    faults: Faults,
) -> Sizes:
    """Return the sizes of a problem, or raise InputError with every disagreement in it.

    given: parameters by name. held: quantities that are not computed, by name. inputs: the steps;
    none if the input isn't given. faults: what is wrong with the problem already.
    """
    shape = inputs.shape
    m = (shape or (1,))[0]

    units = next(_fixing(cell, given, held, m), None)
    if units is None:
        # What follows is read off the whole of the input, so it must be in order until here.
        faults.settle()
        units = _free_units(cell, given, shape)

    readings = {}
    mismatches: dict[str, list[str]] = {}
    for name, item in given.items():
        meets = cell.parameters[name].meets
        if meets is None:
            fault = _vector_fault(item, units)
        elif meets != "x" or inputs:
            readings[name], fault = _read_weight(item, units, m if meets == "x" else None)
        else:
            continue
        mismatches.setdefault(fault, []).append(item.label)
    for item in held.values():
        mismatches.setdefault(_vector_fault(item, units), []).append(item.label)
    mismatches.pop("", None)
    for t in islice(_misshapen(inputs), _MOST_FAULTS):
        first = f"{inputs.label(1)} is {describe(shape)}"
        found = describe(shape_of(inputs.values[t - 1]))
        faults.add(f"{inputs.label(t)} is {found}, but {first}: steps have one size")
    for fault, labels in mismatches.items():
        faults.add(f"{listing(labels)} {'is' if len(labels) == 1 else 'are each'} {fault}")
    faults.settle()
    readings = {name: reading for name, reading in readings.items() if reading}
    return Sizes(units.number, m, units.plain, not shape, readings)


def _misshapen(inputs: Inputs) -> Iterator[int]:
    """Yield the steps whose inputs have another shape than the first one."""
    shape = inputs.shape
    return (t for t, value in enumerate(inputs.values, 1) if shape_of(value) != shape)


def _fixing(
    cell: Cell, given: Mapping[str, Given], held: Mapping[str, Given], m: int
) -> Iterator[_Units]:
    """Yield whatever fixes the number of units, the most telling first."""

    def of_kind(kind: str) -> list[Given]:
        return [item for name, item in given.items() if cell.parameters[name].kind == kind]

    for item in [*of_kind("state"), *of_kind("bias"), *held.values()]:
        if len(item.shape) == 1:
            yield _Units(item.shape[0], f"from {item.label}")
    for item in of_kind("weight"):
        if len(item.shape) == 2:
            yield _Units(item.shape[0], f"from the rows of {item.label}")
    for name, item in given.items():
        meets = cell.parameters[name].meets
        if len(item.shape) == 1 and meets and (meets != "x" or m == 1):
            yield _Units(item.shape[0], f"from {item.label}")


def _free_units(cell: Cell, given: Mapping[str, Given], shape: tuple[int, ...]) -> _Units:
    """Return the number of units where nothing but the input can fix it.

    Raises InputError where a vector weight may be a row as well as a diagonal.
    """
    vectors = [
        name
        for name, item in given.items()
        if cell.parameters[name].meets == "x" and len(item.shape) == 1
    ]
    if not vectors:
        return _Units((shape or (1,))[0], "as the input has as many elements", plain=not shape)
    for name in cell.states:
        if name in given and given[name].is_own and not given[name].shape:
            return _Units(1, f"as {given[name].label} is a number", plain=True)
    faults = Faults()
    for name in vectors:
        faults.add(_both_readings(given[name], given[cell.states[0]], shape[0]))
    raise faults.error()


def _vector_fault(item: Given, units: _Units) -> str:
    if item.shape in ((), (units.number,)):
        return ""
    return f"{describe(item.shape)}{_from(item)}; it needs {describe((units.number,))} ({units})"


def _read_weight(item: Given, units: _Units, inputs: int | None) -> tuple[str, str]:
    """Return how a vector weight is read, and what is wrong with the weight; "" for neither.

    inputs: the elements of the input, for a weight that meets it.
    """
    rows, shape = units.number, item.shape
    columns = rows if inputs is None else inputs
    if not shape and rows == columns:
        return "", ""
    for reading, wanted in (
        ("", (rows, columns)),
        ("diagonal", (rows,) if rows == columns else None),
        ("column", (rows,) if columns == 1 else None),
        ("row", (columns,) if rows == 1 else None),
    ):
        if shape == wanted:
            return reading if rows * columns > 1 else "", ""
    reasons = []
    if inputs is not None and shape[1:] != (columns,):
        reasons.append(f"the input has {counted(columns, 'element')}")
    if shape[:1] != (rows,) or not reasons:
        reasons.append(f"there {'is' if rows == 1 else 'are'} {counted(rows, 'unit')}")
    needed = f"it needs {rows}×{columns} ({units})"
    if not shape and rows * columns <= 100:
        needed += f", such as '{exact([[item.value] * columns] * rows)}'"
    return "", f"{describe(shape)}{_from(item)}, but {' and '.join(reasons)}; {needed}"


def _from(item: Given) -> str:
    return "" if item.is_own else f" (from {item.origin})"


def _both_readings(weight: Given, state: Given, m: int) -> str:
    """Say that a weight may be a row or a diagonal, and how to write each."""
    if weight.shape != (m,):
        has = f"{describe(weight.shape)}, but the input has {counted(m, 'element')}"
        needs = f"a row or a diagonal of {m}, or a matrix with {counted(m, 'column')}"
        return f"{weight.label} is {has}; it needs {needs}"
    row = f"{weight.label} '{exact([weight.value])}'"
    # The state that it has anyway, so that following the advice changes nothing else.
    diagonal = f"{state.label} '{exact([state.value] * m)}'"
    if m > 8:
        row, diagonal = f"{weight.label} '[[…]]'", f"{state.label} with {m} elements"
    return (
        f"{weight.label} is {describe(weight.shape)} and so is the input:"
        f" for a row (1 unit) write {row}, for a diagonal ({m} units) write {diagonal}"
    )
