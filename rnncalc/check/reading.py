"""Reading answers: what ``--expect`` and its companions say, as entries for a cell's quantities.

An answer is given as NAME=VALUE for the last step or for all steps, NAME@T=VALUE for one of them,
NAME[UNIT]=VALUE for one element, or in objects of the form of the JSON output, in lines or in CSV.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from functools import cache, partial
from typing import Any

from rnncalc.cells.model import Cell
from rnncalc.check.entries import (
    LONG,
    Entry,
    is_long,
    long_list,
    long_value,
    read_value,
    says_nothing,
    with_precision,
)
from rnncalc.errors import Faults, UnusableError, quoted
from rnncalc.numerals import number_of
from rnncalc.problem.places import Place, is_known, placed_at
from rnncalc.problem.problem import Given
from rnncalc.problem.values import read
from rnncalc.typed import Tolerance, Typed

_FORM = (
    'needs JSON objects such as {"t": 1, "h": 0.96}, lines such as h = 0.96, or CSV with names in'
    " its first row"
)
_LIST = 1 << 12  # characters of lists, on the average, from which on each may be a long one

#: What there is to say if nothing is to be checked.
NO_ANSWER = "--expect has no answer in it: NAME=VALUE, or a file with names and values"


def read_tolerance(text: str | None, faults: Faults) -> Tolerance | None:
    """Return what ``--tolerance`` says: ``0.001`` is absolute, ``0.1%`` relative."""
    if text is None:
        return None
    number, percent, rest = text.strip().partition("%")
    with faults.of("--tolerance"):
        size = read(number, 0)
        if size < 0 or rest:
            raise UnusableError(
                "number", f"is {quoted(text)}: it needs a size such as 0.001, or a part as 0.1%"
            )
        return Tolerance(size / 100 if percent else size, bool(percent))
    return None


def read_entries(cell: Cell, given: Iterable[tuple[str, Given]], faults: Faults) -> Iterator[Entry]:
    """Yield what the values of ``--expect`` say, with whatever is wrong noted.

    given: pairs of a name, as `places.placed_at` reads it, and its value, or of "" and what a file
    has: text, or arrays by name.
    """
    for name, content in given:
        with faults.of(content.label):
            if name and not (isinstance(content.value, str) and "\n" in content.value):
                yield from _named(cell, name, content, faults)
            else:
                yield from _from_file(cell, name, content, faults)


def _from_file(cell: Cell, name: str, content: Given, faults: Faults) -> Iterator[Entry]:
    """Yield what a file has, be it for one name alone: a sheet, arrays by name, or objects."""
    from rnncalc.problem.sheets import cells, cells_of, is_sheet

    label, value = content.label, content.value
    if isinstance(value, str) and is_sheet(value):
        for where, key, text in cells_of(value, _whole(name)) if name else cells(value):
            yield from _within(cell, label, where, key, text, faults)
    elif name:
        yield from _named(cell, name, content, faults)
    elif isinstance(value, Mapping):
        for key, array in value.items():
            yield from _within(cell, label, "", key, array, faults)
    else:
        yield from _from_objects(cell, content, faults)


def _whole(name: str) -> str:
    """Return the name of all that a sheet has of a quantity; raise ValueError for a part of it."""
    whole = re.split(r"[\[@]", name)[0]
    if whole != name:
        told = f"has names in it, and takes {name} from there only with all of {whole}"
        raise UnusableError("place", f"{told}: --expect {whole}=@FILE")
    return whole


def _within(
    cell: Cell, label: str, where: str, name: str, value: object, faults: Faults
) -> Iterator[Entry]:
    """Yield what a file has under a name, with its faults as the file's."""
    content = Given(f"{label}{where}: {name}".replace("[]", ""), value)
    with faults.of(content.label):
        yield from _named(cell, name, content, faults, f"{label}{where}:")


def _named(
    cell: Cell, name: str, content: Given, faults: Faults, what: str = "--expect"
) -> Iterator[Entry]:
    if not (place := placed_at(cell, what, name, faults)):
        return
    given, bits = content.value, 0
    if hasattr(given, "dtype"):
        if given.ndim > 2:  # a framework's: one layer, or a batch of one sequence
            given = given.reshape([size for size in given.shape if size != 1] or [1])
        bits = 8 * given.dtype.itemsize if given.dtype.kind == "f" else 0
    if isinstance(given, str) and len(given) > LONG:
        value = given = long_value(given)
    else:
        value = read_value(given, number_of)
    if not says_nothing(value):
        yield Entry(content.label, place, value, partial(with_precision, given), bits)


def _from_objects(cell: Cell, content: Given, faults: Faults) -> Iterator[Entry]:
    """Yield what objects in the form of the JSON output have for each name."""
    if not isinstance(content.value, str):
        raise UnusableError("file", _FORM)
    try:
        objects = _objects(content.value, number_of)
    except ValueError as error:
        said, *shown = str(error).split("\n", 1)
        first = content.value.strip().partition("\n")[0].rstrip()
        if first[:1] not in ("{", "["):
            said, shown = f"begins with {quoted(first, 40)}", []
            said += ": nothing is parted by semicolons here" * (";" in first)
        raise UnusableError("file", "\n".join([f"{said}; it {_FORM}", *shown])) from None
    if not objects:
        raise UnusableError("file", f"has nothing in it; it {_FORM}")
    again = cache(lambda: [_by_name(found) for found in _objects(content.value, Typed)])
    for place, found in enumerate(objects):
        if not isinstance(found, dict):
            raise UnusableError("file", _FORM)
        typed = partial(_again, again, place)
        yield from _members(cell, content.label, found, len(objects) > 1, typed, faults)


def _objects(text: str, number: Callable[[str], float]) -> list[Any]:
    """Return the objects in a text, which follow each other or are in one list."""
    from rnncalc.jsontext import json_documents

    documents: list[Any] = []
    if text.count("]") * _LIST < len(text):
        with suppress(ValueError):  # said below
            documents = list(json_documents(text, number, long_list))
    documents = documents or list(json_documents(text, number))
    is_list = len(documents) == 1 and isinstance(documents[0], list)
    return documents[0] if is_list else documents


def _again(objects: Callable[[], list[dict[str, Any]]], place: int, name: str) -> Any:
    return with_precision(objects()[place][name])


def _by_name(found: dict[str, Any]) -> dict[str, Any]:
    """Return what an object has by names such as "h" and "pre.f"."""
    flat: dict[str, Any] = {}
    for name, value in found.items():
        if name in ("pre", "exact", "z") and isinstance(value, dict):
            items = {f"{name}.{inner}": item for inner, item in value.items()}
        else:
            items = {name: value}
        if twice := flat.keys() & items.keys():
            raise UnusableError("place", f"has {quoted(min(twice))} more than once")
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
        raise UnusableError("place", 'has an object without "t", the number of its step')
    if t is not None and not (isinstance(t, float) and t.is_integer() and t >= 1):
        raise UnusableError("place", 'has a "t" that is not the number of a step, from 1')
    for name, given in _by_name(found).items():
        if not is_known(cell, f"{label}:", name, faults):
            continue
        named = f"{label}: {name}" + (f" at step {int(t)}" if t else "")
        with faults.of(named):
            value, place = read_value(given, number_of), Place(name, None, int(t) if t else None)
            if not isinstance(value, Typed):
                is_typed = is_long(value)
                again = partial(with_precision, value) if is_typed else partial(typed, name)
                yield Entry(named, place, value, again)
