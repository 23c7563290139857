"""Mistakes in an equation: its functions, its gates, the terms of its sums, its matrices."""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain, permutations

from rnncalc.cells.expressions import (
    Binary,
    Call,
    Expression,
    Number,
    Symbol,
    calls,
    replaced,
    rewrite,
)
from rnncalc.cells.notation import UNICODE, spell
from rnncalc.check.slips.parts import (
    function_calls,
    gates,
    given_biases,
    given_terms,
    mixes,
    negated,
    role,
    terms,
    units,
    without,
    without_sums,
)
from rnncalc.check.slips.rewrites import Places, exchanged, one_by_one, written
from rnncalc.problem.problem import Problem

_ONE = Number(1.0)
#: What rounds a sigmoid, and what rounds a tanh.
_ROUNDED = ("step", "sign")


def function_changed(old: str, new: str, problem: Problem) -> Places:
    """Yield one function in the place of another, and in all places; "identity" leaves it out.

    "step" and "sign" round it, which is no mistake where it is asked for.
    """
    everywhere: dict[str, Expression] = {}
    if problem.ties and new in _ROUNDED:
        return
    for line, node in function_calls(problem):
        if node.function != old or (new == "softmax" and problem.sizes.number(line.name) == 1):
            continue  # a softmax of one element is 1
        argument = node.argument
        place = "on " + (argument.name if isinstance(argument, Symbol) else line.name)
        # A unit stays one: it has a pre-activation.
        is_left_out = new == "identity" and node is not line.expression
        other = argument if is_left_out else _taken(new, argument)
        everywhere[line.name] = replaced(everywhere.get(line.name, line.expression), node, other)
        yield place, written(problem, {line.name: replaced(line.expression, node, other)})
        if node is line.expression and new not in _ROUNDED:
            # Where it is used: h = o ⊙ c, whatever is told as tanh of c.
            users = [user for user in problem.computed if user is not line]
            used = argument if new == "identity" else other
            yield place, exchanged(problem, users, {Symbol(line.name): used})
    if len(everywhere) > 1:
        yield "everywhere", written(problem, everywhere)


def _taken(function: str, argument: Expression) -> Expression:
    """Return a function of something. "sign" is -1 or 1, as tanh is when it is rounded."""
    if function != "sign":
        return Call(function, argument)
    return Call("identity", Binary("-", Binary("*", Number(2.0), Call("step", argument)), _ONE))


def every_function_rounded(problem: Problem) -> Places:
    """Yield all sigmoids rounded to 0 or 1, and all tanh to -1 or 1, where nobody asked for it."""

    def rounded(node: Expression) -> Expression:
        match node:
            case Call("sigmoid" | "tanh" as function, argument):
                return _taken(_ROUNDED[function != "sigmoid"], argument)
        return node

    changed = {e.name: rewrite(e.expression, rounded) for e in problem.computed}
    if not problem.ties and {"sigmoid", "tanh"} <= {*chain(*(
        calls(line.expression) for line in problem.computed))}:  # fmt: skip
        yield "", written(problem, changed)


def hard(problem: Problem) -> Places:
    """Yield the hard sigmoids for a sigmoid: everywhere, then in each unit."""
    for function in ("hard_sigmoid", "hard_sigmoid_02"):
        changed: dict[str, Expression] = {
            line.name: Call(function, line.expression.argument)
            for line in problem.computed
            if isinstance(line.expression, Call) and line.activation == "sigmoid"
        }
        yield from reversed([*one_by_one(problem, changed)])


def left_out(what: str, problem: Problem) -> Places:
    """Yield units without a recurrent term, an input or a bias: the first of them, or the next."""
    found = {
        line: [term for term in given_terms(problem, line) if role(term) == what]
        for line in units(problem)
    }
    for nth in range(max(map(len, found.values()), default=0)):
        having = {line: of[nth] for line, of in found.items() if len(of) > nth}
        changed = {line.name: without(line.expression, term) for line, term in having.items()}
        yield from one_by_one(problem, changed)
        in_gates = {line.name: changed[line.name] for line in gates(problem) if line in having}
        if 1 < len(in_gates) < len(changed):
            yield "in every gate", written(problem, in_gates)
    if what == "bias":
        yield from _of_all_biases(problem, without_sums)


def _of_all_biases(problem: Problem, change: Callable[[Expression, Symbol], Expression]) -> Places:
    """Yield units with a change of all their biases, if some have one inside of a term."""
    changed, is_inside = dict[str, Expression](), False
    for line in units(problem):
        for bias in given_biases(problem, line):
            changed[line.name] = change(changed.get(line.name, line.expression), bias)
            is_inside |= bias not in terms(line)
    yield from one_by_one(problem, changed if is_inside else {})


def bias_twice(problem: Problem) -> Places:
    """Yield units whose bias is added a second time."""
    changed = {}
    for line in units(problem):
        for bias in given_terms(problem, line):
            if role(bias) == "bias":
                changed[line.name] = _twice(line.expression, bias)
    yield from one_by_one(problem, changed)
    yield from _of_all_biases(problem, _twice)


def _twice(expression: Expression, bias: Expression) -> Expression:
    return replaced(expression, bias, Binary("+", bias, bias))


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
        yield from one_by_one(problem, {e.name: rewrite(e.expression, change) for e in lines})


def wrong_sign(problem: Problem) -> Places:
    """Yield sums with the sign of one of their terms changed."""
    for line in (*mixes(problem), *units(problem)):
        for term in given_terms(problem, line):
            form = written(problem, {line.name: negated(line.expression, term)})
            yield spell(term, UNICODE), form


def wrong_sign_everywhere(problem: Problem) -> Places:
    """Yield all units with the sign of a kind of terms changed."""
    names = {"bias": "every bias", "recurrent": "every recurrent term", "input": "every input term"}
    for kind, place in names.items():
        changed: dict[str, Expression] = {}
        for line in units(problem):
            for term in given_terms(problem, line):
                if role(term) == kind:
                    now = changed.get(line.name, line.expression)
                    changed[line.name] = negated(now, term)
        if len(changed) > 1:
            yield place, written(problem, changed)
