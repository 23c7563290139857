"""Rewrites: a problem with some of its equations, numbers or results changed on purpose.

Equations are changed by their structure, never by their names, so that a rewrite means the same in
every cell: the terms of a sum, the gates, what mixes an old state with something new.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import wraps
from typing import Any, NamedTuple

from rnncalc.cells.expressions import (
    Call,
    Equation,
    Expression,
    Symbol,
    replaced,
    rewrite,
    symbols,
)
from rnncalc.cells.model import Cell
from rnncalc.cells.notation import UNICODE, equation
from rnncalc.errors import InputError
from rnncalc.problem.problem import Problem
from rnncalc.problem.remembering import remembered
from rnncalc.trace.step import Step
from rnncalc.trace.steps import Amend, run

#: What a changed form may raise that gives nothing: its numbers are too large, or its sizes no more
#: fit, as in cells that multiply what others add.
UNUSABLE = (InputError, OverflowError, ValueError)

#: What a step has come by so far, by name, with how far off each value may be.
Seen = Mapping[str, tuple[Any, Any]]
#: What changes a value on its way, by itself: (t, name, value, seen) to the value.
Change = Callable[[int, str, Any, Seen], Any]


class Altered(NamedTuple):
    """A changed problem.

    problem: with its changes. reads: what a reader sees of them: the names of the equations that
    are changed, or a text. change: what changes values on their way. told: which quantity is told
    instead of another, by that one's name. carried: what the next step takes for a previous state,
    by name. listed: which step each step's answer comes from, in order. turned: whether the
    elements of vectors are listed the other way round.
    """

    problem: Problem
    reads: str | tuple[str, ...]
    change: Change | None = None
    told: Mapping[str, str] = {}
    carried: Mapping[str, str] = {}
    listed: Sequence[int] = ()
    turned: bool = False

    @property
    def retells(self) -> bool:
        """Whether it computes what is right, or another slip's, and tells something else of it."""
        return bool(self.told or self.listed or self.turned)

    def parts(self, was: Problem) -> int:
        """Return how many things are changed that have nothing to do with each other."""
        now, old = self.problem, was
        changed = (now.cell is not old.cell, now.weights is not old.weights,
                   now.state is not old.state, now.batches is not old.batches)  # fmt: skip
        more = (self.change, self.told, self.carried, self.listed, self.turned)
        return max(1, sum(map(bool, (*changed, *more))))

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
        if not (self.change or self.carried):
            return None
        seen: dict[str, tuple[Any, Any]] = {}
        last: dict[str, tuple[Any, Any]] = {}

        def amend(t: int, name: str, value: Any, error: Any) -> tuple[Any, Any]:
            nonlocal seen, last
            if name in seen:  # the next step begins
                seen, last = {}, seen
            if name in self.carried and last:
                value, error = last[self.carried[name]]
            seen[name] = value, error
            return (self.change(t, name, value, seen), error) if self.change else (value, error)

        return amend

    def put_to(self, was: Problem, other: Problem) -> "Altered | None":
        """Return the same change of another problem; None unless it is one of the equations.

        was: the problem without it, whose cell and numbers but for inputs and states are the same.
        """
        now = self.problem
        same = now.state is was.state and now.ties == was.ties and now.batches is was.batches
        if not same or self.change or self.carried or self.listed:
            return None
        problem = tuple.__new__(Problem, (now.cell, now.weights, *other[2:]))  # see `written`
        return Altered(problem, *self[1:])

    def run(self) -> Iterator[Step]:
        """Yield the steps with the change. Raises InputError as `steps.run` does."""
        steps = run(self.problem, amend=self.amend())
        if self.listed:
            rows = list(steps)
            steps = (rows[k - 1]._replace(t=t) for t, k in enumerate(self.listed, 1))
        for step in steps:
            told = {name: step.value(source) for name, source in self.told.items()}
            step = step._replace(values={**step.values, **told}) if told else step
            yield _turned(step) if self.turned else step


