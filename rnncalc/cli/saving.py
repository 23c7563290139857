"""Saving: files that are whole or not there at all."""

from __future__ import annotations

import io
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from itertools import chain
from typing import Any, BinaryIO

from rnncalc.errors import InputError, quoted
from rnncalc.numerals import exact

# A phone shows the page at its own width and scrolls what is wider.
_HTML_HEAD = """<title>rnncalc</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>pre {{ overflow-x: auto; }}</style>"""


def check_writable(path: str, *, may_overwrite: bool, in_place: bool = False) -> None:
    """Raise ValueError, to stand behind an option's name, if a file clearly can't be written.

    in_place: whether the beginning is written last, which no pipe or device takes.
    """
    if not path:
        raise ValueError("needs the name of a file")
    if in_place and os.path.exists(path) and not os.path.isfile(path):
        raise ValueError(f"can't write {quoted(path)}: an array needs a file")
    if os.path.exists(path) and not may_overwrite:
        raise ValueError(f"won't overwrite {quoted(path)}: --force says that it may")
    folder, reason = os.path.dirname(os.path.realpath(path)), ""
    if os.path.isdir(path):
        reason = "it is a folder"
    elif not os.path.isdir(folder):
        reason = f"there is no folder {quoted(folder)}"
    elif not os.access(folder, os.W_OK):
        reason = "the folder can't be written to"
    if reason:
        raise ValueError(f"can't write {quoted(path)}: {reason}")


@contextmanager
def _whole(path: str) -> Iterator[BinaryIO]:
    """Open a file that takes the name it is to have when all of it is written, and not before."""
    # What a link points to is replaced, not the link; a device or a pipe is written to as it is.
    target = os.path.realpath(path)
    is_special = os.path.exists(target) and not os.path.isfile(target)
    # Random, as runs in several containers may share a folder, but not their process numbers.
    draft = os.path.join(os.path.dirname(target), f".rnncalc-{os.urandom(6).hex()}.part")
    try:
        try:
            with open(target, "wb") if is_special else open(draft, "xb") as file:
                yield file
                file.flush()
                if not is_special:
                    os.fsync(file.fileno())
            if not is_special:
                if os.path.exists(target):
                    shutil.copymode(target, draft)
                os.replace(draft, target)
        finally:
            with suppress(OSError):  # it is gone if all went well
                os.unlink(draft)
    except OSError as error:
        raise InputError([f"can't write {quoted(path)}: {error.strerror or error}"]) from None


def save_state(path: str, state: Mapping[str, Any]) -> None:
    """Write states by name in the form that ``--weights`` reads: JSON, or ``.npz`` by the ending.

    Raises InputError if the file can't be written.
    """
    with _whole(path) as file:
        if path.lower().endswith(".npz"):
            import numpy as np

            np.savez(file, **state)
        else:
            members = ", ".join(f'"{name}": {exact(value)}' for name, value in state.items())
            file.write(f"{{{members}}}\n".encode())


def save_picture(path: str, text: str) -> None:
    """Write text with terminal colours as a picture: ``.svg``, ``.html`` or ``.txt``.

    It needs nothing from the network, and its characters can be selected. Raises InputError if
    the file can't be written.
    """
    import re

    from rich import terminal_theme
    from rich._export_format import CONSOLE_HTML_FORMAT, CONSOLE_SVG_FORMAT
    from rich.cells import cell_len
    from rich.console import Console
    from rich.text import Text

    picture = Text.from_ansi(text.rstrip("\n"))
    width = max(map(cell_len, picture.plain.split("\n")))
    console = Console(record=True, width=width, file=io.StringIO(), legacy_windows=False)
    console.print(picture)
    light = terminal_theme.DEFAULT_TERMINAL_THEME
    if path.endswith(".svg"):
        # Rich's own format fetches its fonts.
        form = re.sub(r"@font-face \{\{.*?\}\}|<!--.*?-->", "", CONSOLE_SVG_FORMAT, flags=re.DOTALL)
        console.print()  # or the last line's descenders are cut off
        made = console.export_svg(title="rnncalc", code_format=form, theme=light)
    elif path.endswith(".html"):
        form = CONSOLE_HTML_FORMAT.replace("<head>", f"<head>\n{_HTML_HEAD}")
        made = console.export_html(code_format=form, theme=light, inline_styles=False)
    else:
        made = "".join(f"{line.rstrip()}\n" for line in picture.plain.split("\n"))
    with _whole(path) as file:
        file.write(made.encode())


def save_array(path: str, values: Iterable[Any]) -> None:
    """Write the values of all steps as an ``.npy`` array, one row a step.

    values: of some steps at a time. Raises InputError if the file can't be written, or a step
    can't be computed.
    """
    import numpy as np
    from numpy.lib import format as npy

    with _whole(path) as file:
        values = iter(values)
        first = np.asarray(next(values))
        header = {"descr": "<f8", "fortran_order": False, "shape": (0, *first.shape[1:])}
        npy.write_array_header_1_0(file, header)
        rows = 0
        for block in chain([first], values):
            file.write(np.asarray(block, dtype="<f8").tobytes())
            rows += len(block)
        # NumPy pads its headers, so that the number of rows can grow in place.
        file.seek(0)
        npy.write_array_header_1_0(file, {**header, "shape": (rows, *first.shape[1:])})
