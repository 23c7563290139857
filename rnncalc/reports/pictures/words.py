"""Words: a table and lines as a picture."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree.ElementTree import Element

from rnncalc.reports.grid import pointed
from rnncalc.reports.pictures.svg import NORMAL, TITLE, Sheet, broken, shortened_to, width

_EDGE, _WIDE, _ROW = 24, 860, 26


def table_picture(
    title: str,
    header: Sequence[str],
    rows: Sequence[tuple[str, Sequence[str]]],
    lines: Sequence[str],
) -> Element:
    """Return a table as a picture, with a title above it and lines below.

    rows: a class and the cells of each; those of the class "wrong" are marked.
    """
    sheet = Sheet()
    pads = pointed([cells for _, cells in rows])
    rows = [(kind, [*map(_pinned, pad)]) for (kind, _), pad in zip(rows, pads, strict=True)]
    columns = zip(header, *(cells for _, cells in rows), strict=True)
    widths = [max(width(c, NORMAL, is_number=True) for c in column) + 24 for column in columns]
    wide = max(min(sum(widths), 2000) + 2 * _EDGE, _WIDE)
    y = 38.0
    for number, text in enumerate(broken(title, TITLE, wide - 2 * _EDGE, is_number=False)):
        y += 26 * bool(number)
        sheet.text(_EDGE, y, shortened_to(text, TITLE, wide - 2 * _EDGE), "bold", TITLE)
    y += 14
    for place, (kind, cells) in enumerate([("quiet", header), *rows] if rows else []):
        if kind == "wrong":
            box = {"width": sum(widths), "height": _ROW - 2, "rx": 4}
            sheet.shape("rect", "marked", x=_EDGE - 6, y=y + 1, **box)
        x = float(_EDGE)
        for column, (cell, size) in enumerate(zip(cells, widths, strict=True)):
            is_told = place and column == len(cells) - 1
            sheet.text(x, y + 17, cell, f"n {kind}" if is_told or not place else "n")
            x += size
        y += _ROW
    y += 6
    for line in lines:
        indent = _EDGE + 16 * line.startswith(" ")
        for text in broken(line.strip(), NORMAL, wide - _EDGE - indent):
            y += 19
            sheet.text(indent, y, text, "n")
    told = (", ".join(filter(None, cells)) for _, cells in rows)
    return sheet.finished((wide, y + 22), title, [*told, *lines])


def _pinned(cell: str) -> str:
    """Return a cell with blanks before it that no picture drops."""
    return cell.lstrip().rjust(len(cell), "\xa0")
