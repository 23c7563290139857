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

from rnncalc.errors import InputError
from rnncalc.terminal import encoding_of, spelled

__all__ = ["end_with", "tell", "write"]

DONE, UNUSABLE, INTERRUPTED = 0, 2, 130


def write(text: str, stream: TextIO | None) -> None:
    """Write text in characters that the stream can show.

    Raises OSError if it can't be written, also where the stream was closed from the start.
    """
    if stream is None:
        raise OSError("it is closed")
    stream.write(spelled(text, encoding_of(stream)))


def tell(text: str) -> None:
    """Write a line to standard error, if anyone can read it there."""
    with suppress(OSError):
        write(f"{text}\n", sys.stderr)


def _complain(messages: Sequence[str]) -> None:
    if len(messages) == 1:
        tell(f"Error: {messages[0]}")
    else:
        tell("\n  ".join(["Error: several things are wrong:", *messages]))


def end_with(work: Callable[[], None]) -> NoReturn:
    """Do the work, then leave with the status that it earned; never with a traceback."""
    status = UNUSABLE
    try:
        work()
        if sys.stdout is not None:
            sys.stdout.flush()
        status = DONE
    except click.exceptions.Exit as ending:
        status = ending.exit_code
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
