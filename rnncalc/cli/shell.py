"""The shell: writing to its streams, and what each way to end means to it.

Exit statuses: 0 done, 1 an answer differs, 2 the input can't be used or the output can't be
written, 130 interrupted, 143 terminated. A reader that has had enough (``| head``) is no error.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from typing import NoReturn, TextIO

import click

from rnncalc.errors import InputError, plainly
from rnncalc.reports.page import columns, encoding_of, spelled, wrap

DONE, DIFFERS, UNUSABLE, INTERRUPTED = 0, 1, 2, 130

_MOST, _LONGEST = 30, 2000  # messages that are told, and characters of each


def write(text: str, stream: TextIO | None) -> None:
    """Write text in characters that the stream can show.

    Raises OSError if it can't be written, also where the stream was closed from the start.
    """
    if stream is None:
        raise OSError("it is closed")
    stream.write(text if text.isascii() else spelled(text, encoding_of(stream)))


class Output:
    """Standard output, written in pieces of whole lines that a pipe takes whole or not at all.

    A system call for each line would take longest, and a piece of any size could be torn by an
    interrupt. Long lines go in larger pieces, for which an interrupt has to wait.
    """

    _PIECE = 4096  # bytes: Linux's PIPE_BUF
    _LARGE_PIECE = 1 << 16
    _LONG_LINE = 1024

    def __init__(self) -> None:
        self._texts: list[str] = []
        self._size = 0
        with suppress(OSError, ValueError, AttributeError):
            os.set_blocking(sys.stdout.fileno(), True)

    def put(self, text: str) -> None:
        """Add whole lines; they are written when there are enough of them, or by `flush`."""
        size = len(text) if text.isascii() else len(text.encode(errors="replace"))
        if self._size + size > (self._PIECE if size < self._LONG_LINE else self._LARGE_PIECE):
            self.flush()
        self._texts.append(text)
        self._size += size

    def flush(self) -> None:
        """Write all there is, through to whoever reads it. Raises OSError if that fails."""
        text = "".join(self._texts)
        may_be_torn = self._size > self._PIECE
        self._texts.clear()
        self._size = 0
        with signals_held() if may_be_torn else nullcontext():
            if text:
                write(text, sys.stdout)
            if sys.stdout is not None:
                sys.stdout.flush()


@contextmanager
def signals_held() -> Iterator[None]:
    """Let what would end the program wait: for the last part of something that is done in parts.

    Handlers are for all threads; blocking a signal would leave it to one of those of a library.
    """
    import signal
    import threading

    held: list[int] = []
    before = {}
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGINT, signal.SIGTERM):
            if signal.getsignal(number) is not signal.SIG_IGN:
                before[number] = signal.signal(number, lambda number, frame: held.append(number))
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        for caught in held[:1]:
            signal.raise_signal(caught)


def tell(text: str, indent: str = "") -> None:
    """Write a message to standard error, if anyone can read it there.

    The lines of a message that begin with four blanks show a text: they are never wrapped.
    """
    on_terminal = sys.stderr is not None and sys.stderr.isatty()
    line, *shown = (plainly(part) for part in text.split("\n    "))
    line = wrap(line, columns(), indent) if on_terminal else indent + line
    with suppress(OSError):
        write(f"\n{indent}    ".join([line, *shown]) + "\n", sys.stderr)


def _complain(messages: Sequence[str]) -> None:
    messages = [text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..." for text in messages]
    if len(messages) == 1:
        tell(f"Error: {messages[0]}")
    else:
        tell("Error: several things are wrong:")
        for message in messages[:_MOST]:
            tell(message, indent="  ")
        if len(messages) > _MOST:
            tell(f"and {len(messages) - _MOST:,} more", indent="  ")


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
        abandon_stdout()
        status = INTERRUPTED
    except BrokenPipeError:
        abandon_stdout()
        status = DONE
    except MemoryError:
        abandon_stdout()
        _complain(["there is not enough memory for this"])
    except OSError as error:
        abandon_stdout()
        _complain([f"the output can't be written: {error.strerror or error}"])
    sys.exit(status)


def abandon_stdout() -> None:
    """Point standard output to nowhere, so that Python's last flush doesn't fail again."""
    with suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
