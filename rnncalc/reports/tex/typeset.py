"""LaTeX: tables and the working, to paste into a document with amsmath and booktabs.

Nothing is larger than the text of an A4 article: what doesn't fit stands in a second table.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from rnncalc.cells import notation
from rnncalc.cells.expressions import PREVIOUS
from rnncalc.numerals import rounded
from rnncalc.reports.page import Page
from rnncalc.reports.rows import (
    notes,
    sequence_names,
    step_rows,
)
from rnncalc.reports.tex.breaking import TEXT, body, points, words
from rnncalc.trace.step import Step, as_read
from rnncalc.trace.trace import Trace
from rnncalc.trace.working import derivations

_LONGEST = 6  # elements of a vector that are written out
_SHOWN = 3  # of a longer one at its beginning
_LINES = 40  # of a table
_GAP = 12.0  # points between two columns
_WORDS = 130.0  # points of a description


class _Cell(NamedTuple):
    """A cell of a table: what is set, how wide that is at most, and how many lines it has."""

    text: str
    width: float
    lines: int = 1


class _Column(NamedTuple):
    """A column of a table: its heading, and how LaTeX is to set it."""

    heading: _Cell
    form: str = "l"


def latex(trace: Trace, page: Page) -> Iterator[str]:
    """Yield LaTeX: a table of a step, or of several, and the working if it is asked for."""
    problem, digits = trace.problem, page.digits
    style = notation.latex(problem.cell.equations, problem.cell.roles)
    title = problem.cell.title[0].upper() + problem.cell.title[1:]
    if not page.step_by_step and trace.has(2):
        yield _titled(title)
        yield from _sequence(trace, digits, style)
    else:
        for step in trace:
            yield _titled(f"{title}, step {problem.number(step.t)}")
            columns, rows = _step(trace, step, digits, style)
            for part in _pages(rows):
                yield from _tables(columns, part)
            if page.explain:
                lines = body(derivations(problem, step, style, digits))
                yield f"{{\\allowdisplaybreaks\n\\begin{{align*}}\n{lines}\\end{{align*}}}}\n"
    if trace.count:
        said = list(notes(trace))
        if problem.sizes.largest > _LONGEST:
            said.append(f"of vectors of over {_LONGEST} elements the middle is left out")
        yield "\\par\\smallskip\n" * bool(said)
        yield from (f"\\par{{\\raggedright\\small {latex_text(note)}\\par}}\n" for note in said)


def _titled(title: str) -> str:
    return f"\\par\\medskip\\noindent\\textbf{{{latex_text(title)}}}\\par\n"


def _step(
    trace: Trace, step: Step, digits: int, style: notation.Style
) -> tuple[list[_Column], list[list[_Cell]]]:
    """Return the columns of a step's table, and its rows."""
    rows = []
    for name, what, _, text, role in step_rows(trace.problem, step, digits):
        symbol = f"${style.symbol(name)}$"
        tie = "(tie" + text.partition(" (tie")[2] if " (tie" in text else ""
        pre = as_read(trace.problem, step, "pre", name) if name in step.pre else None
        rows.append(
            [
                _Cell(symbol, points(symbol)),
                _text(what),
                _Cell("", 0) if pre is None else _maths([pre], digits, style),
                _value(trace, step, name, digits, style, tie),
                _text(role),
            ]
        )
    widest = max(row[1].width for row in rows)
    if widest > _WORDS:
        for row in rows:
            row[1] = row[1]._replace(text=rf"\raggedright {row[1].text}", width=_WORDS)
    headings = ("symbol", "what it is", "pre-activation", "value", "role")
    forms = ("l", f"p{{{_WORDS:.0f}pt}}" if widest > _WORDS else "l", *"rll")
    columns = [_Column(_text(h), f) for h, f in zip(headings, forms, strict=True)]
    if sum(_widths(columns, rows)) > TEXT:  # what else there is on a line tells the role
        columns, rows = columns[:-1], [row[:-1] for row in rows]
    return columns, rows


def _sequence(trace: Trace, digits: int, style: notation.Style) -> Iterator[str]:
    """Yield tables with a row for each step, as many rows a table as a page has room for."""
    names = sequence_names(trace.problem)
    columns = [_Column(_Cell("$t$", 5), "r")]
    columns += [_Column(_Cell(s, points(s)), "r") for s in (f"${style.symbol(n)}$" for n in names)]
    for rows in _pages(_sequence_rows(trace, names, digits, style)):
        yield from _tables(columns, rows)


def _sequence_rows(
    trace: Trace, names: Sequence[str], digits: int, style: notation.Style
) -> Iterator[list[_Cell]]:
    """Yield the cells of each step, and of the states that are there before the first."""
    problem = trace.problem
    for step in trace:
        found = [
            _value(trace, step, name, digits, style, "(tie)" if name in step.ties else "")
            for name in names
        ]
        row = [_step_number(problem.number(step.t)), *found]
        if step.t > 1:
            yield row
            continue
        befores = (step.values.get(name + PREVIOUS) for name in names)
        empty = _Cell("", 0)
        cells = (empty if b is None else _maths([b], digits, style) for b in befores)
        start = [_step_number(problem.number(0)), *cells]
        yield from (row, start) if problem.is_reversed else (start, row)


