"""Asking: what belongs where a value is ``?``, and in which size, as far as all else fixes it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from rnncalc.cells.model import Cell, Parameter
from rnncalc.cells.notation import UNICODE, spell
from rnncalc.cli.options import Option
from rnncalc.errors import Faults, InputError
from rnncalc.numerals import counted, exact
from rnncalc.problem.problem import STDIN, Given, Inputs, Size, Stream
from rnncalc.problem.reading import read_held, read_inputs, read_parameters
from rnncalc.problem.sizes import fixed
from rnncalc.problem.sources import fetch
from rnncalc.problem.streams import open_steps

_MARK = "?"
_WIDEST = 8


def asked(options: Mapping[str, Option], given: Mapping[str, Any]) -> list[str]:
    """Return the keys of the options that have a ``?`` for a value."""
    return [
        key
        for key, values in given.items()
        if options[key].takes_numbers and key != "expect" and any(map(_is_mark, values))
    ]


def _is_mark(value: str) -> bool:
    return value.rpartition("=")[2].strip() == _MARK


def answers(
    cell: Cell, options: Mapping[str, Option], given: Mapping[str, Any], keys: list[str]
) -> Iterator[str]:
    """Yield what belongs to each of the options that were asked for.

    given: texts by the options' names as Python has them. keys: the options with a ``?``.
    """
    cell = cell.varied(**{n: given[n][0] for n in cell.variants if n in given})
    sizes = _sizes(cell, given)
    for key in keys:
        option, parameter = options[key], cell.parameters.get(key)
        yield f"{option.name}: {option.help}"
        if parameter and parameter.is_matrix:
            yield from _matrix(cell, parameter, sizes)
        elif parameter or key == "x":
            symbol = parameter.symbol if parameter else "x"
            yield f"  {_vector(option.name, sizes.get(cell.classes[symbol]))}"
        for value in given[key] if key == "set" else ():
            name = value.partition("=")[0].partition("@")[0]
            if _is_mark(value) and name in cell.classes:
                yield f"  {name}: {_vector(f'--set {name}=', sizes.get(cell.classes[name]))}"


def _sizes(cell: Cell, given: Mapping[str, Any]) -> dict[int, Size]:
    """Return the sizes that are fixed by what was typed; what can't be read fixes none."""
    faults, values = Faults(), dict[str, object]()
    for name in cell.parameters:
        if name in given and not _is_mark(given[name][0]):
            with suppress(ValueError):
                values[name] = fetch(given[name][0])
    common = given.get("all_weights", [None])[0]
    parameters, _ = read_parameters(cell, values, common, set(), faults)
    own = {name: item for name, item in parameters.items() if item.is_own and name in values}
    pairs = [text.partition("=") for text in given.get("set", ()) if not _is_mark(text)]
    held = read_held(cell, {name: value for name, _, value in pairs}, faults)
    with suppress(InputError):
        return fixed(cell, own, held, _inputs(given, faults))
    return {}


def _inputs(given: Mapping[str, Any], faults: Faults) -> Inputs:
    source = given.get("xs", [STDIN])[0]
    with suppress(ValueError):
        if not _is_mark(source) and source != STDIN:
            found = open_steps(source, lambda: None)
            xs = found if isinstance(found, Stream) else Inputs(found, str)
            return read_inputs(xs, faults)
        steps = [Given("--x", fetch(x)) for x in given.get("x", ()) if not _is_mark(x)]
        return read_inputs(steps, faults)
    return Inputs([], str)


def _matrix(cell: Cell, parameter: Parameter, sizes: Mapping[int, Size]) -> Iterator[str]:
    rows, columns = sizes.get(parameter.rows), sizes.get(parameter.columns)
    gives, meets = parameter.feeds[0], parameter.meets
    name = spell(meets, UNICODE) if meets else ""
    if rows and columns and rows.is_plain and columns.is_plain:
        yield f"  a number, as {gives} and {name} are numbers: {parameter.option} 0.5"
        return
    size = "×".join(str(it.number) if it else "?" for it in (rows, columns))
    yield f"  {size}: a row for each element of {gives}{_why(rows)},"
    yield f"  a column for each of {name}{_why(columns)}"
    if rows and columns and max(rows.number, columns.number) <= _WIDEST:
        yield f"  such as {parameter.option} '{exact([[0.5] * columns.number] * rows.number)}'"
    if rows and columns and rows.number == columns.number:
        yield "  or a number, which multiplies each element"


def _why(size: Size | None) -> str:
    return f" ({size.number}, {size.source})" if size else " (as many as you choose)"


def _vector(option: str, size: Size | None) -> str:
    gap = "" if option.endswith("=") else " "
    if size is None:
        return f"a number, or a vector of as many elements as you choose: {option}{gap}'[0.5, 0.5]'"
    if size.is_plain:
        return f"a number ({size.source}): {option}{gap}0.5"
    shown = [0.5] * min(size.number, _WIDEST)
    more = ", …" * (size.number > _WIDEST)
    vector = f"'[{exact(shown)[1:-1]}{more}]'"
    return f"a vector of {counted(size.number, 'element')} ({size.source}): {option}{gap}{vector}"
