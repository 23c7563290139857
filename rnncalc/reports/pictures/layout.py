"""Layout: where the parts of a diagram stand, and which way the wires between them go.

Cards stand side by side at the bottom; what is made of them stands above, straight above the last
that it reads if there is room. Each operation has a row of its own, each wire a track of its own,
and words stand where no wire goes: so nothing can lie on anything else, whatever the cell.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import NamedTuple

from rnncalc.reports.pictures.parts import Part

RADIUS = 15
_GUTTER, _TRACK, _LANE = 11, 10, 26
_ABOVE = 36  # what a row needs above it besides the lines of a number

Point = tuple[float, float]


class Wire(NamedTuple):
    """A line through points. rail: whether it carries a state. dot: whether it starts at a dot."""

    points: Sequence[Point]
    rail: bool = False
    dot: bool = False
    tip: bool = True


class Ends(NamedTuple):
    """How high each previous state, input and result stands at the edges, by name."""

    left: dict[str, float]
    right: dict[str, float]


class Layout:
    """The places of all parts; x is that of a part's middle, y that of its wire.

    parts: as `parts.parts_of` has them. names: the inputs and previous states, the parts that lead
    to the right edge, and the states. half: how far a part reaches to the left and to the right of
    its middle. card_height: that of all cards. lines: how many lines a number has at most. corner:
    the left end of the cell, and its top.
    """

    def __init__(
        self,
        parts: Sequence[Part],
        names: tuple[Sequence[str], Sequence[str], Collection[str]],
        half: Callable[[Part], tuple[float, float]],
        card_height: float,
        lines: int,
        corner: tuple[float, float],
    ) -> None:
        self.parts, (self._given, self._leaving, self._states) = parts, names
        self._half, self._card_height = half, card_height
        self._left, top = corner
        self._above = _ABOVE + 16 * lines
        self.rails = list(dict.fromkeys(part.rail for part in parts if part.rail))
        self._columns: list[list[int]] = []
        self._column: dict[int, int] = {}
        self._rows: list[tuple[str, int]] = []  # from the lowest: an operation, a lane, an exit
        self._straight: dict[int, int] = {}  # the part right below, by the part above it
        for place in range(len(parts)):
            self._stand(place)
        self._trunked = self._sources_with_a_trunk()
        self._measure(top)

    def _stand(self, place: int) -> None:
        """Choose the column of a part, and its row."""
        part = self.parts[place]
        below = self._below(part)
        if below is None:
            self._columns.append([])
        else:
            self._straight[place] = below
        column = len(self._columns) - 1 if below is None else self._column[below]
        self._columns[column].append(place)
        self._column[place] = column
        if not part.is_card:
            sideways = [source for source in part.inputs if source != below]
            if part.rail:
                sideways = sideways[1:]
                self._rows += [("lane", place)] * bool(sideways)
            else:
                self._rows += [("lane", place)] * (len(sideways) > 1)
                self._rows.append(("part", place))
        elif part.name in self._leaving:
            self._rows.append(("exit", place))

    def _below(self, part: Part) -> int | None:
        """Return the part that another one stands straight above, None if it needs a column."""
        if part.is_card:
            return None
        inputs = part.inputs[1:] if part.rail else part.inputs
        places = [source for source in inputs if isinstance(source, int)]
        if not places:
            return None
        last = max(places, key=self._column.__getitem__)
        column = self._column[last]
        others = [self._column[place] for place in places if place != last]
        if part.rail:
            others += [c for p, c in self._column.items() if self.parts[p].rail == part.rail]
        is_free = self._columns[column][-1] == last and not self.parts[last].rail
        return (
            last
            if is_free and inputs.count(last) == 1 and column > max(others, default=-1)
            else None
        )

    def _sources_with_a_trunk(self) -> list[int | str]:
        found: dict[int | str, None] = {}
        for place, part in enumerate(self.parts):
            inputs = part.inputs[1:] if part.rail else part.inputs
            found |= {s: None for s in inputs if self._straight.get(place) != s or part.is_card}
        found |= {place: None for kind, place in self._rows if kind == "exit"}
        return list(found)

    def _measure(self, top: float) -> None:
        """Give every column, row and track its place."""
        x = self._left + _GUTTER
        self.trunk: dict[int | str, float] = {}
        for name in filter(self._trunked.__contains__, self._given):
            self.trunk[name] = x
            x += _TRACK
        self.x: dict[int, float] = {}
        for column in self._columns:
            reach = [self._half(self.parts[place]) for place in column]
            middle = x + _GUTTER + max(left for left, _ in reach)
            self.x |= dict.fromkeys(column, middle)
            x = middle + max(right for _, right in reach) + _GUTTER
            for place in filter(self._trunked.__contains__, column):
                self.trunk[place] = x
                x += _TRACK
        self.right = x + _GUTTER
        y = top
        self.rail: dict[str, float] = {}
        for name in self.rails:
            y += self._above
            self.rail[name] = y
        y += 24 * bool(self.rails)
        self.row: dict[tuple[str, int], float] = {}
        for kind, place in reversed(self._rows):
            y += _LANE if kind == "lane" else self._above
            self.row[kind, place] = y
        self.card_top = y + 36
        y = self.card_top + self._card_height + 8
        self.bus: dict[int | str, float] = {}
        read = {source: None for part in self.parts if part.is_card for source in part.inputs}
        own = [name for name in self._given if name not in self.rails]
        for source in [*(s for s in read if s not in own), *own]:
            y += self._above - 12 if source in own else 18
            self.bus[source] = y
        self.bottom = y + 26

    def y(self, place: int) -> float:
        """Return how high the wire is that leads away from a part."""
        part = self.parts[place]
        if part.is_card:
            return self.card_top + 22
        return self.rail[part.rail] if part.rail else self.row["part", place]

    def ends(self) -> Ends:
        """Return how high what stands at the edges is."""
        left = {n: self.rail.get(n, self.bus.get(n, 0.0)) for n in self._given}
        right = {}
        for place, part in enumerate(self.parts):
            if part.name in self._leaving:
                right[part.name] = self.row.get(("exit", place)) or self.y(place)
        return Ends(left, right)

    def wires(self) -> list[Wire]:
        """Return all wires."""
        found = [wire for place in range(len(self.parts)) for wire in self._into(place)]
        self._taps = dict.fromkeys(self.bus.values(), 0.0)
        for x, y in (wire.points[-2] for wire in found if wire.points[-2][1] in self._taps):
            self._taps[y] = max(x, self._taps[y])
        found = [self._tapped(wire) for wire in found]
        for place, part in enumerate(self.parts):
            if part.name in self._leaving:
                start = self._edge(place)
                y = self.ends().right[part.name]
                points = [start, (self.right + 12, y)]
                if y != start[1]:
                    trunk = self.trunk[place]
                    points = [start, (trunk, start[1]), (trunk, y), (self.right + 12, y)]
                found.append(Wire(points, rail=part.name in self._states))
        self._all = found
        return found

    def _tapped(self, wire: Wire) -> Wire:
        """Return a wire from where it leaves another one that leads to a card farther right."""
        x, y = wire.points[-2]
        return wire if self._taps.get(y, x) <= x else Wire(wire.points[-2:], dot=True)

    def joints(self) -> list[Point]:
        """Return where a trunk leads on, past a wire that leaves it."""
        found = []
        for source, trunk in self.trunk.items():
            start = self._edge(source)[1]
            leaving = {p[1] for w in self._all for p in w.points if p[0] == trunk} - {start}
            for side in (1, -1):
                way = sorted(side * (y - start) for y in leaving if side * (y - start) > 0)
                found += [(trunk, start + side * far) for far in way[:-1]]
        return found

    def _edge(self, source: int | str) -> Point:
        """Return where a wire leaves a part, or comes in from the left."""
        if isinstance(source, str):
            return self._left - 12, self.rail.get(source, self.bus.get(source, 0.0))
        reach = self._half(self.parts[source])
        own = reach[1] if self.parts[source].is_card else reach[0]
        return self.x[source] + own, self.y(source)

    def _into(self, place: int) -> list[Wire]:
        """Return the wires that lead into a part."""
        part, found = self.parts[place], []
        x, (half, _) = self.x[place], self._half(part)
        inputs = list(part.inputs)
        if part.is_card:
            for number, source in enumerate(dict.fromkeys(inputs), 1):
                to = x - half + 2 * half * number / (len(set(inputs)) + 1)
                foot = self.card_top + self._card_height
                found.append(self._led(source, self.bus[source], [(to, foot + 2)]))
            return found
        y = self.y(place)
        if part.rail:
            found.append(Wire([self._edge(inputs.pop(0)), (x - half, y)], rail=True))
        straight = self._straight.get(place)
        if straight is not None:
            inputs.remove(straight)
            below = self.parts[straight]
            start = self.card_top if below.is_card else self.y(straight) - RADIUS
            found.append(Wire([(x, start), (x, y + RADIUS)]))
        if inputs and not part.rail:
            found.append(self._led(inputs.pop(0), y, [(x - half, y)]))
        for source in inputs:
            found.append(self._led(source, self.row["lane", place], [(x, y + RADIUS)]))
        return found

    def _led(self, source: int | str, y: float, to: list[Point]) -> Wire:
        """Return the wire from a source by its trunk to a height, and on to a place."""
        start, (end, foot) = self._edge(source), to[0]
        turn = [] if foot == y else [(end, y)]
        trunk = self.trunk[source]
        if start[1] == y:
            return Wire([start, *turn, (end, foot)])
        is_joined = isinstance(source, str) or not self.parts[source].is_card
        first = [(trunk, start[1])] if is_joined else [start, (trunk, start[1])]
        if is_joined and not (isinstance(source, str) or self._leads_on(source)):
            first, is_joined = [start, *first], False
        return Wire([*first, (trunk, y), *turn, (end, foot)], dot=is_joined)

    def _leads_on(self, place: int) -> bool:
        """Return whether a wire leads straight on to the right of a part."""
        part = self.parts[place]
        on_rail = any(p.rail and p.inputs[0] == place for p in self.parts)
        return on_rail or part.name in self._leaving
