"""Mistakes with weights: blocks in another order, state and input exchanged, rows for columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations, permutations, product
from typing import Any

from rnncalc.cells.expressions import Binary, Symbol, symbols, walk
from rnncalc.cells.notation import UNICODE
from rnncalc.check.slips.parts import given_terms, library_orders, role, units, weighted_pairs
from rnncalc.check.slips.rewrites import Places, abridged, of_equations, reweighted
from rnncalc.problem.problem import Problem

_MOST_BLOCKS = 4  # of which every order is tried; of more only pairs are exchanged

#: The weights of a unit, in an order that is the same in all units: recurrent, input, biases.
_Block = tuple[str, ...]


def _blocks(problem: Problem) -> dict[str, _Block]:
    """Return the weights and biases of each unit that has some to itself, by its name."""
    found: dict[str, _Block] = {}
    for line in units(problem):
        own = [p.symbol for p in problem.cell.parameters.values()
               if p.feeds == (line.name,) and p.kind in ("weight", "bias")]  # fmt: skip
        roles = {node.left.name: role(node) for node in walk(line.expression)
                 if isinstance(node, Binary) and isinstance(node.left, Symbol)
                 and node.left.name in own}  # fmt: skip
        # A second bias, such as that of a reset gate, comes last: others have none.
        biases = [name for name in reversed(symbols(line.expression)) if name.startswith("b.")]
        weights = sorted(roles, key=lambda name: roles[name], reverse=True)
        given = [Symbol(bias) for bias in biases if bias in own]
        given = [bias for bias in given if bias in given_terms(problem, line)]
        found[line.name] = (*weights, *(bias.name for bias in given))
    return found


def _alike(problem: Problem, mine: Sequence[str], its: Sequence[str]) -> dict[str, Any]:
    """Return a unit's weights with the numbers of another's, {} if they don't fit."""
    parameters = {p.symbol: p for p in problem.cell.parameters.values()}
    sizes = problem.sizes.of
    taken = {}
    for own, other in zip(mine, its, strict=False):
        one, two = parameters[own], parameters[other]
        fits = [sizes[a].number == sizes[b].number
                for a, b in ((one.rows, two.rows), (one.columns, two.columns))]  # fmt: skip
        if one.kind != two.kind or not all(fits):
            return {}
        taken[own] = problem.weights[other]
    return taken


def blocks_mixed_up(problem: Problem) -> Places:
    """Yield units with each other's weights: two exchanged, then every other order."""
    blocks = _blocks(problem)
    names = list(blocks)
    orders = list(permutations(names)) if len(names) <= _MOST_BLOCKS else []
    roles = problem.cell.roles
    # Two gates that are exchanged are a slip of their own.
    gates = {_swapped(names, one, other) for one, other in combinations(names, 2)
             if roles[one] == roles[other] == "gate"}  # fmt: skip
    pairs = [_swapped(names, *pair) for pair in combinations(names, 2)]
    misread = _misread(problem, names)
    known = [order for order in orders if order in misread]
    alike = {(one, other): _alike(problem, blocks[one], blocks[other])
             for one, other in permutations(names, 2)}  # fmt: skip
    for order in dict.fromkeys([*pairs, *known, *orders]):
        moved = {mine: its for mine, its in zip(names, order, strict=True) if mine != its}
        taken = [alike[pair] for pair in moved.items()]
        if moved and all(taken) and order not in gates:
            stored, read = misread.get(order, (names, order))
            reads = abridged([f"{mine} with the weights of {its}" for mine, its in moved.items()])
            place = f"{', '.join(stored)} read as {', '.join(read)}"
            weights = {name: value for of in taken for name, value in of.items()}
            yield place, reweighted(problem, weights, reads)


def _swapped(names: Sequence[str], one: str, other: str) -> tuple[str, ...]:
    exchanged = {one: other, other: one}
    return tuple(exchanged.get(name, name) for name in names)


def _misread(
    problem: Problem, names: Sequence[str]
) -> dict[tuple[str, ...], tuple[Sequence[str], Sequence[str]]]:
    """Return two orders that some library has, by what each unit takes if one is read as the other.

    names: of the units.
    """
    takes: dict[tuple[str, ...], tuple[Sequence[str], Sequence[str]]] = {}
    for stored, read in product(library_orders(problem), repeat=2):
        # Where unit k is looked for, the weights of another lie.
        at = dict(zip(read, stored, strict=True))
        takes.setdefault((*(at[name] for name in names),), (stored, read))
    return takes


