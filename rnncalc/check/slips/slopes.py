"""Slips in slopes on the way back: left out, of another function, at another value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rnncalc.cells.expressions import Call, Symbol
from rnncalc.check.slips.ways import Lesson, Slip, Way
from rnncalc.problem.problem import Problem

_SLOPE = Lesson(
    "Whatever goes back through a function is multiplied by its slope.", "slope-left-out"
)
_AT = Lesson(
    "The slope from a function's value s is 1 - s² for tanh: put in s, not the sum inside.",
    "slope-of-z",
)
_OWN = Lesson(
    "Each function has a slope of its own: 1 - s² for tanh, g (1 - g) for sigmoid.", "other-slope"
)
_ALL = Lesson("The chain rule multiplies all links, also those behind this one.", "link-left-out")
_DELTA = Lesson("Each weight has the δ of the unit that it leads to.", "other-delta")
#: What is taken for a slope, by the function: a name for the slip, and a key of `SLOPES`.
_WRONG = {
    "tanh": [
        ("sigmoid's slope for tanh's", "sigmoid"),
        ("1 - s for 1 - s²", "1 - s"),
        ("1 + s² for 1 - s²", "1 + s²"),
        ("s² for 1 - s²", "s²"),
        ("slope counted twice", "(1 - s²)²"),
        ("√(1 - s²) for 1 - s²", "√(1 - s²)"),
    ],
    "sigmoid": [
        ("tanh's slope for sigmoid's", "tanh"),
        ("g for g (1 - g)", "g"),
        ("1 - g for g (1 - g)", "1 - g"),
        ("g (1 + g) for g (1 - g)", "g (1 + g)"),
        ("slope counted twice", "(g (1 - g))²"),
    ],
}


def slope_slips(problem: Problem) -> Iterator[Slip]:
    """Yield what can go wrong with the slopes of a problem's functions."""
    lines = [line for line in problem.computed if isinstance(line.expression, Call)]
    units = {line.name: line.activation or "" for line in lines if line.is_unit}
    others = {line.name: line.activation or "" for line in lines if not line.is_unit}
    places = [*_places(units), *_places_outside(units, others)]
    for place, names in places:
        flat = tuple((name, "none") for name in sorted(names))
        yield Slip(f"slope left out{place}", _SLOPE, Way(slopes=flat))
        if not names <= units.keys():
            continue
        told = f"slope left out{place} in the derivative by the weights alone"
        yield Slip(told, _SLOPE, Way(flat_shares=names))
        yield Slip(f"slope left out{place} in going back alone", _SLOPE, Way(flat_back=names))
        told = f"slope left out{place} in the derivative by biases alone"
        yield Slip(told, _SLOPE, Way(flat_biases=names))
        told = f"slope counted twice{place} in going back alone"
        yield Slip(told, _SLOPE, Way(twice_back=names))
    inside = _inside(problem)
    for place, names in places:
        if len(names) > 1 or names <= units.keys():
            at = tuple((name, inside.get(name, f"pre.{name}")) for name in sorted(names))
            yield Slip(f"slope of z for slope of its value{place}", _AT, Way(slope_at=at))
    for function, wrong in _WRONG.items():
        own = {n: f for n, f in (units | others).items() if f == function}
        is_all = len(units | others) == 1
        for place, names in _places(own):
            where = "" if is_all else place
            for name, slope in wrong:
                pairs = tuple((quantity, slope) for quantity in sorted(names))
                yield Slip(f"{name}{where}", _OWN, Way(slopes=pairs))
    yield from _elsewhere(problem, units | others)
    yield from _of_others(problem, units)
    for name in units:
        told = f"what comes back to {name} left out of its δ"
        yield Slip(told, _ALL, Way(without_delta=frozenset([name])))


def _places(units: Mapping[str, str]) -> list[tuple[str, frozenset[str]]]:
    """Return the places of slips: all units, those of one function, and each by itself."""
    if len(units) < 2:
        return [("", frozenset(units))] if units else []
    found = [(" everywhere", frozenset(units))]
    functions = set(units.values())
    if len(functions) > 1:
        found += [
            (f" of each {function}", frozenset(n for n, f in units.items() if f == function))
            for function in sorted(functions)
            if sum(f == function for f in units.values()) > 1
        ]
    return [*found, *((f" of {name}", frozenset([name])) for name in units)]


def _places_outside(
    units: Mapping[str, str], others: Mapping[str, str]
) -> list[tuple[str, frozenset[str]]]:
    """Return the places with functions that aren't of a sum, as in tanh(c)."""
    found = [(f" of {name}", frozenset([name])) for name in others]
    if units and others:
        found.append((" of all functions", frozenset(units) | frozenset(others)))
    for function in sorted({*units.values()} & {*others.values()}):
        alike = sorted(name for name, f in {**units, **others}.items() if f == function)
        found.append((f" of {' and '.join(alike)}", frozenset(alike)))
    return found


def _inside(problem: Problem) -> dict[str, str]:
    """Return the quantities that functions of one alone are of: tanh_c is of c."""
    return {
        line.name: line.expression.argument.name
        for line in problem.computed
        if isinstance(line.expression, Call) and isinstance(line.expression.argument, Symbol)
    }


def _elsewhere(problem: Problem, functions: Mapping[str, str]) -> Iterator[Slip]:
    """Yield that a slope is taken from another value: of the step before, or of another name."""
    states = [*problem.cell.states]
    early = tuple((name, f"early.{name}") for name in functions if name in states)
    if early:
        lesson = Lesson("The slope at step t is that of the value at t.", "slope-of-another-step")
        yield Slip("slope of the step before", lesson, Way(slope_at=early))
        late = tuple((name, f"late.{name}") for name, _ in early)
        yield Slip("slope of the step behind", lesson, Way(slope_at=late))
    inside = _inside(problem)
    for line in problem.computed:
        if functions.get(line.name) != "tanh":
            continue
        inner = [inside[line.name]] if line.name in inside else []
        same = problem.sizes.number(line.name)
        for other in dict.fromkeys([*inner, *states, *functions]):
            if other != line.name and problem.sizes.number(other) == same:
                told = f"slope of {line.name} from {other}: 1 - {other}²"
                yield Slip(told, _AT, Way(slope_at=((line.name, other),)))


def _of_others(problem: Problem, units: Mapping[str, str]) -> Iterator[Slip]:
    """Yield that one unit's slope, with its function, stands for another's, or for all others'."""
    for source, function in units.items():
        if function not in _WRONG:
            continue
        size = problem.sizes.number(source)
        others = [n for n in units if n != source and problem.sizes.number(n) == size]
        alike = tuple(name for name in others if units[name] == function)
        for names in dict.fromkeys([*((name,) for name in others), alike, tuple(others)]):
            if len(names) == 1:
                told = f"δ of {source} for that of {names[0]} in the derivative by the weights"
                yield Slip(told, _DELTA, Way(deltas=((names[0], source),)))
                told = f"δ of {source} for that of {names[0]} in going back"
                yield Slip(told, _DELTA, Way(deltas_back=((names[0], source),)))
            if names:
                slopes = tuple((name, function) for name in names)
                at = tuple((name, source) for name in names)
                told = f"slope of {source} for that of {' and '.join(names)}"
                yield Slip(told, _OWN, Way(slopes=slopes, slope_at=at))
