"""Mistakes: for each kind of slip, the places where it can be made, and what it makes of a problem.

A place is a text that names it; a slip that can be made in several ways at one place yields each of
them. `slips` says what the kinds are called, and what is to be learnt from them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from functools import partial
from itertools import combinations, permutations
from math import floor
from typing import Any

from rnncalc.activations import ACTIVATIONS, TIES
from rnncalc.cells import PREVIOUS, Equation
from rnncalc.errors import listing
from rnncalc.evaluate import Amend
from rnncalc.expressions import Binary, Call, Expression, Number, Symbol, rewrite, walk
from rnncalc.notation import UNICODE, spell
from rnncalc.problem import Problem
from rnncalc.rewrites import (
    Form,
    gates,
    mixes,
    negated,
    renamed,
    replaced,
    role,
    terms,
    units,
    without,
    written,
)
from rnncalc.values import cut, elementwise

Places = Iterator[tuple[str, Form]]


def _each_unit(problem: Problem, change: Callable[[Equation], Expression | None]) -> Places:
    """Yield a change of each unit that it applies to, and then of all of them."""
    changed = {line.name: new for line in units(problem) if (new := change(line)) is not None}
    for name, new in changed.items():
        yield f"in {name}", written(problem, {name: new})
    if len(changed) > 1:
        yield "everywhere", written(problem, changed)


# Functions -------------------------------------------------------------------------------------


def function_changed(old: str, new: str, problem: Problem) -> Places:
    """Yield one function in the place of another; "identity" leaves it out."""
    for line in problem.computed:
        match line.expression:
            case Call(function, argument) if function == old != new:
                place = "on " + (argument.name if isinstance(argument, Symbol) else line.name)
                yield place, written(problem, {line.name: Call(new, argument)})
                if new == "identity" and isinstance(argument, Symbol):
                    # Where it is used: h = o ⊙ c, whatever is told as tanh of c.
                    users = [user for user in problem.computed if user is not line]
                    form = renamed(problem, {line.name: argument.name}, users)
                    yield place, form


# Gates -----------------------------------------------------------------------------------------


def _complemented(gate: str, problem: Problem) -> Form:
    """Return the problem with 1 - g for g, and g for 1 - g, wherever a gate is used."""
    one_minus = Binary("-", Number(1.0), Symbol(gate))

    def change(part: Expression) -> Expression:
        if part == Symbol(gate):
            return one_minus
        return Symbol(gate) if part == Binary("-", Number(1.0), one_minus) else part

    changed = {
        line.name: (line.expression, rewrite(line.expression, change)) for line in problem.computed
    }
    return written(problem, {name: new for name, (old, new) in changed.items() if new != old})


def _one_minus(gate: str) -> Amend:
    def amend(t: int, name: str, value: Any, error: Any) -> tuple[Any, Any]:
        return (1.0 - value if name == gate else value), error

    return amend


def keep_and_overwrite(problem: Problem) -> Places:
    """Yield each gate's 1 - g for g: where it is used, or where it is told."""
    for gate in gates(problem):
        place = f"1 - {gate.name} for {gate.name}"
        yield place, _complemented(gate.name, problem)
        reads = f"{gate.name} = 1 - {spell(gate.expression, UNICODE)}"
        yield place, Form(problem, reads, partial(_one_minus, gate.name))


def old_weighted(problem: Problem) -> Places:
    """Yield the other convention: the right state, from a gate that weights the old one."""
    for gate in gates(problem):
        kept = Binary("-", Number(1.0), Symbol(gate.name))
        if any(kept in walk(line.expression) for line in mixes(problem)):
            form = _complemented(gate.name, problem)
            reads = f"{gate.name} = 1 - {spell(gate.expression, UNICODE)}, {form.equation}"
            yield gate.name, form._replace(reads=reads, amend=partial(_one_minus, gate.name))


def gates_swapped(problem: Problem) -> Places:
    """Yield two gates in each other's place: where they are used, computed, or only told."""
    for one, other in combinations(gates(problem), 2):
        place, names = f"{one.name} and {other.name}", {one.name: other.name, other.name: one.name}
        users = [line for line in problem.computed if not line.is_unit]
        yield place, renamed(problem, names, users)
        swapped = {one.name: other.expression, other.name: one.expression}
        yield place, written(problem, swapped)
        yield place, Form(problem, f"{one.name} told as {other.name}, and the reverse", told=names)


