"""Drawing: tables of text with Rich, at the width and in the characters of a page."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence

from rich.box import SIMPLE_HEAD
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from rnncalc.reports.page import Page, spelled, wrap

_GAP = 3  # columns between two cells: padding, and the box's rule
_STYLES = {"state": "bold green", "gate": "cyan", "candidate": "magenta", "heading": "bold"}
_STYLES |= {"note": "dim", "right": "green", "follows": "yellow", "wrong": "bold red"}


class Drawing:
    """Collects text and tables, and gives them back as what a page can show."""

    def __init__(self, page: Page) -> None:
        self.width = page.width or 10**6
        self._encoding = page.encoding
        self._file = io.StringIO()
        self._console = Console(
            file=self._file,
            width=self.width,
            color_system="standard" if page.styled else None,
            force_terminal=page.styled,
            force_jupyter=False,
            legacy_windows=False,
            _environ={},  # what it says is in the page already
        )

    def spelled(self, text: str) -> str:
        """Return text in the characters of the page."""
        return spelled(text, self._encoding)

    def text(self, text: str = "", role: str = "") -> None:
        """Add a line of text; where it is too long it is broken, between words and nowhere else."""
        lines = wrap(spelled(text, self._encoding), self.width)
        self._console.print(Text(lines, _STYLES.get(role, "")), soft_wrap=True)

    def table(
        self,
        header: Sequence[str],
        rows: Sequence[Sequence[str]],
        roles: Sequence[Sequence[str]],
        *,
        title: str = "",
        wrapped: int | None = None,
        widest: int | None = None,
    ) -> bool:
        """Add a table, each cell in the style of its role, and return whether it fits.

        title: stands above it. wrapped: the column whose words may be broken into lines. widest:
        columns, where the page has more.
        """
        rows = [[spelled(cell, self._encoding) for cell in row] for row in rows]
        columns = ("\n".join(column).split("\n") for column in zip(header, *rows, strict=True))
        widths = [max(map(cell_len, lines)) for lines in columns]
        excess = sum(widths) + _GAP * (len(widths) - 1) - min(self.width, widest or self.width)
        if excess > 0 and wrapped is not None:
            widths[wrapped] -= excess
            words = (word for row in rows for word in row[wrapped].split())
            excess = max(map(cell_len, words)) - widths[wrapped]
        if excess > 0:
            return False
        if title:
            self.text(title, "heading")
        # Widths are given and gaps are part of them: Rich takes its time to measure and to pad.
        table = Table(box=SIMPLE_HEAD, show_edge=False, padding=0)
        for heading, width in zip(header, widths, strict=True):
            table.add_column(Text(heading), width=width + _GAP - 1)
        for row, styles in zip(rows, roles, strict=True):
            cells = zip(row, styles, strict=True)
            table.add_row(*(Text(cell, _STYLES.get(role, "")) for cell, role in cells))
        self._console.print(table)
        return True

    def rows(
        self,
        header: Sequence[str],
        rows: Sequence[Sequence[str]],
        roles: Sequence[str],
        line: Callable[[Sequence[str]], str],
    ) -> None:
        """Add a table, each row in the style of its role, or a line for each where it is wide."""
        if not self.table(header, rows, [[role] * len(header) for role in roles]):
            for row, role in zip(rows, roles, strict=True):
                self.text(line(row), role)

    def take(self) -> str:
        """Return what was added since the last time."""
        text = spelled(self._file.getvalue(), self._encoding)
        self._file.seek(0)
        self._file.truncate()
        return "".join(f"{line.rstrip()}\n" for line in text.splitlines())
