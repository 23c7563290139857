"""Help: options that stand under headings, and commands that print them so.

Click does the wrapping and the columns. What it says in words of its own is said here instead:
the first translated word costs the start-up 2 ms.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import click

from rnncalc.cli.shell import write
from rnncalc.reports.page import columns, encoding_of, spelled

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

#: What every command of the program is made with.
SETTINGS: Mapping[str, Any] = {"help_option_names": ["-h", "--help"]}


class Option(click.Option):
    """An option that stands under a heading in the help.

    group: a key of the headings. repeated: whether it may be given more than once. help: a text,
    or a function that returns it, for what would take its time to say. values: what a shell can
    complete its value to, or a function that returns that; "FILE" if it is a file's name.
    """

    def __init__(
        self,
        group: str,
        *names: str,
        repeated: bool = False,
        values: Callable[[], Iterable[str]] | str = "",
        help: str | Callable[[], str],  # noqa: A002 - Click's name
        **settings: Any,
    ) -> None:
        super().__init__(names, **settings)
        self.group = group
        self.repeated = repeated
        self.values = values
        self._text = help

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """Return what the help says of the option."""
        self.explain()
        return super().get_help_record(ctx)

    def explain(self) -> None:
        """Let Click have the help's text."""
        self.help = self._text if isinstance(self._text, str) else self._text()

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Return what a shell can complete a value to."""
        from click.shell_completion import CompletionItem

        if callable(self.values):
            names = [name for name in self.values() if name.startswith(incomplete)]
            return [CompletionItem(name) for name in names]
        if self.values or incomplete.startswith("@"):
            return [CompletionItem(incomplete, type="file")]
        return super().shell_complete(ctx, incomplete)


class Helpful(click.Command):
    """A command whose help has headings, and only characters that standard output can show."""

    #: The headings of the help, by the groups of the options, in order; the last has --help.
    headings: ClassVar[Mapping[str, str]] = {}

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Return --help."""
        if self._help_option is None:
            self._help_option = Option(
                list(self.headings)[-1],
                *ctx.help_option_names,
                is_flag=True,
                is_eager=True,
                expose_value=False,
                callback=_show_help,
                help="show this and exit",
            )
        return self._help_option

    def get_help(self, ctx: click.Context) -> str:
        """Return the help, as wide as the terminal but for very wide ones."""
        formatter = click.HelpFormatter(width=max(min(columns(), 100) - 1, 20))
        self.format_help(ctx, formatter)
        text = formatter.getvalue().rstrip("\n")
        return spelled(text, encoding_of(sys.stdout))

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Return the options that a shell can complete a word to, with their help."""
        for param in self.get_params(ctx):
            if isinstance(param, Option):
                param.explain()
        return super().shell_complete(ctx, incomplete)

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Show how the command is called."""
        pieces = " ".join(self.collect_usage_pieces(ctx))
        formatter.write_usage(ctx.command_path, pieces, prefix="Usage: ")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Show the options under their headings."""
        for group, heading in self.headings.items():
            options = [param for param in self.get_params(ctx) if isinstance(param, Option)]
            records = (option.get_help_record(ctx) for option in options if option.group == group)
            with formatter.section(heading):
                formatter.write_dl([record for record in records if record])


def _show_help(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        write(ctx.get_help() + "\n", sys.stdout)
        ctx.exit()
