"""Literals: the text of a value, read from left to right into numbers and lists of them.

    value = sum | list
    list  = "[" [row {";" row}] "]"
    row   = item {("," | blanks) item}
    item  = sum | list
    sum   = [sign] term {sign term}
    term  = decimal ["/" [sign] decimal]

In a row, a sign that touches what follows and not what precedes begins a number: ``[1 -2]`` are
two, ``[1 - 2]`` and ``[1-2]`` are one. What could be two things is an error that shows both.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from rnncalc.errors import UnusableError, code_of, pointed, quoted
from rnncalc.numerals import DECIMAL, exact, number_of, odd_number

_DEEPEST = 3  # lists in each other: a batch of sequences of vectors

_BLANKS = " \t\r\n"
_LIKE_ASCII = str.maketrans({"\u2212": "-", "\u00a0": " "})
# A number that is an item by itself, whatever the rules of signs say.
_ITEM = rf"[+-]?{DECIMAL}(?=[{_BLANKS}]*(?:[,;\]]|\Z)|[{_BLANKS}]+[+-]?[.0-9])"
_TRANSPOSED = r"\^\{?(?:T|t|⊤|\\top)\}?|\.T\b|\.t\(\)|['ᵀ]"


class Reader:
    """Reads a text from a place that only moves on.

    needed: what would do, in words. number: makes something of each number, such as ``1/3-0.25``.
    Raises ValueError, worded to stand behind the name of what was given.
    """

    def __init__(self, text: str, needed: str, number: Callable[[str], float] = number_of) -> None:
        self._typed = text
        self._text = text if text.isascii() else text.translate(_LIKE_ASCII)
        self._needed = needed
        self._number = number
        self._place = 0
        self._blanks = re.compile(f"[{_BLANKS}]*")
        self._item, self._decimal = re.compile(_ITEM), re.compile(DECIMAL)

    def value(self) -> Any:
        """Return what the whole text says: a number, or lists of them in each other."""
        text = self._text
        if not text:
            raise UnusableError("number", f"is empty: it needs {self._needed}")
        if text.startswith("--"):
            raise UnusableError(
                "words", f"took {quoted(text)} as its value: {self._needed} must come first"
            )
        found = self._list(1) if text[0] == "[" else self._sum(in_row=False)
        if self._to_next() < len(text):
            raise self._left_over(found)
        return found

    def items(self, closing: str = "", depth: int = 1) -> list[Any]:
        """Return the items up to a closing bracket or the end, in rows if ``;`` is between them."""
        rows = [self._row(closing, depth)]
        while self._at(";"):
            if not closing:
                raise self._fault(self._place, "has a ; in it, but a line is one row")
            self._place += 1
            rows.append(self._row(closing, depth))
            if not (rows[-1] and rows[-2]):
                raise self._fault(self._place, "has a row with nothing in it")
        if len(rows) == 1:
            return rows[0]
        return [row[0] if len(row) == 1 and isinstance(row[0], list) else row for row in rows]

    def _row(self, closing: str, depth: int) -> list[Any]:
        row: list[Any] = []
        comma = doubtful = -1  # places: of a comma without its item yet, of a sign behind a blank
        has_commas = False
        while (char := self._text[self._to_next() : self._place + 1]) not in (";", closing, ""):
            place = self._place
            if char == ",":
                if comma >= 0 or not row:
                    raise self._fault(place, "has a comma with no number before it")
                comma, has_commas = place, True
                self._place += 1
                continue
            if char in "+-" and row and comma < 0:
                doubtful = place
            comma = -1
            if char == "[":
                row.append(self._list(depth + 1))
            elif found := self._item.match(self._text, place):
                self._place = found.end()
                row.append(self._made(found[0], place))
            else:
                row.append(self._sum(in_row=True))
        if closing and not char:
            raise self._fault(self._place, f"ends without the {closing} that closes its list")
        if comma >= 0:
            raise self._fault(comma, "has a comma with no number behind it: leave it out")
        if has_commas and doubtful >= 0:
            raise self._two_readings(doubtful)
        return row

    def _list(self, depth: int) -> list[Any]:
        if depth > _DEEPEST:
            raise self._fault(self._place, "is nested too deep")
        self._place += 1
        items = self.items("]", depth)
        self._place += 1
        return items

    def _sum(self, *, in_row: bool) -> float:
        start = self._place
        self._term(signed=True)
        while (sign := self._going_on(in_row=in_row)) >= 0:
            self._place = sign + 1
            self._to_next()
            self._term(signed=False)
        if self._text[self._place : self._place + 1] not in ("", *_BLANKS, *",;[]"):
            raise self._unexpected(self._place, "right behind a number")
        return self._made("".join(self._text[start : self._place].split()), start)

    def _term(self, *, signed: bool) -> None:
        self._decimal_here(signed=signed)
        if self._stroke():
            self._decimal_here(signed=True)
            if self._stroke():
                raise self._fault(self._place - 1, "has two / in a fraction: it has one")

    def _stroke(self) -> bool:
        """Return whether a fraction goes on, and go behind its stroke then."""
        end = self._place
        self._to_next()
        if not self._at("/"):
            self._place = end
            return False
        self._place += 1
        self._to_next()
        return True

    def _decimal_here(self, *, signed: bool) -> None:
        has_sign = self._at("+", "-")
        if has_sign and not signed:
            raise self._fault(self._place, "has two signs in a row, where one is needed")
        found = self._decimal.match(self._text, self._place + has_sign)
        if not found:
            raise self._unexpected(self._place)
        self._place = found.end()

    def _going_on(self, *, in_row: bool) -> int:
        """Return where a sign is with which a sum goes on, -1 if there is none."""
        end = self._place
        place = self._to_next()
        has_sign, self._place = self._at("+", "-"), end
        touches_before = place == end
        touches_behind = self._text[place + 1 : place + 2] not in ("", *_BLANKS)
        if not has_sign or (in_row and touches_behind and not touches_before):
            return -1
        if in_row and touches_before and not touches_behind:
            raise self._two_readings(place)
        return place

    def _made(self, text: str, start: int) -> float:
        try:
            return self._number(text)
        except ValueError as error:
            if start:
                raise self._fault(start, f"has {error}") from None
            raise UnusableError(code_of(error), f"is {error}") from None

    def _at(self, *signs: str) -> bool:
        return self._text.startswith(signs, self._place)

    def _to_next(self) -> int:
        """Go to the next character that is no blank, and return where that is."""
        self._place = self._blanks.match(self._text, self._place).end()  # type: ignore[union-attr]
        return self._place

    def _fault(self, place: int, said: str) -> ValueError:
        return UnusableError("number", pointed(said, self._typed, place))

    def _two_readings(self, sign: int) -> ValueError:
        left = re.split(r"[\s,;\[\]]+", self._text[max(0, sign - 40) : sign].rstrip())[-1]
        right = re.split(r"[\s,;\[\]]+", self._text[sign + 1 : sign + 41].lstrip())[0]
        char = self._text[sign]
        one, two = f"{left} {char} {right}", f"{left}, {char}{right}"
        return self._fault(sign, f"can be read as '{one}' or as '{two}': write which is meant")

    def _left_over(self, found: Any) -> ValueError:
        """Return what to say of a text that goes on behind a value."""
        place, char = self._place, self._text[self._place]
        if isinstance(found, list):
            if re.match(_TRANSPOSED, self._typed[place:]):
                told = "leave it out"
                with suppress(TypeError, ValueError):
                    columns = [list(column) for column in zip(*found, strict=True)]
                    told = f"write {quoted(exact(columns))}"
                return self._fault(place, f"has a sign for transposing: {told}")
            if char in ",;[":
                return self._fault(place, "goes on behind its list: rows need [ ] around all")
            return self._fault(place, f"has {quoted(self._typed[place:], 20)} behind its list")
        if re.fullmatch(r"[+-]?[0-9]+,[0-9]+", self._text):
            point, vector = self._text.replace(",", "."), self._text.replace(",", ", ")
            told = f"write {point} for a number, '[{vector}]' for a vector"
            return self._fault(place, f"is {quoted(self._typed)}: {told}")
        if char in ",;.0123456789":
            rows = [row.strip() for row in re.split("[;\n]", self._typed.strip(";\n "))]
            what, whole = "matrix" if len(rows) > 1 else "vector", quoted(f"[{'; '.join(rows)}]")
            return self._fault(place, f"has more than one number: write a {what} as {whole}")
        return self._unexpected(place)

    def _unexpected(self, place: int, where: str = "where a number is needed") -> ValueError:
        """Return what to say of what stands where a number should."""
        if told := odd_number(self._typed, place):
            return self._fault(place, told)
        if not place:
            return UnusableError("number", f"is {quoted(self._typed)}: it needs {self._needed}")
        found = re.compile(r"[^\s,;\[\]]+|.").match(self._typed, place)
        told = f"has {quoted(found[0], 20)}" if found else "ends"
        return self._fault(place, f"{told} {where}")
