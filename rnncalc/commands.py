"""Commands: the command of each cell, from the words typed to the answer printed."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

import click

from rnncalc.activations import ACTIVATIONS
from rnncalc.cells import CELLS, Cell
from rnncalc.errors import Faults, InputError, quoted, unknown
from rnncalc.helpful import SETTINGS, Helpful
from rnncalc.notation import UNICODE, equation
from rnncalc.options import HEADINGS, find_stray_words, options
from rnncalc.shell import tell, write
from rnncalc.terminal import page
from rnncalc.values import exact

if TYPE_CHECKING:
    from rnncalc.problem import Problem

__all__ = ["EXAMPLES", "answer", "command", "write_equations", "write_examples"]

_VALUES = """A value is a number (5, -.5, 1e-3, 1/3) or a JSON vector '[1, 2]'; a weight may be a
JSON matrix '[[1, 2], [3, 4]]', whose rows are units."""

#: For each cell, a command for its help, and what it prints.
EXAMPLES = {
    "simple": ("rnncalc simple --w-ss 0.5 --w-sx 2 --s 1 --x 0.25 --only s", "0.7615941559557649"),
    "gated": ("rnncalc gated --all-weights 1 --s 0.3 --x 1 --set g=0 --only s", "0.3"),
    "lstm": ("rnncalc lstm --all-weights 1 --x 5 --round --only h", "1"),
}


class _CellCommand(Helpful):
    """The command of one cell."""

    headings = HEADINGS

    def __init__(self, cell: Cell) -> None:
        summary = f"Evaluate the {cell.title}."
        params = list(options(cell))
        settings = {**SETTINGS, "allow_extra_args": True}
        super().__init__(cell.name, params=params, context_settings=settings, short_help=summary)
        self.cell = cell

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse as Click does, but say what to type where the shell has split or lost a value."""
        # Click looks for a long option first and, finding none, for one that may be meant: 1.5 ms.
        args = ["--format" if word == "-f" else word for word in args]
        faults = Faults()
        find_stray_words(self.params, args, faults)
        faults.settle()
        super().parse_args(ctx, args)
        for word in ctx.args:
            faults.add(f"{quoted(word)} stands alone: a value follows its option, as in --x 5")
        faults.settle()
        return ctx.args

    def invoke(self, ctx: click.Context) -> None:
        """Write the answer to standard output and the notes on it to standard error."""
        output, notes = answer(self.cell, ctx.params)
        for text in output:
            write(text, sys.stdout)
        for note in notes:
            tell(f"note: {note}")

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Show the cell's equations and an example with its result."""
        write_equations(self.cell, formatter)
        write_examples([self.cell.name], formatter)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Say what a value is."""
        formatter.write_paragraph()
        formatter.write_text(_VALUES)


@cache
def command(name: str) -> click.Command:
    """Return the command of the cell with that name."""
    return _CellCommand(CELLS[name])


def answer(cell: Cell, given: Mapping[str, Any]) -> tuple[Iterator[str], Iterator[str]]:
    """Return the output that the options ask for, piece by piece, and the notes to follow it.

    Raises InputError, before there is any output, if anything is wrong with the input.
    """
    faults = Faults()
    form, only, digits = given["format"], given["only"], given["digits"]
    if only and only not in cell.quantities:
        faults.add(unknown("--only", only, list(cell.quantities)))
    if only and form not in (None, "json"):
        faults.add(f"--only prints values alone: leave out --format {form}")
    problem = _problem(cell, given, faults)

    # Imported only now: no error has to wait for them.
    from rnncalc.evaluate import run
    from rnncalc.reports import report_for
    from rnncalc.reports.notes import TieLog, problem_notes

    steps = list(run(problem))
    if only and only not in steps[0].values:
        raise InputError([f"--only {only}: nothing needs {only} here, and it isn't given"])

    ties = TieLog(problem)
    watched = ties.watch(steps)
    for_people = not only and form != "json"
    paper = page(sys.stdout, digits if for_people and digits is not None else 4)
    if only:
        output: Iterator[str] = (f"{exact(step.values[only])}\n" for step in watched)
    else:
        output = report_for(form or "table")(problem, watched, paper)

    def notes() -> Iterator[str]:
        if not for_people and digits is not None:
            yield "--digits has no effect here: json and --only are never rounded"
        if form == "plain":
            yield from problem_notes(problem)
        if only or form not in (None, "table"):
            yield from ties.notes()

    return output, notes()


def _problem(cell: Cell, given: Mapping[str, Any], faults: Faults) -> Problem:
    """Return the problem that the options pose; raise InputError with all that is wrong."""
    once = {}
    for name in (*cell.parameters, "all_weights"):
        texts = given[name]
        if len(texts) > 1:
            faults.add(
                f"--{name.replace('_', '-')} is given {len(texts)} times; it needs one value"
            )
        if texts:
            once[name] = texts[0]
    held: dict[str, str] = {}
    for text in given["set"]:
        name, sign, value = text.partition("=")
        if not sign:
            faults.add(f"--set {quoted(text)} has no value: write NAME=VALUE, such as --set g=0")
        elif name in held:
            faults.add(f"--set {name} is given more than once; it needs one value")
        else:
            held[name] = value
    activation = given.get("activation")
    if activation:
        cell = cell.with_activation(activation)
        if given["round"] and not ACTIVATIONS[activation].levels:
            faults.add(f"--round rounds sigmoid and tanh; it has no rule for {activation}")
    if given["ties"] and not given["round"]:
        faults.add(f"--ties {given['ties']} says how to round: it needs --round")
    from rnncalc.problem import build

    return build(
        cell,
        {name: text for name, text in once.items() if name in cell.parameters},
        given["x"],
        all_weights=once.get("all_weights"),
        held=held,
        ties=(given["ties"] or "low") if given["round"] else None,
        faults=faults,
    )


def write_equations(cell: Cell, formatter: click.HelpFormatter) -> None:
    """Write a cell's equations and what each gives into a help text."""
    lines = [(equation(line, UNICODE), line.description) for line in cell.equations]
    width = max(len(text) for text, _ in lines)
    with formatter.section(cell.title[0].upper() + cell.title[1:]):
        for text, description in lines:
            formatter.write(f"  {text:{width}}   {description}\n")


def write_examples(names: Sequence[str], formatter: click.HelpFormatter) -> None:
    """Write an example for each of the named cells into a help text."""
    with formatter.section("Example" if len(names) == 1 else "Examples"):
        for name in names:
            words, result = EXAMPLES[name]
            formatter.write(f"  $ {words}\n  {result}\n")
