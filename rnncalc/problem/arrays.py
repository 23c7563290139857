"""Arrays in NumPy's files: whole, or row by row. Pickles are never loaded.

What can't be read raises ValueError, worded to stand behind an option's name.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cached_property
from math import prod
from typing import Any, BinaryIO

from rnncalc.errors import InputError, UnusableError, plainly, quoted

LARGEST = 1 << 30  # bytes of arrays that are read as a whole
_BLOCK, _ROWS = 1 << 22, 1024  # bytes and rows at a time of an array that is not


def open_file(path: str) -> BinaryIO:
    """Open a file to read; raise ValueError, to stand behind an option's name, if that fails."""
    try:
        return open(path, "rb")
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise UnusableError("file", f"can't read {quoted(path, 200)}: {reason}") from None


class ArrayFile:
    """The array in an ``.npy`` file, to be read in whole or in parts.

    It is not mapped: that would end the program if the file became shorter meanwhile.
    """

    def __init__(self, path: str) -> None:
        import numpy as np

        self._path = path
        readers = {
            (1, 0): np.lib.format.read_array_header_1_0,
            (2, 0): np.lib.format.read_array_header_2_0,
        }
        with open_file(path) as file:
            try:
                read_header = readers[np.lib.format.read_magic(file)]
                self.shape, self._by_columns, self._type = read_header(file)
                self._start = file.tell()
                size = os.fstat(file.fileno()).st_size - self._start
                is_whole = 0 <= prod(self.shape) * self._type.itemsize <= size
            except Exception:  # a damaged file makes NumPy's readers raise whatever they meet
                is_whole = False
        if not is_whole or min(self.shape, default=0) < 0:
            raise self._fault("it is not a whole .npy array")
        if self._type.kind not in "fiu":
            raise self._fault("it has no real numbers in it")

    def read(self) -> Any:
        """Return the whole array."""
        if prod(self.shape) * max(self._type.itemsize, 8) > LARGEST:
            raise self._fault(f"it takes more than {LARGEST >> 20} MiB at once")
        with open_file(self._path) as file:
            file.seek(self._start)
            order = "F" if self._by_columns else "C"
            return self._numbers(file, prod(self.shape)).reshape(self.shape, order=order)

    def blocks(self, part: int | None = None) -> Iterator[Any]:
        """Yield some rows after the other; of a part alone, if it is given by its place."""
        shape = self.shape if part is None else self.shape[1:]
        width = prod(shape[1:])
        step = max(1, min(_ROWS, _BLOCK // (width * max(self._type.itemsize, 8))))
        if self._by_columns and prod(self.shape[1:]) > 1:
            array = self._whole if part is None else self._whole[part]
            yield from (array[start : start + step] for start in range(0, len(array), step))
            return
        with open_file(self._path) as file:
            file.seek(self._start + (part or 0) * prod(shape) * self._type.itemsize)
            for start in range(0, shape[0], step):
                rows = min(step, shape[0] - start)
                yield self._numbers(file, rows * width).reshape(rows, *shape[1:])

    @cached_property
    def _whole(self) -> Any:
        return self.read()

    def _numbers(self, file: BinaryIO, count: int) -> Any:
        import numpy as np

        try:
            data = file.read(count * self._type.itemsize)
        except OSError as error:
            raise self._fault(error.strerror) from None
        if len(data) < count * self._type.itemsize:
            raise self._fault("it became shorter while it was read")
        return np.frombuffer(data, self._type)

    def _fault(self, reason: str | None) -> UnusableError:
        return UnusableError("file", f"can't use {quoted(self._path)}: {reason}")


def array_steps(path: str) -> tuple[tuple[int, ...], Iterator[Any], int]:
    """Return the shape of a row of an ``.npy`` file, the rows in batches, and their number."""
    array = ArrayFile(path)
    if len(array.shape) not in (1, 2) or not all(array.shape):
        raise UnusableError("file", f"can't use {quoted(path, 200)}: it needs one row a step")

    def batches() -> Iterator[Any]:
        import numpy as np

        done = 0
        try:
            for block in array.blocks():
                with np.errstate(all="ignore"):
                    rows = np.asarray(block, dtype=np.float64)
                usable: Any = np.isfinite(rows)
                if block.itemsize > rows.itemsize:  # what is too near to 0 has become 0
                    usable &= (rows == 0) == (block == 0)
                whole = usable.reshape(len(rows), -1).all(axis=1)
                good = len(rows) if whole.all() else int(whole.argmin())
                if good:
                    yield rows[:good].tolist() if rows.ndim == 1 else rows[:good]
                if good < len(rows):
                    told = (
                        f"row {done + good + 1} of {plainly(path)} has a number that isn't finite"
                    )
                    raise InputError.of("number", told)
                done += len(rows)
        except InputError:
            raise
        except ValueError as error:
            raise InputError.behind("--xs", error) from None

    return array.shape[1:], batches(), array.shape[0]


def arrays_of(path: str) -> Mapping[str, object]:
    """Return the arrays in an ``.npz`` file, by name."""
    import zipfile

    import numpy as np

    open_file(path).close()
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(member.file_size for member in archive.infolist())
            names = Counter(name.removesuffix(".npy") for name in archive.namelist())
        ((name, times),) = names.most_common(1) or [("", 0)]
        if times > 1:
            reason = f"it has {quoted(name)} more than once"
        elif size > LARGEST:
            reason = f"it unpacks to more than {LARGEST >> 20} MiB"
        else:
            with np.load(path, allow_pickle=False) as arrays:
                return {name: arrays[name] for name in arrays.files}
    except Exception:  # a damaged file makes zip's and NumPy's readers raise whatever they meet
        reason = "it is not an .npz of plain arrays"
    raise UnusableError("file", f"can't use {quoted(path, 200)}: {reason}")
