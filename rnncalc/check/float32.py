"""Short floats: which answers are right as far as the floats go that computed them.

What 32 bits can be off by is carried along with each value. An answer that is right so far is gone
on from as it is, so that a sequence may take as many steps as it likes. Where that much would tell
nothing, because nothing is known of the steps between, the sequence is run again with every
rounding as wrong as it can be, in some direction: what that moves is what rounding can move.
"""

from array import array
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from itertools import repeat
from typing import TYPE_CHECKING, Any, NamedTuple

from rnncalc.cells.expressions import PREVIOUS
from rnncalc.check.answers import OPEN, RIGHT, WRONG, Answer, Key, Verdict, each
from rnncalc.check.digits import decimals_of, moved
from rnncalc.errors import InputError
from rnncalc.problem.problem import Problem
from rnncalc.trace.steps import run

if TYPE_CHECKING:
    from random import Random

_UNITS = {16: 2.0**-11, 32: 2.0**-24, 64: 2.0**-53}  # the relative error of rounding
_RUNS, _MOST_STEPS = 8, 20_000  # other ways through a problem, and steps up to which they are gone
_MARGIN = 3.0  # by how much a right answer may be farther off than any of them
# In roundings: what a value may be off by anyway, and what would tell nothing any more.
_FLOOR, _NOTHING = 4.0, 4096.0
_LEEWAY = 8.0  # of the same again, what a sequence may come to that has a mistake in it
_COARSE = 0.01  # beyond this, shortened weights are no excuse


class Floats(NamedTuple):
    """What there is to say of answers that are right as far as floats go.

    bits: of those floats. farthest: the one whose element is farthest from the right value, None if
    there is none. amplified: whether that is farther than one step can move it. decimals: those of
    the weights, if answers are right as far as those go, otherwise 0. opened: the first that can't
    be told right or wrong, and how far rounding may have moved it.
    """

    bits: int
    farthest: Verdict | None
    amplified: bool
    decimals: int
    opened: tuple[Verdict, float] | None


class _Judged(NamedTuple):
    """An answer put to what floats can be: for each element "", "right" or "open".

    allowed: how far off each of them may be.
    """

    words: list[str]
    allowed: Sequence[float]


def excuse(problem: Problem, verdicts: dict[Key, Verdict]) -> Floats | None:
    """Find answers that are right as far as their floats go, or the digits of the weights.

    problem: with inputs that can be gone through more than once. Returns None if all that were
    computed in floats are right anyway.
    """
    wanted = {
        key: verdict.answer
        for key, verdict in verdicts.items()
        if verdict.answer.bits in _UNITS and not verdict.answer.tolerance
    }
    if all(verdicts[key].word != WRONG for key in wanted):
        return None
    bits = min(answer.bits for answer in wanted.values())
    unit, steps = _UNITS[bits], max(t for t, _ in wanted)
    runs = range(_RUNS if steps <= _MOST_STEPS else 0)
    names = {name for _, name in wanted}
    found = _judged(wanted, unit, _Trial(problem, unit, names), [])
    if any(OPEN in judged.words for judged in found.values()):
        from random import Random  # it takes a while to import

        others = [_Trial(problem, unit, names, Random(seed)) for seed in runs]
        found = _judged(wanted, unit, _Trial(problem, unit, names), others)
    _settle(problem, verdicts, found, "floats")
    decimals = decimals_of(problem)
    if decimals and any(verdicts[key].word == WRONG for key in wanted):
        others = [_Trial(moved(problem, decimals, seed), unit, names) for seed in runs]
        found = _judged(wanted, unit, _Trial(problem, unit, names), others, are_moved=True)
        _settle(problem, verdicts, found, "weights")
    return _told(bits, decimals, verdicts, found)


