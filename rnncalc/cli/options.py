"""Options: what the command line of a cell accepts, derived from its equations."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

import click

from rnncalc.cells.functions import FUNCTIONS, TIES
from rnncalc.cells.model import Cell, Parameter, stages
from rnncalc.cli.help import Option
from rnncalc.errors import Faults, plainly, quoted
from rnncalc.problem.sizes import ALL_WEIGHTS
from rnncalc.reports import FORMATS

HEADINGS = {
    "weight": "Weights",
    "bias": "Biases (0 unless given)",
    "state": "State and input",
    "calculation": "Calculation",
    "check": "Checking",
    "output": "Output",
}


def options(cell: Cell) -> Iterator[click.Parameter]:
    """Yield the options of a cell's command, in the order of the help."""
    weights = [p for p in cell.parameters.values() if p.kind == "weight"]
    others = [p for p in cell.parameters.values() if p.kind != "weight"]
    for parameter in weights:
        about = partial(_help_of, cell, parameter)
        yield _value_option(parameter.kind, parameter.option, "W", about)
    yield _value_option("weight", ALL_WEIGHTS, "W", "every weight and previous state not given")
    text = "JSON object or .npz with weights, biases and states by name (w_.., b_..); repeatable"
    yield _value_option("weight", "--weights", "FILE", text, repeated=True, values="FILE")
    for parameter in others:
        letter = "B" if parameter.kind == "bias" else "S"
        about = partial(_help_of, cell, parameter)
        yield _value_option(parameter.kind, parameter.option, letter, about)
    text = "input; several times: one time step each"
    yield _value_option("state", "--x", "X", text, repeated=True)
    text = "all steps: a JSON array, @FILE (.json, .jsonl, .csv, .npy), or - to read lines"
    yield _value_option("state", "--xs", "SOURCE", text)
    computed = ", ".join(line.name for line in cell.equations)
    text = f"hold one of {computed} instead of computing it"
    yield _value_option(
        "calculation", "--set", "NAME=VALUE", text, repeated=True, values=partial(_holdable, cell)
    )
    if "activation" in cell.variants:
        yield Option(
            "calculation",
            "--activation",
            type=click.Choice(list(FUNCTIONS)),
            default=cell.equations[0].activation,
            show_default=True,
            help="function of the pre-activation",
        )
    yield Option(
        "calculation", "--round", is_flag=True, help="round sigmoid to 0 or 1, tanh to -1 or 1"
    )
    yield Option(
        "calculation",
        "--ties",
        type=click.Choice(list(TIES)),
        help="with --round, at a pre-activation of 0: the lower value, the higher one, or neither"
        "  [default: low]",
    )
    yield Option(
        "output",
        "-f",
        "--format",
        type=click.Choice(FORMATS),
        help=f"form of the output  [default: {FORMATS[0]}]",
    )
    yield Option(
        "output",
        "--equations",
        is_flag=True,
        help="print the cell's equations alone, without values",
    )
    yield Option(
        "output",
        "--explain",
        is_flag=True,
        help="the worked solution: formula, numbers put in, pre-activation, result",
    )
    yield Option(
        "output",
        "--only",
        metavar="NAME",
        values=lambda: cell.quantities,
        help=f"print one of {', '.join(cell.quantities)} alone",
    )
    text = "write the table to .svg, .html or .txt, or the values of --only to .npy, instead"
    yield Option("output", "--save", metavar="FILE", values="FILE", help=text)
    yield Option("output", "--force", is_flag=True, help="let --save overwrite a file")
    yield Option(
        "output",
        "--save-state",
        metavar="FILE",
        values="FILE",
        help="write the last state, for --weights to go on",
    )
    yield Option(
        "output",
        "--digits",
        type=click.IntRange(0, 30),
        metavar="N",
        help="decimals in what people read; json, csv, --only are never rounded  [default: 4]",
    )
    yield from _checking(cell)


