"""The command line: the program itself, which imports no more than it is asked for."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, NoReturn

import click

from rnncalc import __version__
from rnncalc.cli.help import SETTINGS, Helpful, Option
from rnncalc.cli.shell import end_with, write

_ABOUT = """Evaluate one recurrent cell as you would by hand: every gate, every intermediate and the
new state, for the weights, the previous state and the input that you give."""


# What a shell sets when it asks for completions; nothing else of them is needed without.
_COMPLETION = "_RNNCALC_COMPLETE"


class _Calculator(Helpful, click.Group):
    """The program: the cells, whose commands are made when they are asked for."""

    headings: ClassVar[Mapping[str, str]] = {"program": "Options"}

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name the cells."""
        from rnncalc.cells.model import CELLS

        return list(CELLS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command of a cell, None if there is no such cell."""
        if cmd_name not in self.list_commands(ctx):
            return None
        from rnncalc.cli.commands import command

        return command(cmd_name)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, or say which ones there are."""
        cells = self.list_commands(ctx)
        if args[0] not in cells and not args[0].startswith("-"):
            from rnncalc.errors import InputError, unknown

            raise InputError([unknown("the cell", args[0], cells)])
        return super().resolve_command(ctx, args)

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Show what the program does, the cells' equations, and examples with their results."""
        from rnncalc.cells.model import CELLS
        from rnncalc.cli.commands import write_equations, write_examples

        formatter.write_paragraph()
        formatter.write_text(_ABOUT)
        for cell in CELLS.values():
            write_equations(cell, formatter)
        write_examples(list(CELLS), formatter)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Show the commands, then the options."""
        with formatter.section("Commands"):
            cells = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
            formatter.write_dl([(name, found.short_help or "") for name, found in cells if found])
        Helpful.format_options(self, ctx, formatter)

    def main(self, args: Sequence[str] | None = None, *_: Any, **extra: Any) -> NoReturn:
        """Run the program and leave with its status."""
        words = list(sys.argv[1:] if args is None else args)

        def work() -> None:
            if _COMPLETION in os.environ:
                from rnncalc.cli import completion

                if completion.is_asked():
                    completion.complete(self, "rnncalc")
                    return
            with self.make_context("rnncalc", words) as ctx:
                self.invoke(ctx)

        end_with(work)


def _show_version(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        write(f"rnncalc {__version__}\n", sys.stdout)
        ctx.exit()


@click.group(cls=_Calculator, invoke_without_command=True, context_settings=SETTINGS)
@click.pass_context
def main(ctx: click.Context) -> None:
    """Evaluate recurrent cells."""
    if ctx.invoked_subcommand is None:
        write(ctx.get_help() + "\n", sys.stdout)


main.params.append(
    Option(
        "program",
        "--version",
        is_flag=True,
        is_eager=True,
        expose_value=False,
        callback=_show_version,
        help="show the version and exit",
    )
)
