"""Codes: a short name for each sort of error, which ``rnncalc help`` explains."""

from __future__ import annotations

import re
from typing import NamedTuple


class Code(NamedTuple):
    """A sort of error.

    pattern: what is typical of the sentences; of several codes that fit, the first counts. text:
    what it is about, and what to do.
    """

    name: str
    pattern: str
    text: str


CODES = (
    Code(
        "cell-text",
        r", line \d+: |the text is too long|: there is no (equation|state)",
        "the text of a cell can't be read; the caret shows where: see `rnncalc help cells`",
    ),
    Code(
        "option",
        r"^there is no option|^No such option",
        "there is no such option; `rnncalc CELL --help` has all of them",
    ),
    Code(
        "name",
        r"is not known|is called .* here|(?<!:) is (--|[a-z_., ]+ and ).* here|is no quantity,|"
        r"is computed here, as|is an? (block|peephole)|knows nothing called",
        "a name is none of those here, or another notation's: `rnncalc help NAME` looks it up",
    ),
    Code(
        "missing",
        r"(is|are) missing|^rnncalc .* needs |needs a file with its equations",
        "something that the result depends on isn't given, and nothing stands for it",
    ),
    Code(
        "words",
        r"stands alone|numbers behind it|: quote the vector|has no value|is given \d+ times|"
        r"is given more than once; |stand in brackets|of a file begins with @|each has an option|"
        r"requires an argument|as its value:",
        "the words of the command line don't fall into options and values as they were meant to",
    ),
    Code(
        "layer",
        r"--layer|no built-in cell|rnncalc \S+ is its cell|weight-normed|quantised|sizes don't fit|"
        r", but not (weight|recurrent|dense)|where its reset gate|has no layer|a recurrent matrix",
        "a file of a framework has no layer that fits, or several: see `rnncalc help frameworks`",
    ),
    Code(
        "together",
        r"leave out|mixes names|has no effect|it needs --|want to read standard|"
        r"name the same file|cell has no input|rounds sigmoid",
        "options don't go together, or one has nothing to act on",
    ),
    Code(
        "file",
        r"can't (read|use|write|tell what)|can't be (read|written)|not JSON|not UTF-8|exists|"
        r"takes a name in|finds no steps|JSON object|longer than|cell takes a file",
        "a file can't be read, used or written",
    ),
    Code(
        "not-finite",
        r"is not a finite number",
        "a quantity becomes too large for a number; the step is named",
    ),
    Code(
        "place",
        r"names no (step|unit)|can't be compared|steps count from 1|number of (a|its|the) step|"
        r"more than once|nothing needs|is held, so|there (is|are) \d+ steps?$|no column",
        "a step, a unit or a quantity that isn't there, or is there twice",
    ),
    Code(
        "size",
        r"; it needs (a vector of |a row|a number$|\d+×)|steps have one size|for an? (row|col|diag)"
        r"|is ragged|has \d+ columns?\b|but the header",
        "two sizes don't fit together: what was given, needed, and fixed it: `rnncalc help sizes`",
    ),
    Code(
        "number",
        r"number|vector|list|row|comma|dash|is empty|divides|sign|quot|/ in|it needs|nested"
        r"|carriage|1\.797e308|4\.941e-324|can be read as",
        "a value is no number, vector or matrix as it stands: see `rnncalc help values`",
    ),
    Code("input", "", "something else can't be used; the sentence says what would do"),
)


def coded(message: str) -> str:
    """Return a message with the name of its sort behind its sentence."""
    said, newline, shown = message.partition("\n")
    return f"{said} [{code_of(said).name}]{newline}{shown}"


def code_of(said: str) -> Code:
    """Return the sort of an error by its sentence."""
    return next(code for code in CODES if re.search(code.pattern, said))


def table() -> str:
    """Return all codes as a table in Markdown."""
    rows = [f"| `[{code.name}]` | {code.text} |" for code in CODES]
    return "\n".join(["| code | what it is about |", "|---|---|", *rows])
