"""Files that are written: before there is any output, all of them or none, and where `>` would."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import Calculator

STEP = [sys.executable, "-m", "rnncalc", "lstm", "--all-weights", "1", "--x", "5"]
# By hand, in floats: c = σ(6) + σ(6) tanh(6), h = σ(6) tanh(c)
STATE = {"h": pytest.approx(0.9612928, abs=1e-7), "c": pytest.approx(1.9950425, abs=1e-7)}
FULL = Path("/dev/full")
has_full = pytest.mark.skipif(not FULL.exists(), reason="there is no /dev/full here")


def _run(*words: str, cwd: Path, **settings: object) -> subprocess.CompletedProcess[str]:
    keep = {"capture_output": True} if "stdout" not in settings else {"stderr": subprocess.PIPE}
    return subprocess.run(  # type: ignore[call-overload,no-any-return]
        [*STEP, *words], cwd=cwd, text=True, check=False, timeout=60, **keep, **settings
    )


@has_full
@pytest.mark.parametrize("output", ["-f json", "--only h", "", "--save p.svg", "-f csv --xs [1,2]"])
def test_a_file_that_fails_leaves_nothing(
    output: str, rnncalc: Calculator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If the state can't be written, there is no output, and no other file either."""
    monkeypatch.chdir(tmp_path)
    step = "lstm --all-weights 1" + " --x 5" * ("--xs" not in output)
    told = "can't write '/dev/full': No space left on device"
    assert rnncalc.error(f"{step} {output} --save-state {FULL}") == told
    assert os.listdir(tmp_path) == []


@has_full
def test_an_output_that_fails_leaves_no_file(tmp_path: Path) -> None:
    """If the output can't be written, the state of before is kept."""
    (tmp_path / "state.json").write_text("before")
    with FULL.open("w") as full:
        done = _run("-f", "json", "--save-state", "state.json", cwd=tmp_path, stdout=full)
    assert done.returncode == 2
    assert (tmp_path / "state.json").read_text() == "before"
    assert os.listdir(tmp_path) == ["state.json"]


def test_a_reader_of_the_output_that_leaves_is_no_fault(tmp_path: Path) -> None:
    """The state of steps that are all there is saved though nobody reads the output."""
    reading, writing = os.pipe()
    os.close(reading)
    done = _run("-f", "json", "--save-state", "state.json", cwd=tmp_path, stdout=writing)
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads((tmp_path / "state.json").read_text()) == STATE


@pytest.mark.parametrize("path", ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"])
@pytest.mark.parametrize("is_file", [False, True])
def test_a_state_on_standard_output(path: str, is_file: bool, tmp_path: Path) -> None:
    """The state stands behind the results, also where standard output is a file."""
    if not os.path.exists(path):
        pytest.skip(f"there is no {path} here")
    with (tmp_path / "out").open("w") as file:
        settings: dict[str, object] = {"stdout": file} if is_file else {}
        done = _run("--only", "h", "--save-state", path, cwd=tmp_path, **settings)
    out = (tmp_path / "out").read_text() if is_file else done.stdout
    h, state = map(json.loads, out.splitlines())
    assert (h, state) == (STATE["h"], STATE)


@pytest.mark.skipif(not os.path.exists("/dev/fd"), reason="there is no /dev/fd here")
@pytest.mark.parametrize("name", ["state", "state.npz"])
def test_a_state_into_pipes(name: str, tmp_path: Path) -> None:
    """What a shell opened, and a named pipe, take a state: what reads it has it whole."""
    reading, writing = os.pipe()
    done = _run("--save-state", f"/dev/fd/{writing}", cwd=tmp_path, pass_fds=[writing])
    os.close(writing)
    with open(reading) as pipe:
        assert json.loads(pipe.read()) == STATE
    assert done.returncode == 0
    os.mkfifo(tmp_path / name)
    found: list[bytes] = []
    reader = threading.Thread(target=lambda: found.append((tmp_path / name).read_bytes()))
    reader.start()
    assert _run("--save-state", name, cwd=tmp_path).returncode == 0
    reader.join(timeout=10)
    (tmp_path / "copy.npz").write_bytes(found[0])
    loaded = np.load(tmp_path / "copy.npz") if name.endswith("npz") else json.loads(found[0])
    assert {state: float(loaded[state]) for state in "hc"} == STATE
    assert (tmp_path / name).is_fifo()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("--save-state loop", "'loop': Too many levels of symbolic links"),
        ("--save-state out/inner", "'out/inner': Not a directory"),
        ("--save-state out", "'out': standard output goes there"),
        ("--save-state .", "'.': it is a folder"),
        ("--save-state s.npy", "'s.npy': it holds JSON, or is an .npz, and would"),
        ("--save-weights w.Safetensors", "'w.Safetensors': it holds JSON, or"),
        ("--save-state a\x1b[31m\nb/c", "'a\\x1b[31m\\nb/c': there is no folder"),
        ("--only h --save pipe.npy", "'pipe.npy': an array needs a file"),
    ],
)
def test_files_that_cannot_be(words: str, message: str, tmp_path: Path) -> None:
    """What can't be written to is refused in one line that says why, before anything else."""
    (tmp_path / "loop").symlink_to("loop")
    os.mkfifo(tmp_path / "pipe.npy")
    with (tmp_path / "out").open("w") as out:
        done = _run(*words.split(" "), cwd=tmp_path, stdout=out)
    assert done.returncode == 2
    assert f"can't write {message}" in done.stderr
    assert done.stderr.count("\n") == 1
    assert (tmp_path / "out").read_text() == ""


def test_a_stream_holds_the_room_for_its_state(tmp_path: Path) -> None:
    """The room for a state is taken before the first result, so that no full disk is met later."""
    command = [word for word in STEP if word not in ("--x", "5")]
    command += ["--xs", "-", "--only", "h", "--save-state", "state.json"]
    with subprocess.Popen(command, cwd=tmp_path, stdin=-1, stdout=-1, text=True) as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write("5\n")
        process.stdin.flush()
        assert process.stdout.readline()
        (draft,) = tmp_path.iterdir()
        assert draft.stat().st_size > 100
        process.stdin.close()
        assert process.wait(timeout=30) == 0
    assert [path.name for path in tmp_path.iterdir()] == ["state.json"]
    assert json.loads((tmp_path / "state.json").read_text()) == STATE
