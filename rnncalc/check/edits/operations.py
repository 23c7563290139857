"""Edits of what an equation does: its operators, its brackets, its functions, its factors."""

from __future__ import annotations

from collections.abc import Iterator

from rnncalc.cells.expressions import (
    Binary,
    Call,
    Expression,
    Negation,
    Number,
    Symbol,
)
from rnncalc.cells.notation import UNICODE, spell
from rnncalc.check.slips.functions import shapes
from rnncalc.check.slips.parts import role, terms
from rnncalc.check.slips.trees import Found, Path, Spot

_ONE, _TWO, _TEN = Number(1.0), Number(2.0), Number(2.302585092994046)
_SHORT_E = Number(0.9932517730102834)  # the logarithm of 2.7
#: How an operator is spelled where it is told which one stands for which.
_SIGNS = {"+": "+", "-": "-", "*": "⊙", "/": "÷", "@": "·"}
_SAID = {("+", "*"): ", multiplied, not added,", ("*", "+"): ", added, not multiplied,"}
_SAID |= {("+", "-"): ", wrong sign,", ("-", "+"): ", wrong sign,"}
#: Which operators may stand for another.
_SWAPPED = {"+": "-*", "-": "+*", "*": "+-/", "/": "*-", "@": "+"}
#: Functions that may stand for another, and how far-fetched that is.
_FUNCTIONS = {"sigmoid": 0, "tanh": 0, "identity": 0, "relu": 0, "hard_sigmoid": 1}
_FUNCTIONS |= {"hard_sigmoid_02": 1, "exp": 1, "softplus": 1, "softmax": 1, "step": 1}
_COMPOSED = ("tanh", "sigmoid")


def of_operator(spot: Spot, path: Path, node: Binary) -> Iterator[Found]:
    """Yield another operator, operands exchanged or left out, brackets in another spot."""
    sign, left, right = node
    for other in _SWAPPED[sign]:
        far = int("/" in (sign, other))
        words = f"{_SIGNS[other]} for {_SIGNS[sign]}{_SAID.get((sign, other), '')}"
        yield far, "operator", words, path, Binary(other, left, right)
    if sign in "-/":
        texts = (spell(Binary(sign, *two), UNICODE) for two in ((right, left), (left, right)))
        yield 0, "operator", " for ".join(texts), path, Binary(sign, right, left)
    for part, kept, number in ((left, right, 1), (right, left, 2)):
        new = Negation(kept) if sign == "-" and number == 1 else kept
        if not isinstance(kept, Number) or sign not in "*/":
            yield 0, "left-out", _left_out(spot, part), path, new
    for words, new in _bracketed(node):
        yield 0, "brackets", words, path, new


def _left_out(spot: Spot, part: Expression) -> str:
    kind = role(part) if part in terms(spot.line) else ""
    if kind in ("bias", "input", "recurrent"):
        return f"{kind}{' term' * (kind == 'recurrent')} left out"
    text = f"{spell(part, UNICODE)} left out"
    return f"{kind} part left out, {text}," if kind in ("kept", "new") else text


def _bracketed(node: Binary) -> Iterator[tuple[str, Expression]]:
    """Yield a part with its brackets elsewhere: a (b + c) for a b + c, and the reverse."""
    sign, left, right = node
    for inner, number in ((left, 1), (right, 2)):
        if not isinstance(inner, Binary) or inner.operator == "@" or sign == "@":
            continue
        a, b = inner.left, inner.right
        turned = (Binary(inner.operator, a, Binary(sign, b, right)) if number == 1
                  else Binary(inner.operator, Binary(sign, left, a), b))  # fmt: skip
        if {sign, inner.operator} not in ({"+"}, {"*"}):
            is_less = inner.operator in "+-" and sign in "*/"
            words = "brackets left out" if is_less else "brackets elsewhere"
            yield f"{words}, {spell(turned, UNICODE)}", turned


