"""Mistakes with the two biases that some libraries keep for each unit, and add."""

from __future__ import annotations

from typing import Any

from rnncalc.cells.expressions import Equation, Symbol, symbols
from rnncalc.cells.notation import UNICODE
from rnncalc.check.slips.parts import terms, units
from rnncalc.check.slips.rewrites import Places, abridged, reweighted
from rnncalc.problem.problem import Problem

#: The two biases, by what they are added to.
BOTH = ("recurrent", "input")


def one_of_two(which: str, times: float, problem: Problem) -> Places:
    """Yield one of two biases so many times, in all units and then in each; the other stays.

    which: of `BOTH`. times: 0 leaves it out, 2 takes it twice.
    """
    if not problem.added:
        return
    found = {line.name: _parts(problem, line)[which] for line in units(problem)}
    found = {name: parts for name, parts in found.items() if parts}
    places = {f"in {name}": parts for name, parts in found.items()}
    if len(places) > 1:
        every = {symbol: part for parts in found.values() for symbol, part in parts.items()}
        places = {"everywhere": every, **places}
    text = f"{{}} {'with' if times else 'without'} its {which} part{' twice' if times else ''}"
    for place, parts in places.items():
        changed = {s: problem.weights[s] + (times - 1) * part for s, part in parts.items()}
        reads = abridged([text.format(UNICODE.symbol(symbol)) for symbol in changed])
        yield place, reweighted(problem, changed, reads)


def _parts(problem: Problem, line: Equation) -> dict[str, dict[str, Any]]:
    """Return what each of the two biases of a unit adds to what symbol, as far as there are two."""
    found: dict[str, dict[str, Any]] = {which: {} for which in BOTH}
    biases = {n: problem.weights[n] for n in symbols(line.expression) if n[:2] == "b."}
    for symbol, whole in biases.items():
        if symbol in problem.added:
            recurrent = problem.added[symbol]
            found["recurrent"][symbol], found["input"][symbol] = recurrent, whole - recurrent
        elif len(biases) > 1:  # a reset gate keeps the recurrent one from the sum
            found["input" if Symbol(symbol) in terms(line) else "recurrent"][symbol] = whole
    return found
