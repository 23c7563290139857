"""Checks: what is wrong with a cell's lines whose form is right: their names, and their order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from rnncalc.cells.expressions import (
    PREVIOUS,
    Binary,
    Expression,
    Fault,
    Line,
    Negation,
    Symbol,
    children,
    key_of,
)
from rnncalc.cells.functions import FUNCTIONS
from rnncalc.errors import meant

_MOST = 100  # names that a misspelt one is compared with

#: Names that mean something else in the output, and those of the options that all cells have.
TAKEN = frozenset({
    *("t", "x", "xs", "pre", "exact", "sequence", "reverse", "repeat", "layer", "help"),
    *("all_weights", "weights", "set", "round", "ties", "format", "equations", "explain", "digits"),
    *("only", "save", "force", "save_state", "save_weights", "step", "summary"),
    *("expect", "tolerance", "no_reveal", "lint", "require", "hint"),
    *("gradients", "of", "target", "learning_rate"),
})  # fmt: skip


def check(lines: Sequence[Line]) -> Iterator[Fault]:
    """Yield what is wrong with equations whose form is right: their names, and their order."""
    if not lines:
        yield Fault(None, "there is no equation in it, such as h = tanh(W.hh @ h_prev + W.hx @ x)")
        return
    first: dict[str, Line] = {}
    for line in lines:
        if line.name in first:
            where = first[line.name].place[0]
            yield Fault(line.place, f"{line.name} is computed twice, in line {where} already")
        first.setdefault(line.name, line)
        if line.name.endswith(PREVIOUS):
            state = line.name.removesuffix(PREVIOUS)
            yield Fault(line.place, f"{line.name} is the previous {state}: {state} is computed")
        elif line.name in TAKEN or line.name in FUNCTIONS:
            yield Fault(line.place, _taken(line.name))
    yield from _check_order(lines, first)
    yield from _check_states(lines, first)
    yield from _check_weights(lines)
    yield from _check_brackets(lines, first)


def _taken(name: str) -> str:
    what = "a function" if name in FUNCTIONS else "a name that the program uses itself"
    return f"{name} is {what}: another name is needed"


def _check_order(lines: Sequence[Line], first: Mapping[str, Line]) -> Iterator[Fault]:
    done: set[str] = set()
    told: set[str] = set()
    for line in lines:
        for name, place in line.symbols.items():
            if name not in first or name in done or name in told or name in TAKEN:
                continue
            circle = _circle(name, line.name, first)
            told.update(circle)
            if name == line.name:
                said = f"{name} is computed from itself: {name}{PREVIOUS} is its old value"
            elif circle:
                way = " needs ".join([line.name, *circle])
                said = f"{way}, in a circle: {name}{PREVIOUS} is the old value of {name}"
            else:
                said = f"{name} is used before it is computed, in line {first[name].place[0]}"
            yield Fault(place, said)
        done.add(line.name)


def _circle(start: str, end: str, first: Mapping[str, Line]) -> list[str]:
    """Return the names on a way from one quantity to another that it is computed from."""
    ways, seen = [[start]], {start}
    for way in ways:
        if way[-1] == end:
            return way
        for name in first[way[-1]].symbols:
            if name in first and name not in seen:
                seen.add(name)
                ways.append([*way, name])
    return []


def _check_states(lines: Sequence[Line], first: Mapping[str, Line]) -> Iterator[Fault]:
    keys: dict[str, str] = {}
    has_state = False
    for line in lines:
        for name, place in line.symbols.items():
            state = name.removesuffix(PREVIOUS)
            if "." not in name and name.endswith(PREVIOUS):
                has_state = True
                if state not in first:
                    close = meant(state, list(first)[:_MOST])
                    hint = f" (did you mean {close}{PREVIOUS}?)" if close else ""
                    yield Fault(place, f"there is no {state} whose old value {name} could be{hint}")
                    continue
                elif first[state].optional:
                    yield Fault(place, f"{state} stands in brackets: it can't be a state")
            elif name in first or name == "x" or name in FUNCTIONS:
                continue
            elif "." not in name and name in TAKEN:
                yield Fault(place, _taken(name))
            key = key_of(name)
            if keys.setdefault(key, name) != name:
                option = "--" + key.replace("_", "-")
                yield Fault(place, f"{keys[key]} and {name} would have one option, {option}")
    if not has_state and all(line.is_whole for line in lines):
        example = lines[-1].name
        yield Fault(None, f"there is no state: a cell reads one back, such as {example}{PREVIOUS}")


def _check_weights(lines: Sequence[Line]) -> Iterator[Fault]:
    """Yield the weights that don't act by ``@`` or by ``*``, or that act by both."""
    acting: dict[str, str] = {}
    told: set[str] = set()
    for line in lines:
        for name, how in _actions(line.expression, "") if line.is_whole else ():
            before = acting.setdefault(name, how)
            if name in told or name not in line.symbols or (how and before in ("", how)):
                continue
            told.add(name)
            said = f"is a weight: {name} @ x applies a matrix, {name} * x a vector"
            if how:
                both = f"with {before} before and with {how} here"
                said = f"stands {both}: @ applies a matrix, * a vector"
            yield Fault(line.symbols[name], f"{name} {said}")


def _actions(node: Expression, how: str) -> Iterator[tuple[str, str]]:
    """Yield each weight in an expression with the operator that it is the factor of."""
    match node:
        case Symbol(name) if name.startswith("W."):
            yield name, how
        case Negation(operand):
            yield from _actions(operand, how)
        case Binary(operator, left, right):
            yield from _actions(left, operator if operator in "@*" else "")
            yield from _actions(right, "*" if operator == "*" else "")
        case _:
            for part in children(node):
                yield from _actions(part, "")


def _check_brackets(lines: Sequence[Line], first: Mapping[str, Line]) -> Iterator[Fault]:
    weights = [{n for n in line.symbols if n.startswith("W.")} for line in lines]
    for k, line in enumerate(lines):
        own = weights[k].difference(*weights[:k], *weights[k + 1 :])
        if line.optional and line.is_whole and not own:
            said = "stands in brackets without weights of its own, which would say when"
            yield Fault(line.place, f"{line.name} {said} to compute it")
        for name, place in line.symbols.items():
            if not line.optional and name in first and first[name].optional:
                yield Fault(place, f"{name} stands in brackets: only lines in brackets may read it")
