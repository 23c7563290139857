"""Saving: results, states, weights and arrays, in the files that are asked for."""

from __future__ import annotations

import io
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, combinations
from typing import TYPE_CHECKING, Any, BinaryIO

from rnncalc.decimals import exact_pieces
from rnncalc.errors import Faults, listing
from rnncalc.files import Saved, check_writable
from rnncalc.problem.problem import Problem, Weights
from rnncalc.reports import DEFAULT, SAVED, Format

if TYPE_CHECKING:
    from rnncalc.problem.places import Place
    from rnncalc.trace.trace import Traces

#: The forms that are printed, by the endings that people give them.
_PRINTED = {".tex": "latex", ".md": "markdown", ".csv": "csv", ".json": "json"}


def check_files(
    save: str | None,
    save_state: str | None,
    save_weights: str | None,
    only: int,
    form: Format,
    faults: Faults,
    *,
    may_overwrite: bool,
) -> None:
    """Note what is wrong with the files that are to be written, None for those that aren't.

    only: how many quantities are saved alone, instead of a report. form: of what is written to
    standard output. may_overwrite: whether a file may be there that a report or values replace.
    """
    if save is not None:
        arrays = (".npy", ".npz") if only < 2 else (".npz",)
        if save and not save.endswith(arrays if only else tuple(SAVED)):
            told = "one in .npy or .npz, of several names in .npz"
            told = f"--save takes a name in {listing(list(SAVED), 'or')}; with --only {told}"
            if name := _PRINTED.get(ending := os.path.splitext(save)[1]):
                told += f". -f {name} > FILE writes {ending}"
            faults.add("file", told)
        if not only and form is not DEFAULT:
            told = f"leave out --format {form.name}"
            faults.add("together", f"--save makes a picture of the {DEFAULT.name}: {told}")
        with faults.of("--save"):
            check_writable(save, may_overwrite=may_overwrite, in_place=bool(only))
    others = {"--save-state": save_state, "--save-weights": save_weights}
    for option, path in others.items():
        if path is not None:
            from rnncalc.problem.weights import check_ending

            with faults.of(option):
                check_ending(path)
                check_writable(path, may_overwrite=True)
    named = {"--save": save, **others}
    files = {option: os.path.realpath(path) for option, path in named.items() if path}
    for (one, file), (other, same) in combinations(files.items(), 2):
        if file == same:
            faults.add("together", f"{one} and {other} name the same file")


def room_for(problem: Problem) -> int:
    """Return how many bytes the states of a problem take at most, in either form."""
    sizes = {name: problem.sizes.number(name) for name in problem.cell.states}
    return sum(1024 + 4 * len(name) + 32 * size for name, size in sizes.items())


def save_named(file: Saved, path: str, values: Mapping[str, Any]) -> None:
    """Write states or weights, and choices, by name as ``--weights`` reads them.

    The form is JSON, or ``.npz`` by the ending. Raises InputError if the file can't be written.
    """
    if path.lower().endswith(".npz"):
        import numpy as np

        made = io.BytesIO()
        np.savez(made, **values)
        file.write(lambda stream: stream.write(made.getbuffer()))
    else:
        pieces = (piece.encode() for piece in _members(values))
        file.write(lambda stream: stream.writelines(pieces))


def _members(values: Mapping[str, Any]) -> Iterator[str]:
    """Yield values by name as JSON, in pieces."""
    gap = "{"
    for name, value in values.items():
        yield f'{gap}"{name}": '
        yield from [f'"{value}"'] if isinstance(value, str) else exact_pieces(value)
        gap = ", "
    yield "}\n" if values else "{}\n"


def save_weights(
    path: str, weights: Weights, faults: Faults, updated: dict[str, Any] | None = None
) -> None:
    """Write what --weights and the options give, some of it updated, as --weights reads it.

    Raises InputError with all that is wrong with it.
    """
    from rnncalc.problem.weights import to_save

    faults.settle()
    values = to_save(weights, faults) | (updated or {})
    faults.settle()
    with Saved(path) as file:
        save_named(file, path, values)


def save_text(file: Saved, texts: Iterable[str]) -> None:
    """Write text. Raises InputError if the file can't be written."""
    text = "".join(texts).encode()
    file.write(lambda stream: stream.write(text))


def save_array(file: Saved, values: Iterable[Any], steps: int | None = None) -> None:
    """Write the values of all steps as an ``.npy`` array, one row a step.

    values: of some steps at a time. steps: those of each sequence, if there is a batch of them.
    Raises InputError if the file can't be written, or a step can't be computed.
    """
    import numpy as np
    from numpy.lib import format as npy

    def write(stream: BinaryIO) -> None:
        rest = iter(values)
        first = np.asarray(next(rest))
        shape = (*([steps] if steps else ()), *first.shape[1:])
        header = {"descr": "<f8", "fortran_order": False, "shape": (0, *shape)}
        npy.write_array_header_1_0(stream, header)
        rows = 0
        for block in chain([first], rest):
            stream.write(np.asarray(block, dtype="<f8").tobytes())
            rows += len(block)
        end = stream.tell()
        # NumPy pads its headers, so that the number of rows can grow in place.
        stream.seek(0)
        npy.write_array_header_1_0(stream, {**header, "shape": (rows // (steps or 1), *shape)})
        stream.seek(end)

    file.write(write)


def save_values(
    file: Saved, path: str, traces: Traces, problem: Problem, places: Sequence[Place]
) -> None:
    """Write the values of ``--only``, those of several names into an ``.npz``, as `save_array`."""
    from rnncalc.reports.values import arrays, blocks

    if path.endswith(".npz"):
        save_named(file, path, arrays(traces, places))
    elif places[0].t is None:
        columns = (found[0] for trace in traces for _, found in blocks(trace, places))
        save_array(file, columns, problem.steps if problem.sequence else None)
    else:
        from numpy.lib.format import write_array

        (array,) = arrays(traces, places).values()
        file.write(lambda stream: write_array(stream, array))
