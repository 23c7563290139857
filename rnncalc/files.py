"""Files that are written: they are whole or not there at all."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from stat import S_ISDIR, S_ISREG
from typing import BinaryIO, Self

from rnncalc.errors import InputError, UnusableError, quoted

_OWN = r"/(?:dev|proc/self)/fd/([0-9]{1,5})"


def _own(path: str) -> int | None:
    """Return the number of a file that this process has open already, None for other paths."""
    names = {"/dev/stdout": 1, "/dev/stderr": 2}
    number = re.fullmatch(_OWN, path)
    return int(number[1]) if number else names.get(path)


def _is_special(path: str) -> bool:
    """Return whether a file is open already, or is a device or a pipe: then it has no draft."""
    if _own(path) is not None:
        return True
    try:
        mode = os.stat(path).st_mode
    except FileNotFoundError:
        return False
    return not (S_ISREG(mode) or S_ISDIR(mode))


def check_writable(path: str, *, may_overwrite: bool, in_place: bool = False) -> None:
    """Raise ValueError, to stand behind an option's name, if a file clearly can't be written.

    in_place: whether the beginning is written last, which no pipe or device takes.
    """
    if not path:
        raise UnusableError("file", "needs the name of a file")
    try:
        if not _is_special(path):
            reason: str | None = _obstacle(path)
        elif in_place:
            reason = "an array needs a file"
        else:
            return
    except OSError as error:  # links that lead to each other, a file where a folder should be
        reason = error.strerror
    if reason:
        raise UnusableError("file", f"can't write {quoted(path)}: {reason}")
    if os.path.exists(path) and not may_overwrite:
        raise UnusableError("file", f"won't overwrite {quoted(path)}: --force says that it may")


def _obstacle(path: str) -> str:
    """Return why a file can't be written, "" if nothing is known to be in the way."""
    folder = os.path.dirname(os.path.realpath(path))
    with suppress(OSError):  # it isn't there, or nothing is written to standard output
        if os.path.samestat(os.stat(path), os.fstat(1)):
            return "standard output goes there"
    if os.path.isdir(path):
        return "it is a folder"
    if not os.path.isdir(folder):
        return f"there is no folder {quoted(folder)}"
    if os.path.exists(path) and not os.access(path, os.W_OK):
        return "it is write-protected"
    return "" if os.access(folder, os.W_OK) else "the folder can't be written to"


class Saved:
    """A file that takes the name it is to have when all is done, and not before.

    That is when its ``with`` block ends, so that there is none if anything else fails in it. A
    device, a pipe or what is open already is written to as it is. Raises InputError if the file
    can't be written.

    room: bytes to be there from the beginning on, so that no full disk is met at the end.
    """

    def __init__(self, path: str, room: int = 0) -> None:
        self._path = path
        # What a link points to is replaced, not the link.
        self._target = os.path.realpath(path)
        own = _own(path)
        # Random, as runs in several containers may share a folder, but not their process numbers.
        name = f".rnncalc-{os.urandom(6).hex()}.part"
        draft = os.path.join(os.path.dirname(self._target), name)
        self._draft = "" if _is_special(path) else draft
        #: Whether it is standard output, where results come first.
        self.is_stdout = own == 1
        try:
            with self._told():
                if self._draft:
                    self._file = open(self._draft, "xb")  # noqa: SIM115
                else:
                    self._file = open(path if own is None else os.dup(own), "wb")  # noqa: SIM115
                if self._draft and room:
                    self._file.write(bytes(room))
                    self._file.flush()
        except BaseException:
            self._drop()
            raise

    def write(self, write: Callable[[BinaryIO], object]) -> None:
        """Let a function write all of the file, through to the disk."""
        with self._told():
            if self._draft:
                self._file.seek(0)
            write(self._file)
            self._file.flush()
            if self._draft:
                self._file.truncate()
                os.fsync(self._file.fileno())

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            told = f"can't write {quoted(self._path)}: {error.strerror or error}"
            raise InputError.of("file", told) from None

    def _drop(self) -> None:
        with suppress(OSError, AttributeError):  # it may not even be open, or already be gone
            self._file.close()
        with suppress(OSError):
            if self._draft:
                os.unlink(self._draft)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            if kind is None and self._draft:
                with self._told():
                    self._file.close()
                    if os.path.exists(self._target):
                        shutil.copymode(self._target, self._draft)
                    os.replace(self._draft, self._target)
        finally:
            self._drop()
