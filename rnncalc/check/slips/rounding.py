"""Mistakes in rounding: left out, too late, at zero the other way, or where none belongs."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from math import floor
from typing import Any

from rnncalc.cells.expressions import PREVIOUS, calls
from rnncalc.cells.functions import FUNCTIONS, TIES
from rnncalc.cells.notation import UNICODE, equation
from rnncalc.check.slips.parts import units
from rnncalc.check.slips.rewrites import Altered, Places, Seen
from rnncalc.errors import InputError, listing
from rnncalc.numerals import any_of, counted, cut, elementwise
from rnncalc.problem.problem import Problem
from rnncalc.trace.steps import run

_ROUNDS = {name for name, function in FUNCTIONS.items() if function.levels}


def not_rounded(problem: Problem) -> Places:
    """Yield activations that are left as they are: all, and each."""
    lines = [line for line in problem.computed if _ROUNDS.intersection(calls(line.expression))]
    if not problem.ties or not lines:
        return
    reads = [f"{equation(line, UNICODE)}, not rounded" for line in lines]
    yield "everywhere", Altered(problem._replace(ties=None), f"{reads[0]}, and so on")
    for line, text in zip(lines, reads, strict=True):
        if line.activation in _ROUNDS:
            yield f"on {line.name}", Altered(problem, text, partial(_left_exact, [line.name]))


def one_function_not_rounded(problem: Problem) -> Places:
    """Yield all activations by one of several functions left as they are."""
    found: dict[str, list[str]] = {}
    for line in problem.computed if problem.ties else ():
        if line.activation in _ROUNDS:
            found.setdefault(line.activation, []).append(line.name)
    for function, names in found.items() if len(found) > 1 else ():
        if len(names) > 1:
            told = f"every {function} not rounded"
            yield function, Altered(problem, told, partial(_left_exact, names))


def _left_exact(left: Sequence[str], t: int, name: str, value: Any, seen: Seen) -> Any:
    return seen.get(f"exact.{name}", (value,))[0] if name in left else value


def rounded_at_the_end(problem: Problem) -> Places:
    """Yield new states that are rounded, computed with activations that aren't."""
    if not problem.ties:
        return
    states = problem.cell.states

    def change(t: int, name: str, value: Any, seen: Seen) -> Any:
        if name in states and t == problem.steps:
            return elementwise(lambda number: float(floor(number + 0.5)), value)
        return value

    reads = f"{listing(states)} rounded, and nothing else"
    yield "", Altered(problem._replace(ties=None), reads, change)


def at_zero(function: str, problem: Problem) -> Places:
    """Yield other values for a function of exactly 0 than the right one."""
    squashed = [line.name for line in units(problem) if line.activation == function]
    right = TIES[problem.ties or "keep"]
    if (function != "sigmoid" and not problem.ties) or not _meets_zero(problem, squashed):
        return
    for place, level in enumerate(FUNCTIONS[function].levels or ()):
        if place != right and (place != TIES["keep"] or problem.ties):
            reads = f"{UNICODE.functions.get(function, function)}(0) = {level:g}"
            yield f"{level:g}", Altered(problem, reads, partial(_with_zero_at, level, squashed))


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


def _with_zero_at(
    level: float, squashed: list[str], t: int, name: str, value: Any, seen: Seen
) -> Any:
    if name not in squashed or f"pre.{name}" not in seen:
        return value
    z, error = seen[f"pre.{name}"]
    tied = abs(z) <= 2 * error
    if isinstance(value, float):
        return level if tied else value
    return value * ~tied + level * tied


def shortened(decimals: int, problem: Problem) -> Places:
    """Yield values rounded, or cut, to some decimals as they are written down and carried on."""
    ways = {"rounded": partial(round, ndigits=decimals), "cut": partial(cut, decimals=decimals)}
    for how, way in ways.items():
        for stages in ([""], ["", "pre"]):

            def change(
                t: int, name: str, value: Any, seen: Seen, way: Any = way, stages: Any = stages
            ) -> Any:
                is_given = name == "x" or name.endswith(PREVIOUS)
                changes = not is_given and name.rpartition(".")[0] in stages
                return elementwise(way, value) if changes else value

            reads = f"every value {how} to {counted(decimals, 'decimal')}"
            yield "", Altered(problem, reads, change)
