"""Strips: what is drawn of a sequence is what happened, and all extremes of it."""

from __future__ import annotations

import math
import random
import re
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from rnncalc.reports.scales import bar, scale
from rnncalc.trace.bins import Bins
from tests.conftest import Calculator

PASSING = "simple --activation identity --w-ss 0 --w-sx 1"  # s is x
BARS = "▁▂▃▄▅▆▇█"


def _strips(out: str, name: str) -> list[str]:
    """Return the lines of a quantity's strips."""
    lines = out.partition("over time")[2].splitlines()
    first = next(k for k, line in enumerate(lines) if line.split(" ")[0] == name)
    rest = lines[first + 1 :]
    more = next(
        k for k, line in enumerate(rest) if not re.match("±|0 to 1|  ", line) or "│" in line
    )
    return [lines[first], *rest[:more]]


def _bars(line: str) -> str:
    return re.sub(f"[^{BARS}]", "", line)


@pytest.mark.parametrize("steps", [1_000, 5_041, 100_000])
@pytest.mark.parametrize("is_stream", [False, True])
def test_a_spike_is_seen_and_named(
    rnncalc: Calculator, tmp_path: Path, steps: int, is_stream: bool
) -> None:
    """One step that differs from all others has a bar of its own height, and is named."""
    at = random.Random(steps).randrange(1, steps + 1)
    xs = np.full(steps, 0.25)
    xs[at - 1] = -7.0
    np.save(tmp_path / "xs.npy", xs)
    given = "\n".join(map(str, xs.tolist())) if is_stream else ""
    source = "-" if is_stream else f"@{tmp_path / 'xs.npy'}"
    out = rnncalc(f"{PASSING} --xs {source}", stdin=given, COLUMNS="80").out
    largest, smallest = _strips(out, "s")
    assert largest.endswith("max 0.25 at " + ("1" if at > 1 else "2"))
    assert smallest.endswith(f"min -7 at {at:,}")
    assert (_bars(largest).count("▅"), _bars(smallest).count("▁")) == (len(_bars(largest)), 1)
    assert abs(_bars(smallest).index("▁") - len(_bars(smallest)) * (at - 1) / steps) <= 1.5


