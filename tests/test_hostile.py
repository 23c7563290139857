"""Input as large and as hostile as it comes: refused in a line or handled, in bounded memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.conftest import Calculator

PARTS = {
    "--x": "simple --all-weights 0.5 --only s --x @{}",
    "--xs": "simple --all-weights 0.5 --only s --xs @{}",
    "--weights": "simple --w-sx 1 --x 1 --only s --weights {}",
    "--expect": "simple --all-weights 0.5 --x 1 --expect @{}",
}
MOST = 300 << 10  # KiB of memory, of which NumPy takes 30 MiB


# A process between, because what this one takes would count for its children.
METER = """
import json, os, sys, tempfile
for line in sys.stdin:
    words, files = json.loads(line), [tempfile.TemporaryFile() for _ in range(2)]
    actions = [(os.POSIX_SPAWN_DUP2, file.fileno(), k) for k, file in enumerate(files, 1)]
    actions.append((os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0))
    process = os.posix_spawn(words[0], words, os.environ, file_actions=actions)
    _, status, usage = os.wait4(process, 0)
    told = [os.pread(file.fileno(), 1 << 20, 0).decode() for file in files]
    print(json.dumps([os.waitstatus_to_exitcode(status), *told, usage.ru_maxrss]), flush=True)
"""


@pytest.fixture(scope="module")
def measured() -> Iterator[Callable[[list[str]], tuple[int, str, str, int]]]:
    """Return what runs the program: its status, both outputs, and KiB of memory that it took."""
    pytest.importorskip("resource")
    command = [sys.executable, "-c", METER]
    with subprocess.Popen(command, stdin=-1, stdout=-1, text=True) as meter:

        def run(words: list[str]) -> tuple[int, str, str, int]:
            assert meter.stdin
            assert meter.stdout
            meter.stdin.write(json.dumps([sys.executable, "-m", "rnncalc", *words]) + "\n")
            meter.stdin.flush()
            status, out, err, taken = json.loads(meter.stdout.readline())
            return status, out, err, taken

        yield run


def _header(shape: tuple[int, ...], descr: str = "<f8") -> bytes:
    text = str({"descr": descr, "fortran_order": False, "shape": shape}).ljust(117) + "\n"
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text.encode()


def _archive(path: Path, array: bytes, size: int = 0) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open("w_ss.npy", "w", force_zip64=True) as member:
            member.write(array)
        for info in archive.infolist() if size else ():
            info.file_size = size  # as the archive says, whatever is in it


def _doubled(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("w_ss", b"1")
        archive.writestr("w_ss.npy", b"2")


def _pickled(path: Path) -> None:
    np.savez(path, w_ss=np.array([{}], dtype=object))


def _pickled_array(path: Path) -> None:
    np.save(path, np.array([{}], dtype=object), allow_pickle=True)


def _large(path: Path) -> None:
    with path.open("wb") as file:
        file.write(b"[0.25")
        for _ in range(100):
            file.write(b", 0.25" * 175_000)
        file.write(b"]")


#: name of the file: what makes it, for which options, and what is said of it
HOSTILE: dict[str, tuple[Callable[[Path], object], str, str]] = {
    "large.json": (_large, "--x --xs --weights --expect", "larger than 64 MiB"),
    "deep.json": (
        lambda p: p.write_text("[" * 100_000 + "]" * 100_000),
        "--x --xs --weights --expect",
        "nested too deep",
    ),
    "twice.json": (
        lambda p: p.write_text("{" + "".join(f'"k{k}": 1, ' for k in range(60_000)) + '"k0": 1}'),
        "--weights --expect",
        "has 'k0' more than once",
    ),
    "twice.npz": (_doubled, "--weights", "it has 'w_ss' more than once"),
    "digits.json": (lambda p: p.write_text("1" * 10_000), "--x", "only numbers up to"),
    "list.json": (lambda p: p.write_text(f"[1{'0' * 10_000}]"), "--x --xs", "1.797e308"),
    "digits.jsonl": (lambda p: p.write_text("1" * 10_000 + "\n"), "--xs", "1.797e308"),
    "folder.json": (lambda p: p.mkdir(), "--x --xs --weights --expect", "Is a directory"),
    "folder.npy": (lambda p: p.mkdir(), "--x --xs", "Is a directory"),
    "folder.csv": (lambda p: p.mkdir(), "--xs", "Is a directory"),
    "binary.json": (lambda p: p.write_bytes(bytes(range(256))), "--x --xs --weights", "not UTF-8"),
    "binary.jsonl": (lambda p: p.write_bytes(bytes(range(256))), "--xs", "line 1 of"),
    "binary.npz": (lambda p: p.write_bytes(bytes(range(256))), "--weights", "not an .npz"),
    "utf16.json": (lambda p: p.write_text("[1]", "utf-16"), "--x --weights --expect", "not UTF-8"),
    "utf16.jsonl": (lambda p: p.write_text("1\n2\n", "utf-16"), "--xs", "line 1 of"),
    "pickle.npz": (_pickled, "--weights", "not an .npz of plain arrays"),
    "pickle.npy": (_pickled_array, "--x --xs", "no real numbers in it"),
    "lie.npz": (lambda p: _archive(p, _header((10**12,)) + bytes(80)), "--weights", "not an .npz"),
    "short.npz": (lambda p: _archive(p, _header((2, 2)) + bytes(8)), "--weights", "not an .npz"),
    "minus.npz": (lambda p: _archive(p, _header((-5,)) + bytes(8)), "--weights", "not an .npz"),
    "lie.npy": (lambda p: p.write_bytes(_header((10**12,)) + bytes(80)), "--x --xs", "not a whole"),
    "bomb.npz": (
        lambda p: _archive(p, _header((136_000_000,)) + bytes(8_000_000), 8 * 136_000_000),
        "--weights",
        "unpacks to more than 1024 MiB",
    ),
    "long.jsonl": (lambda p: p.write_bytes(b"1" * (70 << 20)), "--xs", "longer than 64 MiB"),
}


#: Those that are large, or say that they are.
LARGE = ("large.json", "deep.json", "twice.json", "lie.npz", "lie.npy", "bomb.npz", "long.jsonl")


def _check(option: str, status: int, out: str, err: str, message: str) -> None:
    assert (status, out) == (2, ""), option
    assert err.startswith("Error: ")
    assert err.count("\n") in (1, 3)  # with a caret under the place
    assert message in err
    assert len(err) < 500


@pytest.mark.parametrize("name", [name for name in HOSTILE if name not in LARGE])
def test_hostile_files(rnncalc: Calculator, name: str, tmp_path: Path) -> None:
    """A file that can't be used is refused in one line."""
    make, options, message = HOSTILE[name]
    make(tmp_path / name)
    for option in options.split():
        outcome = rnncalc(PARTS[option].format(tmp_path / name))
        _check(option, outcome.status, outcome.out, outcome.err, message)


