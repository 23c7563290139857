"""How long sequences take, against what a user would write by hand (``by_hand.py``).

Whole processes, start-up and all reading and writing included, taken in turn: each ratio is the
median over pairs that ran one after the other. Run it with the package installed; torch is
compared too if it is there.

    python tests/benchmarks/sequences.py [RUNS]
"""

from __future__ import annotations

import importlib.util
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

PROGRAM = str(Path(sys.executable).with_name("rnncalc"))
BY_HAND = [sys.executable, str(Path(__file__).with_name("by_hand.py"))]
HAS_TORCH = importlib.util.find_spec("torch") is not None


def seconds(command: list[str], stdin: Path | None = None) -> float:
    """Return how long one whole process takes; its output is read and thrown away."""
    start = time.perf_counter()
    with (stdin or Path("/dev/null")).open("rb") as source:
        process = subprocess.Popen(command, stdin=source, stdout=subprocess.PIPE)
        assert process.stdout
        while process.stdout.read1(1 << 20):  # type: ignore[attr-defined]
            pass
        if process.wait():
            raise SystemExit(f"failed: {' '.join(command)}")
    return time.perf_counter() - start


def compare(
    name: str, ours: list[str], theirs: list[str], limit: float, runs: int, **kw: Path
) -> None:
    """Print the median ratio of pairs."""
    pairs = [(seconds(ours, **kw), seconds(theirs, **kw)) for _ in range(runs)]
    ratio = statistics.median(a / b for a, b in pairs)
    ours_median = statistics.median(a for a, _ in pairs)
    print(f"| {name} | {ours_median:.2f} s | {ratio:.2f} | {limit:.2f} |", flush=True)


def peak_and_time(command: list[str], stdin: Path) -> tuple[float, float]:
    """Return the peak memory in MiB of a process, and how long it takes."""
    code = (
        "import resource, subprocess, sys;"
        "subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=True);"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    start = time.perf_counter()
    with stdin.open("rb") as source:
        result = subprocess.run(
            [sys.executable, "-c", code, *command], stdin=source, capture_output=True, check=True
        )
    return int(result.stdout) / 1024, time.perf_counter() - start


def main() -> None:
    """Print a table of ratios, then the memory and the time per step of growing streams."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    chance = np.random.default_rng(1)
    folder = Path(tempfile.mkdtemp())
    print("| job | rnncalc | ratio | at most |\n|---|---|---|---|")

    weights = folder / "scalar.npz"
    names = [f"w_{gate}{of}" for gate in "fioc" for of in "hx"]
    np.savez(weights, **dict[str, Any]((name, chance.normal(size=(1, 1))) for name in names))
    flags = [f"--{n.replace('_', '-')}={np.load(weights)[n].item()}" for n in names]
    lines = {count: folder / f"{count}.jsonl" for count in (1_000, 100_000, 1_000_000)}
    for count, path in lines.items():
        path.write_text("".join(f"{x:.6f}\n" for x in chance.normal(size=count)))
    scalar = [PROGRAM, "lstm", *flags, "--xs", "-", "--only", "h"]
    hand = [*BY_HAND, "numpy", str(weights), "-"]
    compare("scalar, 100,000 lines, NumPy", scalar, hand, 0.5, runs, stdin=lines[100_000])

    for n, steps in ((128, 10_000), (512, 2_000)):
        weights, xs = folder / f"{n}.npz", folder / f"{n}.npy"
        np.savez(weights, **{name: chance.normal(size=(n, n)) / n**0.5 for name in names})
        np.save(xs, chance.normal(size=(steps, n)))
        ours = [PROGRAM, "lstm", "--weights", str(weights), "--xs", f"@{xs}", "--only", "h"]
        for engine, limit in (("numpy", 1.0), ("torch", 0.5 if n == 128 else 1.0)):
            if engine == "torch" and not HAS_TORCH:
                print(f"| n = m = {n}, {steps:,} steps, torch | not installed | | |")
                continue
            hand = [*BY_HAND, engine, str(weights), str(xs)]
            job = f"n = m = {n}, {steps:,} steps, {engine}"
            compare(f"{job}, text out", ours, hand, limit, runs)
            out = str(folder / "out.npy")
            compare(
                f"{job}, .npy out", [*ours, "--save", out, "--force"], [*hand, out], limit, runs
            )

    base, _ = peak_and_time(scalar, lines[1_000])
    for count, path in lines.items():
        peak, took = peak_and_time(scalar, path)
        per_step = took / count * 1e6
        print(
            f"stream of {count:,}: {peak - base:+.1f} MiB, {per_step:.1f} µs a step with start-up"
        )


if __name__ == "__main__":
    main()
