"""The README and the help are true: all console blocks and Python lines are run and compared."""

from __future__ import annotations

import doctest
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import rnncalc
from tests.conftest import Calculator

README = Path(__file__).parents[1] / "README.md"
TOPICS = sorted((README.parent / "rnncalc" / "help").glob("*.md"))
#: A block: a command, which goes on behind a backslash, and what it prints.
COMMAND = re.compile(r"\$ ((?:.*\\\n)*.*)\n((?:.|\n)*)")
BLOCKS = dict.fromkeys(
    block
    for file in (README, *TOPICS)
    for block in re.findall(r"^```console\n(.*?)^```", file.read_text("utf-8"), re.M | re.S)
)


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.splitlines()[0])
def test_console_blocks(
    block: str, tmp_path: Path, rnncalc: Calculator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A console block shows what its command prints, to the letter."""
    found = COMMAND.fullmatch(block)
    assert found
    command, shown = found.groups()
    if command.startswith("rnncalc ") and not re.search(r"[|&;<>$`\\]", command):
        monkeypatch.chdir(tmp_path)
        outcome = rnncalc(command.removeprefix("rnncalc "))
        assert outcome.out + outcome.err == shown
        return
    for tool in ("jq", "xargs", "parallel"):
        if tool in command.split() and not shutil.which(tool):
            pytest.skip(f"{tool} is not installed")
    (tmp_path / "rnncalc").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m rnncalc "$@"\n')
    (tmp_path / "rnncalc").chmod(0o755)
    env = {**os.environ, "LANG": "C.UTF-8", "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    result = subprocess.run(
        ["bash", "-c", command],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        env=env,
        cwd=tmp_path,
        check=False,
    )
    assert result.stdout == shown


def test_grading_loop(tmp_path: Path) -> None:
    """The loop that grades a class tells right, wrong and unreadable answers apart."""
    text = (README.parent / "rnncalc" / "help" / "checking.md").read_text("utf-8")
    (loop,) = re.findall(r"^```sh\n(for .*?)^```", text, re.M | re.S)
    shown = re.findall(r"`(\{.*?\})`", text)
    answers = {"anna": shown[0], "ben": '{"h": 0.95}', "cleo": "h is 0.9613"}
    (tmp_path / "answers").mkdir()
    for name, text in answers.items():
        (tmp_path / "answers" / f"{name}.json").write_text(text)
    (tmp_path / "rnncalc").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m rnncalc "$@"\n')
    (tmp_path / "rnncalc").chmod(0o755)
    env = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    done = subprocess.run(
        ["sh", "-c", loop], capture_output=True, text=True, cwd=tmp_path, env=env, check=False
    )
    words = [line.partition(": ")[2] for line in done.stdout.splitlines()]
    assert words == ["right", "wrong", "can't be read"]


def test_promises_have_their_tests() -> None:
    """Each promise names tests that there are."""
    promises = (README.parent / "rnncalc" / "help" / "promises.md").read_text("utf-8")
    rows = [row for row in promises.splitlines() if row.startswith("| ") and "::" in row]
    assert len(rows) > 15
    for row in rows:
        for file, name in re.findall(r"`(\w+\.py)::(\w+)`", row):
            assert f"def {name}(" in (Path(__file__).with_name(file)).read_text("utf-8"), row


def test_python_examples() -> None:
    """The Python examples give what they show."""
    for file in (README, *TOPICS):
        assert doctest.testfile(str(file), module_relative=False).failed == 0
    assert doctest.testmod(rnncalc).failed == 0


def test_setup_lines_need_nothing_else() -> None:
    """The README holds the two set-up lines, each whole in itself."""
    lines = re.findall(r"^```sh\n(.*)\n```", README.read_text("utf-8"), re.M)
    assert [line.rpartition("/")[2].split()[0] for line in lines] == ["rnncalc", "pytest"]
    assert all(line.startswith("python3 -m venv .venv") for line in lines)


def test_the_readme_is_a_page() -> None:
    """The README is short, has its picture on top, and links to nothing but what there is."""
    text = README.read_text("utf-8")
    assert len(text.splitlines()) <= 260
    assert len(text.split()) <= 2400
    code = re.findall(r"^```\w*\n(.*?)^```", text, re.M | re.S)
    assert max(len(line) for block in code for line in block.splitlines()) <= 100
    places = re.findall(r"\]\(([^)]*)\)", text)
    assert places[0] in "".join(text.splitlines()[:12])
    assert all((README.parent / place).is_file() for place in places)


def test_the_readme_says_of_speed_what_the_help_says() -> None:
    """What the README says of speed is a row of the help's table."""
    figures = re.findall(r"take ([\d.]+ s), which is ([\d.]+) of", README.read_text("utf-8"))
    speed = (README.parent / "rnncalc" / "help" / "speed.md").read_text("utf-8")
    assert figures
    assert all(f" | {took} | {ratio} | " in speed for took, ratio in figures)
