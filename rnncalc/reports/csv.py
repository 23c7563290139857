"""CSV: a header, then a row a step, every number as exact as it was computed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rnncalc.numerals import exact
from rnncalc.reports.page import Page
from rnncalc.trace.step import Step
from rnncalc.trace.trace import Trace


def report(trace: Trace, page: Page) -> Iterator[str]:
    """Yield the header and each step: t, the quantities, pre.NAME and exact.NAME as in the JSON.

    A vector has a column for each element, ``h[1]``, ``h[2]``.
    """
    for step in trace:
        columns = _columns(step)
        if step.t == 1:
            yield f"{','.join(columns)}\n"
        yield f"{','.join(columns.values())}\n"


def _columns(step: Step) -> dict[str, str]:
    """Return the cells of a step by their headings."""
    columns = {"t": str(step.t)}
    for prefix, stage in (("", step.values), ("pre.", step.pre), ("exact.", step.exact)):
        for name, value in stage.items():
            columns |= _cells(prefix + name, value)
    return columns


def _cells(name: str, value: Any) -> dict[str, str]:
    if isinstance(value, float):
        return {name: exact(value)}
    return {f"{name}[{k}]": exact(element) for k, element in enumerate(value.tolist(), 1)}
