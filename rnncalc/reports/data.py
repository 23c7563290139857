"""Lines for programs and screen readers: JSON and CSV, as exact as computed, and plain text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rnncalc.numerals import exact, rounded
from rnncalc.reports.page import Page
from rnncalc.trace.step import Step
from rnncalc.trace.trace import Trace


def plain(trace: Trace, page: Page) -> Iterator[str]:
    """Yield a line ``name = value`` for everything, each quantity behind what it comes from.

    The names are paths into the JSON: ``pre.f`` is the pre-activation of f, ``exact.f`` its value
    before rounding. Behind several steps stands how each quantity went, in words.
    """
    if page.step_by_step or not trace.has(2):
        for step in trace:
            yield _plain_step(trace, step, page)
        return
    from rnncalc.reports.sequence import Summary
    from rnncalc.reports.strips import sentence

    shown = Summary(trace.problem)
    for step in shown.watching(trace):
        yield _plain_step(trace, step, page)
    if shown.count > 1:
        which = f"sequence {trace.problem.sequence}, " * bool(trace.problem.sequence)
        for name, course in shown.courses.items():
            yield f"# {which}{sentence(name, course, page.digits)}\n"  # no answer, if read back


def _plain_step(trace: Trace, step: Step, page: Page) -> str:
    which = [f"sequence = {trace.problem.sequence}"] * bool(trace.problem.sequence)
    lines = [*which, f"t = {trace.problem.number(step.t)}"]
    if page.explain:
        from rnncalc.reports.equations import working_lines

        lines += working_lines(trace.problem, step, page.digits, page.fits)
    else:
        for name in step.values:
            for prefix, stage in (
                ("pre.", step.pre),
                ("exact.", step.exact),
                ("", step.values),
            ):
                if name in stage:
                    lines.append(f"{prefix}{name} = {rounded(stage[name], page.digits)}")
    return "".join(f"{line}\n" for line in lines)


def json(trace: Trace, page: Page) -> Iterator[str]:
    """Yield each step as a line of JSON: t, the quantities, pre, and exact if rounded.

    In a batch the number of the sequence comes first, also in CSV.
    """
    which = [f'"sequence": {trace.problem.sequence}'] * bool(trace.problem.sequence)
    for step in trace:
        t = trace.problem.number(step.t)
        members = [*which, f'"t": {t}', *_members(step.values), f'"pre": {_object(step.pre)}']
        if trace.problem.ties:
            members.append(f'"exact": {_object(step.exact)}')
        yield f"{{{', '.join(members)}}}\n"


def _object(stage: Mapping[str, Any]) -> str:
    return f"{{{', '.join(_members(stage))}}}"


def _members(stage: Mapping[str, Any]) -> list[str]:
    # The names are plain identifiers: nothing in them needs escaping.
    return [f'"{name}": {exact(value)}' for name, value in stage.items()]


def csv(trace: Trace, page: Page) -> Iterator[str]:
    """Yield a header, then a row a step: t, the quantities, pre.NAME and exact.NAME.

    A vector has a column for each element, ``h[1]``, ``h[2]``.
    """
    sequence = trace.problem.sequence
    which, has_header = {"sequence": str(sequence)} if sequence else {}, sequence > 1
    for step in trace:
        columns = {**which, "t": str(trace.problem.number(step.t))}
        for prefix, stage in (("", step.values), ("pre.", step.pre), ("exact.", step.exact)):
            for name, value in stage.items():
                if isinstance(value, float):
                    columns[prefix + name] = exact(value)
                else:
                    for unit, element in enumerate(value.tolist(), 1):
                        columns[f"{prefix}{name}[{unit}]"] = exact(element)
        if not has_header:
            yield f"{','.join(columns)}\n"
            has_header = True
        yield f"{','.join(columns.values())}\n"
