"""Several sequences: what the answers to a batch say of each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from rnncalc.cells.model import Cell
from rnncalc.check.placing import read_required
from rnncalc.check.reading import NO_ANSWER, read_entries, read_tolerance
from rnncalc.errors import Faults, InputError
from rnncalc.keeping import let_go
from rnncalc.numerals import describe
from rnncalc.problem.problem import Given, Problem

#: Answers as they were given: a name, and its value or what a file has.
Answers = Sequence[tuple[str, Given]]


def is_deep(given: Given) -> bool:
    """Return whether an answer is an array of which more than two dimensions are needed."""
    shape: tuple[int, ...] = getattr(given.value, "shape", ())
    return sum(size > 1 for size in shape) > 2


def of_sequence(answers: Answers, k: int, count: int | None) -> list[tuple[str, Given]]:
    """Return the answers to one sequence of a batch, from 1.

    count: how many sequences there are, None if only an array of three dimensions has several.
    Raises InputError for answers that aren't for each of them.
    """
    found, faults = list[tuple[str, Given]](), Faults()
    for name, given in answers:
        if isinstance(given.value, Mapping):
            parts = {key: _part(array, k, count) for key, array in given.value.items()}
            lacking = [array for key, array in given.value.items() if parts[key] is None]
            value: Any = parts
        else:
            value = _part(given.value, k, count)
            lacking = [given.value] if value is None else []
        for array in lacking[:1]:
            _note(given.label, array, count, faults)
        found.append((name, given._replace(value=value)))
    faults.settle()
    return found


def _part(value: Any, k: int, count: int | None) -> Any:
    """Return what an array has for one sequence, None if it hasn't something for each."""
    shape: tuple[int, ...] = getattr(value, "shape", ())
    if count is None:
        is_one = len(shape) == 3 and k <= shape[0]
        return value[k - 1] if is_one else value
    return value[k - 1] if len(shape) in (2, 3) and shape[0] == count else None


def _note(label: str, value: Any, count: int | None, faults: Faults) -> None:
    shape = getattr(value, "shape", None)
    if shape is None:
        told = "is for one sequence: --sequence K says for which"
        told = f"{label} {told}; answers to all come in an array, @FILE.npy or .npz"
        faults.add("together", told)
        return
    needed = f"it needs one for each of the {count} sequences, sequences × steps × units"
    swapped = len(shape) == 3 and shape[1] == count
    with_line = "; with steps first save H.transpose(1, 0, 2)" * swapped
    faults.add("size", f"{label} is {describe(shape)}: {needed}{with_line}")


class Grades:
    """The grades of the sequences of a batch, one after the other.

    is_right: whether those that went by are.
    """

    def __init__(self, found: Iterator[Any]) -> None:
        self.is_right = True
        self._found = found

    def __iter__(self) -> Iterator[Any]:
        """Yield each grade; raise InputError where the answers don't fit."""
        for found in self._found:
            self.is_right &= found.is_right
            yield found


def read_how(
    cell: Cell, required: str | None, tolerance: str | None, faults: Faults
) -> dict[str, Any]:
    """Return how to grade: what must be there, and how far off it may be, as they were typed."""
    return {
        "tolerance": read_tolerance(tolerance, faults),
        "required": read_required(cell, required, faults),
    }


def graded(
    grade: Callable[..., Any],
    cell: Cell,
    answers: Answers,
    chosen: int | None,
    pose: Callable[[], tuple[Problem, Iterator[Problem]]],
    faults: Faults,
    **how: Any,
) -> Any:
    """Return the grade of answers, or the `Grades` of all sequences of a batch.

    grade: returns that of entries. answers: as they were given. chosen: which sequence of a batch
    they are for. pose: returns the problem, and that of each sequence. faults: what is wrong
    already. how: what `grade` takes besides.
    """
    if chosen:
        answers = of_sequence(answers, chosen, None)
    flat = [(name, given) for name, given in answers if not is_deep(given)]
    entries = [*read_entries(cell, flat, faults)]
    if not (entries or len(flat) < len(answers) or how["required"] or faults.messages):
        faults.add("missing", NO_ANSWER)
    problem, problems = pose()

    def of_one(one: Problem) -> Any:
        own = Faults()
        given = of_sequence(answers, one.sequence, one.sequences)
        read = [*read_entries(cell, given, own)]
        own.settle()
        return grade(one, read, **how)

    if problem.sequence:
        return Grades(map(of_one, problems))
    if deep := [given.label for name, given in answers if is_deep(given)]:
        raise InputError.of(
            "size", *[f"{label} is for a batch, but --xs has one sequence" for label in deep]
        )
    return grade(problem, let_go(entries), **how)  # of thousands, none is needed twice
