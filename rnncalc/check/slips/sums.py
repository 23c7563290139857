"""Mistakes in the sums of units: products multiplied, weights forgotten, functions out of place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import reduce

from rnncalc.cells.expressions import (
    Binary,
    Call,
    Equation,
    Expression,
    Negation,
    Number,
    replaced,
    symbols,
)
from rnncalc.check.slips.parts import given_terms, inside, role, terms, units, without
from rnncalc.check.slips.rewrites import Places, one_by_one, written
from rnncalc.problem.problem import Problem

Change = Callable[[Problem, Equation], Expression | None]


def in_sums(*changes: Change) -> Callable[[Problem], Places]:
    """Return what yields units changed one by one, and then all of them.

    changes: the ways to make one mistake, each of which returns None where it can't be made.
    """

    def places(problem: Problem) -> Places:
        for change in changes:
            changed = {line.name: change(problem, line) for line in units(problem)}
            yield from one_by_one(problem, {name: new for name, new in changed.items() if new})

    return places


def _weighted(line: Equation) -> list[Binary]:
    """Return the terms of a sum that are a weight times a vector."""
    return [t for t in terms(line) if isinstance(t, Binary) and t.operator in "@*"
            and role(t) in ("recurrent", "input", "other")]  # fmt: skip


def _total(parts: list[Expression]) -> Expression:
    return reduce(lambda left, right: Binary("+", left, right), parts)


def multiplied(problem: Problem, line: Equation) -> Expression | None:
    """Return a unit whose products are multiplied, not added."""
    match _weighted(line):
        case [first, second, *_]:
            others = [term for term in terms(line) if term not in (first, second)]
            return inside(line, lambda _: _total([Binary("*", first, second), *others]))
    return None


def bias_multiplied(problem: Problem, line: Equation) -> Expression | None:
    """Return a unit whose bias is multiplied, not added."""
    match [term for term in given_terms(problem, line) if role(term) == "bias"]:
        case [bias, *_]:
            return inside(line, lambda z: Binary("*", without(z, bias), bias))
    return None


def weights_left_out(which: str, problem: Problem, line: Equation) -> Expression | None:
    """Return a unit that reads its vectors as they are: all, or those of a role."""
    new = line.expression
    for term in _weighted(line):
        if term.operator == "@" and which in ("", role(term)):
            size = {problem.sizes.number(n) for n in symbols(term.right) if "." not in n}
            if size != {problem.sizes.number(line.name)}:
                return None
            new = replaced(new, term, term.right)
    return new


def added_first(which: int, problem: Problem, line: Equation) -> Expression | None:
    """Return a unit in which vectors are added before one matrix meets them, its first or last."""
    match [term for term in _weighted(line) if term.operator == "@"]:
        case [Binary(_, one, vector) as first, Binary(_, other, second) as last]:
            sizes = {problem.sizes.number(n) for v in (vector, second)
                     for n in symbols(v) if "." not in n}  # fmt: skip
            if len(sizes) == 1:
                met = Binary("@", (one, other)[which], Binary("+", vector, second))
                return without(replaced(line.expression, first, met), last)
    return None


def bias_behind(problem: Problem, line: Equation) -> Expression | None:
    """Return a unit whose bias is added to the function's value."""
    match line.expression:
        case Call(function, argument):
            for bias in given_terms(problem, line):
                if role(bias) == "bias":
                    inner = Call(function, without(argument, bias))
                    return Call("identity", Binary("+", inner, bias))
    return None


def part_squashed(which: str, problem: Problem, line: Equation) -> Expression | None:
    """Return a unit whose function is taken of one term alone, of all others, or of each.

    which: the role of a term that is alone, or "but" and a role; "each", or "both" where the bias
    is in the last of two.
    """
    found: list[Expression] = [
        term for term in _weighted(line) if role(term) == which.removeprefix("but ")
    ]
    parts = given_terms(problem, line)
    if not isinstance(line.expression, Call) or len(_weighted(line)) < 2:
        return None
    function, argument = line.expression
    if which == "each":
        return Call("identity", _total([Call(function, term) for term in parts]))
    first = parts[:1] if which == "both" else found
    if len(first) != 1:
        return None
    (term,) = first
    rest = without(argument, term)
    if which == "both":
        return Call("identity", Binary("+", Call(function, term), Call(function, rest)))
    if which.startswith("but "):
        return Call("identity", Binary("+", Call(function, rest), term))
    return Call("identity", Binary("+", Call(function, term), rest))


def function_added(function: str, problem: Problem) -> Places:
    """Yield new states that go through a function once more, and functions of a state."""
    for line in problem.computed:
        is_state = line.activation is None and line.name in problem.cell.states
        if is_state or (line.activation == function and not line.is_unit):
            yield line.name, written(problem, {line.name: Call(function, line.expression)})


def twice_squashed(outer: str, inner: str, problem: Problem) -> Places:
    """Yield units whose sum goes through two functions, one of which is right."""
    for right in (outer, inner):
        changed: dict[str, Expression] = {
            line.name: Call(outer, Call(inner, line.expression.argument))
            for line in units(problem)
            if isinstance(line.expression, Call) and line.activation == right
        }
        yield from one_by_one(problem, changed)


def _one_over(node: Expression) -> Expression:
    return Binary("/", Number(1.0), node)


def _exp(node: Expression) -> Expression:
    return Call("exp", node)


#: Formulas of functions with a mistake, by the function and what the mistake is.
FORMULAS: Mapping[tuple[str, str], Callable[[Expression], Expression]] = {
    ("sigmoid", "e^z for e^-z in 1/(1 + e^-z)"):
        lambda z: Binary("-", Number(1.0), Call("sigmoid", z)),
    ("sigmoid", "brackets left out in 1/(1 + e^-z)"):
        lambda z: Binary("+", Number(1.0), _exp(Negation(z))),
    ("sigmoid", "1 - e^-z for 1 + e^-z in 1/(1 + e^-z)"):
        lambda z: _one_over(Binary("-", Number(1.0), _exp(Negation(z)))),
    ("tanh", "tanh(z) as 2 sigmoid(z) - 1, without the 2 within"):
        lambda z: Call("tanh", Binary("/", z, Number(2.0))),
    ("tanh", "tanh(z) as 2 sigmoid(2z), without - 1"):
        lambda z: Binary("+", Number(1.0), Call("tanh", z)),
    ("tanh", "sinh for tanh"):
        lambda z: Binary("/", Binary("-", _exp(z), _exp(Negation(z))), Number(2.0)),
    ("tanh", "wrong sign of z in tanh(z)"): lambda z: Call("tanh", Negation(z)),
}  # fmt: skip


def miscalculated(function: str, problem: Problem) -> Places:
    """Yield functions that are computed by a wrong formula: all of them, then each."""
    for (of, formula), worth in FORMULAS.items():
        changed = {
            line.name: Call("identity", worth(line.expression.argument))
            for line in problem.computed
            if isinstance(line.expression, Call) and line.activation == of == function
        }
        for place, form in reversed([*one_by_one(problem, changed)]):
            yield f"{formula}, {place}", form
