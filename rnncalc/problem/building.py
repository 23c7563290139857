"""Building problems: from what was given to numbers of known sizes, or to all that is wrong."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

from rnncalc.cells.expressions import symbols
from rnncalc.cells.functions import TIES
from rnncalc.cells.model import ALL_WEIGHTS, Cell, Parameter
from rnncalc.errors import Faults, listing, unknown
from rnncalc.problem.problem import Problem, Stream
from rnncalc.problem.sizes import DEFAULT, Given, Inputs, Sizes, infer
from rnncalc.problem.values import describe, read

_MOST_FAULTS = 5  # of steps, that are told
_BATCH = 1024  # steps that go together if they are all here


def build(
    cell: Cell,
    parameters: Mapping[str, object],
    xs: Sequence[object] | Inputs | Stream = (),
    *,
    all_weights: object = None,
    held: Mapping[str, object] | None = None,
    ties: str | None = None,
    errors: Mapping[str, object] | None = None,
    faults: Faults | None = None,
) -> Problem:
    """Return the problem that the values pose to a cell.

    parameters: weights, biases and previous states by name, such as ``w_fh``, ``b_f``, ``h``.
    xs: the input of each step, or a stream of them.
    all_weights: the value of every weight and every previous state that isn't given.
    held: values of quantities that are not to be computed, by name.
    ties: round activations as the lecture does, and how at a pre-activation of 0: "low", "high"
    or "keep"; None computes without rounding.
    errors: how far off previous states may be, by name: what the last `Step` before says.
    faults: what is known to be wrong already, to be reported with the rest.

    A value is a number, a list, an array, or text as on the command line, and may come as a
    `Given` with another name for errors; a weight may be a matrix (rows are units). Sizes follow
    the rules of `sizes`. Raises InputError with all that is missing, malformed or of the wrong
    size.
    """
    faults = Faults() if faults is None else faults
    if ties is not None and ties not in TIES:
        faults.add(unknown("ties", ties, list(TIES)))
    stopped = _read_held(cell, held or {}, faults)
    if stopped and all_weights is None:
        cell = _without_idle(cell, stopped, {*parameters, *(("x",) if len(xs) else ())})
    needed = {s for e in cell.equations if e.name not in stopped for s in symbols(e.expression)}
    given, missing = _read_parameters(cell, parameters, all_weights, needed, faults)
    if "x" in needed and not len(xs):
        missing.append("--x")
    if missing:
        advice = f"; {ALL_WEIGHTS} W gives every weight at once" if missing != ["--x"] else ""
        faults.add(f"{listing(missing)} {'is' if len(missing) == 1 else 'are'} missing{advice}")
    inputs = _read_inputs(xs, faults)
    sizes = infer(cell, given, stopped, inputs, faults)
    ready = _floats if sizes.plain_state and sizes.plain_input else _arrays
    weights, state = {}, {}
    for name, item in given.items():
        parameter = cell.parameters[name]
        if parameter.kind == "state":
            state[parameter.symbol] = ready(item, sizes, None)
        elif parameter.symbol in needed:
            weights[parameter.symbol] = ready(item, sizes, parameter)
    return Problem(
        cell=cell,
        weights=weights,
        state=state,
        held={name: ready(item, sizes, None) for name, item in stopped.items()},
        batches=_batches(xs, inputs, sizes, as_floats=ready is _floats),
        has_input=len(inputs) > 0,
        is_stream=isinstance(xs, Stream),
        steps=xs.steps if isinstance(xs, Stream) else len(inputs) or 1,
        ties=ties,
        sizes=sizes,
        origins={
            name: item.origin
            for name, item in given.items()
            if item.origin and (cell.parameters[name].symbol in needed or name in cell.states)
        },
        errors=_read_errors(errors or {}, sizes, ready, faults),
        unused=[
            item.label
            for name, item in given.items()
            if item.is_own and cell.parameters[name].symbol not in needed
        ],
    )


def _read(given: object, label: str, deepest: int, faults: Faults) -> Given | None:
    """Return a value with its name, read; None if that can't be done and the fault is noted."""
    item = given if isinstance(given, Given) else Given(label, given)
    with faults.of(item.label):
        return item._replace(value=read(item.value, deepest))
    return None


def _read_errors(
    errors: Mapping[str, object],
    sizes: Sizes,
    ready: Callable[[Given, Sizes, Parameter | None], Any],
    faults: Faults,
) -> dict[str, Any]:
    items = {name: _read(error, f"{name}_error", 1, faults) for name, error in errors.items()}
    found = {name: item for name, item in items.items() if item}
    for item in found.values():
        if item.shape not in ((), (sizes.n,)):
            faults.add(f"{item.label} is {describe(item.shape)}; it needs {describe((sizes.n,))}")
    faults.settle()
    return {name: ready(item, sizes, None) for name, item in found.items()}


