"""The terminal: what it can show, writing to it, and what each way to end means to a shell.

Exit statuses: 0 done, 1 an answer differs, 2 the input can't be used or the output can't be
written, 128 and the signal's number if that ended the program: 130 interrupted, 143 terminated.
A reader that has had enough (``| head``) is no error.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext, suppress
from typing import NoReturn, TextIO

import click

from rnncalc.errors import InputError, Message, plainly
from rnncalc.reports.page import Page, spelled, wrap
from rnncalc.signals import SIGNALS

DONE, DIFFERS, UNUSABLE = 0, 1, 2

_SHOWN = "\n    "  # before each line that shows a text
_MOST, _LONGEST = 30, 2000  # messages that are told, and characters of each


def columns() -> int:
    """Return the width of the terminal, 80 where there is none."""
    from shutil import get_terminal_size

    return get_terminal_size().columns


def encoding_of(stream: TextIO | None) -> str:
    """Return what to encode a stream's text for.

    Python turns the C locale into UTF-8 without asking; a user who says LANG=C means ASCII.
    """
    environ = os.environ
    chosen = environ.get("PYTHONIOENCODING") or environ.get("PYTHONUTF8")
    if not chosen and (environ.get("LC_ALL") or environ.get("LANG")) in ("C", "POSIX"):
        return "ascii"
    return (stream and stream.encoding) or "utf-8"


def page() -> Page:
    """Return what is known of standard output as a page to write on."""
    on_terminal = sys.stdout is not None and sys.stdout.isatty()
    styled = on_terminal and os.environ.get("TERM") != "dumb"
    styled |= os.environ.get("FORCE_COLOR", "0") not in ("", "0")
    styled &= not os.environ.get("NO_COLOR")
    told = os.environ.get("COLUMNS", "")
    is_told = told.isascii() and told.isdigit() and int(told[:9]) > 0
    width = columns() if on_terminal or is_told else None
    ground = os.environ.get("COLORFGBG", "").rpartition(";")[2]  # which some terminals set
    is_light = ground in ("7", "15") if ground.isdigit() else None
    encoding = encoding_of(sys.stdout)
    return Page(width=width, encoding=encoding, styled=styled, is_light=is_light)


def write(text: str, stream: TextIO | None) -> None:
    """Write text in characters that the stream can show.

    Raises OSError if it can't be written, also where the stream was closed from the start.
    """
    if stream is None:
        raise OSError("it is closed")
    text = text if text.isascii() else spelled(text, encoding_of(stream))
    raw = getattr(stream, "buffer", None)
    if not isinstance(raw, io.RawIOBase):
        stream.write(text)
        return
    # Unbuffered: a signal may cut a write short, and Python's own stream forgets the rest.
    data = text.encode(stream.encoding)
    while data:
        data = data[raw.write(data) or 0 :]


def tell(text: str) -> None:
    """Write a message to standard error, if anyone can read it there.

    The lines of a message that begin with four blanks show a text: they are never wrapped.
    """
    line, *shown = (plainly(part) for part in text.split(_SHOWN))
    if sys.stderr is not None and sys.stderr.isatty():
        line, shown = wrap(line, columns()), _around_caret(shown, columns() - len(_SHOWN))
    with suppress(OSError):
        write(_SHOWN.join([line, *shown]) + "\n", sys.stderr)


def _around_caret(shown: list[str], width: int) -> list[str]:
    """Cut a text and the carets below it to a part that they point at and that isn't broken."""
    if len(shown) != 2 or len(shown[0]) <= width:
        return shown
    text, carets = shown
    start = max(0, min(carets.find("^") - width // 2, len(text) + 1 - width))
    end = start + width
    part = "…" * (start > 0) + text[start + (start > 0) : end]
    return [f"{part[:-1]}…" if end < len(text) else part, carets[start:end]]


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

    def write(self, texts: Iterable[str], *, as_it_comes: bool) -> None:
        """Write texts as they come, or, if none may be left of a failure, when all are there."""
        if not as_it_comes:
            from rnncalc.keeping import kept

            texts = kept(texts)
        try:
            for text in texts:
                self.put(text)
        except InputError:
            self.flush()
            raise
        self.flush()

    def flush(self) -> None:
        """Write all there is, through to whoever reads it. Raises OSError if that fails."""
        SIGNALS.end_if_caught()
        text = "".join(self._texts)
        may_be_torn = self._size > self._PIECE
        self._texts.clear()
        self._size = 0
        with SIGNALS.held() if may_be_torn else nullcontext():
            if text:
                write(text, sys.stdout)
            if sys.stdout is not None:
                sys.stdout.flush()


def _refuse(messages: Iterable[Message]) -> None:
    """Say what is wrong with the input, each with its code, as far as anybody reads on."""
    _complain([_shortened(message).coded for message in messages])


def _shortened(message: Message) -> Message:
    if len(message) <= _LONGEST:
        return message
    return Message(f"{message[:_LONGEST]}...", message.code)


def _complain(messages: Sequence[str]) -> None:
    if len(messages) == 1:
        tell(f"Error: {messages[0]}")
        return
    tell("Error: several things are wrong:")
    more = [f"and {len(messages) - _MOST:,} more"] if len(messages) > _MOST else []
    for message in [*messages[:_MOST], *more]:
        tell(f"  {message}")


def end_with(work: Callable[[], None]) -> NoReturn:
    """Do the work, then leave with the status that it earned; never with a traceback."""
    status = UNUSABLE
    try:
        earned = DONE
        try:
            work()
        except click.exceptions.Exit as ending:
            earned = ending.exit_code
        SIGNALS.end_if_caught()
        if sys.stdout is not None:
            sys.stdout.flush()
        status = earned
    except InputError as error:
        _refuse(error.messages)
    except click.ClickException as error:
        _refuse([Message(error.format_message(), "words")])
    except KeyboardInterrupt as interrupt:
        abandon_stdout()
        status = 128 + (interrupt.args or [2])[0]
    except BrokenPipeError:
        abandon_stdout()
        status = DONE
    except MemoryError:
        abandon_stdout()
        _complain(["there is not enough memory for this"])
    except OSError as error:
        abandon_stdout()
        _complain([f"the output can't be written: {error.strerror or error}"])
    SIGNALS.release()
    sys.exit(status)


def abandon_stdout() -> None:
    """Point standard output to nowhere, so that Python's last flush doesn't fail again."""
    with suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
