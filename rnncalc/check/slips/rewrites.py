"""Rewrites: a problem with some of its equations, numbers or results changed on purpose.

Equations are changed by their structure, never by their names, so that a rewrite means the same in
every cell: the terms of a sum, the gates, what mixes an old state with something new.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from rnncalc.cells.expressions import (
    PREVIOUS,
    Binary,
    Call,
    Equation,
    Expression,
    Negation,
    Symbol,
    rewrite,
    symbols,
    walk,
)
from rnncalc.cells.notation import UNICODE, equation
from rnncalc.problem.problem import DEFAULT, Problem
from rnncalc.trace.step import Step
from rnncalc.trace.steps import Amend, run


class Altered(NamedTuple):
    """A changed problem.

    problem: with its changes. reads: what a reader sees of them: the names of the equations that
    are changed, or a text. amend: makes what changes values on their way. told: which quantity is
    told instead of another, by that one's name.
    """

    problem: Problem
    reads: str | tuple[str, ...]
    amend: Callable[[], Amend] | None = None
    told: Mapping[str, str] = {}

    def equation(self, first: str = "") -> str:
        """Return the equation as it would read; of several that of the quantity ``first``."""
        if isinstance(self.reads, str):
            return self.reads
        names = sorted(self.reads, key=lambda name: name != first)
        return _reading(self.problem, names)

    def run(self) -> Iterator[Step]:
        """Yield the steps with the change. Raises InputError as `evaluate.run` does."""
        for step in run(self.problem, amend=self.amend() if self.amend else None):
            told = {name: step.values[source] for name, source in self.told.items()}
            yield step._replace(values={**step.values, **told}) if told else step


#: Texts that name places, with the problem changed there.
Places = Iterator[tuple[str, Altered]]


def changing(change: Callable[[int, str, Any], Any]) -> Callable[[], Amend]:
    """Return what makes values change by themselves: ``change`` takes the step, name and value."""
    return lambda: lambda t, name, value, error: (change(t, name, value), error)


def written(problem: Problem, changed: Mapping[str, Expression]) -> Altered:
    """Return the problem with other equations for some quantities, by name."""
    lines = tuple(
        line._replace(expression=changed[line.name]) if line.name in changed else line
        for line in problem.cell.equations
    )
    return Altered(problem._replace(cell=problem.cell._replace(equations=lines)), tuple(changed))


def renamed(problem: Problem, names: Mapping[str, str], lines: Iterable[Equation]) -> Altered:
    """Return the problem with other symbols in the place of some, in some of its equations."""

    def change(node: Expression) -> Expression:
        return Symbol(names.get(node.name, node.name)) if isinstance(node, Symbol) else node

    changed = {line.name: (line.expression, rewrite(line.expression, change)) for line in lines}
    return written(problem, {name: new for name, (old, new) in changed.items() if new != old})


def units(problem: Problem) -> list[Equation]:
    """Return the equations in whose sum a weight meets a vector."""
    return [
        line
        for line in problem.computed
        if any(role(term) in ("recurrent", "input", "other") for term in _parts(line))
    ]


def gates(problem: Problem) -> list[Equation]:
    """Return the equations of the gates."""
    return [line for line in problem.computed if problem.cell.roles[line.name] == "gate"]


def mixes(problem: Problem) -> list[Equation]:
    """Return the equations that add something new to what is kept of an old state."""
    return [
        line
        for line in problem.computed
        if line.activation is None and any(role(term) == "kept" for term in terms(line))
    ]


def terms(line: Equation) -> list[Expression]:
    """Return the terms of the sum in an equation, from left to right; none if it has no sum."""
    found = _parts(line)
    return found if len(found) > 1 else []


def _parts(line: Equation) -> list[Expression]:
    def parts(node: Expression) -> list[Expression]:
        match node:
            case Binary("+", left, right):
                return [*parts(left), *parts(right)]
        return [node]

    expression = line.expression
    return parts(expression.argument if isinstance(expression, Call) else expression)


def is_in_order(problem: Problem) -> bool:
    """Return whether each equation still reads only what is computed before it."""
    known = {"x", *problem.state, *problem.weights, *problem.held}
    for line in problem.cell.equations:
        if line.name not in problem.held and not known.issuperset(symbols(line.expression)):
            return False
        known.add(line.name)
    return True


def given_terms(problem: Problem, line: Equation) -> list[Expression]:
    """Return the terms of a sum but for a bias that nobody gave: it isn't there to be mistaken."""
    absent = {
        parameter.symbol
        for parameter in problem.cell.parameters.values()
        if parameter.kind == "bias" and problem.origins.get(parameter.name) == DEFAULT
    }
    return [t for t in terms(line) if not (isinstance(t, Symbol) and t.name in absent)]


def role(term: Expression) -> str:
    """Return what a term is to its sum, by what it reads.

    "bias"; a weighted vector that is "recurrent" (it reads a previous state), "input" or "other";
    without a weight "kept" (of a previous state) or "new".
    """
    names = symbols(term)
    reads_state = any(name.endswith(PREVIOUS) for name in names)
    if isinstance(term, Symbol) and term.name.startswith("b."):
        return "bias"
    if any(isinstance(part, Binary) and part.operator == "@" for part in walk(term)):
        return "recurrent" if reads_state else "input" if "x" in names else "other"
    return "kept" if reads_state else "new"


def replaced(node: Expression, old: Expression, new: Expression) -> Expression:
    """Return a tree with a part put in another's place, wherever that stands."""
    return rewrite(node, lambda part: new if part == old else part)


def without(node: Expression, term: Expression) -> Expression:
    """Return a tree with one term less in its sum."""

    def change(part: Expression) -> Expression:
        match part:
            case Binary("+", left, right) if term in (left, right):
                return right if left == term else left
        return part

    return rewrite(node, change)


def negated(node: Expression, term: Expression) -> Expression:
    """Return a tree with the sign of a term in its sum changed."""

    def change(part: Expression) -> Expression:
        match part:
            case Binary("+", left, right) if right == term:
                return Binary("-", left, right)
            case Binary("+", left, right) if left == term:
                return Binary("+", Negation(left), right)
        return part

    return rewrite(node, change)


def _reading(problem: Problem, names: Iterable[str]) -> str:
    """Write changed equations, the first of many, as a reader would."""
    lines = {line.name: line for line in problem.cell.equations}
    shown = []
    for name in names:
        line = lines[name]
        if isinstance(line.expression, Call) and not line.is_unit:
            # A function of what is there already is shown where it is used: h = o ⊙ tanh(c).
            users = [user for user in lines.values() if name in symbols(user.expression)]
            shown += [
                user._replace(expression=replaced(user.expression, Symbol(name), line.expression))
                for user in users
            ]
        else:
            shown.append(line)
    texts = [
        equation(line._replace(expression=rewrite(line.expression, _unmarked)), UNICODE)
        for line in shown
    ]
    return ", ".join(texts if len(texts) < 3 else [texts[0], "and so on"])


def _unmarked(node: Expression) -> Expression:
    """Return a call of no function at all, which keeps a unit a unit, as what it is called with."""
    return node.argument if isinstance(node, Call) and node.function == "identity" else node
