"""Completion: what a shell asks for when somebody presses Tab, and the script that makes it ask.

Click finds what can stand at a place and knows bash, zsh and fish. What it lacks is that a NAME=
wants its value right behind it, without a space.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from typing import ClassVar

import click
from click.shell_completion import (
    BashComplete,
    FishComplete,
    ShellComplete,
    ZshComplete,
)

from rnncalc.cli.shell import write
from rnncalc.errors import InputError

#: What the shell's script sets: "bash_source" for the script, "bash_complete" for an answer.
VARIABLE = "_RNNCALC_COMPLETE"


class _Bash(BashComplete):
    source_template: ClassVar[str] = (
        BashComplete.source_template
        + """
_rnncalc_names() {
    %(complete_func)s "$@"
    [[ ${COMPREPLY[0]} == *= ]] && compopt -o nospace
    return 0
}
complete -o nosort -F _rnncalc_names %(prog_name)s
"""
    )

    def source(self) -> str:
        # Not Click's own, which starts another bash each time to ask for its version.
        return ShellComplete.source(self)


class _Zsh(ZshComplete):
    source_template: ClassVar[str] = """\
#compdef %(prog_name)s

%(complete_func)s() {
    local -a response named told
    local kind value about
    response=("${(@f)$(env COMP_WORDS="${words[*]}" COMP_CWORD=$((CURRENT-1)) \
%(complete_var)s=zsh_complete %(prog_name)s)}")
    for kind value about in "${response[@]}"; do
        if [[ $kind == file ]]; then
            _path_files -f
        elif [[ $value == *= ]]; then
            named+=("$value")
        elif [[ $about == _ ]]; then
            told+=("$value")
        else
            told+=("$value:$about")
        fi
    done
    (( $#named )) && compadd -U -S '' -V unsorted -a named
    (( $#told )) && _describe -V unsorted told -U
}

compdef %(complete_func)s %(prog_name)s
"""


_SHELLS: dict[str, type[ShellComplete]] = {"bash": _Bash, "zsh": _Zsh, "fish": FishComplete}


def is_asked(environ: Mapping[str, str] = os.environ) -> bool:
    """Return whether a shell asks for something, rather than for the program itself."""
    shell, _, instruction = environ.get(VARIABLE, "").partition("_")
    wanted = ("COMP_WORDS", "COMP_CWORD") if instruction == "complete" else ()
    return (
        shell in _SHELLS
        and instruction in ("source", "complete")
        and all(name in environ for name in wanted)
    )


def complete(command: click.Command, program: str) -> None:
    """Write what the shell asks for to standard output."""
    shell, _, instruction = os.environ[VARIABLE].partition("_")
    asked = _SHELLS[shell](command, {}, program, VARIABLE)
    text = ""
    # A line that isn't finished may be wrong in any way: then there is nothing to complete.
    with suppress(InputError, click.ClickException, ValueError):
        text = asked.source() if instruction == "source" else asked.complete()
    write(f"{text}\n", sys.stdout)
