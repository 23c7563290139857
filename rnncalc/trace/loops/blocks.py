"""Blocks: the steps of vectors in arrays that a loop fills row by row.

All that meets the input is projected at once, and what has to be checked is looked at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from rnncalc.cells.expressions import PREVIOUS
from rnncalc.cells.functions import FUNCTIONS, LOWEST
from rnncalc.problem.problem import Problem

# The projection of a step is the same product wherever it stands in a sequence, as so many rows
# are always projected together: going on from a saved state gives the same bits. 24 is a multiple
# of the rows (2, 4, 6, 8 or 12) that BLAS kernels take at a time; what is left they sum otherwise.
_TOGETHER = 24
_MOST, _BYTES = 10, 1 << 23  # of those in a block, and bytes of its arrays
_WIDE = 1 << 25  # bytes of so many rows, from which on each goes by itself
_LARGE = 1 << 22  # multiplications, from which on BLAS does more rows at once in the same way

#: Some columns of an array, by its name: the first of them, and the one behind the last.
Columns = tuple[str, int, int]

#: Functions that have a quick form, which is good for most arguments.
QUICK = tuple(name for name, function in FUNCTIONS.items() if function.quick)


class Loop(NamedTuple):
    """What goes through a block of steps.

    steps: takes an iterator over ``rows``, the functions `QUICK`, and the states; fills the rows
    and returns the last states. projections: what makes an array of the block's inputs: sums
    without what no input meets. widths: those of all arrays but "x", the inputs.
    rows: what a step takes of the arrays. watched: what has to be finite. quick: arguments of
    quick functions. places: where quantities and pre-activations are then, by name.
    """

    steps: Callable[..., tuple[Any, ...]]
    projections: Mapping[str, Callable[[Any], Any]]
    widths: Mapping[str, int]
    rows: Sequence[Columns]
    watched: Sequence[Columns]
    quick: Sequence[Columns]
    places: Mapping[str, Columns]


class NotFiniteError(Exception):
    """Somewhere in a block of steps something isn't a finite number.

    first: the number of the block's first step. block: its inputs. state: that before it.
    """

    def __init__(self, first: int, block: Any, state: Mapping[str, Any]) -> None:
        self.first = first
        self.block = block
        self.state = state


def filled(
    problem: Problem, loop: Loop, names: Sequence[str], last: dict[str, Any]
) -> Iterator[list[Any]]:
    """Yield the named values of each block of steps.

    They are arrays with a row a step, or lists if they are plain numbers. last: takes the states.
    Raises NotFiniteError for a block with something that is not a finite number.
    """
    import numpy as np

    forms = [(FUNCTIONS[name].quick or FUNCTIONS[name].form)(np) for name in QUICK]
    careful = [FUNCTIONS[name].form(np) for name in QUICK]
    state = {name: problem.state[name + PREVIOUS] for name in problem.cell.states}
    width = max(1, sum(loop.widths.values()))
    rows = _together(width)
    most = rows * max(1, min(_MOST, _BYTES // (8 * rows * width)))
    first = 1
    for inputs in _cut(problem.batches, most):
        with np.errstate(all="ignore"):
            arrays, after = _gone_through(loop, inputs, forms, state)
            if forms is not careful and any(_part(arrays, z).min() < LOWEST for z in loop.quick):
                forms = careful  # from now on: where one gate is closed, others will be
                arrays, after = _gone_through(loop, inputs, forms, state)
        if not all(np.isfinite(_part(arrays, place)).all() for place in loop.watched):
            before = {name + PREVIOUS: value for name, value in state.items()}
            raise NotFiniteError(first, inputs, before)
        columns = [_values(problem, loop, arrays, state, name) for name in names]
        state = dict(zip(state, after, strict=True))
        last |= state
        first += len(inputs)
        yield columns


def _together(width: int) -> int:
    """Return how many rows of some elements are projected together."""
    return _TOGETHER if 8 * _TOGETHER * width <= _WIDE else 1


def _gone_through(
    loop: Loop, inputs: Any, forms: Sequence[Any], state: Mapping[str, Any]
) -> tuple[dict[str, Any], tuple[Any, ...]]:
    """Return the arrays of a block, filled, and the last states."""
    import numpy as np

    count = len(inputs)
    arrays = {name: np.empty((count, width)) for name, width in loop.widths.items()}
    arrays |= {name: make(inputs) for name, make in loop.projections.items()}
    arrays["x"] = np.empty((count, 0)) if inputs[0] is None else inputs
    rows = zip(*(_part(arrays, place) for place in loop.rows), strict=True)
    return arrays, loop.steps(rows, *forms, *state.values())


def _part(arrays: Mapping[str, Any], place: Columns) -> Any:
    name, start, stop = place
    return arrays[name][:, start:stop]


def _values(
    problem: Problem,
    loop: Loop,
    arrays: Mapping[str, Any],
    before: Mapping[str, Any],
    name: str,
) -> Any:
    """Return the values that something has in a block, by its name."""
    import numpy as np

    values: Any
    if name in loop.places:
        values = _part(arrays, loop.places[name])
    elif name in problem.held:
        values = np.broadcast_to(problem.held[name], (len(arrays["x"]), problem.held[name].size))
    else:
        state = name.removesuffix(PREVIOUS)
        values = np.tile(before[state], (len(arrays["x"]), 1))
        values[1:] = np.reshape(_values(problem, loop, arrays, before, state), values.shape)[:-1]
    return values[:, 0].tolist() if problem.sizes.is_plain(name.rpartition(".")[2]) else values


def _cut(batches: Any, most: int) -> Iterator[Any]:
    for batch in batches:
        yield from (batch[start : start + most] for start in range(0, len(batch), most))


def projected(bias: Any, weights: Any, inputs: Any) -> Any:
    """Return the sums of a block's inputs, of shape (steps, units · size), with biases.

    bias: of shape (units, size). weights: as they are stacked; None if no input meets any.
    """
    import numpy as np

    count = len(inputs)
    if weights is None:
        return np.tile(bias.reshape(-1), (count, 1))
    if weights.ndim == bias.ndim:
        return (inputs[:, None, :] * weights + bias).reshape(count, -1)
    size, rows = inputs.shape[1], _together(bias.size)
    full = np.zeros((-(-count // rows), rows, size))
    full.reshape(-1, size)[:count] = inputs
    if rows == _TOGETHER and rows * weights.size >= _LARGE:
        full = full.reshape(-1, size)
    sums = (full @ weights.reshape(-1, size).T).reshape(-1, bias.size)[:count]
    sums += bias.reshape(-1)
    return sums
