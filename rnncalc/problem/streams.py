"""Streams: sequences of steps, read as they are needed and checked as they come.

Every number is finite and every step of one size, or the line that isn't so is named. A stream
comes in batches, so that one of any length takes little memory.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import suppress
from itertools import chain
from math import isfinite
from os.path import exists, isdir
from typing import Any

from rnncalc.errors import InputError, UnusableError, listing, plainly, quoted
from rnncalc.numerals import counted, describe, may_have_tiny, shape_of
from rnncalc.problem.arrays import array_steps, open_file
from rnncalc.problem.problem import STDIN, Stream
from rnncalc.problem.sources import ending_of, lines_of, standard_input, text_of
from rnncalc.problem.values import Value, parse, read, read_row

# Lines that are a plain number or nothing at all; and all that lines of plain vectors consist of.
_NUMBER_LINES = rb"(?:[ \t]*(?:-?\d+(?:\.\d*)?(?:[eE][+-]?\d+)?[ \t]*)?\r?\n)*"
_HEADING = r"[^\W\d][\w .\[\]()-]*"
_NO_NAME = r"(?i)[-+.]?[0-9]|(?:nan|inf|infinity|true|false|null|none)$"
_NUMERIC = b"0123456789eE+-., \t\r\n[]"


def open_steps(text: str, before_waiting: Callable[[], None]) -> Stream | Any:
    """Return the steps that ``--xs`` names: a list or array if all are here, else a stream.

    before_waiting: called whenever the next piece of the stream may take its time.
    Raises ValueError, worded to stand behind an option's name, or InputError for a first line
    that can't be used.
    """
    if text == STDIN:
        return _stream("standard input", lines_of(standard_input(), before_waiting))
    if not text.startswith("@"):
        return _list_of_steps(text)
    path = text[1:]
    match ending_of(path):
        case ".json":
            return _list_of_steps(text_of(path))
        case ".jsonl":
            return _stream(plainly(path), lines_of(open_file(path)))
        case ".csv" | ".tsv" | ".txt":
            return _stream(plainly(path), lines_of(open_file(path)), may_be_headed=True)
        case ".npy":
            return Stream(plainly(path), *array_steps(path))
    if isdir(path) or not exists(path):
        open_file(path).close()  # says what is wrong
    endings = listing([".json", ".jsonl", ".csv", ".tsv", ".txt", ".npy"], "or")
    raise UnusableError(
        "file", f"can't tell what is in {quoted(path, 200)}: the name must end in {endings}"
    )


def _list_of_steps(text: str) -> Any:
    needed = "a list of steps such as '[5, 3, 1]' or '[[1, 2], [3, 4]]'"
    data = parse(text, needed)
    if not hasattr(data, "dtype") and (not isinstance(data, list) or not data):
        raise UnusableError("number", f"needs {needed}")
    return data


def _stream(
    name: str, chunks: Generator[bytes, None, None], *, may_be_headed: bool = False
) -> Stream:
    lines = _StepLines(name, 1 if may_be_headed else 2)
    batches = lines.batches(chunks)
    first = next(batches, None)
    if first is None:
        raise UnusableError("file", f"finds no steps in {name}")
    return Stream(name, lines.shape or (), chain([first], batches))


class _StepLines:
    """Turns lines into steps; the first one tells the size of all.

    cells_of_csv: from how many cells on a line may have what only CSV has: names, and quotes.
    """

    def __init__(self, name: str, cells_of_csv: int) -> None:
        self.name = name
        self.cells_of_csv = cells_of_csv
        self.line = 0
        self.shape: tuple[int, ...] | None = None
        self.first_line = 0
        self.columns = 0  # that a header has

    def batches(self, chunks: Generator[bytes, None, None]) -> Iterator[Any]:
        """Yield what the lines of each chunk hold; raise InputError at the first bad line."""
        try:
            for chunk in chunks:
                start = 0
                while self.shape is None and start < len(chunk):
                    end = chunk.index(b"\n", start)
                    yield from self._one_by_one([memoryview(chunk)[start:end]])
                    start = end + 1
                if start == len(chunk):
                    continue
                chunk = chunk[start:] if start else chunk
                if (batch := self._all_at_once(chunk)) is None:
                    yield from self._one_by_one(chunk.split(b"\n")[:-1])
                else:
                    self.line += chunk.count(b"\n")
                    if len(batch):
                        yield batch
        except ValueError as error:
            chunks.close()
            if isinstance(error, InputError):
                raise
            raise InputError.behind(f"line {self.line + 1} of {self.name}", error) from None

    def _all_at_once(self, chunk: bytes) -> Any:
        """Return the steps of lines that are all plain and right; None sends for `_one_by_one`."""
        if self.shape == ():
            if not re.fullmatch(_NUMBER_LINES, chunk):
                return None
            numbers = list(map(float, chunk.split()))
            right = all(map(isfinite, numbers)) and not may_have_tiny(chunk.decode())
            return numbers if right else None
        if chunk.translate(None, _NUMERIC):
            return None
        if b"\r" in chunk and b"\r" in chunk.replace(b"\r\n", b"\n"):
            return None
        lines = [line for line in map(bytes.strip, chunk.split(b"\n")) if line]
        if b"[" not in chunk and b"]" not in chunk:
            if b"," not in chunk:
                lines = [b",".join(line.split()) for line in lines]
            lines = [b"[%b]" % line for line in lines]
        # No text is left in which a list could begin on one line and end on another.
        elif not all(line[:1] == b"[" and line[-1:] == b"]" for line in lines):
            return None

        import json

        import numpy as np

        try:
            data = json.loads(b"[%b]" % b",".join(lines), parse_int=float)
            batch = np.array(data, dtype=np.float64)
        except (ValueError, RecursionError):
            return None
        if batch.shape != (len(lines), *(self.shape or ())) or not np.isfinite(batch).all():
            return None
        return batch if batch.all() or not may_have_tiny(chunk.decode()) else None

    def _one_by_one(self, lines: Sequence[bytes | memoryview]) -> Iterator[Any]:
        steps: list[Any] = []
        fault = None
        for line in lines:
            self.line += 1
            try:
                value = self._step(line)
            except ValueError as error:
                fault = InputError.behind(f"line {self.line} of {self.name}", error)
                break
            if value is not None:
                steps.append(value)
        if steps and self.shape == ():
            yield steps
        elif steps:
            import numpy as np

            batch, steps, value = np.array(steps), [], None  # lists take four times the memory
            yield batch
        if fault:
            raise fault

    def _step(self, line: bytes | memoryview) -> Value | None:
        """Return the step in a line, None if there is none in it; raise ValueError if it is bad."""
        try:
            text = str(line, "utf-8-sig" if self.line == 1 else "utf-8").strip()
        except UnicodeDecodeError:
            raise UnusableError("file", "is not UTF-8 text") from None
        if not text:
            return None
        if "\r" in text:
            raise UnusableError(
                "number", "has a carriage return within it: lines end in a line feed"
            )
        value = read(text, 1) if text[0] == "[" else self._row(text)
        if value is None:
            return None
        shape = shape_of(value)
        if self.shape is None:
            self.shape, self.first_line = shape, self.line
        elif shape != self.shape:
            first = f"line {self.first_line} is {describe(self.shape)}"
            raise UnusableError("size", f"is {describe(shape)}, but {first}: steps have one size")
        return value

    def _row(self, text: str) -> Value | None:
        """Return the numbers in a line that is no list, None for names of columns."""
        try:
            value = read_row(text)
        except ValueError:
            if ";" in text and _are_names([part.strip() for part in text.split(";")]):
                told = "columns have commas, tabs or blanks between them, and decimals a point"
                raise UnusableError("number", f"is {quoted(text, 40)}: {told}") from None
            cells = _cells(text)
            if len(cells) < self.cells_of_csv:
                raise
            if self.shape is None and _are_names(cells):
                # Names that only blanks part may have blanks in them, too.
                self.columns = 0 if len(cells) == 1 and " " in cells[0] else len(cells)
                return None
            if '"' not in text:
                raise
            numbers = [read(cell, 0) for cell in cells]
            value = numbers[0] if len(numbers) == 1 else numbers
        count = len(value) if isinstance(value, list) else 1
        if self.columns not in (0, count):  # 1,5 for 1.5, say
            headed = counted(self.columns, "column")
            raise UnusableError(
                "size", f"has {counted(count, 'number')}, but the header has {headed}"
            )
        return value


def _cells(text: str) -> list[str]:
    """Return what is between commas, or tabs if there are none, as CSV has it."""
    import csv

    text = text.removeprefix("#")  # as np.savetxt has before its header
    with suppress(csv.Error):
        cells = next(csv.reader([text], delimiter="," if "," in text else "\t"))
        return [cell.strip() for cell in cells]
    return []


def _are_names(cells: Sequence[str]) -> bool:
    words = [*cells, *(cells[0].split() if len(cells) == 1 else ())]
    return all(re.fullmatch(_HEADING, cell) for cell in cells) and not any(
        re.match(_NO_NAME, word) for word in words
    )
