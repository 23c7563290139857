"""What a report on gradients consists of, whatever form it takes: columns, stories, sentences."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import NamedTuple

from rnncalc.cells.notation import UNICODE, spell
from rnncalc.keeping import Lines
from rnncalc.numerals import rounded
from rnncalc.reports.gradients_columns import (
    Column,
    is_last_state,
    norm_columns,
    number_columns,
    of_states,
)
from rnncalc.reports.gradients_courses import Courses, Levels, Shown
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

_BLOCK = 512  # steps that are written at once

#: Texts, each with what stands below it: ``[("∂h", "4"), ("/∂h", "t")]``.
Formula = Sequence[tuple[str, str]]


class Story(NamedTuple):
    """What becomes of a change on its way, step by step; the last level is that of the start.

    role: the role whose colour it has: a state's, that of what a link lets pass, or that of L.
    """

    formula: Formula
    what: str
    role: str
    levels: Levels


class Parts(NamedTuple):
    """What there is to report.

    groups: columns that belong together, of all steps their headings. order: the steps of their
    rows, 0 for the start, None for the sum. hidden: how many steps between both ends have no row.
    stories: from the last step to the start. said: sentences. notes: what else there is. lines: of
    all steps their rows, as `Written` has them.
    """

    groups: list[list[Column]]
    order: list[int | None]
    hidden: int
    stories: list[Story]
    said: list[str]
    notes: list[str]
    lines: Iterable[list[str]] = ()

    @property
    def rows(self) -> Iterable[list[str]]:
        """The rows of all columns side by side, to be gone through once."""
        columns = [column for group in self.groups for column in group]
        return self.lines or table_rows(columns, self.order)


class Written:
    """Rows of all steps, which are written while they go by: there may be thousands.

    groups: the columns of the last ones.
    """

    def __init__(self, columns: Callable[[Sequence[Row]], list[list[Column]]]) -> None:
        self.groups: list[list[Column]] = []
        self._columns, self._lines = columns, Lines()

    def passing(self, rows: Iterable[Row]) -> Iterator[Row]:
        """Yield rows on, once they are written."""
        rest = iter(rows)
        while block := [*islice(rest, _BLOCK)]:
            self.groups = self._columns(block)
            self._add([row.t for row in block])
            yield from block
        self._add([0, None])

    def _add(self, order: Sequence[int | None]) -> None:
        columns = [column for group in self.groups for column in group]
        for row in table_rows(columns, order):
            self._lines.add("\t".join(row) + "\n")

    def __iter__(self) -> Iterator[list[str]]:
        """Yield the rows, once."""
        return (line.rstrip("\n").split("\t") for line in self._lines)


def parts(derived: Derived, digits: int, ends: int | None = None) -> Parts:
    """Return what there is to report of all steps.

    ends: how many steps have a row in the columns at either end, None for all steps.
    """
    shown, lines = Shown(derived.step, ends, ends or 0), None
    if derived.problem.scalar:
        courses, arriving, sums = Courses(), starts(derived), derived.found.sums()

        def columns(rows: Sequence[Row]) -> list[list[Column]]:
            return number_columns(derived, rows, arriving, sums, digits)

        lines = Written(columns) if ends is None and derived.step is None else None
        rows = (lines or shown).passing(number_rows(derived))
        links = links_of_rows(courses.passing(rows, _numbers))
        groups = lines.groups if lines else columns(shown.rows)
        said = list(number_sentences(derived, arriving, *links, digits))
        stories = list(_of_numbers(derived, courses, arriving, sums))
        order: list[int | None] = [*(row.t for row in shown.rows), 0, None]
    else:
        courses, whole = gone_by(derived, shown)
        groups = norm_columns(derived, shown.rows, whole, digits)
        said = list(vector_sentences(derived, courses.last, digits))
        order = [row.t for row in shown.rows]
        stories = list(_of_norms(derived, courses))
    if derived.step:
        order, said = [derived.step], []
    notes = [
        *problem_notes(derived.problem),
        *ends_of(derived.found),
        *corner_notes(derived.found.at_corners),
    ]
    return Parts(groups, order, shown.hidden, stories, said, notes, lines or ())


def gone_by(derived: Derived, shown: Shown) -> tuple[Courses, dict[str, float]]:
    """Let the norms of all steps go by; return how they went, and the sums of all shares.

    shown: notes those that are shown. The sums are by the parameter, and 1 where they would be 0.
    """
    courses, whole = Courses(), dict[str, float]()
    for row in courses.passing(shown.passing(norm_rows(derived, MOST_ELEMENTS)), _norms):
        whole |= {key: whole.get(key, 0.0) + it for key, it in row.shares.items()}
    return courses, {key: total or 1.0 for key, total in whole.items()}


def updates(derived: Derived, digits: int) -> list[str]:
    """Return the weights after a step of gradient descent, a line each."""
    return [f"{name} = {rounded(it, digits)}" for name, it in derived.updated.items()]


def table_rows(columns: Sequence[Column], order: Sequence[int | None]) -> Iterator[list[str]]:
    """Yield the rows of columns, the step first, but for those that have nothing."""
    for t in order:
        cells = [column.cells.get(t, "") for column in columns]
        if any(cells):
            yield ["sum" if t is None else str(t), *cells]


def _numbers(row: Row) -> dict[tuple[str, str], float | None]:
    return {
        **{("product", name): it for name, it in row.products.items()},
        **{("direct", name): it for name, it in row.carried.items()},
        **{("objective", name): row.back.by[name] for name in row.products},
    }


def _norms(row: Norms) -> dict[tuple[str, str], float | None]:
    both: dict[tuple[str, str], float | None]
    both = {("product", ""): row.product, ("bound", ""): row.bound}
    return both | {("objective", name): it for name, it in row.by.items()}


def _of_numbers(
    derived: Derived, courses: Courses, arriving: Mapping[str, float], sums: Mapping[str, float]
) -> Iterator[Story]:
    """Yield the products of each state's derivatives, of what carries it on directly, and of L."""
    first: Row = courses.last  # that of step 1
    problem, last = derived.problem, str(last_step(derived.found))
    states = problem.cell.states
    for n in states:
        formula = [(f"∂{n}", last), (f"/∂{n}", "t")]
        told = f"what of a change of {n} at t arrives at t = {last}"
        yield Story(formula, told, "state", courses.levels(("product", n), arriving[n]))
    for n, factor in direct_factors(problem).items():
        text, start = spell(factor, UNICODE), first.direct.get(n, 0.0) * first.carried[n]
        formula = [(f"Π ({text})" if " " in text else f"Π {text}", "")]
        told = f"what the direct path of {n} alone passes on"
        yield Story(formula, told, "gate", courses.levels(("direct", n), start))
    if not is_last_state(derived):
        for n in states:
            levels = courses.levels(("objective", n), sums[start_of(problem.cell, n)])
            formula = [("∂L", ""), (f"/∂{n}", "t")]
            yield Story(formula, f"what a change of {n} at t does to L", "candidate", levels)


def _of_norms(derived: Derived, courses: Courses) -> Iterator[Story]:
    """Yield the norm of the product of Jacobians, the product of norms, and the norms of L."""
    states, last = derived.problem.cell.states, str(last_step(derived.found))
    name = of_states(states)
    if ("product", "") in courses:
        formula = [(f"‖∂{name}", last), (f"/∂{name}", "t"), ("‖", "")]
        told = f"what of a change at t arrives at t = {last}, at most"
        yield Story(formula, told, "state", courses.levels(("product", "")))
        levels = courses.levels(("bound", ""), are_powers=True)
        yield Story([("Π of norms", "")], "what the norms of all links allow", "gate", levels)
    for n in states:
        formula = [(f"‖∂L/∂{n}", "t"), ("‖", "")]
        told = f"what a change of {n} at t does to L, at most"
        yield Story(formula, told, "candidate", courses.levels(("objective", n)))
