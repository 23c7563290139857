"""Files in .safetensors: read to the last byte, and refused in a line if anything is odd."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rnncalc.problem.safetensors import tensors_of
from tests.conftest import Calculator

ONE = {"dtype": "F64", "shape": [1], "data_offsets": [0, 8]}


def file_of(header: Any, data: bytes = bytes(8), length: int | None = None) -> bytes:
    """Return a file with a header, as JSON or as bytes."""
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    size = len(text) if length is None else length
    return size.to_bytes(8, "little") + text + data


@pytest.mark.parametrize(
    ("kind", "written", "expected"),
    [
        ("F64", np.array([1.5, -2], "<f8"), [1.5, -2]),
        ("F32", np.array([1.5, -2], "<f4"), [1.5, -2]),
        ("F16", np.array([1.5, -2], "<f2"), [1.5, -2]),
        # 1.5 is 0x3FC0 0000 in 32 bits, -2 is 0xC000 0000: BF16 is the upper half of each.
        ("BF16", np.array([0x3FC0, 0xC000], "<u2"), [1.5, -2]),
        ("I16", np.array([7, -2], "<i2"), [7, -2]),
    ],
)
def test_types(tmp_path: Path, kind: str, written: Any, expected: list[float]) -> None:
    """Each type is read as the numbers that were written, wherever in the file they stand."""
    entry = {"dtype": kind, "shape": [1, 2], "data_offsets": [3, 3 + written.nbytes]}
    odd = {"dtype": "U8", "shape": [3], "data_offsets": [0, 3]}
    header = json.dumps({"__metadata__": {"by": "hand"}, "a": entry, "odd": odd}).encode() + b"  "
    path = tmp_path / "m.safetensors"
    path.write_bytes(file_of(header, b"\1\2\3" + written.tobytes()))
    found = tensors_of(str(path))
    assert found["a"].tolist() == [expected]
    assert found["odd"].tolist() == [1, 2, 3]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\2\0\0",
        file_of({"a": ONE}, length=1000),
        file_of({"a": ONE}, length=1 << 63),
        file_of(b'["a"]', b""),
        file_of(b" {}", b""),
        file_of({"a": {**ONE, "shape": [1] * 65}}),
        file_of(b'{"a": {"dtype": "F64", "shape": [-0], "data_offsets": [0, 0]}}', b""),
        file_of(b'{"\xff": 1}', b""),
        file_of(b'{"a": ' + b"[" * 100_000 + b"}", b""),
        file_of(
            b'{"a": {"dtype": "F64", "shape": [1' + b"0" * 5000 + b'], "data_offsets": [0, 8]}}'
        ),
        file_of({"a": {**ONE, "more": 1}}),
        file_of({"a": {"dtype": "F64", "shape": [1]}}),
        file_of({"a": 5}),
        *(
            file_of({"a": {**ONE, "dtype": kind}})
            for kind in ("F8_E4M3", "C64", "X", 3, None, ["F64"])
        ),
        *(
            file_of({"a": {**ONE, "shape": shape}})
            for shape in ([-1], [1.0], [True], ["1"], "1", None)
        ),
        *(
            file_of({"a": {**ONE, "data_offsets": at}})
            for at in ([8, 0], [-8, 0], [0, 9], [0.0, 8], [0], [0, 8, 8], None)
        ),
        file_of({"a": {**ONE, "shape": [1 << 62, 1 << 62, 0], "data_offsets": [0, 0]}}, b""),
        file_of({"a": {**ONE, "shape": [1 << 62, 4], "data_offsets": [0, 0]}}, b""),
        file_of({"a": ONE, "b": {**ONE, "data_offsets": [16, 24]}}, bytes(24)),
        file_of({"a": ONE, "b": {**ONE, "data_offsets": [4, 12]}}, bytes(12)),
        file_of({"a": ONE, "b": ONE}),
        file_of({"a": ONE}, bytes(9)),
        file_of({"a": ONE}, bytes(7)),
        file_of(b'{"a": %b, "\\u0061": %b}' % ((json.dumps(ONE).encode(),) * 2)),
        file_of(b'{"\\ud800": %b}' % json.dumps(ONE).encode()),
        file_of(b'{"a": NaN}'),
        file_of({"__metadata__": {"a": 1}}, b""),
        file_of({"__metadata__": []}, b""),
    ],
)
def test_hostile_files(rnncalc: Calculator, tmp_path: Path, content: bytes) -> None:
    """Whatever isn't as the format has it is refused in one line."""
    path = tmp_path / "m.safetensors"
    path.write_bytes(content)
    told = rnncalc.error(f"lstm --weights {path} --x 1")
    assert told.startswith(f"--weights ({path}) can't use '{path}': ")
    assert len(told.splitlines()) == 1


def test_a_sparse_file(rnncalc: Calculator, tmp_path: Path) -> None:
    """A file that claims 200 GB is refused before anything of that size is read."""
    path = tmp_path / "m.safetensors"
    size = 200 << 30
    header = {"a": {"dtype": "F64", "shape": [size // 8], "data_offsets": [0, size]}}
    path.write_bytes(file_of(header, b""))
    os.truncate(path, path.stat().st_size + size)
    assert "MiB" in rnncalc.error(f"lstm --weights {path} --x 1")


def test_names_are_quoted(rnncalc: Calculator, tmp_path: Path) -> None:
    """A name with an escape sequence reaches no terminal as one."""
    path = tmp_path / "m.safetensors"
    path.write_bytes(file_of({"\x1b[31m": {**ONE, "dtype": "X"}}))
    assert "'\\x1b[31m'" in rnncalc.error(f"lstm --weights {path} --x 1")
