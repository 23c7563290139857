"""Progress: a bar on the terminal for work that takes longer than a second."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from typing import Any

from rnncalc.problem.problem import Problem

_PATIENCE = 1.0  # seconds


def with_progress(problem: Problem, *, writes_along: bool) -> Problem:
    """Return the problem, which now shows on a terminal how far it is if that takes long.

    writes_along: whether results are written meanwhile; a terminal that shows them needs no bar.
    """
    if writes_along and sys.stdout is not None and sys.stdout.isatty():
        return problem
    return problem._replace(batches=_counted(problem))


def _counted(problem: Problem) -> Iterator[Any]:
    """Yield a problem's batches, with a bar on standard error from the second second on."""
    start, done = time.monotonic(), 0
    bar: Any = None
    try:
        for batch in problem.batches:
            yield batch
            done += len(batch)
            if bar is None and time.monotonic() - start > _PATIENCE:
                bar = _bar()
                bar.add_task("", total=problem.steps, told="")
                bar.start()
            if bar is not None:
                words = told(done, problem.steps, time.monotonic() - start)
                bar.update(bar.task_ids[0], completed=done, told=words)
    finally:
        if bar is not None:
            bar.stop()


def told(done: int, steps: int | None, seconds: float) -> str:
    """Say how many steps are done, of how many, how fast, and how long it still takes."""
    speed = done / seconds
    left = "unknown"
    if steps is not None:
        minutes, rest = divmod(round((steps - done) / speed), 60)
        left = f"{minutes}:{rest:02} min" if minutes else f"{rest} s"
    total = "unknown" if steps is None else f"{steps:,}"
    return f"step {done:,} of {total}, {speed:,.0f}/s, time left: {left}"


def _bar() -> Any:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn
    from rich.table import Column

    words = TextColumn("{task.fields[told]}", table_column=Column(overflow="fold"))
    columns = (BarColumn(bar_width=12), words)
    quiet = {"redirect_stdout": False, "redirect_stderr": False}  # results stay where they belong
    settings: dict[str, Any] = {"console": Console(stderr=True), "transient": True, **quiet}
    return Progress(*columns, **settings)
