"""Mistakes with gates: 1 - g for g, two swapped, and conventions in what they weight."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Any

from rnncalc.cells.expressions import (
    Binary,
    Equation,
    Expression,
    Number,
    Symbol,
    replaced,
    symbols,
    walk,
)
from rnncalc.cells.notation import UNICODE, spell
from rnncalc.check.slips.parts import (
    gates,
    given_biases,
    inside,
    mixes,
    role,
    terms,
    units,
    without,
)
from rnncalc.check.slips.rewrites import Altered, Places, Seen, exchanged, renamed, written
from rnncalc.problem.problem import Problem


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


def _weighs_both(problem: Problem, gate: Equation) -> bool:
    """Return whether a new state mixes old and new by a gate and 1 minus it."""
    plain, kept = Symbol(gate.name), Binary("-", Number(1.0), Symbol(gate.name))
    factors = [node for line in mixes(problem) for node in walk(line.expression)
               if isinstance(node, Binary) and node.operator == "*"]  # fmt: skip
    return all(any(of in (node.left, node.right) for node in factors) for of in (plain, kept))


def keep_and_overwrite(problem: Problem, *, weighs_both: bool = False) -> Places:
    """Yield each gate's 1 - g for g: where it is used, or where it is told."""
    for gate in gates(problem):
        if _weighs_both(problem, gate) == weighs_both:
            for form in _complemented(problem, gate):
                yield f"1 - {gate.name} for {gate.name}", form


def every_gate_reversed(problem: Problem) -> Places:
    """Yield 1 - g for all gates at once: where they are used, computed, or told."""
    found = gates(problem)
    if len(found) < 2:
        return
    parts: dict[Expression, Expression] = {}
    for gate in found:
        plain = Symbol(gate.name)
        one_minus = Binary("-", Number(1.0), plain)
        parts |= {plain: one_minus, Binary("-", Number(1.0), one_minus): plain}
    names = {gate.name for gate in found}

    def change(t: int, name: str, value: Any, seen: Seen) -> Any:
        return 1.0 - value if name in names else value

    yield "", exchanged(problem, problem.computed, parts)
    yield "", Altered(problem, f"{found[0].name} = 1 - {found[0].name}, and so on", change)


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


def offset(number: float, problem: Problem) -> Places:
    """Yield gates that keep an old state, with a number more in their bias."""
    for line in units(problem):
        keeps = any(
            role(term) == "kept" and line.name in symbols(term)
            for mix in mixes(problem)
            for term in terms(mix)
        )
        if keeps and problem.cell.roles[line.name] == "gate" and terms(line):
            new = inside(line, lambda z: Binary("+", z, Number(number)))
            yield line.name, written(problem, {line.name: new})


def reads_through_gate(problem: Problem) -> Places:
    """Yield candidates with a gate on what they read: before the matrix, after it, or none."""
    for line in units(problem):
        if problem.cell.roles[line.name] != "candidate":
            continue
        for name, form in (*_gated(problem, line), *_on_bias(problem, line)):
            yield name, written(problem, {line.name: form})


def _gated(problem: Problem, line: Equation) -> Iterator[tuple[str, Expression]]:
    gates = [e.name for e in problem.computed if problem.cell.roles[e.name] == "gate"]
    gates = gates[: [*(e.name for e in problem.computed)].index(line.name)]

    def put(old: Expression, new: Expression) -> Expression:
        return replaced(line.expression, old, new)

    for term in terms(line):
        heavy = [problem.weights[n] for n in symbols(term) if n.startswith("W.")]
        is_light = not any(getattr(weight, "size", 1) > 1 for weight in heavy)
        has_bias = any(bias.name in symbols(term) for bias in given_biases(problem, line))
        if is_light and not has_bias and {*gates} & {*symbols(term)}:
            continue  # a number may meet the state before or after
        match term:
            case Binary("@", weight, Binary("*", Symbol(gate), vector)) if gate in gates:
                met = Binary("@", weight, vector)
                yield f"{gate} after the matrix", put(term, Binary("*", Symbol(gate), met))
            case Binary("*", Symbol(gate), Binary("+", Binary("@", weight, vector), bias)):
                before = Binary("@", weight, Binary("*", Symbol(gate), vector))
                yield f"{gate} before the matrix", put(term, Binary("+", before, bias))
                after = Binary("*", Symbol(gate), Binary("@", weight, vector))
                yield f"{gate} on the matrix alone", put(term, Binary("+", after, bias))
            case Binary("@", weight, Symbol(state)) if role(term) == "recurrent":
                for gate in gates:
                    if problem.sizes.number(gate) == problem.sizes.number(state):
                        new = Binary("@", weight, Binary("*", Symbol(gate), Symbol(state)))
                        yield f"{gate} on what {line.name} reads of {state}", put(term, new)


def _on_bias(problem: Problem, line: Equation) -> Iterator[tuple[str, Expression]]:
    """Yield a gate behind its matrix that weights the unit's bias, too, as in PyTorch."""
    for term in terms(line):
        match term:
            case Binary("@", weight, Binary("*", Symbol(_) as gate, vector)):
                met = Binary("@", weight, vector)
                for bias in given_biases(problem, line):
                    both = Binary("*", gate, Binary("+", met, bias))
                    new = replaced(without(line.expression, bias), term, both)
                    yield f"{gate.name} after the matrix, on its bias, too,", new
