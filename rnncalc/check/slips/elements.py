"""Mistakes with elements: of matrices, biases and vectors, and digits of numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import chain
from typing import Any

from rnncalc.cells.notation import UNICODE
from rnncalc.check.slips.parts import given_numbers, weighted_pairs
from rnncalc.check.slips.rewrites import (
    Altered,
    Places,
    abridged,
    reweighted,
    with_inputs,
)
from rnncalc.errors import listing
from rnncalc.numerals import rounded, scaled
from rnncalc.problem.problem import Problem


def _transposed(matrix: Any) -> Any:
    return matrix.T


def _diagonal(matrix: Any) -> Any:
    import numpy as np

    return np.diag(np.diag(matrix))


def _summed(matrix: Any) -> Any:
    """Return a matrix that multiplies each element with the sum of a column: (W * v).sum(0)."""
    import numpy as np

    return np.diag(matrix.sum(axis=0))


#: What is done to square matrices, by what it is called, and how a reader sees it.
_DONE: Mapping[str, tuple[Callable[[Any], Any], str]] = {
    "transposed": (_transposed, "{0}ᵀ for {0}"),
    "diagonal": (_diagonal, "{0} without what is beside its diagonal"),
    "summed": (_summed, "sums of the columns of {0}, each times an element"),
}


def of_matrices(what: str, problem: Problem) -> Places:
    """Yield square matrices with something done to them: all, those of a kind, and each."""
    done, text = _DONE[what]
    all_ = {name: w for name, w in problem.weights.items() if getattr(w, "ndim", 0) == 2}
    matrices = {name: w for name, w in all_.items() if w.shape[0] == w.shape[1] > 1}
    pairs = list(weighted_pairs(problem))
    kinds = {
        "every recurrent matrix": [state for _, state, _ in pairs],
        "every input matrix": [given for _, _, given in pairs],
    }
    places: Mapping[str, list[str]] = {
        "every matrix": [*matrices] if 1 < len(matrices) == len(all_) else [],
        **{
            place: [n for n in of if n in matrices] if len(of) > 1 else []
            for place, of in kinds.items()
        },
        **{UNICODE.symbol(name): [name] for name in matrices},
    }
    for place, names in places.items():
        if names:
            reads = abridged([text.format(UNICODE.symbol(name)) for name in names])
            yield place, reweighted(problem, {n: done(matrices[n]) for n in names}, reads)


def ten_times(problem: Problem) -> Places:
    """Yield plain numbers with the decimal point one place off."""
    for symbol in given_numbers(problem):
        weight = problem.weights[symbol]
        if isinstance(weight, float) and weight:
            name = UNICODE.symbol(symbol)
            for other in (scaled(weight, places) for places in (-1, 1)):
                reads = f"{name} = {rounded(other, 6)}"
                yield name, reweighted(problem, {symbol: other}, reads)


def first_bias(problem: Problem) -> Places:
    """Yield biases whose first element stands for all: each, and all of them."""
    found = {
        symbol: 0.0 * problem.weights[symbol] + problem.weights[symbol][0]
        for symbol in given_numbers(problem)
        if symbol.startswith("b.") and getattr(problem.weights[symbol], "size", 1) > 1
    }
    places = {"every bias": found} if len(found) > 1 else {}
    for place, of in {**places, **{UNICODE.symbol(n): {n: found[n]} for n in found}}.items():
        yield place, reweighted(problem, of, f"the first element of {place} for all")


def flipped(problem: Problem) -> Places:
    """Yield vectors whose elements come in the other order: inputs, previous states, answers."""
    sizes = {name: problem.sizes.number(name) for name in problem.state}
    long = [name for name, size in sizes.items() if size > 1]
    if long:
        turned = {name: problem.state[name][::-1] for name in long}
        reads = f"{listing(long)} from the last element to the first"
        state = {**problem.state, **turned}
        yield listing(long), Altered(problem._replace(state=state), reads)
    if problem.has_input and problem.sizes.number("x") > 1:
        xs = [x[::-1] for x in chain(*problem.batches)]
        yield "x", with_inputs(problem, xs, "x from the last element to the first")
    if long:
        reads = "answers from the last element to the first"
        yield "the answers", Altered(problem, reads, turned=True)
