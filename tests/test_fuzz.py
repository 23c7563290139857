"""Whatever is typed, piped or read: a documented status, whole results, one clear message.

``pytest -m long tests/test_fuzz.py`` tries 200,000 command lines, which takes a quarter of an hour.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from pathlib import Path

import click
import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rnncalc import CELLS
from rnncalc.cli.help import ClickOption
from rnncalc.cli.main import command, main

FILES = {
    "number.json": b"0.5",
    "vector.json": b"[1, -2]",
    "steps.json": b"[0.1, 0.2, -3]",
    "rows.json": b"[[1, 2], [3, 4]]",
    "steps.jsonl": b"1\n[2]\n3\n",
    "good.jsonl": b"1\n2.5\n-3\n",
    "late.jsonl": b"1\n2\nnope\n",
    "steps.csv": b"x\n1\n2\n",
    "rows.csv": b"a,b\r\n1,2\r\n3,4\r\n",
    "weights.json": b'{"w_fh": 1, "w_ss": 0.5, "h": [1, 2]}',
    "nan.json": b"[NaN]",
    "twice.json": b'{"h": 1, "h": 2}',
    "bom.json": b"\xef\xbb\xbf[1, 2]",
    "utf16.json": "[1, 2]".encode("utf-16"),
    "binary.npy": bytes(range(256)),
    "empty.json": b"",
    "own.cell": b"k = tanh(W.kk @ k_prev + W.kx @ x) / (1 + a)\n[y = softmax(W.yk @ k)]\n",
    "bad.cell": b"k = tahn(W.kk @ k_prev",
    "answers.json": b'{"t": 1, "h": 0.5, "s": 0.25, "pre": {"f": 1}}\n{"t": 2, "h": 1}',
}
ENDINGS = (".svg", ".html", ".txt", ".npy", ".json", ".npz", "")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with files of all kinds."""
    folder = tmp_path_factory.mktemp("files")
    for name, content in FILES.items():
        (folder / name).write_bytes(content)
    np.save(folder / "steps.npy", np.array([0.1, -2.0]))
    np.save(folder / "rows.npy", np.array([[0.1, -2.0], [1, 2]]))
    np.save(folder / "cube.npy", np.zeros((2, 2, 2)))
    np.save(folder / "words.npy", np.array(["a"]))
    np.savez(folder / "weights.npz", w_ss=1.0, w_sx=np.eye(2))
    return folder


NUMBERS = st.one_of(
    st.integers(-20, 20).map(str),
    st.decimals(-3, 3, places=2).map(str),
    st.floats().map(repr),
    st.sampled_from(["1/3", ".5", "-.5", "+2", "1e-3", "1e308", "-1e308", "1e-320", "0", "-0.0"]),
)


def _list(items: st.SearchStrategy[str], most: int = 3) -> st.SearchStrategy[str]:
    return st.lists(items, max_size=most).map(lambda texts: f"[{', '.join(texts)}]")


VECTORS = _list(NUMBERS)
JUNK = st.one_of(
    st.text(max_size=8),
    st.sampled_from(
        ["", "-", "@", "@@", "@.", "@missing", "--x", "nan", "inf", "1e999", "[1, 2", "[[]]",
         "true", "null", "{}", "1,5", "０", "[1, [2]]", '["1"]', "x" * 300, "1" * 400,
         "[" * 400, "\x00"]
    ),
)  # fmt: skip


def _values(files: list[str]) -> st.SearchStrategy[str]:
    named = st.sampled_from([f"@{file}" for file in files])
    return st.one_of(NUMBERS, NUMBERS, VECTORS, _list(VECTORS), named, JUNK)


def _option(option: click.Option, files: list[str], names: list[str]) -> st.SearchStrategy[str]:
    """Return values for an option: mostly such as it takes."""
    name = option.opts[-1]
    values = _values(files)
    if isinstance(option, ClickOption) and option.record.choices:
        return st.sampled_from([*option.record.choices, "junk"])
    if name in ("--set", "--expect"):
        places = st.sampled_from(["", "", "", "@1", "@2", "@0", "@x", "@99"])
        parts = (st.sampled_from(names), places, values)
        pairs = st.tuples(*parts).map(lambda part: f"{part[0]}{part[1]}={part[2]}")
        return st.one_of(pairs, pairs, pairs, values)
    if name == "--only":
        return st.sampled_from(names)
    if name.startswith("--save"):
        folder = str(Path(files[0]).parent)
        return st.sampled_from([f"{folder}/out{ending}" for ending in ENDINGS] + ["", folder])
    if name in ("--weights", "--xs"):
        listed = st.sampled_from([*files, *(f"@{file}" for file in files), "-"])
        return st.one_of(listed, VECTORS, _list(VECTORS), JUNK)
    if name == "--digits":
        return st.sampled_from(["0", "1", "4", "17", "30", "31", "-1", "x"])
    if name == "--tolerance":
        return st.one_of(NUMBERS, st.sampled_from(["1%", "0.1%", "%", "1%%", "-1"]))
    return values


