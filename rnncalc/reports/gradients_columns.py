"""Columns of the tables of gradients: what stands in them, by step."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from rnncalc.cells.expressions import PREVIOUS
from rnncalc.cells.notation import UNICODE, spell
from rnncalc.numerals import power, rounded
from rnncalc.trace.derivatives.story import Derived, Norms, Row, direct_factors, last_step
from rnncalc.trace.gradients.objective import start_of


class Column(NamedTuple):
    """A heading, and what stands below it: by step, 0 for the start, None for the sum."""

    heading: str
    cells: Mapping[int | None, str]


class _Writer(NamedTuple):
    """Writes columns of the rows that are shown."""

    rows: Sequence[Row]
    digits: int

    def column(
        self,
        heading: str,
        worth: Callable[[Row], Mapping[str, Any]],
        name: str,
        start: float | None = None,
        total: float | None = None,
    ) -> Column:
        """Return the column of a number of each step, and perhaps of the start or the sum."""
        cells: dict[int | None, Any] = {
            row.t: worth(row)[name] for row in self.rows if name in worth(row)
        }
        cells |= {} if start is None else {0: start}
        cells |= {} if total is None else {None: total}
        return Column(heading, {t: rounded(it, self.digits) for t, it in cells.items()})


def number_columns(
    derived: Derived,
    rows: Sequence[Row],
    arriving: Mapping[str, float],
    sums: Mapping[str, float],
    digits: int,
) -> list[list[Column]]:
    """Return the columns: those that tell the story, then each unit's, then what is added.

    rows: those that are shown, the last one last. arriving: of each state, at the end by its start.
    sums: the derivatives by the parameters and the starts.
    """
    writer = _Writer(rows, digits)
    story = _story(derived, writer, arriving, sums)
    deltas = [name for name in rows[0].back.by if name.startswith("pre.")]
    units = [name.removeprefix("pre.") for name in deltas]
    slopes = [
        writer.column("slope" if len(units) == 1 else f"slope {n}", lambda row: row.slopes, n)
        for n in units
    ]
    of_units = [
        writer.column("δ_t" if len(deltas) == 1 else f"δ_{n[4:]}", lambda row: row.back.by, n)
        for n in deltas
    ]
    if len(units) == 1:
        story[len(derived.problem.cell.states) : 0] = slopes
    else:
        of_units = [column for pair in zip(slopes, of_units, strict=True) for column in pair]
    added = [
        writer.column(f"grad.{k}", lambda row: row.back.shares, k, total=sums[k])
        for k in rows[0].back.shares
    ]
    return [story, of_units, added]


def _story(
    derived: Derived, writer: _Writer, arriving: Mapping[str, float], sums: Mapping[str, float]
) -> list[Column]:
    """Return the columns of states, and of what becomes of a change of them."""
    problem, column = derived.problem, writer.column
    last, states = last_step(derived.found), problem.cell.states
    story = [column(n, lambda row: row.values, n, problem.state[n + PREVIOUS]) for n in states]
    for name, factor in direct_factors(problem).items():
        text = spell(factor, UNICODE)
        first = writer.rows[-1]
        story.append(column(text, lambda row: row.direct, name))
        heading = f"Π ({text})" if " " in text else f"Π {text}"
        story.append(
            column(
                heading,
                lambda row: row.carried,
                name,
                first.direct.get(name, 0.0) * first.carried[name],
            )
        )
    for n in states:
        story.append(column(f"∂{n}_t/∂{n}_{{t-1}}", lambda row: row.factors, n))
    for n in states:
        story.append(column(f"∂{n}_{last}/∂{n}_t", lambda row: row.products, n, arriving[n]))
    if not is_last_state(derived):
        for n in states:
            start = sums[start_of(problem.cell, n)]
            story.append(column(f"∂L/∂{n}_t", lambda row: row.back.by, n, start))
    return story


def is_last_state(derived: Derived) -> bool:
    """Return whether the objective is the only state at its last step: then its name says all."""
    objective, states = derived.found.objective, derived.problem.cell.states
    kinds = [(term.kind, term.name) for term in objective.terms]
    return kinds in ([("each", states[0])], [("sum", states[0])]) and len(states) == 1


def of_states(states: Sequence[str]) -> str:
    """Return what all states together are called."""
    return states[0] if len(states) == 1 else f"({','.join(states)})"


def norm_columns(
    derived: Derived, rows: Sequence[Norms], whole: Mapping[str, float], digits: int
) -> list[list[Column]]:
    """Return the columns of norms, and those of each parameter's shares in percent.

    rows: those that are shown. whole: the sum of a parameter's shares over all steps.
    """
    states, last = derived.problem.cell.states, last_step(derived.found)
    name = of_states(states)
    story = []
    if rows and rows[0].product is not None:
        product: dict[int | None, str] = {r.t: rounded(r.product or 0.0, digits) for r in rows}
        story.append(Column(f"‖∂{name}_{last}/∂{name}_t‖", product))
        story.append(Column("Π of norms", {r.t: power(r.bound or 0.0, digits) for r in rows}))
    for n in states:
        story.append(Column(f"‖∂L/∂{n}_t‖", {r.t: rounded(r.by[n], digits) for r in rows}))
    shares = []
    for key, total in whole.items():
        cells: dict[int | None, str]
        cells = {r.t: f"{rounded(100 * r.shares[key] / total, 2)} %" for r in rows if r.shares}
        shares.append(Column(f"share {key}", cells))
    return [story, shares]
