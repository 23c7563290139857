"""Answers to be checked, and verdicts on them.

An answer is for one quantity at one step, and is named as in the JSON output: ``h``, ``pre.f``,
``exact.f``.
"""

from collections.abc import Iterator, Sequence
from itertools import islice, repeat
from typing import Any, NamedTuple

from rnncalc.series import Series
from rnncalc.typed import AGREES, BLANK, COARSE_NUMBER, CUT, MOST_CUT, Tolerance, Typed

#: What an answer can be: "follows" is wrong, but right with the earlier answers that it comes from;
#: "too coarse" is what the right value rounds to, in a whole number; "open" is what rounding alone
#: may have moved so far that nothing can be told of it; "missing" was to be there, and isn't.
RIGHT, FOLLOWS, WRONG = "right", "follows", "wrong"
COARSE, OPEN, MISSING = "too coarse", "open", "missing"

#: What a slip may explain.
UNRIGHT = (WRONG, COARSE)

#: Of the answers that one follows from; there may be one at every step before it.
MOST_CAUSES = 8

#: A step and a name.
Key = tuple[int, str]

_FEW = 2  # decimals of a single number, which hardly tell one slip from another
_PIECE = 4096  # elements of an array that are numbers of their own at a time
_MOST_NOISE = 1e-9  # of floats, where sums cancel more than elsewhere


class Answer(NamedTuple):
    """What was answered for one quantity at one step.

    value: a `Typed`, a list of them, or a `Series`. tolerance: how far off it may be, None as its
    digits say. bits: those of the floats that computed it, 0 if it was typed. leeway: how far off
    those may be here, whatever is computed.
    """

    t: int
    name: str
    value: Any
    tolerance: Tolerance | None = None
    bits: int = 0
    leeway: float = 0.0

    @property
    def key(self) -> Key:
        """The step and the name."""
        return self.t, self.name

    @property
    def is_vector(self) -> bool:
        """Whether the value is a vector and no plain number."""
        return not isinstance(self.value, Typed)

    @property
    def numbers(self) -> Sequence[Typed]:
        """The elements of the value."""
        found: Sequence[Typed] = self.value if self.is_vector else [self.value]
        return found

    @property
    def known(self) -> list[int]:
        """The places of the elements that are known, from 0."""
        return [*self._known()]

    def _known(self) -> Iterator[int]:
        if isinstance(self.value, Series):
            return self.value.known()
        return (place for place, number in enumerate(self.numbers) if number.unit >= 0)

    @property
    def unit(self) -> int | None:
        """The place of the only element of a vector that is known, from 0; otherwise None."""
        known = [*islice(self._known(), 2)] if self.is_vector else []
        return known[0] if len(known) == 1 < len(self.numbers) else None

    @property
    def decimals(self) -> int:
        """How many decimals were typed, at most."""
        if isinstance(self.value, Series):
            return self.value.decimals
        return max(number.decimals for number in self.numbers)

    @property
    def text(self) -> str:
        """The value as it was typed."""
        texts = [number.text for number in self.numbers]
        return f"[{', '.join(texts)}]" if self.is_vector else texts[0]

    def agreement(self, value: Any, spread: Any = 0.0) -> list[str]:
        """Return for each element what `Typed.agrees` does. spread: a number, or one for each."""
        if isinstance(self.value, Series) and hasattr(value, "reshape"):
            spread = spread + self.leeway if self.leeway else spread
            return self.value.agreement(value.reshape(-1), self.tolerance, spread)
        values, leeway = each(value), self.leeway
        spreads = repeat(spread) if isinstance(spread, float) else each(spread)
        return [
            number.agrees(right, self.tolerance, off + leeway)
            for number, right, off in zip(self.numbers, values, spreads, strict=False)
        ]

    def states(self, value: Any, spread: float = 0.0) -> list[bool]:
        """Return for each element whether it is a value as that is written down: rounded."""
        return [how in (AGREES, BLANK) for how in self.agreement(value, spread)]

    def hides(self, value: Any) -> bool:
        """Return whether a value comes to the same in the digits of the answer, rounded."""
        return not {"", CUT} & {*self.agreement(value)}

    def judged(self, value: Any, error: Any) -> "Verdict":
        """Return whether it is right. error: how far off the value may be, being in floats."""
        agreement = list[str]()
        if not self.is_vector or isinstance(value, float):
            spread = 0.0 * abs(value) + error  # one for each element
            agreement = self.agreement(value, _least(4 * spread, value))
        else:
            for part in _parts(len(value)):  # of millions, no more is in memory than has to be
                some, off = value[part], error[part] if getattr(error, "ndim", 0) else error
                answer = self._replace(value=self.value[part])
                agreement += answer.agreement(some, _least(4 * (0.0 * abs(some) + off), some))
        right = COARSE if COARSE_NUMBER in agreement else RIGHT
        return Verdict(self, right if all(agreement) else WRONG, value, agreement)


