"""Rows and notes: a table's cells as text, and what a reader must know besides, a sentence each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from rnncalc.cells.expressions import PREVIOUS
from rnncalc.cells.functions import FUNCTIONS, TIES
from rnncalc.cells.model import ALL_WEIGHTS
from rnncalc.errors import listing
from rnncalc.numerals import counted, exact, rounded, shortened
from rnncalc.problem.problem import DEFAULT, Problem
from rnncalc.trace.extremes import Extremes
from rnncalc.trace.step import Step, as_read
from rnncalc.trace.trace import Trace

#: The headings of a step's table.
HEADER = ("symbol", "what it is", "pre-activation", "value", "role")
LONGEST = 8  # elements of a vector that are written out


def step_rows(problem: Problem, step: Step, digits: int) -> Iterator[tuple[str, ...]]:
    """Yield the cells of each quantity, in the order of `HEADER`."""

    def shown(stage: str) -> str:
        return shortened(as_read(problem, step, stage, name), digits, LONGEST)

    for name, value in step.values.items():
        what = problem.cell.quantities[name]
        origin = problem.origins.get(name.removesuffix(PREVIOUS)) if name.endswith(PREVIOUS) else ""
        if name in problem.held:
            what += " (held with --set)"
        elif origin and step.t == 1:
            what += f" ({'' if origin == DEFAULT else 'from '}{origin})"
        text = shortened(value, digits, LONGEST)
        if name in step.exact:
            gap = " " if isinstance(value, float) else "\n"
            text = f"{shown('exact')}{gap}→ {text}"
        if name in step.ties:
            units = step.ties[name]
            where = f" in unit{'s' * (len(units) > 1)} {', '.join(map(str, units[:3]))}"
            if len(units) > 3:
                where = f" in {len(units)} units"
            text += " (tie)" if isinstance(value, float) else f" (tie{where})"
        yield name, what, shown("pre") if name in step.pre else "", text, problem.cell.roles[name]


def sequence_names(problem: Problem) -> list[str]:
    """Return the quantities that have a column in a sequence's table, behind the step's number."""
    return [name for name in problem.quantities if not name.endswith(PREVIOUS)]


def sequence_rows(problem: Problem, step: Step, digits: int) -> Iterator[list[str]]:
    """Yield a step's row in a sequence's table; beside the first the states it starts from."""
    names = sequence_names(problem)
    states = [step.values.get(name + PREVIOUS) for name in names]
    start = ["" if state is None else rounded(state, digits) for state in states]
    if step.t == 1 and not problem.is_reversed:
        yield ["0", *start]
    cells = [str(problem.number(step.t))]
    for name in names:
        text = rounded(step.values[name], digits)
        if name in step.exact:
            text = f"{rounded(as_read(problem, step, 'exact', name), digits)} → {text}"
        cells.append(f"{text} (tie)" if name in step.ties else text)
    yield cells
    if step.t == 1 and problem.is_reversed:
        yield [str(problem.number(0)), *start]


def problem_notes(problem: Problem) -> Iterator[str]:
    """Say which values were not typed, and how vector weights are read."""
    parameters = problem.cell.parameters
    weights = {p.option for p in parameters.values() if p.kind == "weight"}
    for origin, words in ((ALL_WEIGHTS, f"from {ALL_WEIGHTS}"), (DEFAULT, "0 by default")):
        options = [
            parameters[name].option for name in problem.origins if problem.origins[name] == origin
        ]
        if weights and weights <= set(options):
            options = ["every weight", *(option for option in options if option not in weights)]
        if options:
            yield f"{words}: {', '.join(options)}"
    if problem.unused:
        yield f"not used, as what it feeds is held: {', '.join(problem.unused)}"
    yield from problem.said
    for name, reading in problem.sizes.readings.items():
        yield f"{parameters[name].option} is read as a {reading}"


def notes(trace: Trace) -> Iterator[str]:
    """Yield all that stands below a report that shows one sequence."""
    yield from problem_notes(trace.problem)
    if trace.problem.sequences > 1:
        yield f"sequence 1 of {trace.problem.sequences:,}; --sequence K shows another"
    yield from tie_notes(trace)


def tie_notes(trace: Trace) -> Iterator[str]:
    """Say where ties were met and how they were rounded, alike ones together."""
    ties = trace.problem.ties or ""
    alike: dict[tuple[str, str], list[str]] = {}
    for (name, function), places in trace.tied_at.items():
        more = trace.ties[name, function] - len(places)
        steps = [*map(str, places), *([f"{more} more"] if more else [])]
        where = f"step{'s' * (len(steps) > 1)} {listing(steps)}"
        if sequence := trace.problem.sequence:
            where += f" of sequence {sequence}"
        alike.setdefault((function, where), []).append(name)
    for (function, where), names in alike.items():
        if levels := FUNCTIONS[function].levels:
            yield (
                f"tie in {listing(names)} at {where}: {function}(0) is {exact(levels[1])},"
                f" and --ties {ties} makes it {exact(levels[TIES[ties]])}"
                " (what is 0 up to floating-point error counts as 0)"
            )


#: The headings of a table of extremes, and what stands below it.
EXTREMES = ("extremes", "smallest", "t", "unit", "largest", "t", "unit", "saturated")
SATURATED = "saturated: within 0.01 of 0 or 1 (gates), of -1 or 1 (tanh)"


def extremes_cells(problem: Problem, it: Extremes, digits: int) -> Iterator[str]:
    """Yield the cells of a quantity's extremes, in the order of `EXTREMES`."""
    yield it.name
    for value, t, unit in (it.smallest, it.largest):
        yield rounded(value, digits)
        yield f"{t:,}"
        yield "" if problem.sizes.is_plain(it.name) else str(unit)
    yield "" if it.share is None else percent(it.share)


def percent(share: float) -> str:
    """Return a share in percent; what isn't all of them doesn't read as 100%."""
    return f"{min(100 * share, 99.9 if share < 1 else 100):.3g}%"


def extremes_line(row: Sequence[str]) -> str:
    """Return the cells of a quantity's extremes as one line."""
    name, *ends, share = row
    low, high = (
        f"{value} at step {t}" + f", unit {unit}" * bool(unit)
        for value, t, unit in (ends[:3], ends[3:])
    )
    told = f"{name}: from {low} to {high}"
    return f"{told}, {share} saturated" if share else told


def corner_notes(at_corners: Mapping[tuple[str, str], Sequence[int]]) -> Iterator[str]:
    """Say where a function has no derivative, by quantity and function, with the steps."""
    for (quantity, function), steps in at_corners.items():
        more = f" and {counted(len(steps) - 1, 'more step')}" if len(steps) > 1 else ""
        corners = listing([rounded(corner, 4) for corner in FUNCTIONS[function].corners], "or")
        like = ", as PyTorch does" if FUNCTIONS[function].as_pytorch else ""
        told = f"{function} has no derivative at {corners}: 0 is taken{like}"
        yield f"{told} ({quantity} at t = {min(steps)}{more})"
