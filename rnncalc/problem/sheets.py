"""Sheets: answers as lines ``s = 0.62`` or as a table, as people write them down.

Both may be what the program prints itself, as ``-f plain`` or ``-f csv``. The columns of a table
have commas between them, tabs or blanks.
"""

import re
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from rnncalc.errors import UnusableError, listing, quoted
from rnncalc.numerals import counted, is_step

_NAME = r"[^\W\d][\w.~'’\u0300-\u036f]*(?:\[[^\]\s]*\])?(?:@\w+)?"


class Cell(NamedTuple):
    """What stands on a sheet for a quantity.

    place: where, to stand behind the sheet's name. name: as ``--expect`` takes it, ``s[2]@1``.
    """

    place: str
    name: str
    value: str


def is_sheet(text: str) -> bool:
    """Return whether a text is to be read as lines or as a table, and not as JSON."""
    return _begins(next(_lines(text), (0, ""))[1])


def has_names(text: str) -> bool:
    """Return whether a text says what each of its values is for: JSON, a table, several lines.

    What doesn't is a value, with its name before it or without, which may take several lines, too.
    """
    lines = [line for _, line in islice(_lines(text), 2)]
    if text.lstrip()[:1] in ("{", "["):
        return True
    if len(lines) < 2 or not _begins(lines[0]):
        return False
    return "=" not in lines[0] or ("=" in lines[1] and _begins(lines[1]))


def cells(text: str, *, are_steps: bool = False) -> Iterator[Cell]:
    """Yield what a sheet has, in its order; cells with nothing in them are left out.

    are_steps: whether the rows of a table that doesn't number its steps may be several.
    Raises ValueError, worded to stand behind the sheet's name, where it can't be read.
    """
    first = next(_lines(text))[1]
    return _from_lines(text) if "=" in first else _from_table(text, are_steps)


def cells_of(text: str, name: str) -> Iterator[Cell]:
    """Yield what a sheet has for one quantity; rows that have no steps are those of all steps.

    Raises ValueError as `cells` does, and if it has nothing of that name.
    """
    found, others = dict[str, list[Cell]](), dict[str, None]()
    for cell in cells(text, are_steps=True):
        quantity = _quantity(cell.name)
        if quantity == name:
            found.setdefault(cell.name, []).append(cell)
        else:
            others[quantity] = None
    if not found:
        there = f", but {listing([*others])}" if others else ""
        raise UnusableError("place", f"has no {name} in it{there}")
    for key, rows in found.items():
        if len(rows) == 1:
            yield rows[0]
        elif "@" in key:
            raise UnusableError("place", f"has {key} more than once")
        else:
            yield Cell("", key, f"[{', '.join(cell.value for cell in rows)}]")


def _quantity(name: str) -> str:
    return re.split(r"[\[@]", name)[0]


def _begins(line: str) -> bool:
    """Return whether a sheet may begin with a line, or go on with it if that has a sign."""
    line = line.replace('"', "").lstrip(",\t ")
    return bool(re.match(rf"{_NAME}\s*(?:[=,\t]|(?: *{_NAME})*$)", line))


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield the lines that have something in them, with their numbers, without comments."""
    for number, line in enumerate(text.splitlines(), 1):
        found = line.partition("#")[0].strip(" ")
        if found.strip():
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


def _from_table(text: str, are_steps: bool) -> Iterator[Cell]:
    lines = _lines(text)
    _, header = next(lines)
    parting = next((sign for sign in ",\t" if sign in header), None)
    names = _row(header, parting)
    if twice := {name for name in names if name and names.count(name) > 1}:
        raise UnusableError("place", f"has {quoted(min(twice))} more than once in its first row")
    is_numbered, several = "t" in names, False
    for number, line in lines:
        if several and not (is_numbered or are_steps):
            name = _quantity(next(filter(None, names)))
            told = f"or, with a row for each step, --expect {name}=@FILE"
            told = f'has several rows and no column "t", the number of the step; {told}'
            raise UnusableError("place", told)
        several, row = True, _row(line, parting)
        if len(row) != len(names):
            told = f"has {counted(len(row), 'cell')} in line {number}"
            raise UnusableError("size", f"{told}, and names for {len(names)} in its first row")
        t = f"@{_step(row[names.index('t')], number)}" if is_numbered else ""
        for name, value in _gathered(names, row):
            yield Cell(f" in line {number}", name + t, value)


def _row(line: str, parting: str | None) -> list[str]:
    """Return what is between commas, tabs or, if there are none, blanks."""
    if '"' in line:
        import csv

        line_of = csv.reader([line], delimiter=parting or " ", skipinitialspace=True)
        return [part.strip() for part in next(line_of)]
    return [part.strip() for part in line.split(parting)]


def _gathered(names: list[str], row: list[str]) -> Iterator[tuple[str, str]]:
    """Yield the names and values of a row, with the elements of a vector together.

    A column without a name has the numbers of rows, as some programs write them.
    """
    vectors: dict[str, list[str]] = {}
    for name, value in zip(names, row, strict=True):
        vector, _, unit = name.removesuffix("]").partition("[")
        if unit and unit == str(len(vectors.get(vector, ())) + 1):
            vectors.setdefault(vector, []).append(value or "?")
        elif value and name not in ("", "t"):
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
