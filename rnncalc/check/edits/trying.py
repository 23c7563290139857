"""Trying: which of many edits give what is wanted, computed side by side."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import chain
from typing import Any, NamedTuple

from rnncalc.check.slips.abreast import of_row
from rnncalc.check.slips.batch import Batch
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
    kinds: Sequence[Sequence[Edit]],
    wanted: Mapping[int, Sequence[Wanted]],
    *,
    is_counted: bool,
) -> Iterator[Met]:
    """Yield for each kind which of its edits give what is wanted, step by step.

    is_counted: whether all of them are gone through that leave right what is right; if not, all
    count.
    """
    edits = [*chain(*kinds)]
    near, left, fitting = dict[int, Any](), set[int](), set[int]()
    for some in _batches(unedited, edits):
        with suppress(ValueError):  # sizes don't fit side by side
            tried = _Tried(unedited, [edits[number] for number in some], wanted, is_counted)
            near |= {some[row]: of for row, of in tried.near.items()}
            left.update(some[row] for row in tried.left)
            fitting.update(some[row] for row in tried.fitting)
    first = 0
    for kind in kinds:
        numbers = range(first, first := first + len(kind))
        giving = [number for number in numbers if number in left]
        yield Met(
            [edits[number] for number in giving],
            {near[number] for number in numbers if number in near},
            {near[number] for number in giving},
            sum(number in fitting for number in numbers),
        )


def _batches(unedited: Unedited, edits: Sequence[Edit]) -> Iterator[Sequence[int]]:
    """Yield the numbers of edits that are computed side by side."""
    # Vectors take as long as there are batches. Numbers take as long as there are edits, and longer
    # where an equation reads what others in the batch change, or did in a step before.
    depths, is_scalar = dict[str, int](), unedited.problem.scalar
    for name, reads in unedited.reads.items():
        depths[name] = 1 + max((depths.get(read, 0) for read in reads), default=0)
    found: dict[Any, list[int]] = {}
    for number, edit in enumerate(edits):
        last = edit.parts[-1][0] if edit.parts else ""
        key = (depths.get(last), edit.steps[:1]) if is_scalar else ()
        found.setdefault(key, []).append(number)
    for of in found.values():
        for first in range(0, len(of), _AT_ONCE):
            yield of[first : first + _AT_ONCE]


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
