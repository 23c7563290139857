"""Mistakes in an equation: its functions, its gates, the terms of its sums, its matrices."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import combinations, permutations
from typing import Any

from rnncalc.cells.expressions import (
    Binary,
    Call,
    Equation,
    Expression,
    Number,
    Symbol,
    rewrite,
    walk,
)
from rnncalc.cells.notation import UNICODE, spell
from rnncalc.check.slips.rewrites import (
    Altered,
    Places,
    changing,
    gates,
    given_terms,
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
from rnncalc.problem.problem import Problem


def _each_unit(problem: Problem, change: Callable[[Equation], Expression | None]) -> Places:
    """Yield a change of each unit that it applies to, and then of all of them."""
    changed = {line.name: new for line in units(problem) if (new := change(line)) is not None}
    for name, new in changed.items():
        yield f"in {name}", written(problem, {name: new})
    if len(changed) > 1:
        yield "everywhere", written(problem, changed)


def function_changed(old: str, new: str, problem: Problem) -> Places:
    """Yield one function in the place of another; "identity" leaves it out."""
    if old == new:
        return
    for line in problem.computed:
        for node in walk(line.expression):
            if not isinstance(node, Call) or node.function != old:
                continue
            argument = node.argument
            place = "on " + (argument.name if isinstance(argument, Symbol) else line.name)
            # A unit stays one: it has a pre-activation.
            is_left_out = new == "identity" and node is not line.expression
            other = argument if is_left_out else Call(new, argument)
            yield place, written(problem, {line.name: replaced(line.expression, node, other)})
            if new == "identity" and node is line.expression and isinstance(argument, Symbol):
                # Where it is used: h = o ⊙ c, whatever is told as tanh of c.
                users = [user for user in problem.computed if user is not line]
                yield place, renamed(problem, {line.name: argument.name}, users)


def _complemented(gate: str, problem: Problem) -> Altered:
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


def _one_minus(gate: str, t: int, name: str, value: Any) -> Any:
    return 1.0 - value if name == gate else value


def keep_and_overwrite(problem: Problem) -> Places:
    """Yield each gate's 1 - g for g: where it is used, or where it is told."""
    for gate in gates(problem):
        place = f"1 - {gate.name} for {gate.name}"
        yield place, _complemented(gate.name, problem)
        reads = f"{gate.name} = 1 - {spell(gate.expression, UNICODE)}"
        yield place, Altered(problem, reads, changing(partial(_one_minus, gate.name)))


def old_weighted(problem: Problem) -> Places:
    """Yield the other convention: the right state, from a gate that weights the old one."""
    for gate in gates(problem):
        kept = Binary("-", Number(1.0), Symbol(gate.name))
        if any(kept in walk(line.expression) for line in mixes(problem)):
            form = _complemented(gate.name, problem)
            reads = f"{gate.name} = 1 - {spell(gate.expression, UNICODE)}, {form.equation()}"
            yield (
                gate.name,
                form._replace(reads=reads, amend=changing(partial(_one_minus, gate.name))),
            )


def gates_swapped(problem: Problem) -> Places:
    """Yield two gates in each other's place: where they are used, computed, or only told."""
    for one, other in combinations(gates(problem), 2):
        place, names = f"{one.name} and {other.name}", {one.name: other.name, other.name: one.name}
        users = [line for line in problem.computed if line not in (one, other)]
        yield place, renamed(problem, names, users)
        swapped = {one.name: other.expression, other.name: one.expression}
        yield place, written(problem, swapped)
        yield (
            place,
            Altered(problem, f"{one.name} told as {other.name}, and the reverse", told=names),
        )


def left_out(what: str, problem: Problem) -> Places:
    """Yield units without their recurrent term, their input or their bias."""

    def change(line: Equation) -> Expression | None:
        term = next((term for term in given_terms(problem, line) if role(term) == what), None)
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
        bias = next((t for t in given_terms(problem, line) if role(t) == "bias"), None)
        return bias and replaced(line.expression, bias, Binary("+", bias, bias))

    yield from _each_unit(problem, change)


def bias_of_another(problem: Problem) -> Places:
    """Yield units with the bias of another one."""
    owners = {
        line.name: term
        for line in units(problem)
        for term in terms(line)
        if isinstance(term, Symbol) and role(term) == "bias"
    }
    lines = {line.name: line.expression for line in units(problem)}
    given = [term for line in units(problem) for term in given_terms(problem, line)]
    for (name, own), (_, other) in permutations(owners.items(), 2):
        place = f"{spell(other, UNICODE)} for {spell(own, UNICODE)}"
        classes = problem.sizes.classes
        if other in given and classes[own.name] == classes[other.name]:
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
        for term in given_terms(problem, line):
            form = written(problem, {line.name: negated(line.expression, term)})
            yield spell(term, UNICODE), form


def transposed(problem: Problem) -> Places:
    """Yield square matrices that are taken by their columns: all, and each."""
    matrices = {
        name: weight
        for name, weight in problem.weights.items()
        if getattr(weight, "ndim", 0) == 2 and weight.shape[0] == weight.shape[1] > 1
    }

    def form(*names: str) -> Altered:
        weights = {**problem.weights, **{name: matrices[name].T for name in names}}
        texts = [f"{UNICODE.symbol(name)}ᵀ for {UNICODE.symbol(name)}" for name in names]
        reads = ", ".join(texts if len(texts) < 3 else [texts[0], "and so on"])
        return Altered(problem._replace(weights=weights), reads)

    if len(matrices) > 1:
        yield "every matrix", form(*matrices)
    for name in matrices:
        yield UNICODE.symbol(name), form(name)
