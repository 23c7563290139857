"""Snapshots: every report as it looks, as whole files; a change of looks shows as a difference.

``python -m tests.test_snapshots`` writes them anew.
"""

from __future__ import annotations

import json
import random
from itertools import product
from pathlib import Path

import pytest

from tests.conftest import Calculator, linted_once

FOLDER = Path(__file__).with_name("snapshots")

_CHANCE = random.Random(1)
_GATES = [[round(_CHANCE.uniform(-1, 1), 2) for _ in range(8)] for _ in range(8)]
_MANY = json.dumps([[round(_CHANCE.uniform(-2, 2), 2) for _ in range(8)] for _ in range(60)])
_WAVE = json.dumps([round(2 - abs(k % 9 - 4.5), 2) for k in range(40)])
PROBLEMS = {
    "exercise": "lstm --all-weights 1 --x 5 --round",
    "units": "gated --all-weights 1 --s '[0.3, -0.8]' --x '[1, 2]' --b-g '[0.5, -1]'",
    "steps": f"lstm --all-weights 0.3 --xs '{_WAVE}'",
    "tied": "gru --all-weights 0.5 --xs '[5, -1, 0]' --round --h -0.5",
    "small": "simple --w-ss '[[0.5, -1], [1, 0]]' --w-sx '[1, 2]' --xs '[[1, 2], [0, -1], [3, 0]]'",
    "large": f"lstm --all-weights 0.2 --w-fx '{_GATES}' --xs '{_MANY}'",
}
ANSWERS = {"exercise": "h=0.5", "units": "s='[0.1, 0.2]'", "steps": "h=0.5", "tied": "h=1"}
ANSWERS |= {"small": "s='[0.1, 0.2]'", "large": "h@2=0.5"}
REPORTS = {
    "table": "",
    "explain": "--explain",
    "plain": "-f plain",
    "markdown": "-f markdown",
    "latex": "-f latex",
    "json": "-f json",
    "csv": "-f csv",
    "equations": "--equations",
    "expect": "--expect {}",
    "lint": "--lint",
}
#: Looks at a report: columns, encoding, ground. Those of no table depend on none of them.
LOOKS = {
    "40": {"COLUMNS": "40"},
    "80": {"COLUMNS": "80"},
    "120": {"COLUMNS": "120"},
    "ascii": {"COLUMNS": "80", "LANG": "C"},
    "light": {"COLUMNS": "80", "FORCE_COLOR": "1", "COLORFGBG": "0;15"},
    "dark": {"COLUMNS": "80", "FORCE_COLOR": "1", "COLORFGBG": "15;0"},
}


def snapshot(problem: str, report: str) -> str:
    """Return how a report on a problem looks in every way, one below the other."""
    command = f"{PROBLEMS[problem]} {REPORTS[report].format(ANSWERS[problem])}"
    if report != "table":  # nothing else sums steps up, and few are soon gone through
        command = command.replace(_WAVE, "[5, -1]").replace(_MANY, str(json.loads(_MANY)[:2]))
    if report == "equations":
        command = f"{command.split()[0]} {REPORTS[report]}"  # they need no values
    shown: dict[str, list[str]] = {}
    with linted_once():
        for look, environment in LOOKS.items():
            outcome = Calculator()(command, **environment)
            text = f"{outcome.out}{outcome.err}exit status {outcome.status}\n"
            shown.setdefault(text.replace("\x1b", "^["), []).append(look)
    return "\n".join(f"==== {', '.join(looks)}\n{text}" for text, looks in shown.items())


#: What says no more than another, or takes its time.
LEFT_OUT = {("steps", "equations"), ("large", "equations"), ("large", "lint"), ("tied", "lint")}
CASES = [pair for pair in product(PROBLEMS, REPORTS) if pair not in LEFT_OUT]


@pytest.mark.parametrize(("problem", "report"), CASES)
def test_looks(problem: str, report: str) -> None:
    """A report looks as its snapshot does, at each width, in ASCII and in colours."""
    assert snapshot(problem, report) == (FOLDER / f"{problem}-{report}.txt").read_text("utf-8")


def test_no_snapshot_is_left_over() -> None:
    """Each file is that of a report, and all of them are small."""
    files = list(FOLDER.iterdir())
    assert {file.stem for file in files} == {"-".join(case) for case in CASES}
    assert sum(file.stat().st_size for file in files) < 300 << 10


if __name__ == "__main__":
    for case in CASES:
        (FOLDER / f"{'-'.join(case)}.txt").write_text(snapshot(*case), "utf-8")
