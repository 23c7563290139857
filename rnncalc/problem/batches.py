"""Batches: sequences that don't depend on each other, of as many steps each.

They come as sequences × steps × elements, and go by one at a time.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from itertools import islice
from typing import Any, NamedTuple

from rnncalc.cells.expressions import PREVIOUS
from rnncalc.cells.model import Cell
from rnncalc.errors import Faults, InputError, UnusableError, listing, plainly
from rnncalc.numerals import counted, describe, shape_of
from rnncalc.problem.arrays import ArrayFile
from rnncalc.problem.problem import UNREAD, Given, Problem, Stream
from rnncalc.problem.sources import ending_of
from rnncalc.problem.values import read

_MOST_FAULTS = 5  # of sequences, that are told
_STEPS_FIRST = "with steps first (torch without batch_first) save xs.transpose(1, 0, 2)"


class Chosen(NamedTuple):
    """A batch that is put to a cell.

    name: what an error calls it. shape: how many sequences, steps and elements. parts: the
    sequences that are still to come, each in blocks of steps. stream: the first of those that are
    gone through. chosen: its number if it is the only one. is_stream: whether they are read as they
    are needed. states: the previous states that have a row for each sequence, by name.
    """

    name: str
    shape: tuple[int, ...]
    parts: Iterator[Iterable[Any]]
    stream: Stream
    chosen: int | None
    is_stream: bool
    states: Mapping[str, Any]

    def problems(self, problem: Problem) -> Iterator[Problem]:
        """Yield the problem of each sequence; ``problem`` is that of the first."""
        count, steps, elements = self.shape
        axes = f"{counted(count, 'sequence')} of {counted(steps, 'step')} of"
        said = f"{self.name} is {describe(self.shape)}: {axes} {counted(elements, 'element')}"
        which = f"this is sequence {self.chosen}" if self.chosen else _STEPS_FIRST
        said = f"{said}; {which}"
        problem = problem._replace(said=[*problem.said, said], is_stream=self.is_stream)
        if self.chosen:
            yield problem
            return
        import numpy as np

        problem = problem._replace(sequence=1, sequences=count)
        yield problem
        for k, blocks in enumerate(self.parts, 2):
            state = dict(problem.state)
            for name, rows in self.states.items():
                state[name + PREVIOUS] = np.full(problem.sizes.number(name), rows[k - 1])
            batches: Iterable[Any] = blocks
            if problem.is_reversed:
                batches = [block[::-1] for block in reversed([*blocks])]
            yield problem._replace(batches=batches, state=state, sequence=k)


class Batch(NamedTuple):
    """Sequences to be gone through one by one.

    name: what an error calls them. shape: how many sequences, steps and elements. parts: the
    sequences, each in blocks of shape (steps, elements). is_stream: whether those are read, and
    checked, when their turn comes.
    """

    name: str
    shape: tuple[int, ...]
    parts: Iterator[Iterable[Any]]
    is_stream: bool

    def put_to(
        self,
        cell: Cell,
        parameters: dict[str, object],
        chosen: int | None,
        alone: Collection[str],
        faults: Faults,
    ) -> Chosen:
        """Return the batch with the first sequence to go through, or the only one, at hand.

        parameters: those of the cell; of states that have a row for each sequence they keep one.
        alone: options that take one sequence. Notes what doesn't fit.
        """
        count = self.shape[0]
        if chosen and chosen > count:
            are = "is" if count == 1 else "are"
            faults.add("place", f"--sequence {chosen}: there {are} {counted(count, 'sequence')}")
            chosen = count
        if alone and not chosen:
            take = "takes" if len(alone) == 1 else "take"
            told = f"of the {count} in {self.name}: --sequence K says which"
            faults.add("together", f"{listing(list(alone))} {take} one sequence {told}")
        first = chosen or 1
        states = self._states(cell, parameters, first, faults)
        self._check_elements(cell, parameters, faults)
        blocks = next(islice(self.parts, first - 1, None))
        name = f"sequence {first} of {self.name}"
        stream = Stream(name, self.shape[2:], iter(blocks), self.shape[1])
        return Chosen(self.name, self.shape, self.parts, stream, chosen, self.is_stream, states)

    def _states(
        self, cell: Cell, parameters: dict[str, object], first: int, faults: Faults
    ) -> dict[str, Any]:
        found, count = dict[str, Any](), self.shape[0]
        for name in cell.states:
            item = parameters.get(name)
            given = item if isinstance(item, Given) else Given(cell.parameters[name].option, item)
            value = _of_layer(given.value, count)
            rows, shape = _matrix(value)
            shape = shape or getattr(value, "shape", ())[:3]
            if len(shape) == 2 and shape[0] == count:
                found[name] = rows
                parameters[name] = given._replace(value=rows[first - 1])
            elif len(shape) > 2 or (shape and 1 not in shape):
                swapped = f"; {_STEPS_FIRST}" if shape[0] == self.shape[1] else ""
                if len(shape) > 2:
                    swapped = "; of several layers save one, state[k]"
                faults.add(
                    "size",
                    f"{given.label} is {describe(shape)}: it needs a vector for all sequences, or"
                    f" a row for each of the {count} in {self.name}{swapped}",
                )
                parameters[name] = given._replace(value=UNREAD)
        return found

    def _check_elements(self, cell: Cell, parameters: Mapping[str, object], faults: Faults) -> None:
        """Note the elements that a weight's columns need, where another axis has them."""
        for name, parameter in cell.parameters.items():
            if not parameter.is_matrix or parameter.columns != cell.classes.get("x"):
                continue
            item = parameters.get(name)
            _, shape = _matrix(item.value if isinstance(item, Given) else item)
            if shape and shape[1] != self.shape[2] and shape[1] in self.shape[:2]:
                order = "2, 1, 0" if shape[1] == self.shape[0] else "0, 2, 1"
                faults.add(
                    "size",
                    f"{self.name} is {describe(self.shape)}, sequences × steps × elements, but"
                    f" {parameter.option} needs {counted(shape[1], 'element')}: save"
                    f" xs.transpose({order}), or with its axes in that order",
                )
                return


