"""Options: what the command line of a cell accepts, derived from its equations."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import click

from rnncalc.activations import ACTIVATIONS, TIES
from rnncalc.cells import ALL_WEIGHTS, Cell, Parameter
from rnncalc.errors import Faults, quoted
from rnncalc.helpful import Option
from rnncalc.notation import UNICODE
from rnncalc.reports import FORMATS

__all__ = ["HEADINGS", "find_stray_words", "options"]

HEADINGS = {
    "weight": "Weights",
    "bias": "Biases (0 unless given)",
    "state": "State and input",
    "calculation": "Calculation",
    "output": "Output",
}


def options(cell: Cell) -> Iterator[click.Parameter]:
    """Yield the options of a cell's command, in the order of the help."""
    weights = [p for p in cell.parameters.values() if p.kind == "weight"]
    others = [p for p in cell.parameters.values() if p.kind != "weight"]
    for parameter in weights:
        yield _value_option(parameter.kind, parameter.option, "W", _help_of(cell, parameter))
    yield _value_option("weight", ALL_WEIGHTS, "W", "every weight and previous state not given")
    for parameter in others:
        letter = "B" if parameter.kind == "bias" else "S"
        yield _value_option(parameter.kind, parameter.option, letter, _help_of(cell, parameter))
    yield _value_option("state", "--x", "X", "input; several times: one time step each")
    computed = ", ".join(line.name for line in cell.equations)
    yield _value_option(
        "calculation", "--set", "NAME=VALUE", f"hold one of {computed} instead of computing it"
    )
    if len(cell.equations) == 1:
        yield Option(
            "calculation",
            "--activation",
            type=click.Choice(list(ACTIVATIONS)),
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
        "output", "--only", metavar="NAME", help=f"print one of {', '.join(cell.quantities)} alone"
    )
    yield Option(
        "output",
        "--digits",
        type=click.IntRange(0, 30),
        metavar="N",
        help="decimals in what people read; json and --only are never rounded  [default: 4]",
    )


def _value_option(group: str, name: str, metavar: str, text: str) -> Option:
    # Read as text, and multiple: so that every fault in a value can be reported together.
    return Option(group, name, type=click.UNPROCESSED, multiple=True, metavar=metavar, help=text)


def _help_of(cell: Cell, parameter: Parameter) -> str:
    """Say what a parameter is: its symbol in the equations and where it stands there."""
    if parameter.kind == "state":
        return f"{parameter.symbol}, {cell.quantities[parameter.symbol]}  [default: 0]"
    where = " and ".join(cell.quantities[name] for name in parameter.feeds)
    of = f" on {parameter.meets}" if parameter.meets else ""
    return f"{UNICODE.symbol(parameter.symbol)}: {where}{of}"


def find_stray_words(
    params: Sequence[click.Parameter], args: Sequence[str], faults: Faults
) -> None:
    """Note the vectors that the shell has split at their spaces, and numbers without an option."""
    valued = {
        name for p in params if isinstance(p, click.Option) and not p.is_flag for name in p.opts
    }
    words = iter(enumerate(args))
    for place, word in words:
        name, joined, value = word.partition("=")
        if name not in valued or (joined and not word.startswith("--")):
            if re.match(r"-\.?\d", word):
                faults.add(f"{quoted(word)} stands alone: a value follows its option, as in --x -5")
            continue
        if not joined:
            _, value = next(words, (0, ""))
        end = place + (1 if joined else 2)
        parts = [value]
        while _is_open(parts) and end < len(args) and not args[end].startswith("--"):
            parts.append(args[end])
            end += 1
        if len(parts) > 1:
            whole = re.sub(r",? +", ", ", " ".join(parts))
            faults.add(f"{name} is {quoted(value)}: quote the vector, {name} '{whole}'")
            for _ in parts[1:]:
                next(words)


def _is_open(parts: Sequence[str]) -> bool:
    text = " ".join(parts)
    return text.startswith("[") and text.count("[") > text.count("]")
