"""Sizes: how many elements each part of a problem has, checked before anything is computed.

What is added or multiplied elementwise has one size: a class of the cell. A weight that ``@``
applies has as many rows as what it gives, and as many columns as what it meets has elements.
Numbers and vectors may stand for vectors and matrices, by rules that never guess: where two
readings fit, that is an error which shows both.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice

from rnncalc.cells.model import Cell, Parameter
from rnncalc.errors import Faults, InputError, listing
from rnncalc.numerals import counted, describe, shape_of
from rnncalc.problem.problem import Given, Inputs, Size, Sizes
from rnncalc.problem.standins import number_written_out, readings, vector_written_out

_MOST_FAULTS = 5  # of steps, that are told


def infer(
    cell: Cell,
    given: Mapping[str, Given],
    held: Mapping[str, Given],
    inputs: Inputs,
    faults: Faults,
) -> Sizes:
    """Return the sizes of a problem, or raise InputError with every disagreement in it.

    given: parameters by name. held: quantities that are not computed, by label; of a label
    ``g@2`` the name comes first. inputs: the steps; none if the input isn't given. faults: what is
    wrong with the problem already.
    """
    finder = _Finder(cell, given, held, inputs)
    if ambiguous := finder.decide():
        faults.settle()
        raise InputError.of("size", *ambiguous)
    decided, mismatches = dict[str, str](), dict[str, list[str]]()
    for name, item in given.items():
        parameter = cell.parameters[name]
        if {parameter.rows, parameter.columns} <= finder.found.keys():
            decided[name], fault = finder.read(item, parameter)
            mismatches.setdefault(fault, []).append(item.label)
    for label, item in held.items():
        fault = finder.vector_fault(item, cell.classes[label.partition("@")[0]])
        mismatches.setdefault(fault, []).append(item.label)
    mismatches.pop("", None)
    misshapen = (
        t
        for t, x in enumerate(() if hasattr(inputs.values, "dtype") else inputs.values, 1)
        if shape_of(x) != inputs.shape
    )
    for t in islice(misshapen, _MOST_FAULTS):
        first = f"{inputs.label(1)} is {describe(inputs.shape)}"
        found = describe(shape_of(inputs.values[t - 1]))
        faults.add("size", f"{inputs.label(t)} is {found}, but {first}: steps have one size")
    for fault, labels in mismatches.items():
        faults.add("size", f"{listing(labels)} {'is' if len(labels) == 1 else 'are each'} {fault}")
    faults.settle()
    decided = {name: reading for name, reading in decided.items() if reading}
    return Sizes(finder.found, cell.classes, decided)


def fixed(
    cell: Cell, given: Mapping[str, Given], held: Mapping[str, Given], inputs: Inputs
) -> dict[int, Size]:
    """Return the sizes of those classes of a cell that values fix, maybe not all that it needs."""
    return dict(reversed([*_Finder(cell, given, held, inputs).certain()]))


class _Finder:
    """Finds the size of each class of a cell, and what disagrees with it."""

    def __init__(
        self, cell: Cell, given: Mapping[str, Given], held: Mapping[str, Given], inputs: Inputs
    ) -> None:
        self.cell = cell
        self.given = given
        self.held = held
        self.inputs = inputs
        self.found: dict[int, Size] = {}
        self.names = _class_names(cell)
        # The size of an input that isn't given matters to nothing else.
        is_absent = not len(inputs) and self.names.get(cell.classes.get("x", -1)) == "the input"
        self.absent = cell.classes["x"] if is_absent else None

    def decide(self) -> list[str]:
        """Find all sizes; return what to say of weights that can be read in two ways."""
        for found, size in self.certain():
            self.found.setdefault(found, size)
        while left := [k for k in self.cell.order if k not in self.found and k != self.absent]:
            for found in left:
                if told := self._decided(found):
                    return told
                if found in self.found:
                    break
            else:
                self.found[left[0]] = Size(1, "as nothing says otherwise", is_plain=True)
        return []

    def _of_kind(self, *kinds: str) -> Iterator[tuple[Parameter, Given]]:
        for kind in kinds:
            for name, item in self.given.items():
                if self.cell.parameters[name].kind == kind:
                    yield self.cell.parameters[name], item

    def certain(self) -> Iterator[tuple[int, Size]]:
        """Yield the sizes that something fixes by itself, the most telling first."""
        if len(self.inputs):
            shape = self.inputs.shape
            size = Size((shape or (1,))[0], "as the input has as many elements", not shape)
            yield self.cell.classes["x"], size
        for parameter, item in self._of_kind("state", "bias", "constant", "weight"):
            if len(item.shape) == 1 and not parameter.is_matrix:
                yield parameter.rows, Size(item.shape[0], f"from {item.label}")
        for label, item in self.held.items():
            if len(item.shape) == 1:
                found = self.cell.classes[label.partition("@")[0]]
                yield found, Size(item.shape[0], f"from {item.label}")
        for place, side in ((0, "rows"), (1, "columns")):
            for parameter, item in self._of_kind("weight"):
                if len(item.shape) == 2 and parameter.is_matrix:
                    found = (parameter.rows, parameter.columns)[place]
                    # A column meets a plain number as well as a vector of one element.
                    is_plain = side == "columns" and item.shape[place] == 1
                    source = f"from the {side} of {item.label}"
                    yield found, Size(item.shape[place], source, is_plain)

    def _decided(self, found: int) -> list[str]:
        """Decide a class by the weights on it, if they can; return what to say if two ways fit."""
        ambiguous = []
        for parameter, item in self._weights(found):
            if len(item.shape) == 1:
                fits = self._readings(parameter, item.shape[0])
                if len(fits) == 1:
                    ((rows, columns),) = fits.values()
                    self.found.setdefault(parameter.rows, Size(rows, f"from {item.label}"))
                    met = Size(columns, f"from {item.label}", columns == 1)
                    self.found.setdefault(parameter.columns, met)
                    return []
                ambiguous.append(self._many_readings(parameter, item, fits))
        states = [item for p, item in self._of_kind("state") if p.rows == found and item.is_own]
        for state in states if ambiguous else ():
            if not state.shape:
                self.found[found] = Size(1, f"as {state.label} is a number", is_plain=True)
                return []
        if not ambiguous:
            for parameter, item in self._weights(found):
                sides = {parameter.rows, parameter.columns} - {found}
                if not item.shape and sides and (other := sides.pop()) in self.found:
                    size = self.found[other]
                    source = f"as {self.names[other]} has as many elements"
                    self.found[found] = Size(size.number, source, size.is_plain)
                    break
        return ambiguous

    def _weights(self, found: int) -> Iterator[tuple[Parameter, Given]]:
        """Yield the matrices that have a class as one of their sides."""
        for parameter, item in self._of_kind("weight"):
            if parameter.is_matrix and found in (parameter.rows, parameter.columns):
                yield parameter, item

    def _readings(self, parameter: Parameter, k: int) -> dict[str, tuple[int, int]]:
        """Return the ways to read a vector weight of k elements that fit what is known."""
        rows, columns = parameter.rows, parameter.columns
        known = [self.found.get(side) for side in (rows, columns)]
        numbers = [None if size is None else size.number for size in known]
        return readings(k, (numbers[0], numbers[1]), is_square=rows == columns)

    def _many_readings(
        self, parameter: Parameter, item: Given, fits: Mapping[str, tuple[int, int]]
    ) -> str:
        """Say how to write each way in which a vector weight can be read, or that none fits."""
        known, ways = self.found.get(parameter.columns), []
        if not fits and known:
            has = f"{describe(item.shape)}, but {self._amount(parameter.columns)}"
            columns = counted(known.number, "column")
            needs = f"a row or a diagonal of {known.number}, or a matrix with {columns}"
            return f"{item.label} is {has}; it needs {needs}"
        for reading, size in fits.items():
            matrix = vector_written_out(item.value, *size)
            rows = counted(size[0], self._noun(parameter.rows))
            ways.append(f"for a {reading} ({rows}) write {parameter.option} {matrix}")
        met = self.names[parameter.columns]
        same = f" and so is {met}" if known and known.number == item.shape[0] else ""
        return f"{item.label} is {describe(item.shape)}{same}: {', '.join(ways)}"

    def vector_fault(self, item: Given, found: int) -> str:
        """Say what is wrong with the size of a state, a bias or the like; "" for nothing."""
        size = self.found[found]
        if item.shape in ((), (size.number,)):
            return ""
        needed = f"it needs {describe((size.number,))} ({self._reason(found)})"
        return f"{describe(item.shape)}{_from(item)}; {needed}"

    def _noun(self, found: int) -> str:
        return "unit" if self.names[found] == "the state" else "element"

    def _reason(self, found: int) -> str:
        size = self.found[found]
        return f"{counted(size.number, self._noun(found))} {size.source}"

    def _amount(self, found: int) -> str:
        number = self.found[found].number
        if self.names[found] == "the state":
            return f"there {'is' if number == 1 else 'are'} {counted(number, 'unit')}"
        return f"{self.names[found]} has {counted(number, 'element')}"

    def read(self, item: Given, parameter: Parameter) -> tuple[str, str]:
        """Return how a vector weight is read, and what is wrong with a value; "" for neither."""
        if not parameter.is_matrix:
            return "", self.vector_fault(item, parameter.rows)
        met = parameter.columns
        rows, columns = self.found[parameter.rows].number, self.found[met].number
        shape = item.shape
        if shape == (rows, columns) or (not shape and rows == columns):
            return "", ""
        if len(shape) == 1:
            for reading, size in self._readings(parameter, shape[0]).items():
                if size == (rows, columns):
                    name = "diagonal" if rows == columns else reading
                    return name if rows * columns > 1 else "", ""
        reasons = []
        if met != parameter.rows and shape[1:] != (columns,):
            reasons.append(self._amount(met))
        if shape[:1] != (rows,) or not reasons:
            reasons.append(self._amount(parameter.rows))
        needed = f"it needs {rows}×{columns} ({self._reason(parameter.rows)})"
        if not shape and (matrix := number_written_out(item.value, rows, columns)):
            needed += f", such as {matrix}"
        return "", f"{describe(shape)}{_from(item)}, but {' and '.join(reasons)}; {needed}"


def _class_names(cell: Cell) -> dict[int, str]:
    """Return what to call each class: "the state" if there is one of states, "the input"."""
    names: dict[int, str] = {}
    with_states = {cell.classes[name] for name in cell.states}
    if len(with_states) == 1:
        names[with_states.pop()] = "the state"
    for name in [*(e.name for e in cell.equations), *cell.quantities]:
        names.setdefault(cell.classes[name], "the input" if name == "x" else name)
    for parameter in cell.parameters.values():
        names.setdefault(parameter.rows, f"what {parameter.option} gives")
    for parameter in cell.parameters.values():
        if parameter.is_matrix:
            names.setdefault(parameter.columns, f"what {parameter.option} is applied to")
    return names


def _from(item: Given) -> str:
    return "" if item.is_own else f" (from {item.origin})"
