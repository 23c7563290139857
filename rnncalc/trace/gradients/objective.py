"""Objectives: what is derived, a quantity itself or its distance to a target."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from math import log
from typing import Any, NamedTuple

from rnncalc.cells.expressions import Call
from rnncalc.cells.model import Cell
from rnncalc.errors import Faults, InputError, UnusableError, quoted
from rnncalc.numerals import counted, elementwise, exact, is_step
from rnncalc.problem.problem import Given, Problem
from rnncalc.problem.values import read

_OF = r"(?:(sum)\(\s*)?([a-z]\w*)(?:\[\s*(\d+)\s*\])?(?:@(\w*))?(?:\s*\)(?:@(\w*))?)?"

#: What becomes of a quantity in an objective.
VALUE, SUM, EACH, SQUARES, ENTROPY = "value", "sum", "each", "squares", "entropy"


class Term(NamedTuple):
    """A part of an objective: a quantity, or one unit of it, at a step.

    kind: the value, its sum over units, each unit by itself, half the squared distance to a
    target, or the cross-entropy with one. unit: from 1, None for all. t: None for the last.
    """

    kind: str
    name: str
    unit: int | None = None
    t: int | None = None
    target: Any = None

    @property
    def spelled(self) -> str:
        """The quantity and its unit, ``h[2]``."""
        return self.name if self.unit is None else f"{self.name}[{self.unit}]"

    def told(self, t: int) -> str:
        """Say what it is, for programs: ``h[2]@4``."""
        place = f"{self.spelled}@{t}"
        if self.kind == SUM:
            return f"sum({self.name})@{t}"
        if self.kind == SQUARES:
            return f"half the squared distance of {place} to {exact(self.target)}"
        if self.kind == ENTROPY:
            return f"cross-entropy of {place} and {exact(self.target)}"
        return place


class Objective(NamedTuple):
    """What is derived: the sum of some terms.

    shape: () if it is one number, (k,) if each of k units is derived by itself.
    """

    terms: Sequence[Term]
    shape: tuple[int, ...] = ()

    @property
    def names(self) -> list[str]:
        """The quantities in it, each once."""
        return list(dict.fromkeys(term.name for term in self.terms))

    def told(self, steps: int) -> str:
        """Say what it is, for programs; ``steps`` is the number of the last."""
        return " + ".join(term.told(term.t or steps) for term in self.terms)

    def check(self, steps: int) -> None:
        """Raise InputError if it is of a step that there is not."""
        late = [term for term in self.terms if (term.t or 1) > steps]
        if late:
            option = "--of" if late[0].target is None else "--target"
            are = f"there {'is' if steps == 1 else 'are'} {counted(steps, 'step')}"
            raise InputError.of(
                "place", *[f"{option} {term.spelled}@{term.t}: {are}" for term in late]
            )

    def worth(self, values: Mapping[str, Any], t: int, steps: int) -> tuple[Any, dict[str, Any]]:
        """Return what a step adds to the objective, and to the adjoints of its quantities.

        values: of the quantities at the step, arrays of shape (n,) or floats.
        """
        total: Any = 0.0
        seeds: dict[str, Any] = {}
        for term in self.terms:
            if (term.t or steps) == t:
                value, seed = _worth(term, values[term.name])
                total = total + value
                seeds[term.name] = seeds[term.name] + seed if term.name in seeds else seed
        return total, seeds


def _worth(term: Term, value: Any) -> tuple[Any, Any]:
    """Return a term's value, and its derivative by the quantity."""
    if term.kind == EACH and not isinstance(value, float):
        import numpy as np

        return value, np.eye(len(value))
    if term.kind in (VALUE, SUM, EACH):
        mask = _mask(term, value)
        return _total(value * mask), mask
    if term.kind == SQUARES:
        apart = (value - term.target) * _mask(term, value)
        return 0.5 * _total(apart * apart), apart
    target = value * 0.0 + term.target
    value = elementwise(lambda y: y or 5e-324, value)  # so that no logarithm is of 0
    return -_total(target * elementwise(log, value)), -target / value


def _mask(term: Term, value: Any) -> Any:
    """Return 1 for the units that are meant, and 0 for all others."""
    mask = value * 0.0
    if term.unit is None or isinstance(value, float):
        return mask + 1.0
    mask[term.unit - 1] = 1.0
    return mask


