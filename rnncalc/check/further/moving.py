"""What is moved: a function or a gate to another factor, a minus, a bias to all gates."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rnncalc.cells.expressions import (
    PREVIOUS,
    Binary,
    Call,
    Equation,
    Expression,
    Number,
    Symbol,
    key_of,
    replaced,
    rewrite,
    symbols,
    walk,
)
from rnncalc.cells.notation import UNICODE, spell
from rnncalc.check.slips.parts import gates, mixes, role, terms, units, weighted_pairs
from rnncalc.check.slips.rewrites import (
    Altered,
    Places,
    of_equations,
    one_by_one,
    reweighted,
    written,
)
from rnncalc.problem.problem import DEFAULT, Problem


def _factors(line: Equation) -> Iterator[tuple[Binary, Expression, Expression]]:
    """Yield the products of an equation without a matrix, with both factors, either way round."""
    for node in walk(line.expression):
        if isinstance(node, Binary) and node.operator == "*":
            yield node, node.left, node.right
            yield node, node.right, node.left


@of_equations
def function_of_the_other(problem: Problem) -> Places:
    """Yield products in which the function of one factor is that of the other instead."""
    functions = {line.name: line.expression for line in problem.computed
                 if isinstance(line.expression, Call) and not line.is_unit}  # fmt: skip
    for line in problem.computed:
        for node, one, other in _factors(line):
            of = functions.get(one.name, one) if isinstance(one, Symbol) else one
            if isinstance(of, Call):
                new = Binary("*", Call(of.function, other), of.argument)
                words = f"{of.function} of {spell(other, UNICODE)}, not of"
                text = f"{words} {spell(of.argument, UNICODE)}, in {line.name}"
                yield text, written(problem, {line.name: replaced(line.expression, node, new)})


def _kept(line: Equation) -> list[tuple[Binary, Expression, Symbol]]:
    """Return the terms of a mix that keep a previous state, with what that is multiplied by."""
    return [
        (node, factor, old)
        for node, factor, old in _factors(line)
        if node in terms(line) and role(node) == "kept" and isinstance(old, Symbol)
        if old.name.endswith(PREVIOUS)
    ]


@of_equations
def reads_what_is_kept(problem: Problem) -> Places:
    """Yield units that read what is kept of an old state for it, as where that is overwritten."""
    known = {"x", *problem.state, *problem.weights}
    for line in problem.computed:
        for mix in mixes(problem):
            for node, _, old in _kept(mix):
                is_there = {*symbols(node)} <= known
                if line.is_unit and is_there and old.name in symbols(line.expression):
                    text = f"{spell(node, UNICODE)} read for {old.name}"
                    changed = {line.name: replaced(line.expression, old, node)}
                    yield f"{text} in {line.name}", written(problem, changed)
        known.add(line.name)


@of_equations
def gate_on_the_other(problem: Problem) -> Places:
    """Yield a gate within a unit that is on what is kept of the old state instead."""
    for line in units(problem):
        inner = [(node, gate) for node, gate, old in _factors(line)
                 if isinstance(gate, Symbol) and isinstance(old, Symbol)
                 and problem.cell.roles.get(gate.name) == "gate"]  # fmt: skip
        for node, gate in inner:
            rest = node.right if node.left == gate else node.left
            for mix in mixes(problem):
                for whole, factor, old in _kept(mix):
                    kept = Binary("*", factor, Binary("*", gate, old))
                    changed = {
                        line.name: replaced(line.expression, node, rest),
                        mix.name: replaced(mix.expression, whole, kept),
                    }
                    text = f"{gate.name} on {old.name} in {mix.name}, and not in {line.name}"
                    yield text, written(problem, changed)


def bias_of_one_gate(problem: Problem) -> Places:
    """Yield the bias of one gate in all gates, and biases taken as 1."""
    own = {line.name: name for line in units(problem)
           for name in symbols(line.expression) if name.startswith("b.")}  # fmt: skip
    given = {n: b for n, b in own.items() if problem.origins.get(key_of(b)) != DEFAULT}
    names = [line.name for line in gates(problem) if line.name in own]
    for lender in names if 1 < len(names) < len(own) else ():
        others = [own[name] for name in names if name != lender]
        sizes = {problem.sizes.number(name) for name in names}
        if len(sizes) == 1 and lender in given:
            text = f"bias of {lender} in all gates"
            weights = dict.fromkeys(others, problem.weights[own[lender]])
            yield text, reweighted(problem, weights, text)
    for bias in given.values():
        ones = 0.0 * problem.weights[bias] + 1.0
        text = f"{UNICODE.symbol(bias)} taken as 1"
        yield text, reweighted(problem, {bias: ones}, text)


def filled_by_columns(problem: Problem) -> Places:
    """Yield the numbers of [W_h W_x] in each unit, read row by row, filled in column by column."""
    weights: dict[str, Any] = {}
    for _, state, given in weighted_pairs(problem):
        one, other = problem.weights[state], problem.weights[given]
        if getattr(one, "ndim", 0) != 2 or getattr(other, "ndim", 0) != 2:
            return
        import numpy as np

        both = np.hstack([one, other])
        turned = both.reshape(-1).reshape(both.shape, order="F")
        weights |= {state: turned[:, : one.shape[1]], given: turned[:, one.shape[1] :]}
    if weights:
        text = "recurrent and input weights side by side, filled by columns"
        yield text, reweighted(problem, weights, text)


def minus_times_minus(problem: Problem) -> Places:
    """Yield weights in whose products two minus signs make a minus: everywhere, and in each."""
    weights: dict[str, Any] = {}

    def put(node: Expression) -> Expression:
        is_weighed = isinstance(node, Binary) and node.operator == "@"
        if not is_weighed or not isinstance(node.left, Symbol):  # type: ignore[union-attr]
            return node
        weight, vector = node.left, node.right  # type: ignore[union-attr]
        negative = Symbol(f"{weight.name}~negative")
        value = problem.weights[weight.name]
        weights[negative.name] = (value - abs(value)) / 2
        from_it = Binary("@", negative, Call("relu", Binary("-", Number(0.0), vector)))
        return Binary("+", node, Binary("*", Number(2.0), from_it))

    changed = {line.name: rewrite(line.expression, put) for line in units(problem)}
    for place, form in one_by_one(problem, changed):
        altered = form.problem._replace(weights={**problem.weights, **weights})
        text = f"minus times minus taken as minus {place}"
        yield text, Altered(altered, text)
