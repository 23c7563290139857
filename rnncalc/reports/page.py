"""The terminal: what a stream can show, how wide it is, and text on its way there."""

from __future__ import annotations

import codecs
import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from typing import NamedTuple, TextIO

#: What is written instead of a character that a stream can't encode.
SPELLINGS = {
    "σ": "sigmoid",
    "⊙": "*",
    "×": "x",
    "·": "*",
    "≈": "~=",
    "→": "->",
    "…": "...",
    "─": "-",
    "━": "-",
    "│": "|",
    "╷": " ",
    "╵": " ",
    "┼": "+",
    **dict(zip("▁▂▃▄▅▆▇█", "_.-=+*%@", strict=True)),
}


def _spell(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    unknown = error.object[error.start : error.end]
    spelled = (SPELLINGS.get(c) or c.encode("ascii", "backslashreplace").decode() for c in unknown)
    return "".join(spelled), error.end


codecs.register_error("rnncalc", _spell)


def spelled(text: str, encoding: str) -> str:
    """Return text with everything that the encoding lacks spelled in other characters."""
    return text.encode(encoding, "rnncalc").decode(encoding)


def encoding_of(stream: TextIO | None, environ: Mapping[str, str] = os.environ) -> str:
    """Return what to encode a stream's text for.

    Python turns the C locale into UTF-8 without asking; a user who says LANG=C means ASCII.
    """
    if not environ.get("PYTHONIOENCODING") and not environ.get("PYTHONUTF8"):
        spoken = environ.get("LC_ALL") or environ.get("LANG")
        if spoken in ("C", "POSIX"):
            return "ascii"
    return (stream and stream.encoding) or "utf-8"


def wrap(text: str, width: int, indent: str = "") -> str:
    """Break a line between words where it is too long for a width, and nowhere else."""
    if len(indent) + len(text) <= width:
        return indent + text
    import textwrap

    return textwrap.fill(
        text,
        max(width, 10),
        initial_indent=indent,
        subsequent_indent="  ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def columns(environ: Mapping[str, str] = os.environ) -> int:
    """Return the width of the terminal, 80 where there is none.

    As shutil.get_terminal_size does, which takes 2 ms to import.
    """
    with suppress(ValueError):
        if (wanted := int(environ.get("COLUMNS", ""))) > 0:
            return wanted
    with suppress(OSError, ValueError, AttributeError):
        return os.get_terminal_size(sys.__stdout__.fileno()).columns or 80  # type: ignore[union-attr]
    return 80


class Page(NamedTuple):
    """What a report is written on.

    width: columns, None if nothing limits them. encoding: what it can show. styled: whether
    colour and bold may be used. live: whether somebody types the input and waits for each answer.
    digits: decimals in what people read. explain: whether the working is wanted, too.
    """

    digits: int = 4
    width: int | None = None
    encoding: str = "utf-8"
    styled: bool = False
    live: bool = False
    explain: bool = False


def page(stream: TextIO | None, environ: Mapping[str, str] = os.environ) -> Page:
    """Return what is known of a stream as a page to write on."""
    terminal = stream is not None and stream.isatty()
    styled = terminal and environ.get("TERM") != "dumb" and not environ.get("NO_COLOR")
    if environ.get("FORCE_COLOR", "0") not in ("", "0"):
        styled = not environ.get("NO_COLOR")
    width = columns(environ) if terminal else None
    return Page(4, width, encoding_of(stream, environ), styled)
