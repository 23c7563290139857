"""Problems: a cell with its numbers, read and checked.

Behind this door there are only finite numbers of known sizes: floats if all of them are plain
numbers, NumPy arrays if not.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any, NamedTuple

from rnncalc.cells.expressions import Equation
from rnncalc.cells.model import ALL_WEIGHTS, Cell
from rnncalc.errors import InputError, listing
from rnncalc.keeping import Batches
from rnncalc.numerals import shape_of

#: What stands for standard input as a value.
STDIN = "-"


#: Stands for a value that can't be read, once the fault is noted: nothing more is said of it.
UNREAD = object()

#: The origin of values that are 0 because nothing else was said.
DEFAULT = "default"


class Given(NamedTuple):
    """A value with the name that a person knows it by, and where it came from.

    value: as it was given, until it is read. origin: "" if it was typed, the name of a file, or
    "--all-weights" or "default" if nobody gave it in particular. said: what was decided in reading.
    added: the recurrent one of two biases whose sum it is; None if it is no such sum.
    """

    label: str
    value: Any
    origin: str = ""
    said: str = ""
    added: Any = None

    @property
    def is_own(self) -> bool:
        """Whether somebody gave this value in particular."""
        return self.origin not in (ALL_WEIGHTS, DEFAULT)

    @property
    def shape(self) -> tuple[int, ...]:
        """() for a number, (k,) for a vector, (rows, columns) for a matrix."""
        return shape_of(self.value)


class Weights(NamedTuple):
    """Weights, biases, constants and previous states that were given, by name, and not yet read.

    cell: as the files make it that hold them. said: how those were read, a sentence each.
    """

    cell: Cell
    parameters: dict[str, object]
    said: list[str]


class Inputs:
    """The inputs of all steps.

    There may be millions: they are kept as they are, with what errors call them said on demand.
    values: one a step, or an array of them. label: what to call the input of a step, from 1.
    said: what was decided in reading them.
    """

    def __init__(
        self, values: Sequence[Any], label: Callable[[int], str], said: Sequence[str] = ()
    ) -> None:
        self.values = values
        self.label = label
        self.said = said

    def __len__(self) -> int:
        return len(self.values)

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the first, which should be that of all; () if there are none."""
        return shape_of(self.values[0]) if len(self) else ()


class Size(NamedTuple):
    """How many elements the parts of a class have, what fixes that, and whether they are numbers.

    is_plain: whether they are plain numbers rather than vectors of one element.
    """

    number: int
    source: str
    is_plain: bool = False


class Sizes(NamedTuple):
    """The sizes of a problem.

    of: the size of each class. classes: the class of each symbol. readings: how each vector weight
    is read, by name: "row", "column" or "diagonal".
    """

    of: Mapping[int, Size]
    classes: Mapping[str, int]
    readings: Mapping[str, str]

    @property
    def scalar(self) -> bool:
        """Whether every value is a plain number."""
        return all(size.is_plain for size in self.of.values())

    @property
    def largest(self) -> int:
        """How many elements the longest vector has."""
        return max(size.number for size in self.of.values())

    def number(self, symbol: str) -> int:
        """Return how many elements a quantity, a bias or a constant has."""
        return self.of[self.classes[symbol]].number

    def is_plain(self, symbol: str) -> bool:
        """Return whether a quantity, a bias or a constant is a plain number."""
        return self.of[self.classes[symbol]].is_plain


class Stream(NamedTuple):
    """A sequence of steps that is read as it is needed.

    name: what an error calls it. shape: of every step, () or (m,). batches: the steps, in lists
    of floats if they are numbers, in arrays of shape (steps, m) if they are vectors. What can't
    be used raises InputError when its turn comes, naming the line. steps: how many there are, if
    that is known.
    """

    name: str
    shape: tuple[int, ...]
    batches: Iterator[Any]
    steps: int | None = None


class Problem(NamedTuple):
    """A cell with its numbers.

    cell: without the equations that can't be computed and that nothing needs.
    weights: weights, biases and constants by symbol, but for those that nothing needs. state: the
    previous states by symbol. held: the quantities that are not computed, by name. held_at: those
    that are not computed at one step, by its number and their names. Each is a float, or an array:
    of as many elements as its class has, and a weight that ``@`` applies of shape (rows, columns),
    unless it is a number or a diagonal, which multiply elementwise.
    batches: the inputs of all steps, in lists of floats or in arrays of shape (steps, m), and
    lists of None where no input is needed. They may be a stream, to be read once.
    steps: how many steps there are, None if only the end of a stream will tell. is_stream:
    whether the inputs are read as they are needed.
    ties: "low", "high" or "keep" with the lecture's rounding, None without.
    sizes: how many elements each class has, and how vector weights are read.
    added: the recurrent bias of those whose bias is the sum of two, by symbol.
    origins: where each parameter that was not typed comes from, by name. unused: what to call
    those that were, and that nothing needs. said: what was decided in reading, a sentence each.
    sequence, sequences: which one it is of a batch, from 1, and how many that has; 0 without one.
    is_reversed: whether the last input comes first. Steps, also those of ``held_at``, count in the
    order of computing: `number` tells which input one has.
    """

    cell: Cell
    weights: Mapping[str, Any]
    state: Mapping[str, Any]
    held: Mapping[str, Any]
    held_at: Mapping[int, Mapping[str, Any]]
    batches: Iterable[Any]
    has_input: bool
    steps: int | None
    is_stream: bool
    ties: str | None
    sizes: Sizes
    origins: Mapping[str, str]
    unused: Sequence[str]
    said: Sequence[str] = ()
    added: Mapping[str, Any] = {}
    is_reversed: bool = False
    sequence: int = 0
    sequences: int = 0

    def number(self, t: int) -> int:
        """Return the number that a person knows a step by, or which step that is: either way."""
        return (self.steps or 0) + 1 - t if self.is_reversed else t

    @property
    def scalar(self) -> bool:
        """Whether every value is a plain number; then all of them are floats."""
        return self.sizes.scalar

    @property
    def quantities(self) -> list[str]:
        """The names of all that a step has: every quantity of the cell, but x only if given."""
        return [name for name in self.cell.quantities if self.has_input or name != "x"]

    def lack_of(self, quantity: str) -> str:
        """Return why a quantity of the cell isn't there."""
        if options := self.cell.absent.get(quantity):
            return f"{quantity} is computed only if {listing(options)} is given"
        return f"nothing needs {quantity} here, and it isn't given"

    @property
    def computed(self) -> list[Equation]:
        """The equations that are computed, those of quantities that aren't held."""
        return [line for line in self.cell.equations if line.name not in self.held]

    def gathered(self, most: int) -> "Problem":
        """Return the problem with all inputs at hand, to be gone through more than once.

        Raises InputError if there are more than ``most``.
        """
        batches = Batches()
        for batch in self.batches:
            batches.append(batch)
            if batches.steps > most:
                told = f"there are more than {most:,} steps, and no more are gone through"
                raise InputError.of("input", told)
        return self._replace(batches=batches, steps=batches.steps)

    def held_in(self, t: int) -> Mapping[str, Any]:
        """Return the quantities that are not computed at a step, by name."""
        return {**self.held, **self.held_at[t]} if t in self.held_at else self.held

    def overflow_unheeded(self) -> AbstractContextManager[object]:
        """Return a context in which NumPy keeps quiet: what overflows is reported by name."""
        if self.scalar:
            return nullcontext()
        import numpy as np

        return np.errstate(all="ignore")
