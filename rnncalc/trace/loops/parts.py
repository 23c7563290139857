"""Parts: some elements of what there is, and which results are exact in all such parts."""

from array import array
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple


class Exactness:
    """Which results of an equation are exact: those that are whole in each of the pieces.

    is_settled: whether all pieces have been looked at. has_turned: whether a result was taken for
    exact in one piece, and is not in a later one.
    """

    def __init__(self) -> None:
        self.is_settled = False
        self.has_turned = False
        self._is_first = True
        self._found: list[bool] = []
        self._place = 0

    def begun(self) -> Callable[[Callable[[], bool]], bool]:
        """Return what says of each result, from the first on, whether it is exact."""
        self._place = 0
        return self._next

    def _next(self, is_exact: Callable[[], bool]) -> bool:
        place, self._place = self._place, self._place + 1
        if self.is_settled:
            return self._found[place]
        if place == len(self._found):
            self._found.append(True)
        if self._found[place] and not is_exact():
            self._found[place] = False
            self.has_turned |= not self._is_first
        return self._found[place]

    def end_piece(self) -> None:
        """Go on to another piece."""
        self._is_first = False

    @property
    def is_decided(self) -> bool:
        """Whether no further piece can change anything."""
        return not any(self._found)


class Piece(dict[str, Any]):
    """Some elements of what there is, by symbol; what isn't there is computed.

    whole: all elements, of what is known as a whole. compute: adds a quantity, given by name.
    """

    def __init__(self, whole: Mapping[str, Any], size: int) -> None:
        super().__init__()
        self.part = slice(0, 0)
        self.compute: Callable[[str], None]
        self._whole = whole
        self._size = size

    def begin(self, part: slice) -> None:
        """Go on to other elements."""
        self.clear()
        self.part = part

    def cut(self, value: Any) -> Any:
        """Return these elements of a vector, or these rows of a matrix; all of a shorter one."""
        is_long = getattr(value, "ndim", 0) and len(value) == self._size
        return value[self.part] if is_long else value

    def __missing__(self, symbol: str) -> Any:
        """Return what is asked for the first time."""
        if symbol in self._whole:
            self[symbol] = self.cut(self._whole[symbol])
        else:
            self.compute(symbol)
        return self[symbol]


class All:
    """All of what there is, by symbol; what isn't there is made each time.

    known: what is there. made: returns what isn't.
    """

    def __init__(self, known: dict[str, Any], made: Callable[[str], Any]) -> None:
        self._known = known
        self._made = made

    def __getitem__(self, symbol: str) -> Any:
        """Return what there is."""
        return self._known[symbol] if symbol in self._known else self._made(symbol)

    def __setitem__(self, symbol: str, value: Any) -> None:
        """Keep something."""
        self._known[symbol] = value


class Looked(NamedTuple):
    """What there is to know of a quantity: all elements, and how far off they may be, if asked for.

    broken: the stages that aren't finite, as keys. ties, inner_ties: as a step has them.
    """

    value: Any
    error: Any
    broken: dict[str, None]
    ties: "dict[str, array[int]]"
    inner_ties: "dict[tuple[str, str], array[int]]"


def note(ties: "dict[Any, array[int]]", part: slice, found: Mapping[Any, Sequence[int]]) -> None:
    """Add the ties of some elements, in which units count from the first of those."""
    for key, units in found.items():
        if units:
            ties.setdefault(key, array("i")).extend(part.start + unit for unit in units)