@pytest.mark.parametrize("name", LARGE)
def test_large_hostile_files(measured: Any, name: str, tmp_path: Path) -> None:
    """So is one that is large, or says that it is, without taking much memory."""
    make, options, message = HOSTILE[name]
    make(tmp_path / name)
    for option in options.split():
        words = [word.format(tmp_path / name) for word in PARTS[option].split()]
        status, out, err, memory = measured(words)
        _check(option, status, out, err, message)
        assert memory < MOST


@pytest.mark.parametrize(
    ("content", "option", "name", "printed"),
    [
        (b"\xef\xbb\xbf[1]", "--x", "bom.json", "[0.6351489523872873]"),
        (b"\xef\xbb\xbf1\r\n2\r\n", "--xs", "bom.jsonl", "0.6351489523872873\n0.8661794663168416"),
        (b"\xef\xbb\xbfx\r\n1\r\n", "--xs", "bom.csv", "0.6351489523872873"),
        (b"1\r\n\r\n", "--x", "crlf.json", "0.6351489523872873"),
        (b'{"w_ss": 0.5,\r\n"s": 0.5}', "--weights", "crlf.json", "0.8482836399575129"),
    ],
)
def test_odd_files_that_can_be_used(
    rnncalc: Calculator, content: bytes, option: str, name: str, printed: str, tmp_path: Path
) -> None:
    """A byte-order mark and the line ends of other systems change nothing."""
    (tmp_path / name).write_bytes(content)
    outcome = rnncalc(PARTS[option].format(tmp_path / name))
    assert (outcome.status, outcome.out, outcome.err) == (0, printed + "\n", "")