def _settle(
    problem: Problem, verdicts: dict[Key, Verdict], found: Mapping[Key, _Judged], excuse: str
) -> None:
    """Give verdicts on answers that were wrong, as they were found."""
    states, is_wrong = problem.cell.states, False
    for key, (words, allowed) in found.items():
        verdict, most = verdicts[key], max(allowed)
        limit = _NOTHING * _UNITS[verdict.answer.bits]
        leeway = max(min(_LEEWAY * most, limit), most if excuse == "weights" else 0.0)
        answer = verdict.answer._replace(leeway=leeway)
        if verdict.word != WRONG:
            verdicts[key] = verdict._replace(answer=answer)
            continue
        # Behind a mistake each step can be put to the one before it.
        if is_wrong and all((key[0] - 1, state) in verdicts for state in states):
            words = ["" if word == OPEN else word for word in words]
        agreement = [a or b for a, b in zip(verdict.agreement, words, strict=True)]
        right = OPEN if OPEN in agreement else RIGHT
        word = right if all(agreement) else WRONG
        is_wrong |= word == WRONG
        verdicts[key] = Verdict(answer, word, verdict.ours, agreement, excuse=excuse)


def _told(
    bits: int, decimals: int, verdicts: Mapping[Key, Verdict], found: Mapping[Key, _Judged]
) -> Floats:
    excused = [v for v in verdicts.values() if v.word == RIGHT and v.excuse]
    farthest = max(excused, key=lambda verdict: verdict.largest[0], default=None)
    amplified = False
    if farthest:
        amplified = farthest.largest[0] > 4 * _allowed(farthest, found)
    opened = next((v for v in verdicts.values() if v.word == OPEN), None)
    decimals *= any(verdict.excuse == "weights" for verdict in excused)
    return Floats(bits, farthest, amplified, decimals, opened and (opened, _allowed(opened, found)))


def _allowed(verdict: Verdict, found: Mapping[Key, _Judged]) -> float:
    return max(found[verdict.answer.key].allowed)


class _Trial:
    """One way in which floats may go through a problem.

    noise: says in which direction each rounding is wrong; without, there is only told how wrong
    they may be. names: what is to be seen. seen: what the step has of that, by name, with how far
    off it may be. theirs: what to go on from instead of the states before the step, by name, and
    which elements of it. is_sure: whether no error has become so large yet that there is more to it
    than its first order.
    """

    def __init__(
        self, problem: Problem, unit: float, names: Collection[str], noise: "Random | None" = None
    ) -> None:
        self.seen: dict[str, tuple[Any, Any]] = {}
        self.theirs: dict[str, tuple[array[float], array[int]]] = {}
        self._names = names
        self.is_sure = True
        self.steps: Any = run(problem, amend=self._amend, unit=unit)
        self._noise, self._signs, self._most = noise, dict[str, Any](), _NOTHING * unit
        # Of many roundings in a sum some go one way and some the other: they never add up to all.
        self._share = 1 / (1 + problem.sizes.largest**0.5 / 4)

    def _amend(self, t: int, name: str, value: Any, error: Any) -> tuple[Any, Any]:
        if name in self.theirs:
            value, error = _gone_on_from(*self.theirs[name], value, error)
        elif self._noise:
            value, error = value + self._sign(t, name, value) * self._share * error, 0.0 * error
        elif self.is_sure:
            sizes = zip(each(value), each(0.0 * abs(value) + error), strict=True)
            self.is_sure = all(off <= self._most * max(1.0, abs(one)) for one, off in sizes)
        if name in self._names:
            self.seen[name] = value, error
        return value, error

    def end(self) -> None:
        """Let go of the steps, which lead back to this: they would wait for a collector."""
        self.steps.close()
        self.seen, self.theirs, self._signs = {}, {}, {}

    def _sign(self, t: int, name: str, value: Any) -> Any:
        """Return in which direction a rounding is wrong: for two steps the same, then anew."""
        if self._noise and (t % 2 or name not in self._signs):
            self._signs[name] = _signs(self._noise, value)
        return self._signs[name]


