"""Mistakes in products: a wrong factor, one left out, a sum or a dot product instead."""

from collections.abc import Sequence
from typing import NamedTuple

from rnncalc.cells.expressions import (
    PREVIOUS,
    Binary,
    Call,
    Equation,
    Expression,
    Number,
    Symbol,
    replaced,
    symbols,
    walk,
)
from rnncalc.cells.notation import UNICODE, equation, spell
from rnncalc.check.slips.parts import complement, gates, units
from rnncalc.check.slips.rewrites import Altered, Places, exchanged, renamed, written
from rnncalc.problem.problem import Problem
from rnncalc.problem.remembering import remembered

_ONES = "W.ones"  # a matrix of them sums a vector up, and gives each unit the sum
_MOST_SUMMED = 2000  # elements of a vector, which that matrix has as many rows of


class _Product(NamedTuple):
    """A product in an equation: what weighs (a gate, or 1 minus it) and what is weighed."""

    line: Equation
    node: Expression
    gate: Expression
    weighed: Expression


@remembered
def _products(problem: Problem) -> Sequence[_Product]:
    """Return what gates weigh, and what constants do, in the order of computing."""
    found = list[_Product]()
    weigh = {line.name for line in gates(problem)}
    weigh |= {p.symbol for p in problem.cell.parameters.values() if p.kind == "constant"}

    def is_gate(node: Expression) -> bool:
        match node:
            case Symbol(name) | Binary("-", Number(1.0), Symbol(name)):
                return name in weigh
        return False

    for line in problem.computed:
        for node in walk(line.expression):
            match node:
                case Binary("*", left, right) if is_gate(left):
                    found.append(_Product(line, node, left, right))
                case Binary("*", left, right) if is_gate(right):
                    found.append(_Product(line, node, right, left))
    return found


def _put(problem: Problem, product: _Product, other: Expression) -> Altered:
    line = product.line
    return written(problem, {line.name: replaced(line.expression, product.node, other)})


def _before(problem: Problem, product: _Product, names: list[str]) -> list[str]:
    """Return those of some quantities that a product may read, of the size of what it weighs."""
    known, classes = [], problem.sizes.classes
    for line in problem.cell.equations:
        if line.name == product.line.name:
            break
        known.append(line.name)
    size = problem.sizes.number(symbols(product.gate)[0])
    of_size = [n for n in names if n in classes and problem.sizes.number(n) == size]
    return [n for n in of_size if n in known or n.endswith(PREVIOUS)]


def other_gate(problem: Problem) -> Places:
    """Yield products with another gate, or 1 minus it, in the place of the right one."""
    names = [line.name for line in gates(problem)]
    plain = [(product, n) for product in _products(problem)
             for n in _before(problem, product, names)]  # fmt: skip
    for change in (lambda gate: gate, complement):
        for product, name in plain:
            other = change(Symbol(name))
            if other != product.gate:
                place = f"{spell(other, UNICODE)} for {spell(product.gate, UNICODE)}"
                new = Binary("*", other, product.weighed)
                yield f"{place} in {product.line.name}", _put(problem, product, new)


def another_everywhere(problem: Problem) -> Places:
    """Yield equations that read one gate wherever they should read another."""
    names = [line.name for line in gates(problem)]
    for product in _products(problem):
        (gate,) = symbols(product.gate)
        for name in _before(problem, product, names):
            form = renamed(problem, [product.line], {gate: name})
            if gate in names and name != gate:
                yield f"{name} for {gate} in {product.line.name}", form


def gate_inside(problem: Problem) -> Places:
    """Yield products whose gate weighs what a function is taken of, not the function's value."""
    lines = {line.name: line.expression for line in problem.computed}
    for product in _products(problem):
        weighed = product.weighed
        inner = lines.get(weighed.name) if isinstance(weighed, Symbol) else weighed
        if isinstance(inner, Call):
            function, argument = inner
            place = f"{spell(product.gate, UNICODE)} inside the {function} in {product.line.name}"
            new = Call(function, Binary("*", product.gate, argument))
            yield place, _put(problem, product, new)


