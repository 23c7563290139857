"""Drawing: tables of text with Rich, at the width and in the characters of a page."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence

from rich.box import SIMPLE_HEAD
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from rnncalc.reports.page import Page, spelled, wrap

_GAP = 3  # columns between two cells: padding, and the box's rule

# Colours by their numbers among 256, which no theme changes: dark ones for a light ground, light
# ones for a dark one, and where nobody says which it is, ones that can be read on both.
_COLOURS: Mapping[bool | None, str] = {
    True: "22 24 90 94 124",
    False: "114 80 176 221 210",
    None: "28 30 164 130 161",
}
_ROLES = ("state right", "gate", "candidate", "follows", "wrong")
_BOLD = ("heading", "answer", "right", "follows", "wrong")


def styles(is_light: bool | None) -> dict[str, str]:
    """Return the styles of roles on a light, a dark or an unknown ground; others have none."""
    found: dict[str, str] = {}
    for names, number in zip(_ROLES, _COLOURS[is_light].split(), strict=True):
        found |= dict.fromkeys(names.split(), f"color({number})")
    return {name: f"bold {found.get(name, '')}".strip() for name in _BOLD} | {
        name: style for name, style in found.items() if name not in _BOLD
    }


class Drawing:
    """Collects text and tables, and gives them back as what a page can show."""

    def __init__(self, page: Page) -> None:
        self.width = page.width or 10**6
        self.is_bounded = page.width is not None
        self._encoding = page.encoding
        self._styles = styles(page.is_light)
        self._file = io.StringIO()
        self._console = Console(
            file=self._file,
            width=self.width,
            color_system="256" if page.styled else None,
            force_terminal=page.styled,
            force_jupyter=False,
            legacy_windows=False,
            _environ={},  # what it says is in the page already
        )

    def spelled(self, text: str) -> str:
        """Return text in the characters of the page."""
        return spelled(text, self._encoding)

    def text(self, text: str = "", role: str = "", *, label: str = "", answer: str = "") -> None:
        """Add a line of text; where it is too long it is broken, between words and nowhere else.

        role: that of the text, or of its label alone, which it begins with. answer: what it ends
        with, to stand out.
        """
        lines = wrap(spelled(text, self._encoding), self.width)
        shown = Text(lines, "" if label else self._styles.get(role, ""))
        if label:
            shown.stylize(self._styles.get(role, ""), 0, len(label))
        if answer and lines.endswith(answer):
            shown.stylize(self._styles["answer"], len(lines) - len(answer))
        self._console.print(shown, soft_wrap=True)

    def room(self, text: str) -> int:
        """Return how many columns a text takes."""
        return cell_len(spelled(text, self._encoding))

    def table(
        self,
        header: Sequence[str],
        rows: Sequence[Sequence[str]],
        roles: Sequence[Sequence[str]],
        *,
        title: str = "",
        wrapped: int | None = None,
        widest: int | None = None,
        named: Sequence[str] = (),
    ) -> bool:
        """Add a table, each cell in the style of its role, and return whether it fits.

        title: stands above it. wrapped: the column whose words may be broken into lines. widest:
        columns, where the page has more. named: the roles of the header.
        """
        rows = [[spelled(cell, self._encoding) for cell in row] for row in rows]
        columns = ("\n".join(column).split("\n") for column in zip(header, *rows, strict=True))
        widths = [max(map(cell_len, lines)) for lines in columns]
        room = min(self.width, widest or self.width) - sum(widths) - _GAP * (len(widths) - 1)
        if room < 0 and wrapped is not None:
            widths[wrapped], room = widths[wrapped] + room, 0
            words = (word for row in rows for word in row[wrapped].split())
            if max(map(cell_len, words)) > widths[wrapped]:
                return False
        if room < 0:
            return False
        if title:
            self.text(title, "heading")
        # Widths are given and gaps are part of them: Rich takes its time to measure and to pad.
        table = Table(box=SIMPLE_HEAD, show_edge=False, padding=0)
        heads = named or [""] * len(header)
        gaps = [_GAP - 1] * (len(widths) - 1) + [min(_GAP - 1, room)]
        for heading, width, gap, role in zip(header, widths, gaps, heads, strict=True):
            table.add_column(Text(heading, self._styles.get(role, "")), width=width + gap)
        for row, cells in zip(rows, roles, strict=True):
            styled = zip(row, cells, strict=True)
            table.add_row(*(Text(cell, self._styles.get(role, "")) for cell, role in styled))
        self._console.print(table)
        return True

    def take(self) -> str:
        """Return what was added since the last time."""
        text = spelled(self._file.getvalue(), self._encoding)
        self._file.seek(0)
        self._file.truncate()
        return "".join(f"{line.rstrip()}\n" for line in text.splitlines())
