"""Offsets: pre-activations that are off by the same number in every step, as by one more bias."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import chain
from typing import Any

from rnncalc.cells.expressions import Equation, Symbol
from rnncalc.cells.functions import FUNCTIONS
from rnncalc.cells.notation import UNICODE
from rnncalc.check.answers import Answer, Verdict, elements
from rnncalc.check.carrying import carrying
from rnncalc.check.slips.kinds import Kind, Slip, from_answers
from rnncalc.check.slips.parts import role, terms, units
from rnncalc.check.slips.rewrites import abridged, reweighted
from rnncalc.errors import InputError, listing
from rnncalc.numerals import rounded, shortest
from rnncalc.problem.problem import Problem
from rnncalc.trace.steps import run

#: A pre-activation that is off by the same number in every step.
KIND = Kind(
    "pre-activation of {} off by the same number in every step",
    from_answers,
    "What is the same in every step is a bias: one of two left out, or one added that isn't there.",
    code="same-in-every-step",
)
_LARGEST = 1e6  # argument that is looked for: a sigmoid of it is 1
_HALVINGS = 80  # after which an argument is known to the last bit
_CLEAR = 4.0  # how many times as large an offset is as what the digits leave open

_Range = tuple[float, float]


def offset(problem: Problem, verdicts: Sequence[Verdict]) -> Iterator[Slip]:
    """Yield what other biases would give the answers, if those of several steps tell that."""
    if problem.has_input and not _inputs_differ(problem):
        return  # what a weight on the input adds would be the same in every step, too
    biases = {line.name: _bias(line) for line in units(problem)}
    found: dict[str, Any] = {}
    for name, ranges in _ranges(problem, verdicts).items():
        if bias := biases[name]:
            numbers = [_common(each) for each in zip(*ranges, strict=True)]
            if len(ranges) > 1 and None not in numbers and any(numbers):
                found[bias] = numbers
    if not found:
        return
    more = {s: n[0] if problem.scalar else _array(n) for s, n in found.items()}
    changed = {symbol: problem.weights[symbol] + number for symbol, number in more.items()}
    names = [name for name, bias in biases.items() if bias in found]
    reads = [
        f"{UNICODE.symbol(symbol)} more by {_told(numbers)}" for symbol, numbers in found.items()
    ]
    yield KIND.at(listing(names), reweighted(problem, changed, abridged(reads)))


def _inputs_differ(problem: Problem) -> bool:
    inputs = (elements(x) for x in chain(*problem.batches))
    first = next(inputs, None)
    return any(x != first for x in inputs)


def _array(numbers: Any) -> Any:
    import numpy as np

    return np.array(numbers)


def _told(numbers: Sequence[float]) -> str:
    texts = [rounded(number, 4) for number in numbers]
    return f"[{', '.join(texts)}]" if len(texts) > 1 else texts[0]


def _bias(line: Equation) -> str:
    """Return the symbol of what is added to a unit's sum as it is, "" if nothing is."""
    found = [t.name for t in terms(line) if isinstance(t, Symbol) and role(t) == "bias"]
    return found[0] if found else ""


def _ranges(problem: Problem, verdicts: Sequence[Verdict]) -> dict[str, list[list[_Range]]]:
    """Return by how much the answers of each unit may be off before its function, step by step.

    Each element lies between two numbers, with the answers before it carried on.
    """
    answered: Mapping[Any, Verdict] = {verdict.answer.key: verdict for verdict in verdicts}
    lines = {f"pre.{line.name}": line for line in units(problem)}
    carry = carrying(problem, answered, {})
    found: dict[str, list[list[_Range]]] = {}

    def amend(t: int, name: str, value: Any, error: Any) -> tuple[Any, Any]:
        if line := lines.get(name):
            for key, function in ((name, "identity"), (line.name, line.activation)):
                if (t, key) in answered:
                    ranges = [*_arguments(answered[t, key].answer, function or "")]
                    spread = elements(0.0 * value + error)
                    of = zip(ranges, elements(value), spread, strict=False)
                    off = [(low - z - more, high - z + more) for (low, high), z, more in of]
                    found.setdefault(line.name, []).append(off)
                    break
        return carry(t, name, value, error)

    with suppress(InputError):
        for _ in run(problem, amend=amend):
            pass
    return found


def _arguments(answer: Answer, name: str) -> Iterator[_Range]:
    """Yield what a rising function may be taken of to give an answer, element by element."""
    function = FUNCTIONS.get(name)
    for number in answer.numbers:
        half = number.claim / 2 + answer.leeway
        if function is None or number.is_blank or function.corners or not function.is_elementwise:
            yield -_LARGEST, _LARGEST
        else:
            low, high = (_argument(function.number, number + side) for side in (-half, half))
            yield low, high


def _argument(function: Any, wanted: float) -> float:
    """Return what a rising function is taken of to give a value, or the nearest that it may be."""
    low, high = -_LARGEST, _LARGEST
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if function(middle) < wanted else (low, middle)
    return (low + high) / 2


def _common(ranges: Sequence[_Range]) -> float | None:
    """Return the number in all of some ranges, 0 if that may be; None if there is no clear one."""
    low, high = max(low for low, _ in ranges), min(high for _, high in ranges)
    if low > high:
        return None
    if low <= 0 <= high:
        return 0.0
    return shortest(low, high) if abs(low + high) > 2 * _CLEAR * (high - low) else None
