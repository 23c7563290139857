"""Reports: traces, grades, exercises and equations as text, which is yielded piece by piece.

No module here is imported, nor what it needs, before somebody asks for what it writes.
"""

from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from typing import NamedTuple


class Format(NamedTuple):
    """What there is to know of a format, but for how it is written.

    trace: the module that writes steps, "" if equations are all there is. for_people: whether
    numbers are rounded, and the working has a place. has_notes: whether notes stand in it, and not
    beside it. judges: whether it has a form for grades and exercises. takes_values: whether values
    alone are of its form. has_equations: whether equations alone are, too. takes_all: whether it
    has all sequences of a batch, and not the first alone. derives: whether it has a form for
    gradients. folder: where the modules lie that write it, with a dot behind it. gradients: the
    module that writes those, if that isn't named after the other.
    """

    name: str
    trace: str
    for_people: bool = True
    has_notes: bool = False
    judges: bool = False
    takes_values: bool = False
    has_equations: bool = True
    takes_all: bool = False
    derives: bool = False
    folder: str = ""
    gradients: str = ""

    @property
    def sums_up(self) -> bool:
        """Whether it has a form for summaries."""
        return self.takes_all or self.judges

    def writer(self, subject: str) -> Callable[..., Iterator[str]]:
        """Return what yields the text of a subject on a page; it has the name of the format.

        That is a "trace", "gradients", a "grade", an "exercise", or "equations": a cell; or it is
        "values" alone, which are lines wherever the format has no form for them.
        """
        modules = {"trace": self.trace, "gradients": self.gradients or f"gradients_{self.trace}"}
        module = import_module(f"rnncalc.reports.{self.folder}{modules.get(subject, subject)}")
        is_lines = subject == "values" and not self.takes_values
        function: Callable[..., Iterator[str]] = getattr(module, "lines" if is_lines else self.name)
        return function


DEFAULT = Format("table", "table", has_notes=True, judges=True, derives=True)
_OTHERS = (
    Format("plain", "data", judges=True, takes_all=True, derives=True),
    Format(
        "json",
        "data",
        for_people=False,
        judges=True,
        takes_values=True,
        takes_all=True,
        derives=True,
    ),
    Format(
        "csv",
        "data",
        for_people=False,
        takes_values=True,
        has_equations=False,
        takes_all=True,
        derives=True,
        gradients="gradients_csv",
    ),
    Format("markdown", "markup", has_notes=True, derives=True),
    Format("latex", "tex.typeset", has_notes=True, derives=True, gradients="gradients_markup"),
    Format("source", "", for_people=False),
)

#: The formats by their names, the default first.
FORMATS: Mapping[str, Format] = {form.name: form for form in (DEFAULT, *_OTHERS)}

_PEOPLE = {"has_notes": True, "judges": True, "derives": True}

#: The formats of files for people, by what their names end in.
SAVED: Mapping[str, Format] = {
    ".svg": Format("svg", "trace", folder="files.", gradients="gradients", **_PEOPLE),
    ".html": Format("html", "trace", folder="files.", gradients="gradients", **_PEOPLE),
    ".txt": DEFAULT,
}
