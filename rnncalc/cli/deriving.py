"""Deriving: what a request for gradients asks for, read and computed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from rnncalc.cells.expressions import PREVIOUS
from rnncalc.cells.model import Cell
from rnncalc.check.answers import Answer, Verdict
from rnncalc.check.derivatives import named_answers
from rnncalc.check.gradients import GradientGrade, grade_gradients
from rnncalc.check.reading import NO_ANSWER, read_entries
from rnncalc.errors import Faults, InputError, UnusableError, quoted
from rnncalc.keeping import kept
from rnncalc.numerals import counted, describe, shape_of
from rnncalc.problem.problem import Given, Problem
from rnncalc.problem.values import read
from rnncalc.reports.gradients_values import values_alone
from rnncalc.reports.rows import corner_notes
from rnncalc.series import Series
from rnncalc.trace.derivatives.names import (
    JACOBIAN,
    Name,
    is_derivative,
    read_name,
)
from rnncalc.trace.derivatives.story import Derived, last_step
from rnncalc.trace.derivatives.values import values
from rnncalc.trace.gradients.gradients import Gradients
from rnncalc.trace.gradients.objective import Objective, read_objective, start_of
from rnncalc.trace.trace import rows
from rnncalc.typed import Tolerance

_MOST_STEPS = 10**7  # that are kept at once


class Wish:
    """What is to be derived of a cell, as it was typed, and what comes of it.

    updated: the weights after a step of gradient descent, and where it started from, once the
    report is there.
    """

    def __init__(self, cell: Cell, only: str | None, rate: str | None, faults: Faults) -> None:
        """Read what can be read before there is a problem; note what is wrong."""
        self.faults = faults
        self.names = _names(cell, only, faults) if only else []
        self.rate = _rate(rate, faults)
        self.updated: dict[str, Any] = {}
        self._corners: dict[tuple[str, str], list[int]] = {}

    @property
    def notes(self) -> list[str]:
        """What there is to say beside a report that has no notes, once it is there."""
        return list(corner_notes(self._corners))

    def _values(
        self, problem: Problem, objective: Objective, names: Sequence[Name], label: str
    ) -> list[list[Any]]:
        return values(problem, objective, names, label, rows, self._corners)

    def graded(
        self,
        problem: Problem,
        of: tuple[str | None, Iterable[tuple[str, Given]]],
        given: Sequence[tuple[Name, Any]],
        forwards: Sequence[Verdict],
        *,
        tolerance: Tolerance | None,
        **how: bool,
    ) -> GradientGrade:
        """Return what there is to say of answers; ``given`` has typed numbers by name.

        problem: with inputs that can be gone through more than once. of: as `texts` has it.
        forwards, how: as `grade_gradients` has them. tolerance: how far off an answer may be.
        """
        objective = read_objective(problem, *of, self.faults)
        self.faults.settle()
        # A list may have as many answers as there are steps: that is known once there is one value.
        ones = [_at_last(name, problem) for name, _ in given]
        lists = [name for name, typed in given if shape_of(typed)[:1] == (problem.steps,)]
        names = [*ones, *(name for name in lists if not name.is_single)]
        found = dict(zip(names, self._values(problem, objective, names, "--expect"), strict=True))
        answers, right = list[tuple[Name, Answer]](), dict[str, Any]()
        for name, typed in given:
            for each, value, part in self._by_step(problem, name, typed, found):
                if each.text in right:
                    self.faults.add("words", f"--expect {each.text} is given more than once")
                right[each.text] = value
                bare, t = each.text.partition("@")[0], each.t or 0
                answers.append((each, Answer(t, bare, _flat(part), tolerance)))
        self.faults.settle()
        return grade_gradients(problem, objective, answers, right, forwards, **how)

    def _by_step(
        self, problem: Problem, name: Name, typed: Any, found: Mapping[Name, list[Any]]
    ) -> list[tuple[Name, Any, Any]]:
        """Return names with their steps, the right values, and what was typed for each.

        Without a step that is the last one, or all of them if there is a list of as many values.
        """
        one = _at_last(name, problem)
        (value,) = found[one]
        shape, given = getattr(value, "shape", ()), shape_of(typed)
        if given == shape:
            return [(one, value, typed)]
        if one != name and given == (problem.steps, *shape):
            return [
                (name._replace(text=f"{name.text}@{t}", t=t), worth, part)
                for t, (worth, part) in enumerate(zip(found[name], typed, strict=True), 1)
                if not all(number.is_blank for number in _numbers(part))
            ]
        told = f"--expect {name.text} is {describe(given)}; it needs {describe(shape)}"
        many = f", or one for each of {problem.steps} steps" if one != name else ""
        self.faults.add("size", f"{told}{many}")
        return []

    def texts(
        self,
        problem: Problem,
        of: str | None,
        targets: Iterable[tuple[str, Given]],
        write: Callable[[Derived], Iterator[str]],
        step: int | None = None,
        *,
        form: str = "",
    ) -> Iterator[str]:
        """Return the report on the gradients, or the values of names, a line each.

        All of it is worked out by then. of, targets: what to derive, as `read_objective` has it.
        write: writes a report. step: the only one that is to be shown. form: of the output, of
        which values alone have their own for data. Raises InputError with all that is wrong.
        """
        objective = read_objective(problem, of, targets, self.faults)
        if self.rate is not None and objective.shape:
            told = "--learning-rate needs one number to make smaller: a --target, or --of"
            self.faults.add("together", f"{told} 'sum({objective.names[0]})'")
        if self.rate is not None and form == "csv":
            told = "--learning-rate shows nothing in CSV: --save-weights FILE with another format"
            self.faults.add("together", f"{told} writes the new weights")
        self.faults.settle()
        if len(self.names) != 1 or self.names[0].kind == JACOBIAN:
            problem = problem.gathered(_MOST_STEPS)
        if self.names:
            found = self._values(problem, objective, self.names, "--only")
            return kept(values_alone(form)(self.names, found))
        derived = Derived(problem, Gradients(problem, objective, rows), rows, self.rate, step)
        if step and step > (last := last_step(derived.found)):
            are = f"{'is' if last == 1 else 'are'} {counted(last, 'step')}"
            told = f"L has nothing of it, which ends at t = {last}"
            is_there = step <= derived.found.steps
            told = told if is_there else f"there {are}"
            raise InputError.of("place", f"--step {step}: {told}")
        text = kept(write(derived))
        self.updated = derived.updated and {**_starts(problem), **derived.updated}
        self._corners |= derived.found.at_corners
        return text


def graded_apart(
    grade: Callable[..., Any],
    cell: Cell,
    answers: Iterable[tuple[str, Given]],
    of: tuple[str | None, Iterable[tuple[str, Given]]],
    pose: Callable[[], tuple[Problem, Iterator[Problem]]],
    faults: Faults,
    *,
    decimals: int,
    **how: Any,
) -> tuple[Any, GradientGrade | None]:
    """Return the grade of all answers but derivatives, and the grade of those.

    Either is None if there is nothing to say of it. grade, pose, how: as `several.graded` has them.
    of: as `Wish.texts` has it.
    """
    wish = Wish(cell, None, None, faults)
    derivatives, others = named_answers(cell, answers, faults)
    entries = list(read_entries(cell, others, faults))
    if not (derivatives or entries or faults.messages):
        faults.add("missing", NO_ANSWER)
    found = grade(pose()[0], entries, decimals=decimals, **how)
    if not derivatives:
        return found, None
    graded = wish.graded(found.problem, of, derivatives, found.verdicts, **how)
    return found if entries else None, graded


def _at_last(name: Name, problem: Problem) -> Name:
    """Return a name that has no step as that of the last one, if it needs one."""
    return name if name.is_single else name._replace(t=problem.steps)


def _flat(typed: Any) -> Any:
    """Return a number, or the elements of a vector or a matrix in one list."""
    return [*_numbers(typed)] if isinstance(typed, list) else typed


def _numbers(typed: Any) -> Iterator[Any]:
    if isinstance(typed, (list, Series)):
        for part in typed:
            yield from _numbers(part)
    else:
        yield typed


def _names(cell: Cell, only: str, faults: Faults) -> list[Name]:
    """Return the names that --only has, by comma."""
    found: list[Name] = []
    for text in map(str.strip, only.split(",")):
        if not is_derivative(text):
            told = f"--only {text} is no derivative: leave out --gradients, or ask for one"
            faults.add("together", f"{told} such as grad.{start_of(cell, cell.states[-1])}")
            continue
        try:
            found.append(read_name(cell, "--only", text))
        except InputError as error:
            faults.take(error)
    singles = [name.is_single for name in found]
    if len({*singles}) > 1:
        one, other = (found[singles.index(kind)].text for kind in (True, False))
        faults.add(
            "together", f"--only {one} is one value and {other} one a step: ask for one kind alone"
        )
    return found


def _starts(problem: Problem) -> dict[str, Any]:
    """Return the previous states that aren't 0 as they are by default."""
    found: dict[str, Any] = {}
    for symbol, worth in problem.state.items():
        name, is_array = symbol.removesuffix(PREVIOUS), getattr(worth, "ndim", 0)
        if worth.any() if is_array else worth:
            found[name] = float(worth[0]) if is_array and problem.sizes.is_plain(name) else worth
    return found


def _rate(text: str | None, faults: Faults) -> float | None:
    if text is None:
        return None
    with faults.of("--learning-rate"):
        rate = read(text, 0)
        if isinstance(rate, float) and rate > 0:
            return rate
        raise UnusableError("number", f"is {quoted(text)}: it needs a number above 0")
    return None