@of_equations
def blocks_of_one_kind(problem: Problem) -> Places:
    """Yield the biases, or one kind of weights, alone in an order that some library has."""
    blocks = _blocks(problem)
    names = list(blocks)
    for same in zip(*blocks.values(), strict=False):
        own = dict(zip(names, same, strict=True))
        what = _called(problem, own)
        for order, (stored, read) in _misread(problem, names).items() if what else ():
            moved = [(own[one], own[its]) for one, its in zip(names, order, strict=True)]
            taken = [_alike(problem, [one], [its]) for one, its in moved if one != its]
            # Two that are exchanged are a slip of their own.
            if len(taken) > 2 and all(taken):
                weights = {name: value for of in taken for name, value in of.items()}
                place = f"blocks of the {what} alone: {', '.join(stored)} read as {', '.join(read)}"
                yield place, reweighted(problem, weights, place)


def _called(problem: Problem, own: Mapping[str, str]) -> str:
    """Return what one kind of weights of all units is called; "" if they are of several."""
    if all(name.startswith("b.") for name in own.values()):
        return "biases"
    found = {role(node) for line in units(problem) for node in walk(line.expression)
             if isinstance(node, Binary) and node.left == Symbol(own[line.name])}  # fmt: skip
    return f"{found.pop()} weights" if found in ({"recurrent"}, {"input"}) else ""


def borrowed(problem: Problem) -> Places:
    """Yield one unit's weights, or its bias, or all that it has, in all units like it."""
    blocks = _blocks(problem)
    kinds = {"weights of {} in all units": "W.", "bias of {} in all units": "b."}
    kinds["weights and bias of {} in all units"] = ""
    for text, kind in kinds.items():
        for lender, its in blocks.items() if len(blocks) > 1 else ():
            some = [name for name in its if name.startswith(kind)]
            if not kind and not any(name.startswith("b.") for name in its):
                continue  # these are weights alone
            weights: dict[str, Any] = {}
            for name, mine in blocks.items():
                own = [n for n in mine if n.startswith(kind)]
                weights |= _alike(problem, own, some) if name != lender else {}
            if weights:
                place = text.format(lender)
                yield place, reweighted(problem, weights, place)


def state_and_input(problem: Problem) -> Places:
    """Yield weights of the state that meet the input, and the reverse: in all units, in each."""
    exchanged: dict[str, dict[str, Any]] = {}
    for line, state, given in weighted_pairs(problem):
        one, other = _side_by_side(problem.weights[state], problem.weights[given])
        is_pair = one is not None and state != given  # one weight may meet both
        exchanged[line.name] = {state: one, given: other} if is_pair else {}
    found = {name: of for name, of in exchanged.items() if of}
    everywhere = {name: value for of in found.values() for name, value in of.items()}
    places = {"everywhere": everywhere} if len(found) > 1 else {}
    for place, weights in {**places, **{f"in {name}": of for name, of in found.items()}}.items():
        names = [UNICODE.symbol(name) for name in weights]
        reads = f"{names[0]} for {names[1]}, and the reverse"
        yield place, reweighted(problem, weights, reads)


def _side_by_side(state: Any, given: Any) -> tuple[Any, Any]:
    """Return two weights read from [state input] as [input state]: exchanged, if they are alike."""
    if getattr(state, "ndim", 0) == getattr(given, "ndim", 0) < 2:
        return given, state
    if getattr(state, "ndim", 0) != 2 or getattr(given, "ndim", 0) != 2:
        return None, None
    if len(state) != len(given):
        return None, None
    import numpy as np

    both, inputs = np.hstack([state, given]), given.shape[1]
    return both[:, inputs:], both[:, :inputs]


def weight_of_another(problem: Problem) -> Places:
    """Yield units with one of the weights of another unit."""
    blocks = _blocks(problem)
    for (one, mine), (_, its) in permutations(blocks.items(), 2):
        for own, other in zip(mine, its, strict=False):
            if own.startswith("W.") and (taken := _alike(problem, [own], [other])):
                place = f"{UNICODE.symbol(other)} for {UNICODE.symbol(own)}"
                yield f"{place} in {one}", reweighted(problem, taken, place)


@of_equations
def all_of_another(problem: Problem) -> Places:
    """Yield units with all weights of another unit, or with its weights and its bias."""
    blocks = _blocks(problem)
    for what, kind in (("weights and bias", ("W.", "b.")), ("weights", ("W.",))):
        for (one, of_one), (other, of_other) in permutations(blocks.items(), 2):
            own = [name for name in of_one if name.startswith(kind)]
            theirs = [name for name in of_other if name.startswith(kind)]
            taken = _alike(problem, own, theirs) if len(own) == len(theirs) > 1 else {}
            if taken and (kind == ("W.",) or any(name.startswith("b.") for name in own)):
                reads = f"{one} with the {what} of {other}"
                yield f"{what} of {other} in {one}", reweighted(problem, taken, reads)
