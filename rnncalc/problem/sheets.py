"""Sheets: answers as lines ``s = 0.62`` or as a table with commas, as people write them down.

Both may be what the program prints itself, as ``-f plain`` or ``-f csv``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from rnncalc.errors import UnusableError, quoted
from rnncalc.numerals import counted, is_step

_NAME = r"[A-Za-z_][\w.]*(?:\[[^\]]*\])?(?:@\w+)?"


class Cell(NamedTuple):
    """What stands on a sheet for a quantity.

    place: where, to stand behind the sheet's name. name: as ``--expect`` takes it, ``s[2]@1``.
    """

    place: str
    name: str
    value: str


def is_sheet(text: str) -> bool:
    """Return whether a text is to be read as lines or as a table, and not as JSON."""
    first = next(_lines(text), (0, ""))[1]
    return bool(re.match(rf"{_NAME}\s*(?:[=,]|$)", first))


def cells(text: str) -> Iterator[Cell]:
    """Yield what a sheet has, in its order; cells with nothing in them are left out.

    Raises ValueError, worded to stand behind the sheet's name, where it can't be read.
    """
    first = next(_lines(text))[1]
    return _from_lines(text) if "=" in first else _from_table(text)


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield the lines that have something in them, with their numbers, without comments."""
    for number, line in enumerate(text.splitlines(), 1):
        if found := line.partition("#")[0].strip():
            yield number, found


def _from_lines(text: str) -> Iterator[Cell]:
    t = ""
    for number, line in _lines(text):
        name, sign, value = (part.strip() for part in line.partition("="))
        if not sign or not re.fullmatch(_NAME, name):
            raise UnusableError(
                "file", f"has {quoted(line)} in line {number}: it needs NAME = VALUE there"
            )
        if name == "t":
            t = f"@{_step(value, number)}"
        else:
            yield Cell(f" in line {number}", name if "@" in name else name + t, value)


def _from_table(text: str) -> Iterator[Cell]:
    (_, header), *rows = _lines(text)
    names = [name.strip() for name in header.split(",")]
    if twice := {name for name in names if names.count(name) > 1}:
        raise UnusableError("place", f"has {quoted(min(twice))} more than once in its first row")
    if "t" not in names and len(rows) > 1:
        raise UnusableError("place", 'has several rows and no column "t", the number of the step')
    for number, line in rows:
        row = [value.strip() for value in line.split(",")]
        if len(row) != len(names):
            told = f"has {counted(len(row), 'cell')} in line {number}"
            raise UnusableError("size", f"{told}, and names for {len(names)} in its first row")
        t = f"@{_step(row[names.index('t')], number)}" if "t" in names else ""
        for name, value in _gathered(names, row):
            yield Cell(f" in line {number}", name + t, value)


def _gathered(names: list[str], row: list[str]) -> Iterator[tuple[str, str]]:
    """Yield the names and values of a row, with the elements of a vector together."""
    vectors: dict[str, list[str]] = {}
    for name, value in zip(names, row, strict=True):
        vector, _, unit = name.removesuffix("]").partition("[")
        if unit and unit == str(len(vectors.get(vector, ())) + 1):
            vectors.setdefault(vector, []).append(value or "?")
        elif value and name != "t":
            yield name, value
    for vector, values in vectors.items():
        if {*values} != {"?"}:
            yield f"{vector}[]", f"[{', '.join(values)}]"


def _step(text: str, number: int) -> int:
    if not is_step(text):
        raise UnusableError(
            "place", f"has {quoted(text)} for t in line {number}: steps count from 1"
        )
    return int(text)
