"""Notes: what a reader must know of a problem besides its numbers, a sentence each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, islice

from rnncalc.cells.functions import FUNCTIONS, TIES
from rnncalc.errors import InputError, listing
from rnncalc.numerals import exact
from rnncalc.problem.problem import Problem
from rnncalc.problem.sizes import ALL_WEIGHTS, DEFAULT
from rnncalc.reports.page import Page
from rnncalc.trace.step import Step


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


class Fault:
    """Lets steps end where one can't be computed, so that those before it can be shown first."""

    def __init__(self) -> None:
        self._steps = 0
        self._error: InputError | None = None

    def watch(self, steps: Iterable[Step]) -> Iterator[Step]:
        """Yield the steps up to the fault, and keep that to be raised in the end."""
        try:
            for step in steps:
                self._steps += 1
                yield step
        except InputError as error:
            self._error = error

    def settle(self, *, if_first: bool = False) -> None:
        """Raise the fault if there was one; ``if_first`` only if no step came before it."""
        if self._error and not (if_first and self._steps):
            raise self._error


def opened(steps: Iterable[Step], page: Page) -> tuple[bool, Iterator[Step], Fault]:
    """Return whether the steps go into one table, the steps, and the fault that may end them.

    Steps that are explained or answered one by one have a table each.
    """
    fault = Fault()
    watched = fault.watch(steps)
    first = [] if page.live or page.explain else list(islice(watched, 2))
    return len(first) > 1, chain(first, watched), fault


class TieLog:
    """Watches steps go by and remembers, in little space, where rounding met a tie."""

    _KEPT = 3

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self._steps: dict[str, list[str]] = {}
        self._more: dict[str, int] = {}

    def watch(self, steps: Iterable[Step]) -> Iterator[Step]:
        """Yield the steps as they are."""
        for step in steps:
            for name in step.ties:
                places = self._steps.setdefault(name, [])
                if len(places) < self._KEPT:
                    places.append(str(step.t))
                else:
                    self._more[name] = self._more.get(name, 0) + 1
            yield step

    def notes(self) -> Iterator[str]:
        """Say where ties were met and how they were rounded, alike ones together."""
        ties = self._problem.ties
        functions = {line.name: line.activation for line in self._problem.cell.equations}
        alike: dict[tuple[str, str], list[str]] = {}
        for name, places in self._steps.items():
            more = [f"{self._more[name]} more"] if name in self._more else []
            where = f"step {places[0]}" if len(places) == 1 else f"steps {listing(places + more)}"
            alike.setdefault((functions[name] or "", where), []).append(name)
        for (function, where), names in alike.items():
            levels = FUNCTIONS[function].levels
            if levels is None or ties is None:
                continue
            yield (
                f"tie in {listing(names)} at {where}: {function}(0) is {exact(levels[1])},"
                f" and --ties {ties} makes it {exact(levels[TIES[ties]])}"
                " (what is 0 up to floating-point error counts as 0)"
            )
