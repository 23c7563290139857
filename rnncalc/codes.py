"""Codes: what each sort of error is about, which ``rnncalc help`` explains."""

from __future__ import annotations

from collections.abc import Mapping

from rnncalc.errors import Code

#: What each sort of error is about, and what to do.
CODES: Mapping[Code, str] = {
    "cell-text": "the text of a cell can't be read; the caret shows where: "
    "see `rnncalc help cells`",
    "option": "there is no such option; `rnncalc CELL --help` has all of them",
    "name": "a name is none of those here, or another notation's: `rnncalc help NAME` looks it up",
    "missing": "something that the result depends on isn't given, and nothing stands for it",
    "words": "the words of the command line don't fall into options and values as they were "
    "meant to",
    "layer": "a file of a framework has no layer that fits, or several: "
    "see `rnncalc help frameworks`",
    "together": "options don't go together, or one has nothing to act on",
    "file": "a file can't be read, used or written",
    "not-finite": "a quantity becomes too large for a number; the step is named",
    "place": "a step, a unit or a quantity that isn't there, or is there twice",
    "size": "two sizes don't fit together; the sentence says where each is from: "
    "`rnncalc help sizes`",
    "number": "a value is no number, vector or matrix as it stands: see `rnncalc help values`",
    "input": "something else can't be used; the sentence says what would do",
}


def table() -> str:
    """Return all codes as a table in Markdown."""
    rows = [f"| `[{code}]` | {text} |" for code, text in CODES.items()]
    return "\n".join(["| code | what it is about |", "|---|---|", *rows])