def of_function(spot: Spot, path: Path, node: Call) -> Iterator[Found]:
    """Yield another function, none, one more, or one of something else."""
    function, z = node
    size = spot.problem.sizes.number(spot.line.name)
    for other, tier in _FUNCTIONS.items():
        if other != function and not (other == "softmax" and size == 1):
            words = f"{other.replace('_', ' ')} for {function}"
            if other == "identity":
                words = f"{function} left out"
            if other == "step":
                words = f"{function} rounded to 0 or 1"
            yield tier, "function", words, path, Call(other, z)
    spelled = UNICODE.functions.get(function, function)
    inside: dict[str, Expression] = {
        f"{spelled}(2 z) for {spelled}(z), z doubled,": Binary("*", _TWO, z),
        f"{spelled}(z/2) for {spelled}(z), z halved,": Binary("/", z, _TWO),
        "10^-z for e^-z": Binary("*", _TEN, z),
        f"e taken as 2.7 in {spelled}(z)": Binary("*", _SHORT_E, z),
    }
    reversed_ = Call("identity", Call(function, Negation(z)))
    words = f"{spelled}(-z) for {spelled}(z), e^z for e^-z,"
    yield 0, "function", words, path, reversed_
    for words, argument in inside.items():
        yield 1, "function", words, path, Call("identity", Call(function, argument))
    for words, part in shapes(function, spelled, z):
        yield 2, "function", words, path, part


def of_any(spot: Spot, path: Path, node: Expression) -> Iterator[Found]:
    """Yield a part negated, doubled, halved or squared, in a function, or with one part more."""
    spelled = _spelled(path, node)
    if not (path == (1,) and isinstance(spot.line.expression, Call)):
        yield 0, "sign", f"wrong sign of {spelled}", path, Negation(node)
    twice = f"{spelled} doubled, taken twice,"
    if isinstance(node, Symbol) and node.name.startswith("b."):
        twice = "bias added twice"
    yield 1, "number", twice, path, Binary("*", _TWO, node)
    yield 2, "number", f"{spelled} halved", path, Binary("/", node, _TWO)
    yield 1, "number", f"{spelled} squared", path, Binary("*", node, node)
    if not isinstance(node, Symbol) or not node.name.startswith("b."):
        yield 2, "function", f"1 - {spelled} for {spelled}", path, Binary("-", _ONE, node)
    for function in _COMPOSED:
        if not (isinstance(node, Call) and not path and node.function == function):
            words = f"{function} of {spelled}" if path else f"{function} once more"
            is_twice = path == (1,) and function == spot.line.activation
            words = f"{function} twice" if is_twice else words
            yield 2 - is_twice, "function", words, path, Call(function, node)
    for name in spot.like(spot.line.name) if not isinstance(node, Symbol) else ():
        yield 2, "read-for-another", f"{name} for {spelled}", path, Symbol(name)


def of_more(spot: Spot, path: Path, node: Expression) -> Iterator[Found]:
    """Yield a part with another quantity beside it."""
    spelled, read = _spelled(path, node), "read " * isinstance(node, Symbol)
    for name in spot.like(spot.line.name):
        for told, part in _with_one_more(spot, spelled, node, name):
            yield 3, "one-more", f"{told} {read}for {spelled}", path, part


def _spelled(path: Path, node: Expression) -> str:
    spelled = spell(node, UNICODE)
    return spelled if len(spelled) < 30 else "the sum" if path else "all"


def _with_one_more(
    spot: Spot, spelled: str, node: Expression, name: str
) -> Iterator[tuple[str, Expression]]:
    """Yield a part with a quantity more: multiplied, by 1 minus a gate, added, subtracted."""
    other = Symbol(name)
    yield f"{spelled} ⊙ {name}", Binary("*", node, other)
    if spot.problem.cell.roles.get(name) == "gate":
        yield f"(1 - {name}) ⊙ {spelled}", Binary("*", Binary("-", _ONE, other), node)
    yield f"{spelled} + {name}", Binary("+", node, other)
    yield f"{spelled} - {name}", Binary("-", node, other)
