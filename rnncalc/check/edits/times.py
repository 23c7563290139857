"""Edits in time: what is read of another step, and what is there later in the same one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any, cast

from rnncalc.cells.expressions import (
    PREVIOUS,
    Binary,
    Call,
    Equation,
    Expression,
    Symbol,
    replaced,
    symbols,
    walk,
)
from rnncalc.check.slips.parts import written_out
from rnncalc.check.slips.trees import Edit, Found, Spot, parts
from rnncalc.problem.problem import Problem
from rnncalc.trace.steps import run

_MOST_UNITS = 4  # that are computed one by one
#: What is kept of a quantity for the next step is called by its name and this.
_KEPT = "~"
#: The input before that is the first one in the first step, as where a formula is filled down.
_FILLED = f"x{_KEPT}"


def remembering(problem: Problem) -> Problem:
    """Return the problem with what was a step before in states of its own.

    In the first step an input before is 0 or what it is, a state before is what it starts from, and
    another quantity before is what it is.
    """
    cell = problem.cell
    first = next(run(problem)).values
    kept: dict[str, tuple[str, Any]] = {
        state: (state + PREVIOUS, problem.state[state + PREVIOUS]) for state in cell.states
    }
    if problem.has_input:
        x = next(x for batch in problem.batches for x in batch)
        kept["x"], kept[_FILLED] = ("x", 0.0 * x), ("x", x)
    for line in problem.computed:
        if cell.roles[line.name] in ("gate", "candidate") and line.name not in kept:
            kept[line.name] = line.name, first[line.name]
    lines = [Equation(name + _KEPT, Symbol(of), "") for name, (of, _) in kept.items()]
    states = (*cell.states, *(line.name for line in lines))
    start = {name + _KEPT + PREVIOUS: value for name, (_, value) in kept.items()}
    equations = (*cell.equations, *lines)
    sizes = problem.sizes
    classes = {of + after: sizes.classes[name.rstrip(_KEPT)] for name in kept
               for of in (name + _KEPT,) for after in ("", PREVIOUS)}  # fmt: skip
    return problem._replace(
        cell=cell._replace(equations=equations, states=states),
        state={**problem.state, **start},
        sizes=sizes._replace(classes={**sizes.classes, **classes}),
    )


def of_steps(problem: Problem) -> Iterator[Edit]:
    """Yield edits of a problem that remembers: what is read of another step, in one place or all.

    problem: as it is without.
    """
    sizes, first = problem.sizes.number, next(run(problem)).values
    starts = {f"{name}{_KEPT}start": value for name, value in {**first, **problem.state}.items()}
    together: dict[str, list[tuple[str, Any, Expression]]] = {}
    told: dict[str, Mapping[str, Any]] = {}
    for line in problem.computed:
        for path, node in parts(line.expression):
            if not isinstance(node, Symbol):
                continue
            name = node.name
            for words, symbol in _of_before(problem, name, sizes, line):
                weights = {symbol: starts[symbol]} if symbol in starts else {}
                put = (line.name, path, Symbol(symbol))
                together.setdefault(words, []).append(put)
                told[words] = weights
                yield Edit("time", words, f"in {line.name}", (put,), 1, weights)
    yield from _kept_from_first(problem, starts)
    own = {line.name for line in problem.computed if line.is_unit}
    for words, many in together.items():
        groups = {"everywhere": many, "in every unit": [put for put in many if put[0] in own]}
        for place, of in groups.items():
            if len(of) > 1 and (of is many or len(of) < len(many)):
                yield Edit("time", words, place, of, 1, told[words])
    backs = [f"{name} of two steps before" for name in problem.state]
    if len(backs) > 1 and (problem.steps or 1) > 2:
        every = [*chain(*(together.get(words, ()) for words in backs))]
        yield Edit("time", "the states of two steps before", "everywhere", every, 1)


def _kept_from_first(problem: Problem, starts: Mapping[str, Any]) -> Iterator[Edit]:
    """Yield a gate, the candidate, or every gate of the first step in all steps."""
    every = list[tuple[str, Any, Expression]]()
    for line in problem.computed:
        if (role := problem.cell.roles[line.name]) in ("gate", "candidate"):
            kept = f"{line.name}{_KEPT}start"
            words, put = f"{line.name} of the first step kept", (line.name, (), Symbol(kept))
            yield Edit("time", words, "in every step", (put,), 1, {kept: starts[kept]})
            every += [put] if role == "gate" else []
    if len(every) > 1:
        weights = {name: starts[name] for _, _, kept in every for name in symbols(kept)}
        words = "every gate of the first step kept"
        yield Edit("time", words, "in every step", every, 1, weights)


def _of_before(problem: Problem, name: str, sizes: Any, line: Equation) -> Iterator[Any]:
    if name == "x":
        yield "x of the step before", f"x{_KEPT}{PREVIOUS}"
        if (problem.steps or 1) > 2:
            yield "x of the step before, from the second step on,", f"{_FILLED}{_KEPT}{PREVIOUS}"
            yield "x of the first step", f"x{_KEPT}start"
        else:  # which are the same then
            yield "x of the first step, which is the one before,", f"x{_KEPT}start"
    elif name in problem.state:
        yield f"{name} fixed, as at the start in every step,", f"{name}{_KEPT}start"
        if (problem.steps or 1) > 2:  # in the second step that is the start
            yield f"{name} of two steps before", f"{name.removesuffix(PREVIOUS)}{_KEPT}{PREVIOUS}"
        if problem.has_input and sizes("x") == sizes(name):
            yield f"x of the step before for {name}", f"x{_KEPT}{PREVIOUS}"
    elif name in problem.held:
        return  # it is the same at each step
    elif problem.cell.roles.get(name) in ("gate", "candidate") and name != line.name:
        yield f"{name} of the step before", f"{name}{_KEPT}{PREVIOUS}"


def of_order(spot: Spot) -> Iterator[Found]:
    """Yield the new value of a state read for an old one, where it doesn't need this quantity."""
    line, problem = spot.line, spot.problem
    sizes = problem.sizes.number
    for state in problem.cell.states:
        new = written_out(problem, state, {*spot.known, *problem.weights}, line.name)
        for path, node in parts(line.expression) if new else ():
            old = node.name if isinstance(node, Symbol) else ""
            if new and old in problem.state and sizes(state) == sizes(old):
                words = f"{state}, the new one, used for {old}"
                yield 1, "time", words, path, new


