"""The page: what a report is written on, and how its text is made to fit there."""

import codecs
from typing import NamedTuple

#: What is written instead of a character that a stream can't encode.
SPELLINGS = {
    "σ": "sigmoid",
    "×": "x",
    "≈": "~=",
    "→": "->",
    "…": "...",
    "±": "+-",
    "∂": "d",
    "δ": "delta",
    "Π": "prod",
    "‖": "|",
}
SPELLINGS |= dict(zip("⊙·─━│╷╵┼▁▂▃▄▅▆▇█", "**--|  +_.-=+*%@", strict=True))


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


def wrap(text: str, width: int, indent: str = "  ") -> str:
    """Break a line between words where it is too long for a width, and at hyphens of a longer code.

    indent: what the further lines begin with, unless the first begins with more blanks.
    """
    if len(text) <= width:
        return text
    import re
    from textwrap import fill

    indent = max(indent, " " * (len(text) - len(text.lstrip(" "))), key=len)
    room = max(width, 10) - len(indent)
    return fill(
        re.sub(r"\[[a-z-]+\]\S*", lambda code: _in_pieces(code[0], room), text),
        max(width, 10),
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _in_pieces(code: str, room: int) -> str:
    """Return a code with a blank behind some hyphens, so that no part is longer than the room."""
    place = code.rfind("-", 0, room) + 1
    if len(code) <= room or not place:
        return code
    return f"{code[:place]} {_in_pieces(code[place:], room)}"


class Page(NamedTuple):
    """What a report is written on.

    digits: decimals in what people read. width: columns, None if nothing limits them. encoding:
    what it can show. styled: whether colour and bold may be used. live: whether somebody types
    the input and waits for each answer. explain: whether the working is wanted, too.
    is_light: whether the ground is, None if that is unknown.
    """

    digits: int = 4
    width: int | None = None
    encoding: str = "utf-8"
    styled: bool = False
    live: bool = False
    explain: bool = False
    is_light: bool | None = None

    @property
    def step_by_step(self) -> bool:
        """Whether each step stands by itself, also where there are several."""
        return self.live or self.explain

    def bold(self, text: str) -> str:
        """Return a text in bold, where that may be used."""
        return f"\x1b[1m{text}\x1b[0m" if self.styled else text

    def fits(self, line: str) -> bool:
        """Return whether a line fits; where nothing limits them, in 120 columns."""
        return len(spelled(line, self.encoding)) <= (self.width or 120)
