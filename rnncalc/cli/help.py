"""Help: commands whose options stand under headings, and are Click's options made from records."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import click

from rnncalc.cells.catalogue import CATALOGUE
from rnncalc.cells.model import Cell
from rnncalc.cells.notation import UNICODE, equation
from rnncalc.cli.options import HEADINGS, Option
from rnncalc.cli.terminal import columns, encoding_of, page, write
from rnncalc.errors import InputError, quoted
from rnncalc.reports.page import Page, spelled, wrap

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


ABOUT = """Evaluate one recurrent cell as you would by hand: every gate, every intermediate and the
new state, for the weights, the previous state and the input that you give."""

LANGUAGE = """FILE has a line NAME = EXPRESSION for each quantity, in the order of computing. W.ab
is a weight, a matrix with @ and a vector with *; b.a a bias, NAME_prev the value of NAME before the
step, x the input; any other name is a constant, --alpha 0.1. A line in brackets is computed only if
its weights are given. rnncalc cell FILE --help shows the options that a file makes."""

VALUES = """A value is a number (5, -.5, 1e-3, 1/3, 0.1+0.2) or a vector '[1, 2]'; a weight may
be a matrix '[[1, 2], [3, 4]]', whose rows are units. @FILE stands for what a file holds, - for
standard input."""


class ClickOption(click.Option):
    """An option as Click has it. All values are left as text, so that all faults come together."""

    def __init__(self, record: Option) -> None:
        settings: dict[str, Any] = {"is_flag": True}
        if record.takes_value:
            metavar = record.metavar or f"[{'|'.join(record.choices)}]"
            settings = {"type": click.UNPROCESSED, "metavar": metavar, "multiple": True}
        names = [name for name in (record.short, record.name) if name]
        super().__init__(names, **settings)
        self.help = record.help  # not before: Click would take its indentation for that of code
        self.record = record

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Return what a shell can complete a value to."""
        from click.shell_completion import CompletionItem

        names = [*self.record.choices, *self.record.completions]
        if self.record.derives and (cell := getattr(ctx.command, "cell", None)):
            from rnncalc.trace.derivatives.names import bare_names, is_derivative

            if ctx.params.get("gradients") or is_derivative(incomplete):
                # Quantities can be expected beside derivatives, but not shown.
                takes_values = "=" in self.record.metavar
                names = names if takes_values else []
                names += [f"{name}{'=' * takes_values}" for name in bare_names(cell)]
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
    option = click.Option(names, callback=show, **settings)
    option.help = about
    return option


_HELP, _ANY_HELP = (
    instead(*names, text=lambda ctx: ctx.get_help(), about="show this and exit")
    for names in (["--help"], ["-h", "--help"])
)


def brief_option(text: Callable[[int], str]) -> click.Option:
    """Return -h, which prints a text of one screen, made for a width."""
    about = "show what one needs, on one screen, and exit"
    return instead("brief_help", "-h", text=lambda _: emphasised(text(help_width())), about=about)


def emphasised(text: str) -> str:
    """Put the title and the commands of a text into bold, where that shows."""
    paper = page()
    return re.sub(r"(?m)\A.+(?=\n  )|^ *\$ .*$", lambda found: paper.bold(found[0]), text)


def help_width() -> int:
    """Return the width of a help: that of the terminal but for very wide ones."""
    return max(min(columns(), 100) - 1, 20)


class Formatter(click.HelpFormatter):
    """Writes headings and names in bold where that shows, and breaks lines between words alone."""

    def __init__(self, width: int, paper: Page) -> None:
        super().__init__(width=width)
        self._bold = paper.bold

    def write_heading(self, heading: str) -> None:
        """Write a heading."""
        self.write(f"{self._bold(heading + ':')}\n")

    def write_text(self, text: str) -> None:
        """Write a paragraph."""
        self.write(f"{wrap(' '.join(text.split()), self.width, indent='')}\n")

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, *_: Any) -> None:
        """Write names, and beside each what is said of it, or below where it is wide."""
        rows = list(rows)
        first = min(max(len(name) for name, _ in rows), col_max)
        gap = " " * self.current_indent
        for name, text in rows:
            longest = max(map(len, text.split()), default=0)
            beside = len(name) <= first <= self.width - len(gap) - 2 - longest
            behind = " " * (first + 2 if beside else 4)
            room = self.width - len(gap) - len(behind)
            shown = wrap(text, room, indent="").replace("\n", f"\n{gap}{behind}")
            names = self._bold(name if beside else wrap(name, self.width - len(gap)))
            between = " " * (first - len(name) + 2) if beside else f"\n{gap}{behind}"
            self.write(f"{gap}{names}{between}{shown}".rstrip() + "\n")


class Command(click.Command):
    """A command whose help has headings, and only characters that standard output can show."""

    #: The headings of the help, by the groups of the options, in order; the last has --help.
    headings: ClassVar[Mapping[str, str]] = HEADINGS

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the words; say which option lacks its value, or has one that it doesn't take."""
        try:
            return super().parse_args(ctx, args)
        except click.NoSuchOption as error:
            raise InputError.of(
                "option", f"there is no option {quoted(error.option_name)}"
            ) from None
        except click.BadOptionUsage as error:
            name = error.option_name
            option = next(one for one in self.params if name in one.opts)
            told = f"needs a value behind it: {name} {option.metavar}"
            if getattr(option, "is_flag", False):
                told = "takes no value"
            raise InputError.of("words", f"{name} {told}") from None

    def get_help_option(self, ctx: click.Context) -> click.Option:
        """Return --help; of a command without a brief help it is -h, too."""
        return _HELP if any("-h" in param.opts for param in self.params) else _ANY_HELP

    def get_help(self, ctx: click.Context) -> str:
        """Return the help, as wide as the terminal but for very wide ones."""
        formatter = Formatter(help_width(), page())
        self.format_help(ctx, formatter)
        return spelled(formatter.getvalue().rstrip("\n"), encoding_of(sys.stdout))

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Show the options under their headings."""
        found: dict[str, list[tuple[str, str]]] = {group: [] for group in self.headings}
        for param in self.get_params(ctx):
            group = param.record.group if isinstance(param, ClickOption) else list(found)[-1]
            if record := param.get_help_record(ctx):
                found[group].append(record)
        for group in filter(found.get, found):
            with formatter.section(self.headings[group]):
                formatter.write_dl(found[group], col_max=min(30, formatter.width // 2))


def write_equations(cell: Cell, formatter: click.HelpFormatter) -> None:
    """Write a cell's equations and what each gives into a help text, below if not beside."""
    lines = [
        (f"[{text}]" if line.optional else text, cell.quantities[line.name])
        for line, text in ((line, equation(line, UNICODE)) for line in cell.equations)
    ]
    width, told = (max(map(len, column)) for column in zip(*lines, strict=True))
    with formatter.section(cell.title[0].upper() + cell.title[1:]):
        for text, description in lines:
            if 5 + width + told <= formatter.width:
                formatter.write(f"  {text:{width}}   {description}\n")
            else:
                text = wrap(f"  {text}", formatter.width - 2).replace("\n", "\n  ")
                formatter.write(f"{text}\n{wrap(f'      {description}', formatter.width)}\n")


def write_examples(names: Iterable[str], formatter: click.HelpFormatter) -> None:
    """Write an example for each of the named cells into a help text."""
    examples = [CATALOGUE[name] for name in names]
    with formatter.section("Example" + "s" * (len(examples) > 1)):
        for found in examples:
            formatter.write(f"  $ rnncalc {found.example}\n  {found.result}\n")
