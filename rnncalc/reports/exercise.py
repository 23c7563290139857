"""Exercises: what a problem hides as an exercise, for people and for programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from rnncalc.check.exercise import Exercise, Hidden
from rnncalc.check.slips.kinds import Slip
from rnncalc.errors import listing
from rnncalc.numerals import counted
from rnncalc.reports.page import Page


def table(exercise: Exercise, page: Page) -> Iterator[str]:
    """Yield the text with its first line in bold."""
    from rnncalc.reports.drawing import Drawing

    drawing = Drawing(page)
    for number, line in enumerate(_lines(exercise)):
        drawing.text(line, "" if number else "heading")
    yield drawing.take()


def plain(exercise: Exercise, page: Page) -> Iterator[str]:
    """Yield the text as it is."""
    yield from (f"{line}\n" for line in _lines(exercise))


def json(exercise: Exercise, page: Page) -> Iterator[str]:
    """Yield the whole as one object, on one line."""
    from json import dumps

    told = {"slips": exercise.hidden.tried, "decimals": exercise.decimals}
    changes = [
        {"change": change.name, "slips": change.hidden.tried, **_data(change.hidden)}
        for change in exercise.changes
    ]
    end = {"changes": changes, "command": exercise.command or None}
    yield dumps({**told, **_data(exercise.hidden), **end}, ensure_ascii=False) + "\n"


def _data(hidden: Hidden) -> dict[str, Any]:
    everywhere, in_state = ([slip.name for slip in slips] for slips in hidden[:2])
    codes = {slip.name: slip.code for slips in hidden[:2] for slip in slips}
    return {"hidden": everywhere, "hidden_in_state": everywhere + in_state, "code": codes}


def _lines(exercise: Exercise) -> Iterator[str]:
    problem, hidden = exercise.problem, exercise.hidden
    states = listing(problem.cell.states)
    count = len(hidden.everywhere) + len(hidden.in_state)
    title = f"{problem.cell.title}, {counted(problem.steps or 1, 'step')}"
    yield (
        f"{title}, {counted(exercise.decimals, 'decimal')}: {count} of"
        f" {counted(hidden.tried, 'slip')} {'gives' if count == 1 else 'give'} the right {states}"
    )
    if not count:
        yield "a good exercise: every slip shows"
        return
    yield from _listed("hidden in every quantity, pre-activations included:", hidden.everywhere)
    yield from _listed(f"hidden where {states} alone is asked for:", hidden.in_state)
    if not exercise.changes:
        yield "no change of the numbers that was tried shows more"
        return
    yield "what shows more, each together with those above it:"
    for name, (everywhere, in_state, tried) in exercise.changes:
        left = f"{len(everywhere) + len(in_state)} of {tried}"
        yield f"  {name}: leaves {left} hidden in {states}"
    if exercise.command:
        yield "such as:"
        yield f"  {exercise.command}"


def _listed(heading: str, slips: Sequence[Slip]) -> Iterator[str]:
    """Yield a line for each kind of slip, with its places."""
    kinds: dict[tuple[str, str], list[Slip]] = {}
    for slip in slips:
        kinds.setdefault((slip.kind, slip.advice), []).append(slip)
    if kinds:
        yield heading
    for (kind, _), alike in kinds.items():
        places = ", ".join(slip.place for slip in alike)
        convention = " (a convention of others)" * alike[0].is_convention
        yield f"  {kind.format(places).strip()} [{alike[0].code}]{convention}"
