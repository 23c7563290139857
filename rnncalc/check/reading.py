"""Reading answers: what ``--expect`` and ``--tolerance`` say, put to a problem's quantities.

An answer is given as NAME=VALUE for the last step or for all steps, NAME@T=VALUE for one of them,
or in objects of the form of the JSON output.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache, partial
from typing import Any, NamedTuple

from rnncalc.cells.model import Cell, stages
from rnncalc.check.answers import Answer, Key, Tolerance, Typed
from rnncalc.errors import Faults, quoted, unknown
from rnncalc.jsontext import json_documents
from rnncalc.numerals import counted, is_step, number_of, shape_of
from rnncalc.problem.problem import Given, Problem
from rnncalc.problem.values import read

_FORM = 'needs JSON objects such as {"t": 1, "h": 0.96}'


class Entry(NamedTuple):
    """What was typed for a quantity.

    label: how an error calls it. name: the quantity, as in the JSON output. t: the step, None if
    none was named. value: a number or lists of them. typed: returns that value as `Typed` numbers.
    They take several times the memory of others: they are made once it is known that they fit.
    """

    label: str
    name: str
    t: int | None
    value: Any
    typed: Callable[[], Any]


def read_tolerance(text: str | None, faults: Faults) -> Tolerance | None:
    """Return what ``--tolerance`` says: ``0.001`` is absolute, ``0.1%`` relative."""
    if text is None:
        return None
    number, percent, rest = text.strip().partition("%")
    with faults.of("--tolerance"):
        size = read(number, 0)
        if size < 0 or rest:
            raise ValueError(f"is {quoted(text)}: it needs a size such as 0.001, or a part as 0.1%")
        return Tolerance(size / 100 if percent else size, bool(percent))
    return None


def read_entries(cell: Cell, given: Iterable[tuple[str, Given]], faults: Faults) -> Iterator[Entry]:
    """Yield what the values of ``--expect`` say, with whatever is wrong noted.

    given: pairs of NAME or NAME@T and its value, or of "" and the text of objects.
    """
    for name, content in given:
        with faults.of(content.label):
            if name:
                yield from _named(cell, name, content, faults)
            else:
                yield from _from_objects(cell, content, faults)


def _named(cell: Cell, name: str, content: Given, faults: Faults) -> Iterator[Entry]:
    name, at, step = name.partition("@")
    if not _is_known(cell, "--expect", name, faults):
        return
    if at and not is_step(step):
        raise ValueError(f"names no step: they count from 1, and {name}@2 is {name} at step 2")
    value, typed = read(content.value, 2), partial(_with_precision, content.value)
    yield Entry(content.label, name, int(step) if at else None, value, typed)


def _from_objects(cell: Cell, content: Given, faults: Faults) -> Iterator[Entry]:
    """Yield what objects in the form of the JSON output have for each name."""
    if not isinstance(content.value, str):
        raise ValueError(_FORM)
    try:
        objects = _objects(content.value, number_of)
    except ValueError as error:
        said, *shown = str(error).split("\n", 1)
        raise ValueError("\n".join([f"{said}; it {_FORM}", *shown])) from None
    if not objects:
        raise ValueError(f"has nothing in it; it {_FORM}")
    again = cache(lambda: [_by_name(found) for found in _objects(content.value, Typed)])
    for place, found in enumerate(objects):
        if not isinstance(found, dict):
            raise ValueError(_FORM)
        typed = partial(_again, again, place)
        yield from _members(cell, content.label, found, len(objects) > 1, typed, faults)


def _objects(text: str, number: Callable[[str], float]) -> list[Any]:
    """Return the objects in a text, which follow each other or are in one list."""
    documents: list[Any] = list(json_documents(text, number))
    is_list = len(documents) == 1 and isinstance(documents[0], list)
    return documents[0] if is_list else documents


def _again(objects: Callable[[], list[dict[str, Any]]], place: int, name: str) -> Any:
    return _with_precision(objects()[place][name])


def _by_name(found: dict[str, Any]) -> dict[str, Any]:
    """Return what an object has by names such as "h" and "pre.f"."""
    flat: dict[str, Any] = {}
    for name, value in found.items():
        if name in ("pre", "exact", "z") and isinstance(value, dict):
            items = {f"{name}.{inner}": item for inner, item in value.items()}
        else:
            items = {name: value}
        if twice := flat.keys() & items.keys():
            raise ValueError(f"has {quoted(min(twice))} more than once")
        flat |= items
    return flat


def _members(
    cell: Cell,
    label: str,
    found: dict[str, Any],
    is_one_of_many: bool,
    typed: Callable[[str], Any],
    faults: Faults,
) -> Iterator[Entry]:
    t = found.pop("t", None)
    if t is None and is_one_of_many:
        raise ValueError('has an object without "t", the number of its step')
    if t is not None and not (isinstance(t, float) and t.is_integer() and t >= 1):
        raise ValueError('has a "t" that is not the number of a step, from 1')
    for name, value in _by_name(found).items():
        if not _is_known(cell, f"{label}:", name, faults):
            continue
        named = f"{label}: {name}" + (f" at step {int(t)}" if t else "")
        with faults.of(named):
            yield Entry(named, name, int(t) if t else None, read(value, 2), partial(typed, name))


def _is_known(cell: Cell, label: str, name: str, faults: Faults) -> bool:
    known, now = stages(cell), name.replace("z.", "pre.", 1)
    if name not in known:
        renamed = f"{label} {quoted(name)} is called {now} here"
        faults.add(renamed if now in known else unknown(label, name, known))
    return name in known


def _with_precision(given: object) -> Any:
    """Return a value with its precision; raise ValueError if it isn't one."""
    value = read(given, 2, Typed)
    return _exactly(value.tolist() if hasattr(value, "tolist") else value)


