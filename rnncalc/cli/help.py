"""Help: commands whose options stand under headings, and are Click's options made from records."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

import click

from rnncalc.cells.model import Cell
from rnncalc.cli.options import HEADINGS, Option
from rnncalc.cli.terminal import columns, encoding_of, write
from rnncalc.reports.page import spelled

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

_VALUES = """A value is a number (5, -.5, 1e-3, 1/3) or a JSON vector '[1, 2]'; a weight may be a
JSON matrix '[[1, 2], [3, 4]]', whose rows are units. @FILE stands for what a file holds, - for
standard input."""

#: For each cell, a command for its help, and what it prints.
EXAMPLES = {
    "simple": ("rnncalc simple --w-ss 0.5 --w-sx 2 --s 1 --x 0.25 --only s", "0.7615941559557649"),
    "gated": ("rnncalc gated --all-weights 1 --s 0.3 --x 1 --set g=0 --only s", "0.3"),
    "lstm": ("rnncalc lstm --all-weights 1 --x 5 --round --only h", "1"),
}


class ClickOption(click.Option):
    """An option as Click has it. All values are left as text, so that all faults come together."""

    def __init__(self, record: Option) -> None:
        settings: dict[str, Any] = {"is_flag": True}
        if record.takes_value:
            metavar = record.metavar or f"[{'|'.join(record.choices)}]"
            settings = {"type": click.UNPROCESSED, "metavar": metavar, "multiple": True}
        names = [name for name in (record.short, record.name) if name]
        super().__init__(names, help=record.help, **settings)
        self.record = record

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """Return what the help says of the option."""
        from rnncalc.cells.notation import UNICODE

        symbol = f"{UNICODE.symbol(self.record.symbol)}: " if self.record.symbol else ""
        found = super().get_help_record(ctx)
        return found and (found[0], symbol + found[1])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Return what a shell can complete a value to."""
        from click.shell_completion import CompletionItem

        names = [*self.record.choices, *self.record.completions]
        if not names and (self.record.metavar == "FILE" or incomplete.startswith("@")):
            return [CompletionItem(incomplete, type="file")]
        return [CompletionItem(name) for name in names if name.startswith(incomplete)]


def instead(*names: str, text: Callable[[click.Context], str], about: str) -> click.Option:
    """Return an option that prints a text instead of all else that the program does.

    Click's own are no shorter to say, and the first word that Click translates takes 2 ms.
    """

    def show(ctx: click.Context, param: click.Parameter, value: bool) -> None:
        if value and not ctx.resilient_parsing:
            write(f"{text(ctx)}\n", sys.stdout)
            ctx.exit()

    settings: dict[str, Any] = {"is_flag": True, "is_eager": True, "expose_value": False}
    return click.Option(names, callback=show, help=about, **settings)


class Command(click.Command):
    """A command whose help has headings, and only characters that standard output can show."""

    #: The headings of the help, by the groups of the options, in order; the last has --help.
    headings: ClassVar[Mapping[str, str]] = HEADINGS

    def get_help_option(self, ctx: click.Context) -> click.Option:
        """Return --help."""
        return _HELP

    def get_help(self, ctx: click.Context) -> str:
        """Return the help, as wide as the terminal but for very wide ones."""
        formatter = click.HelpFormatter(width=max(min(columns(), 100) - 1, 20))
        self.format_help(ctx, formatter)
        return spelled(formatter.getvalue().rstrip("\n"), encoding_of(sys.stdout))

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Show the options under their headings."""
        found: dict[str, list[tuple[str, str]]] = {group: [] for group in self.headings}
        for param in self.get_params(ctx):
            group = param.record.group if isinstance(param, ClickOption) else list(found)[-1]
            if record := param.get_help_record(ctx):
                found[group].append(record)
        for group, records in found.items():
            with formatter.section(self.headings[group]):
                formatter.write_dl(records)


_HELP = instead("-h", "--help", text=lambda ctx: ctx.get_help(), about="show this and exit")


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


def write_values(formatter: click.HelpFormatter) -> None:
    """Say what a value is in a help text."""
    formatter.write_paragraph()
    formatter.write_text(_VALUES)
