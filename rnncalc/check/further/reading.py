"""What units read besides, or instead: later quantities, another state, a gate on all of it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

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
from rnncalc.check.slips.parts import gates, inside, mixes, units, written_out
from rnncalc.check.slips.rewrites import Altered, Places, of_equations, one_by_one, written
from rnncalc.problem.problem import Problem


def _shown(line: Equation, form: Altered, expression: Expression) -> Altered:
    return form._replace(reads=equation(line._replace(expression=expression), UNICODE))


def _later(problem: Problem, line: Equation, known: set[str]) -> Iterator[tuple[str, Expression]]:
    """Yield states, functions of them, and candidates that a unit could read, if they came first.

    Each is told with what it is of what is known before the unit.
    """
    roles, size = problem.cell.roles, problem.sizes.number
    for other in problem.computed:
        is_like = roles[other.name] in ("state", "candidate") or not other.is_unit
        if is_like and size(other.name) == size(line.name):
            new = written_out(problem, other.name, known, line.name)
            if new:
                is_new = other.name in problem.cell.states
                yield f"{'the new ' * is_new}{other.name}", new


@of_equations
def reads_another(problem: Problem) -> Places:
    """Yield units that read something for a state: what is new, or both."""
    known = {"x", *problem.state, *problem.weights}
    for line in problem.computed:
        olds = [name for name in symbols(line.expression) if name in problem.state]
        for told, new in _later(problem, line, known) if line.is_unit else ():
            shown = Symbol(told.removeprefix("the new "))
            for old in olds:
                both = Binary("+", Symbol(old), new)
                for words, part, as_shown in (
                    (f"{told} for {old}", new, shown),
                    (f"{told} read besides {old}", both, Binary("+", Symbol(old), shown)),
                ):
                    form = written(
                        problem, {line.name: replaced(line.expression, Symbol(old), part)}
                    )
                    text = replaced(line.expression, Symbol(old), as_shown)
                    yield f"{words} in {line.name}", _shown(line, form, text)
            more = inside(line, lambda z, new=new: Binary("+", z, new))  # type: ignore[misc]
            text = inside(line, lambda z, shown=shown: Binary("+", z, shown))  # type: ignore[misc]
            form = written(problem, {line.name: more})
            yield f"{told} added in the sum of {line.name}, too", _shown(line, form, text)
        known.add(line.name)


@of_equations
def another_state(problem: Problem) -> Places:
    """Yield another old state read besides the right one: by every gate, every unit, and each."""
    groups = {"every gate": gates(problem), "every unit": units(problem)}
    for old in problem.state:
        for what, lines in groups.items():
            changes: dict[str, dict[str, Expression]] = {}
            for line in lines:
                reads = [n for n in symbols(line.expression) if n in problem.state and n != old]
                if len(reads) != 1 or problem.sizes.number(reads[0]) != problem.sizes.number(old):
                    continue
                both = Binary("+", Symbol(reads[0]), Symbol(old))
                besides = f"{old} read besides {reads[0]}"
                changes.setdefault(besides, {})[line.name] = replaced(
                    line.expression, Symbol(reads[0]), both
                )
                changes.setdefault(f"{old} added in the sum", {})[line.name] = inside(
                    line,
                    lambda z, old=old: Binary("+", z, Symbol(old)),  # type: ignore[misc]
                )
                changes.setdefault(f"{old} for {reads[0]}", {})[line.name] = replaced(
                    line.expression, Symbol(reads[0]), Symbol(old)
                )
            for words, of in changes.items():
                forms = [*one_by_one(problem, of)]
                yield f"{words} by {what}", forms[-1][1]
                for place, form in forms[:-1] if what == "every unit" else ():
                    yield f"{words} {place}", form


@of_equations
def added_to_state(problem: Problem) -> Places:
    """Yield new states with an old one, the input or another quantity added, or averaged."""
    half, size = Number(0.5), problem.sizes.number
    known: list[str] = [*problem.state, *(["x"] if problem.has_input else [])]
    every: dict[str, dict[str, Expression]] = {}
    for line in problem.computed:
        name = line.name
        if name in problem.cell.states:
            for other in [n for n in known if size(n) == size(name)]:
                more = Binary("+", line.expression, Symbol(other))
                more_ = Call("identity", more) if line.is_unit else more
                yield f"{other} added to {name}", written(problem, {name: more_})
                if other.startswith(name) and other.endswith(PREVIOUS):
                    mean = Binary("*", half, more)
                    every.setdefault("average", {})[name] = mean
                    every.setdefault("added", {})[name] = more
            if line.activation:
                continue
        known.append(name)
    words = {
        "average": "the average of old and new for the new state",
        "added": "the old state added to the new one",
    }
    for kind, of in every.items():
        wrapped = {name: Call("identity", new) for name, new in of.items()}
        for place, form in one_by_one(problem, wrapped):
            yield f"{words[kind]} {place}", form


@of_equations
def told_as_used(problem: Problem) -> Places:
    """Yield quantities that are told with what they are multiplied by where they are read."""
    known = {"x", *problem.state, *problem.weights}
    for line in problem.computed:
        symbol = Symbol(line.name)
        readers = [of for of in problem.computed if line.name in symbols(of.expression)]
        for node in walk(readers[0].expression) if len(readers) == 1 and line.is_unit else ():
            match node:
                case Binary("*", factor, part) | Binary("*", part, factor) if part == symbol:
                    used = replaced(readers[0].expression, node, symbol)
                    if {*symbols(factor)} <= known and symbols(used).count(line.name) == 1:
                        told = Call("identity", Binary("*", factor, line.expression))
                        form = written(problem, {line.name: told, readers[0].name: used})
                        text = f"{spell(node, UNICODE)} told for {line.name}"
                        yield text, form._replace(reads=text)
        known.add(line.name)


@of_equations
def twice_through(problem: Problem) -> Places:
    """Yield new states that are computed once more, from themselves for the old ones."""
    for line in mixes(problem):
        old = Symbol(line.name + PREVIOUS)
        if old.name in symbols(line.expression):
            again = replaced(line.expression, old, line.expression)
            yield (
                f"{line.name} computed twice, the second time from itself",
                written(problem, {line.name: again}),
            )


@of_equations
def _of_one(which: str, problem: Problem) -> Places:
    """Yield what weighs with one element of a gate for all, in one equation."""
    for gate in gates(problem):
        n = problem.sizes.number(gate.name)
        if n < 2:
            continue
        import numpy as np

        k = 0 if which == "first" else n - 1
        matrix = np.zeros((n, n))
        matrix[:, k] = 1.0
        symbol = Symbol(f"W.~{gate.name}~{which}")
        one = Binary("@", symbol, Symbol(gate.name))
        for line in problem.computed:
            words = f"{gate.name}[{k + 1}], its {which} element, for all in {line.name}"
            for new in _weighing(line, Symbol(gate.name), one):
                form = written(problem, {line.name: new})
                if form.reads:
                    weights = {**problem.weights, symbol.name: matrix}
                    altered = form.problem._replace(weights=weights)
                    yield words, form._replace(problem=altered, reads=words)


def _weighing(line: Equation, gate: Symbol, other: Expression) -> Iterator[Expression]:
    """Yield an equation with something for a gate: wherever it stands, as g, and as 1 - g."""
    yield replaced(line.expression, gate, other)
    kept = Binary("-", Number(1.0), gate)
    aside = Symbol(f"{gate.name}~")
    yield replaced(replaced(replaced(line.expression, kept, aside), gate, other), aside, kept)
    yield replaced(line.expression, kept, Binary("-", Number(1.0), other))


first_for_all, last_for_all = partial(_of_one, "first"), partial(_of_one, "last")