# Sums ------------------------------------------------------------------------------------------


def left_out(what: str, problem: Problem) -> Places:
    """Yield units without their recurrent term, their input or their bias."""

    def change(line: Equation) -> Expression | None:
        term = next((term for term in terms(line) if role(term) == what), None)
        return without(line.expression, term) if term else None

    yield from _each_unit(problem, change)


def part_left_out(what: str, problem: Problem) -> Places:
    """Yield new states without what is kept, or without what is new."""
    for line in mixes(problem):
        for term in terms(line):
            if role(term) == what:
                yield line.name, written(problem, {line.name: without(line.expression, term)})


def bias_twice(problem: Problem) -> Places:
    """Yield units whose bias is added a second time."""

    def change(line: Equation) -> Expression | None:
        bias = next((term for term in terms(line) if role(term) == "bias"), None)
        return bias and replaced(line.expression, bias, Binary("+", bias, bias))

    yield from _each_unit(problem, change)


def bias_of_another(problem: Problem) -> Places:
    """Yield units with the bias of another one."""
    owners = {line.name: b for line in units(problem) for b in terms(line) if role(b) == "bias"}
    lines = {line.name: line.expression for line in units(problem)}
    for (name, own), (_, other) in permutations(owners.items(), 2):
        place = f"{spell(other, UNICODE)} for {spell(own, UNICODE)}"
        yield place, written(problem, {name: replaced(lines[name], own, other)})


def added(problem: Problem) -> Places:
    """Yield units whose weights are added: to each vector, or one weight to the sum of both."""
    if any(getattr(weight, "ndim", 0) == 2 for weight in problem.weights.values()):
        return  # a matrix can't be added to a vector

    def each(node: Expression) -> Expression:
        match node:
            case Binary("@", weight, vector):
                return Binary("+", weight, vector)
        return node

    def once(node: Expression) -> Expression:
        match node:
            case Binary("+", Binary("@", _, state), Binary("@", weight, vector)):
                return Binary("+", weight, Binary("+", state, vector))
        return node

    yield from _each_unit(problem, lambda line: rewrite(line.expression, each))
    yield from _each_unit(problem, lambda line: rewrite(line.expression, once))


def wrong_sign(problem: Problem) -> Places:
    """Yield sums with one of their terms subtracted."""
    for line in (*mixes(problem), *units(problem)):
        for term in terms(line):
            form = written(problem, {line.name: negated(line.expression, term)})
            yield spell(term, UNICODE), form


def transposed(problem: Problem) -> Places:
    """Yield square matrices that are taken by their columns: all, and each."""
    matrices = {
        name: weight
        for name, weight in problem.weights.items()
        if getattr(weight, "ndim", 0) == 2 and weight.shape[0] == weight.shape[1] > 1
    }

    def form(*names: str) -> Form:
        weights = {**problem.weights, **{name: matrices[name].T for name in names}}
        texts = [f"{UNICODE.symbol(name)}ᵀ for {UNICODE.symbol(name)}" for name in names]
        reads = ", ".join(texts if len(texts) < 3 else [texts[0], "…"])
        return Form(problem._replace(weights=weights), reads)

    if len(matrices) > 1:
        yield "every matrix", form(*matrices)
    for name in matrices:
        yield UNICODE.symbol(name), form(name)


# States ----------------------------------------------------------------------------------------


def from_another_state(problem: Problem) -> Places:
    """Yield starts from 0 where the state is something else, and from 1 where it is 0."""
    names = list(problem.state)
    at_start = "" if problem.steps == 1 else " at the start"
    for taken in [*([name] for name in names), *([names] if len(names) > 1 else [])]:
        number = 0.0 if any(_any(problem.state[name]) for name in taken) else 1.0
        start = {name: 0.0 * problem.state[name] + number for name in taken}
        reads = " = ".join([*taken, f"{number:.0f}"]) + at_start
        form = Form(problem._replace(state={**problem.state, **start}), reads)
        yield f"{listing(taken)} taken as {number:.0f}{at_start}", form


def _any(value: Any) -> bool:
    return bool(value) if isinstance(value, float) else bool(value.any())


