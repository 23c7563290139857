"""Errors for people: what was given, what was needed, what to type; all of them at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Literal, Self

_INDENT = "    "  # of the lines that show a text


#: The sorts of errors, each of which `codes` explains.
Code = Literal[
    "cell-text",
    "option",
    "name",
    "missing",
    "words",
    "layer",
    "together",
    "file",
    "not-finite",
    "place",
    "size",
    "number",
    "input",
]


class Message(str):
    """What is wrong: a sentence, and where it helps lines that show the place.

    code: of which sort it is.
    """

    code: Code

    def __new__(cls, text: str, code: Code = "input") -> Self:
        """Return a message of a sort, by default of none that has a name."""
        made = super().__new__(cls, text)
        made.code = code
        return made

    @property
    def coded(self) -> str:
        """The message with its code behind the sentence."""
        said, newline, shown = self.partition("\n")
        return f"{said} [{self.code}]{newline}{shown}"


class UnusableError(ValueError):
    """A value can't be used; what is said of it stands behind its name: "is empty"."""

    def __init__(self, code: Code, text: str) -> None:
        self.code = code
        super().__init__(text)


class InputError(ValueError):
    """The input can't be used.

    ``messages`` holds every reason: a sentence each, and where it helps the text with a caret under
    the place, in lines that begin with four blanks. Each has a ``code``, which says of which sort
    it is.
    """

    def __init__(self, messages: Iterable[str]) -> None:
        self.messages = tuple(m if isinstance(m, Message) else Message(m) for m in messages)
        super().__init__("\n".join(self.messages))

    @classmethod
    def of(cls, code: Code, *texts: str) -> Self:
        """Return an error of one sort."""
        return cls(Message(text, code) for text in texts)

    @classmethod
    def behind(cls, subject: str, error: ValueError) -> Self:
        """Return the error that a value has, as that of a subject: "--x" and "is empty"."""
        return cls([_behind(subject, error)])


class Faults:
    """Collects what is wrong with an input, so that it can be reported together."""

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self._noted: set[str] = set()

    def add(self, code: Code, message: str) -> None:
        """Note one fault, a whole sentence; the same sentence is noted once."""
        self._note(Message(message, code))

    def take(self, error: InputError) -> None:
        """Note all that an error says."""
        for message in error.messages:
            self._note(message)

    def _note(self, message: Message) -> None:
        if message not in self._noted:
            self._noted.add(message)
            self.messages.append(message)

    @contextmanager
    def of(self, subject: str) -> Iterator[None]:
        """Note a ValueError raised inside as a fault of the subject: "--x" and "is empty"."""
        try:
            yield
        except ValueError as error:
            self._note(_behind(subject, error))

    def error(self) -> InputError:
        """Return all that was noted, as one error to raise."""
        return InputError(self.messages)

    def settle(self) -> None:
        """Raise InputError if anything was noted."""
        if self.messages:
            raise self.error()


def code_of(error: ValueError) -> Code:
    """Return of which sort an error is, or the first of what it says."""
    if isinstance(error, InputError):
        return error.messages[0].code
    return error.code if isinstance(error, UnusableError) else "input"


def _behind(subject: str, error: ValueError) -> Message:
    return Message(f"{subject} {error}", code_of(error))


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