def _pages(rows: Iterable[list[_Cell]]) -> Iterator[list[list[_Cell]]]:
    """Yield as many rows at a time as a page has room for."""
    page: list[list[_Cell]] = []
    room = _LINES
    for row in rows:
        lines = max(cell.lines for cell in row)
        if page and lines > room:
            yield page
            page, room = [], _LINES
        page.append(row)
        room -= lines
    if page:
        yield page


def _step_number(t: int) -> _Cell:
    return _Cell(f"${t}$", 6 * len(str(t)))


def _value(
    trace: Trace, step: Step, name: str, digits: int, style: notation.Style, tie: str
) -> _Cell:
    """Write what a step has for a quantity, with what it was before rounding, and a tie."""
    before = [as_read(trace.problem, step, "exact", name)] if name in step.exact else []
    found = _maths([*before, step.values[name]], digits, style)
    if not tie:
        return found
    return _Cell(f"{found.text} {latex_text(tie)}", found.width + words(f" {tie}"), found.lines)


def _maths(values: Sequence[Any], digits: int, style: notation.Style) -> _Cell:
    """Write values with arrows between them, vectors as columns."""
    texts, width, lines = [], 14.0 * (len(values) - 1), 1
    for value in values:
        if isinstance(value, float):
            parts = [style.text(rounded(value, digits))]
            texts.append(parts[0])
        else:
            items = value.tolist()
            chosen = items if len(items) <= _LONGEST else [*items[:_SHOWN], items[-1]]
            parts = [style.text(rounded(item, digits)) for item in chosen]
            shown = [*parts[:-1], r"\vdots", parts[-1]] if len(items) > _LONGEST else parts
            column = r" \\ ".join(shown)
            texts.append(rf"\begin{{pmatrix}}{column}\end{{pmatrix}}")
            width += 18
            lines = max(lines, len(shown))
        width += max(map(points, parts))
    return _Cell(f"${rf' {style.becomes} '.join(texts)}$", width, lines)


def _text(text: str) -> _Cell:
    return _Cell(latex_text(text), words(text))


def _widths(columns: Sequence[_Column], rows: Sequence[Sequence[_Cell]]) -> list[float]:
    """Return how wide each column is at most, with the gap behind it."""
    return [
        max(column.heading.width, *(row[place].width for row in rows)) + _GAP
        for place, column in enumerate(columns)
    ]


def _tables(columns: Sequence[_Column], rows: Sequence[Sequence[_Cell]]) -> Iterator[str]:
    """Yield a table, or several that each begin with the first column where one is too wide."""
    wide = _widths(columns, rows)
    chosen, room = [0], TEXT - wide[0]
    for place in range(1, len(columns)):
        if wide[place] > room and len(chosen) > 1:
            yield _table(columns, rows, chosen)
            chosen, room = [0], TEXT - wide[0]
        chosen.append(place)
        room -= wide[place]
    yield _table(columns, rows, chosen)


def _table(
    columns: Sequence[_Column], rows: Sequence[Sequence[_Cell]], chosen: Sequence[int]
) -> str:
    forms = "".join(columns[place].form for place in chosen)
    headings = " & ".join(columns[place].heading.text for place in chosen)
    told = [row for row in rows if any(row[place].text for place in chosen[1:])]
    lines = [" & ".join(row[place].text for place in chosen) for row in told]
    tall = any(cell.lines > 1 for row in rows for cell in row)
    gap = "\\addlinespace[4pt]\n" * tall  # a column is deeper than what \\[6pt] would add to
    inner = gap.join(f"{line} \\\\\n" for line in lines)
    return (
        f"\\par\\smallskip\\noindent\\begin{{tabular}}{{@{{}}{forms}@{{}}}}\n\\toprule\n"
        f"{headings} \\\\\n\\midrule\n{inner}\\bottomrule\n\\end{{tabular}}\\par\n"
    )


def latex_text(text: str) -> str:
    """Write text so that LaTeX leaves its dashes and special characters alone."""
    text = re.sub(r"([&%$#_{}])", r"\\\1", text.replace("\\", "\\textbackslash "))
    for sign, name in (("^", "circum"), ("~", "tilde")):
        text = text.replace(sign, rf"\textascii{name}{{}}")
    text = text.replace("--", "-{}-")
    return re.sub(r"\S{20,}", _breakable, text)


def _breakable(word: re.Match[str]) -> str:
    """Let a long word, such as the name of a file, be broken behind its signs."""
    return re.sub(r"(/|\\_)(?=.)", r"\1\\allowbreak{}", word[0])
