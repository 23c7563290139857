"""Edits of elements: rows and columns of matrices in another order, elements of quantities."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Any

from rnncalc.cells.expressions import (
    PREVIOUS,
    Binary,
    Call,
    Equation,
    Expression,
    Symbol,
    key_of,
    rewrite,
)
from rnncalc.cells.notation import UNICODE
from rnncalc.check.slips.matrices import others
from rnncalc.check.slips.parts import units, weighted_pairs
from rnncalc.check.slips.trees import Edit, parts, weight_of
from rnncalc.problem.problem import DEFAULT, Problem

_MOST_UNITS = 8  # of a quantity whose elements are looked at one by one


def of_matrices(problem: Problem, line: Equation) -> Iterator[Edit]:
    """Yield edits of an equation with rows, columns or numbers of a matrix in other places."""
    for symbol in dict.fromkeys(weight_of(node) for _, node in parts(line.expression)):
        for how, new in _others(problem, symbol, is_alone=True):
            words = f"{UNICODE.symbol(symbol)} {how}"
            yield _with(line, {symbol: new}, words, f"in {line.name}", 2)


def of_all_matrices(problem: Problem) -> Iterator[Edit]:
    """Yield problems with the same done to the matrices of all units: of one kind, or of both."""
    pairs = [*weighted_pairs(problem)]
    recurrent = {state for _, state, _ in pairs}
    given = {symbol for _, _, symbol in pairs}
    kinds = {"every recurrent matrix": recurrent, "every input matrix": given}
    kinds["every matrix"] = recurrent | given
    for kind, symbols in kinds.items():
        made: dict[str, dict[str, Any]] = {}
        for symbol in sorted(symbols):
            for how, new in _others(problem, symbol):
                made.setdefault(how, {})[symbol] = new
        for how, of in made.items():
            edits = [
                _with(line, {s: of[s]}, "", "", 1)
                for line in units(problem)
                for s in dict.fromkeys(weight_of(node) for _, node in parts(line.expression))
                if s in of
            ]
            if len(edits) > 1:
                yield _together(edits, f"{kind} {how}", "", 1)
    yield from _piled(problem)
    yield from _exchanged(problem)


def _others(problem: Problem, symbol: str, *, is_alone: bool = False) -> Iterator[tuple[str, Any]]:
    """Yield what may be done to a given matrix, with what it is then.

    is_alone: whether that is done to this one alone, so that any row or number of it may be meant.
    """
    weight = problem.weights.get(symbol)
    if getattr(weight, "ndim", 0) != 2 or problem.origins.get(key_of(symbol)) == DEFAULT:
        return
    assert weight is not None
    seen = [weight, weight.T if weight.shape[0] == weight.shape[1] else weight]
    for how, new in others(weight, is_alone=is_alone):
        if not any((new == other).all() for other in seen):
            seen.append(new)
            yield how, new


def _with(line: Equation, made: Mapping[str, Any], words: str, place: str, tier: int) -> Edit:
    """Return the edit of an equation with other numbers in some of its weights."""
    others = {symbol: Symbol(f"{symbol}~{line.name}") for symbol in made}
    put = [
        (line.name, path, rewrite(node, lambda part: others.get(getattr(part, "name", ""), part)))
        for path, node in parts(line.expression)
        if weight_of(node) in made
    ]
    weights = {others[symbol].name: new for symbol, new in made.items()}
    return Edit("order", words, place, put, tier, weights)


def _together(edits: list[Edit], words: str, place: str, tier: int) -> Edit:
    put = [part for edit in edits for part in edit.parts]
    weights = {name: new for edit in edits for name, new in edit.weights.items()}
    return Edit("order", words, place, put, tier, weights)


def _piled(problem: Problem) -> Iterator[Edit]:
    """Yield the weights of all units in one pile, read as those of unit after unit."""
    lines = units(problem)
    sizes = {problem.sizes.number(line.name) for line in lines}
    if len(lines) < 2 or len(sizes) > 1 or sizes == {1}:
        return
    import numpy as np

    kinds: dict[int, list[tuple[Equation, str]]] = {}
    for line in lines:
        symbols = dict.fromkeys(weight_of(node) for _, node in parts(line.expression))
        own = [s for s in symbols if s[:2] in ("W.", "b.") and s in problem.weights]
        for number, symbol in enumerate(own):
            kinds.setdefault(number, []).append((line, symbol))
    ways = {"unit after unit": False, "gate after gate": True}
    for how, is_turned in ways.items():
        edits = []
        for of in kinds.values():
            weights = [problem.weights[symbol] for _, symbol in of]
            if len(of) < len(lines) or len({np.shape(weight) for weight in weights}) > 1:
                return
            if np.ndim(weights[0]) == 0:
                return
            pile = np.concatenate(weights)
            n, k = len(weights[0]), len(weights)
            turned = [np.concatenate(weights)[p::k] for p in range(k)]
            if is_turned:
                mixed = np.stack(weights, axis=1).reshape(pile.shape)
                turned = [mixed[p * n : p * n + n] for p in range(k)]
            edits += [_with(line, {s: new}, "", "", 2)
                      for (line, s), new in zip(of, turned, strict=True)]  # fmt: skip
        words = f"rows of all weights interleaved, read as if piled {how}"
        yield _together(edits, words, "", 1)


def _exchanged(problem: Problem) -> Iterator[Edit]:
    """Yield two units' weights of one kind, or their biases, in each other's place."""
    own = [
        (line, [(path, node) for path, node in parts(line.expression)
                if weight_of(node) in problem.weights])
        for line in units(problem)
    ]  # fmt: skip
    for (one, mine), (other, its) in combinations(own, 2):
        for (path, node), (there, its_node) in zip(mine, its, strict=False):
            a, b = weight_of(node), weight_of(its_node)
            shapes = {getattr(problem.weights[s], "shape", ()) for s in (a, b)}
            is_given = DEFAULT not in {problem.origins.get(key_of(s)) for s in (a, b)}
            if path != there or a == b or len(shapes) > 1 or not is_given:
                continue
            swapped = {a: Symbol(b), b: Symbol(a)}

            def swap(part: Expression, names: Mapping[str, Symbol] = swapped) -> Expression:
                return names.get(getattr(part, "name", ""), part)

            put = [(line.name, path, rewrite(part, swap))
                   for line, part in ((one, node), (other, its_node))]  # fmt: skip
            words = f"{UNICODE.symbol(b)} for {UNICODE.symbol(a)} and the reverse, blocks swapped,"
            yield Edit("order", words, f"in {one.name} and {other.name}", put, 2)


def of_quantity(problem: Problem, line: Equation) -> Iterator[Edit]:
    """Yield a quantity with its elements turned round, its first or their average for all.

    And a state of which some elements are not updated.
    """
    n, name = problem.sizes.number(line.name), line.name
    if not 1 < n <= _MOST_UNITS:
        return
    import numpy as np

    ways = _mixed(name, n)
    is_bare = isinstance(line.expression, Call) and not line.is_unit
    for number, (words, matrix) in enumerate(ways.items()):
        symbol = Symbol(f"W.~{name}{number}")
        part = Binary("@", symbol, line.expression)
        put = ((name, (), Call("identity", part) if is_bare else part),)
        yield Edit("order", words, "", put, 1, {symbol.name: matrix})
    if name + PREVIOUS not in problem.state:
        return
    for k in range(n):
        for is_kept in (False, True):
            kept = np.eye(n)[k] if is_kept else 1 - np.eye(n)[k]
            one, other = Symbol(f"keep~{name}"), Symbol(f"new~{name}")
            new = Binary("*", other, line.expression)
            part = Binary("+", Binary("*", one, Symbol(name + PREVIOUS)), new)
            put = ((name, (), part),)
            words = f"only unit {k + 1} of {name} updated, the others kept as {name}_prev,"
            words = f"unit {k + 1} of {name} not updated" if is_kept else words
            if n > 2 or not is_kept:
                yield Edit("order", words, "", put, 1, {one.name: kept, other.name: 1 - kept})


def of_readings(problem: Problem, line: Equation) -> Iterator[Edit]:
    """Yield an equation that reads a vector in one place with its elements in another order."""
    for path, node in parts(line.expression):
        name = node.name if isinstance(node, Symbol) else ""
        if name in problem.weights or name not in problem.sizes.classes:
            continue
        if 1 < (n := problem.sizes.number(name)) <= _MOST_UNITS:
            for number, (words, matrix) in enumerate(_mixed(name, n).items()):
                symbol = Symbol(f"W.~{name}{number}")
                put = ((line.name, path, Binary("@", symbol, node)),)
                yield Edit("order", words, f"in {line.name}", put, 2, {symbol.name: matrix})


def _mixed(name: str, n: int) -> Mapping[str, Any]:
    """Return matrices that mix the elements of a vector, by what that is called."""
    import numpy as np

    first = np.zeros((n, n))
    first[:, 0] = 1.0
    return {
        f"elements of {name} turned round": np.eye(n)[::-1],
        f"{name}[1], its first element, for all": first,
        f"average of {name} for each of its elements": np.full((n, n), 1 / n),
    }