@pytest.mark.parametrize("period", [2.0, 3.3, 7.3, 99.9, 1999.0])
@pytest.mark.parametrize("steps", [400, 4_000, 20_000])
@pytest.mark.parametrize("width", [80, 120])
def test_a_sine_shows_its_extremes(
    rnncalc: Calculator, tmp_path: Path, period: float, steps: int, width: int
) -> None:
    """Each bar of a sine is the largest, and the smallest, of all the steps that it stands for."""
    xs = np.sin(2 * math.pi * np.arange(steps) / period + 0.3)
    np.save(tmp_path / "xs.npy", xs)
    out = rnncalc(f"{PASSING} --xs @{tmp_path / 'xs.npy'}", COLUMNS=str(width)).out
    strips = [_bars(line) for line in _strips(out, "s")]
    count = len(strips[0])
    ends = [(k + 1) * steps // count for k in range(count)]
    parts = [xs[a:b] for a, b in zip([0, *ends], ends, strict=False)]
    span = scale(None, float(xs.min()), float(xs.max()))
    assert strips[0] == "".join(bar(float(part.max()), span) for part in parts)
    assert strips[-1] == "".join(bar(float(part.min()), span) for part in parts)
    assert f"max {xs.max():.4f} at {xs.argmax() + 1:,}" in out
    assert f"min {xs.min():.4f} at {xs.argmin() + 1:,}" in out


@pytest.mark.parametrize("steps", [1, 59, 61, 5_039, 5_040, 5_041, 12_345, 1_000_003])
def test_bins_differ_by_one_step(steps: int) -> None:
    """Whatever bins are joined, and in whatever pieces steps come, bins are of one size or two."""
    bins, left, chance = Bins(steps), steps, random.Random(steps)
    while left:
        piece = min(left, chance.randrange(1, 3_000))
        bins.cut(piece)
        left -= piece
    for most in (8, 13, 37, 60):
        ends = [0, *(bins.end(b - 1) for _, b in bins.joined(most))]
        sizes = {after - before for before, after in pairwise(ends)}
        assert ends[-1] == steps
        assert max(sizes) - min(sizes) <= 1
        assert min(most, steps) / 1.5 <= len(ends) - 1 <= most


@pytest.mark.parametrize("steps", [1, 61, 10_080, 10_081, 100_000, 123_457, 1_000_003])
@pytest.mark.parametrize("most", [8, 37, 60])
def test_bins_of_a_stream_are_alike(steps: int, most: int) -> None:
    """However many steps come, bins differ by one step, or all but the last are of one size."""
    bins, left, chance = Bins(None), steps, random.Random(steps)
    while left:
        piece = min(left, chance.randrange(1, 3_000))
        bins.cut(piece)
        bins.has_too_many()
        left -= piece
    ends = [0, *(bins.end(b - 1) for _, b in bins.joined(most))]
    sizes = [after - before for before, after in pairwise(ends)]
    assert ends[-1] == steps
    assert min(most, steps) / 1.6 <= len(sizes) <= most
    if steps > 10_080:
        assert len(set(sizes[:-1])) == 1
        assert 0.8 * sizes[0] <= sizes[-1] <= sizes[0]
    assert max(sizes[:-1], default=1) - min(sizes[:-1], default=1) <= 1


def test_a_shorter_bin_is_told(rnncalc: Calculator) -> None:
    """A stream whose bins can't be made equal says how many steps the last of them has."""
    out = rnncalc(f"{PASSING} --xs -", stdin="0.5\n" * 12_433, COLUMNS="80").out
    told = re.search(r"over time, ([\d,]+) steps a bar, the last ([\d,]+);?", out)
    assert told
    each, last = (int(number.replace(",", "")) for number in told.groups())
    assert (12_433 - last) % each == 0 < last < each


def test_scales_are_those_of_the_kind(rnncalc: Calculator) -> None:
    """A gate is drawn between 0 and 1, tanh around 0 to 1, what has no range to its own limit."""
    command = "lstm --all-weights 1 --set i=0.5 --set candidate=0 --set c=3 --xs '[1, 2]'"
    out = rnncalc(command).out.partition("over time")[2]
    assert "i 0 to 1      ▅▅  always 0.5" in out
    assert "candidate ±1  ▄▄  always 0\n" in out
    assert "c ±3          ▇▇  always 3" in out
    beyond = rnncalc(f"{command} --set f=-7").out
    assert "f ±7          ▁▁  always -7" in beyond


@pytest.mark.parametrize("limit", [1e-300, 0.02, 1.0, 3.0, 1e300])
def test_zero_alone_is_drawn_as_zero(limit: float) -> None:
    """Above 0 a bar is higher than that of 0, below it lower, and higher is never lower."""
    span = scale(None, -limit, limit / 2)
    levels = [k * limit / 50 for k in range(-50, 51)]
    heights = [BARS.index(bar(level, span)) for level in levels]
    assert heights == sorted(heights)
    assert [heights[k] for k in (0, 49, 50, 51, 100)] == [0, 2, 3, 4, 6]


def _vectors(folder: Path, steps: int, units: int) -> str:
    chance = np.random.default_rng(1)
    np.save(folder / "xs.npy", chance.normal(size=(steps, units)) * 2)
    weights = {}
    for gate in "fioc":
        weights[f"w_{gate}h"] = chance.normal(size=(units, units)) / units**0.5
        weights[f"w_{gate}x"] = chance.normal(size=(units, units)) / units**0.5
    np.savez(folder / "w.npz", **weights)
    return f"lstm --weights {folder / 'w.npz'} --xs @{folder / 'xs.npy'}"


@pytest.mark.parametrize(("steps", "units"), [(500, 64), (2, 5), (30_000, 16)])
def test_vectors_take_thirty_lines(
    rnncalc: Calculator, tmp_path: Path, steps: int, units: int
) -> None:
    """However many steps and units, 80 columns and 30 lines are enough."""
    out = rnncalc(_vectors(tmp_path, steps, units), COLUMNS="80").out
    lines = out.splitlines()
    assert len(lines) <= 30
    assert max(map(len, lines)) <= 80


def test_vectors_are_summed_up_in_numbers(rnncalc: Calculator, tmp_path: Path) -> None:
    """Extremes, tenths and what is saturated are those of all units at all steps."""
    command = _vectors(tmp_path, 500, 64)
    values = np.array([step["o"] for step in rnncalc(f"{command} -f json").json])
    lines = _strips(rnncalc(command, COLUMNS="120").out, "o")
    places = (np.argwhere(values == v)[0] + 1 for v in (values.max(), values.min()))
    at = [f"{t}, unit {unit}" for t, unit in places]
    saturated = 100 * ((values < 0.01) | (values > 0.99)).mean()
    assert lines[0].endswith(f"max {values.max():.4f} at {at[0]}")
    low, high = np.percentile(values, (10, 90))
    assert lines[1].endswith(f"10% {low:.2g}, 90% {high:.2g}, {saturated:.3g}% saturated")
    assert lines[2].endswith(f"min {values.min():.4f} at {at[1]}")
    strips = [_bars(line) for line in lines]
    ends = [(k + 1) * 500 // len(strips[0]) for k in range(len(strips[0]))]
    parts = [values[a:b] for a, b in zip([0, *ends], ends, strict=False)]
    medians = (float(np.median(part, axis=1).mean()) for part in parts)
    assert strips[1] == "".join(bar(level, (0.0, 1.0)) for level in medians)


def test_ticks_stand_below_their_steps(rnncalc: Calculator, tmp_path: Path) -> None:
    """The axis names the step that a bar has, or begins or ends within."""
    np.save(tmp_path / "xs.npy", np.arange(1.0, 2_001))
    lines = rnncalc(f"{PASSING} --xs @{tmp_path / 'xs.npy'}", COLUMNS="80").out.splitlines()
    axis = next(line for line in lines if "│" in line)
    start = next(line for line in lines if line.startswith("s  ")).index("▅")
    bars = len(_bars(next(line for line in lines if line.startswith("s  "))))
    ticks = {int(m[1].replace(",", "")): m.start() - start for m in re.finditer(r"│([\d,]+)", axis)}
    assert {1, 500, 1000, 1500, 2000} <= set(ticks)
    for t, place in ticks.items():
        assert place * 2000 // bars < t <= (place + 1) * 2000 // bars


def test_strips_in_ascii(rnncalc: Calculator) -> None:
    """Where there are no blocks, signs that look alike a ramp take their place."""
    out = rnncalc(f"{PASSING} --xs '[-1, 0, 1]'", LANG="C").out
    assert "s +-1  _=%  min -1 at 1, max 1 at 3" in out


def test_plain_says_it_in_words(rnncalc: Calculator, tmp_path: Path) -> None:
    """A screen reader's form has a sentence for each quantity behind the steps."""
    out = rnncalc(f"{PASSING} --set s@2=-3 --xs '[1, 2, 5]' -f plain").out
    assert out.endswith(
        "# x over time: smallest 1 at t = 1, largest 5 at t = 3\n"
        "# s over time: smallest -3 at t = 2, largest 5 at t = 3\n"
    )
    many = rnncalc(f"{_vectors(tmp_path, 300, 8)} -f plain").out.splitlines()[-8:]
    assert [line.split()[1] for line in many] == [
        "x",
        "f",
        "i",
        "o",
        "candidate",
        "c",
        "tanh_c",
        "h",
    ]
    assert re.fullmatch(r".*, 10% \S+, 90% \S+, \S+% saturated", many[1])
