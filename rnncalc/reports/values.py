"""Values alone: some quantities, units or steps, as lines of text, as JSON, CSV, or arrays."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from rnncalc.decimals import LONG, exact_cells, exact_lines, exact_pieces, numbered
from rnncalc.errors import InputError
from rnncalc.numerals import counted
from rnncalc.problem.places import Place
from rnncalc.problem.problem import Problem
from rnncalc.trace.trace import Trace


def check_places(problem: Problem, places: Sequence[Place]) -> None:
    """Raise InputError if a problem doesn't have all of what is to be shown."""
    told = [
        f"--only {place.label}: {fault}" for place in places if (fault := _fault(problem, place))
    ]
    if told:
        raise InputError.of("place", *told)


def _fault(problem: Problem, place: Place) -> str:
    quantity, steps = place.quantity, problem.steps
    if quantity not in problem.quantities:
        return problem.lack_of(quantity)
    if place.name != quantity and quantity in problem.held:
        return f"{quantity} is held, so there is no {place.name}"
    if place.unit is not None and not 0 < place.unit <= (size := problem.sizes.number(quantity)):
        return f"{quantity} has {counted(size, 'unit')}"
    return _beyond(steps, place) if steps is not None else ""


def _beyond(steps: int, place: Place) -> str:
    if place.t is None or place.t <= steps:
        return ""
    return f"there {'is' if steps == 1 else 'are'} {counted(steps, 'step')}"


def blocks(trace: Trace, places: Sequence[Place]) -> Iterator[tuple[int, list[Any]]]:
    """Yield the number of a step, and a column for each place: its values from that step on.

    If the places name steps there is one block, with one row. Raises InputError as
    `Trace.columns` does, and for a step behind the last.
    """
    first, at = 1, dict[Place, Any]()
    for found in trace.columns([place.name for place in places]):
        pairs = zip(places, found, strict=True)
        block = [_of_unit(column, place.unit) for place, column in pairs]
        count = len(block[0])
        if places[0].t is None:
            yield first, block
        for place, column in zip(places, block, strict=True):
            if place.t is not None and first <= place.t < first + count:
                at[place] = column[place.t - first : place.t - first + 1]
        first += count
    if places[0].t is not None:
        told = [f"--only {p.label}: {fault}" for p in places if (fault := _beyond(first - 1, p))]
        if told:
            raise InputError.of("place", *told)
        yield places[0].t, [at[place] for place in places]


def _of_unit(column: Any, unit: int | None) -> Any:
    """Return the values of one unit of vectors; numbers are their only unit."""
    if unit is None or (isinstance(column, list) and isinstance(column[0], float)):
        return column
    if isinstance(column, list):
        return [float(value[unit - 1]) for value in column]
    return column[:, unit - 1].tolist()


def lines(trace: Trace, places: Sequence[Place]) -> Iterator[str]:
    """Yield a line a step, with a tab between the values of several places.

    Here and below a long line comes in pieces.
    """
    for _, columns in blocks(trace, places):
        if len(columns) == 1:
            yield from exact_lines(columns[0])
        elif _is_wide(trace):
            for values in zip(*columns, strict=True):
                yield from _row(map(exact_pieces, values), "\t")
        else:
            for row in zip(*map(exact_lines, columns), strict=True):
                yield "\t".join([*(text[:-1] for text in row[:-1]), row[-1]])


def _is_wide(trace: Trace) -> bool:
    """Return whether a line may have to come in pieces."""
    return trace.problem.sizes.largest > LONG


def _row(cells: Iterable[Iterable[str]], between: str) -> Iterator[str]:
    """Yield a row in pieces, from those of its cells."""
    gap = ""
    for pieces in cells:
        yield gap
        yield from pieces
        gap = between
    yield "\n"


def json(trace: Trace, places: Sequence[Place]) -> Iterator[str]:
    """Yield an object a step with the values by name; those of a single place stand alone."""
    if len(places) == 1:
        yield from lines(trace, places)
        return
    sequence = trace.problem.sequence
    for t, columns in blocks(trace, places):
        for row, values in enumerate(zip(*columns, strict=True), t):
            step = [f'"sequence": {sequence}'] * bool(sequence)
            step += [f'"t": {row}'] * (places[0].t is None)
            pieces = _object(step, zip(places, values, strict=True))
            yield from pieces if _is_wide(trace) else ["".join(pieces)]


def _object(step: Sequence[str], values: Iterable[tuple[Place, Any]]) -> Iterator[str]:
    yield "{" + ", ".join(step)
    gap = ", " if step else ""
    for place, value in values:
        yield f'{gap}"{place.label}": '
        yield from exact_pieces(value)
        gap = ", "
    yield "}\n"


def csv(trace: Trace, places: Sequence[Place]) -> Iterator[str]:
    """Yield a header, then a row a step; a vector has a column for each element."""
    sequence = trace.problem.sequence
    has_header, names = sequence > 1, ["sequence"] * bool(sequence) + ["t"] * (not places[0].t)
    for t, columns in blocks(trace, places):
        for row, values in enumerate(zip(*columns, strict=True), t):
            step = [str(sequence)] * bool(sequence) + [str(row)] * (not places[0].t)
            header = (*zip(names), *map(_header, places, values)) if not has_header else ()
            for cells in filter(None, (header, (*zip(step), *map(exact_cells, values)))):
                pieces = _row(cells, ",")
                yield from pieces if _is_wide(trace) else ["".join(pieces)]
            has_header = True


def _header(place: Place, value: Any) -> Iterable[str]:
    if isinstance(value, float):
        return (place.label,)
    return numbered(place.name, value, f"@{place.t}" if place.t else "")


def arrays(traces: Iterable[Trace], places: Sequence[Place]) -> dict[str, Any]:
    """Return what is to be saved by name: a row a step, or of a place with a step its value.

    Of a batch there is one for each sequence.
    """
    import numpy as np

    found, of_batch = list[list[Any]](), False
    for trace in traces:
        of_batch = bool(trace.problem.sequence)
        columns = zip(*(block for _, block in blocks(trace, places)), strict=True)
        joined = [np.concatenate([np.asarray(p, "<f8") for p in parts]) for parts in columns]
        found.append([array[0] if places[0].t else array for array in joined])
    stacked = [np.stack(of_one) if of_batch else of_one[0] for of_one in zip(*found, strict=True)]
    return {place.label: array for place, array in zip(places, stacked, strict=True)}
