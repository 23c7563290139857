"""Trying: which of many edits give what is wanted, computed side by side."""

from collections.abc import Mapping, Sequence
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


class Met(NamedTuple):
    """What some edits come to.

    giving: those that give all that is wanted. near: what those give that come near, or not far
    from it; fits: what those give that do it. fitting: how many leave right what is right.
    """

    giving: list[Edit]
    near: set[Any]
    fits: set[Any]
    fitting: int


def met(
    unedited: Unedited,
    some: Sequence[Edit],
    wanted: Mapping[int, Sequence[Wanted]],
    *,
    is_counted: bool,
) -> Met:
    """Return which edits give what is wanted, step by step.

    is_counted: whether all of them are gone through that leave right what is right; if not, all
    count.
    """
    found, near, fits, fitting = list[Edit](), set[Any](), set[Any](), 0
    # Numbers take as long as there are edits, and vectors as long as there are batches.
    by_lines: dict[tuple[str, ...], list[Edit]] = {}
    for edit in some:
        lines = (*edit.lines,) if unedited.problem.scalar else ()
        by_lines.setdefault(lines, []).append(edit)
    for of in by_lines.values():
        for first in range(0, len(of), _AT_ONCE):
            part = of[first : first + _AT_ONCE]
            with suppress(ValueError):  # sizes don't fit side by side
                tried = _Tried(unedited, part, wanted, is_counted)
                near.update(tried.near.values())
                found += [part[row] for row in tried.left]
                fits.update(tried.near[row] for row in tried.left)
                fitting += len(tried.fitting) if is_counted else len(part)
    return Met(found, near, fits, fitting)


class _Tried:
    """Which edits give what is wanted, which come near it, and which leave right what is right.

    places: where each edit is among those that are still computed.
    """

    def __init__(
        self,
        unedited: Unedited,
        some: Sequence[Edit],
        wanted: Mapping[int, Sequence[Wanted]],
        is_counted: bool,
    ) -> None:
        self.left: Sequence[int] = range(len(some))
        self.fitting: Sequence[int] = self.left
        self.near: dict[int, tuple[float, ...]] = dict.fromkeys(self.left, ())
        self.places: Mapping[int, int] = {row: row for row in self.left}
        last, batch = max(wanted), Batch(unedited, some)
        with unedited.problem.overflow_unheeded():
            for t, row in enumerate(batch.rows(), 1):
                for one in wanted.get(t, ()):
                    self._narrow(row[one.name.removeprefix("exact.")], one, is_counted)
                rows = self.fitting if is_counted else [*self.near]
                if t == last or not rows:
                    break
                if len(rows) < len(self.places):  # the others need no further step
                    batch.keep([self.places[k] for k in rows])
                    self.places = {k: place for place, k in enumerate(rows)}

    def _narrow(self, given: Any, one: Wanted, is_counted: bool) -> None:
        _, unit, low, high, far = one
        rows = self.fitting if is_counted else self.near
        worth = {k: _element(of_row(given, self.places[k]), unit) for k in rows}
        if is_counted and not far:
            self.fitting = [k for k in rows if low <= worth[k] <= high]
        self.left = [k for k in self.left if k in worth and low <= worth[k] <= high]
        self.near = {k: (*own, round(worth[k], _SAME)) for k, own in self.near.items()
                     if k in worth and low - far <= worth[k] <= high + far}  # fmt: skip


def _element(given: Any, unit: int) -> float:
    return given if isinstance(given, float) else float(given[unit])