def _turned(step: Step) -> Step:
    stages = [{n: turned(v) for n, v in stage.items()} for stage in step[1:4]]
    return step._replace(values=stages[0], pre=stages[1], exact=stages[2])


def turned(value: Any) -> Any:
    """Return a vector with its last element first."""
    return value if isinstance(value, float) else value[::-1]


#: Texts that name places, with the problem changed there.
Places = Iterator[tuple[str, Altered]]


def of_equations(places: Callable[..., Places]) -> Callable[..., Places]:
    """Have what yields other equations make them once for all inputs and states, and keep them.

    places: takes the problem last; what comes before has a hash.
    """

    @remembered
    def made(problem: Problem, *words: Any) -> tuple[Problem, list[tuple[str, Altered]]]:
        return problem, [*places(*words, problem)]

    @wraps(places)
    def find(*given: Any) -> Places:
        *words, problem = given
        was, pairs = made(problem, *words)
        for place, form in pairs:
            if put := form if problem is was else form.put_to(was, problem):
                yield place, put

    return find


def written(problem: Problem, changed: Mapping[str, Expression]) -> Altered:
    """Return the problem with other equations for some quantities, by name.

    Those that stay as they are stay the same objects, by which they are known.
    """
    lines, names, cell = list(problem.cell.equations), list[str](), problem.cell
    # Not by _replace, which takes five times as long: there are hundreds of them.
    for place, line in enumerate(lines):
        name = line[0]
        if name in changed and changed[name] != line[1]:
            lines[place] = tuple.__new__(Equation, (name, changed[name], *line[2:]))
            names.append(name)
    if len(names) > 1:
        names.sort(key=list(changed).index)
    other = tuple.__new__(Cell, (*cell[:2], (*lines,), *cell[3:]))
    return Altered(tuple.__new__(Problem, (other, *problem[1:])), (*names,))


def with_inputs(problem: Problem, xs: Sequence[Any], reads: str) -> Altered:
    """Return the problem with other inputs, as many as before."""
    if isinstance(xs[0], float):
        return Altered(problem._replace(batches=[xs]), reads)
    import numpy as np

    return Altered(problem._replace(batches=[np.array(xs)]), reads)


def reweighted(problem: Problem, weights: Mapping[str, Any], reads: str) -> Altered:
    """Return the problem with other numbers in some weights or biases, by symbol."""
    return Altered(problem._replace(weights={**problem.weights, **weights}), reads)


def one_by_one(problem: Problem, changed: Mapping[str, Expression]) -> Places:
    """Yield each of the changed equations, by name, and then all of them together."""
    alone = {name: written(problem, {name: new}) for name, new in changed.items()}
    places = {f"in {name}": form for name, form in alone.items() if form.reads}
    yield from places.items()
    if len(places) > 1:
        yield "everywhere", written(problem, changed)


def exchanged(
    problem: Problem, lines: Iterable[Equation], parts: Mapping[Expression, Expression]
) -> Altered:
    """Return the problem with other parts in the place of some, in some of its equations."""
    if len(parts) > 1:
        changed = {e.name: rewrite(e.expression, lambda node: parts.get(node, node)) for e in lines}
    else:  # in half the time
        changed = {e.name: replaced(e.expression, *of) for e in lines for of in parts.items()}
    return written(problem, changed)


def renamed(problem: Problem, lines: Iterable[Equation], names: Mapping[str, str]) -> Altered:
    """Return the problem with other symbols in the place of some, in some of its equations."""
    return exchanged(problem, lines, {Symbol(old): Symbol(new) for old, new in names.items()})


def abridged(texts: Sequence[str]) -> str:
    """Join texts, the first of many."""
    return ", ".join(texts if len(texts) < 3 else [texts[0], "and so on"])


def _unmarked(node: Expression) -> Expression:
    """Return a call of no function at all, which keeps a unit a unit, as what it is called with."""
    return node.argument if isinstance(node, Call) and node.function == "identity" else node
