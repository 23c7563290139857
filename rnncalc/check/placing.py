"""Placing answers: what was read put to the steps and units of a problem, and what is missing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from rnncalc.cells.model import Cell, stages
from rnncalc.check.answers import Answer, Key
from rnncalc.check.entries import Entry
from rnncalc.errors import Faults, UnusableError
from rnncalc.numerals import counted, shape_of
from rnncalc.problem.places import Place, placed_at
from rnncalc.problem.problem import Problem
from rnncalc.series import Series
from rnncalc.typed import Tolerance, Typed, are_singles

_EVERY = "@all"


def placed(problem: Problem, entries: Iterable[Entry], tolerance: Tolerance | None) -> list[Answer]:
    """Return the answers that entries give to a problem, in the order of computing.

    Raises InputError with all that don't fit the problem.
    """
    faults = Faults()
    found: dict[Key, Answer] = {}
    for entry in entries:
        with faults.of(entry.label):
            for t, value in _placed(problem, entry):
                answer = Answer(t, entry.place.name, value, tolerance, entry.bits)
                if before := found.get(answer.key):
                    answer = _together(before, answer)
                if any(number.unit >= 0 for number in answer.numbers):
                    found[answer.key] = answer
    faults.settle()
    order = stages(problem.cell)
    answers = sorted(found.values(), key=lambda answer: (answer.t, order.index(answer.name)))
    return answers if tolerance else _with_bits(answers)


def _placed(problem: Problem, entry: Entry) -> Iterator[tuple[int, Any]]:
    """Yield a step and its value for each step that an entry speaks of: one, or all of them."""
    (name, unit, at), steps = entry.place, problem.steps or 1
    _check(problem, entry.place)
    plain, size = problem.sizes.is_plain(_quantity(name)), problem.sizes.number(_quantity(name))
    shape = shape_of(entry.value)
    one: tuple[int, ...] = () if plain or unit else (size,)
    if unit == 0 and not plain and shape[-1] < size:  # the rest isn't known
        one = shape[-1:]
    one_step = problem.number(at) if at else steps
    if shape == one:
        found = {one_step: entry.typed()}
    elif at is None and shape in ((steps, *one), None if one else (steps, 1)):
        rows = enumerate(entry.typed(), 1)
        found = {problem.number(t): _reshaped(row, one) for t, row in rows}
    elif (entry.bits or (one and (at or steps == 1))) and _squeezed(shape) == _squeezed(one):
        found = {one_step: _reshaped(entry.typed(), one)}
    elif entry.bits and at is None and _squeezed(shape) == _squeezed((steps, *one)):
        rows = entry.typed()
        rows = rows if len(rows) == steps else rows[0]
        found = {problem.number(t): _reshaped(row, one) for t, row in enumerate(rows, 1)}
    else:
        needed = "a number" if not one else f"a vector of {size}"
        every = f", or a list of {steps} of them, one a step" * (at is None and steps > 1)
        given = "×".join(map(str, shape)) if len(shape) > 1 else f"a vector of {(shape or (0,))[0]}"
        raise UnusableError(
            "size", f"is {given if shape else 'a number'}; it needs {needed}{every}"
        )
    for t, value in found.items():
        _check(problem, Place(name, unit, problem.number(t)))
        if plain:
            yield t, value
        elif unit:
            yield t, [value if place == unit else Typed.blank() for place in range(1, size + 1)]
        elif len(value) == size:
            yield t, value
        else:
            yield t, [*value, *(Typed.blank() for _ in range(size - len(value)))]


def _quantity(name: str) -> str:
    return name.rpartition(".")[2]


def _squeezed(shape: tuple[int, ...]) -> list[int]:
    return [size for size in shape if size != 1]


def _reshaped(value: Any, shape: tuple[int, ...]) -> Any:
    """Return numbers, in lists of which at most one is longer than 1, as one or as a list."""
    while isinstance(value, (list, Series)) and len(value) == 1:
        (value,) = value
    if isinstance(value, Series):
        return value
    if not isinstance(value, list):
        return [value] if shape else value
    return [_reshaped(one, ()) for one in value]


def _check(problem: Problem, place: Place) -> None:
    """Raise ValueError, to stand behind what was given, if there is no such quantity or step."""
    name, unit, t = place
    stage, quantity = name.rpartition(".")[0], _quantity(name)
    if quantity not in problem.quantities:
        raise UnusableError("place", f"can't be compared: {problem.lack_of(quantity)}")
    if stage == "exact" and not problem.ties:
        raise UnusableError("place", "can't be compared: without --round nothing is rounded")
    steps, size = problem.steps or 1, problem.sizes.number(quantity)
    if t is not None and t > steps:
        there = "there is" if steps == 1 else "there are"
        raise UnusableError("place", f"can't be compared: {there} {counted(steps, 'step')}")
    if (unit or 0) > size:
        raise UnusableError("place", f"can't be compared: {quantity} has {counted(size, 'unit')}")
    if t and stage and quantity in problem.held_in(problem.number(t)):
        at = f" at step {t}" * (quantity not in problem.held)
        raise UnusableError(
            "place", f"can't be compared: {quantity} is held{at}, so there is no {name}"
        )


def _together(one: Answer, other: Answer) -> Answer:
    """Return two answers to parts of one vector as one; raise ValueError if they meet."""
    if {*one.known} & {*other.known}:
        raise UnusableError("place", f"is given more than once for step {one.t}; once is enough")
    pairs = zip(one.numbers, other.numbers, strict=True)
    return one._replace(value=[b if a.is_blank else a for a, b in pairs])


def _with_bits(answers: Sequence[Answer]) -> list[Answer]:
    """Return answers with those marked as computed in 32 bits that were typed from there."""
    typed = [answer for answer in answers if not answer.bits]
    tell_nothing = all(isinstance(a.value, Series) and a.value.tells_nothing for a in typed)
    if tell_nothing or not are_singles(n for a in typed for n in a.numbers if n.unit >= 0):
        return [*answers]
    return [answer if answer.bits else answer._replace(bits=32) for answer in answers]


# What must be there -------------------------------------------------------------------------------


def read_required(cell: Cell, text: str | None, faults: Faults) -> list[str]:
    """Return the names that ``--require`` has: ``f``, ``h@2``, ``h[2]``, ``h@all``."""
    names = [name.strip() for name in (text or "").split(",") if name.strip()]
    if text is not None and not names:
        faults.add("words", "--require is empty: it needs names such as f,c,h")
    for name in names:
        with faults.of(f"--require {name}"):
            placed_at(cell, "--require", name.removesuffix(_EVERY), faults)
    return list(dict.fromkeys(names))


def missing(problem: Problem, required: Iterable[str], answers: Iterable[Answer]) -> list[Place]:
    """Return what must be there and isn't, each with its step, in the order of computing.

    Raises InputError for what the problem doesn't have.
    """
    faults, cell, steps = Faults(), problem.cell, problem.steps or 1
    known = {answer.key: answer.known for answer in answers} if required else {}
    found: dict[Place, None] = {}
    for name in required:
        with faults.of(f"--require {name}"):
            place = placed_at(cell, "--require", name.removesuffix(_EVERY), faults)
            if not place:
                continue
            _check(problem, place)
            size = problem.sizes.number(_quantity(place.name))
            wanted = [place.unit] if place.unit else [*range(1, size + 1)]
            one = problem.number(place.t) if place.t else steps
            for t in range(1, steps + 1) if name.endswith(_EVERY) else [one]:
                _check(problem, place._replace(t=problem.number(t)))
                there = [unit + 1 for unit in known.get((t, place.name), [])]
                left = [unit for unit in wanted if unit not in there]
                units: Sequence[int | None] = [None] if len(left) == size else left
                found |= dict.fromkeys(Place(place.name, unit, t) for unit in units)
    faults.settle()
    order = stages(cell)
    return sorted(found, key=lambda place: (place.t or 0, order.index(place.name)))