def states_confused(problem: Problem) -> Places:
    """Yield one state given, used or kept for another."""
    for one, other in permutations(problem.cell.states, 2):
        told = Form(problem, f"{one} = {other}", told={one: other})
        yield f"{other} given for {one}", told
        if any(line.name == one and not terms(line) for line in problem.computed):
            yield f"{other} given for {one}", written(problem, {one: Symbol(other)})
    for one, other in combinations(problem.cell.states, 2):
        both = {one: other, other: one}
        yield (
            f"{one} and {other} swapped",
            Form(problem, f"{one} = {other}, {other} = {one}", None, both),
        )
        before, after = one + PREVIOUS, other + PREVIOUS
        start = {**problem.state, before: problem.state[after], after: problem.state[before]}
        form = Form(problem._replace(state=start), f"{before} and {after} swapped at the start")
        yield f"{one} and {other} swapped at the start", form
    for one, other in permutations(problem.cell.states, 2):
        names = {one + PREVIOUS: other + PREVIOUS}
        for where, lines in (("gates", units(problem)), ("new state", mixes(problem))):
            form = renamed(problem, names, lines)
            if form.reads:
                yield f"old {other} used for old {one} in the {where}", form


def old_for_new(problem: Problem) -> Places:
    """Yield functions of a new state that are taken of the previous one."""
    for line in problem.computed:
        match line.expression:
            case Call(function, Symbol(name)) if name in problem.cell.states:
                changed = {line.name: Call(function, Symbol(name + PREVIOUS))}
                yield name, written(problem, changed)


def not_carried_on(problem: Problem) -> Places:
    """Yield steps that all start from the first one's state."""
    if problem.steps == 1:
        return

    def amend(t: int, name: str, value: Any, error: Any) -> tuple[Any, Any]:
        return problem.state.get(name, value), error

    reads = ", ".join(f"{name} = {name} of step 1" for name in problem.state)
    yield "", Form(problem, f"{reads} at every step", lambda: amend)


# Rounding --------------------------------------------------------------------------------------


def not_rounded(problem: Problem) -> Places:
    """Yield activations that are left as they are: all, and each."""
    if not problem.ties:
        return
    exactly = problem._replace(ties=None)
    yield "everywhere", Form(exactly, tuple(line.name for line in units(problem)))
    for line in problem.computed:
        if line.activation and ACTIVATIONS[line.activation].levels:
            yield f"on {line.name}", Form(problem, (line.name,), partial(_left_exact, line.name))


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

    def amend(t: int, name: str, value: Any, error: Any) -> tuple[Any, Any]:
        at_end = name in states and t == problem.steps
        return (_whole(value) if at_end else value), error

    yield "", Form(exactly, " and ".join(states) + " rounded, and nothing else", lambda: amend)


def _whole(value: Any) -> Any:
    return elementwise(lambda number: float(floor(number + 0.5)), value)


def at_zero(function: str, problem: Problem) -> Places:
    """Yield other values for a function of exactly 0 than the right one."""
    levels = ACTIVATIONS[function].levels or ()
    squashed = [line.name for line in units(problem) if line.activation == function]
    right = TIES[problem.ties or "keep"]
    if not squashed or (function != "sigmoid" and not problem.ties):
        return
    for place, level in enumerate(levels):
        if place == right or (place == TIES["keep"] and not problem.ties):
            continue
        text = f"{level:g}"
        reads = f"{UNICODE.functions.get(function, function)}(0) = {text}"
        yield text, Form(problem, reads, partial(_with_zero_at, level, squashed))


def _with_zero_at(level: float, squashed: list[str]) -> Amend:
    tied: list[Any] = []

    def amend(t: int, name: str, value: Any, error: Any) -> tuple[Any, Any]:
        if name.startswith("z."):
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
        for stages in ([""], ["", "z"]):
            reads = f"every value {how} to {decimals} decimals"
            yield "", Form(problem, reads, partial(_each_value, way, stages))


def _each_value(change: Callable[[float], float], stages: Collection[str]) -> Amend:
    def amend(t: int, name: str, value: Any, error: Any) -> tuple[Any, Any]:
        is_result = (
            name != "x" and not name.endswith(PREVIOUS) and name.rpartition(".")[0] in stages
        )
        return (elementwise(change, value) if is_result else value), error

    return amend
