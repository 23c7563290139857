"""Streams: sequences of steps, read as they are needed and checked as they come.

Every number is finite and every step of one size, or the line that isn't so is named. A stream
comes in batches, so that one of any length takes little memory.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import nullcontext
from itertools import chain
from math import isfinite
from typing import Any, BinaryIO

from rnncalc.errors import InputError, listing, quoted
from rnncalc.numerals import counted
from rnncalc.problem.problem import STDIN, Stream
from rnncalc.problem.sources import array_of, ending_of, open_file, standard_input, text_of
from rnncalc.problem.values import Value, describe, json_data, read, shape_of

_CHUNK = 1 << 16  # bytes
_ROWS = 1024  # of an array, at a time
_LONGEST_LINE = 1 << 26  # bytes

# Lines that are a plain number or nothing at all; and all that lines of plain vectors consist of.
_NUMBER_LINES = rb"(?:[ \t]*(?:-?\d+(?:\.\d*)?(?:[eE][+-]?\d+)?[ \t]*)?\r?\n)*"
_HEADING = r"[^\W\d][\w .\[\]()-]*"
_NOT_HEADINGS = ("nan", "inf", "infinity", "true", "false", "null", "none")
_NUMERIC = b"0123456789eE+-., \t\r\n[]"


def open_steps(text: str, before_waiting: Callable[[], None]) -> Stream | list[object]:
    """Return the steps that ``--xs`` names: a list if they are all here, otherwise a stream.

    before_waiting: called whenever the next piece of the stream may take its time.
    Raises ValueError, worded to stand behind an option's name, or InputError for a first line
    that can't be used.
    """
    if text == STDIN:
        return _stream("standard input", _lines(standard_input(), before_waiting))
    if not text.startswith("@"):
        return _list_of_steps(text)
    path = text[1:]
    match ending_of(path):
        case ".json":
            return _list_of_steps(text_of(path))
        case ".jsonl":
            return _stream(path, _lines(open_file(path)))
        case ".csv":
            return _stream(path, _lines(open_file(path)), csv=True)
        case ".npy":
            return _array_stream(path)
    endings = listing([".json", ".jsonl", ".csv", ".npy"], "or")
    raise ValueError(f"can't tell what is in {quoted(path)}: the name must end in {endings}")


def _list_of_steps(text: str) -> list[object]:
    data = json_data(text)
    if not isinstance(data, list) or not data:
        raise ValueError("needs a JSON array of steps, such as '[5, 3, 1]' or '[[1, 2], [3, 4]]'")
    return data


def _array_stream(path: str) -> Stream:
    array = array_of(path)
    if array.ndim not in (1, 2) or not array.size:
        raise ValueError(f"can't use {quoted(path)}: it needs one row a step")

    def batches() -> Iterator[Any]:
        import numpy as np

        for start in range(0, len(array), _ROWS):
            with np.errstate(all="ignore"):
                rows = np.array(array[start : start + _ROWS], dtype=np.float64)
            finite = np.isfinite(rows).reshape(len(rows), -1).all(axis=1)
            good = len(rows) if finite.all() else int(finite.argmin())
            if good:
                yield rows[:good].tolist() if rows.ndim == 1 else rows[:good]
            if good < len(rows):
                raise InputError(
                    [f"row {start + good + 1} of {path} has a number that isn't finite"]
                )

    return Stream(path, array.shape[1:], batches(), len(array))


def _lines(
    file: BinaryIO, before_waiting: Callable[[], None] | None = None
) -> Generator[bytes, None, None]:
    """Yield a file, or standard input, piece by piece as it comes, each piece whole lines."""
    parts: list[bytes] = []
    with file if before_waiting is None else nullcontext():
        while True:
            if before_waiting:
                before_waiting()
            try:
                data: bytes = file.read1(_CHUNK)  # type: ignore[attr-defined]
            except OSError as error:
                raise ValueError(f"can't be read: {error.strerror}") from None
            if not data:
                break
            lines, newline, rest = data.rpartition(b"\n")
            if newline:
                yield b"".join([*parts, lines, newline])
                parts = []
            parts.append(rest)
            if len(parts) > _LONGEST_LINE // _CHUNK and sum(map(len, parts)) > _LONGEST_LINE:
                raise ValueError(f"is longer than {_LONGEST_LINE >> 20} MiB")
    if last := b"".join(parts):
        yield last + b"\n"


def _stream(name: str, chunks: Generator[bytes, None, None], *, csv: bool = False) -> Stream:
    lines = _StepLines(name, csv)
    batches = lines.batches(chunks)
    first = next(batches, None)
    if first is None:
        raise ValueError(f"finds no steps in {name}")
    return Stream(name, lines.shape or (), chain([first], batches))


class _StepLines:
    """Turns lines into steps; the first one tells the size of all."""

    def __init__(self, name: str, csv: bool) -> None:
        self.name = name
        self.csv = csv
        self.line = 0
        self.shape: tuple[int, ...] | None = None
        self.first_line = 0
        self.columns = 0  # that a header of CSV has

    def batches(self, chunks: Generator[bytes, None, None]) -> Iterator[Any]:
        """Yield what the lines of each chunk hold; raise InputError at the first bad line."""
        try:
            for chunk in chunks:
                while self.shape is None and chunk:
                    line, _, chunk = chunk.partition(b"\n")
                    yield from self._one_by_one([line])
                if not chunk:
                    continue
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
            raise InputError([f"line {self.line + 1} of {self.name} {error}"]) from None

    def _all_at_once(self, chunk: bytes) -> Any:
        """Return the steps of lines that are all plain and right; None sends for `_one_by_one`."""
        if self.shape == ():
            if not re.fullmatch(_NUMBER_LINES, chunk):
                return None
            numbers = list(map(float, chunk.split()))
            return numbers if all(map(isfinite, numbers)) else None
        if chunk.translate(None, _NUMERIC) or (self.csv and b"[" in chunk):
            return None
        if b"\r" in chunk and b"\r" in chunk.replace(b"\r\n", b"\n"):
            return None
        lines = [line.strip() for line in chunk.split(b"\n")]
        lines = [b"[%b]" % line if self.csv else line for line in lines if line]
        # No text is left in which a list could begin on one line and end on another.
        if not all(line[:1] == b"[" and line[-1:] == b"]" for line in lines):
            return None

        import json

        import numpy as np

        try:
            data = json.loads(b"[%b]" % b",".join(lines), parse_int=float)
            batch = np.array(data, dtype=np.float64)
        except (ValueError, RecursionError):
            return None
        right = batch.shape == (len(lines), *(self.shape or ())) and np.isfinite(batch).all()
        return batch if right else None

    def _one_by_one(self, lines: Sequence[bytes]) -> Iterator[Any]:
        steps: list[Any] = []
        fault = None
        for line in lines:
            self.line += 1
            try:
                value = self._step(line)
            except ValueError as error:
                fault = InputError([f"line {self.line} of {self.name} {error}"])
                break
            if value is not None:
                steps.append(value)
        if steps and self.shape == ():
            yield steps
        elif steps:
            import numpy as np

            yield np.array(steps)
        if fault:
            raise fault

    def _step(self, line: bytes) -> Value | None:
        """Return the step in a line, None if there is none in it; raise ValueError if it is bad."""
        try:
            text = line.decode("utf-8-sig" if self.line == 1 else "utf-8").strip()
        except UnicodeDecodeError:
            raise ValueError("is not UTF-8 text") from None
        if not text:
            return None
        if "\r" in text:
            raise ValueError("has a carriage return within it: lines end in a line feed")
        value = self._row(text) if self.csv else read(text, 1)
        if value is None:
            return None
        shape = shape_of(value)
        if self.shape is None:
            self.shape, self.first_line = shape, self.line
        elif shape != self.shape:
            first = f"line {self.first_line} is {describe(self.shape)}"
            raise ValueError(f"is {describe(shape)}, but {first}: steps have one size")
        return value

    def _row(self, text: str) -> Value | None:
        """Return the numbers in a row of CSV, None for a header."""
        import csv

        try:
            cells = [cell.strip() for cell in next(csv.reader([text]))]
        except csv.Error as error:
            raise ValueError(f"is not CSV: {error}") from None
        if self.shape is None and all(map(_is_heading, cells)):
            self.columns = len(cells)
            return None
        if self.columns not in (0, len(cells)):  # 1,5 for 1.5, say
            headed = counted(self.columns, "column")
            raise ValueError(f"has {counted(len(cells), 'number')}, but the header has {headed}")
        numbers = [read(cell, 0) for cell in cells]
        return numbers[0] if len(numbers) == 1 else numbers


def _is_heading(cell: str) -> bool:
    return bool(re.fullmatch(_HEADING, cell)) and cell.lower() not in _NOT_HEADINGS
