"""Reading answers: what ``--expect`` and ``--tolerance`` say, put to a problem's quantities.

An answer is given as NAME=VALUE for the last step or for all steps, NAME@T=VALUE for one of them,
or in objects of the form of the JSON output.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from rnncalc.cells.model import Cell, stages
from rnncalc.check.answers import Answer, Key, Tolerance, Typed
from rnncalc.errors import Faults, quoted, unknown
from rnncalc.numerals import counted, shape_of
from rnncalc.problem.jsontext import json_documents
from rnncalc.problem.problem import Problem
from rnncalc.problem.sizes import Given
from rnncalc.problem.values import read

_FORM = 'needs JSON objects such as {"t": 1, "h": 0.96}'


class Entry(NamedTuple):
    """What was typed for a quantity.

    label: how an error calls it. name: the quantity, as in the JSON output. t: the step, None if
    none was named. value: a `Typed` or lists of them.
    """

    label: str
    name: str
    t: int | None
    value: Any


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
    if at and not (step.isascii() and step.isdigit() and 0 < len(step) < 18 and int(step)):
        raise ValueError(f"names no step: they count from 1, and {name}@2 is {name} at step 2")
    yield Entry(content.label, name, int(step) if at else None, _with_precision(content.value))


def _from_objects(cell: Cell, content: Given, faults: Faults) -> Iterator[Entry]:
    """Yield what objects in the form of the JSON output have for each name."""
    if not isinstance(content.value, str):
        raise ValueError(_FORM)
    try:
        documents = list(json_documents(content.value, Typed))
    except ValueError as error:
        said, *shown = str(error).split("\n", 1)
        raise ValueError("\n".join([f"{said}; it {_FORM}", *shown])) from None
    if len(documents) == 1 and isinstance(documents[0], list):
        documents = documents[0]
    if not documents:
        raise ValueError(f"has nothing in it; it {_FORM}")
    for document in documents:
        if not isinstance(document, dict):
            raise ValueError(_FORM)
        yield from _members(cell, content.label, document, len(documents) > 1, faults)


def _members(
    cell: Cell, label: str, document: dict[str, Any], is_one_of_many: bool, faults: Faults
) -> Iterator[Entry]:
    t = document.pop("t", None)
    if t is None and is_one_of_many:
        raise ValueError('has an object without "t", the number of its step')
    if t is not None and not (isinstance(t, float) and t.is_integer() and t >= 1):
        raise ValueError('has a "t" that is not the number of a step, from 1')
    flat: dict[str, Any] = {}
    for name, value in document.items():
        found = {name: value}
        if name in ("pre", "exact", "z") and isinstance(value, dict):
            found = {f"{name}.{inner}": item for inner, item in value.items()}
        if twice := flat.keys() & found.keys():
            raise ValueError(f"has {quoted(min(twice))} more than once")
        flat |= found
    for name, value in flat.items():
        if not _is_known(cell, f"{label}:", name, faults):
            continue
        named = f"{label}: {name}" + (f" at step {int(t)}" if t else "")
        with faults.of(named):
            yield Entry(named, name, int(t) if t else None, _with_precision(value))


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
        found = {entry.t or steps: entry.value}
    elif entry.t is None and shape == (steps, *one):
        found = dict(enumerate(entry.value, 1))
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
