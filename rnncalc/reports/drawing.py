"""Drawing: tables of text with Rich, at the width and in the characters of a page."""

from __future__ import annotations

import io
from collections.abc import Sequence

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from rnncalc.reports.page import Page, spelled, wrap

GAP = 3  # columns between two cells: padding, and the box's rule

_STYLES = {"state": "bold green", "gate": "cyan", "candidate": "magenta", "heading": "bold"}
_STYLES |= {"note": "dim", "right": "green", "follows": "yellow", "wrong": "bold red"}
_UNLIMITED = 10**6


def longest_line(cell: str) -> int:
    """Return the width that a cell needs."""
    return max(map(len, cell.split("\n")))


class Drawing:
    """Collects text and tables, and gives them back as what a page can show."""

    def __init__(self, page: Page) -> None:
        self.width = page.width or _UNLIMITED
        self._encoding = page.encoding
        self._console = Console(
            file=io.StringIO(),
            width=self.width,
            color_system="standard" if page.styled else None,
            force_terminal=page.styled,
            force_jupyter=False,
            legacy_windows=False,
            _environ={},  # what it says is in the page already
        )

    def spell(self, text: str) -> str:
        """Return text in the page's characters; to be done before its width is taken."""
        return spelled(text, self._encoding)

    def text(self, text: str = "", role: str = "", indent: str = "") -> None:
        """Add a line of text; where it is too long it is broken, between words and nowhere else."""
        lines = wrap(self.spell(text), self.width, indent)
        self._console.print(Text(lines, _STYLES.get(role, "")), soft_wrap=True)

    def table(
        self,
        header: Sequence[str],
        rows: Sequence[Sequence[str]],
        widths: Sequence[int],
        roles: Sequence[Sequence[str]],
    ) -> None:
        """Add a table of spelled cells, each in the style of its role."""
        # Widths are given and gaps are part of them: Rich takes its time to measure and to pad.
        table = Table(box=SIMPLE_HEAD, show_edge=False, padding=0)
        for heading, width in zip(header, widths, strict=True):
            table.add_column(Text(heading), width=width + GAP - 1)
        for row, styles in zip(rows, roles, strict=True):
            cells = zip(row, styles, strict=True)
            table.add_row(*(Text(cell, _STYLES.get(role, "")) for cell, role in cells))
        self._console.print(table)

    def take(self) -> str:
        """Return what was added since the last time."""
        buffer = self._console.file
        assert isinstance(buffer, io.StringIO)
        text = buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
        return "".join(f"{line.rstrip()}\n" for line in self.spell(text).splitlines())
