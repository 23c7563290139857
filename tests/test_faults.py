"""Faults of the world outside: what is written is whole or not there, and no traceback."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

RNNCALC = [sys.executable, "-m", "rnncalc"]
LONG = [*RNNCALC, "lstm", "--all-weights", "0.5"]


@pytest.fixture(scope="module")
def steps(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a file of steps that take about a quarter of a second."""
    path = tmp_path_factory.mktemp("steps") / "xs.jsonl"
    path.write_text("0.25\n-1\n" * 30_000)
    return path


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize(
    "options", ["--only h --save out.npy", "--only c --save-state out.json", "-f json"]
)
def test_a_signal_at_any_moment(
    number: signal.Signals, options: str, steps: Path, tmp_path: Path
) -> None:
    """Files are whole or absent, lines are whole, and the status is the signal's."""
    source = random.Random(f"{number} {options}")
    for _ in range(3):
        for left in tmp_path.iterdir():
            left.unlink()
        command = [*LONG, "--xs", f"@{steps}", *options.split()]
        with (tmp_path / "told").open("wb") as told:
            process = subprocess.Popen(command, stdout=told, stderr=-1, cwd=tmp_path)
        time.sleep(source.uniform(0.0, 0.5))
        process.send_signal(number)
        _, err = process.communicate(timeout=30)
        status = {signal.SIGINT: (130, -2), signal.SIGTERM: (143, -15)}[number]
        if process.returncode != 1:
            assert process.returncode in (0, *status)
            assert b"Traceback" not in err
        else:  # Python was interrupted before it came to the program
            assert b"import_site" in err or b"<frozen" in err
            assert b"rnncalc" not in err
        lines = (tmp_path / "told").read_text().splitlines(keepends=True)
        assert all(line.endswith("\n") for line in lines)
        assert all(json.loads(line) is not None for line in lines[-3:])
        assert {path.name for path in tmp_path.iterdir()} <= {"told", "out.npy", "out.json"}
        if (array := tmp_path / "out.npy").exists():
            assert np.load(array).shape == (60_000,)
        if (state := tmp_path / "out.json").exists():
            assert set(json.loads(state.read_text())) == {"h", "c"}


SENDER = """
import os, signal, sys
from rnncalc.__main__ import main
at, calls = int(sys.argv.pop(1)), 0
def count(*_):
    global calls
    calls += 1
    if calls == at:
        os.kill(os.getpid(), signal.SIGINT)
sys.setprofile(count)
try:
    main()
finally:
    if not at:
        print(calls, file=sys.stderr)
"""


@pytest.mark.parametrize("words", ["--x 5 -f json", "--x [1,5]", "--xs - --only h", "--x 1,5"])
def test_an_interrupt_between_any_two_calls(words: str) -> None:
    """From the program's first calls to its last, an interrupt ends it with 130 and no word."""

    def run(at: int) -> tuple[int, str, str]:
        command = [sys.executable, "-c", SENDER, str(at), *LONG[3:], *words.split()]
        settings: dict[str, Any] = {"capture_output": True, "text": True, "check": False}
        done = subprocess.run(command, input="1\n2\n", **settings)
        return done.returncode, done.stdout, done.stderr

    status, whole, err = run(0)
    *told, calls = err.splitlines(keepends=True)
    source = random.Random(words)
    for _ in range(6):
        found = run(source.randrange(3, int(calls) + 1))
        if found != (status, whole, "".join(told)):  # it had come to its end
            assert found[0] in (130, -signal.SIGINT)
            assert whole.startswith(found[1])
            assert "".join(told).startswith(found[2])


WITHIN = """
import os, signal
from rnncalc.signals import SIGNALS
from rnncalc.cli.terminal import end_with
class Last:
    def __del__(self):
        os.kill(os.getpid(), signal.SIGTERM)
SIGNALS.catch()
end_with(lambda: eval({0!r}))
"""


@pytest.mark.parametrize("text", ["os.kill(os.getpid(), signal.SIGTERM)", "[Last(), 1][1]"])
def test_a_signal_where_python_may_lose_it(text: str, tmp_path: Path) -> None:
    """In a text that Python evaluates, as for named tuples, or a destructor it ends the program."""
    (tmp_path / "within.py").write_text(WITHIN.format(text))
    done = subprocess.run([sys.executable, "-m", "within"], cwd=tmp_path, stderr=-1, check=False)
    assert (done.returncode, done.stderr) == (143, b"")


