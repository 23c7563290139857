"""Topics: help at length, in Markdown in the folder ``rnncalc/help``, read when asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rnncalc.reports.page import Page, wrap

#: The topics in the order in which they are listed; each is a file.
TOPICS = (
    *("values", "sizes", "sequences", "rounding", "checking", "slips", "gradients", "cells"),
    *("frameworks", "formats", "json", "python", "errors", "exit", "speed", "promises"),
)

#: How long a table's cell may be that is no more than a number.
_NUMBER = 12


def text_of(topic: str) -> str:
    """Return the Markdown of a topic."""
    from importlib.resources import files

    text = files("rnncalc").joinpath("help", f"{topic}.md").read_text("utf-8")
    if topic == "errors":
        from rnncalc.codes import table

        return text.replace("CODES", table())
    return text


def title_of(topic: str) -> str:
    """Return the title of a topic."""
    return text_of(topic).partition("\n")[0].removeprefix("# ")


def listed(width: int) -> str:
    """Return the topics, a line each, and what else help takes."""
    rows = [f"{topic:<12}{title_of(topic)}" for topic in TOPICS]
    told = (
        "rnncalc help WORD finds options, quantities, slips, functions and cells by name or a part"
        " of it, also by what others call them: rnncalc help W_hh, help transposed, help c~"
    )
    head = "rnncalc help TOPIC says more on"
    return "\n".join([head, "", *(f"  {row}" for row in rows), "", wrap(told, width)])


def shown(topic: str, page: Page, width: int) -> str:
    """Return a topic as it is written on a page: by Rich on a terminal, otherwise plainly."""
    text = text_of(topic)
    if not page.styled:
        return "\n\n".join(_plain(text, width))
    from rich.console import Console
    from rich.markdown import Markdown

    narrow = re.sub(r"(?m)(^\|.*\n)+", lambda table: _fitted(table[0], width), f"{text}\n")
    console = Console(width=width, force_terminal=True, highlight=False)
    with console.capture() as capture:
        console.print(Markdown(narrow, code_theme="bw"))
    return capture.get().rstrip("\n")


def _fitted(table: str, width: int) -> str:
    """Return a Markdown table, as a list if it is too wide: Rich would squeeze and cut words."""
    rows = _rows(table.splitlines())
    if _fits(rows, width):
        return table
    return "".join("- {}\n".format("  \n  ".join([f"**{f}**", *rest])) for f, rest in _items(rows))


def _plain(text: str, width: int) -> Iterator[str]:
    """Yield the parts of a Markdown text without its marks, as far as those are only for show."""
    for block in re.split(r"(^```.*?^```$)", text.strip(), flags=re.M | re.S):
        if block.startswith("```"):
            yield "\n".join(f"  {line}".rstrip() for line in block.splitlines()[1:-1]).rstrip()
            continue
        for part in filter(None, map(str.strip, re.split(r"\n\n+", block))):
            if part.startswith("|"):
                yield "\n".join(_table(part.splitlines(), width))
                continue
            items = re.split(r"\n(?=- )", part)
            yield "\n".join(_filled(re.sub("^#+ ", "", item), width) for item in items)


def _filled(text: str, width: int, indent: int = 0) -> str:
    """Break a text between words into lines, but nothing between backticks: that is typed."""
    from textwrap import fill

    held = re.sub("`[^`]+`", lambda code: code[0].replace(" ", "\0"), " ".join(text.split()))
    behind = " " * (indent + 2 * text.startswith("- "))
    first = " " * indent
    lines = fill(
        held,
        max(width, 10),
        initial_indent=first,
        subsequent_indent=behind,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return lines.replace("\0", " ")


def _table(lines: Sequence[str], width: int) -> Iterator[str]:
    """Yield a table's rows beside each other where they fit, otherwise each cell by itself."""
    rows = _rows(lines)
    if _fits(rows, width):
        across = [max(map(len, column)) for column in zip(*rows, strict=True)]
        for row in rows:
            yield "   ".join(f"{c:{w}}" for c, w in zip(row, across, strict=True)).rstrip()
        return
    for first, rest in _items(rows):
        yield _filled(first, width)
        yield from (_filled(cell, width, 4) for cell in rest)


def _rows(lines: Sequence[str]) -> list[list[str]]:
    """Return the cells of a Markdown table, its head first."""
    rows = [re.split(r"(?<!\\)\|", line.strip().strip("|")) for line in lines if "|---" not in line]
    return [[cell.strip().replace("\\|", "|") for cell in row] for row in rows]


def _fits(rows: Sequence[Sequence[str]], width: int) -> bool:
    return sum(max(map(len, column)) + 3 for column in zip(*rows, strict=True)) <= width


def _items(rows: Sequence[Sequence[str]]) -> list[tuple[str, list[str]]]:
    """Return each first cell with those beside it, and with those of rows below without one.

    Numbers that have their meaning from the head alone stand in one line with it.
    """
    head, *body = rows
    are_numbers = len(head) > 2 and all(len(cell) <= _NUMBER for row in body for cell in row[1:])
    found: list[tuple[str, list[str]]] = []
    for first, *rest in body:
        if are_numbers:
            rest = [", ".join(f"{of} {cell}" for of, cell in zip(head[1:], rest, strict=True))]
        if first:
            found.append((first, []))
        found[-1][1].extend(filter(None, rest))
    return found
