"""What a report on gradients consists of, whatever form it takes: columns, stories, sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import inf, log10
from typing import NamedTuple

from rnncalc.cells.notation import UNICODE, spell
from rnncalc.numerals import power, rounded
from rnncalc.reports.gradients_columns import (
    Column,
    is_last_state,
    norm_columns,
    number_columns,
    of_states,
)
from rnncalc.reports.gradients_words import ends_of, number_sentences, vector_sentences
from rnncalc.reports.rows import corner_notes, problem_notes
from rnncalc.trace.derivatives.story import (
    Derived,
    Norms,
    Row,
    direct_factors,
    last_step,
    links_of_rows,
    norm_rows,
    number_rows,
    starts,
)
from rnncalc.trace.derivatives.values import MOST_ELEMENTS
from rnncalc.trace.gradients.objective import start_of

#: Texts, each with what stands below it: ``[("∂h", "4"), ("/∂h", "t")]``.
Formula = Sequence[tuple[str, str]]


class Level(NamedTuple):
    """How large something is at a step: the logarithm, -inf of 0; and the number, if it is one."""

    t: int
    power: float
    worth: float | None = None

    @property
    def is_negative(self) -> bool:
        """Whether it is below 0."""
        return (self.worth or 0.0) < 0

    def text(self, digits: int) -> str:
        """Return it as it is written in tables."""
        return power(self.power, digits) if self.worth is None else rounded(self.worth, digits)


class Story(NamedTuple):
    """What becomes of a change on its way, step by step; the last level is that of the start.

    role: the role whose colour it has: a state's, that of what a link lets pass, or that of L.
    """

    formula: Formula
    what: str
    role: str
    levels: Sequence[Level]


class Parts(NamedTuple):
    """What there is to report.

    groups: columns that belong together. order: the steps of their rows, 0 for the start, None for
    the sum. stories: from the last step to the start. said: sentences. notes: what else there is.
    """

    groups: list[list[Column]]
    order: list[int | None]
    stories: list[Story]
    said: list[str]
    notes: list[str]


def parts(derived: Derived, digits: int) -> Parts:
    """Return what there is to report of all steps."""
    if derived.problem.scalar:
        rows, arriving = list(number_rows(derived)), starts(derived)
        groups = number_columns(derived, rows, arriving, digits)
        said = list(number_sentences(derived, arriving, *links_of_rows(rows), digits))
        stories = list(_of_numbers(derived, rows, arriving))
        order: list[int | None] = [*(row.t for row in rows), 0, None]
    else:
        norms = list(norm_rows(derived, MOST_ELEMENTS))
        whole = {key: sum(r.shares.get(key, 0.0) for r in norms) or 1.0 for key in norms[0].shares}
        groups = norm_columns(derived, norms, whole, digits)
        said, order = list(vector_sentences(derived, norms, digits)), [row.t for row in norms]
        stories = list(_of_norms(derived, norms))
    if derived.step:
        order, said = [derived.step], []
    notes = [
        *problem_notes(derived.problem),
        *ends_of(derived.found),
        *corner_notes(derived.found.at_corners),
    ]
    return Parts(groups, order, stories, said, notes)


def updates(derived: Derived, digits: int) -> list[str]:
    """Return the weights after a step of gradient descent, a line each."""
    return [f"{name} = {rounded(it, digits)}" for name, it in derived.updated.items()]


def table_rows(columns: Sequence[Column], order: Sequence[int | None]) -> Iterator[list[str]]:
    """Yield the rows of columns, the step first, but for those that have nothing."""
    for t in order:
        cells = [column.cells.get(t, "") for column in columns]
        if any(cells):
            yield ["sum" if t is None else str(t), *cells]


def blocks(groups: Sequence[Sequence[Column]], most: int) -> Iterator[Sequence[Column]]:
    """Yield columns to stand side by side: groups together as far as they fit, or in parts."""
    waiting: list[Column] = []
    for group in groups:
        if len(waiting) + len(group) > most:
            yield from _parted(waiting, most)
            waiting = []
        waiting += group
    yield from _parted(waiting, most)


def _parted(columns: Sequence[Column], most: int) -> Iterator[Sequence[Column]]:
    for start in range(0, len(columns), most):
        yield columns[start : start + most]


def _level(t: int, worth: float | None) -> Level:
    return Level(t, log10(abs(worth)) if worth else -inf, worth)


def _of_numbers(
    derived: Derived, rows: Sequence[Row], arriving: dict[str, float]
) -> Iterator[Story]:
    """Yield the products of each state's derivatives, of what carries it on directly, and of L."""
    problem, last = derived.problem, str(last_step(derived.found))
    states = problem.cell.states
    for n in states:
        levels = [*(_level(row.t, row.products[n]) for row in rows), _level(0, arriving[n])]
        formula = [(f"∂{n}", last), (f"/∂{n}", "t")]
        yield Story(formula, f"what of a change of {n} at t arrives at t = {last}", "state", levels)
    for n, factor in direct_factors(problem).items():
        text, first = spell(factor, UNICODE), rows[-1]
        start = first.direct.get(n, 0.0) * first.carried[n]
        levels = [*(_level(row.t, row.carried[n]) for row in rows), _level(0, start)]
        formula = [(f"Π ({text})" if " " in text else f"Π {text}", "")]
        yield Story(formula, f"what the direct path of {n} alone passes on", "gate", levels)
    if not is_last_state(derived):
        sums = derived.found.sums()
        for n in states:
            levels = [_level(row.t, row.back.by[n]) for row in rows]
            levels.append(_level(0, sums[start_of(problem.cell, n)]))
            formula = [("∂L", ""), (f"/∂{n}", "t")]
            yield Story(formula, f"what a change of {n} at t does to L", "candidate", levels)


def _of_norms(derived: Derived, rows: Sequence[Norms]) -> Iterator[Story]:
    """Yield the norm of the product of Jacobians, the product of norms, and the norms of L."""
    states, last = derived.problem.cell.states, str(last_step(derived.found))
    name = of_states(states)
    if rows[-1].product is not None:
        levels = [_level(row.t, row.product) for row in rows]
        formula = [(f"‖∂{name}", last), (f"/∂{name}", "t"), ("‖", "")]
        told = f"what of a change at t arrives at t = {last}, at most"
        yield Story(formula, told, "state", levels)
        levels = [Level(row.t, -inf if row.bound is None else row.bound) for row in rows]
        yield Story([("Π of norms", "")], "what the norms of all links allow", "gate", levels)
    for n in states:
        levels = [_level(row.t, row.by[n]) for row in rows]
        formula = [(f"‖∂L/∂{n}", "t"), ("‖", "")]
        yield Story(formula, f"what a change of {n} at t does to L, at most", "candidate", levels)
