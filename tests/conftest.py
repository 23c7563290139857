"""What the tests share: a way to call the program as a shell does, but in process."""

from __future__ import annotations

import gc
import json
import os
import re
import shlex
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import settings

from rnncalc import CELLS, Cell
from rnncalc.cells.model import Parameter
from rnncalc.check import exercise
from rnncalc.cli.main import main

# Where the suite runs in the background of a script, it ignores interrupts, and so would all that
# it starts.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# As the program has it: what a command makes goes with it, and is hardly ever garbage in rings.
gc.set_threshold(100_000)

# What passes once passes again: -m long looks for what nobody has seen.
settings.register_profile("same", derandomize=True)
settings.load_profile("same")

# Processes that tests start need not compile the program each by itself.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# Whoever runs the tests may have a width of their own, and workers have one; a test says its own.
os.environ.pop("COLUMNS", None)

#: The built-in cells without their readouts, which nobody gets who doesn't ask for one.
CORES = {
    name: cell.having([e for e in cell.equations if not e.optional]) for name, cell in CELLS.items()
}


def shape_of(cell: Cell, parameter: Parameter, n: int, m: int) -> tuple[int, ...]:
    """Return the shape of a parameter of a cell with n units, readouts included, and m inputs."""
    if not parameter.is_matrix:
        return (n,)
    return (n, m if parameter.columns == cell.classes.get("x") else n)


@contextmanager
def linted_once() -> Iterator[None]:
    """Let what there is to say of one problem as an exercise be found once, and shown often."""
    found: list[exercise.Exercise] = []
    lint = exercise.lint

    def once(*problem: Any) -> exercise.Exercise:
        if not found:
            found.append(lint(*problem))
        return found[0]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(exercise, "lint", once)
        yield


@dataclass(frozen=True)
class Outcome:
    """What a command left behind."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> list[dict[str, Any]]:
        """Standard output as JSON Lines."""
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def rows(self) -> dict[str, list[str]]:
        """The table's cells by their symbol, for tables with two spaces between columns."""
        lines = [line.split("  ") for line in self.out.splitlines()]
        return {line[0]: [c.strip() for c in line[1:] if c.strip()] for line in lines if line[0]}


class Calculator:
    """Calls the program with the words of a command line, quoted as for a shell."""

    def __call__(self, command: str, stdin: str = "", **environment: str) -> Outcome:
        """Return what ``rnncalc COMMAND`` leaves behind."""
        runner = CliRunner(env={"LANG": "C.UTF-8", **environment})
        result = runner.invoke(main, shlex.split(command), input=stdin)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Outcome(result.exit_code, result.stdout, result.stderr)

    def error(self, command: str) -> str:
        """Return the message of a command that must be refused, and must print no result.

        The codes at the ends of sentences are left out.
        """
        outcome = self(command)
        assert (outcome.status, outcome.out) == (2, ""), outcome
        assert outcome.err.startswith("Error: ")
        text = outcome.err.removeprefix("Error: ").rstrip("\n")
        return re.sub(r" \[[a-z-]+\]$", "", text, flags=re.M)


@pytest.fixture(autouse=True, scope="session")
def unhurried_disk() -> Iterator[None]:
    """Let no file wait for the disk: nothing that tests write has to outlast the machine."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda _: None)
        yield


@pytest.fixture
def rnncalc() -> Calculator:
    """Return the program as a function of its command line."""
    return Calculator()
