"""Answers that are derivatives, apart from all others: as they were typed, or are in files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any

from rnncalc.cells.model import Cell
from rnncalc.check.entries import says_nothing, with_precision
from rnncalc.errors import Faults, InputError
from rnncalc.jsontext import json_documents
from rnncalc.problem.problem import Given
from rnncalc.problem.sheets import cells, is_sheet
from rnncalc.trace.derivatives.names import Name, bare_names, is_derivative, read_name
from rnncalc.typed import Typed

_BESIDE = ("of", "end.", "slope.", "direct.", "norm.", "log10.", "new ")  # what is no answer


def named_answers(
    cell: Cell, pairs: Iterable[tuple[str, Given]], faults: Faults
) -> tuple[list[tuple[Name, Any]], list[tuple[str, Given]]]:
    """Return the answers that are derivatives, with typed numbers, and all others as they are."""
    found, others = list[tuple[Name, Any]](), []
    seen, known = set[Name](), bare_names(cell)
    for text, given in (item for pair in pairs for item in _parts(*pair, faults)):
        if not is_derivative(text):
            others.append((text, given))
            continue
        try:
            name = read_name(cell, "--expect", text, known)
        except InputError as error:
            faults.take(error)
            continue
        if name in seen:
            faults.add("words", f"--expect {text} is given more than once; once is enough")
        seen.add(name)
        with faults.of(given.label):
            typed = with_precision(given.value)
            if not says_nothing(typed):
                found.append((name, typed))
    return found, others


def _parts(text: str, given: Given, faults: Faults) -> Iterator[tuple[str, Given]]:
    """Yield what a file has that is in one of the forms of the output, by name; or the pair.

    What the output has beside derivatives is of no answer.
    """
    if not text and isinstance(given.value, str) and is_sheet(given.value):
        with faults.of(given.label):
            found = list(cells(given.value))
            if any(is_derivative(name) for _, name, _ in found):
                for where, name, value in found:
                    if not name.startswith(_BESIDE):
                        label = f"{given.label}{where}: {name}".replace("[]", "")
                        yield name.replace("[]", ""), Given(label, value)
                return
    objects: list[Any] = []
    if not text and isinstance(given.value, str):
        with suppress(ValueError):
            objects = list(json_documents(given.value, Typed))
    kinds = ("grad", "delta", "jac")
    if not any(isinstance(part, dict) and {*kinds, "sums"} & part.keys() for part in objects):
        yield text, given
        return
    for part in objects:
        step = f"@{int(part['t'])}" if isinstance(part.get("t"), float) else ""
        for kind, place in (*((kind, step) for kind in kinds), ("sums", "")):
            for name, value in dict(part.get(kind) or {}).items():
                whole = f"{'grad' if kind == 'sums' else kind}.{name}{place}"
                yield whole, Given(f"{given.label}: {whole}", value)
