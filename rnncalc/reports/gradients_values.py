"""Values of derivatives by their names, as CSV."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any

from rnncalc.numerals import exact
from rnncalc.trace.derivatives.names import Name


def sheet(names: Sequence[Name], columns: Sequence[Sequence[Any]]) -> Iterator[str]:
    """Yield a header, and rows of what names stand for: one, or one a step, from the first."""
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
