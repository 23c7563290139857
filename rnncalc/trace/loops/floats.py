"""The loop over plain numbers: a cell's equations as Python, bit for bit what `steps` computes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from operator import mul
from typing import Any

from rnncalc.cells.expressions import PREVIOUS
from rnncalc.cells.functions import FUNCTIONS
from rnncalc.errors import InputError
from rnncalc.problem.problem import Problem
from rnncalc.trace.arithmetic import assignments, code, compiled, variable
from rnncalc.trace.step import require_finite


def columns(problem: Problem, names: Sequence[str], last: dict[str, Any]) -> Iterator[list[Any]]:
    """Yield the named values of some steps at a time: quantities, and pre-activations ("pre.f").

    problem: without rounding and without anything held at one step. last: takes the states behind
    those steps. Raises InputError at the first step with a quantity that is not a finite number,
    when those before it are yielded.
    """
    body = [found for line in problem.computed for found in assignments(line)]

    def verify(t: int, values: Mapping[str, Any]) -> None:
        # A sum is finite if its parts are; if it isn't, that may be the sum's own doing.
        for name, _ in body:
            require_finite(problem, values[variable(name)], name, t)

    before = {name + PREVIOUS: name for name in problem.cell.states}
    states = ", ".join(map(variable, before))
    adds = [f"add{k}" for k in range(len(names))]
    lines = [
        f"def loop(batch, t, {', '.join([*adds, states])}):",
        f"    for {variable('x')} in batch:",
        "        t += 1",
        *(f"        {variable(name)} = {code(expression)}" for name, expression in body),
        f"        check = {' + '.join(['0.0', *(variable(name) for name, _ in body)])}",
        "        if check - check != 0.0: verify(t, locals())",
        *(f"        {add}({variable(name)})" for add, name in zip(adds, names, strict=True)),
        *(f"        {variable(old)} = {variable(new)}" for old, new in before.items()),
        f"    return {states},",
    ]
    namespace = {f"f_{name}": function.number for name, function in FUNCTIONS.items()}
    reach = {**namespace, "verify": verify, "locals": locals, "weigh": mul}
    loop = compiled(problem, lines, reach)
    t, state = 0, tuple(problem.state[name] for name in before)
    for batch in problem.batches:
        found: list[list[float]] = [[] for _ in names]
        try:
            state = loop(batch, t, *(values.append for values in found), *state)
        except InputError:
            yield found
            raise
        t += len(batch)
        last |= zip(before.values(), state, strict=True)
        yield found
