"""How long ``--expect`` takes if every answer is wrong: linear, so twice the steps take twice.

Prints a row for each number of steps, with the ratio to half as many.

    python -m tests.benchmarks.answers [RUNS]
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

COMMAND = [sys.executable, "-m", "rnncalc", "lstm", "--all-weights", "0.5", "-f", "plain"]
STEPS = (1_000, 2_000, 4_000, 8_000)
MOST = 2.2


def write_files(folder: Path, steps: int) -> list[str]:
    """Write inputs and a wrong h for each of them; return the options that read both."""
    xs, answers = folder / f"xs{steps}.jsonl", folder / f"h{steps}.jsonl"
    xs.write_text("".join(f"{(7 * k % 11 - 5) / 10}\n" for k in range(steps)))
    objects = ({"t": k + 1, "h": round(0.711 + k % 7 / 100, 3)} for k in range(steps))
    answers.write_text("".join(f"{json.dumps(found)}\n" for found in objects))
    return ["--xs", f"@{xs}", "--expect", f"@{answers}"]


def seconds(words: list[str]) -> float:
    """Return how long one whole process takes."""
    start = time.perf_counter()
    done = subprocess.run([*COMMAND, *words], stdout=subprocess.DEVNULL, check=False)
    assert done.returncode == 1
    return time.perf_counter() - start


def main() -> None:
    """Print the table."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    print("| wrong answers | rnncalc | ratio | at most |\n|---|---|---|---|")
    before = 0.0
    with tempfile.TemporaryDirectory() as folder:
        for steps in STEPS:
            words = write_files(Path(folder), steps)
            took = statistics.median(seconds(words) for _ in range(runs))
            ratio = f"{took / before:.2f} | {MOST}" if before else " | "
            print(f"| {steps:,} | {took:.2f} s | {ratio} |", flush=True)
            before = took


if __name__ == "__main__":
    main()