def gate_elsewhere(problem: Problem) -> Places:
    """Yield units whose gate weighs the whole sum, or the input, not the state that they read."""
    for product in _products(problem):
        line, gate, state = product.line, product.gate, product.weighed
        if line not in units(problem) or not isinstance(line.expression, Call):
            continue
        function, bare = replaced(line.expression, product.node, state)  # type: ignore[misc]
        name = spell(gate, UNICODE)
        whole = Call(function, Binary("*", gate, bare))
        yield f"{name} on the whole sum in {line.name}", written(problem, {line.name: whole})
        if problem.has_input and problem.sizes.number("x") == problem.sizes.number(line.name):
            on_input = replaced(bare, Symbol("x"), Binary("*", gate, Symbol("x")))
            form = written(problem, {line.name: Call(function, on_input)})
            yield f"{name} on x in {line.name}", form


def other_value(problem: Problem) -> Places:
    """Yield products that weigh something else: another state, a candidate, the input."""
    roles = problem.cell.roles
    of = [n for n, role in roles.items() if role in ("candidate", "state") or n.endswith(PREVIOUS)]
    for product in _products(problem):
        (inner,) = symbols(product.weighed) if len(symbols(product.weighed)) == 1 else ("",)
        for name in _before(problem, product, [*of, "x"]) if inner else ():
            if name not in (inner, inner + PREVIOUS) and name not in symbols(product.gate):
                weighed = replaced(product.weighed, Symbol(inner), Symbol(name))
                place = f"{name} for {inner} in {product.line.name}"
                yield place, _put(problem, product, Binary("*", product.gate, weighed))


def of_another(problem: Problem) -> Places:
    """Yield functions that are taken of a quantity that isn't theirs: tanh of the candidate."""
    roles, classes = problem.cell.roles, problem.sizes.classes
    known: list[str] = []
    for line in problem.computed:
        others = [name for name in known if roles[name] in ("candidate", "state")]
        for node in walk(line.expression):
            match node:
                case Call(function, Symbol(inner)):
                    for name in others:
                        if name != inner and classes[name] == classes[inner]:
                            other = Call(function, Symbol(name))
                            place = f"{name} for {inner} in {line.name}"
                            new = replaced(line.expression, node, other)
                            yield place, written(problem, {line.name: new})
                            # Where it is used: h = o ⊙ tanh(n), whatever is told as tanh of c.
                            users = [user for user in problem.computed if user is not line]
                            if node is line.expression:
                                yield place, exchanged(problem, users, {Symbol(line.name): other})
        known.append(line.name)


def factor_left_out(problem: Problem) -> Places:
    """Yield products without the gate, and without what it weighs."""
    found = _products(problem)
    for left in ("gate", "weighed"):
        for product in found:
            kept = product.weighed if left == "gate" else product.gate
            place = f"{spell(getattr(product, left), UNICODE)} left out of {product.line.name}"
            yield place, _put(problem, product, kept)


def sum_for_product(problem: Problem) -> Places:
    """Yield products that are added instead, alone and all of an equation."""
    for product in _products(problem):
        new = Binary("+", product.node.left, product.node.right)  # type: ignore[union-attr]
        yield product.line.name, _put(problem, product, new)


def dot_product(problem: Problem) -> Places:
    """Yield elementwise products that are summed up, so that all units get the same."""
    for line in problem.computed:
        size = problem.sizes.number(line.name)
        if not 1 < size <= _MOST_SUMMED:
            continue
        nodes = [product.node for product in _products(problem) if product.line is line]
        if not nodes:
            continue
        import numpy as np

        weights = {**problem.weights, _ONES: np.ones((size, size))}
        for some in [nodes, *([node] for node in nodes if len(nodes) > 1)]:
            new = line.expression
            for node in some:
                new = replaced(new, node, Binary("@", Symbol(_ONES), node))
            form = written(problem, {line.name: new})
            reads = equation(line, UNICODE).replace("⊙", "·")
            form = form._replace(problem=form.problem._replace(weights=weights), reads=reads)
            yield line.name, form