def _exactly(value: Any) -> Any:
    """Return a value whose numbers claim to be exact if nobody typed them."""
    if isinstance(value, list):
        return [*map(_exactly, value)]
    return value if isinstance(value, Typed) else Typed.exactly(value)


def placed(problem: Problem, entries: Iterable[Entry], tolerance: Tolerance | None) -> list[Answer]:
    """Return the answers that entries give to a problem, in the order of computing.

    Raises InputError with all that don't fit the problem.
    """
    faults = Faults()
    found: dict[Key, Answer] = {}
    for entry in entries:
        with faults.of(entry.label):
            for t, value in _placed(problem, entry):
                answer = Answer(t, entry.name, value, tolerance)
                if found.setdefault(answer.key, answer) is not answer:
                    raise ValueError(f"is given more than once for step {t}; once is enough")
    faults.settle()
    order = stages(problem.cell)
    return sorted(found.values(), key=lambda answer: (answer.t, order.index(answer.name)))


def _placed(problem: Problem, entry: Entry) -> Iterator[tuple[int, Any]]:
    """Yield a step and its value for each step that an entry speaks of: one, or all of them."""
    stage, _, name = entry.name.rpartition(".")
    steps = problem.steps or 1
    if name not in problem.quantities:
        given = "it isn't" if name == "x" else "its weights aren't"
        raise ValueError(f"can't be compared: nothing needs {name} here, and {given} given")
    if stage == "exact" and not problem.ties:
        raise ValueError("can't be compared: without --round nothing is rounded")
    if entry.t is not None and entry.t > steps:
        there = "there is" if steps == 1 else "there are"
        raise ValueError(f"can't be compared: {there} {counted(steps, 'step')}")
    plain, size = problem.sizes.is_plain(name), problem.sizes.number(name)
    shape, one = shape_of(entry.value), () if plain else (size,)
    if shape == one:
        found = {entry.t or steps: entry.typed()}
    elif entry.t is None and shape == (steps, *one):
        found = dict(enumerate(entry.typed(), 1))
    else:
        needed = "a number" if plain else f"a vector of {size}"
        every = f", or a list of {steps} of them, one a step" * (entry.t is None and steps > 1)
        given = "×".join(map(str, shape)) if len(shape) > 1 else f"a vector of {(shape or (0,))[0]}"
        raise ValueError(f"is {given if shape else 'a number'}; it needs {needed}{every}")
    for t, value in found.items():
        if stage and name in problem.held_in(t):
            at = f" at step {t}" * (name not in problem.held)
            raise ValueError(f"can't be compared: {name} is held{at}, so there is no {entry.name}")
        yield t, value
