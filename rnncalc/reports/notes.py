"""Notes: what a reader must know of a problem besides its numbers, a sentence each."""

from __future__ import annotations

from collections.abc import Iterator

from rnncalc.cells.functions import FUNCTIONS, TIES
from rnncalc.errors import listing
from rnncalc.numerals import exact
from rnncalc.problem.problem import ALL_WEIGHTS, DEFAULT, Problem
from rnncalc.trace.trace import Trace


def problem_notes(problem: Problem) -> Iterator[str]:
    """Say which values were not typed, and how vector weights are read."""
    parameters = problem.cell.parameters
    weights = {p.option for p in parameters.values() if p.kind == "weight"}
    for origin, words in ((ALL_WEIGHTS, f"from {ALL_WEIGHTS}"), (DEFAULT, "0 by default")):
        options = [
            parameters[name].option for name in problem.origins if problem.origins[name] == origin
        ]
        if weights <= set(options):
            options = ["every weight", *(option for option in options if option not in weights)]
        if options:
            yield f"{words}: {', '.join(options)}"
    if problem.unused:
        yield f"not used, as what it feeds is held: {', '.join(problem.unused)}"
    for name, reading in problem.sizes.readings.items():
        yield f"{parameters[name].option} is read as a {reading}"


def tie_notes(trace: Trace) -> Iterator[str]:
    """Say where ties were met and how they were rounded, alike ones together."""
    ties = trace.problem.ties or ""
    alike: dict[tuple[str, str], list[str]] = {}
    for (name, function), places in trace.tied_at.items():
        more = trace.ties[name, function] - len(places)
        steps = [*map(str, places), *([f"{more} more"] if more else [])]
        where = f"step{'s' * (len(steps) > 1)} {listing(steps)}"
        alike.setdefault((function, where), []).append(name)
    for (function, where), names in alike.items():
        if levels := FUNCTIONS[function].levels:
            yield (
                f"tie in {listing(names)} at {where}: {function}(0) is {exact(levels[1])},"
                f" and --ties {ties} makes it {exact(levels[TIES[ties]])}"
                " (what is 0 up to floating-point error counts as 0)"
            )
