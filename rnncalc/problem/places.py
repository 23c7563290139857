"""Places: what names such as ``h``, ``pre.f[2]`` and ``h[2]@3`` stand for."""

from collections.abc import Collection
from typing import NamedTuple

from rnncalc.cells.model import Cell, stages
from rnncalc.errors import Faults, UnusableError, quoted
from rnncalc.numerals import is_step


class Place(NamedTuple):
    """A quantity, and what was said of the unit and the step.

    name: as in the JSON output. unit: from 1, 0 if no more is known than that there may be less
    elements than the quantity has, None for all of it. t: None if no step was named.
    """

    name: str
    unit: int | None
    t: int | None

    @property
    def quantity(self) -> str:
        """The name of the quantity, also for a pre-activation."""
        return self.name.rpartition(".")[2]

    @property
    def label(self) -> str:
        """The name as it is typed: ``h[2]@3``."""
        return f"{self.name}{f'[{self.unit}]' if self.unit else ''}{f'@{self.t}' if self.t else ''}"


def placed_at(cell: Cell, what: str, text: str, faults: Faults) -> Place | None:
    """Return what a name such as ``s``, ``s[2]`` or ``pre.f[2]@1`` is for; None if it isn't known.

    what: how an error calls what has the name. Raises ValueError, worded to stand behind what was
    given, for a unit or a step that is none.
    """
    whole, at, step = text.partition("@")
    name, bracket, unit = whole.removesuffix("]").partition("[")
    if not is_known(cell, what, name, faults):
        return None
    if at and not is_step(step):
        raise UnusableError(
            "place", f"names no step: they count from 1, and {name}@2 is {name} at step 2"
        )
    if bracket and unit and not (is_step(unit) and whole.endswith("]")):
        raise UnusableError(
            "place", f"names no unit: they count from 1, and {name}[2] is unit 2 of {name}"
        )
    return Place(name, int(unit or 0) if bracket else None, int(step) if at else None)


def is_known(cell: Cell, label: str, name: str, faults: Faults) -> bool:
    """Return whether a step has something of that name; note it, behind a label, if not."""
    known, now = stages(cell), name.replace("z.", "pre.", 1)
    if name not in known:
        from rnncalc.problem.names import unknown_name

        renamed = f"{label} {quoted(name)} is called {now} here"
        faults.add("name", renamed if now in known else unknown_name(cell, label, name, known))
    return name in known


def read_places(
    cell: Cell, option: str, text: str | None, known: Collection[str], faults: Faults
) -> list[Place]:
    """Return what an option names, by comma: quantities, units of them, steps of them.

    known: the names that there are now. Notes what is wrong with them.
    """
    places = list[Place]()
    for name in map(str.strip, text.split(",") if text is not None else ()):
        if name.partition("@")[0].partition("[")[0] not in known:
            from rnncalc.problem.names import unknown_name

            faults.add("name", unknown_name(cell, option, name, list(cell.quantities)))
            continue
        with faults.of(f"{option} {name}"):
            place = placed_at(cell, option, name, faults)
            if place and place in places:
                raise UnusableError("place", "is named more than once; once is enough")
            places += [place] if place else []
    if len({place.t is None for place in places}) > 1:
        told = "mixes names with a step and names without: with steps there is one line"
        faults.add("together", f"{option} {text} {told}, without a line for each step")
    return places