def _total(value: Any) -> float:
    return value if isinstance(value, float) else float(value.sum())


def last_state(cell: Cell) -> str:
    """Return the state that is computed last."""
    return [line.name for line in cell.equations if line.name in cell.states][-1]


def start_of(cell: Cell, state: str) -> str:
    """Return what the start of a state is called: "h_0", with more zeros if a parameter is."""
    name = f"{state}_0"
    while name in cell.parameters:
        name += "0"
    return name


def read_objective(
    problem: Problem, of: str | None, targets: Iterable[tuple[str, Given]], faults: Faults
) -> Objective:
    """Return what the options ask for; the last state if they say nothing.

    of: ``h``, ``h[2]``, ``c@3``, ``sum(h)``. targets: names such as ``h[2]@3``, and values. What
    is wrong is noted.
    """
    found = [term for name, given in targets if (term := _target(problem, name, given, faults))]
    places = [(term.name, term.unit, term.t or problem.steps) for term in found]
    for place, term in enumerate(found):
        if places[place] in places[:place]:
            faults.add("place", f"--target {term.spelled} is given more than once for one step")
    if not found and not faults.messages:
        term = _term(problem, "--of", of or last_state(problem.cell), faults)
        found = [term] if term else []
    if not found:
        return Objective([])
    (first, *_) = found
    each = first.kind == EACH and not problem.sizes.is_plain(first.name)
    return Objective(found, (problem.sizes.number(first.name),) if each else ())


def _term(problem: Problem, option: str, text: str, faults: Faults) -> Term | None:
    """Return what a name stands for, or None with a fault noted."""
    match = re.fullmatch(_OF, text.strip())
    label = f"{option} {quoted(text)}"
    if not match or bool(match[1]) != (")" in text) or (match[4] and match[5]):
        faults.add("name", f"{label} is no name: it needs one such as h, h[2], h@3 or sum(h)")
        return None
    total, name, unit, *steps = match.groups()
    at = next((step for step in steps if step is not None), None)
    lines = [line.name for line in problem.cell.equations]
    size = problem.sizes.number(name) if name in lines else 0
    told = ""
    if name not in lines:
        from rnncalc.problem.names import unknown_name

        faults.add("name", unknown_name(problem.cell, option, name, lines))
        return None
    if name in problem.held:
        told = f"{label}: {name} is held, so that nothing changes it"
    elif at is not None and not is_step(at):
        told = f"{label} names no step: it needs a number from 1 behind the @"
    elif unit is not None and not 1 <= int(unit) <= size:
        told = f"{label}: {name} has {counted(size, 'unit')}"
    elif total and unit is not None:
        told = f"{label} is a sum of one unit: leave out sum( )"
    if told:
        faults.add("place", told)
        return None
    kind = SUM if total else EACH if unit is None else VALUE
    return Term(kind, name, None if unit is None else int(unit), None if at is None else int(at))


def _target(problem: Problem, name: str, given: Given, faults: Faults) -> Term | None:
    """Return a target as a term, or None with a fault noted."""
    term = _term(problem, "--target", name, faults)
    if term is None:
        return None
    if term.kind == SUM:
        faults.add(
            "place", f"--target {name}: a target is of a quantity or of one unit, not of a sum"
        )
        return None
    size = problem.sizes.number(term.name)
    is_vector = term.unit is None and not problem.sizes.is_plain(term.name)
    target: Any = None
    with faults.of(given.label):
        target = read(given.value, int(is_vector))
        if is_vector and not isinstance(target, float) and len(target) != size:
            told, target = counted(len(target), "element"), None
            raise UnusableError("size", f"has {told}; it needs {size}")
    if target is None:
        return None
    if not isinstance(target, float):
        import numpy as np

        target = np.array(target, dtype=float)
    is_class = term.unit is None and _is_class(problem.cell, term.name, target, size)
    return term._replace(kind=ENTROPY if is_class else SQUARES, target=target)


def _is_class(cell: Cell, name: str, target: Any, size: int) -> bool:
    """Return whether a target says which of the classes of a softmax is the right one."""
    (line,) = (line for line in cell.equations if line.name == name)
    if not isinstance(line.expression, Call) or line.expression.function != "softmax":
        return False
    elements = [target] * size if isinstance(target, float) else target.tolist()
    return sorted(elements) == [0.0] * (len(elements) - 1) + [1.0]
