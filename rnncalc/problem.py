"""Problems: everything that was given, read, checked and ready to compute with.

This is the one door between what a person types and what is computed: behind it there are only
finite numbers of known sizes, floats if all of them are plain numbers and NumPy arrays if not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any, NamedTuple

from rnncalc.activations import TIES
from rnncalc.cells import ALL_WEIGHTS, Cell, Parameter
from rnncalc.errors import Faults, listing, unknown
from rnncalc.expressions import symbols
from rnncalc.sizes import Given, Sizes, infer
from rnncalc.values import Value, read

__all__ = ["DEFAULT", "Problem", "build"]

#: The origin of values that are 0 because nothing else was said.
DEFAULT = "default"


class Problem(NamedTuple):
    """A cell with its numbers.

    weights: weights and biases by symbol, but for those that nothing needs. state: the previous
    states by symbol. inputs: an input for each step, None if the input isn't given. held: the
    quantities that are not computed, by name. Each is a float, or an array: a state, a bias and
    a held quantity of n elements, an input of m, a weight of shape (n, m) or (n, n), unless it
    is a number or a diagonal of n elements, which multiply elementwise.
    ties: "low", "high" or "keep" with the lecture's rounding, None without.
    sizes: n, m, and how vector weights are read.
    origins: where each parameter that was not typed comes from, by name.
    """

    cell: Cell
    weights: Mapping[str, Any]
    state: Mapping[str, Any]
    inputs: Iterable[Any]
    held: Mapping[str, Any]
    ties: str | None
    sizes: Sizes
    origins: Mapping[str, str]

    @property
    def scalar(self) -> bool:
        """Whether every value is a plain number; then all of them are floats."""
        return self.sizes.plain_state and self.sizes.plain_input

    @property
    def rounding_error(self) -> float:
        """The most that a sum of products can be off by, relative to the sum of their sizes."""
        return (2 * (self.sizes.n + self.sizes.m) + 4) * 2.0**-53

    def overflow_unheeded(self) -> AbstractContextManager[object]:
        """Return a context in which NumPy keeps quiet: what overflows is reported by name."""
        if self.scalar:
            return nullcontext()
        import numpy as np

        return np.errstate(all="ignore")


def build(
    cell: Cell,
    parameters: Mapping[str, object],
    xs: Sequence[object] = (),
    *,
    all_weights: object = None,
    held: Mapping[str, object] | None = None,
    ties: str | None = None,
    faults: Faults | None = None,
) -> Problem:
    """Return the problem that the values pose to a cell.

    parameters: weights, biases and previous states by name, such as ``w_fh``, ``b_f``, ``h``.
    xs: the input of each step.
    all_weights: the value of every weight and every previous state that isn't given.
    held: values of quantities that are not to be computed, by name.
    ties: round activations as the lecture does, and how at a pre-activation of 0: "low", "high"
    or "keep"; None computes without rounding.
    faults: what is known to be wrong already, to be reported with the rest.

    A value is a number, a list, an array, or text as on the command line; a weight may be a
    matrix (rows are units). Sizes follow the rules of `sizes`. Raises InputError with all that
    is missing, malformed or of the wrong size.
    """
    faults = Faults() if faults is None else faults
    if ties is not None and ties not in TIES:
        faults.add(unknown("ties", ties, list(TIES)))
    stopped = _read_held(cell, held or {}, faults)
    needed = {s for e in cell.equations if e.name not in stopped for s in symbols(e.expression)}
    given, missing = _read_parameters(cell, parameters, all_weights, needed, faults)
    if "x" in needed and not xs:
        missing.append("--x")
    if missing:
        advice = f"; {ALL_WEIGHTS} W gives every weight at once" if missing != ["--x"] else ""
        faults.add(f"{listing(missing)} {'is' if len(missing) == 1 else 'are'} missing{advice}")
    inputs = []
    for t, x in enumerate(xs, 1):
        label = f"--x (step {t})" if len(xs) > 1 else "--x"
        with faults.of(label):
            inputs.append(Given(label, read(x, 1)))
    sizes = infer(cell, given, stopped, inputs, faults)

    def ready(item: Given, parameter: Parameter | None = None, size: int = sizes.n) -> Any:
        if sizes.plain_state and sizes.plain_input:
            return item.value
        import numpy as np

        array = np.array(item.value)
        if parameter and parameter.meets:
            columns = sizes.m if parameter.meets == "x" else sizes.n
            reading = sizes.readings.get(parameter.name)
            return array.reshape(sizes.n, columns) if reading in ("row", "column") else array
        return np.full(size, item.value)

    by_symbol = {
        cell.parameters[name].symbol: ready(item, cell.parameters[name])
        for name, item in given.items()
        if cell.parameters[name].symbol in needed or cell.parameters[name].kind == "state"
    }
    states = [cell.parameters[name].symbol for name in cell.states]
    return Problem(
        cell=cell,
        weights={symbol: by_symbol[symbol] for symbol in by_symbol if symbol not in states},
        state={symbol: by_symbol[symbol] for symbol in states},
        inputs=[ready(item, size=sizes.m) for item in inputs] or [None],
        held={name: ready(item) for name, item in stopped.items()},
        ties=ties,
        sizes=sizes,
        origins={name: item.origin for name, item in given.items() if item.origin},
    )


def _read_held(cell: Cell, held: Mapping[str, object], faults: Faults) -> dict[str, Given]:
    computed = [line.name for line in cell.equations]
    found = {}
    for name, value in held.items():
        if name not in computed:
            faults.add(unknown("--set", name, computed))
            continue
        with faults.of(f"--set {name}"):
            found[name] = Given(f"--set {name}", read(value, 1))
    return found


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
    common: Value | None = None
    if all_weights is not None:
        with faults.of(ALL_WEIGHTS):
            common = read(all_weights, 2)
    found: dict[str, Given] = {}
    missing = []
    for name, parameter in cell.parameters.items():
        option, is_weight = parameter.option, parameter.kind == "weight"
        if name in parameters:
            with faults.of(option):
                found[name] = Given(option, read(parameters[name], 2 if is_weight else 1))
            if name not in found and not is_weight:
                found[name] = Given(option, 0.0)  # a stand-in: the fault is noted
        elif parameter.kind == "bias" or (parameter.kind == "state" and common is None):
            found[name] = Given(option, 0.0, DEFAULT)
        elif common is not None and (parameter.symbol in needed or not is_weight):
            found[name] = Given(option, common, ALL_WEIGHTS)
        elif all_weights is None and parameter.symbol in needed:
            missing.append(option)
    return found, missing
