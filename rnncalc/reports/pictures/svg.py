"""SVG: a sheet that shapes and words are put on, and how wide words are at most."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from importlib.resources import files
from unicodedata import combining, east_asian_width
from xml.etree.ElementTree import Element, SubElement, tostring

from rnncalc.cells.expressions import PREVIOUS

#: Sizes of text, in pixels.
SMALL, NORMAL, LARGE, TITLE = 12, 13, 18, 19
LONGEST_DESCRIPTION = 1000  # characters
_SUBSCRIPT = 0.7  # of the size of what it belongs to
_NARROW, _BROAD = "ijl.,:;'|!()[] ", "mwMW%@—…≈→⊙σ"


def width(text: str, size: float, *, is_number: bool = False) -> float:
    """Return how many pixels a text takes at most, in any of the fonts that the pictures name."""
    return size * sum(map(_ems, text) if not is_number else map(_number_ems, text))


def _ems(character: str) -> float:
    if combining(character):
        return 0.0
    if east_asian_width(character) in "WF":
        return 1.1
    if character in _NARROW:
        return 0.42
    return 1.1 if character in _BROAD else 0.84 if character.isupper() else 0.7


def _number_ems(character: str) -> float:
    if character.isascii():
        return 0.61
    return max(_ems(character), 0.8)


def clean(text: str) -> str:
    """Return text with nothing in it that XML can't hold."""
    return re.sub(r"[^\t\n\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "\ufffd", text)


def shortened_to(text: str, size: float, limit: float) -> str:
    """Return a text, or as much of it as a width holds."""
    if width(text, size) <= limit:
        return text
    while text and width(f"{text}…", size) > limit:
        text = text[:-1]
    return f"{text.rstrip()}…"


def broken(text: str, size: float, limit: float, *, is_number: bool = True) -> Iterator[str]:
    """Yield the lines of a text, broken at blanks where it is too wide."""
    line = ""
    for word in text.split(" "):
        longer = f"{line} {word}" if line else word
        if line and width(longer, size, is_number=is_number) > limit:
            yield line
            longer = f"  {word}"
        line = longer
    yield line


def symbol_parts(name: str) -> tuple[str, str]:
    """Return the name of a quantity, and what stands below it: h and t−1 for h_prev."""
    if name.endswith(PREVIOUS):
        return name.removesuffix(PREVIOUS), "t−1"
    return name, "t"


def symbol_width(name: str, size: float) -> float:
    """Return how wide a symbol is at most."""
    base, below = symbol_parts(name)
    return width(base, size) + width(below, size * _SUBSCRIPT)


def formula_width(parts: Iterable[tuple[str, str]], size: float) -> float:
    """Return how wide texts are at most that each have something below them."""
    return sum(width(base, size) + width(below, size * _SUBSCRIPT) for base, below in parts)


def number(value: float) -> str:
    """Write a coordinate."""
    return f"{value:.1f}".removesuffix(".0")


class Sheet:
    """What a picture is drawn on; its size is said when all is drawn."""

    def __init__(self) -> None:
        self._root = Element("svg", {"xmlns": "http://www.w3.org/2000/svg", "lang": "en"})
        self._title = SubElement(self._root, "title", id="picture-title")
        self._told = SubElement(self._root, "desc", id="picture-description")
        style = (files(__package__) / "picture.css").read_text("utf-8")
        SubElement(self._root, "style").text = style
        self._ground = SubElement(self._root, "rect", {"class": "ground"})

    def shape(self, tag: str, kind: str, **attributes: object) -> None:
        """Add a shape of a class; numbers are written as coordinates."""
        texts = {
            name.replace("_", "-"): number(value) if isinstance(value, int | float) else str(value)
            for name, value in attributes.items()
        }
        SubElement(self._root, tag, {"class": kind, **texts})

    def wire(self, points: Sequence[tuple[float, float]], kind: str = "") -> None:
        """Add a line with round corners through points that lie straight below or beside."""
        start, *others = points
        path, before = f"M{number(start[0])} {number(start[1])}", start
        for place, point in enumerate(others):
            if place + 1 == len(others):
                path += f"L{number(point[0])} {number(point[1])}"
                break
            into, out = (_towards(point, end) for end in (before, others[place + 1]))
            path += f"L{into}Q{number(point[0])} {number(point[1])} {out}"
            before = point
        self.shape("path", f"wire {kind}".strip(), d=path)

    def dot(self, x: float, y: float) -> None:
        """Mark a place where wires are joined."""
        self.shape("circle", "dot", cx=x, cy=y, r=3.2)

    def text(
        self, x: float, y: float, text: str, kind: str = "", size: float = NORMAL, anchor: str = ""
    ) -> None:
        """Add words; of the class "n", they are in the font of numbers."""
        found = self._text(x, y, kind, size, anchor)
        found.text = clean(text)

    def symbol(
        self, x: float, y: float, name: str, role: str, size: float = LARGE, anchor: str = ""
    ) -> None:
        """Add the name of a quantity, with its step below it."""
        found = self._text(x, y, f"symbol of-{role}", size, anchor)
        _subscripted(found, [symbol_parts(name)], size)

    def formula(
        self, x: float, y: float, parts: Iterable[tuple[str, str]], kind: str, size: float = LARGE
    ) -> None:
        """Add texts that each have something below them, perhaps nothing."""
        _subscripted(self._text(x, y, f"symbol {kind}", size, ""), parts, size)

    def _text(self, x: float, y: float, kind: str, size: float, anchor: str) -> Element:
        place = {"x": number(x), "y": number(y), "font-size": number(size)}
        if kind:
            place["class"] = kind
        if anchor:
            place["text-anchor"] = anchor
        return SubElement(self._root, "text", place)

    def finished(self, size: tuple[float, float], title: str, told: Iterable[str]) -> Element:
        """Return the picture with its size, its title and its description in sentences."""
        self._title.text, self._told.text = clean(title), clean(_sentences(told))
        wide, high = map(number, size)
        self._root.attrib |= {
            "viewBox": f"0 0 {wide} {high}",
            "width": wide,
            "height": high,
            "role": "img",
            "aria-labelledby": "picture-title picture-description",
        }
        self._ground.attrib |= {"width": wide, "height": high}
        return self._root


def _subscripted(found: Element, parts: Iterable[tuple[str, str]], size: float) -> None:
    """Fill a text with texts and what stands below each; all but the first are raised again."""
    (base, below), *others = parts
    down, small = number(size / 4), number(size * _SUBSCRIPT)
    found.text, is_low = clean(base), bool(below)
    if below:
        SubElement(found, "tspan", {"dy": down, "font-size": small}).text = clean(below)
    for base, below in others:
        SubElement(found, "tspan", {"dy": f"-{down}"} if is_low else {}).text = clean(base)
        is_low = bool(below)
        if below:
            SubElement(found, "tspan", {"dy": down, "font-size": small}).text = clean(below)


def written(picture: Element) -> str:
    """Return a picture as a file's text."""
    return tostring(picture, encoding="unicode") + "\n"


def _towards(corner: tuple[float, float], end: tuple[float, float]) -> str:
    """Return the place on the way from a corner to an end where its rounding begins."""
    (x, y), (to_x, to_y) = corner, end
    far = abs(to_x - x) + abs(to_y - y)
    share = min(8.0, far / 2) / far if far else 0.0
    return f"{number(x + (to_x - x) * share)} {number(y + (to_y - y) * share)}"


def _sentences(told: Iterable[str]) -> str:
    """Join sentences, as many as there is room for."""
    text = ""
    for sentence in told:
        if len(text) + len(sentence) + 2 > LONGEST_DESCRIPTION:
            break
        text += f"{sentence}. "
    return text.rstrip()