def test_pipes_as_files(rnncalc: Calculator, tmp_path: Path) -> None:
    """What comes through a named pipe is read like a file's content; an array can't be."""
    for name, content, status in (
        ("x.json", b"[1, 2]", 0),
        ("xs.jsonl", b"1\n2\n", 0),
        ("w.json", b'{"w_ss": 1}', 0),
    ):
        os.mkfifo(tmp_path / name)
        option = {"x": "--x", "xs": "--xs", "w": "--weights"}[name.partition(".")[0]]
        writer = threading.Thread(target=(tmp_path / name).write_bytes, args=(content,))
        writer.start()
        assert rnncalc(PARTS[option].format(tmp_path / name)).status == status, name
        writer.join()


def test_a_long_stream_takes_no_more_memory_than_a_short_one() -> None:
    """200,000 steps take about as much as 30,000."""
    pytest.importorskip("resource")
    script = f"yes 0.5 | head -n {{}} | {sys.executable} -m rnncalc lstm --all-weights 0.5 --xs -"
    taken = []
    for steps in (30_000, 200_000):
        meter = (
            "import resource, subprocess, sys;"
            f"subprocess.run(['sh', '-c', {script.format(steps) + ' --only h > /dev/null'!r}]);"
            "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
        )
        done = subprocess.run([sys.executable, "-c", meter], capture_output=True, check=True)
        taken.append(int(done.stdout))
    assert taken[1] - taken[0] < 4 << 10


