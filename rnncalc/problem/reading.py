"""Reading a problem's parts: parameters, inputs and held quantities, as numbers and lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from rnncalc.cells.model import ALL_WEIGHTS, Cell
from rnncalc.errors import Faults, listing, meant, quoted
from rnncalc.numerals import is_step, shape_of
from rnncalc.problem.problem import DEFAULT, UNREAD, Given, Inputs, Stream
from rnncalc.problem.values import as_vector, read

#: Between a quantity and the step that it is held at.
AT = "@"

_MOST_FAULTS = 5  # of steps, that are told


def _read(given: object, label: str, deepest: int, faults: Faults) -> Given | None:
    """Return a value with its name, read; None if that can't be done and the fault is noted."""
    item = given if isinstance(given, Given) else Given(label, given)
    if item.value is UNREAD:
        return None
    with faults.of(item.label):
        if deepest != 1:
            return item._replace(value=read(item.value, deepest))
        value, said = _vector(item.value)
        return item._replace(value=value, said=said)
    return None


def _vector(given: object) -> tuple[Any, str]:
    """Return a number or a vector, also for a column or a row, and what to say of those."""
    # The text may be long: it is read again only to say what is wrong.
    with suppress(ValueError):
        value, said = as_vector(read(given, 2))
        if len(shape_of(value)) < 2:
            return value, said
    return read(given, 1), ""


def read_inputs(xs: Sequence[object] | Inputs | Stream, faults: Faults) -> Inputs:
    """Return the inputs as numbers and lists of them, of a stream its shape alone."""
    if isinstance(xs, Stream):
        name = xs.name
        stand_in = [0.0] * xs.shape[0] if xs.shape else 0.0
        return Inputs([stand_in], lambda t: f"a step of {name}")
    are_typed = not isinstance(xs, Inputs)  # in a list of steps, two levels are always steps
    if not isinstance(xs, Inputs):
        items = [x if isinstance(x, Given) else Given("", x) for x in xs]
        numbered = "--x (step {})" if len(items) > 1 else "--x"
        labels = [item.label or numbered.format(t) for t, item in enumerate(items, 1)]
        xs = Inputs([item.value for item in items], lambda t: labels[t - 1])
    if hasattr(xs.values, "dtype"):  # of numbers that were checked when it was made
        return xs
    values, notes, before = [], list[str](), len(faults.messages)
    for t, x in enumerate(xs.values, 1):
        if type(x) is float and x - x == 0:
            values.append(x)
            continue
        if x is UNREAD:
            continue
        with faults.of(xs.label(t)):
            value, said = _vector(x) if are_typed else (read(x, 1), "")
            values.append(value)
            notes += [f"{xs.label(t)} {said}"] if said else []
        if len(faults.messages) - before >= _MOST_FAULTS:
            break
    return Inputs(values, xs.label, notes)


def read_held(cell: Cell, held: Mapping[str, object], faults: Faults) -> dict[str, Given]:
    """Return what is to be held, by name, or by name and step as in "g@2"."""
    computed = [line.name for line in cell.equations]
    found = {}
    for key, value in held.items():
        name, at, step = key.partition(AT)
        if name not in computed:
            faults.add("name", _unknown(cell, "--set", name, computed))
        elif at and not is_step(step):
            faults.add(
                "place", f"--set {quoted(key)} names no step: they count from 1, as in {name}@2"
            )
        else:
            item = _read(value, f"--set {key}", 1, faults)
            found[key] = item or Given(f"--set {key}", 0.0)  # a stand-in: the fault is noted
    return found


def read_parameters(
    cell: Cell,
    parameters: Mapping[str, object],
    all_weights: object,
    needed: set[str],
    faults: Faults,
) -> tuple[dict[str, Given], list[str]]:
    """Return the parameters by name, with defaults, and the options that are missing."""
    for name in parameters:
        if name not in cell.parameters:
            faults.add("name", _unknown(cell, "the parameter", name, list(cell.parameters), "key"))
    common = None if all_weights is None else _read(all_weights, ALL_WEIGHTS, 2, faults)
    found: dict[str, Given | None] = {}
    missing: list[str] = []
    for name, parameter in cell.parameters.items():
        option, kind = parameter.option, parameter.kind
        if name in parameters:
            found[name] = _read(parameters[name], option, 2 if parameter.is_matrix else 1, faults)
            if not parameter.is_matrix:
                found[name] = found[name] or Given(option, 0.0)  # a stand-in: the fault is noted
        elif kind == "bias" or (kind == "state" and common is None):
            found[name] = Given(option, 0.0, DEFAULT)
        elif kind != "state" and parameter.symbol not in needed:
            continue
        elif kind == "constant" or (kind == "weight" and all_weights is None):
            missing.append(option)
        elif common:
            found[name] = Given(option, common.value, ALL_WEIGHTS)
    return {name: item for name, item in found.items() if item}, missing


def _unknown(cell: Cell, what: str, name: str, known: list[str], place: str = "quantity") -> str:
    from rnncalc.problem.names import unknown_name  # which only such a fault needs

    return unknown_name(cell, what, name, known, place)


def missing_words(cell: Cell, missing: Sequence[str]) -> str:
    """Say which options are missing, and what would do instead."""
    told = f"{listing(missing)} {'is' if len(missing) == 1 else 'are'} missing"
    parameters = [p for p in cell.parameters.values() if p.option in missing]
    if any(parameter.kind == "weight" for parameter in parameters):
        told += f"; {ALL_WEIGHTS} W gives every weight at once"
    for parameter in parameters:
        if parameter.kind == "constant":
            close = meant(parameter.name, [line.name for line in cell.equations])
            hint = f" (did you mean {close} in its text?)" if close else ""
            told += f"; no line computes {parameter.name}{hint}"
    return told
