"""Rewrites: a problem with some of its equations, numbers or results changed on purpose.

Equations are changed by their structure, never by their names, so that a rewrite means the same in
every cell: the terms of a sum, the gates, what mixes an old state with something new.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from rnncalc.cells.expressions import (
    PREVIOUS,
    Binary,
    Call,
    Equation,
    Expression,
    Negation,
    Number,
    Symbol,
    rewrite,
    symbols,
)
from rnncalc.cells.notation import UNICODE, equation
from rnncalc.problem.problem import DEFAULT, Problem
from rnncalc.trace.step import Step
from rnncalc.trace.steps import Amend, run

#: What a step has come by so far, by name, with how far off each value may be.
Seen = Mapping[str, tuple[Any, Any]]
#: What changes a value on its way, by itself: (t, name, value, seen) to the value.
Change = Callable[[int, str, Any, Seen], Any]


class Altered(NamedTuple):
    """A changed problem.

    problem: with its changes. reads: what a reader sees of them: the names of the equations that
    are changed, or a text. change: what changes values on their way. told: which quantity is told
    instead of another, by that one's name.
    """

    problem: Problem
    reads: str | tuple[str, ...]
    change: Change | None = None
    told: Mapping[str, str] = {}

    def equation(self, first: str = "") -> str:
        """Return the equation as it would read; of several that of the quantity ``first``."""
        if isinstance(self.reads, str):
            return self.reads
        lines = {line.name: line for line in self.problem.cell.equations}
        shown = []
        for name in sorted(self.reads, key=lambda name: name != first):
            line, users = lines[name], list[Equation]()
            if line.activation and not line.is_unit:
                # A function of what is there already is shown where it is used: h = o ⊙ tanh(c).
                users = [user for user in lines.values() if name in symbols(user.expression)]
            shown += [
                user._replace(expression=replaced(user.expression, Symbol(name), line.expression))
                for user in users
            ] or [line]
        unmarked = [e._replace(expression=rewrite(e.expression, _unmarked)) for e in shown]
        return abridged([equation(line, UNICODE) for line in unmarked])

    def amend(self) -> Amend | None:
        """Return what makes the change of values in one run."""
        if not (change := self.change):
            return None
        seen: dict[str, tuple[Any, Any]] = {}

        def amend(t: int, name: str, value: Any, error: Any) -> tuple[Any, Any]:
            if name in seen:  # the next step begins
                seen.clear()
            seen[name] = value, error
            return change(t, name, value, seen), error

        return amend

    def put_to(self, was: Problem, other: Problem) -> Altered | None:
        """Return the same change of another problem; None unless it is one of the equations.

        was: the problem without it, whose cell and numbers but for inputs and states are the same.
        """
        if self.change or self.problem.state is not was.state or self.problem.ties != was.ties:
            return None
        cell, weights = self.problem.cell, self.problem.weights
        return self._replace(problem=other._replace(cell=cell, weights=weights))

    def run(self) -> Iterator[Step]:
        """Yield the steps with the change. Raises InputError as `steps.run` does."""
        for step in run(self.problem, amend=self.amend()):
            told = {name: step.values[source] for name, source in self.told.items()}
            yield step._replace(values={**step.values, **told}) if told else step


#: Texts that name places, with the problem changed there.
Places = Iterator[tuple[str, Altered]]


def written(problem: Problem, changed: Mapping[str, Expression]) -> Altered:
    """Return the problem with other equations for some quantities, by name."""
    old = {line.name: line.expression for line in problem.cell.equations}
    new = {**old, **changed}
    lines = tuple(line._replace(expression=new[line.name]) for line in problem.cell.equations)
    names = tuple(name for name in changed if new[name] != old[name])
    return Altered(problem._replace(cell=problem.cell._replace(equations=lines)), names)


def exchanged(
    problem: Problem, lines: Iterable[Equation], parts: Mapping[Expression, Expression]
) -> Altered:
    """Return the problem with other parts in the place of some, in some of its equations."""
    changed = {e.name: rewrite(e.expression, lambda node: parts.get(node, node)) for e in lines}
    return written(problem, changed)


def renamed(problem: Problem, lines: Iterable[Equation], names: Mapping[str, str]) -> Altered:
    """Return the problem with other symbols in the place of some, in some of its equations."""
    return exchanged(problem, lines, {Symbol(old): Symbol(new) for old, new in names.items()})


def abridged(texts: Sequence[str]) -> str:
    """Join texts, the first of many."""
    return ", ".join(texts if len(texts) < 3 else [texts[0], "and so on"])


def units(problem: Problem) -> list[Equation]:
    """Return the equations that have a weight."""
    lines = problem.computed
    return [e for e in lines if any(name.startswith("W.") for name in symbols(e.expression))]


def gates(problem: Problem) -> list[Equation]:
    """Return the equations of the gates."""
    return [line for line in problem.computed if problem.cell.roles[line.name] == "gate"]


def mixes(problem: Problem) -> list[Equation]:
    """Return the equations that add something new to what is kept of an old state."""
    plain = [line for line in problem.computed if line.activation is None]
    return [line for line in plain if any(role(term) == "kept" for term in terms(line))]


def terms(line: Equation) -> list[Expression]:
    """Return what is added or subtracted in an equation, from left to right, if anything is."""

    def parts(node: Expression) -> list[Expression]:
        match node:
            case Binary("+" | "-", left, right):
                return [*parts(left), *parts(right)]
        return [node]

    expression = line.expression
    found = parts(expression.argument if isinstance(expression, Call) else expression)
    return found if len(found) > 1 else []


def given_terms(problem: Problem, line: Equation) -> list[Expression]:
    """Return the terms of a sum but for a bias that nobody gave: it isn't there to be mistaken."""
    absent = [
        Symbol(parameter.symbol)
        for name, parameter in problem.cell.parameters.items()
        if parameter.kind == "bias" and problem.origins.get(name) == DEFAULT
    ]
    return [term for term in terms(line) if term not in absent]


