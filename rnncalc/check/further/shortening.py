"""Numbers shortened: those that are given, and what comes of them, to fewer digits than needed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from functools import partial
from itertools import chain
from typing import Any

from rnncalc.cells.expressions import PREVIOUS, Binary, Call, Equation, Expression, rewrite
from rnncalc.cells.functions import FUNCTIONS
from rnncalc.check.answers import elements
from rnncalc.check.slips.functions import SHORTENED
from rnncalc.check.slips.parts import given_numbers, terms
from rnncalc.check.slips.rewrites import Altered, Places, Seen, replaced, with_inputs, written
from rnncalc.numerals import any_of, counted, elementwise
from rnncalc.problem.problem import DEFAULT, Problem

_COMMON = 3  # of the ways to shorten
_HUGE = 1e15  # from where on a number has no decimals
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


def _written(name: str) -> Iterator[Callable[[float], float]]:
    """Yield how a number is shortened as it is written: where a 5 is left over, either way.

    name: of the function that shortens.
    """
    how, decimals = name.split("_")
    # By hand 0.25 becomes 0.3, in NumPy and Python 0.2; and 0.35 becomes 0.3 in Python alone.
    for rounding in (ROUND_HALF_UP, ROUND_HALF_EVEN) if how == "rounded" else (ROUND_DOWN,):
        step = Decimal(1).scaleb(-int(decimals))
        yield partial(_quantized, step, rounding)
    if how == "rounded":
        yield SHORTENED[how, int(decimals)]


def _quantized(step: Decimal, rounding: str, number: float) -> float:
    return float(Decimal(repr(number)).quantize(step, rounding)) if abs(number) < _HUGE else number


def numbers(which: str, problem: Problem) -> Places:
    """Yield given numbers shortened: weights, biases, both, inputs, states, and all of them.

    which: as `_ways` has it.
    """
    symbols = [*given_numbers(problem)]
    weights = {s: problem.weights[s] for s in symbols if s.startswith("W.")}
    biases = {s: problem.weights[s] for s in symbols if s.startswith("b.")}
    origins = problem.origins
    state = {name: found for name, found in problem.state.items()
             if origins.get(name.removesuffix(PREVIOUS)) != DEFAULT}  # fmt: skip
    xs = [*chain(*problem.batches)] if problem.has_input else []
    kinds: Mapping[str, tuple[Mapping[str, Any], Mapping[str, Any], list[Any]]] = {
        "every weight": (weights, {}, []),
        "every input": ({}, {}, xs),
        "every weight and bias": ({**weights, **biases}, {}, []),
        "all given numbers": ({**weights, **biases}, state, xs),
        "every bias": (biases, {}, []),
        "every weight and input": (weights, {}, xs),
        "the state at the start": ({}, state, []),
    }
    ways = [(how, as_written) for how, name, _ in _ways(which) for as_written in _written(name)]
    ways += [("without minus signs", abs)] * (which == "common")
    seen = set[tuple[str, tuple[float, ...]]]()
    for how, function in ways:
        short = partial(elementwise, function)
        for what, (some, start, inputs) in kinds.items():
            new = problem._replace(
                weights={**problem.weights, **{s: short(w) for s, w in some.items()}},
                state={**problem.state, **{s: short(v) for s, v in start.items()}},
            )
            text = f"{what} {how}"
            others = [short(x) for x in inputs]
            pairs = [*((w, new.weights[s]) for s, w in some.items()),
                     *((v, new.state[s]) for s, v in start.items()),
                     *zip(inputs, others, strict=True)]  # fmt: skip
            told = (*(number for _, now in pairs for number in elements(now)),)
            if any(any_of(old != now) for old, now in pairs) and (what, told) not in seen:
                seen.add((what, told))
                new = new if start else new._replace(state=problem.state)
                new = new if some else new._replace(weights=problem.weights)
                yield text, with_inputs(new, others, text) if others else Altered(new, text)


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
        "every product": _products,
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


def _products(line: Equation, short: str) -> Expression | None:
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
    for how, _, function in _ways():

        def change(t: int, name: str, value: Any, seen: Seen, function: Any = function) -> Any:
            is_carried = t > 1 and name in problem.state
            return elementwise(function, value) if is_carried else value

        text = f"states carried on {how}"
        yield text, Altered(problem, text, change)
