"""The shell: writing to its streams, and what each way to end means to it.

Exit statuses: 0 done, 1 an answer differs, 2 the input can't be used or the output can't be
written, 130 interrupted. A reader that has had enough (``| head``) is no error.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import NoReturn, TextIO

import click

from rnncalc.errors import InputError, plainly
from rnncalc.terminal import columns, encoding_of, spelled, wrap

__all__ = ["Output", "end_with", "tell", "write"]

DONE, UNUSABLE, INTERRUPTED = 0, 2, 130


def write(text: str, stream: TextIO | None) -> None:
    """Write text in characters that the stream can show.

    Raises OSError if it can't be written, also where the stream was closed from the start.
    """
    if stream is None:
        raise OSError("it is closed")
    stream.write(text if text.isascii() else spelled(text, encoding_of(stream)))


class Output:
    """Standard output, written in large pieces: a system call for each line would take longest."""

    _PIECE = 1 << 16

    def __init__(self) -> None:
        self._texts: list[str] = []
        self._size = 0

    def put(self, text: str) -> None:
        """Add text; it is written when there is enough of it, or by `flush`."""
        self._texts.append(text)
        self._size += len(text)
        if self._size >= self._PIECE:
            self._write()

    def flush(self) -> None:
        """Write all there is, through to whoever reads it. Raises OSError if that fails."""
        self._write()
        if sys.stdout is not None:
            sys.stdout.flush()

    def _write(self) -> None:
        if self._texts:
            text = "".join(self._texts)
            self._texts.clear()
            self._size = 0
            write(text, sys.stdout)


def tell(text: str, indent: str = "") -> None:
    """Write a line to standard error, if anyone can read it there."""
    on_terminal = sys.stderr is not None and sys.stderr.isatty()
    line = plainly(text)
    with suppress(OSError):
        write(f"{wrap(line, columns(), indent) if on_terminal else indent + line}\n", sys.stderr)


def _complain(messages: Sequence[str]) -> None:
    if len(messages) == 1:
        tell(f"Error: {messages[0]}")
    else:
        tell("Error: several things are wrong:")
        for message in messages:
            tell(message, indent="  ")


def end_with(work: Callable[[], None]) -> NoReturn:
    """Do the work, then leave with the status that it earned; never with a traceback."""
    status = UNUSABLE
    try:
        earned = DONE
        try:
            work()
        except click.exceptions.Exit as ending:
            earned = ending.exit_code
        if sys.stdout is not None:
            sys.stdout.flush()
        status = earned
    except InputError as error:
        _complain(error.messages)
    except click.ClickException as error:
        _complain([error.format_message()])
    except (KeyboardInterrupt, click.Abort):
        status = INTERRUPTED
    except BrokenPipeError:
        _abandon_stdout()
        status = DONE
    except OSError as error:
        _abandon_stdout()
        _complain([f"the output can't be written: {error.strerror or error}"])
    sys.exit(status)


def _abandon_stdout() -> None:
    """Point standard output to nowhere, so that Python's last flush doesn't fail again."""
    with suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
