"""Requests: the problem that a command line poses, from its words, its files and its input."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from rnncalc.cells.functions import FUNCTIONS
from rnncalc.cells.model import Cell
from rnncalc.errors import Faults, listing, quoted, unknown
from rnncalc.problem.building import build
from rnncalc.problem.problem import STDIN, Problem, Stream
from rnncalc.problem.sizes import ALL_WEIGHTS, Given, Inputs

#: What stands for a value that can't be read, once that is noted.
UNREADABLE = Given("what can't be read", 0.0)


def problem_of(
    cell: Cell, given: Mapping[str, Any], faults: Faults, before_waiting: Callable[[], None]
) -> Problem:
    """Return the problem that the options pose.

    given: the options' values by their names. faults: what is wrong already. before_waiting:
    called whenever reading may have to wait for more of a stream.

    Raises InputError with all that is wrong.
    """
    _check_standard_input(cell, given, faults)
    parameters, errors = _from_files(cell, given["weights"], faults)
    for name, parameter in cell.parameters.items():
        if given[name] is not None:
            errors.pop(name, None)
            parameters[name] = fetched(parameter.option, given[name], faults)
    common = given["all_weights"]
    activation = given.get("activation")
    if activation:
        cell = cell.varied(activation=activation)
        if given["round"] and not FUNCTIONS[activation].levels:
            faults.add(f"--round rounds sigmoid and tanh; it has no rule for {activation}")
    if given["ties"] and not given["round"]:
        faults.add(f"--ties {given['ties']} says how to round: it needs --round")
    return build(
        cell,
        parameters,
        _inputs(given, faults, before_waiting),
        all_weights=None if common is None else fetched(ALL_WEIGHTS, common, faults),
        held=_held(cell, given["set"], faults),
        ties=(given["ties"] or "low") if given["round"] else None,
        faults=faults,
    )


def _check_standard_input(cell: Cell, given: Mapping[str, Any], faults: Faults) -> None:
    """Note it if more than one option wants to read standard input."""
    names = [*cell.parameters, "all_weights", "xs"]
    takers = [f"--{name.replace('_', '-')}" for name in names if given[name] == STDIN]
    takers += [f"--{name}" for name in ("x", "weights") for text in given[name] if text == STDIN]
    for option in ("set", "expect"):
        named = [text.rpartition("=") for text in given[option]]
        takers += [f"--{option} {name}".rstrip() for name, _, value in named if value == STDIN]
    if len(takers) > 1:
        faults.add(f"{listing(takers)} want to read standard input: only one option can")
        faults.settle()


def fetched(label: str, text: str, faults: Faults) -> Given:
    """Return a value as it was typed or as its file has it, with a name that says which."""
    if text != STDIN and not text.startswith("@"):
        return Given(label, text)
    from rnncalc.problem.sources import fetch

    label = f"{label} ({'standard input' if text == STDIN else text})"
    with faults.of(label):
        return Given(label, fetch(text))
    return UNREADABLE


def _from_files(
    cell: Cell, files: Sequence[str], faults: Faults
) -> tuple[dict[str, object], dict[str, object]]:
    """Return the parameters that the files hold, and the errors of states; a later file wins."""
    found: dict[str, object] = {}
    errors: dict[str, object] = {}
    if not files:
        return found, errors
    from rnncalc.problem.sources import fetch_parameters

    for file in files:
        with faults.of(f"--weights ({file})"):
            for name, value in fetch_parameters(file).items():
                item = Given(f"{name} in {file}", value, origin=file)
                if name in cell.parameters:
                    found[name] = item
                    errors.pop(name, None)
                elif name.removesuffix("_error") in cell.states:
                    errors[name.removesuffix("_error")] = item
                else:
                    faults.add(unknown(f"in {file}, the name", name, list(cell.parameters)))
            continue
        faults.settle()  # without the file there is no telling what else is wrong
    return found, errors


def _held(cell: Cell, texts: Sequence[str], faults: Faults) -> dict[str, object]:
    held: dict[str, object] = {}
    for text in texts:
        name, sign, value = text.partition("=")
        name = name.strip()
        if not sign:
            gates = [name for name, role in cell.roles.items() if role == "gate"]
            example = (gates or cell.states)[0]
            faults.add(f"--set {quoted(text)} has no value: NAME=VALUE, such as --set {example}=0")
        elif name in held:
            faults.add(f"--set {name} is given more than once; it needs one value")
        else:
            held[name] = fetched(f"--set {name}", value.strip(), faults)
    return held


def _inputs(
    given: Mapping[str, Any], faults: Faults, before_waiting: Callable[[], None]
) -> Sequence[object] | Inputs | Stream:
    steps, source = given["x"], given["xs"]
    if steps and source is not None:
        faults.add("--x and --xs both give the input: leave one of them out")
        faults.settle()
    if source is None:
        labels = [f"--x (step {t})" if len(steps) > 1 else "--x" for t in range(1, len(steps) + 1)]
        return [fetched(label, x, faults) for label, x in zip(labels, steps, strict=True)]
    from rnncalc.problem.streams import open_steps

    with faults.of(f"--xs ({source})" if source.startswith("@") else "--xs"):
        found = open_steps(source, before_waiting)
        if isinstance(found, Stream):
            return found
        place = source if source.startswith("@") else "--xs"
        return Inputs(found, lambda t: f"step {t} of {place}")
    return [0.0]  # a stand-in: the fault is noted