@pytest.mark.parametrize("words", ["-f json", "--only s", "--save-state {}/s.json"])
def test_a_long_vector_takes_a_few_times_its_own_memory(
    measured: Any, words: str, tmp_path: Path
) -> None:
    """Each number may take 48 bytes, however much there is to compute and to write of it."""
    count = 300_000
    np.save(tmp_path / "x.npy", np.linspace(-1, 1, count))
    command = f"gated --all-weights 0.5 --x @{tmp_path}/x.npy {words.format(tmp_path)}"
    status, *_, taken = measured(command.split())
    assert (status, taken < (100 << 10) + 48 * count // 1024) == (0, True)


@pytest.mark.parametrize("words", ["--round --only h", "--expect h=@{}/h.npy"])
def test_a_long_vector_takes_no_more_with_rounding_or_answers(
    measured: Any, words: str, tmp_path: Path
) -> None:
    """However many stages each number goes through, it takes 48 bytes, and so does its answer.

    Where all weights and states are 0, so are the candidate, the memory cell and h.
    """
    count = 400_000
    np.save(tmp_path / "x.npy", np.ones(count))
    np.save(tmp_path / "h.npy", np.zeros(count))
    weights = 0.5 if "round" in words else 0
    command = f"lstm --all-weights {weights} --x @{tmp_path}/x.npy {words.format(tmp_path)}"
    status, *_, taken = measured(command.split())
    numbers = count * (1 + ("expect" in words))
    assert (status, taken < (100 << 10) + 48 * numbers // 1024) == (0, True)


@pytest.mark.parametrize(("form", "wrong"), [("[{}]", ""), ('{{"s": [{}]}}', ", 0.5000")])
def test_a_long_answer_as_it_is_typed_takes_a_few_times_its_memory(
    measured: Any, form: str, wrong: str, tmp_path: Path
) -> None:
    """Each number of an input or an answer takes 48 bytes beside 50 MiB, in whatever digits."""
    count = 200_000
    np.save(tmp_path / "x.npy", np.ones(count))
    numbers = ", ".join(["0.0000"] * (count - bool(wrong)))
    (tmp_path / "a.json").write_text(form.format(numbers + wrong))
    name = "" if "s" in form else "s="
    command = f"simple --all-weights 0 --x @{tmp_path}/x.npy --expect {name}@{tmp_path}/a.json"
    status, *_, taken = measured(command.split())
    assert (status, taken < (50 << 10) + 2 * 48 * count // 1024) == (bool(wrong), True)


@pytest.mark.parametrize("words", ["", "--save {}/s.html"])
def test_a_report_on_long_vectors_takes_a_few_times_their_memory(
    measured: Any, words: str, tmp_path: Path
) -> None:
    """However many quantities go by in steps, each number of the input takes 48 bytes at most."""
    steps, units = 20, 50_000
    np.save(tmp_path / "x.npy", np.linspace(-1, 1, steps * units).reshape(steps, units))
    command = f"lstm --all-weights 0.5 --xs @{tmp_path}/x.npy {words.format(tmp_path)}"
    status, out, _, taken = measured(command.split())
    assert (status, taken < (100 << 10) + 48 * steps * units // 1024) == (0, True)
    assert words or "10% -0.8, 90% 0.8" in out  # of x


def test_a_table_of_many_derivatives_is_written_while_they_go_by(
    measured: Any, tmp_path: Path
) -> None:
    """A row of thousands takes no more than its text does, beside 20 MiB of the program."""
    (tmp_path / "xs.json").write_text(str([0.5, -0.25] * 2_000))
    command = f"lstm --all-weights 0.5 --xs @{tmp_path}/xs.json --gradients -f markdown"
    status, *_, taken = measured(command.split())
    assert (status, taken < (30 << 10)) == (0, True)


def test_a_vector_by_a_large_matrix(measured: Any, tmp_path: Path) -> None:
    """What would have a matrix for each of many units is refused, and one of them is not."""
    np.savez(tmp_path / "w.npz", w_sx=np.zeros((300, 300)))
    np.save(tmp_path / "x.npy", np.ones(300))
    command = f"simple --weights {tmp_path}/w.npz --all-weights 0 --x @{tmp_path}/x.npy"
    command += " --gradients --only grad.w_sx"
    status, _, err, _ = measured(command.split())
    assert (status, "300 matrices of 300 x 300" in err) == (2, True)
    status, out, *_ = measured([*command.split(), "--of", "s[1]"])
    assert (status, out[:7], out[-4:]) == (0, "[[1, 1,", "0]]\n")


def test_a_wrong_answer_in_a_long_vector_is_told(measured: Any, tmp_path: Path) -> None:
    """Where no mistake can be looked for among so many units, there still is a verdict."""
    np.save(tmp_path / "x.npy", np.ones(100_000))
    np.save(tmp_path / "h.npy", np.append(np.zeros(99_999), 1))
    command = f"lstm --all-weights 0 --x @{tmp_path}/x.npy --expect h=@{tmp_path}/h.npy"
    status, out, *_ = measured([*command.split(), "--tolerance", "0.5"])
    assert (status, "the first beyond that is unit 100000" in out) == (1, True)


def test_no_slip_is_looked_for_in_a_long_vector(rnncalc: Calculator, tmp_path: Path) -> None:
    """That is said wherever slips would be named, and nowhere else."""
    told, page = (
        "no slip is looked for where a vector has over 16,384 elements",
        tmp_path / "s.html",
    )
    np.save(tmp_path / "x.npy", np.zeros(16_385))
    command = f"simple --w-ss 1 --w-sx 1 --x @{tmp_path}/x.npy --expect"
    for more in ("", "-f plain", "--no-reveal --hint"):
        assert told in rnncalc(f"{command} s[2]=0.5 {more}").out
    rnncalc(f"{command} s[2]=0.5 --save {page}")
    assert told in page.read_text("utf-8")
    (data,) = rnncalc(f"{command} s[2]=0.5 -f json").json
    assert (data["too_long_for_slips"], "mistakes" in data) == (True, False)
    for more in ("s[2]=0", "s[2]=0.5 --no-reveal"):
        assert told not in rnncalc(f"{command} {more}").out
    np.save(tmp_path / "x.npy", np.zeros(16_384))
    (data,) = rnncalc(f"{command} s[2]=0.5 -f json").json
    assert ("too_long_for_slips" in data, "mistakes" in data) == (False, True)


def test_long_rows_are_read_some_at_a_time(measured: Any, tmp_path: Path) -> None:
    """A batch whose sequences have long rows takes the memory of a few of them."""
    rows = np.lib.format.open_memmap(tmp_path / "x.npy", "w+", np.float32, (2, 60, 300_000))
    del rows
    command = f"simple --all-weights 0.5 --xs @{tmp_path}/x.npy --only s[1]"
    status, out, _, taken = measured(command.split())
    assert (status, out.count("\n"), taken < 100 << 10) == (0, 120, True)


def test_steps_from_the_last_to_the_first_wait_in_a_file(measured: Any, tmp_path: Path) -> None:
    """A sequence that is run backwards takes no memory for each of its steps."""
    (tmp_path / "xs.txt").write_text("0.5\n-0.25\n" * 30_000)
    command = f"lstm --all-weights 0.5 --xs @{tmp_path}/xs.txt --reverse -f json"
    status, out, _, taken = measured(command.split())
    assert (status, out.startswith('{"t": 1,'), taken < 70 << 10) == (0, True, True)


def test_blocks_from_the_last_to_the_first_wait_in_a_file(measured: Any, tmp_path: Path) -> None:
    """What is told of a sequence that is run backwards takes the memory of its inputs alone."""
    (tmp_path / "xs.json").write_text(str([0.5, -0.25] * 60_000))
    command = f"lstm --all-weights 0.5 --xs @{tmp_path}/xs.json --reverse --summary"
    status, out, _, taken = measured(command.split())
    assert (status, "120,000 steps" in out, taken < 50 << 10) == (0, True, True)


def test_the_way_back_keeps_numbers_alone(measured: Any, tmp_path: Path) -> None:
    """Derivatives by whatever there is take little memory for each of many steps."""
    (tmp_path / "xs.txt").write_text("0.5\n-0.25\n" * 2_500)
    words = f"lstm --all-weights 0.5 --xs @{tmp_path}/xs.txt --gradients --save {tmp_path}/way.svg"
    status, *_, taken = measured(words.split())
    assert (status, taken < 33 << 10) == (0, True)


def test_many_faults_are_counted(rnncalc: Calculator, tmp_path: Path) -> None:
    """Of thousands of faults the first ones are told, and how many more there are."""
    path = tmp_path / "names.json"
    path.write_text("{" + ", ".join(f'"k{k}": 1' for k in range(3000)) + "}")
    told = rnncalc.error(f"simple --weights {path} --x 1")
    assert len(told.splitlines()) == 32
    assert told.endswith(" more")
    assert len(rnncalc.error(f"simple --all-weights 1 --format {'x' * 100_000}")) < 3000


@pytest.mark.parametrize(
    ("option", "limit"),
    [
        ("--expect s=1", "check.grade._MOST"),
        ("--lint", "check.exercise._MOST_STEPS"),
        ("--gradients", "cli.deriving._MOST_STEPS"),
    ],
)
def test_endless_streams_are_not_gathered(
    rnncalc: Calculator,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    option: str,
    limit: str,
) -> None:
    """What has to go through all steps more than once takes so many and no more."""
    monkeypatch.setattr(f"rnncalc.{limit}", 5_000)
    os.mkfifo(tmp_path / "xs.jsonl")
    command = ["sh", "-c", 'yes 0.5 | head -n 50000 > "$0"', str(tmp_path / "xs.jsonl")]
    with subprocess.Popen(command) as endless:
        told = rnncalc.error(f"simple --all-weights 0.5 --xs @{tmp_path}/xs.jsonl {option}")
    assert "more than 5,000 steps, and no more are gone through" in told
    assert endless.returncode  # its reader has gone
