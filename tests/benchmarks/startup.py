"""How long the program takes to start, against importing what it is built on.

Whole processes, taken in turn: each row is the median of the ratios of pairs that ran one after
the other, so that a machine whose speed drifts slows both. Run it with the package installed:

    python tests/benchmarks/startup.py [RUNS]
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

BASE = [sys.executable, "-c", "import click, numpy, rich.console, rich.table"]
PROGRAM = str(Path(sys.executable).with_name("rnncalc"))
EXERCISE = ["lstm", "--all-weights", "1", "--x", "5"]
CASES = {
    "scalar table": ([*EXERCISE, "--round"], 0.68),
    "vector table": (["lstm", "--all-weights", "1", "--x", "[1, 2]"], 1.03),
    "scalar JSON": ([*EXERCISE, "-f", "json"], 0.42),
    "--only": ([*EXERCISE, "--only", "h"], 0.42),
    "--help": (["lstm", "--help"], 0.42),
    "--version": (["--version"], 0.20),
    "missing weights": (["lstm", "--x", "5"], 0.42),
    "malformed vector": (["lstm", "--all-weights", "1", "--x", "[1, 2"], 0.42),
    "unknown option": (["lstm", "--all-weights", "1", "--y", "5"], 0.42),
    "complete": (["complete"], 0.42),
    "sizes that disagree": (["gated", "--all-weights", "1", "--s", "[1, 2]", "--x", "3"], 0.42),
}
COMPLETION = {"_RNNCALC_COMPLETE": "bash_complete", "COMP_CWORD": "3"}
COMPLETION |= {"COMP_WORDS": "rnncalc lstm --expect ta"}

# Answers checked, with the whole catalogue tried, against the same command without --expect.
CHECKED = {
    "checked: table": [*EXERCISE, "--expect", "h=0.9951"],
    "checked: JSON": [*EXERCISE, "-f", "json", "--expect", "h=0.9951"],
    "checked: two slips": [*EXERCISE, "--expect", "f=0.5", "--expect", "h=0.1"],
}
CHECKED_LIMIT = 1.3


def seconds(command: list[str]) -> float:
    """Return how long one whole process takes; "complete" stands for a shell that asks."""
    environ = {**os.environ, **(COMPLETION if command[1:] == ["complete"] else {})}
    start = time.perf_counter()
    subprocess.run(command, capture_output=True, check=False, env=environ)
    return time.perf_counter() - start


def show(name: str, command: list[str], base: list[str], limit: float, runs: int) -> None:
    """Print a line: the median ratio to another command, its quartiles, and its limit."""
    seconds(base), seconds(command)
    ratios = [seconds(command) / seconds(base) for _ in range(runs)]
    low, middle, high = statistics.quantiles(ratios, n=4)
    print(f"{name:22}{middle:7.3f}{f'{low:.3f} to {high:.3f}':>16}{limit:9.2f}")


def main() -> None:
    """Print a line for each case."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 25
    print(f"{'':22}{'ratio':>7}{'quartiles':>16}{'at most':>9}   ({runs} pairs each)")
    for name, (words, limit) in CASES.items():
        show(name, [PROGRAM, *words], BASE, limit, runs)
    for name, words in CHECKED.items():
        plainly = words[: words.index("--expect")]
        show(name, [PROGRAM, *words], [PROGRAM, *plainly], CHECKED_LIMIT, runs)


if __name__ == "__main__":
    main()
