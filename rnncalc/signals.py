"""Signals: what would end the program from outside ends it in order, wherever it comes."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager


class EndedError(KeyboardInterrupt):
    """A signal that ends the program, whose number is its argument.

    A class of its own: once a KeyboardInterrupt itself has left a text that `eval` runs, as it may
    while a named tuple is made, ``python -m`` ends as if by Ctrl-C whatever status it is told.
    """


class Signals:
    """Lets what would end the program raise EndedError, with the signal's number, once.

    While they are held, signals wait: for the last part of something that is done in parts.
    Whatever comes after the first finds the program ending, and changes nothing.
    """

    def __init__(self) -> None:
        self._caught = 0
        self._held = self._is_over = False

    def catch(self) -> None:
        """Handle signals from now on, but for those that whoever started the program ignores."""
        import signal

        for name in ("SIGINT", "SIGTERM", "SIGHUP"):
            number = getattr(signal, name, None)
            if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, self._end)
        sys.unraisablehook = self._lost

    def _end(self, number: int, frame: object) -> None:
        self._caught = self._caught or number
        if not self._held:
            self._interrupt()

    def _interrupt(self) -> None:
        if not self._is_over:
            self._is_over = True
            raise EndedError(self._caught)

    def _lost(self, unraisable: sys.UnraisableHookArgs) -> None:
        """Keep for later what was raised where nothing can be, as in a destructor."""
        if isinstance(unraisable.exc_value, EndedError):
            self._is_over = False
        else:
            sys.__unraisablehook__(unraisable)

    def end_if_caught(self) -> None:
        """Raise EndedError if a signal came that hasn't ended the program."""
        if self._caught:
            self._interrupt()

    def release(self) -> None:
        """Let signals change nothing any more: the program has come to its end."""
        self._is_over = True

    @contextmanager
    def held(self) -> Iterator[None]:
        """Let signals wait meanwhile."""
        self._held = True
        try:
            yield
        finally:
            self._held = False
            self.end_if_caught()


SIGNALS = Signals()