def _read_inputs(xs: Sequence[object] | Inputs | Stream, faults: Faults) -> Inputs:
    """Return the inputs as numbers and lists of them, of a stream its shape alone."""
    if isinstance(xs, Stream):
        name = xs.name
        stand_in = [0.0] * xs.shape[0] if xs.shape else 0.0
        return Inputs([stand_in], lambda t: f"a step of {name}")
    if not isinstance(xs, Inputs):
        items = [x if isinstance(x, Given) else Given("", x) for x in xs]
        numbered = "--x (step {})" if len(items) > 1 else "--x"
        labels = [item.label or numbered.format(t) for t, item in enumerate(items, 1)]
        xs = Inputs([item.value for item in items], lambda t: labels[t - 1])
    values, before = [], len(faults.messages)
    for t, x in enumerate(xs.values, 1):
        if type(x) is float and x - x == 0:
            values.append(x)
            continue
        with faults.of(xs.label(t)):
            values.append(read(x, 1))
        if len(faults.messages) - before >= _MOST_FAULTS:
            break
    return Inputs(values, xs.label)


def _floats(item: Given, sizes: Sizes, parameter: Parameter | None) -> Any:
    return item.value


def _arrays(item: Given, sizes: Sizes, parameter: Parameter | None) -> Any:
    """Return a value as an array in the size it stands for, but weights as they multiply."""
    import numpy as np

    if parameter is None or parameter.meets is None:
        return np.full(sizes.n, item.value)
    array = np.array(item.value)
    if sizes.readings.get(parameter.name) in ("row", "column"):
        return array.reshape(sizes.n, sizes.m if parameter.meets == "x" else sizes.n)
    return array


def _batches(
    xs: Sequence[object] | Inputs | Stream, inputs: Inputs, sizes: Sizes, *, as_floats: bool
) -> Iterable[Any]:
    """Return the inputs in the form that `Problem.batches` promises."""
    if not len(inputs):
        return [[None]]
    if isinstance(xs, Stream):
        batches = xs.batches
    else:
        values = inputs.values
        batches = (values[k : k + _BATCH] for k in range(0, len(values), _BATCH))
    if as_floats:
        return batches
    import numpy as np

    return (np.array(batch).reshape(len(batch), sizes.m) for batch in batches)


def _read_held(cell: Cell, held: Mapping[str, object], faults: Faults) -> dict[str, Given]:
    computed = [line.name for line in cell.equations]
    found = {}
    for name, value in held.items():
        if name not in computed:
            faults.add(unknown("--set", name, computed))
            continue
        item = _read(value, f"--set {name}", 1, faults)
        found[name] = item or Given(f"--set {name}", 0.0)  # a stand-in: the fault is noted
    return found


def _without_idle(cell: Cell, held: Collection[str], given: Collection[str]) -> Cell:
    """Return a cell without the equations that only held ones read and that lack something."""
    symbols_given = {cell.parameters[name].symbol for name in given if name in cell.parameters}
    lacking = {p.symbol for p in cell.parameters.values() if p.kind == "weight"} - symbols_given
    if "x" not in given:
        lacking.add("x")
    idle: set[str] = set()
    for line in reversed(cell.equations):
        readers = [e.name for e in cell.equations if line.name in symbols(e.expression)]
        unread = all(name in idle or name in held for name in readers)
        if (
            unread
            and line.name not in {*held, *cell.states}
            and lacking & {*symbols(line.expression)}
        ):
            idle.add(line.name)
    return cell._replace(
        equations=tuple(line for line in cell.equations if line.name not in idle),
        quantities={name: what for name, what in cell.quantities.items() if name not in idle},
    )


def _read_parameters(
    cell: Cell,
    parameters: Mapping[str, object],
    all_weights: object,
    needed: set[str],
    faults: Faults,
) -> tuple[dict[str, Given], list[str]]:
    """Return the parameters by name, with defaults, and the options that are missing."""
    for name in parameters:
        if name not in cell.parameters:
            faults.add(unknown("the parameter", name, list(cell.parameters)))
    common = None if all_weights is None else _read(all_weights, ALL_WEIGHTS, 2, faults)
    found: dict[str, Given] = {}
    missing = []
    for name, parameter in cell.parameters.items():
        option, is_weight = parameter.option, parameter.kind == "weight"
        if name in parameters:
            if item := _read(parameters[name], option, 2 if is_weight else 1, faults):
                found[name] = item
            elif not is_weight:
                found[name] = Given(option, 0.0)  # a stand-in: the fault is noted
        elif parameter.kind == "bias" or (parameter.kind == "state" and common is None):
            found[name] = Given(option, 0.0, DEFAULT)
        elif common is not None and (parameter.symbol in needed or not is_weight):
            found[name] = Given(option, common.value, ALL_WEIGHTS)
        elif all_weights is None and parameter.symbol in needed:
            missing.append(option)
    return found, missing