def in_turn(problem: Problem) -> Iterator[Edit]:
    """Yield a state whose elements are overwritten in turn, each read by those behind it."""
    lines = {line.name: line.expression for line in problem.computed}
    known = {"x", *problem.state, *problem.weights, *problem.held}
    for state in problem.cell.states:
        old, n = Symbol(state + PREVIOUS), problem.sizes.number(state)
        readers = [name for name, of in lines.items() if _weighs(of, old.name)]
        new = written_out(problem, state, known, "") if 1 < n <= _MOST_UNITS else None
        if not (new and readers):
            continue
        import numpy as np

        weights, so_far, found = dict[str, Any](), cast(Expression, old), dict[str, Expression]()
        for k in range(n):
            one, rest = Symbol(f"one{k}{_KEPT}"), Symbol(f"rest{k}{_KEPT}")
            weights |= {one.name: np.eye(n)[k], rest.name: 1 - np.eye(n)[k]}
            for name in readers:
                of = Binary("*", one, replaced(lines[name], old, so_far))
                found[name] = Binary("+", found[name], of) if name in found else of
            of = Binary("*", one, replaced(new, old, so_far))
            so_far = Binary("+", of, Binary("*", rest, so_far))
        every = [(name, (), Call("identity", of)) for name, of in found.items()]
        words = f"elements of {state} one by one, each from those that are new already,"
        yield Edit("time", words, "", every, 1, weights)


def _weighs(node: Expression, name: str) -> bool:
    """Return whether an expression has a matrix applied to what reads a quantity."""
    return any(isinstance(of, Binary) and of.operator == "@" and name in symbols(of)
               for of in walk(node))  # fmt: skip
