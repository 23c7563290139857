"""Commands: the command of each cell, from the words typed to the answer printed."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import click

from rnncalc.cells.model import CELLS, Cell
from rnncalc.cli.help import SETTINGS, Helpful
from rnncalc.cli.options import HEADINGS, find_slips, options, stands_alone
from rnncalc.errors import Faults

_VALUES = """A value is a number (5, -.5, 1e-3, 1/3) or a JSON vector '[1, 2]'; a weight may be a
JSON matrix '[[1, 2], [3, 4]]', whose rows are units. @FILE stands for what a file holds, - for
standard input."""

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
        if ctx.resilient_parsing:  # a shell asks what can come next: nothing is wrong yet
            return super().parse_args(ctx, args)
        faults = Faults()
        find_slips(self.params, args, faults)
        faults.settle()
        # Click looks for a long option first and, finding none, for one that may be meant: 1.5 ms.
        super().parse_args(ctx, ["--format" if word == "-f" else word for word in args])
        for word in ctx.args:
            faults.add(stands_alone(word))
        faults.settle()
        return ctx.args

    def invoke(self, ctx: click.Context) -> None:
        """Write the answer to standard output, notes on it to standard error; end with a status."""
        from rnncalc.cli.output import answer  # not before: no help has to wait for it

        ctx.exit(answer(self.cell, ctx.params))

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


def write_equations(cell: Cell, formatter: click.HelpFormatter) -> None:
    """Write a cell's equations and what each gives into a help text."""
    from rnncalc.cells.notation import UNICODE, equation

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
