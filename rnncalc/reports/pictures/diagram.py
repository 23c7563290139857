"""The diagram of a step: a cell's parts with their numbers, and the wires between them."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from rnncalc.cells.functions import FUNCTIONS
from rnncalc.cells.notation import UNICODE
from rnncalc.errors import listing
from rnncalc.numerals import shortened
from rnncalc.reports.equations import working_lines
from rnncalc.reports.page import Page
from rnncalc.reports.pictures.layout import RADIUS, Layout, Wire
from rnncalc.reports.pictures.parts import Part, parts_of, quantity_lines, value_lines
from rnncalc.reports.pictures.svg import (
    LARGE,
    NORMAL,
    SMALL,
    TITLE,
    Sheet,
    broken,
    shortened_to,
    symbol_width,
    width,
)
from rnncalc.reports.rows import LONGEST
from rnncalc.trace.step import Step
from rnncalc.trace.trace import Trace
from rnncalc.trace.working import Derivation, derivations

_EDGE, _LINE, _PAD = 24, 18, 12
_WIDEST, _MOST_WIDE = 300, 190  # pixels of a sum in a card, and of what a quantity is called
_LEAST = 150  # pixels of a card
_UNITS = 4


def diagram(trace: Trace, step: Step, page: Page, notes: list[str]) -> Element:
    """Return the picture of a step, with what has to be said of it below."""
    return _Diagram(trace, step, page).drawn(notes)


class _Diagram:
    def __init__(self, trace: Trace, step: Step, page: Page) -> None:
        self.problem, self.step, self.digits = trace.problem, step, page.digits
        self.cell = self.problem.cell
        self.sheet = Sheet()
        self.parts = parts_of(self.problem, step, self.digits)
        worked: dict[str, list[str]] = {}
        for found in derivations(self.problem, step, UNICODE, self.digits):
            name = found.label.partition("[")[0]
            worked[name] = [*worked.get(name, ()), *self._told(found)]
        self.lines = {part.name: self._card_lines(part, worked) for part in self.parts if part.line}
        computed = {line.name for line in self.cell.equations}
        self.given = [name for name in step.values if name not in computed]
        roles = self.cell.roles
        self.leaving = [n for n in step.values if n in computed and roles[n] in ("state", "output")]

    def _told(self, found: Derivation) -> Iterator[str]:
        """Yield the lines of a derivation as a card has them: the sum, and the function of it."""
        stages = list(found.stages)
        if found.sizes or len(stages) < 3 - found.is_unit:
            return
        *sums, before, last = stages if found.is_unit else stages[1:]
        end = f"{before[1]} {' '.join(last)}"
        if found.is_unit:
            yield f"{found.label[found.label.rindex('[') :]} {end}"
            return
        for text in (*(text for _, text in sums), end):
            yield from broken(text, NORMAL, _WIDEST)

    def _card_lines(self, part: Part, worked: dict[str, list[str]]) -> list[str]:
        if part.name in self.problem.held_in(self.step.t):
            return [*part.shown, "held with --set"]
        lines = worked.get(part.name)
        if lines and len(lines) <= 2 * _UNITS:
            return lines
        is_vector = not isinstance(self.step.values[part.name], float)
        if is_vector and "units" not in part.shown[0]:
            return [f"[{unit}] {text}" for unit, text in enumerate(part.shown, 1)]
        return list(part.shown)

    def _half(self, part: Part) -> tuple[float, float]:
        """Return how far a part reaches to the left and to the right of its middle."""
        if part.line:
            half = self._card_width(part) / 2
            return half, half
        half = max(RADIUS, width(part.text, 14, is_number=True) / 2 + 10)
        label = max(width(text, NORMAL, is_number=True) for text in part.shown)
        return half, half + 5 + label

    def _card_width(self, part: Part) -> float:
        lines = max(width(text, NORMAL, is_number=True) for text in self.lines[part.name])
        head = symbol_width(part.name, LARGE) + 14 + min(width(self._what(part), SMALL), _MOST_WIDE)
        return max(_LEAST, lines + 2 * _PAD, head + 2 * _PAD)

    def _what(self, part: Part) -> str:
        what = self.cell.quantities[part.name]
        return "" if what == part.name else what

    def _bars(self, part: Part) -> list[float]:
        """Return the values of a card that has a bar for each."""
        line, shown = part.line, self.step.values[part.name]
        function = FUNCTIONS.get(line.activation or "") if line else None
        if not function or not function.is_bounded:
            return []
        values = [shown] if isinstance(shown, float) else shown.tolist()
        return values if len(values) <= _UNITS else []

    def _card_height(self) -> float:
        cards = [part for part in self.parts if part.line]
        lines = max((len(self.lines[part.name]) for part in cards), default=1)
        bars = max((len(self._bars(part)) for part in cards), default=0)
        return 38 + lines * _LINE + 9 * bars + 6 * bool(bars)

    def drawn(self, notes: list[str]) -> Element:
        step, sheet, roles = self.step, self.sheet, self.cell.roles
        titles = [f"{self.cell.title}, step {self.problem.number(step.t)}"]
        subtitle = self._subtitle()
        shown = {n: value_lines(step.values[n], self.digits) for n in (*self.given, *self.leaving)}
        label = max((self._label_width(name, shown[name]) for name in shown), default=0.0)
        left = _EDGE + label + 26
        lines = max(len(texts) for texts in (*shown.values(), *(p.shown for p in self.parts)))
        top = 84 if subtitle else 64
        layout = Layout(
            self.parts,
            (self.given, self.leaving, self.cell.states),
            self._half,
            self._card_height(),
            lines,
            (left, top),
        )
        wide = max(layout.right + 26 + label + _EDGE, width(titles[0], TITLE) + 2 * _EDGE, 420)
        frame = {"width": layout.right - left, "height": layout.bottom - top, "rx": 14}
        sheet.text(_EDGE, 38, shortened_to(titles[0], TITLE, wide - 2 * _EDGE), "bold", TITLE)
        if subtitle:
            sheet.text(_EDGE, 60, shortened_to(subtitle, SMALL, wide - 2 * _EDGE), "quiet", SMALL)
        sheet.shape("rect", "cell", x=left, y=top, **frame)
        for wire in layout.wires():
            self._draw_wire(wire)
        for joint in layout.joints():
            sheet.dot(*joint)
        for name in self.given:
            y = layout.ends().left[name]
            self._draw_label(_EDGE, y, name, shown[name], roles[name])
            sheet.wire([(left - 18, y), (left, y)], "state" * (roles[name] == "state"))
        for place, part in enumerate(self.parts):
            (self._draw_card if part.line else self._draw_operation)(part, place, layout)
        answer = next((n for n in reversed(self.leaving) if roles[n] == "state"), "")
        for name, y in layout.ends().right.items():
            if name == answer:
                high = 16 * len(shown[name]) + 16
                box = {"width": label + 16, "height": high, "rx": 9}
                sheet.shape("rect", "answer", x=layout.right + 18, y=y - high / 2, **box)
            self._draw_label(layout.right + 26, y, name, shown[name], roles[name])
        y = self._draw_words(layout.bottom + 12, wide, notes)
        return sheet.finished((wide, y + 14), self._title(answer), self._description(answer))

    def _subtitle(self) -> str:
        if not self.problem.ties:
            return ""
        functions = [name for name in self.cell.functions if FUNCTIONS[name].levels]
        return f"{listing(functions)} rounded, as the lecture has it"

    def _label_width(self, name: str, shown: tuple[str, ...]) -> float:
        numbers = max(width(text, 15, is_number=True) for text in shown)
        return symbol_width(name, LARGE) + 10 + numbers

    def _draw_label(self, x: float, y: float, name: str, shown: tuple[str, ...], role: str) -> None:
        """Write a quantity and its value beside a wire's end."""
        self.sheet.symbol(x, y + 5, name, role)
        beside = x + symbol_width(name, LARGE) + 10
        for number, text in enumerate(shown):
            line = y + 5 + 16 * (number - (len(shown) - 1) / 2)
            self.sheet.text(beside, line, text, f"n bold of-{role}", 15 if len(shown) < 2 else 14)

    def _draw_wire(self, wire: Wire) -> None:
        kind = "state" if wire.rail else ""
        points = list(wire.points)
        (x, y), (before_x, before_y) = points[-1], points[-2]
        # The tip is a shape: markers look different from one program to the next.
        across, along = (x > before_x) - (x < before_x), (y > before_y) - (y < before_y)
        self.sheet.wire([*points[:-1], (x - 5 * across, y - 5 * along)], kind)
        back, side = (x - 7 * across, y - 7 * along), (4 * along, 4 * across)
        corners = [(x, y), *((back[0] + s * side[0], back[1] + s * side[1]) for s in (1, -1))]
        places = " ".join(f"{px:.1f},{py:.1f}" for px, py in corners)
        self.sheet.shape("polygon", f"tip {kind}".strip(), points=places)
        if wire.dot:
            self.sheet.dot(*points[0])

    def _draw_card(self, part: Part, place: int, layout: Layout) -> None:
        sheet, role = self.sheet, self.cell.roles[part.name]
        wide, high = self._card_width(part), self._card_height()
        x, y = layout.x[place] - wide / 2, layout.card_top
        sheet.shape("rect", f"card {role}", x=x, y=y, width=wide, height=high, rx=9)
        sheet.symbol(x + _PAD, y + 25, part.name, role)
        room = wide - 2 * _PAD - 10 - symbol_width(part.name, LARGE)
        what = shortened_to(self._what(part), SMALL, room)
        sheet.text(x + wide - _PAD, y + 23, what, "quiet", SMALL, "end")
        y += 28
        for text in self.lines[part.name]:
            y += _LINE
            sheet.text(x + _PAD, y, text, "n")
        line = part.line
        bars = self._bars(part)
        for number, level in enumerate(bars):
            low = 0.0 if line and FUNCTIONS[line.activation or ""].is_gate else -1.0
            track = {"y": layout.card_top + high - 12 - 9 * (len(bars) - 1 - number), "height": 5}
            length, start = wide - 2 * _PAD, x + _PAD
            zero = start + length * (0 - low) / (1 - low)
            end = start + length * (level - low) / (1 - low)
            sheet.shape("rect", "track", x=start, width=length, rx=2.5, **track)
            bar = {"x": min(zero, end), "width": abs(end - zero), "rx": 2.5, **track}
            sheet.shape("rect", f"fill-{role}", **bar)
            if low:
                sheet.shape("rect", "zero", x=zero, width=0.1, y=track["y"] - 2, height=9)

    def _draw_operation(self, part: Part, place: int, layout: Layout) -> None:
        x, y = layout.x[place], layout.y(place)
        half = self._half(part)[0]
        box = {"x": x - half, "y": y - RADIUS, "width": 2 * half, "height": 2 * RADIUS}
        self.sheet.shape("rect", "op", rx=RADIUS, **box)
        self.sheet.text(x, y + 5, part.text, "n", 14, "middle")
        role = self.cell.roles.get(part.name, "")
        for number, text in enumerate(part.shown):
            line = y - 10 - 16 * (len(part.shown) - 1 - number)
            self.sheet.text(x + half + 5, line, text, f"n bold of-{role}")

    def _draw_words(self, y: float, wide: float, notes: list[str]) -> float:
        """Write out what is no card, and the notes, below the cell; return where they end."""
        small = self.problem.sizes.largest <= _UNITS
        names = [part.name for part in self.parts if part.name and not part.line] * small
        for name in names:
            for line in working_lines(self.problem, self.step, self.digits, lambda _: True, name):
                indent = _EDGE + 16 * line.startswith(" ")
                for text in broken(line.strip(), NORMAL, wide - _EDGE - indent):
                    y += 20
                    self.sheet.text(indent, y, text, "n")
        y += 6
        bars = {part.line.activation for part in self.parts if part.line and self._bars(part)}
        scales = sorted({"0 to 1" if FUNCTIONS[b or ""].is_gate else "−1 to 1" for b in bars})
        told = [*notes, *([f"bars: {listing(scales)}"] if scales else [])]
        for note in told:
            for text in broken(note, SMALL, wide - 2 * _EDGE):
                y += 18
                self.sheet.text(_EDGE, y, text, "quiet", SMALL)
        return y

    def _title(self, answer: str) -> str:
        shown = shortened(self.step.values[answer], self.digits, LONGEST) if answer else ""
        return f"{self.cell.title}, step {self.problem.number(self.step.t)}: {answer} = {shown}"

    def _description(self, answer: str) -> Iterator[str]:
        step, told = self.step, self.cell.quantities
        names = [answer, *(name for name in step.values if name != answer)]
        for name in filter(None, names):
            lines = quantity_lines(self.problem, step, name, self.digits)
            what = "" if told[name] == name else f", {told[name]},"
            text = ", ".join(lines).replace("\xa0", "")
            yield f"{name}{what} is {text.replace(' → ', ', rounded to ')}"
