"""NumPy gets one thread, unless weights are large and cores idle; what the user says stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from rnncalc.cli import threads


@pytest.mark.parametrize(
    ("size", "environ", "threads_told"),
    [
        (1 << 20, {}, "1"),
        (1 << 24, {}, "3"),
        (1 << 24, {"OMP_NUM_THREADS": "7"}, None),
        (1 << 10, {"OPENBLAS_NUM_THREADS": "5"}, "5"),
    ],
)
def test_threads(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    size: int,
    environ: dict[str, str],
    threads_told: str | None,
) -> None:
    """Large files count with and without @; what is no file counts for nothing."""
    monkeypatch.setattr(threads, "idle_cores", lambda: 3)
    file = tmp_path / "w.npz"
    file.write_bytes(b"")
    with file.open("r+b") as data:
        data.truncate(size)
    for name in (str(file), f"@{file}"):
        found = dict(environ)
        threads.limit_threads([name, "[[1, 2]]", "-", "@", "x" * 5000], found)
        assert found.get("OPENBLAS_NUM_THREADS") == threads_told


def test_some_core_is_left() -> None:
    """However busy a machine is, there is a core to work on."""
    assert threads.idle_cores() >= 1
