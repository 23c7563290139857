"""Files: values and parameters from files and from standard input, as they are written there.

A file's ending says what is in it: ``.npy`` and ``.npz`` hold arrays, all others text. Pickles are
never loaded. What can't be read raises ValueError, worded to stand behind an option's name.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Generator
from contextlib import nullcontext, suppress
from os.path import splitext
from typing import BinaryIO

from rnncalc.errors import UnusableError, quoted
from rnncalc.problem.arrays import ArrayFile, open_file
from rnncalc.problem.problem import STDIN

_CHUNK = 1 << 16  # bytes of a stream
_LARGEST = 1 << 26  # bytes of a text that is read as a whole
_LONG, _PLAIN = 1 << 16, b"0123456789eE+-., \t\n"  # characters, and those of rows of plain numbers


def standard_input() -> BinaryIO:
    """Return standard input; raise ValueError if there is none."""
    if sys.stdin is None:
        raise UnusableError("file", "can't read standard input: it is closed")
    with suppress(OSError, ValueError, AttributeError):
        os.set_blocking(sys.stdin.fileno(), True)  # or "nothing yet" would look like the end
    return sys.stdin.buffer


def lines_of(
    file: BinaryIO, before_waiting: Callable[[], None] | None = None
) -> Generator[bytes, None, None]:
    """Yield a file, or standard input, piece by piece as it comes, each piece whole lines."""
    rest = bytearray()
    with file if before_waiting is None else nullcontext():
        while True:
            if before_waiting:
                before_waiting()
            try:
                data: bytes = file.read1(_CHUNK)  # type: ignore[attr-defined]
            except OSError as error:
                raise UnusableError("file", f"can't be read: {error.strerror}") from None
            if not data:
                break
            lines, newline, last = data.rpartition(b"\n")
            if newline:
                whole = b"".join((rest, lines, newline))
                rest.clear()  # now: a line may be long, and is in memory once
                yield whole
            rest += last
            if len(rest) > _LARGEST:
                raise UnusableError("file", f"is longer than {_LARGEST >> 20} MiB")
    if rest:
        yield bytes(rest) + b"\n"


def text_of(path: str) -> str:
    """Return all of a file, or of standard input, as text."""
    called = "standard input" if path == STDIN else quoted(path, 200)
    try:
        with nullcontext(standard_input()) if path == STDIN else open_file(path) as file:
            data = file.read(_LARGEST + 1)
            if len(data) > _LARGEST:
                raise UnusableError(
                    "file",
                    f"can't use {called}: it is larger than {_LARGEST >> 20} MiB, which is read"
                    " at once; steps in .jsonl, .csv or .npy and weights in .npz may be larger",
                )
            return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UnusableError("file", f"can't use {called}: it is not UTF-8 text") from None
    except OSError as error:
        raise UnusableError("file", f"can't read {called}: {error.strerror}") from None


def fetch(text: str, has_names: Callable[[str], bool] = lambda _: False) -> object:
    """Return the value that a text is or refers to: ``5``, ``@FILE``, ``-``.

    has_names: says of what is in a file whether it is more than numbers, and is to be left so.
    Raises ValueError, worded to stand behind an option's name, if there is nothing to read.
    """
    if text != STDIN and not text.startswith("@"):
        return text
    path = text.removeprefix("@")
    if ending_of(path) == ".npy":
        return ArrayFile(path).read()
    content = text_of(path)
    # Lines without brackets are rows, as `numpy.savetxt` and awk write them.
    is_sheet = ending_of(path) in (".csv", ".tsv") or "\n" in content.strip()
    is_rows = is_sheet and "[" not in content
    return _rows(content) if is_rows and not has_names(content) else content


def _rows(content: str) -> str:
    """Return the lines of a file as a matrix, a line alone as a vector, a number alone as it is."""
    if len(content) > _LONG and not content.encode().translate(None, _PLAIN):
        text = content.strip()
        # Neither empty rows nor numbers that may be too large, of which that would tell less.
        if "\n" in text and not re.search(r"\n[ \t]*\n|[eE]\+?[0-9]{3}", text):
            # As JSON, which is read in a third of the memory.
            return f"[[{text.replace(chr(10), '],[')}]]"
    rows = [line for line in content.splitlines() if line.strip()]
    if len(rows) > 1 or re.search(r"[,;\t]", content):  # a number alone is no vector
        return f"[{'; '.join(rows)}]"
    return content


def ending_of(path: str) -> str:
    """Return a file's ending in small letters, ".json"."""
    return splitext(path)[1].lower()