class Verdict(NamedTuple):
    """What there is to say of an answer.

    word: what it is. ours: the right value. agreement: for each element what `Typed.agrees` says.
    follows_from: the answers that it follows from, of many the first and the last ones. carried:
    its value computed from those. excuse: why it is right though it is not the value: "floats" or
    "weights" have too few digits.
    """

    answer: Answer
    word: str
    ours: Any
    agreement: Sequence[str]
    follows_from: Sequence[Answer] = ()
    carried: Any = None
    excuse: str = ""

    @property
    def is_cut_off(self) -> bool:
        """Whether it is right but for digits that are cut off instead of rounded."""
        return self.word == RIGHT and "cut off" in self.agreement

    @property
    def wrong_units(self) -> list[int]:
        """The places of the elements that aren't right, from 0."""
        return [place for place, how in enumerate(self.agreement) if how in ("", COARSE_NUMBER)]

    @property
    def gaps(self) -> list[float | None]:
        """How far each element is from the right value, None where it isn't known."""
        return [*map(self.gap, range(len(self.answer.numbers)))]

    def gap(self, place: int) -> float | None:
        """Return how far an element is from the right value, None where it isn't known."""
        yours = self.answer.numbers[place]
        return None if yours.is_blank else yours - self.right(place)

    def right(self, place: int) -> float:
        """Return the right value of an element, which may be one of millions."""
        return self.ours if isinstance(self.ours, float) else float(self.ours[place])

    @property
    def largest(self) -> tuple[float, int]:
        """How far an element is from the right value at most, and its place."""
        if isinstance(self.answer.value, Series) and hasattr(self.ours, "reshape"):
            off, place = self.answer.value.farthest(self.ours.reshape(-1))
            return off, -place
        pairs = enumerate(zip(self.answer.numbers, each(self.ours), strict=True))
        return max((abs(yours - ours), -k) for k, (yours, ours) in pairs if not yours.is_blank)

    @property
    def is_near(self) -> bool:
        """Whether each wrong element is off by a little, in the last digit typed."""
        pairs = [*self.wrong_numbers]
        return bool(pairs) and all(typed.steps_from(ours) for typed, ours in pairs)

    @property
    def wrong_numbers(self) -> Iterator[tuple[Typed, float]]:
        """The elements that aren't right, each with the right value."""
        return ((self.answer.numbers[place], self.right(place)) for place in self.wrong_units)


def _parts(count: int) -> Iterator[slice]:
    """Yield slices of so many elements, a few thousand in each."""
    return (slice(start, start + _PIECE) for start in range(0, count, _PIECE))


def _least(spread: Any, value: Any) -> Any:
    """Return how far off values may be, but no more than sums in floats explain."""
    if isinstance(value, float):
        return min(spread, _MOST_NOISE * max(1.0, abs(value)))
    import numpy as np

    return np.minimum(spread, _MOST_NOISE * np.maximum(1.0, abs(value)))


def each(value: Any) -> Iterator[float]:
    """Yield the elements of a number, a list, an array or an iterator; it makes no list."""
    if hasattr(value, "reshape"):
        flat = value.reshape(-1)
        return (x for part in _parts(len(flat)) for x in flat[part].tolist())
    return iter((value,) if isinstance(value, float) else value)


def elements(value: Any) -> list[float]:
    """Return the elements of a number, a list or an array of one dimension at most."""
    if isinstance(value, list):
        return value
    if isinstance(value, float):
        return [value]
    found: list[float] = value.reshape(-1).tolist()
    return found


def reach(typed: Typed, off: float) -> float:
    """Return how far off a value may be from an answer that it gives, and more."""
    units = 0.51 if typed.unit > MOST_CUT else 2.0
    return units * max(typed.unit, typed.claim) + 8 * off + 1e-9 * (1 + abs(typed))


def written_down(t: int, name: str, value: Any, decimals: int) -> Answer:
    """Return the answer of somebody who writes a value down with some decimals."""
    numbers = [Typed(f"{number:.{decimals}f}") for number in elements(value)]
    return Answer(t, name, numbers[0] if isinstance(value, float) else numbers)


def is_short(answer: Answer) -> bool:
    """Return whether what is known of an answer are numbers of few digits."""
    known = [answer.numbers[unit] for unit in answer.known]
    return all(number.decimals <= _FEW and number.unit > 0 for number in known)


def tells_little(answers: Sequence[Answer]) -> bool:
    """Return whether all that is known is one number of few digits."""
    return sum(len(answer.known) for answer in answers) == 1 and all(map(is_short, answers))
