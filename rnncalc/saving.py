"""Saving: files that are whole or not there at all."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from itertools import chain
from typing import Any, BinaryIO

from rnncalc.errors import InputError, quoted
from rnncalc.values import exact

__all__ = ["check_writable", "save_array", "save_state"]


def check_writable(path: str) -> None:
    """Raise ValueError, to stand behind an option's name, if a file clearly can't be written."""
    folder = os.path.dirname(os.path.realpath(path))
    if os.path.isdir(path):
        raise ValueError(f"can't write {quoted(path)}: it is a folder")
    if not os.path.isdir(folder):
        raise ValueError(f"can't write {quoted(path)}: there is no folder {quoted(folder)}")
    if not os.access(folder, os.W_OK):
        raise ValueError(f"can't write {quoted(path)}: the folder can't be written to")


@contextmanager
def _whole(path: str) -> Iterator[BinaryIO]:
    """Open a file that takes the name it is to have when all of it is written, and not before."""
    # What a link points to is replaced, not the link.
    target = os.path.realpath(path)
    draft = f"{target}.{os.getpid()}.part"
    try:
        with open(draft, "xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, target)
    except BaseException as error:
        with suppress(OSError):
            os.unlink(draft)
        if isinstance(error, OSError):
            raise InputError([f"can't write {quoted(path)}: {error.strerror or error}"]) from None
        raise


def save_state(path: str, state: Mapping[str, Any]) -> None:
    """Write states by name in the form that ``--weights`` reads: JSON, or ``.npz`` by the ending.

    Raises InputError if the file can't be written.
    """
    with _whole(path) as file:
        if path.lower().endswith(".npz"):
            import numpy as np

            np.savez(file, **state)
        else:
            members = ", ".join(f'"{name}": {exact(value)}' for name, value in state.items())
            file.write(f"{{{members}}}\n".encode())


def save_array(path: str, values: Iterable[Any]) -> None:
    """Write the values of all steps as an ``.npy`` array, one row a step.

    Raises InputError if the file can't be written, or a step can't be computed.
    """
    import numpy as np
    from numpy.lib import format as npy

    with _whole(path) as file:
        values = iter(values)
        first = np.asarray(next(values), dtype=np.float64)
        header = {"descr": "<f8", "fortran_order": False}
        npy.write_array_header_1_0(file, {**header, "shape": (0, *first.shape)})
        rows = 0
        for value in chain([first], values):
            file.write(np.asarray(value, dtype="<f8").tobytes())
            rows += 1
        # NumPy pads its headers, so that the number of rows can grow in place.
        file.seek(0)
        npy.write_array_header_1_0(file, {**header, "shape": (rows, *first.shape)})
