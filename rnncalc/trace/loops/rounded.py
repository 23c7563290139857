"""The loop with rounding: plain steps written out, each value with how far off it may be.

It does what `steps` does, in the same order: every bit and every tie is the same. What never
changes is worked out once: whether a weight is whole, and how far off it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any

from rnncalc.cells.expressions import (
    PREVIOUS,
    Binary,
    Call,
    Equation,
    symbols,
    walk,
)
from rnncalc.cells.functions import FUNCTIONS
from rnncalc.numerals import any_of
from rnncalc.problem.problem import Problem
from rnncalc.trace import steps
from rnncalc.trace.arithmetic import compiled, variable, whole, written_error
from rnncalc.trace.loops.bounds import NONE, Bounds
from rnncalc.trace.step import Step, with_plain_numbers


def run(problem: Problem) -> Iterator[Step]:
    """Yield the steps of a problem with rounding, plain ones where the loop can't do them.

    Raises InputError as `steps.run` does.
    """
    loop = _written(problem)
    if not loop:
        yield from steps.run(problem)
        return
    t, batches, state = 0, iter(problem.batches), dict(problem.state)
    errors = {name: written_error(value) for name, value in state.items()}
    for batch in batches:
        try:
            for step in loop(batch, t, *state.values(), *errors.values()):
                yield with_plain_numbers(step, problem)
        except _LeftError as fault:
            first, *before = fault.args
            state, errors = (dict(zip(state, found, strict=True)) for found in before)
            rest = chain([batch[first - 1 - t :]], batches)
            yield from steps.run(problem._replace(batches=rest, state=state), first, errors=errors)
            return
        t += len(batch)
        state = {name: step.values[name.removesuffix(PREVIOUS)] for name in state}
        errors = {name: step.errors[name.removesuffix(PREVIOUS)] for name in errors}


class _LeftError(Exception):
    """Something isn't a finite number at a step: its number, the states before, and their errors.

    Only plain steps can say what it is, if it is anything that matters.
    """


def _written(problem: Problem) -> Any:
    """Return the loop of a problem with rounding; None if it can't be written out.

    It is a generator of the steps of a batch, from its inputs, how many steps came before, the
    previous states, and how far off those are. It may raise _LeftError.
    """
    nodes = [node for line in problem.computed for node in walk(line.expression)]
    parts = [node.argument for node in nodes if isinstance(node, Call)]
    parts += [node.right for node in nodes if isinstance(node, Binary) and node.operator == "@"]
    parts += [line.expression for line in problem.computed]
    if problem.held_at or not all(map(symbols, parts)):
        return None
    state = problem.state.items()
    small = {name for name, v in state if whole(v) and not any_of(abs(v) > 1)}
    while True:  # most often what is rounded stays so; a state that doesn't has an error
        writer = _Writer(problem)
        if small == (stays := writer.write(small)):
            return writer.loop()
        small = stays


class _Writer(Bounds):
    """Writes the lines of a step."""

    def write(self, small: set[str]) -> set[str]:
        """Write the lines of a step; return which of the small previous states stay small."""
        for name in small:
            self.keep_small(variable(name))
            self.sure.add(variable(name))
        if self.problem.has_input:
            self.new(f"{self.size('v_x')} * {self.unless('v_x')}", "e_v_x")
        for line in self.problem.computed:
            self._equation(line)
        for name in self.problem.cell.states:
            v = variable(name)
            self.new(f"{NONE} * {self.size(v)} + e_{v}", f"last_{name}")
        return {name for name in small if variable(name.removesuffix(PREVIOUS)) in self.small}

    def loop(self) -> Any:
        """Return what `_written` promises."""
        problem, states = self.problem, list(self.problem.state)
        texts = [variable(name) for name in states]
        known = f"({', '.join(texts)},), ({', '.join(f'e_{text}' for text in texts)},)"
        arguments = ", ".join([*texts, *(f"e_{text}" for text in texts)])
        inputs = ["x"] if problem.has_input else []
        names = [*inputs, *states, *(line.name for line in problem.cell.equations)]
        stages = [
            {name: variable(name) for name in names},
            {line.name: f"p_{line.name}" for line in problem.computed if line.is_unit},
            {line.name: f"exact_{line.name}" for line in problem.computed if _is_levelled(line)},
        ]
        errors = {name: f"last_{name}" for name in problem.cell.states}
        written, indent = ", ".join(map(_table, stages)), " " * 12
        lines = [
            f"def loop(batch, t, {arguments}):",
            f"    for {variable('x')} in batch:",
            "        t += 1",
            "        ties, inner = {}, {}",
            "        if True:" if problem.scalar else "        with quiet():",
            *(f"{indent}{line}" for line in self.lines),
            f"{indent}check = {self._check()}",
            f"        if check - check != 0.0: fail(t, {known})",
            f"        yield Step(t, {written}, ties, inner, {_table(errors)})",
            *(
                f"        {variable(name + PREVIOUS)} = {variable(name)}; "
                f"e_{variable(name + PREVIOUS)} = last_{name}"
                for name in problem.cell.states
            ),
        ]
        return compiled(problem, lines, self.reach | {"Step": Step, "fail": _fail})

    def _check(self) -> str:
        """Return a sum that is finite if all is: whatever isn't is infinitely far off, too."""
        form = "abs({})" if self.problem.scalar else "total(abs({}))"
        names = dict.fromkeys(name for name in self.checked if name not in self.small)
        return " + ".join([NONE, *map(form.format, names)])

    def _equation(self, line: Equation) -> None:
        name, target = line.name, variable(line.name)
        if not isinstance(line.expression, Call):
            result, error = self.bounded(line.expression, name)
        else:
            function = line.expression.function
            z, error = self.bounded(line.expression.argument, name)
            if line.is_unit:
                self.new(z, f"p_{name}")
            if FUNCTIONS[function].levels:
                self.new(f"f_{function}({z})", f"exact_{name}")
                result, error = self.rounded(function, z, error, f"ties[{name!r}]")
            else:
                result, error = self.spread(function, z, error)
        self.new(result, target)
        self.new(error, f"e_{target}")
        if error == NONE:
            self.sure.add(target)
        if result in self.small:
            self.small.add(target)
        if self.exact.get(result):
            self.exact[target] = self.exact[result]
        self.checked += [target, *([] if error == NONE else [error])]


def _is_levelled(line: Equation) -> bool:
    return bool(line.activation and FUNCTIONS[line.activation].levels)


def _table(stage: Mapping[str, str]) -> str:
    return f"{{{', '.join(f'{name!r}: {text}' for name, text in stage.items())}}}"


def _fail(t: int, state: Any, errors: Any) -> None:
    raise _LeftError(t, state, errors)
