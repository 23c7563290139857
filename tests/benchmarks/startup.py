"""How long the program takes to start, against importing what it is built on.

Whole processes, taken in turn: each row is the median of the ratios of pairs that ran one after
the other, so that a machine whose speed drifts slows both. Run it with the package installed:

    python tests/benchmarks/startup.py [RUNS]
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from pathlib import Path

BASE = [sys.executable, "-c", "import click, numpy, rich.console, rich.table"]
PROGRAM = str(Path(sys.executable).with_name("rnncalc"))
EXERCISE = ["lstm", "--all-weights", "1", "--x", "5"]
CASES = {
    "scalar table": ([*EXERCISE, "--round"], 0.70),
    "scalar JSON": ([*EXERCISE, "-f", "json"], 0.45),
    "--help": (["lstm", "--help"], 0.42),
    "--version": (["--version"], 0.42),
    "missing weights": (["lstm", "--x", "5"], 0.42),
    "malformed vector": (["lstm", "--all-weights", "1", "--x", "[1, 2"], 0.42),
    "unknown option": (["lstm", "--all-weights", "1", "--y", "5"], 0.42),
    "sizes that disagree": (["gated", "--all-weights", "1", "--s", "[1, 2]", "--x", "3"], 0.42),
}


def seconds(command: list[str]) -> float:
    """Return how long one whole process takes."""
    start = time.perf_counter()
    subprocess.run(command, capture_output=True, check=False)
    return time.perf_counter() - start


def main() -> None:
    """Print a line for each case: the median ratio, its quartiles, and its limit."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 25
    print(f"{'':22}{'ratio':>7}{'quartiles':>16}{'at most':>9}   ({runs} pairs each)")
    for name, (words, limit) in CASES.items():
        seconds(BASE), seconds([PROGRAM, *words])
        ratios = [seconds([PROGRAM, *words]) / seconds(BASE) for _ in range(runs)]
        low, middle, high = statistics.quantiles(ratios, n=4)
        print(f"{name:22}{middle:7.3f}{f'{low:.3f} to {high:.3f}':>16}{limit:9.2f}")


if __name__ == "__main__":
    main()