def _limited() -> None:
    """Let the process write files of 64 KiB and no larger."""
    import resource

    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 16, 1 << 16))


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Return a folder on a file system of 64 KiB, where one may be mounted."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(folder)]
    if not shutil.which("mount") or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("can't mount a small file system here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def _refused(done: subprocess.CompletedProcess[str], folder: Path, message: str) -> None:
    assert done.returncode == 2
    assert message in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert os.listdir(folder) == ["told"] or os.listdir(folder) == []


def test_a_file_beyond_the_limit(steps: Path, tmp_path: Path) -> None:
    """Where the system ends a file, the array is not there, and one line says why."""
    pytest.importorskip("resource")
    words = [*LONG, "--xs", f"@{steps}", "--only", "h", "--save", str(tmp_path / "out.npy")]
    done = subprocess.run(words, capture_output=True, text=True, preexec_fn=_limited, check=False)
    _refused(done, tmp_path, "can't write")
    with (tmp_path / "told").open("w") as told:
        done = subprocess.run(
            words[:-2], stdout=told, stderr=-1, text=True, preexec_fn=_limited, check=False
        )
    _refused(done, tmp_path, "the output can't be written: File too large")


def test_a_full_disk(steps: Path, small_disk: Path) -> None:
    """On a disk that is full, no part of a file is left and the old state is kept."""
    state = small_disk / "state.json"
    state.write_text('{"h": 1, "c": 1}')
    (small_disk / "ballast").write_bytes(bytes(40_000))
    for words in (
        ["--only", "h", "--save", str(small_disk / "out.npy")],
        ["-f", "csv", "--save-state", str(state)],
    ):
        if "csv" in words:
            with (small_disk / "told").open("w") as told:
                done = subprocess.run(
                    [*LONG, "--xs", f"@{steps}", *words],
                    stdout=told,
                    stderr=-1,
                    text=True,
                    check=False,
                )
        else:
            done = subprocess.run(
                [*LONG, "--xs", f"@{steps}", *words], capture_output=True, text=True, check=False
            )
        assert done.returncode == 2
        assert len(done.stderr.splitlines()) == 1
        assert "No space left on device" in done.stderr
        assert set(os.listdir(small_disk)) <= {"ballast", "state.json", "told"}
        assert state.read_text() == '{"h": 1, "c": 1}'


def test_a_folder_that_takes_no_files(tmp_path: Path) -> None:
    """A folder that can't be written to is named before anything is computed."""
    folder = Path("/proc") if os.geteuid() == 0 else tmp_path
    if folder is tmp_path:
        folder.chmod(0o500)
    for words in (["--save-state", f"{folder}/s.json"], ["--save", f"{folder}/a.svg"]):
        done = subprocess.run(
            [*LONG, "--x", "1", *words], capture_output=True, text=True, check=False
        )
        assert done.returncode == 2
        assert len(done.stderr.splitlines()) == 1
        assert str(folder) in done.stderr


def test_a_link_is_followed(tmp_path: Path) -> None:
    """--save writes what a symbolic link points to, and leaves the link."""
    (tmp_path / "link.svg").symlink_to(tmp_path / "target.svg")
    words = [*LONG, "--x", "1", "--save", str(tmp_path / "link.svg")]
    assert subprocess.run(words, check=False).returncode == 0
    assert (tmp_path / "link.svg").is_symlink()
    assert (tmp_path / "target.svg").read_text().startswith("<svg")
    again = subprocess.run(words, capture_output=True, text=True, check=False)
    assert (again.returncode, "--force" in again.stderr) == (2, True)
    (tmp_path / "loop.svg").symlink_to(tmp_path / "loop.svg")
    words[-1] = str(tmp_path / "loop.svg")
    looped = subprocess.run(words, capture_output=True, text=True, check=False)
    assert looped.returncode in (0, 2)
    assert "Traceback" not in looped.stderr


def test_a_read_error_in_mid_stream() -> None:
    """When the source of a stream breaks, the steps before are there, and one line says why."""
    ours, theirs = socket.socketpair()
    theirs.sendall(b"what nobody reads before we close makes a reset of the end")
    words = [*LONG, "--xs", "-", "--only", "h"]
    with subprocess.Popen(words, stdin=theirs.fileno(), stdout=-1, stderr=-1, text=True) as process:
        theirs.close()
        assert process.stdout
        ours.sendall(b"1\n2\n")
        first = [process.stdout.readline(), process.stdout.readline()]
        ours.close()
        out, err = process.communicate(timeout=10)
    assert [float(line) for line in first]
    assert (process.returncode, out) == (2, "")
    assert err == "Error: line 3 of standard input can't be read: Connection reset by peer [file]\n"


def test_too_little_memory(tmp_path: Path) -> None:
    """What needs more memory than there is ends in a line, not in a traceback."""
    np.save(tmp_path / "v.npy", np.ones(60_000))
    words = [*RNNCALC, "simple", "--w-ss", "[[1]]", "--w-sx", f"@{tmp_path}/v.npy", "--only", "s"]
    words += ["--x", f"@{tmp_path}/v.npy", "--x", f"@{tmp_path}/v.npy", "--s", f"@{tmp_path}/v.npy"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 2  # a matrix of one row beside 60,000 units
    assert "Traceback" not in done.stderr
    resource, allowed = pytest.importorskip("resource"), 1 << 27

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (allowed, allowed))

    (tmp_path / "xs.json").write_text("[" + "0.5, " * 3_000_000 + "1]")
    words = [*LONG, "--xs", f"@{tmp_path}/xs.json", "--only", "h"]
    done = subprocess.run(words, capture_output=True, text=True, preexec_fn=limited, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "Error: there is not enough memory for this\n"


def test_drafts_of_others_are_left_alone(tmp_path: Path) -> None:
    """Two runs that save into one folder don't meet, whatever their process numbers are."""
    script = "touch .rnncalc-$$.part; exec " + " ".join(LONG) + " --x 1 --save-state s.json"
    done = subprocess.run(["sh", "-c", script], cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == 0
    assert len(list(tmp_path.glob(".rnncalc-*.part"))) == 1
    assert (tmp_path / "s.json").exists()


def test_ignored_signals_stay_ignored(steps: Path, tmp_path: Path) -> None:
    """Under nohup, or where SIGTERM is ignored, saving goes on to its end."""
    if not hasattr(signal, "SIGHUP"):
        pytest.skip("needs SIGHUP")
    words = " ".join([*LONG, "--xs", f"@{steps}", "--only", "h", "--save", "out.npy"])
    script = f"trap '' TERM HUP INT; exec {words}"
    process = subprocess.Popen(["sh", "-c", script], cwd=tmp_path)
    time.sleep(0.3)
    for number in (signal.SIGHUP, signal.SIGTERM, signal.SIGINT):
        process.send_signal(number)
    assert process.wait(timeout=30) == 0
    assert np.load(tmp_path / "out.npy").shape == (60_000,)


@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_long_lines_are_not_torn(number: signal.Signals, unbuffered: str, tmp_path: Path) -> None:
    """A signal that comes while a slow reader takes long lines leaves them whole."""
    rows = np.random.default_rng(1).uniform(-1, 1, (4000, 200))
    np.save(tmp_path / "xs.npy", rows)
    np.savez(tmp_path / "w.npz", w_ss=np.eye(200) / 2, w_sx=np.full((200, 200), 0.01))
    words = [*RNNCALC, "simple", "--weights", str(tmp_path / "w.npz"), "--only", "s"]
    words += ["--xs", f"@{tmp_path}/xs.npy"]
    env = {**os.environ, "PYTHONUNBUFFERED": unbuffered}
    with subprocess.Popen(words, stdout=-1, stderr=-1, env=env) as process:
        assert process.stdout
        out = process.stdout.read(200_000)
        process.send_signal(number)
        while chunk := process.stdout.read(20_000):
            time.sleep(0.002)
            out += chunk
        process.wait(timeout=30)
    assert process.returncode in (0, 130, 143)
    assert out.endswith(b"\n")
    assert all(len(json.loads(line)) == 200 for line in out.splitlines()[-3:])
