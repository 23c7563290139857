"""What derivatives through time cost, against going through the same steps once.

Whole processes in pairs, as in `sequences`:

    python -m tests.benchmarks.gradients [RUNS] [--busy]
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from rnncalc.numerals import counted
from tests.benchmarks.sequences import NAMES, PROGRAM, busy, compare

#: Units, steps, what is asked for beside --gradients, and the limit against --only h.
ROWS: list[tuple[int, int, str, float]] = [
    (1, 100_000, "--only grad.w_fh", 2.5),
    (128, 10_000, "--only grad.w_fh", 5.0),
    (128, 10_000, f"--only {','.join(f'grad.{name}' for name in NAMES)}", 5.0),
]


def compare_all(folder: Path, runs: int) -> None:
    """Print a table of ratios."""
    chance = np.random.default_rng(1)
    print("| job | rnncalc | ratio | of processor time | at most |\n|---|---|---|---|---|")
    for n, steps, asked, limit in ROWS:
        if n == 1:
            given = [f"--{name.replace('_', '-')}={chance.normal():.6f}" for name in NAMES]
            inputs, of = chance.normal(size=steps), "h"
        else:
            weights = folder / f"{n}.npz"
            matrices = {name: chance.normal(size=(n, n)) / n**0.5 for name in NAMES}
            np.savez(weights, **dict[str, Any](matrices))
            given, of = ["--weights", str(weights)], "sum(h)"
            inputs = chance.normal(size=(steps, n))
        np.save(folder / "xs.npy", inputs)
        command = [*PROGRAM, "lstm", *given, "--xs", f"@{folder / 'xs.npy'}"]
        back = [*command, "--gradients", "--of", of, *asked.split()]
        job = f"n = {n}, {steps:,} steps, {counted(asked.count('grad.'), 'sum')}"
        compare(job, back, [*command, "--only", "h"], limit, runs)


def main() -> None:
    """Print the table."""
    words = sys.argv[1:]
    runs = next((int(word) for word in words if word.isdigit()), 5)
    with tempfile.TemporaryDirectory() as name, busy("--busy" in words):
        compare_all(Path(name), runs)


if __name__ == "__main__":
    main()
