"""Digits of weights: whether they may be longer numbers shortened, and what those may have been."""

from __future__ import annotations

from rnncalc.numerals import elementwise
from rnncalc.problem.problem import DEFAULT, Problem

_FEW, _MANY = 3, 6  # decimals of weights that may be longer numbers shortened
_SINGLE = 2.0**-24  # what a file is off by that has them in 32 bits, against their size


def decimals_of(problem: Problem) -> int:
    """Return how many decimals the weights have, if they may be longer numbers shortened; or 0."""
    most = 0
    for symbol in _given(problem):
        value = problem.weights[symbol]
        for number in [value] if isinstance(value, float) else value.reshape(-1).tolist():
            noise = abs(number) * _SINGLE
            while abs(round(number, most) - number) > noise:
                most += 1
                if most > _MANY:
                    return 0
    return most if most >= _FEW else 0


def _given(problem: Problem) -> list[str]:
    """Return the symbols of the weights and biases that somebody gave."""
    return [
        parameter.symbol
        for name, parameter in problem.cell.parameters.items()
        if parameter.kind in ("weight", "bias")
        and parameter.symbol in problem.weights
        and problem.origins.get(name) != DEFAULT
    ]


def moved(problem: Problem, decimals: int, seed: int) -> Problem:
    """Return a problem with weights that come to the same when they are shortened."""
    from random import Random  # it takes a while to import

    source, half = Random(seed), 0.5 * 10.0**-decimals
    weights = dict(problem.weights)
    for symbol in _given(problem):
        weights[symbol] = elementwise(lambda w: w + source.uniform(-half, half), weights[symbol])
    return problem._replace(weights=weights)
