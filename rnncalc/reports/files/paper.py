"""Paper: a page of HTML with headings, tables and a picture."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from html import escape
from importlib.resources import files
from string import Template
from xml.etree.ElementTree import Element, SubElement, tostring

from rnncalc.reports.grid import pointed
from rnncalc.reports.pictures.svg import clean

_FORMS = ("html", "css")


class Paper:
    """A page that is added to from top to bottom."""

    def __init__(self, title: str) -> None:
        self._title = clean(title)
        self._main = Element("main")
        SubElement(self._main, "h1").text = self._title

    def text(self, text: str, kind: str = "") -> None:
        """Add a paragraph."""
        found = SubElement(self._main, "p", {"class": kind} if kind else {})
        found.text = clean(text)

    def picture(self, picture: Element, label: str) -> None:
        """Add a picture; one that is too wide can be scrolled, also with the keyboard."""
        told = {"class": "wide", "tabindex": "0", "role": "region", "aria-label": label}
        SubElement(SubElement(self._main, "figure"), "div", told).append(picture)

    def table(
        self,
        title: str,
        header: Sequence[str],
        rows: Iterable[Sequence[str]],
        *,
        kinds: Sequence[str] = (),
        numbers: Collection[int] = (),
        folds: bool = False,
    ) -> None:
        """Add a table, whose first column names each row.

        kinds: a class for each row. numbers: the columns of numbers. folds: whether it is folded.
        """
        place = self._main
        if folds:
            place = SubElement(self._main, "details")
            SubElement(place, "summary").text = title
        told = {"class": "wide", "tabindex": "0", "role": "region", "aria-label": title}
        table = SubElement(SubElement(place, "div", told), "table")
        SubElement(table, "caption").text = title
        top = SubElement(SubElement(table, "thead"), "tr")
        for cell in header:
            SubElement(top, "th", scope="col").text = cell
        body = SubElement(table, "tbody")
        for number, row in enumerate(pointed(list(rows))):
            line = SubElement(body, "tr", {"class": kinds[number]} if kinds else {})
            SubElement(line, "th", scope="row").text = clean(row[0])
            for column, cell in enumerate(row[1:], 1):
                kind = {"class": "number"} if column in numbers else {}
                if kind and " " not in cell.strip():
                    kind = {"class": "number single"}  # its blanks keep it below the others
                SubElement(line, "td", kind).text = clean(cell)

    def folded(self, title: str, lines: Iterable[str], *, is_open: bool = False) -> None:
        """Add lines that are hidden until somebody asks for them."""
        found = SubElement(self._main, "details", {"open": "open"} if is_open else {})
        SubElement(found, "summary").text = title
        for line in lines:
            kind = "formula unit" if line.startswith(" ") else "formula"
            SubElement(found, "p", {"class": kind}).text = clean(line.strip())

    def notes(self, notes: Sequence[str]) -> None:
        """Add what else there is to say, if there is anything."""
        if notes:
            SubElement(self._main, "h2").text = "Notes"
            found = SubElement(self._main, "ul")
            for note in notes:
                SubElement(found, "li").text = clean(note)

    def written(self) -> str:
        """Return the page as a file's text."""
        body = tostring(self._main, encoding="unicode", method="html")
        form, style = ((files(__package__) / f"page.{end}").read_text("utf-8") for end in _FORMS)
        return Template(form).substitute(title=escape(self._title), style=style, body=body)
