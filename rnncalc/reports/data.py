"""Lines for programs and screen readers: JSON and CSV, as exact as computed, and plain text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rnncalc.decimals import exact_cells, exact_pieces, is_long, numbered
from rnncalc.numerals import exact, rounded
from rnncalc.reports.page import Page
from rnncalc.trace.step import Step
from rnncalc.trace.trace import Trace

_PIECE = 1 << 12  # elements that people read, at a time


def plain(trace: Trace, page: Page) -> Iterator[str]:
    """Yield a line ``name = value`` for everything, each quantity behind what it comes from.

    The names are paths into the JSON: ``pre.f`` is the pre-activation of f, ``exact.f`` its value
    before rounding. Behind several steps stands how each quantity went, in words.
    """
    if page.step_by_step or not trace.has(2):
        for step in trace:
            yield from _together(trace, _plain_step(trace, step, page))
        return
    from rnncalc.reports.sequence import Summary
    from rnncalc.reports.strips import sentence

    shown = Summary(trace.problem)
    for step in shown.watching(trace):
        yield from _together(trace, _plain_step(trace, step, page))
    if shown.count > 1:
        which = f"sequence {trace.problem.sequence}, " * bool(trace.problem.sequence)
        for name, course in shown.courses.items():
            yield f"# {which}{sentence(name, course, page.digits)}\n"  # no answer, if read back


def _plain_step(trace: Trace, step: Step, page: Page) -> Iterator[str]:
    """Yield a step's lines, in pieces where a vector is long."""
    which = [f"sequence = {trace.problem.sequence}"] * bool(trace.problem.sequence)
    lines = [*which, f"t = {trace.problem.number(step.t)}"]
    if page.explain:
        from rnncalc.reports.equations import working_lines

        lines += working_lines(trace.problem, step, page.digits, page.fits)
        yield "".join(f"{line}\n" for line in lines)
        return
    yield from (f"{line}\n" for line in lines)
    for name in step.values:
        for prefix, stage in (("pre.", step.pre), ("exact.", step.exact), ("", step.values)):
            if name in stage:
                yield f"{prefix}{name} = "
                yield from _rounded(stage[name], page.digits)
                yield "\n"


def _rounded(value: Any, digits: int) -> Iterator[str]:
    """Yield a value as people read it, a long one in pieces."""
    if not is_long(value):
        yield rounded(value, digits)
        return
    for start in range(0, len(value), _PIECE):
        yield ("[" if not start else ", ") + rounded(value[start : start + _PIECE], digits)[1:-1]
    yield "]"


def _together(trace: Trace, pieces: Iterator[str]) -> Iterator[str]:
    """Yield pieces as one text, unless it would be a long one."""
    if trace.problem.sizes.largest > _PIECE:
        yield from pieces
    else:
        yield "".join(pieces)


def json(trace: Trace, page: Page) -> Iterator[str]:
    """Yield each step as a line of JSON: t, the quantities, pre, and exact if rounded.

    In a batch the number of the sequence comes first, also in CSV. A long line comes in pieces.
    """
    for step in trace:
        yield from _together(trace, _object(trace, step))


def _object(trace: Trace, step: Step) -> Iterator[str]:
    sequence = trace.problem.sequence
    yield f'{{"sequence": {sequence}, ' if sequence else "{"
    yield f'"t": {trace.problem.number(step.t)}'
    yield from _members(step.values, ", ")
    yield ', "pre": {'
    yield from _members(step.pre)
    if trace.problem.ties:
        yield '}, "exact": {'
        yield from _members(step.exact)
    yield "}}\n"


def _members(stage: Mapping[str, Any], gap: str = "") -> Iterator[str]:
    # The names are plain identifiers: nothing in them needs escaping.
    for name, value in stage.items():
        if is_long(value):
            yield f'{gap}"{name}": '
            yield from exact_pieces(value)
        else:
            yield f'{gap}"{name}": {exact(value)}'
        gap = ", "


def csv(trace: Trace, page: Page) -> Iterator[str]:
    """Yield a header, then a row a step: t, the quantities, pre.NAME and exact.NAME.

    A vector has a column for each element, ``h[1]``, ``h[2]``.
    """
    has_header = trace.problem.sequence > 1
    for step in trace:
        for is_header in (True, False)[has_header:]:
            yield from _together(trace, _row(trace, step, is_header))
        has_header = True


def _row(trace: Trace, step: Step, is_header: bool) -> Iterator[str]:
    sequence = trace.problem.sequence
    if is_header:
        yield "sequence,t" if sequence else "t"
    else:
        t = trace.problem.number(step.t)
        yield f"{sequence},{t}" if sequence else str(t)
    for prefix, stage in (("", step.values), ("pre.", step.pre), ("exact.", step.exact)):
        for name, value in stage.items():
            if isinstance(value, float):
                yield f",{prefix}{name}" if is_header else f",{exact(value)}"
            else:
                yield ","
                yield from numbered(prefix + name, value) if is_header else exact_cells(value)
    yield "\n"
