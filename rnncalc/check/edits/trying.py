"""Trying: which of many edits give what is wanted, computed side by side."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

from rnncalc.check.slips.batch import Batch, of_row
from rnncalc.check.slips.trees import Edit
from rnncalc.check.slips.unedited import Unedited

_SAME = 9  # decimals that tell what edits give apart
_AT_ONCE = 1000  # edits that are computed side by side


class Wanted(NamedTuple):
    """An element of an answer at a step, between what it is to be, and how far around is near."""

    name: str
    unit: int
    low: float
    high: float
    near: float = 0.0


def giving(
    unedited: Unedited,
    some: Sequence[Edit],
    wanted: Mapping[int, Sequence[Wanted]],
    seen: set[Any],
) -> Iterator[Edit]:
    """Yield those edits that come near what is wanted, step by step.

    seen: gets what those give that are near, or not far from it.
    """
    by_lines: dict[tuple[str, ...], list[Edit]] = {}
    for edit in some:
        parts = edit.parts
        lines = (parts[0][0],) if len(parts) == 1 else (*edit.lines,)
        by_lines.setdefault(lines, []).append(edit)
    for of in by_lines.values():
        for first in range(0, len(of), _AT_ONCE):
            part = of[first : first + _AT_ONCE]
            with suppress(ValueError):  # sizes don't fit side by side
                rows, near = _rows_giving(unedited, part, wanted)
                seen.update(near)
                yield from [part[row] for row in rows]


def _rows_giving(
    unedited: Unedited,
    some: Sequence[Edit],
    wanted: Mapping[int, Sequence[Wanted]],
) -> tuple[Sequence[int], Collection[Any]]:
    """Return which edits give what is wanted, and what those give that are not far from it."""
    numbers = left = [*range(len(some))]
    near: dict[int, tuple[float, ...]] = dict.fromkeys(left, ())
    last, batch = max(wanted), Batch(unedited, some)
    with unedited.problem.overflow_unheeded():
        for t, row in enumerate(batch.rows(), 1):
            for name, unit, low, high, far in wanted.get(t, ()):
                given = row[name.removeprefix("exact.")]
                worth = {k: _element(of_row(given, k), unit) for k in near}
                left = [k for k in left if low <= worth[k] <= high]
                near = {k: (*own, round(worth[k], _SAME)) for k, own in near.items()
                        if low - far <= worth[k] <= high + far}  # fmt: skip
            if not near or t == last:
                break
            if len(near) < len(numbers):  # the others need no further step
                kept, fitting = [*near], {*left}
                batch.keep(kept)
                numbers = [numbers[k] for k in kept]
                left = [place for place, k in enumerate(kept) if k in fitting]
                near = dict(enumerate(near.values()))
    return [numbers[k] for k in left], near.values()


def _element(given: Any, unit: int) -> float:
    return given if isinstance(given, float) else float(given[unit])
