"""Building problems: from what was given to numbers of known sizes, or to all that is wrong."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from rnncalc.cells.expressions import symbols
from rnncalc.cells.functions import FUNCTIONS, TIES
from rnncalc.cells.model import Cell
from rnncalc.errors import Faults, listing, unknown
from rnncalc.keeping import Batches
from rnncalc.numerals import counted
from rnncalc.problem.problem import Given, Inputs, Problem, Sizes, Stream
from rnncalc.problem.reading import AT, missing_words, read_held, read_inputs, read_parameters
from rnncalc.problem.sizes import infer

_BATCH = 1024  # steps that go together if they are all here


def build(
    cell: Cell,
    parameters: Mapping[str, object],
    xs: Sequence[object] | Inputs | Stream = (),
    *,
    all_weights: object = None,
    held: Mapping[str, object] | None = None,
    ties: str | None = None,
    repeat: int = 1,
    reverse: bool = False,
    faults: Faults | None = None,
) -> Problem:
    """Return the problem that the values pose to a cell.

    parameters: weights, biases, constants and previous states by name: ``w_fh``, ``b_f``, ``h``.
    xs: the input of each step, or a stream of them.
    all_weights: the value of every weight and every previous state that isn't given; a line in
    brackets none of whose weights are given stays away.
    held: values of quantities that are not to be computed, by name, or at one step: ``g@2``.
    ties: round functions as the lecture does, and how at an argument of 0: "low", "high" or
    "keep"; None computes without rounding.
    repeat: how many steps there are if there is no input.
    reverse: whether to begin with the last input; then a stream is read to its end.
    faults: what is known to be wrong already, to be reported with the rest.

    A value is a number, a list, an array, or text as on the command line, and may come as a
    `Given` with another name for errors; a weight may be a matrix (rows are what it gives). Sizes
    follow the rules of `sizes`. Raises InputError with all that is missing, malformed or of the
    wrong size.
    """
    faults = Faults() if faults is None else faults
    if ties is not None and ties not in TIES:
        faults.add("name", unknown("ties", ties, list(TIES)))
    held = held or {}
    cell, parameters = _switched_on(cell, parameters, held, faults)
    stopped = read_held(cell, held, faults)
    always = {name for name in stopped if AT not in name}
    if ties and not any(FUNCTIONS[name].levels for name in cell.functions):
        found = f"has {listing(cell.functions)}" if cell.functions else "has no function"
        faults.add(
            "together", f"--round rounds sigmoid, hard_sigmoid and tanh, but {cell.name} {found}"
        )
    if always and all_weights is None:
        cell = _without_idle(cell, always, {*parameters, *(("x",) if len(xs) else ())})
    needed = {s for e in cell.equations if e.name not in always for s in symbols(e.expression)}
    given, missing = read_parameters(cell, parameters, all_weights, needed, faults)
    if "x" in needed and not len(xs):
        missing.append("--x")
    if missing:
        faults.add("missing", missing_words(cell, missing))
    inputs = read_inputs(xs, faults)
    if "x" not in cell.quantities and len(inputs):
        faults.add(
            "together",
            f"{cell.name} has no input: --x has no effect, --repeat N makes several steps",
        )
        inputs = Inputs([], inputs.label)
    xs = _at_hand(xs, faults) if reverse else xs
    steps = xs.steps if isinstance(xs, Stream) else len(inputs) or repeat
    if isinstance(xs, Stream) or len(inputs) == len(xs):  # all of them could be read
        _check_steps(stopped, steps, faults)
    sizes = infer(cell, given, stopped, inputs, faults)
    used = {n: i for n, i in given.items() if n in cell.states or _symbol(cell, n) in needed}
    numbers = _in_size(cell, {_symbol(cell, name): item for name, item in used.items()}, sizes)
    state = {_symbol(cell, name): numbers.pop(_symbol(cell, name)) for name in cell.states}
    fixed = _in_size(cell, stopped, sizes)
    held_at: dict[int, dict[str, Any]] = {}
    for name in fixed.keys() - always:
        quantity, _, step = name.partition(AT)
        held_at.setdefault(int(step), {})[quantity] = fixed[name]
    problem = Problem(
        cell=cell,
        weights=numbers,
        state=state,
        held={name: fixed[name] for name in always},
        held_at=held_at,
        batches=_batches(xs, inputs, sizes, repeat),
        has_input=len(inputs) > 0,
        is_stream=isinstance(xs, Stream),
        steps=steps,
        ties=ties,
        sizes=sizes,
        origins={name: item.origin for name, item in used.items() if item.origin},
        added={_symbol(cell, n): i.added for n, i in used.items() if i.added is not None},
        unused=[item.label for name, item in given.items() if item.is_own and name not in used],
        said=[f"{i.label} {i.said}" for i in (*given.values(), *stopped.values()) if i.said]
        + [*inputs.said]
        + _one_step(xs, inputs, [*given.values(), *stopped.values()]),
    )
    return _backwards(problem) if reverse else problem


def _at_hand(xs: Sequence[object] | Inputs | Stream, faults: Faults) -> Any:
    """Return inputs of which it is known how many there are, unless something is wrong already."""
    if not isinstance(xs, Stream) or faults.messages:
        return xs
    batches = Batches(xs.batches)
    return xs._replace(batches=iter(batches), steps=batches.steps)


def _backwards(problem: Problem) -> Problem:
    """Return a problem that begins with its last input."""
    batches = Batches(problem.batches).reversed()
    found = problem._replace(batches=batches, is_stream=False, is_reversed=True)
    return found._replace(held_at={found.number(t): it for t, it in problem.held_at.items()})


def _one_step(
    xs: Sequence[object] | Inputs | Stream, inputs: Inputs, others: Iterable[Given]
) -> list[str]:
    """Say that a typed vector is one step, where nothing else has its size."""
    shape = inputs.shape
    if len(inputs) != 1 or isinstance(xs, (Inputs, Stream)) or not shape:
        return []
    if shape == (1,) or any(item.shape for item in others):
        return []
    return [f"--x is one step of {counted(shape[0], 'element')}; for {shape[0]} steps use --xs"]


def _symbol(cell: Cell, name: str) -> str:
    return cell.parameters[name].symbol


def switched_on(cell: Cell, given: Collection[str], held: Collection[str]) -> set[str]:
    """Return the names of the lines in brackets that are computed: their weights are given.

    given: names of parameters. held: names of quantities.
    """
    lines = {line.name: line for line in cell.equations}
    found: set[str] = set()
    for line in reversed(cell.equations):
        own = {parameter.name for parameter in cell.weights_of(line)}
        if line.optional and (line.name in found or line.name in held or own & {*given}):
            found.add(line.name)
            read = (name for name in symbols(line.expression) if name in lines)
            found.update(name for name in read if lines[name].optional)
    return found


def _switched_on(
    cell: Cell, parameters: Mapping[str, object], held: Mapping[str, object], faults: Faults
) -> tuple[Cell, Mapping[str, object]]:
    """Return the cell without the lines in brackets that are off, and what was given for it."""
    optional = {line.name for line in cell.equations if line.optional}
    off = optional - switched_on(cell, parameters, {name.split(AT)[0] for name in held})
    if not off:
        return cell, parameters
    smaller = cell.without(off)
    alone = {
        name: item
        for name, item in parameters.items()
        if name in cell.parameters and name not in smaller.parameters
    }
    for name, item in alone.items():
        label = item.label if isinstance(item, Given) else cell.parameters[name].option
        line = next(e for e in cell.equations if e.name in cell.parameters[name].feeds)
        options = [parameter.option for parameter in cell.weights_of(line)]
        faults.add(
            "together",
            f"{label} alone has no effect: {line.name} is computed if {listing(options)} is given",
        )
    return smaller, {name: item for name, item in parameters.items() if name not in alone}


def _in_size(cell: Cell, items: Mapping[str, Given], sizes: Sizes) -> dict[str, Any]:
    """Return values in the sizes they stand for, but weights that ``@`` applies as they multiply.

    items: by symbol, or by a quantity and the step that it is held at.
    """
    if sizes.scalar:
        return {name: item.value for name, item in items.items()}
    import numpy as np

    matrices = {p.symbol: p for p in cell.parameters.values() if p.is_matrix}
    found = {}
    for name, item in items.items():
        parameter = matrices.get(name)
        if parameter is None:
            number = sizes.number(name.partition(AT)[0])
            found[name] = np.broadcast_to(np.asarray(item.value, np.float64), number)
            continue
        found[name] = np.asarray(item.value)
        if sizes.readings.get(parameter.name) in ("row", "column"):
            size = (sizes.of[parameter.rows].number, sizes.of[parameter.columns].number)
            found[name] = found[name].reshape(size)
    return found


def _batches(
    xs: Sequence[object] | Inputs | Stream, inputs: Inputs, sizes: Sizes, repeat: int
) -> Iterable[Any]:
    """Return the inputs in the form that `Problem.batches` promises."""
    if not len(inputs):
        if repeat <= _BATCH:
            return [[None] * repeat]
        return ([None] * min(_BATCH, repeat - k) for k in range(0, repeat, _BATCH))
    if isinstance(xs, Stream):
        batches = xs.batches
    else:
        values = inputs.values
        batches = (values[k : k + _BATCH] for k in range(0, len(values), _BATCH))
    if sizes.scalar:
        return (b.tolist() if hasattr(b, "dtype") else b for b in batches)
    import numpy as np

    single = (b[0] if len(b) == 1 and hasattr(b[0], "dtype") else b for b in batches)
    return (np.asarray(batch).reshape(-1, sizes.number("x")) for batch in single)


def _check_steps(held: Collection[str], steps: int | None, faults: Faults) -> None:
    for name in held:
        step = name.partition(AT)[2]
        if step and steps is not None and int(step) > steps:
            are = "is" if steps == 1 else "are"
            faults.add(
                "together", f"--set {name} has no effect: there {are} {counted(steps, 'step')}"
            )


def _without_idle(cell: Cell, held: Collection[str], given: Collection[str]) -> Cell:
    """Return a cell without the equations that only held ones read and that lack something."""
    symbols_given = {cell.parameters[name].symbol for name in given if name in cell.parameters}
    needed = {p.symbol for p in cell.parameters.values() if p.kind in ("weight", "constant")}
    lacking = needed - symbols_given
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
