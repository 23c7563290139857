"""Completion: shells ask the program, and get what can stand at that place."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest

from tests.conftest import Calculator, Outcome

SHELLS = ("bash", "zsh", "fish")


def _ask(instruction: str, line: str = "", **more: str) -> Outcome:
    """Ask as the shell's script does: for the last word of a line, which may be empty."""
    words = line.split(" ")
    last = words[-1] if instruction.startswith("fish") else str(len(words) - 1)
    asked = {"COMP_WORDS": line, "COMP_CWORD": last} if line else {}
    return Calculator()("", _RNNCALC_COMPLETE=instruction, **asked, **more)


def _values(shell: str, line: str) -> list[str]:
    """Return what a shell is given to complete the last word of a line to."""
    done = _ask(f"{shell}_complete", line)
    assert (done.status, done.err) == (0, "")
    lines = done.out.splitlines()
    if shell == "zsh":  # kind, value and description on three lines
        return lines[1::3]
    return [line.partition(",")[2].partition("\t")[0] for line in lines if line]


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize(
    ("line", "values"),
    [
        ("rnncalc ", ["simple", "gated", "lstm", "gru", "cell", "help"]),
        ("rnncalc g", ["gated", "gru"]),
        ("rnncalc help s", ["sizes", "sequences", "slips", "speed"]),
        ("rnncalc lstm --only c", ["c_prev", "candidate", "c"]),
        ("rnncalc gated --set ", ["g=", "candidate=", "s=", "y="]),
        ("rnncalc lstm --x 5 --expect pre.", ["pre.f=", "pre.i=", "pre.o=", "pre.candidate="]),
        ("rnncalc lstm --expect tanh", ["tanh_c="]),
        ("rnncalc simple --activation sig", ["sigmoid"]),
        ("rnncalc lstm --ties ", ["low", "high", "keep"]),
        ("rnncalc lstm --w-f", ["--w-fh", "--w-fx"]),
        ("rnncalc lstm --x 5 7 --only tanh", ["tanh_c"]),
        ("rnncalc lstm --gradients --only jac.", ["jac.h", "jac.c", "jac.h.c", "jac.c.h"]),
        ("rnncalc lstm --expect delta.f", ["delta.f="]),
        ("rnncalc simple --gradients --expect s", ["s_prev=", "s="]),
        ("rnncalc simple --gradients --only s", []),
        ("rnncalc lstm --only g", []),
        ("rnncalc nothing --only ", []),
    ],
)
def test_completions(shell: str, line: str, values: list[str]) -> None:
    """Names are completed after --only, --set and --expect, options and choices everywhere."""
    assert _values(shell, line) == values


def test_files_are_left_to_the_shell() -> None:
    """Where a file is wanted, the shell is told to complete files."""
    for line in ("rnncalc lstm --weights ", "rnncalc lstm --save ", "rnncalc lstm --x @da"):
        assert _ask("bash_complete", line).out.startswith("file,"), line


@pytest.mark.parametrize("shell", SHELLS)
def test_scripts(shell: str) -> None:
    """The script that a shell evaluates is one that it can read."""
    env = {**os.environ, "_RNNCALC_COMPLETE": f"{shell}_source"}
    command = [sys.executable, "-m", "rnncalc"]
    done = subprocess.run(command, capture_output=True, text=True, env=env, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "rnncalc" in done.stdout
    if shutil.which(shell):
        subprocess.run([shell, "-n"], input=done.stdout, text=True, check=True)


def test_other_instructions_are_ignored() -> None:
    """Anything else in the variable leaves the program as it is."""
    for instruction in ("", "bash", "tcsh_source", "bash_complete", "bash_other"):
        assert _ask(instruction).out.startswith("rnncalc evaluates one")
