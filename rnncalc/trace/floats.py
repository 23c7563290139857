"""The loop over plain numbers: a cell's equations as Python, bit for bit what `steps` computes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from operator import mul
from typing import Any

from rnncalc.cells.expressions import PREVIOUS
from rnncalc.cells.functions import FUNCTIONS
from rnncalc.problem.problem import Problem
from rnncalc.trace.arithmetic import assignments, compiled, variable
from rnncalc.trace.step import require_finite


def rows(problem: Problem, names: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    """Yield the named values of each step: quantities, and pre-activations such as "pre.f".

    problem: without rounding and without anything held at one step. Raises InputError at the first
    step with a quantity that is not a finite number.
    """
    body = [found for line in problem.computed for found in assignments(line)]

    def verify(t: int, values: Mapping[str, Any]) -> None:
        # A sum is finite if its parts are; if it isn't, that may be the sum's own doing.
        for name, _ in body:
            require_finite(problem, values[variable(name)], name, t)

    before = {name + PREVIOUS: name for name in problem.cell.states}
    lines = [
        f"def loop(batches, {', '.join(map(variable, before))}):",
        "    t = 0",
        "    for batch in batches:",
        f"        for {variable('x')} in batch:",
        "            t += 1",
        *(f"            {variable(name)} = {text}" for name, text in body),
        f"            check = {' + '.join(['0.0', *(variable(name) for name, _ in body)])}",
        "            if check - check != 0.0: verify(t, locals())",
        f"            yield ({', '.join(map(variable, names))},)",
        *(f"            {variable(old)} = {variable(new)}" for old, new in before.items()),
    ]
    namespace = {f"f_{name}": function.number for name, function in FUNCTIONS.items()}
    reach = {**namespace, "verify": verify, "locals": locals, "weigh": mul}
    yield from compiled(problem, lines, reach)(problem.batches, *map(problem.state.get, before))
