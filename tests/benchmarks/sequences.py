"""How long sequences take, against what a user would write by hand (``by_hand.py``).

Whole processes, start-up and all reading and writing included, taken in turn: each ratio is the
median over pairs that ran one after the other, of the time on the clock and of that of the
processor. torch is compared too if it is there. With --busy every core has something else to do
meanwhile, as when a class is marked with ``xargs -P``.

    python tests/benchmarks/sequences.py [RUNS] [--busy]
"""

from __future__ import annotations

import importlib.util
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

PROGRAM = [sys.executable, "-m", "rnncalc"]
BY_HAND = [sys.executable, str(Path(__file__).with_name("by_hand.py"))]
HAS_TORCH = importlib.util.find_spec("torch") is not None

NAMES = [f"w_{gate}{of}" for gate in "fioc" for of in "hx"]

#: Units, steps, the weights' ending, engine, and the limits for text and, if any, for .npy out.
ROWS: list[tuple[int, int, str, str, float, float | None]] = [
    (16, 100_000, "npz", "numpy", 0.60, None),
    (128, 10_000, "npz", "numpy", 0.90, 0.85),
    (128, 10_000, "npz", "torch", 0.45, 0.45),
    (512, 2_000, "npz", "numpy", 0.95, 0.90),
    (512, 2_000, "json", "numpy", 0.95, 0.90),
    (512, 2_000, "npz", "torch", 0.80, 0.80),
]


def seconds(command: list[str], stdin: Path | None = None) -> tuple[float, float]:
    """Return how long a whole process takes, by the clock and of the processor.

    Its output is read and thrown away.
    """
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    with (stdin or Path("/dev/null")).open("rb") as source:
        process = subprocess.Popen(command, stdin=source, stdout=subprocess.PIPE)
        assert process.stdout
        while process.stdout.read1(1 << 20):  # type: ignore[attr-defined]
            pass
        if process.wait():
            raise SystemExit(f"failed: {' '.join(command)}")
    took, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    return took, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def compare(
    name: str, ours: list[str], theirs: list[str], limit: float, runs: int, **kw: Path
) -> None:
    """Print the median ratios of pairs."""
    seconds(ours, **kw)  # there is bytecode from now on
    pairs = [(seconds(ours, **kw), seconds(theirs, **kw)) for _ in range(runs)]
    clock, processor = (statistics.median(a[k] / b[k] for a, b in pairs) for k in (0, 1))
    took = statistics.median(a[0] for a, _ in pairs)
    print(f"| {name} | {took:.2f} s | {clock:.2f} | {processor:.2f} | {limit:.2f} |", flush=True)


@contextmanager
def busy(is_wanted: bool) -> Iterator[None]:
    """Keep every core busy meanwhile, if that is wanted."""
    count = (os.cpu_count() or 1) if is_wanted else 0
    code = f"import os\nwhile os.getppid() == {os.getpid()}: pass"  # it ends with this process
    others = [subprocess.Popen([sys.executable, "-c", code]) for _ in range(count)]
    try:
        yield
    finally:
        for other in others:
            other.kill()
            other.wait()


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


def compare_all(folder: Path, runs: int) -> None:
    """Print a table of ratios."""
    chance = np.random.default_rng(1)
    print("| job | rnncalc | ratio | of processor time | at most |\n|---|---|---|---|---|")
    scalar, hand, lines = scalars(folder)
    kw = {"stdin": lines[100_000]}
    compare("scalar, 100,000 lines, numpy, text out", scalar, hand, 0.21, runs, **kw)
    for n, steps, ending, engine, text_limit, array_limit in ROWS:
        job = f"n = m = {n}, {steps:,} steps, .{ending}, {engine}"
        if engine == "torch" and not HAS_TORCH:
            print(f"| {job} | not installed | | | |")
            continue
        weights, xs, out = (folder / name for name in (f"{n}.{ending}", f"{n}.npy", "out.npy"))
        given = {name: chance.normal(size=(n, n)) / n**0.5 for name in NAMES}
        if ending == "json":
            weights.write_text(json.dumps({name: value.tolist() for name, value in given.items()}))
        else:
            np.savez(weights, **dict[str, Any](given))
        np.save(xs, chance.normal(size=(steps, n)))
        ours = [*PROGRAM, "lstm", "--weights", str(weights), "--xs", f"@{xs}", "--only", "h"]
        hand = [*BY_HAND, engine, str(weights), str(xs)]
        compare(f"{job}, text out", ours, hand, text_limit, runs)
        if array_limit:
            ours, hand = [*ours, "--save", str(out), "--force"], [*hand, str(out)]
            compare(f"{job}, .npy out", ours, hand, array_limit, runs)


def scalars(folder: Path) -> tuple[list[str], list[str], dict[int, Path]]:
    """Return our command and theirs for a stream of numbers, and streams by their length."""
    chance, weights = np.random.default_rng(2), folder / "scalar.npz"
    given = {name: chance.normal(size=(1, 1)) for name in NAMES}
    np.savez(weights, **dict[str, Any](given))
    flags = [f"--{name.replace('_', '-')}={value.item()}" for name, value in given.items()]
    lines = {count: folder / f"{count}.jsonl" for count in (1_000, 100_000, 1_000_000)}
    for count, path in lines.items():
        path.write_text("".join(f"{x:.6f}\n" for x in chance.normal(size=count)))
    ours = [*PROGRAM, "lstm", *flags, "--xs", "-", "--only", "h"]
    return ours, [*BY_HAND, "numpy", str(weights), "-"], lines


def main() -> None:
    """Print a table of ratios, then the memory and the time per step of growing streams."""
    words = sys.argv[1:]
    runs = next((int(word) for word in words if word.isdigit()), 7)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with busy("--busy" in words):
            compare_all(folder, runs)
        scalar, _, lines = scalars(folder)
        base, _ = peak_and_time(scalar, lines[1_000])
        for count, path in lines.items():
            peak, took = peak_and_time(scalar, path)
            per_step = f"{took / count * 1e6:.1f} µs a step with start-up"
            print(f"stream of {count:,}: {peak - base:+.1f} MiB, {per_step}")


if __name__ == "__main__":
    main()
