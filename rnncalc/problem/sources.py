"""Files: values and parameters from files and from standard input, as they are written there.

A file's ending says what is in it: ``.npy`` and ``.npz`` hold arrays, all others text. Pickles are
never loaded. What can't be read raises ValueError, worded to stand behind an option's name.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Mapping
from contextlib import nullcontext, suppress
from os.path import splitext
from typing import Any, BinaryIO

from rnncalc.errors import quoted
from rnncalc.problem.problem import STDIN
from rnncalc.problem.values import json_data

_LARGEST = 1 << 26  # bytes of a text that is read as a whole
_LARGEST_ARRAYS = 1 << 30  # bytes of the arrays in an archive


def open_file(path: str) -> BinaryIO:
    """Open a file to read; raise ValueError, to stand behind an option's name, if that fails."""
    try:
        return open(path, "rb")
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise ValueError(f"can't read {quoted(path)}: {reason}") from None


def standard_input() -> BinaryIO:
    """Return standard input; raise ValueError if there is none."""
    if sys.stdin is None:
        raise ValueError("can't read standard input: it is closed")
    with suppress(OSError, ValueError, AttributeError):
        os.set_blocking(sys.stdin.fileno(), True)  # or "nothing yet" would look like the end
    return sys.stdin.buffer


def text_of(path: str) -> str:
    """Return all of a file, or of standard input, as text."""
    called = "standard input" if path == STDIN else quoted(path)
    try:
        with nullcontext(standard_input()) if path == STDIN else open_file(path) as file:
            data = file.read(_LARGEST + 1)
            if len(data) > _LARGEST:
                raise ValueError(
                    f"can't use {called}: it is larger than {_LARGEST >> 20} MiB, which is read"
                    " at once; steps in .jsonl, .csv or .npy and weights in .npz may be larger"
                )
            return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError(f"can't use {called}: it is not UTF-8 text") from None
    except OSError as error:
        raise ValueError(f"can't read {called}: {error.strerror}") from None


def fetch(text: str) -> object:
    """Return the value that a text is or refers to: ``5``, ``@FILE``, ``-``.

    Raises ValueError, worded to stand behind an option's name, if there is nothing to read.
    """
    if text == STDIN:
        return text_of(text)
    if not text.startswith("@"):
        return text
    path = text[1:]
    return array_of(path) if ending_of(path) == ".npy" else text_of(path)


def ending_of(path: str) -> str:
    """Return a file's ending in small letters, ".json"."""
    return splitext(path)[1].lower()


def fetch_parameters(path: str) -> Mapping[str, object]:
    """Return the parameters in a file, by name: a JSON object, or an ``.npz``.

    Raises ValueError, worded to stand behind an option's name, if it is neither.
    """
    path = path.removeprefix("@")
    if ending_of(path) == ".npz":
        return _arrays_of(path)
    data = json_data(text_of(path))
    if not isinstance(data, dict):
        raise ValueError(f'needs a JSON object in {quoted(path)}, such as {{"w_ss": 1}}')
    return data


def array_of(path: str) -> Any:
    """Map the array in an ``.npy`` file into memory."""
    import numpy as np

    open_file(path).close()
    try:
        array = np.lib.format.open_memmap(path, mode="r")
        kind = array.dtype.kind
    except Exception:  # a damaged file makes NumPy's readers raise whatever they come across
        raise ValueError(f"can't use {quoted(path)}: it is not a whole .npy array") from None
    if kind not in "fiu":
        raise ValueError(f"can't use {quoted(path)}: it has no real numbers in it")
    return array


def _arrays_of(path: str) -> Mapping[str, object]:
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
        elif size > _LARGEST_ARRAYS:
            reason = f"it unpacks to more than {_LARGEST_ARRAYS >> 20} MiB"
        else:
            with np.load(path, allow_pickle=False) as arrays:
                return {name: arrays[name] for name in arrays.files}
    except Exception:  # a damaged file makes zip's and NumPy's readers raise whatever they meet
        reason = "it is not an .npz of plain arrays"
    raise ValueError(f"can't use {quoted(path)}: {reason}")
