"""Gradients as CSV: a row a step, from the last to the first."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf

from rnncalc.numerals import exact
from rnncalc.reports.page import Page
from rnncalc.trace.derivatives.story import (
    Derived,
    direct_factors,
    norm_rows,
    number_rows,
)
from rnncalc.trace.derivatives.values import MOST_ELEMENTS

#: What stands in a row, by its heading; None where there is no such thing.
Cells = dict[str, float | None]


def csv(derived: Derived, page: Page) -> Iterator[str]:
    """Yield a header, and a row a step: of plain numbers all there is, of vectors their norms."""
    rows = _numbers(derived) if derived.problem.scalar else _norms(derived)
    header: list[str] = []
    for t, row in rows:
        if not header:
            header = list(row)
            yield f"{','.join(['t', *header])}\n"
        if derived.step in (None, t):
            cells = ("" if (worth := row[name]) is None else exact(worth) for name in header)
            yield f"{','.join([str(t), *cells])}\n"


def _numbers(derived: Derived) -> Iterator[tuple[int, Cells]]:
    problem = derived.problem
    states, factors = problem.cell.states, direct_factors(problem)
    for row in number_rows(derived):
        units = [name[4:] for name in row.back.by if name.startswith("pre.")]
        yield (
            row.t,
            {
                **{n: row.values[n] for n in states},
                **{f"direct.{n}": row.direct.get(n, 0.0) for n in factors},
                **{f"direct.end.{n}": row.carried[n] for n in factors},
                **{f"jac.{n}": row.factors[n] for n in states},
                **{f"end.{n}": row.products[n] for n in states},
                **{f"grad.{n}": row.back.by[n] for n in states},
                **{f"slope.{n}": row.slopes.get(n) for n in units},
                **{f"delta.{n}": row.back.by[f"pre.{n}"] for n in units},
                **{f"grad.{n}": it for n, it in row.back.shares.items()},
            },
        )


def _norms(derived: Derived) -> Iterator[tuple[int, Cells]]:
    for row in norm_rows(derived, MOST_ELEMENTS):
        if not row.t:
            continue
        found: Cells = {}
        if row.product is not None and row.bound is not None:
            is_zero = row.bound == -inf
            found |= {"norm.end": row.product, "log10.bound": None if is_zero else row.bound}
        found |= {f"norm.grad.{n}": it for n, it in row.by.items()}
        found |= {f"norm.grad.{n}": it for n, it in row.shares.items()}
        yield row.t, found
