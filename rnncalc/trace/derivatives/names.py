"""Names of derivatives, as `--only` and `--expect` take them.

- ``grad.w_ss``: by a parameter, the sum over all steps; ``grad.w_ss@3`` what step 3 adds to it.
- ``grad.s_0``: by the start of a state.
- ``grad.h@2``, ``grad.x@2``: by a value, through all that comes after it.
- ``delta.f@3``: by a pre-activation.
- ``jac.s@2``: of a state by itself a step before, by all paths; ``jac.c.h@2`` by another state.

What one name could mean twice is the parameter first, then the start, then the quantity.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from rnncalc.cells.model import Cell
from rnncalc.errors import InputError
from rnncalc.numerals import counted, is_step
from rnncalc.problem.problem import Problem
from rnncalc.trace.gradients.objective import start_of

#: What a name can stand for.
PARAMETER, START, VALUE, DELTA, JACOBIAN = "parameter", "start", "value", "delta", "jacobian"

#: What every name of a derivative begins with.
PREFIXES = ("grad.", "delta.", "jac.")


class Name(NamedTuple):
    """A derivative.

    text: as it was typed. kind: what it is of. symbol: what it is derived by, as the engine calls
    it: "W.fh", "h_prev", "h", "pre.f"; of a Jacobian the state. of: of a Jacobian what is derived.
    unit: of a vector, from 1. t: the step, None for all of them, or for the sum.
    """

    text: str
    kind: str
    symbol: str
    of: str = ""
    unit: int | None = None
    t: int | None = None

    @property
    def is_single(self) -> bool:
        """Whether it is one value, not one a step."""
        return self.t is not None or self.is_total

    @property
    def key(self) -> str:
        """What it is derived by, as files call it: "w_fh", "h_0"."""
        return self.text.partition("@")[0].partition("[")[0].partition(".")[2]

    @property
    def is_total(self) -> bool:
        """Whether it is of all steps together."""
        return self.t is None and self.kind in (PARAMETER, START)


def is_derivative(text: str) -> bool:
    """Return whether a name is that of a derivative."""
    return text.startswith(PREFIXES)


def bare_names(cell: Cell) -> list[str]:
    """Return the names that there are, without units and steps."""
    states = cell.states
    own = [p.name for p in cell.parameters.values() if p.kind != "state"]
    values = [name for name in cell.quantities if name not in (f"{s}_prev" for s in states)]
    starts = [start_of(cell, name) for name in states]
    found = [f"grad.{name}" for name in (*own, *starts, *values)]
    found += [f"delta.{line.name}" for line in cell.equations if line.is_unit]
    found += [f"jac.{name}" for name in states]
    found += [f"jac.{one}.{other}" for one in states for other in states if one != other]
    return list(dict.fromkeys(found))


def read_name(cell: Cell, label: str, text: str, known: Sequence[str] = ()) -> Name:
    """Return what a name stands for. Raises InputError with what is wrong; label: whose it is.

    known: `bare_names`, where many names are read.
    """
    whole, at, step = text.partition("@")
    bare, bracket, unit = whole.removesuffix("]").partition("[")
    known = known or bare_names(cell)
    if bare not in known:
        from rnncalc.problem.names import unknown_name

        raise InputError.of("name", unknown_name(cell, label, bare, known))
    if at and not is_step(step):
        raise InputError.of(
            "place", f"{label} {text} names no step: they count from 1, as in {bare}@2"
        )
    if bracket and not (is_step(unit) and whole.endswith("]")):
        raise InputError.of(
            "place", f"{label} {text} names no unit: they count from 1, as in {bare}[2]"
        )
    kind, symbol, of = _meaning(cell, bare)
    if kind == START and at:  # a quantity may have the name of a start
        name = bare.removeprefix("grad.")
        if name not in cell.quantities:
            raise InputError.of("place", f"{label} {text}: {bare} is the start, which has no step")
        kind, symbol = VALUE, name
    if bracket and kind == JACOBIAN:
        raise InputError.of("place", f"{label} {text}: a Jacobian is taken as a whole, {bare}")
    return Name(text, kind, symbol, of, int(unit) if unit else None, int(step) if at else None)


def _meaning(cell: Cell, bare: str) -> tuple[str, str, str]:
    """Return what a name without units and steps stands for: its kind, the symbol, of what."""
    prefix, _, name = bare.partition(".")
    if prefix == "delta":
        return DELTA, f"pre.{name}", ""
    if prefix == "jac":
        of, _, by = name.partition(".")
        return JACOBIAN, by or of, of
    parameter = cell.parameters.get(name)
    if parameter and parameter.kind != "state":
        return PARAMETER, parameter.symbol, ""
    for state in cell.states:
        if name == start_of(cell, state):
            return START, f"{state}_prev", ""
    return VALUE, name, ""


def check_name(problem: Problem, label: str, name: Name) -> None:
    """Raise InputError if a problem doesn't have what a name stands for."""
    quantity = name.symbol.removeprefix("pre.")
    told = ""
    if name.kind == PARAMETER and name.symbol not in problem.weights:
        told = "nothing needs it here, or it isn't given"
    elif name.kind in (VALUE, DELTA) and quantity not in problem.quantities:
        told = problem.lack_of(quantity)
    elif name.kind == DELTA and quantity in problem.held:
        told = f"{quantity} is held, so that it has no pre-activation"
    elif name.kind == JACOBIAN and not {name.of, name.symbol} <= {*problem.cell.states}:
        told = "there is no such state here"
    elif name.unit and name.kind == PARAMETER and hasattr(problem.weights[name.symbol], "shape"):
        size = (*problem.weights[name.symbol].shape, 1)[0]
        told = "" if name.unit <= size else f"it has {counted(size, 'unit')}"
    elif name.unit and name.kind != PARAMETER:
        size = problem.sizes.number(quantity)
        told = "" if name.unit <= size else f"it has {counted(size, 'unit')}"
    if not told and name.t and problem.steps and name.t > problem.steps:
        are = "is" if problem.steps == 1 else "are"
        told = f"there {are} {counted(problem.steps, 'step')}"
    if told:
        raise InputError.of("place", f"{label} {name.text}: {told}")


def of_unit(value: Any, name: Name) -> Any:
    """Return the part of a value that a name's unit stands for: a row of a matrix by a weight."""
    if name.unit is None or isinstance(value, float):
        return value
    is_matrix = name.kind == PARAMETER and name.symbol.startswith("W.") and value.ndim > 1
    part = value[..., name.unit - 1, :] if is_matrix else value[..., name.unit - 1]
    return part if getattr(part, "ndim", 0) else float(part)


def put_unit(value: Any, name: Name, change: Callable[[Any], Any]) -> Any:
    """Return a value with the part changed that a name's unit stands for, or all of it."""
    if name.unit is None or isinstance(value, float):
        return change(value)
    value = value.copy()
    is_matrix = name.kind == PARAMETER and name.symbol.startswith("W.") and value.ndim > 1
    place = (..., name.unit - 1, slice(None)) if is_matrix else (..., name.unit - 1)
    part = value[place]
    value[place] = change(part if getattr(part, "ndim", 0) else float(part))
    return value