def _of_layer(value: Any, count: int) -> Any:
    """Return a state without a layer before the sequences, where a framework has one there."""
    shape = getattr(value, "shape", ())
    return value[0] if len(shape) == 3 and shape[:2] == (1, count) else value


def _matrix(value: object) -> tuple[Any, tuple[int, ...]]:
    """Return a matrix that was given, and its shape; () for what is none, or can't be read."""
    if value is None or value is UNREAD:
        return None, ()
    with suppress(ValueError):  # that is said where all parameters are read
        found = read(value, 2)
        return found, shape_of(found) if len(shape_of(found)) == 2 else ()
    return None, ()


def batch_in_file(source: str) -> Batch | None:
    """Return the batch in an ``.npy`` file, ``@FILE``; None for any other source.

    Raises ValueError, worded to stand behind an option's name, if it can't be read.
    """
    if not source.startswith("@") or ending_of(source) != ".npy":
        return None
    array, name = ArrayFile(source[1:]), plainly(source[1:])
    if len(array.shape) != 3 or not all(array.shape):
        return None
    parts = (_checked(array.blocks(k), k + 1, name) for k in range(array.shape[0]))
    return Batch(name, array.shape, parts, True)


def _checked(blocks: Iterator[Any], sequence: int, name: str) -> Iterator[Any]:
    import numpy as np

    for block in blocks:
        with np.errstate(all="ignore"):
            steps = np.asarray(block, dtype=np.float64)
        if not np.isfinite(steps).all():
            told = f"sequence {sequence} of {name} has a number that isn't finite"
            raise InputError.of("number", told)
        yield steps


def batch_in_list(data: Any, name: str) -> Batch | None:
    """Return the batch that a list of three levels is, None for any other list.

    Raises ValueError, worded to stand behind an option's name, with what is wrong with it.
    """
    first = data[0]
    if not (isinstance(first, list) and first and isinstance(first[0], list)):
        return None
    import numpy as np

    faults, arrays = Faults(), list[Any]()
    for k, sequence in enumerate(data, 1):
        with faults.of(f"sequence {k}"):
            value = read(sequence, 2)
            shape = shape_of(value)
            if len(shape) != 2:
                raise UnusableError(
                    "number", f"is {describe(shape)}: it needs a list of steps, each a vector"
                )
            if arrays and shape != arrays[0].shape:
                told = f"{describe(shape)}, but sequence 1 is {describe(arrays[0].shape)}"
                raise UnusableError("size", f"is {told}: all have as many steps and elements")
            arrays.append(np.array(value))
    if faults.messages:
        told = "; ".join(faults.messages[:_MOST_FAULTS])
        raise UnusableError(faults.messages[0].code, f"has a batch in which {told}")
    return Batch(name, (len(arrays), *arrays[0].shape), iter([array] for array in arrays), False)