def role(term: Expression) -> str:
    """Return what a term is to its sum, by what it reads.

    "bias"; with a weight "recurrent" (it reads a previous state), "input" or "other"; without one
    "kept" (a previous state, or a multiple of it) or "new".
    """
    names = symbols(term)
    if isinstance(term, Symbol) and term.name.startswith("b."):
        return "bias"
    if any(name.startswith("W.") for name in names):
        reads_state = any(name.endswith(PREVIOUS) for name in names)
        return "recurrent" if reads_state else "input" if "x" in names else "other"
    return "kept" if _is_multiple_of_state(term) else "new"


def _is_multiple_of_state(term: Expression) -> bool:
    match term:
        case Symbol(name):
            return name.endswith(PREVIOUS)
        case Negation(inner) | Call(_, inner):
            return _is_multiple_of_state(inner)
        case Binary("*" | "/", left, right):
            return _is_multiple_of_state(left) or _is_multiple_of_state(right)
    return False


def replaced(node: Expression, old: Expression, new: Expression) -> Expression:
    """Return a tree with a part put in another's place, wherever that stands."""
    return rewrite(node, lambda part: new if part == old else part)


def without(expression: Expression, term: Expression) -> Expression:
    """Return an equation's expression with one term less in its sum."""
    return _summed(expression, term, None)


def negated(expression: Expression, term: Expression) -> Expression:
    """Return an equation's expression with the sign of a term in its sum changed."""
    return _summed(expression, term, Negation(term))


def _summed(expression: Expression, term: Expression, other: Expression | None) -> Expression:
    """Return an expression with another term, or none, in its sum; sums within terms stay."""

    def inside(node: Expression) -> Expression | None:
        match node:
            case Binary("+" | "-" as sign, first, second):
                left, right = inside(first), inside(second)
                if right is None:
                    return left
                if left is None:
                    return right if sign == "+" else Negation(right)
                if right == Negation(term) == other:
                    return Binary("-" if sign == "+" else "+", left, term)
                return Binary(sign, left, right)
        return other if node == term else node

    if isinstance(expression, Call):
        return Call(expression.function, inside(expression.argument) or Number(0.0))
    return inside(expression) or Number(0.0)


def _unmarked(node: Expression) -> Expression:
    """Return a call of no function at all, which keeps a unit a unit, as what it is called with."""
    return node.argument if isinstance(node, Call) and node.function == "identity" else node
