"""Formulas of functions that are written down, or typed into a calculator, with a mistake."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import product
from math import log, pi

from rnncalc.cells.expressions import (
    Binary,
    Call,
    Expression,
    Negation,
    Number,
    Symbol,
    replaced,
    rewrite,
    walk,
)
from rnncalc.cells.grammar import read_expression
from rnncalc.cells.notation import UNICODE
from rnncalc.check.slips.functions import shapes
from rnncalc.check.slips.parts import terms, units
from rnncalc.check.slips.rewrites import Places, of_equations, one_by_one, written
from rnncalc.problem.problem import Problem
from rnncalc.problem.remembering import remembered

_Z = Symbol("z")
_RIGHT_TANH, _OF_2Z = "(e^z - e^-z)/(e^z + e^-z)", "(e^2z - 1)/(e^2z + 1)"
_LEFT_OUT = "brackets left out in"
#: What is computed for a function of z, by what that is called: the commonest first.
_FORMULAS: Mapping[str, Sequence[tuple[str, str]]] = {
    "sigmoid": (
        ("1/(1 + e^z) with 1 - e^z, both signs wrong,", "1/(1 - exp(z))"),
        ("1/e^-z for 1/(1 + e^-z), the 1 below left out,", "1/exp(-z)"),
        ("e^z/(1 + e^-z), e^z above and e^-z below,", "exp(z)/(1 + exp(-z))"),
        (f"{_LEFT_OUT} e^z/(1 + e^z)", "exp(z)/1 + exp(z)"),
        (f"{_LEFT_OUT} 1/(1 + e^-z), and e^z for e^-z,", "1/1 + exp(z)"),
        ("1/(1 + z) for 1/(1 + e^-z), e to the power left out,", "1/(1 + z)"),
        ("1/(1 - z) for 1/(1 + e^-z), e to the power left out,", "1/(1 - z)"),
        ("1/(1 - e z) for 1/(1 + e^-z), e times -z for e^-z,", "1/(1 - 2.718281828459045*z)"),
        ("10^-z for e^-z", f"sigmoid({log(10)!r}*z)"),
        ("2^-z for e^-z", f"sigmoid({log(2)!r}*z)"),
        ("e taken as 3 in σ(z)", f"sigmoid({log(3)!r}*z)"),
        ("e taken as 2.7 in σ(z)", f"sigmoid({log(2.7)!r}*z)"),
        ("e taken as 2.72 in σ(z)", f"sigmoid({log(2.72)!r}*z)"),
        ("e taken as 2.71 in σ(z)", f"sigmoid({log(2.71)!r}*z)"),
        ("σ(2z) or (1 + tanh(z))/2 for σ(z)", "sigmoid(2*z)"),
        ("σ(z/2) for σ(z)", "sigmoid(z/2)"),
        ("σ(|z|) for σ(z), the sign of z left out,", "sigmoid(relu(z) + relu(-z))"),
        ("1/(1 + e^-z²) for σ(z), z squared,", "sigmoid(z*z)"),
        ("log(1 + e^z) to base 10 for σ(z)", f"softplus(z)/{log(10)!r}"),
        ("softplus for sigmoid", "softplus(z)"),
        ("sigmoid twice", "sigmoid(sigmoid(z))"),
        ("z (1 - z) for σ(z)", "z*(1 - z)"),
        ("clipped to 0 and 1 for sigmoid", "relu(z) - relu(z - 1)"),
    ),
    "tanh": (
        (f"{_LEFT_OUT} {_RIGHT_TANH}, all of them,", "exp(z) - exp(-z)/exp(z) + exp(-z)"),
        (f"{_LEFT_OUT} {_RIGHT_TANH}, those above,", "exp(z) - exp(-z)/(exp(z) + exp(-z))"),
        (f"{_LEFT_OUT} {_RIGHT_TANH}, those below,", "(exp(z) - exp(-z))/exp(z) + exp(-z)"),
        (f"{_LEFT_OUT} {_OF_2Z}, all of them,", "exp(2*z) - 1/exp(2*z) + 1"),
        (f"{_LEFT_OUT} {_OF_2Z}, those above,", "exp(2*z) - 1/(exp(2*z) + 1)"),
        (f"{_LEFT_OUT} {_OF_2Z}, those below,", "(exp(2*z) - 1)/exp(2*z) + 1"),
        ("1/tanh(z) for tanh(z), + above and - below,", "1/tanh(z)"),
        ("e^z - e^-z for tanh(z), what is below left out,", "exp(z) - exp(-z)"),
        ("tanh(2z) for tanh(z)", "tanh(2*z)"),
        (f"{_LEFT_OUT} 2/(1 + e^-2z) - 1", "2/1 + exp(-2*z) - 1"),
        ("brackets elsewhere, 2/(1 + e^-2z - 1) for tanh(z)", "2/(1 + exp(-2*z) - 1)"),
        ("10^z for e^z in tanh(z)", f"tanh({log(10)!r}*z)"),
        ("2^z for e^z in tanh(z)", f"tanh({log(2)!r}*z)"),
        ("e taken as 3 in tanh(z)", f"tanh({log(3)!r}*z)"),
        ("e taken as 2.7 in tanh(z)", f"tanh({log(2.7)!r}*z)"),
        ("e taken as 2.72 in tanh(z)", f"tanh({log(2.72)!r}*z)"),
        ("tanh(|z|) for tanh(z), the sign of z left out,", "tanh(relu(z) + relu(-z))"),
        ("softplus for tanh", "softplus(z)"),
        ("tanh twice", "tanh(tanh(z))"),
        ("1 - z² for tanh(z)", "1 - z*z"),
        ("clipped to 0 and 1 for tanh", "relu(z) - relu(z - 1)"),
        ("e^z for tanh(z)", "exp(z)"),
    ),
}
_COMMON = 8  # of the formulas of each function
#: Keys of a calculator that turn radians into degrees, or nothing else but tanh⁻¹.
_KEYS = {"tan of z in degrees for tanh": "tan", "sin of z in degrees for tanh": "sin"}


@cache
def _read(text: str) -> Expression:
    return read_expression(text)


def _others(function: str, z: Expression, which: str) -> Iterator[tuple[str, Expression]]:
    """Yield what may be computed for a function of something, with what that is called.

    which: "common" or "rarer".
    """
    own = _FORMULAS[function]
    for words, text in own[:_COMMON] if which == "common" else own[_COMMON:]:
        yield words, replaced(_read(text), _Z, z)
    if which == "common":
        return
    yield from shapes(function, UNICODE.functions.get(function, function), z)
    if function == "tanh":
        for words, key in _KEYS.items():
            yield words, Call(key, Binary("*", Number(pi / 180), z))
        yield "tanh⁻¹ for tanh", Call("artanh", z)


@remembered
def _changed(problem: Problem, function: str, which: str) -> Mapping[str, Mapping[str, Expression]]:
    """Return the equations that formulas for a function change, by what those are called."""
    changed: dict[str, dict[str, Expression]] = {}
    for line in problem.computed:
        for node in walk(line.expression):
            if not isinstance(node, Call) or node.function != function:
                continue
            for words, part in _others(function, node.argument, which):
                now = changed.setdefault(words, {}).get(line.name, line.expression)
                new = part if now is node else replaced(now, node, part)
                is_bare = line.activation and not isinstance(new, Call)
                changed[words][line.name] = Call("identity", new) if is_bare else new
    return changed


@of_equations
def everywhere(which: str, problem: Problem) -> Places:
    """Yield functions computed by another formula wherever they stand. which: as `_others`."""
    for function in _FORMULAS:
        for words, changed in _changed(problem, function, which).items():
            place = "everywhere" if len(changed) > 1 else f"on {next(iter(changed))}"
            yield f"{words} {place}", written(problem, changed)


@of_equations
def alone(problem: Problem) -> Places:
    """Yield functions computed by another formula in one equation of several."""
    for function, which in product(_FORMULAS, ("common", "rarer")):
        for words, changed in _changed(problem, function, which).items():
            for name, new in changed.items() if len(changed) > 1 else ():
                yield f"{words} on {name}", written(problem, {name: new})


@of_equations
def minus_of_the_first(problem: Problem) -> Places:
    """Yield sigmoids in which the minus of e^-z holds for the first term of the sum alone."""
    changed: dict[str, Expression] = {}
    for line in units(problem):
        match line.expression:
            case Call("sigmoid", argument) if len(found := terms(line)) > 1:
                for some in (found[:1], found[:-1]):
                    kept: Expression = argument
                    for term in found:
                        if term not in some:
                            kept = replaced(kept, term, Negation(term))
                    changed[f"{line.name} {len(some)}"] = Call("sigmoid", kept)
    for number in sorted({key.split()[1] for key in changed}):
        of = {key.split()[0]: new for key, new in changed.items() if key.split()[1] == number}
        words = "minus before the first term alone, brackets left out in e^-(a + b),"
        for place, form in one_by_one(problem, of):
            yield f"{words} {place}", form


@of_equations
def exchanged(problem: Problem) -> Places:
    """Yield sigmoids and tanh in each other's place, everywhere."""
    others = {"sigmoid": "tanh", "tanh": "sigmoid"}

    def turn(node: Expression) -> Expression:
        is_one = isinstance(node, Call) and node.function in others
        return Call(others[node.function], node.argument) if is_one else node  # type: ignore[union-attr]

    changed = {line.name: rewrite(line.expression, turn) for line in problem.computed}
    for lines, place in ((problem.computed, "everywhere"), (units(problem), "in every unit")):
        names = {line.name for line in lines}
        some = {name: new for name, new in changed.items() if name in names}
        for _, form in [*one_by_one(problem, some)][-1:]:
            yield f"sigmoid and tanh exchanged {place}", form
