"""Errors for people: what was given, what was needed, what to type; all of them at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager

_INDENT = "    "  # of the lines that show a text


class InputError(ValueError):
    """The input can't be used.

    ``messages`` holds every reason: a sentence each, and where it helps the text with a caret under
    the place, in lines that begin with four blanks.
    """

    def __init__(self, messages: Iterable[str]) -> None:
        self.messages = tuple(messages)
        super().__init__("\n".join(self.messages))


class Faults:
    """Collects what is wrong with an input, so that it can be reported together."""

    def __init__(self) -> None:
        self.messages: list[str] = []
        self._noted: set[str] = set()

    def add(self, message: str) -> None:
        """Note one fault, a whole sentence; the same sentence is noted once."""
        if message not in self._noted:
            self._noted.add(message)
            self.messages.append(message)

    @contextmanager
    def of(self, subject: str) -> Iterator[None]:
        """Note a ValueError raised inside as a fault of the subject: "--x" and "is empty"."""
        try:
            yield
        except ValueError as error:
            self.add(f"{subject} {error}")

    def error(self) -> InputError:
        """Return all that was noted, as one error to raise."""
        return InputError(self.messages)

    def settle(self) -> None:
        """Raise InputError if anything was noted."""
        if self.messages:
            raise self.error()


def plainly(text: str) -> str:
    """Return text with control characters written out: they are for terminals, not in messages."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def pointed(said: str, text: str, place: int, around: int = 70) -> str:
    """Add to a sentence, in lines of their own, a text and a caret under one place in it."""
    start = max(0, min(place - around // 2, len(text) - around))
    end = start + around
    before = "…" * (start > 0) + plainly(text[start:place])
    shown = before + plainly(text[place:end]) + "…" * (end < len(text))
    return f"{said}\n{_INDENT}{shown}\n{_INDENT}{' ' * len(before)}^"


def listing(names: Sequence[str], last: str = "and") -> str:
    """Join names as a sentence does: "a, b and c"."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} {last} {names[-1]}"


def quoted(text: str, longest: int = 60) -> str:
    """Quote what a user typed, on one line and not at any length."""
    return repr(text if len(text) <= longest else text[: longest - 3] + "...")


def unknown(what: str, name: str, known: Sequence[str]) -> str:
    """Say that a name isn't known, which one may be meant, and which there are."""
    close = meant(name, known)
    hint = f" (did you mean {close}?)" if close else ""
    return f"{what} {quoted(name)} is not known{hint}; it can be {listing(known, 'or')}"


def meant(name: str, known: Collection[str]) -> str:
    """Return the known name that a misspelt one is meant to be, if that is sure; otherwise ""."""
    from difflib import get_close_matches

    close = get_close_matches(name.lower().replace("-", "_"), known, n=1, cutoff=0.6)
    return close[0] if close and len(name) > 2 else ""
