"""Mistakes in rounding: left out, too late, at zero the other way, or where none belongs."""

from __future__ import annotations

from collections.abc import Callable, Collection
from contextlib import suppress
from functools import partial
from math import floor
from typing import Any

from rnncalc.cells.expressions import PREVIOUS
from rnncalc.cells.functions import FUNCTIONS, TIES
from rnncalc.cells.notation import UNICODE, equation
from rnncalc.check.slips.rewrites import Altered, Places, changing, units
from rnncalc.errors import InputError, listing
from rnncalc.numerals import any_of, counted, cut, elementwise
from rnncalc.problem.problem import Problem
from rnncalc.trace.steps import Amend, run


def not_rounded(problem: Problem) -> Places:
    """Yield activations that are left as they are: all, and each."""
    squashed = [line for line in problem.computed if line.activation]
    if not problem.ties or not squashed:
        return
    exactly = problem._replace(ties=None)
    yield (
        "everywhere",
        Altered(exactly, f"{equation(squashed[0], UNICODE)}, not rounded, and so on"),
    )
    for line in squashed:
        if FUNCTIONS[line.activation or ""].levels:
            reads = f"{equation(line, UNICODE)}, not rounded"
            yield f"on {line.name}", Altered(problem, reads, partial(_left_exact, line.name))


def _left_exact(left: str) -> Amend:
    exact: list[Any] = []

    def amend(t: int, name: str, value: Any, error: Any) -> tuple[Any, Any]:
        if name == f"exact.{left}":
            exact[:] = [value]
        return (exact[0] if name == left else value), error

    return amend


def rounded_at_the_end(problem: Problem) -> Places:
    """Yield new states that are rounded, computed with activations that aren't."""
    if not problem.ties:
        return
    exactly = problem._replace(ties=None)
    states = problem.cell.states

    def change(t: int, name: str, value: Any) -> Any:
        return _whole(value) if name in states and t == problem.steps else value

    yield "", Altered(exactly, f"{listing(states)} rounded, and nothing else", changing(change))


def _whole(value: Any) -> Any:
    return elementwise(lambda number: float(floor(number + 0.5)), value)


def at_zero(function: str, problem: Problem) -> Places:
    """Yield other values for a function of exactly 0 than the right one."""
    levels = FUNCTIONS[function].levels or ()
    squashed = [line.name for line in units(problem) if line.activation == function]
    right = TIES[problem.ties or "keep"]
    if (function != "sigmoid" and not problem.ties) or not _meets_zero(problem, squashed):
        return
    for place, level in enumerate(levels):
        if place == right or (place == TIES["keep"] and not problem.ties):
            continue
        text = f"{level:g}"
        reads = f"{UNICODE.functions.get(function, function)}(0) = {text}"
        yield text, Altered(problem, reads, partial(_with_zero_at, level, squashed))


def _meets_zero(problem: Problem, squashed: list[str]) -> bool:
    met: list[str] = []

    def amend(t: int, name: str, value: Any, error: Any) -> tuple[Any, Any]:
        if name.startswith("pre.") and name[4:] in squashed and any_of(abs(value) <= 2 * error):
            met.append(name)
        return value, error

    with suppress(InputError):
        for _ in run(problem, amend=amend):
            pass
    return bool(met)


def _with_zero_at(level: float, squashed: list[str]) -> Amend:
    tied: list[Any] = []

    def amend(t: int, name: str, value: Any, error: Any) -> tuple[Any, Any]:
        if name.startswith("pre."):
            tied[:] = [abs(value) <= 2 * error]
        elif name in squashed and tied:
            if isinstance(value, float):
                value = level if tied[0] else value
            else:
                value = value * ~tied[0] + level * tied[0]
        return value, error

    return amend


def shortened(decimals: int, problem: Problem) -> Places:
    """Yield values rounded, or cut, to some decimals as they are written down and carried on."""
    ways = {"rounded": partial(round, ndigits=decimals), "cut": partial(cut, decimals=decimals)}
    for how, way in ways.items():
        for stages in ([""], ["", "pre"]):
            reads = f"every value {how} to {counted(decimals, 'decimal')}"
            yield (
                str(decimals),
                Altered(problem, reads, changing(partial(_each_value, way, stages))),
            )


def _each_value(
    change: Callable[[float], float], stages: Collection[str], t: int, name: str, value: Any
) -> Any:
    is_given = name == "x" or name.endswith(PREVIOUS)
    changes = not is_given and name.rpartition(".")[0] in stages
    return elementwise(change, value) if changes else value
