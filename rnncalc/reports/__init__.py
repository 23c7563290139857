"""Reports: a trace as text, a module for each format; grades and exercises have modules, too.

A format's module has a function ``report(trace, page)`` that yields the text piece by piece, so
that a stream of steps is never held as a whole. It is imported when it is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from typing import Any, NamedTuple


class Format(NamedTuple):
    """What there is to know of a format, but for how it is written.

    for_people: whether numbers are rounded, and the working has a place. is_drawn: whether it is
    coloured and laid out, as a picture is. has_notes: whether notes stand in it, and not beside it.
    judges: whether it has a form for grades and exercises. takes_values: whether values alone are
    of its form. equations: the module that writes equations alone, "" if there is none. has_steps:
    whether it has a form for anything but those.
    """

    name: str
    for_people: bool = True
    is_drawn: bool = False
    has_notes: bool = False
    judges: bool = False
    takes_values: bool = False
    equations: str = ""
    has_steps: bool = True

    @property
    def report(self) -> Callable[..., Iterator[str]]:
        """The function of a trace and a page that writes the steps."""
        function: Callable[..., Iterator[str]] = _module(self.name).report
        return function

    def report_on(self, subject: str) -> Callable[..., Iterator[str]]:
        """Return the function of a "grade" or an "exercise" and a page that writes that."""
        function: Callable[..., Iterator[str]] = getattr(_module(subject), self.name)
        return function

    def write_equations(self, cell: Any) -> str:
        """Return a cell's equations alone."""
        text: str = _module(self.equations).equations(cell)
        return text


def _module(name: str) -> Any:
    return import_module(f"rnncalc.reports.{name}")


_FORMATS = (
    Format("table", is_drawn=True, has_notes=True, judges=True, equations="plain"),
    Format("plain", judges=True, equations="plain"),
    Format("json", for_people=False, judges=True, takes_values=True, equations="json"),
    Format("csv", for_people=False),
    Format("markdown", has_notes=True, equations="markdown"),
    Format("latex", has_notes=True, equations="latex"),
    Format("source", for_people=False, equations="source", has_steps=False),
)

#: The formats by their names, the default first.
FORMATS: Mapping[str, Format] = {form.name: form for form in _FORMATS}
DEFAULT = _FORMATS[0]
