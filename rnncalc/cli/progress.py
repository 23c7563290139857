"""Progress: a bar on the terminal for work that takes longer than a second."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Self

from rnncalc.problem.problem import Problem

_PATIENCE = 1.0  # seconds
_PART = 64  # steps, after which a bar moves


class Bar:
    """How far something is, on standard error from the second second on; no bar in a pipe.

    seconds: how long it has taken.
    """

    def __init__(self) -> None:
        self._is_seen = sys.stderr is not None and sys.stderr.isatty()
        self._start, self._passes = time.monotonic(), 0
        self._bar: Any = None

    @property
    def seconds(self) -> float:
        """How long it has taken up to now."""
        return time.monotonic() - self._start

    def show(self, done: int, total: int | None, words: str) -> None:
        """Show how much is done, and what there is to say of it."""
        if self._bar is None and self._is_seen and self.seconds > _PATIENCE:
            self._bar = _bar()
            self._bar.add_task("", total=total, told="")
            self._bar.start()
        if self._bar is not None:
            self._bar.update(self._bar.task_ids[0], completed=done, total=total, told=words)

    def through(self, items: Sequence[Any], noun: str = "slip") -> Iterator[Any]:
        """Yield items, and show how many of them went by, and in which round if not the first."""
        self._passes += 1
        again = f", round {self._passes}" * (self._passes > 1)
        for done, item in enumerate(items):
            self.show(done, len(items), f"{noun} {done + 1:,} of {len(items):,}{again}")
            yield item

    def over(self, problem: Problem) -> Problem:
        """Return a problem that is at hand, which shows how far each way through it is."""
        return problem._replace(batches=_Shown(self, problem.batches))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.stop()


class _Shown:
    """The batches of a problem that is gone through several times."""

    def __init__(self, bar: Bar, batches: Iterable[Any]) -> None:
        self._bar = bar
        self._parts = [
            batch[k : k + _PART] for batch in batches for k in range(0, len(batch), _PART)
        ]

    def __iter__(self) -> Iterator[Any]:
        """Yield some steps after the other."""
        done, steps = 0, sum(map(len, self._parts))
        for part in self._parts:
            yield part
            done += len(part)
            self._bar.show(done, steps, f"step {done:,} of {steps:,}")


def with_progress(problem: Problem, *, writes_along: bool) -> Problem:
    """Return the problem, which now shows on a terminal how far it is if that takes long.

    writes_along: whether results are written meanwhile; a terminal that shows them needs no bar.
    """
    if writes_along and sys.stdout is not None and sys.stdout.isatty():
        return problem
    return problem._replace(batches=_counted(problem))


def _counted(problem: Problem) -> Iterator[Any]:
    """Yield a problem's batches, and show how far it is."""
    done = 0
    with Bar() as bar:
        for batch in problem.batches:
            yield batch
            done += len(batch)
            bar.show(done, problem.steps, told(done, problem.steps, bar.seconds))


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
