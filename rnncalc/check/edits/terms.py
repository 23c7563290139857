"""Edits of sums: what is added without a weight, what is left out together, what a gate is on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import reduce
from itertools import combinations

from rnncalc.cells.expressions import Binary, Call, Expression, Number, Symbol, symbols
from rnncalc.cells.notation import UNICODE, spell
from rnncalc.check.slips.parts import given_biases, given_terms, role, terms
from rnncalc.check.slips.trees import Found, Spot


def of_sum(spot: Spot) -> Iterator[Found]:
    """Yield a unit's sum with something more, with less, or with a gate on other terms."""
    line = spot.line
    if not line.is_unit or not isinstance(line.expression, Call):
        return
    z, size = line.expression.argument, spot.problem.sizes.number
    own = given_terms(spot.problem, line)
    for read in _added(spot, own):
        words = f"{spell(read, UNICODE)} added to the sum, without a weight,"
        yield 1, "one-more", words, (1,), Binary("+", z, read)
    for kept in own if len(own) > 2 else ():
        left_out = [_called(spot, term) for term in own if term is not kept]
        words = f"{' and '.join(left_out)} left out, {_called(spot, kept)} alone,"
        yield 1, "left-out", words, (1,), kept
    for bias in given_biases(spot.problem, line):
        for term in own:
            if isinstance(term, Binary) and term.operator == "@" and term.right != bias:
                if any(size(n) != size(line.name) for n in symbols(term.right)):
                    continue
                inner = Binary("@", term.left, Binary("+", term.right, bias))
                rest = [inner if other == term else other for other in own if other != bias]
                words = f"bias within the product, {spell(inner, UNICODE)}"
                yield 1, "brackets", words, (1,), _sum(rest)
    yield from _gate_moved(spot, z)


def _added(spot: Spot, own: Sequence[Expression]) -> Iterator[Expression]:
    """Yield what may be added to a sum once more: states, the input, what a weight is put to."""
    size = spot.problem.sizes.number
    for name in spot.known:
        if size(name) == size(spot.line.name) and name in ("x", *spot.problem.state):
            yield Symbol(name)
    for term in own:
        match term:
            case Binary("@", _, Binary() as read) if spot.has_size_of(read):
                yield read


def _called(spot: Spot, term: Expression) -> str:
    kind = role(term)
    if kind in ("bias", "input", "recurrent"):
        return f"{kind}{' term' * (kind == 'recurrent')}"
    return spell(term, UNICODE)


def _sum(own: Sequence[Expression]) -> Expression:
    return reduce(lambda one, other: Binary("+", one, other), own)


def _gate_moved(spot: Spot, z: Expression) -> Iterator[Found]:
    """Yield a gate that weights what one term reads on others, on several, or on the function."""
    own = given_terms(spot.problem, spot.line)
    function = spot.line.expression.function  # type: ignore[union-attr]
    for term in own:
        match term:
            case Binary("@", weight, Binary("*", Symbol(name), read)):
                gate = Symbol(name)
                free = [Binary("@", weight, read) if other == term else other for other in own]
            case _:
                continue
        outside = Call("identity", Binary("*", gate, Call(function, _sum(free))))
        yield 1, "brackets", f"{name} behind the function, {name} ⊙ {function}(…),", (), outside
        for count in range(1, len(free) + 1):
            for some in combinations(free, count):
                on = Binary("*", gate, _sum(some))
                whole = [on, *(other for other in free if other not in some)]
                what = "the whole sum" if count == len(free) else spell(_sum(some), UNICODE)
                words = f"{name} behind the matrix, on {what}, {name} ⊙ ({what}),"
                yield 1, "brackets", words, (1,), _sum(whole)
        for other in own:
            match other:
                case Binary("@", left, Symbol(what)) if spot.has_size_of(Symbol(what)):
                    on = Binary("@", left, Binary("*", gate, Symbol(what)))
                    for kept, how in ((own, f"{what}, too"), (free, f"{what} instead")):
                        rest = [on if part == other else part for part in kept]
                        yield 1, "brackets", f"{name} on the input {how},", (1,), _sum(rest)


def of_state(spot: Spot) -> Iterator[Found]:
    """Yield a state with something added to it, and one divided by the sum of its gates."""
    line, problem = spot.line, spot.problem
    if line.name in problem.cell.states:
        size = problem.sizes.number
        for name in ("x", *problem.state):
            if name in spot.known and size(name) == size(line.name):
                words = f"{name} added to the new {line.name}, residual,"
                yield 1, "one-more", words, (), Binary("+", line.expression, Symbol(name))
    roles = problem.cell.roles
    own = [n for n in symbols(line.expression) if roles.get(n) == "gate"]
    if len(own) > 1 and len(terms(line)) > 1:
        total = _sum([Symbol(name) for name in own])
        words = f"gates normalised to a sum of 1, divided by {spell(total, UNICODE)},"
        yield 1, "number", words, (), Binary("/", line.expression, total)


def of_gate(spot: Spot) -> Iterator[Found]:
    """Yield a gate that is 1 minus another one: two that are coupled."""
    line, roles = spot.line, spot.problem.cell.roles
    for name in spot.like(line.name) if roles.get(line.name) == "gate" else ():
        if roles.get(name) == "gate":
            one_minus = Binary("-", Number(1.0), Symbol(name))
            words = f"1 - {name} for {line.name}, gates coupled,"
            yield 0, "read-for-another", words, (), Call("identity", one_minus)
