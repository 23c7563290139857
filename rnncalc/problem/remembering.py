"""Remembering: what the equations and the numbers of a problem tell is found out once."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from rnncalc.problem.problem import Problem

_Words = ParamSpec("_Words")
_Result = TypeVar("_Result")

_MOST = 50  # results that are kept of a function, which may be thousands of edits each


def remembered(
    function: Callable[Concatenate[Problem, _Words], _Result],
) -> Callable[Concatenate[Problem, _Words], _Result]:
    """Have a function keep what it returns for a problem, which nobody may change.

    It may look at the problem's cell, weights, sizes, origins and at what is held, and at nothing
    else: problems with other inputs or states are the same to it. What it takes besides has a hash.
    """
    found: dict[Any, Any] = {}

    @wraps(function)
    def find(problem: Problem, /, *words: _Words.args, **named: _Words.kwargs) -> _Result:
        of = (problem.cell, problem.weights, problem.sizes, problem.origins)
        key = (*map(id, of), *problem.held, *words)
        if key not in found:
            if len(found) == _MOST:
                found.clear()
            # As long as these are kept, nothing else can be where they are.
            found[key] = of, function(problem, *words, **named)
        result: _Result = found[key][1]
        return result

    return find
