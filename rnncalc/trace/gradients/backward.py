"""The way back: a loop from the last step to the first, which carries derivatives along."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from rnncalc.cells.expressions import PREVIOUS
from rnncalc.problem.problem import Problem
from rnncalc.trace.arithmetic import compiled, variable
from rnncalc.trace.gradients.adjoints import AtCorner, Wanted, Writer, adjoint_of

#: From pairs of a step's number and the values that were read, to what is wanted of each step.
Loop = Callable[[Iterable[tuple[int, Any]]], Iterator[tuple[Any, ...]]]


class Backward(NamedTuple):
    """A loop from the last step to the first; ``reads`` names the values that it needs."""

    reads: Sequence[str]
    loop: Loop


def backward(problem: Problem, wanted: Wanted, at_corner: AtCorner) -> Backward:
    """Return the loop that derives what is wanted.

    problem: without rounding. at_corner: called wherever a function has no derivative.
    """
    writer = Writer(problem, wanted, at_corner)
    body = writer.body()
    shown = [writer.shown(name) for name in wanted.names]
    reads = list(dict.fromkeys([*wanted.seeds, *writer.reads]))
    states = problem.cell.states
    lines = [
        f"def loop(steps, {', '.join(adjoint_of(name + PREVIOUS) for name in states)}):",
        f"    for t, ({', '.join(map(variable, reads))},) in steps:",
        *(f"        {line}" for line in body),
        f"        yield ({''.join(f'{text}, ' for text in shown)})",
    ]
    loop = compiled(problem, lines, writer.namespace)
    zeros = [writer.zero(name) for name in states]
    return Backward(reads, lambda steps: loop(steps, *zeros))
