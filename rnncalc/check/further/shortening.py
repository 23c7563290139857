"""Numbers shortened: those that are given, and what comes of them, to fewer digits than needed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain
from math import copysign, floor
from typing import Any

from rnncalc.cells.expressions import (
    PREVIOUS,
    Binary,
    Call,
    Equation,
    Expression,
    replaced,
    rewrite,
)
from rnncalc.cells.functions import FUNCTIONS
from rnncalc.check.answers import elements
from rnncalc.check.slips.functions import SHORTENED
from rnncalc.check.slips.parts import given_numbers, terms
from rnncalc.check.slips.rewrites import Altered, Places, Seen, of_equations, with_inputs, written
from rnncalc.numerals import counted, elementwise, scaled
from rnncalc.problem.problem import DEFAULT, Problem

_LARGEST = 1e12  # number that anybody shortens
_COMMON = 3  # of the ways to shorten
#: What has values in 0 to 1, and what in -1 to 1.
_KINDS = {"every gate": "gate", "every candidate": "candidate"}


def _ways(which: str = "") -> Iterator[tuple[str, str, Callable[[float], float]]]:
    """Yield how numbers are shortened, with the name of the function that does it.

    which: "common", "rarer" or "" for both.
    """
    for number, ((how, decimals), function) in enumerate(SHORTENED.items()):
        if which and (number < _COMMON) != (which == "common"):
            continue
        to = counted(decimals, "decimal") if decimals else "whole numbers"
        yield f"{how} to {to}", f"{how}_{decimals}", function


def given(which: str, problem: Problem) -> Places:
    """Yield given numbers shortened: weights, biases, both, inputs, states, and all of them.

    which: as `_ways` has it.
    """
    weights = [name for name in given_numbers(problem) if name.startswith("W.")]
    biases = [name for name in given_numbers(problem) if name.startswith("b.")]
    origins = problem.origins
    state = [n for n in problem.state if origins.get(n.removesuffix(PREVIOUS)) != DEFAULT]
    xs = dict(enumerate(chain(*problem.batches) if problem.has_input else ()))
    kinds: Mapping[str, Sequence[Any]] = {
        "every weight": weights,
        "every input": [*xs],
        "every weight and bias": [*weights, *biases],
        "all given numbers": [*weights, *biases, *state, *xs],
        "all given numbers but the inputs": [*weights, *biases, *state],
        "every bias": biases,
        "every weight and input": [*weights, *xs],
        "the state at the start": state,
    }
    right: dict[Any, Any] = {**problem.weights, **problem.state, **xs}
    for how, functions in _ways_of_given(which):
        names = kinds["all given numbers"]
        ways = [{n: elementwise(function, right[n]) for n in names} for function in functions]
        numbers = [{n: elements(way[n]) for n in names} for way in (right, *ways)]
        for what, some in kinds.items():
            told = [[way[n] for n in some] for way in numbers]
            for k, way in enumerate(ways, 1):
                if told[k] not in told[:k]:
                    text = f"{what} {how}"
                    yield text, _with(problem, text, {n: way[n] for n in some})


def _ways_of_given(which: str) -> Iterator[tuple[str, list[Callable[[float], float]]]]:
    """Yield how given numbers are shortened, with the functions that do it, each its own way.

    What ends in 5 is rounded up by hand, and to the even digit by many a program.
    """
    for (how, decimals), (text, _, function) in zip(SHORTENED, _ways(), strict=True):
        if text in [told for told, *_ in _ways(which)]:
            more = [partial(way, decimals) for way in (_up, _even) if how == "rounded"]
            yield text, [*more, function]
    if which == "common":
        yield "without minus signs", [abs]


def _up(decimals: int, number: float) -> float:
    if abs(number) > _LARGEST:
        return number
    size = abs(number)
    whole = float(floor(scaled(size, decimals)))
    is_up = size >= scaled(whole + 0.5, -decimals)
    return copysign(scaled(whole + is_up, -decimals), number)


def _even(decimals: int, number: float) -> float:
    if abs(number) > _LARGEST:
        return number
    return round(number * 10.0**decimals) / 10.0**decimals


def _with(problem: Problem, text: str, new: Mapping[Any, Any]) -> Altered:
    """Return a problem with other weights and biases, previous states and inputs.

    new: by symbol, and inputs by their places; of those there are all or none.
    """
    weights, state = (
        {n: new[n] for n in of if n in new} for of in (problem.weights, problem.state)
    )
    if weights:
        problem = problem._replace(weights={**problem.weights, **weights})
    if state:
        problem = problem._replace(state={**problem.state, **state})
    inputs = [value for place, value in new.items() if isinstance(place, int)]
    return with_inputs(problem, inputs, text) if inputs else Altered(problem, text)


@of_equations
def values(which: str, problem: Problem) -> Places:
    """Yield what is computed shortened, and computed on with: functions, sums, products."""
    for how, name, _ in _ways(which):
        for what, change in _computed(problem).items():
            changed = {line.name: change(line, name) for line in problem.computed}
            form = written(problem, {n: new for n, new in changed.items() if new})
            if form.reads:
                yield f"{what} {how}", form._replace(reads=f"{what} {how}")


def _computed(problem: Problem) -> Mapping[str, Callable[[Equation, str], Expression | None]]:
    """Return what may be shortened in equations, with what changes one of them."""
    roles = problem.cell.roles
    functions = {what: partial(_function, roles, role) for what, role in _KINDS.items()}
    sums = {f"the sum of {what}": partial(_sum, roles, role) for what, role in _KINDS.items()}
    return {
        **functions,
        "every function": _every_function,
        "every new state": partial(_state, problem.cell.states),
        "every sum": partial(_sum, roles, ""),
        "what every function is of": _every_argument,
        "every product of a weight": partial(_products, is_unit=True),
        "every product": partial(_products, is_unit=False),
        **sums,
    }


def _function(roles: Mapping[str, str], role: str, line: Equation, short: str) -> Expression | None:
    if line.activation and role in ("", roles[line.name]):
        return Call("identity", Call(short, line.expression))
    return None


def _sum(roles: Mapping[str, str], role: str, line: Equation, short: str) -> Expression | None:
    match line.expression:
        case Call(function, argument) if line.is_unit and role in ("", roles[line.name]):
            return Call(function, Call(short, argument))
    return None


def _products(line: Equation, short: str, *, is_unit: bool) -> Expression | None:
    if is_unit and not line.is_unit:
        return None
    new = line.expression
    for term in terms(line):
        if isinstance(term, Binary):
            new = replaced(new, term, Call(short, term))
    return new


def _every_function(line: Equation, short: str) -> Expression | None:
    def put(node: Expression) -> Expression:
        is_function = isinstance(node, Call) and FUNCTIONS[node.function].levels
        return Call(short, node) if is_function else node

    new = rewrite(line.expression, put)
    return Call("identity", new) if line.activation and new is not line.expression else new


def _every_argument(line: Equation, short: str) -> Expression | None:
    def put(node: Expression) -> Expression:
        if isinstance(node, Call) and FUNCTIONS[node.function].levels:
            return Call(node.function, Call(short, node.argument))
        return node

    return rewrite(line.expression, put)


def _state(states: Sequence[str], line: Equation, short: str) -> Expression | None:
    return Call(short, line.expression) if line.name in states else None


def carried(problem: Problem) -> Places:
    """Yield states that the next step starts from shortened."""
    if problem.steps == 1:
        return
    ways = [(f"states carried on {how}", function) for how, _, function in _ways()]
    # Of states below 1 nothing is left if they are cut to whole numbers, either.
    for text, function in [("states put back to 0 after each step", _nothing), *ways]:
        for first in (2, 1):  # or that at the start, too
            change = partial(_carried, {*problem.state}, first, function)
            yield text, Altered(problem, text, change)


def _nothing(number: float) -> float:
    return 0.0 * number


def _carried(
    states: Collection[str],
    first: int,
    function: Callable[[float], float],
    t: int,
    name: str,
    value: Any,
    seen: Seen,
) -> Any:
    return elementwise(function, value) if t >= first and name in states else value
