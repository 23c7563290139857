"""The table: a row for every quantity, with its pre-activation, its value and what it is.

As wide as its contents off a terminal, never wider than a terminal, and never with a number cut:
where the columns don't fit, each quantity becomes a few lines of its own.
"""

from __future__ import annotations

import io
import textwrap
from collections.abc import Iterable, Iterator, Sequence

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from rnncalc.cells import ALL_WEIGHTS, PREVIOUS
from rnncalc.evaluate import Step
from rnncalc.problem import Problem
from rnncalc.reports.notes import TieLog, problem_notes
from rnncalc.terminal import Page, spelled
from rnncalc.values import shortened

__all__ = ["report"]

_HEADER = ("symbol", "what it is", "pre-activation", "value", "role")
_WHAT = _HEADER.index("what it is")
_LONGEST = 8  # elements of a vector that are written out
_STYLES = {"state": "bold green", "gate": "cyan", "candidate": "magenta"}
_UNLIMITED = 10**6
_BETWEEN = 3  # columns between two cells, rule and padding

Row = Sequence[str]


def report(problem: Problem, steps: Iterable[Step], page: Page) -> Iterator[str]:
    """Yield a table for each step, then what has to be said of the problem."""
    console = Console(
        file=io.StringIO(),
        width=page.width or _UNLIMITED,
        color_system="standard" if page.styled else None,
        force_terminal=page.styled,
        force_jupyter=False,
        legacy_windows=False,
    )
    ties = TieLog(problem)
    for step in ties.watch(steps):
        rows = [
            [spelled(cell, page.encoding) for cell in row] for row in _rows(problem, step, page)
        ]
        console.print(Text(f"{problem.cell.title}, step {step.t}", style="bold"))
        console.print(_fitting(rows, console.width))
        console.print()
        yield _written(console, page)
    notes = [*problem_notes(problem), *ties.notes()]
    if max(problem.sizes.n, problem.sizes.m) > _LONGEST:
        notes.append(
            "long vectors are shortened here; -f plain, -f json and --only show all of them"
        )
    for note in notes:
        console.print(Text(spelled(note, page.encoding), style="dim"))
    yield _written(console, page)


def _written(console: Console, page: Page) -> str:
    """Return what was printed since the last time."""
    buffer = console.file
    assert isinstance(buffer, io.StringIO)
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return "".join(f"{line.rstrip()}\n" for line in spelled(text, page.encoding).splitlines())


def _rows(problem: Problem, step: Step, page: Page) -> Iterator[Row]:
    """Yield the cells of each quantity, in the order of `_HEADER`."""
    for name, value in step.values.items():
        what = problem.cell.quantities[name]
        origin = problem.origins.get(name.removesuffix(PREVIOUS)) if name.endswith(PREVIOUS) else ""
        if name in problem.held:
            what += " (held with --set)"
        elif origin and step.t == 1:
            what += f" ({'from ' if origin == ALL_WEIGHTS else ''}{origin})"
        z = shortened(step.z[name], page.digits, _LONGEST) if name in step.z else ""
        shown = shortened(value, page.digits, _LONGEST)
        if name in step.exact:
            gap = " " if isinstance(value, float) else "\n"
            shown = f"{shortened(step.exact[name], page.digits, _LONGEST)}{gap}→ {shown}"
        if name in step.ties:
            units = "" if isinstance(value, float) else f" in {_units(step.ties[name])}"
            shown += f" (tie{units})"
        yield name, what, z, shown, problem.cell.roles[name]


def _units(units: Sequence[int]) -> str:
    if len(units) > 3:
        return f"{len(units)} units"
    return f"unit{'s' * (len(units) > 1)} {', '.join(map(str, units))}"


def _fitting(rows: Sequence[Row], width: int) -> Table | Text:
    """Return the widest layout that fits: a table, one with wrapped words, or blocks."""
    widths = [max(map(_longest_line, column)) for column in zip(_HEADER, *rows, strict=True)]
    excess = sum(widths) + _BETWEEN * (len(widths) - 1) - width
    if excess > 0:
        widths[_WHAT] -= excess
        if widths[_WHAT] < max(len(word) for row in rows for word in row[_WHAT].split()):
            return _blocks(rows, width)
    return _table(rows, widths)


def _longest_line(cell: str) -> int:
    return max(map(len, cell.split("\n")))


def _table(rows: Sequence[Row], widths: Sequence[int]) -> Table:
    # Widths are given and gaps are part of them, because Rich takes its time to measure and to pad.
    table = Table(box=SIMPLE_HEAD, show_edge=False, padding=0)
    for heading, width in zip(_HEADER, widths, strict=True):
        table.add_column(Text(heading), width=width + _BETWEEN - 1)
    for symbol, what, z, value, role in rows:
        style = _STYLES.get(role, "")
        table.add_row(
            Text(symbol, style), Text(what), Text(z), Text(value, style), Text(role, style)
        )
    return table


def _blocks(rows: Sequence[Row], width: int) -> Text:
    """Return the rows one below the other, broken between words and nowhere else."""
    text = Text(end="")
    for symbol, what, z, value, role in rows:
        name = symbol if what == symbol else f"{symbol}: {what}"
        text.append(_wrapped(f"{name} ({role})" if role != what else name, width, ""), "bold")
        if z:
            text.append(_wrapped(f"pre-activation {z}", width))
        for line in value.splitlines():
            text.append(_wrapped(line, width), _STYLES.get(role, ""))
    return text


def _wrapped(line: str, width: int, indent: str = "  ") -> str:
    return (
        textwrap.fill(
            line,
            width,
            initial_indent=indent,
            subsequent_indent="  ",
            break_long_words=False,
            break_on_hyphens=False,
        )
        + "\n"
    )