def _checking(cell: Cell) -> Iterator[click.Parameter]:
    text = (
        "check an answer for the last step, for step T as NAME@T=VALUE, for all steps as a list of"
        " their values; or @FILE with JSON objects as -f json writes them, any part of them"
    )
    names = partial(_checkable, cell)
    yield _value_option("check", "--expect", "NAME=VALUE", text, repeated=True, values=names)
    text = "how far off a right answer may be, 0.001 or 0.1%  [default: half of its last digit]"
    yield _value_option("check", "--tolerance", "SIZE", text)
    text = "say which answers are wrong, not what is right"
    yield Option("check", "--no-reveal", is_flag=True, help=text)
    text = "for exercises: which slips give the right answer here, and what numbers would show them"
    yield Option("check", "--lint", is_flag=True, help=text)


def _value_option(
    group: str,
    name: str,
    metavar: str,
    text: str | Callable[[], str],
    *,
    repeated: bool = False,
    **more: Any,
) -> Option:
    # Left as text, so that every fault in the values can be reported together.
    settings: dict[str, Any] = {"type": click.UNPROCESSED, "metavar": metavar, "help": text}
    return Option(group, name, multiple=repeated, repeated=repeated, **settings, **more)


def _holdable(cell: Cell) -> list[str]:
    return [f"{line.name}=" for line in cell.equations]


def _checkable(cell: Cell) -> list[str]:
    return [f"{name}=" for name in stages(cell)]


def _help_of(cell: Cell, parameter: Parameter) -> str:
    """Say what a parameter is: its symbol in the equations and where it stands there."""
    from rnncalc.cells.notation import UNICODE, spell

    if parameter.kind == "state":
        return f"{parameter.symbol}, {cell.quantities[parameter.symbol]}  [default: 0]"
    where = " and ".join(cell.quantities[name] for name in parameter.feeds)
    of = f" on {spell(parameter.meets, UNICODE)}" if parameter.meets else ""
    return f"{UNICODE.symbol(parameter.symbol)}: {where}{of}"


def find_slips(params: Sequence[click.Parameter], args: Sequence[str], faults: Faults) -> None:
    """Note what a shell or a slip of the keyboard does to options and their values.

    That is: a vector that is split at its spaces, a number without an option, an option where a
    value should be, and an option given twice that takes one value.
    """
    options = [param for param in params if isinstance(param, click.Option)]
    names = {name: option for option in options for name in option.opts}
    seen: Counter[str] = Counter()
    words = iter(enumerate(args))
    for place, word in words:
        name, joined, value = word.partition("=")
        option = names.get(name)
        if option is None or option.is_flag:
            if not word.startswith("--") and re.match(r"-\.?\d", word):
                faults.add(stands_alone(word))
            continue
        seen[option.opts[-1]] += 1
        if not joined and place + 1 < len(args):
            if args[place + 1] in names:
                faults.add(f"{name} has no value: {quoted(args[place + 1])} follows it")
                continue
            _, value = next(words)
        end = place + (1 if joined else 2)
        parts = [value]
        start = value.rpartition("=")[2]
        depth = _depth(start) if start.startswith("[") else 0
        while depth > 0 and end < len(args) and not args[end].startswith("--"):
            parts.append(args[end])
            depth += _depth(args[end])
            end += 1
            next(words)
        if len(parts) > 1:
            faults.add(f"{name} is {quoted(value)}: quote the vector, {name} {_as_one(parts)}")
    for option in options:
        count = seen[option.opts[-1]]
        if count > 1 and not (isinstance(option, Option) and option.repeated):
            faults.add(f"{option.opts[-1]} is given {count} times; it needs one value")


def stands_alone(word: str) -> str:
    """Say what to do with a word that belongs to no option."""
    return (
        f"{quoted(word)} stands alone: a value follows its option (--x -5), a vector is quoted"
        " (--x '[1, 2]'), and for several steps the option is repeated (--x 1 --x 2)"
    )


def _depth(text: str) -> int:
    """Return how many more brackets a text opens than it closes."""
    return text.count("[") - text.count("]")


def _as_one(parts: Sequence[str]) -> str:
    """Return what was meant by a vector that came in parts, quoted as for a shell."""
    text = re.sub(r"\s*([\[\],])\s*", r"\1", " ".join(parts))
    text = re.sub(r"[ ,]+|(?<=\])(?=\[)", ", ", text)
    before, sign, vector = text.rpartition("=")
    return f"{plainly(before)}{sign}'{plainly(vector)}'"
