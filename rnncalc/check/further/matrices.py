"""Matrices read otherwise: a triangle, a row backwards, two rows exchanged, sums of rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import permutations
from typing import Any

from rnncalc.cells.expressions import key_of
from rnncalc.cells.notation import UNICODE
from rnncalc.check.slips.parts import weighted_pairs
from rnncalc.check.slips.rewrites import Places, reweighted
from rnncalc.problem.problem import DEFAULT, Problem

_MOST = 6  # rows or columns that are looked at one by one


def _below(w: Any) -> Any:
    import numpy as np

    return np.tril(w)


def _above(w: Any) -> Any:
    import numpy as np

    return np.triu(w)


def _diagonal(w: Any) -> Any:
    import numpy as np

    return np.diag(np.diag(w))


def _across(sums: Any) -> Any:
    import numpy as np

    return np.diag(sums)


def _but(count: int, place: int) -> Any:
    import numpy as np

    factors = np.ones(count)
    factors[place] = 0.0
    return factors


def _turned(w: Any, times: int) -> Any:
    import numpy as np

    return np.rot90(w, times)


#: What may be done to square matrices.
_SQUARE: Mapping[str, Callable[[Any], Any]] = {
    "only the diagonal of {} used": _diagonal,
    "{} without what is above its diagonal": _below,
    "{} without what is below its diagonal": _above,
    "{} without its diagonal": lambda w: w - _diagonal(w),
    "{} symmetric, what is above its diagonal also below": lambda w: _above(w) + _above(w).T
    - _diagonal(w),
    "{} symmetric, what is below its diagonal also above": lambda w: _below(w) + _below(w).T
    - _diagonal(w),
    "sums of the rows of {} times the vector, element by element": lambda w: _across(w.sum(axis=1)),
    "{} turned by 90° to the left": lambda w: _turned(w, 1),
    "{} turned by 90° to the right": lambda w: _turned(w, 3),
    "rows and columns of {} turned round": lambda w: w[::-1, ::-1],
    "{} with its rows turned round": lambda w: w[::-1],
    "{} with its columns turned round": lambda w: w[:, ::-1],
    "{} with its first row for all": lambda w: w[:1].repeat(len(w), axis=0),
    "{} with its first column for all": lambda w: w[:, :1].repeat(w.shape[1], axis=1),
    "{} with its last row for all": lambda w: w[-1:].repeat(len(w), axis=0),
    "{} times the sum of the vector, its diagonal alone": lambda w: w.diagonal()[:, None]
    .repeat(w.shape[1], axis=1),
    "last column of {} left out": lambda w: w * _but(w.shape[1], -1),
    "first column of {} left out": lambda w: w * _but(w.shape[1], 0),
    "last row of {} left out": lambda w: w * _but(len(w), -1)[:, None],
    "{} normalised, each row divided by its sum": lambda w: w / w.sum(axis=1, keepdims=True),
    "minus signs of {} left out": abs,
    "wrong sign of {}": lambda w: -w,
    "{} halved": lambda w: w / 2,
    "{} doubled": lambda w: 2 * w,
    "{} taken as 1 wherever it stands": lambda w: 0 * w + 1,
}  # fmt: skip


#: What the same comes to in a matrix of two rows.
_OF_TWO = {
    "{} without what is above its diagonal": "{}[1,2] left out, what is above the diagonal",
    "{} without what is below its diagonal": "{}[2,1] left out, what is below the diagonal",
}


def _matrices(problem: Problem) -> dict[str, Any]:
    """Return the given matrices that have more than one row or column, by symbol."""
    found = {s: w for s, w in problem.weights.items() if getattr(w, "ndim", 0) == 2 and w.size > 1}
    return {s: w for s, w in found.items() if problem.origins.get(key_of(s)) != DEFAULT}


def _kinds(problem: Problem) -> dict[str, list[str]]:
    pairs = [*weighted_pairs(problem)]
    every = _matrices(problem)
    kinds = {
        "every matrix": [*every],
        "every recurrent matrix": [state for _, state, _ in pairs if state in every],
        "every input matrix": [given for _, _, given in pairs if given in every],
    }
    return {kind: of for kind, of in kinds.items() if len(of) > 1}


def of_all(problem: Problem) -> Places:
    """Yield the same done to all matrices of a kind."""
    every, kinds = _matrices(problem), _kinds(problem)
    for words, done in _SQUARE.items():
        for kind, symbols in kinds.items():
            yield from _made(problem, words, kind, {s: every[s] for s in symbols}, done)


def of_each(problem: Problem) -> Places:
    """Yield something done to one matrix."""
    for symbol, matrix in _matrices(problem).items():
        for words, done in _SQUARE.items():
            spelled = UNICODE.symbol(symbol)
            yield from _made(problem, words, spelled, {symbol: matrix}, done)


def _made(
    problem: Problem,
    words: str,
    place: str,
    matrices: Mapping[str, Any],
    done: Callable[[Any], Any],
) -> Places:
    with problem.overflow_unheeded():  # or a sum is 0
        new = {s: done(w) for s, w in matrices.items() if w.shape[0] == w.shape[1] or _any(words)}
    if new and any((new[s] != matrices[s]).any() for s in new) and len(new) == len(matrices):
        text = words.format(place)
        if len(new) == 1 and next(iter(new.values())).shape == (2, 2):
            text = _OF_TWO.get(words, words).format(place)
        yield text, reweighted(problem, new, text)


def _any(words: str) -> bool:
    """Return whether something may be done to matrices that aren't square, too."""
    return not any(word in words for word in ("diagonal", "sums of the rows", "by 90°"))


def lines_of_each(which: str, problem: Problem) -> Places:
    """Yield one row or column of a matrix turned round, or two of them exchanged.

    which: "turned", or "read" for one of them in another's place.
    """
    for symbol, matrix in _matrices(problem).items():
        spelled = UNICODE.symbol(symbol)
        for words, order in _orders(which, matrix):
            new = matrix.copy()
            order(new)
            if (new != matrix).any():
                text = words.format(spelled)
                yield text, reweighted(problem, {symbol: new}, text)


def _orders(which: str, matrix: Any) -> Iterator[tuple[str, Callable[[Any], None]]]:
    """Yield what may be done to a copy of a matrix, row by row or column by column."""
    for what, axis in (("row", 0), ("column", 1)):
        count = matrix.shape[axis]
        for one in range(count) if count <= _MOST and which == "turned" else ():
            yield f"{what} {one + 1} of {{}} turned round", partial(_backwards, axis, one)
        for one, other in permutations(range(count), 2) if count <= _MOST else ():
            if which == "read":
                text = f"{what} {other + 1} of {{}} read for {what} {one + 1}"
                yield text, partial(_moved, axis, [one], [other])
            elif one < other:
                text = f"{what}s {one + 1} and {other + 1} of {{}} exchanged"
                yield text, partial(_moved, axis, [one, other], [other, one])


def _backwards(axis: int, place: int, matrix: Any) -> None:
    lines = matrix if axis == 0 else matrix.T  # which is a view
    lines[place] = lines[place][::-1].copy()


def _moved(axis: int, to: list[int], of: list[int], matrix: Any) -> None:
    lines = matrix if axis == 0 else matrix.T
    lines[to] = lines[of].copy()
