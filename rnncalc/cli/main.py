"""The command line: the program and its commands, from the words typed to a status."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, ClassVar, NoReturn

import click

from rnncalc import __version__
from rnncalc.cells.catalogue import CATALOGUE, EXAMPLES
from rnncalc.cells.model import Cell, built_in, cell
from rnncalc.cli.completing import ASKED, completion, topics
from rnncalc.cli.help import (
    ABOUT,
    LANGUAGE,
    VALUES,
    ClickOption,
    Command,
    brief_option,
    emphasised,
    help_width,
    instead,
    write_equations,
    write_examples,
)
from rnncalc.cli.options import Option, options, without_lumps
from rnncalc.cli.terminal import end_with, write
from rnncalc.errors import Faults, InputError, listing, plainly, unknown


class _CellCommand(Command):
    """The command of one cell: its answer on standard output, and a status."""

    def __init__(self, cell: Cell) -> None:
        self.cell = cell
        self.records = list(options(cell))
        self.typed: list[str] = []
        super().__init__(
            cell.name,
            params=[*map(ClickOption, self.records), brief_option(self._screen)],
            # What Click takes for no option of the cell may be a part of a vector.
            context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
            short_help=f"Evaluate the {cell.title}.",
        )

    def _screen(self, width: int) -> str:
        from rnncalc.cli.brief import screen

        return screen(self.cell, self.records, width)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        self.typed = list(args)
        args, lumps = without_lumps(self.records, args)
        # Click looks for a long option -f and, finding none, for one that may be meant: 5 ms.
        args = super().parse_args(ctx, ["--format" if word == "-f" else word for word in args])
        ctx.args = [*lumps, *args]
        return ctx.args

    def invoke(self, ctx: click.Context) -> None:
        from rnncalc.cli.words import check_together, check_words

        records = {record.key: record for record in self.records}
        given = {key: value for key, value in ctx.params.items() if value}
        faults = Faults()
        if not self.typed:
            from rnncalc.cli.brief import nothing_given

            if told := nothing_given(self.cell):
                raise InputError.of("missing", told)
        if left := check_words(records, given, ctx.args, faults):
            from rnncalc.cli.strays import check_left

            check_left(self.cell, self.records, left, self.typed, faults)
        faults.settle()
        if any("?" in word for word in self.typed):
            from rnncalc.cli.asking import answers, asked

            if keys := asked(records, given):
                lines = answers(self.cell, records, given, keys)
                write("".join(f"{line}\n" for line in lines), sys.stdout)
                return
        check_together(records, given, faults)

        # Not before: no help has to wait for it.
        from rnncalc.cli.output import answer
        from rnncalc.cli.request import read_request
        from rnncalc.cli.threads import limit_threads

        limit_threads(
            text for key in given if records[key].group == "weight" for text in given[key]
        )

        for key, value in given.items():
            if records[key].takes_value and not records[key].repeated:
                (given[key],) = value
        ctx.exit(answer(read_request(self.cell, given, faults), faults))

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        write_equations(self.cell, formatter)
        if found := CATALOGUE.get(self.cell.name):
            if found.remark:
                _write_text(found.remark, formatter)
            write_examples([self.cell.name], formatter)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        _write_text(VALUES, formatter)


def _write_text(text: str, formatter: click.HelpFormatter) -> None:
    formatter.write_paragraph()
    formatter.write_text(text)


class _OwnCellCommand(Command):
    """The command of a cell whose text stands in a file: that of the cell, once it is read."""

    headings: ClassVar[Mapping[str, str]] = {"start": "Options"}

    def __init__(self) -> None:
        text = f"print a cell to start from: {listing(list(EXAMPLES), 'or')}"
        example = ClickOption(Option("--example", "start", text, "NAME", completions=[*EXAMPLES]))
        file = click.Argument(["file"], required=False, type=click.Path())
        about, settings = "Evaluate a cell of your own.", {"ignore_unknown_options": True}
        settings |= {"allow_extra_args": True}  # of a cell whose file is missing
        params = [file, example]
        super().__init__("cell", params=params, short_help=about, context_settings=settings)

    def make_context(self, info_name: Any, args: list[str], *rest: Any, **extra: Any) -> Any:
        """Return the context of the cell in the file that comes first."""
        if args[:1] == ["-"]:
            told = "standard input is for values: cell takes a file or a pipe, as in <(…)"
            raise InputError.of("file", told)
        if not args or args[0].startswith("-"):
            return super().make_context(info_name, args, *rest, **extra)
        from rnncalc.cli.words import as_word
        from rnncalc.problem.sources import text_of

        path = args.pop(0)
        if path in CATALOGUE and not os.path.exists(path):
            raise InputError.of("file", f"cell takes a file: the built-in one is rnncalc {path}")
        try:
            text = text_of(path)
        except ValueError as error:
            raise InputError.behind("cell", error) from None
        # Titles and descriptions are shown as they are: no file shall steer a terminal with them.
        text = re.sub("#.*", lambda comment: plainly(" ".join(comment[0].split())), text)

        own = cell(text, plainly(os.path.basename(path)))._replace(name=f"cell {as_word(path)}")
        return _CellCommand(own).make_context(f"cell {plainly(path)}", args, *rest, **extra)

    def invoke(self, ctx: click.Context) -> None:
        """Print an example, or say what is missing."""
        for name in ctx.params["example"]:
            if name not in EXAMPLES:
                raise InputError.of("name", unknown("--example", name, list(EXAMPLES)))
            write(EXAMPLES[name], sys.stdout)
        if ctx.params["example"]:
            return
        told = "cell needs a file with its equations: rnncalc cell FILE --x 1 …"
        told += f"; rnncalc cell --example {next(iter(EXAMPLES))} prints one"
        raise InputError.of("missing", told)

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        _write_text(LANGUAGE, formatter)
        with formatter.section("For example"):
            for line in next(iter(EXAMPLES.values())).splitlines():
                formatter.write(f"  {line}\n")


class _HelpCommand(Command):
    """Help by topic or by word."""

    headings: ClassVar[Mapping[str, str]] = {"start": "Options"}

    def __init__(self) -> None:
        settings: dict[str, Any] = {"type": click.UNPROCESSED, "metavar": "[WORD]"}
        words = click.Argument(["words"], nargs=-1, shell_complete=topics, **settings)
        about = "Explain a topic, or anything by its name."
        settings = {"ignore_unknown_options": True}
        super().__init__("help", params=[words], short_help=about, context_settings=settings)

    def invoke(self, ctx: click.Context) -> None:
        """Print the topics, a topic, or what a word is."""
        from rnncalc.cli.lookup import explained

        write(f"{explained(' '.join(ctx.params['words']), help_width())}\n", sys.stdout)

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        _write_text("Without a word it lists the topics.", formatter)


@cache
def command(name: str) -> Command:
    """Return the command of the cell with that name, or that of a cell in a file."""
    if name == "help":
        return _HelpCommand()
    return _CellCommand(built_in(name)) if name in CATALOGUE else _OwnCellCommand()


_COMMANDS = [*CATALOGUE, "cell", "help"]


class _Calculator(Command, click.Group):
    """The program: the cells, whose commands are made when they are asked for."""

    headings: ClassVar[Mapping[str, str]] = {"program": "Options"}

    def list_commands(self, ctx: click.Context) -> list[str]:
        return _COMMANDS

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        return command(cmd_name) if cmd_name in _COMMANDS else None

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        if args[0] not in _COMMANDS and not args[0].startswith("-"):
            from rnncalc.cli.strays import unknown_command

            raise InputError.of("name", unknown_command(args[0], _COMMANDS))
        return super().resolve_command(ctx, args)

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        _write_text(ABOUT, formatter)
        for name in CATALOGUE:
            write_equations(built_in(name), formatter)
        write_examples(CATALOGUE, formatter)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, command(name).short_help or "") for name in _COMMANDS])
        Command.format_options(self, ctx, formatter)

    def main(self, args: Sequence[str] | None = None, *_: Any, **extra: Any) -> NoReturn:
        """Run the program and leave with its status."""
        words = list(sys.argv[1:] if args is None else args)

        def work() -> None:
            if ASKED in os.environ and (text := completion(self)) is not None:
                write(f"{text}\n", sys.stdout)
                return
            with self.make_context("rnncalc", words) as ctx:
                self.invoke(ctx)

        end_with(work)


def _about(width: int) -> str:
    from rnncalc.cli.brief import about

    return about(width)


def _show_help() -> None:
    """Show what the program is, where no cell is named."""
    ctx = click.get_current_context()
    if ctx.invoked_subcommand is None:
        write(f"{emphasised(_about(help_width()))}\n", sys.stdout)


_ABOUT_VERSION = "show the version and exit"
_VERSION = instead("--version", text=lambda _: f"rnncalc {__version__}", about=_ABOUT_VERSION)
main = _Calculator(
    callback=_show_help, invoke_without_command=True, params=[_VERSION, brief_option(_about)]
)
