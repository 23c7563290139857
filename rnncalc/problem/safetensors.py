"""Arrays in ``.safetensors`` files, none of which is trusted.

The format: 8 bytes that say how long the header is, the header in JSON, the data, without a gap
(https://github.com/huggingface/safetensors).
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from math import prod
from typing import Any

from rnncalc.errors import UnusableError, quoted
from rnncalc.problem.arrays import LARGEST, open_file

_LONGEST_HEADER = 1 << 24  # bytes: read as JSON, it takes ten times as many
_LONGEST_NUMBER = 18  # digits
_MOST_DIMENSIONS = 32  # that every NumPy has
# NumPy has no BF16: it is the upper half of a 32-bit float.
_TYPES = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "BF16": "<u2", "BOOL": "|b1"}
_TYPES |= {f"{kind}{8 * size}": f"<{kind.lower()}{size}" for kind in "IU" for size in (1, 2, 4, 8)}


def tensors_of(path: str) -> Mapping[str, Any]:
    """Return the arrays in a ``.safetensors`` file, by name.

    Raises ValueError, worded to stand behind an option's name, for a file that isn't one to the
    last byte.
    """
    try:
        with open_file(path) as file:
            size = os.fstat(file.fileno()).st_size
            length = int.from_bytes(file.read(8), "little")
            if size < 8 or length > size - 8:
                raise UnusableError("file", "it is shorter than it says")
            if length > _LONGEST_HEADER:
                raise UnusableError(
                    "file", f"its header takes more than {_LONGEST_HEADER >> 20} MiB"
                )
            if size - 8 - length > LARGEST:
                raise UnusableError("file", f"it takes more than {LARGEST >> 20} MiB at once")
            found = _entries(file.read(length), size - 8 - length)
            data = file.read(size - 8 - length)
    except OSError as error:
        raise UnusableError("file", f"can't read {quoted(path, 200)}: {error.strerror}") from None
    except ValueError as error:
        if str(error).startswith("can't"):
            raise
        raise UnusableError("file", f"can't use {quoted(path, 200)}: {error}") from None
    return {name: _array(data, *entry) for name, entry in found.items()}


def _array(data: bytes, kind: str, shape: list[int], start: int, end: int) -> Any:
    import numpy as np

    array = np.frombuffer(data[start:end], _TYPES[kind]).reshape(shape)
    return array if kind != "BF16" else (array.astype("<u4") << 16).view("<f4")


def _entries(header: bytes, size: int) -> dict[str, tuple[str, list[int], int, int]]:
    """Return type, shape, start and end of each array, by name; raise ValueError for a fault."""
    try:
        text = header.decode()
        if text[:1] != "{":
            raise UnusableError("file", "its header is no JSON object")
        data = json.loads(
            text, object_pairs_hook=_unique, parse_int=_whole, parse_constant=_refused
        )
    except UnicodeDecodeError:
        raise UnusableError("file", "its header is not UTF-8 text") from None
    except json.JSONDecodeError as error:
        raise UnusableError("file", f"its header is not JSON: {error}") from None
    except RecursionError:
        raise UnusableError("file", "its header is nested too deep") from None
    remarks = data.pop("__metadata__", {})
    if not isinstance(remarks, dict) or {type(text) for text in remarks.values()} - {str}:
        raise UnusableError("file", "its __metadata__ is more than names and texts")
    found = {name: _entry(name, entry) for name, entry in data.items()}
    at = 0
    for name, (_, _, start, end) in sorted(found.items(), key=lambda item: item[1][2:]):
        if start != at:
            raise UnusableError(
                "file", f"the data of {quoted(name)} overlaps others, or leaves a hole"
            )
        at = end
    if at != size:
        raise UnusableError(
            "file", f"it has {size:,} bytes of data, and its header tells of {at:,}"
        )
    return found


def _entry(name: str, entry: Any) -> tuple[str, list[int], int, int]:
    def fault(reason: str) -> ValueError:
        return UnusableError("file", f"{quoted(name)} {reason}")

    if not isinstance(entry, dict) or {*entry} != {"dtype", "shape", "data_offsets"}:
        raise fault("needs dtype, shape and data_offsets, and nothing else")
    kind, shape, offsets = entry["dtype"], entry["shape"], entry["data_offsets"]
    if not isinstance(kind, str) or kind not in _TYPES:
        raise fault(f"has the type {quoted(str(kind))}, which can't be calculated with")
    for numbers in (shape, offsets):
        if not isinstance(numbers, list) or any(type(n) is not int or n < 0 for n in numbers):
            raise fault("has a shape or a place that is no list of whole numbers")
    if len(shape) > _MOST_DIMENSIONS:
        raise fault(f"has {len(shape):,} dimensions: at most {_MOST_DIMENSIONS} can be read")
    if len(offsets) != 2 or prod(max(n, 1) for n in shape) > 1 << 63:
        raise fault("has no place of two numbers, or is too large")
    if prod(shape) * int(_TYPES[kind][-1]) != offsets[1] - offsets[0]:
        raise fault("has another number of bytes than its shape")
    return kind, shape, offsets[0], offsets[1]


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise UnusableError("file", "its header has a name twice")
    for name in found:
        if any("\ud800" <= c <= "\udfff" for c in name):
            raise UnusableError("file", f"its header has a name that is no text: {quoted(name)}")
    return found


def _whole(digits: str) -> int:
    if len(digits) > _LONGEST_NUMBER:
        raise UnusableError("file", "its header has a number of too many digits")
    if digits == "-0":
        raise UnusableError("file", "its header has -0 in it")
    return int(digits)


def _refused(name: str) -> Any:
    raise UnusableError("file", f"its header has {name} in it")
