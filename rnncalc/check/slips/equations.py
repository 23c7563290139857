"""Mistakes in an equation: its functions, its gates, the terms of its sums, its matrices."""

from __future__ import annotations

from collections.abc import Mapping
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
    Seen,
    abridged,
    exchanged,
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


def _one_by_one(problem: Problem, changed: Mapping[str, Expression]) -> Places:
    """Yield each of the changed equations, by name, and then all of them together."""
    alone = {name: written(problem, {name: new}) for name, new in changed.items()}
    places = {f"in {name}": form for name, form in alone.items() if form.reads}
    yield from places.items()
    if len(places) > 1:
        yield "everywhere", written(problem, changed)


def function_changed(old: str, new: str, problem: Problem) -> Places:
    """Yield one function in the place of another; "identity" leaves it out."""
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
                yield place, renamed(problem, users, {line.name: argument.name})


def _complemented(problem: Problem, gate: Equation) -> tuple[Altered, Altered]:
    """Return the problem with a gate's 1 - g for g where it is used, and where it is told."""
    plain = Symbol(gate.name)
    one_minus = Binary("-", Number(1.0), plain)
    # From the inside: what was 1 - g has become 1 - (1 - g).
    twice = Binary("-", Number(1.0), one_minus)
    parts: dict[Expression, Expression] = {plain: one_minus, twice: plain}

    def change(t: int, name: str, value: Any, seen: Seen) -> Any:
        return 1.0 - value if name == gate.name else value

    reads = f"{gate.name} = 1 - {spell(gate.expression, UNICODE)}"
    return exchanged(problem, problem.computed, parts), Altered(problem, reads, change)


def keep_and_overwrite(problem: Problem) -> Places:
    """Yield each gate's 1 - g for g: where it is used, or where it is told."""
    for gate in gates(problem):
        for form in _complemented(problem, gate):
            yield f"1 - {gate.name} for {gate.name}", form


def old_weighted(problem: Problem) -> Places:
    """Yield the other convention: the right state, from a gate that weights the old one."""
    for gate in gates(problem):
        kept = Binary("-", Number(1.0), Symbol(gate.name))
        if any(kept in walk(line.expression) for line in mixes(problem)):
            used, told = _complemented(problem, gate)
            reads = f"{told.equation()}, {used.equation()}"
            yield gate.name, used._replace(reads=reads, change=told.change)


def gates_swapped(problem: Problem) -> Places:
    """Yield two gates in each other's place: where they are used, computed, or only told."""
    for one, other in combinations(gates(problem), 2):
        place, names = f"{one.name} and {other.name}", {one.name: other.name, other.name: one.name}
        users = [line for line in problem.computed if line not in (one, other)]
        yield place, renamed(problem, users, names)
        yield place, written(problem, {one.name: other.expression, other.name: one.expression})
        reads = f"{one.name} told as {other.name}, and the reverse"
        yield place, Altered(problem, reads, told=names)


def left_out(what: str, problem: Problem) -> Places:
    """Yield units without a recurrent term, an input or a bias: the first of them, or the next."""
    found = {
        line: [term for term in given_terms(problem, line) if role(term) == what]
        for line in units(problem)
    }
    for nth in range(max(map(len, found.values()), default=0)):
        having = {line: of[nth] for line, of in found.items() if len(of) > nth}
        changed = {line.name: without(line.expression, term) for line, term in having.items()}
        yield from _one_by_one(problem, changed)


def part_left_out(what: str, problem: Problem) -> Places:
    """Yield new states without what is kept, or without what is new."""
    for line in mixes(problem):
        for term in terms(line):
            if role(term) == what:
                yield line.name, written(problem, {line.name: without(line.expression, term)})


def bias_twice(problem: Problem) -> Places:
    """Yield units whose bias is added a second time."""
    changed = {}
    for line in units(problem):
        for bias in given_terms(problem, line):
            if role(bias) == "bias":
                changed[line.name] = replaced(line.expression, bias, Binary("+", bias, bias))
    yield from _one_by_one(problem, changed)


def bias_of_another(problem: Problem) -> Places:
    """Yield units with the bias of another one."""
    own = {
        line: term
        for line in units(problem)
        for term in terms(line)
        if isinstance(term, Symbol) and role(term) == "bias"
    }
    given = [term for line in own for term in given_terms(problem, line)]
    classes = problem.sizes.classes
    for (line, bias), (_, other) in permutations(own.items(), 2):
        if other in given and classes[bias.name] == classes[other.name]:
            place = f"{spell(other, UNICODE)} for {spell(bias, UNICODE)}"
            yield place, written(problem, {line.name: replaced(line.expression, bias, other)})


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

    for change in (each, once):
        lines = units(problem)
        yield from _one_by_one(problem, {e.name: rewrite(e.expression, change) for e in lines})


def wrong_sign(problem: Problem) -> Places:
    """Yield sums with the sign of one of their terms changed."""
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
    places = {"every matrix": [*matrices]} if len(matrices) > 1 else {}
    for place, names in {**places, **{UNICODE.symbol(name): [name] for name in matrices}}.items():
        weights = {**problem.weights, **{name: matrices[name].T for name in names}}
        reads = abridged([f"{UNICODE.symbol(name)}ᵀ for {UNICODE.symbol(name)}" for name in names])
        yield place, Altered(problem._replace(weights=weights), reads)
