"""Completion: what a shell asks for when somebody presses Tab, and the script that makes it ask."""

from __future__ import annotations

from collections.abc import Mapping

import click
from click.shell_completion import get_completion_class

from rnncalc.errors import InputError


def completion(command: click.Command, variable: str, environ: Mapping[str, str]) -> str | None:
    """Return what the shell is to be given, None if it asks for nothing.

    variable: what the shell's script sets: "bash_source" for the script, "bash_complete" for an
    answer.
    """
    shell, _, instruction = environ[variable].partition("_")
    found = get_completion_class(shell)
    if found is None or instruction not in ("source", "complete"):
        return None
    asked = found(command, {}, "rnncalc", variable)
    try:
        return asked.source() if instruction == "source" else asked.complete()
    except KeyError:  # it doesn't say of which line
        return None
    except (InputError, click.ClickException, ValueError):
        return ""  # a line that isn't finished may be wrong in any way