def _signs(noise: "Random", value: Any) -> Any:
    """Return 1 or -1 for each element of a value."""
    if isinstance(value, float):
        return noise.choice((-1.0, 1.0))
    import numpy as np

    return np.where(np.frombuffer(noise.randbytes(value.size), np.int8) < 0, -1.0, 1.0)


def _gone_on_from(
    numbers: "array[float]", mask: "array[int]", value: Any, error: Any
) -> tuple[Any, Any]:
    """Return a state with some elements as an answer has them, which are then exact."""
    if isinstance(value, float):
        return (numbers[0], 0.0) if mask[0] else (value, error)
    import numpy as np

    return np.where(mask, numbers, value), np.where(mask, 0.0, error)


def _judged(
    answers: Mapping[Key, Answer],
    unit: float,
    first: _Trial,
    others: Sequence[_Trial],
    *,
    are_moved: bool = False,
) -> dict[Key, _Judged]:
    """Put answers to what floats can be, step by step, going on from those that are right.

    others: further ways through the problem, which show how far that may be. are_moved: whether
    those have other weights. Where something is still open without others, the rest is left out.
    """
    at: dict[int, list[Answer]] = {}
    for answer in answers.values():
        at.setdefault(answer.t, []).append(answer)
    found: dict[Key, _Judged] = {}
    with suppress(InputError):  # in another way numbers may become too large
        for step, *_ in zip(first.steps, *(trial.steps for trial in others), strict=False):
            theirs = {}
            for answer in at.pop(step.t, ()):
                judged = found[answer.key] = _against(answer, unit, first, others, are_moved)
                pairs = zip(judged.words, answer.numbers, strict=True)
                mask = array("b", (w == RIGHT and not number.is_blank for w, number in pairs))
                theirs[answer.name + PREVIOUS] = array("d", answer.numbers), mask
                if OPEN in judged.words and not others:
                    at.clear()
                    break
            for trial in (first, *others):
                trial.theirs = theirs
            if not at:
                break
    for trial in (first, *others):
        trial.end()
    return found


def _against(
    answer: Answer, unit: float, first: _Trial, others: Iterable[_Trial], are_moved: bool
) -> _Judged:
    """Put an answer to what a step can be in floats."""
    value, error = first.seen[answer.name]
    off = 0.0 * abs(value) + error  # one for each element
    ways = [trial.seen[answer.name][0] for trial in others]
    # Of millions of elements no more is kept than has to be.
    spreads = array(
        "d",
        (
            max((abs(way - v) for way in there), default=0.0)
            for v, *there in zip(each(value), *map(each, ways), strict=True)
        ),
    )
    if are_moved:  # an element may happen to be hardly moved by any of these
        mean = sum(spreads) / len(spreads)
        spreads = array("d", (max(spread, mean) for spread in spreads))
    own = each(off) if first.is_sure or not ways else repeat(0.0, len(spreads))
    allowed = array(
        "d",
        (_FLOOR * unit * max(1.0, abs(v)) + e for v, e in zip(each(value), own, strict=True)),
    )
    if are_moved or not first.is_sure:
        allowed = array("d", (most + _MARGIN * s for most, s in zip(allowed, spreads, strict=True)))
    limit = _COARSE if are_moved else _NOTHING * unit  # of a value of 1 at most
    pairs = zip(allowed, each(value), strict=True)
    if not are_moved and any(most > limit * max(1.0, abs(v)) for most, v in pairs):
        # What none of the ways has changed may be changed all the same.
        allowed = array("d", [max(allowed)]) * len(allowed)
    words = []
    for number, v, most in zip(answer.numbers, each(value), allowed, strict=True):
        gap = 0.0 if number.is_blank else abs(number - v)
        if not ways and not first.is_sure:
            words.append(OPEN)
        else:
            is_open = gap <= most and not are_moved
            is_right = gap <= min(most, limit * max(1.0, abs(v)))
            words.append(RIGHT if is_right else OPEN if is_open else "")
    return _Judged(words, allowed)