@st.composite
def command_lines(draw: st.DrawFn, folder: Path) -> list[str]:
    """Return the words of a command line, most of it such as one would type."""
    cell = CELLS[draw(st.sampled_from(list(CELLS)))]
    files = [str(folder / name) for name in sorted(p.name for p in folder.iterdir())]
    names = [*cell.quantities, "pre.f", "exact.f", "pre.s", "q"]
    options = [param for param in command(cell.name).params if isinstance(param, click.Option)]
    words = [cell.name]
    if draw(st.integers(0, 9)) == 0:
        words = ["cell", draw(st.sampled_from(files)), "--a", draw(NUMBERS)]
    if draw(st.integers(0, 9)):
        words += ["--all-weights", draw(NUMBERS)]
        words += ["--x", draw(st.one_of(NUMBERS, VECTORS))] * draw(st.integers(0, 2))
    for option in draw(st.lists(st.sampled_from(options), max_size=4)):
        name = draw(st.sampled_from(option.opts))
        if option.is_flag:
            words.append(name)
        else:
            value = draw(_option(option, files, names))
            words += [f"{name}={value}"] if draw(st.integers(0, 5)) == 0 else [name, value]
    if draw(st.integers(0, 19)) == 0:
        words.insert(draw(st.integers(0, len(words))), draw(JUNK))
    return words


STDIN = st.one_of(
    st.just(b""),
    st.lists(st.one_of(NUMBERS, VECTORS), max_size=4).map(lambda x: "\n".join(x).encode()),
    st.lists(NUMBERS, max_size=4).map(lambda x: "\n".join(x).encode() + b"\n"),
    st.binary(max_size=12),
)


def _numbers(data: object) -> Iterator[float]:
    if isinstance(data, dict):
        data = list(data.values())
    if isinstance(data, list):
        for item in data:
            yield from _numbers(item)
    elif isinstance(data, (int, float)):
        yield data


def _refuse(name: str) -> float:
    raise AssertionError(f"{name} in the output")


def _check(folder: Path, words: list[str], stdin: bytes) -> None:
    before = set(folder.iterdir())
    result = CliRunner(env={"LANG": "C.UTF-8"}).invoke(main, words, input=stdin)
    for made in set(folder.iterdir()) - before:
        assert made.name.startswith("out"), made  # no draft is left behind
        made.unlink()
    assert result.exception is None or isinstance(result.exception, SystemExit), words
    status, out, err = result.exit_code, result.stdout, result.stderr
    assert status in (0, 1, 2), words
    assert "Traceback" not in out + err
    streams = any("-" in (word, word[-1:]) or word.endswith(("l", "v", "y")) for word in words)
    if status == 2:
        assert err.startswith(("Error: ", "note: ")), words
        assert err.count("Error: ") == 1, words
        assert streams or not out, words
        return
    assert status == 0 or any("--expect" in word for word in words)
    assert all(line.startswith("note: ") for line in err.splitlines()), words
    assert out.endswith("\n") or any("--save" in word for word in words), words
    if {"--format=json", "json"} & {*words} and not {"--help", "-h"} & {*words}:
        for line in out.splitlines():
            if "--equations" not in words:
                data = json.loads(line, parse_constant=_refuse)
                assert all(math.isfinite(number) for number in _numbers(data))


def _fuzz(folder: Path, examples: int, *, are_same: bool) -> None:
    @settings(
        max_examples=examples,
        derandomize=are_same,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        database=None,
    )
    @given(words=command_lines(folder), stdin=STDIN)
    def check(words: list[str], stdin: bytes) -> None:
        _check(folder, words, stdin)

    check()


def test_any_command_line(folder: Path) -> None:
    """Random options, values, files and streams end as documented, and say one thing."""
    _fuzz(folder, 300, are_same=True)


@pytest.mark.long
def test_many_command_lines(folder: Path) -> None:
    """So do 200,000 of them, other ones each time."""
    _fuzz(folder, 200_000, are_same=False)
