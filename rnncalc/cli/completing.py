"""Completing: what a shell's Tab is answered."""

from __future__ import annotations

import os

import click

from rnncalc.errors import InputError

#: The variable in which a shell asks.
ASKED = "_RNNCALC_COMPLETE"  # what a shell sets when it asks for something


def completion(command: click.Command) -> str | None:
    """Return the shell's script for bash_source, an answer for bash_complete, else None."""
    from click.shell_completion import get_completion_class

    shell, _, instruction = os.environ[ASKED].partition("_")
    found = get_completion_class(shell)
    if found is None or instruction not in ("source", "complete"):
        return None
    asked = found(command, {}, "rnncalc", ASKED)
    try:
        return asked.source() if instruction == "source" else asked.complete()
    except KeyError:  # it doesn't say of which line
        return None
    except (InputError, click.ClickException, ValueError):
        return ""  # a line that isn't finished may be wrong in any way


def topics(ctx: click.Context, param: click.Parameter, begun: str) -> list[str]:
    """Return the topics of the help that begin with what was typed."""
    from rnncalc.cli.topics import TOPICS

    return [topic for topic in TOPICS if topic.startswith(begun)]
