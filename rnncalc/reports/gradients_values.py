"""Values of derivatives by their names, as lines of text, as JSON or CSV."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import Any

from rnncalc.decimals import exact_pieces, joined, members
from rnncalc.numerals import exact
from rnncalc.trace.derivatives.names import Name

#: What names stand for, in a column each: of one value, or of one a step, from the first.
Columns = Sequence[Sequence[Any]]


def values_alone(form: str) -> Callable[[Sequence[Name], Columns], Iterator[str]]:
    """Return what writes values alone in a form; all but JSON and CSV are for a shell."""
    return {"csv": _sheet, "json": _objects}.get(form, _lines)


def _lines(names: Sequence[Name], columns: Columns) -> Iterator[str]:
    for row in zip(*columns, strict=True):
        yield from joined(map(exact_pieces, row), "\t")
        yield "\n"


def _objects(names: Sequence[Name], columns: Columns) -> Iterator[str]:
    """Yield an object a row; one name's values stand alone."""
    if len(names) == 1:
        yield from _lines(names, columns)
        return
    for t, row in enumerate(zip(*columns, strict=True), 1):
        yield "{" if names[0].is_single else f'{{"t": {t}, '
        yield from joined(members((name.text for name in names), row), ", ")
        yield "}\n"


def _sheet(names: Sequence[Name], columns: Columns) -> Iterator[str]:
    """Yield a header, and a row for each value."""
    by_step = not names[0].is_single
    header = chain.from_iterable(
        _headings(name.text, found[0]) for name, found in zip(names, columns, strict=True)
    )
    yield f"{','.join([*['t'] * by_step, *header])}\n"
    for t, values in enumerate(zip(*columns, strict=True), 1):
        cells = chain.from_iterable(_elements(value) for value in values)
        yield f"{','.join([*[str(t)] * by_step, *map(exact, cells)])}\n"


def _headings(name: str, value: Any) -> list[str]:
    """Return the name, with a number for each element of a vector, or two for one of a matrix."""
    bare, at, t = name.partition("@")
    if not getattr(value, "ndim", 0):
        return [name]
    import numpy as np

    places = (".".join(str(k + 1) for k in place) for place in np.ndindex(value.shape))
    return [f"{bare}[{place}]{at}{t}" for place in places]


def _elements(value: Any) -> list[float]:
    return value.reshape(-1).tolist() if getattr(value, "ndim", 0) else [value]
