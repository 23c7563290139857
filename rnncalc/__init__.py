"""Evaluate recurrent cells by hand, so to speak: every gate, every intermediate, every state.

    >>> from rnncalc import LSTM, build, run
    >>> problem = build(LSTM, {}, xs=[5], all_weights=1, ties="low")
    >>> [step.values["h"] for step in run(problem)]
    [1.0]

`build` checks what it is given and returns a `Problem`; `run` yields a `Step` for each input.
"""

from __future__ import annotations

# Nothing is imported here: what comes before `__main__` can't answer an interrupt.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from rnncalc.cells.model import Cell, cell
    from rnncalc.errors import InputError
    from rnncalc.problem.building import build
    from rnncalc.problem.problem import Problem
    from rnncalc.trace.step import Step
    from rnncalc.trace.trace import run

    CELLS: Mapping[str, Cell]
    SIMPLE: Cell
    GATED: Cell
    LSTM: Cell
    GRU: Cell

__all__ = [
    "CELLS",
    "GATED",
    "GRU",
    "LSTM",
    "SIMPLE",
    "Cell",
    "InputError",
    "Problem",
    "Step",
    "build",
    "cell",
    "run",
]

__version__ = "0.2.0"

_HOMES = {"InputError": "errors", "Problem": "problem.problem", "build": "problem.building"}
_HOMES |= {"Step": "trace.step", "run": "trace.trace"}


def __getattr__(name: str) -> Any:
    """Import a public name when it is used: the command line starts faster without."""
    if name not in __all__:
        raise AttributeError(f"module 'rnncalc' has no attribute {name!r}")
    from importlib import import_module

    home = import_module(f"rnncalc.{_HOMES.get(name, 'cells.model')}")
    if name == "CELLS":
        return {found: home.built_in(found) for found in home.CATALOGUE}
    return home.built_in(name.lower()) if name.isupper() else getattr(home, name)
