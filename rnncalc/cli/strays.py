"""Strays: words on a command line that belong to no option, and what was meant by them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from os.path import isfile
from shlex import quote

from rnncalc.cells.catalogue import CATALOGUE
from rnncalc.cells.elsewhere import CELLS_ELSEWHERE
from rnncalc.cells.model import ALL_WEIGHTS, Cell, built_in
from rnncalc.cli.options import Option, options
from rnncalc.errors import Faults, listing, meant, plainly, quoted, unknown
from rnncalc.problem.names import hint
from rnncalc.reports import FORMATS

_OPTION = r"--|-[A-Za-z]"  # what a word begins with that is to be one
_NUMBER = r"[-+]?[.\d]"
_ELSEWHERE = {  # options that no cell has
    "--version": "it is rnncalc --version",
    "--example": "it is rnncalc cell --example NAME",
    "--repeat": "it is for a cell without x; here each --x is a step",
    **{f"--{name}": f"it is -f {name} here" for name in FORMATS},
    **dict.fromkeys(("--decimals", "--precision"), "it is called --digits here"),
    **dict.fromkeys(("--answer", "--check"), "it is called --expect here"),
    **dict.fromkeys(("--solution", "--work"), "the working is --explain"),
}


def check_left(
    cell: Cell,
    options: Iterable[Option],
    left: Sequence[str],
    typed: Sequence[str],
    faults: Faults,
) -> None:
    """Note the options that there are not, or else the words that stand alone.

    options: those of the cell. left: the words that belong to none. typed: all words.
    """
    names = {name: option for option in options for name in (option.name, option.short) if name}
    strange = [word.partition("=")[0] for word in left if re.match(_OPTION, word)]
    for word in strange:
        faults.add("option", f"there is no option {quoted(word)}{_instead(cell, names, word)}")
    if strange:
        return
    words = list(left)
    for option, values in _runs(names, typed):
        rest = values[1:]
        if rest and {*rest} <= {*words} and (told := _run(option, values)):
            words = [word for word in words if word not in rest]
            faults.add("words", told)
    if words:
        stand = "stands" if len(words) == 1 else "stand"
        faults.add(
            "words",
            f"{listing([*map(quoted, words)])} {stand} alone: a value follows its option (--x -5),"
            " a vector is quoted (--x '[1, 2]'), and for several steps the option is repeated"
            " (--x 1 --x 2)",
        )


def _run(option: Option, values: Sequence[str]) -> str:
    """Say how several words behind an option are typed; "" if that isn't clear."""
    if option.metavar == "NAME=VALUE":
        return _named(option, values)
    if option.metavar.startswith("NAME"):
        together = f"takes several names by comma: {option.name} {','.join(values)}"
        return f"{option.name} {together}" if {*values} <= {*option.completions} else ""
    are_numbers = all(re.match(_NUMBER, value) for value in values)
    if are_numbers and option.takes_numbers and option.name != ALL_WEIGHTS:
        return _several(option, [plainly(value.rstrip(",;")) for value in values])
    return ""


def unknown_command(word: str, commands: Sequence[str]) -> str:
    """Say that there is no such command, and which one is meant."""
    name = word.lower().replace("-", "").replace("_", "")
    if here := CELLS_ELSEWHERE.get(name) or (name if name in commands else ""):
        return f"the command {quoted(word)} is not known: it is rnncalc {here}"
    if isfile(word):
        return (
            f"the command {quoted(word)} is not known: it is a file, rnncalc cell {plainly(word)}"
        )
    return unknown("the command", word, commands)


def _instead(cell: Cell, names: Mapping[str, Option], word: str) -> str:
    """Say what an option that there isn't is called here, or may be meant to be."""
    if word in ("--x", "--xs"):
        return ": the cell reads no x, and --repeat says how many steps there are"
    if cells := [name for name in CATALOGUE if name != cell.name and _is_of(built_in(name), word)]:
        return f": only {listing(cells)} {'has' if len(cells) == 1 else 'have'} it"
    if told := _ELSEWHERE.get(word):
        return f": {told}"
    short = re.fullmatch(r"(-[A-Za-z]) ?[-+.\d\[].*", word)
    if told := hint(cell, short[1] if short else word, "option"):
        is_help = " (-h alone shows help)" * word.startswith("-h")
        return f"{is_help}: it {told}"
    letters = re.fullmatch(r"--?([wb])[-_]?\w{1,3}", word.lower())
    if letters:
        start = f"--{letters[1]}-"
        own = [name for name in names if name.startswith(start)]
        what = {"w": "weights", "b": "biases"}[letters[1]]
        return f": the {what} are {listing(own)}" if own else ""
    known = {name.removeprefix("--").replace("-", "_"): name for name in names}
    close = meant(word.strip("-"), known)
    return f" (did you mean {known[close]}?)" if close else ""


def _is_of(cell: Cell, word: str) -> bool:
    """Return whether a cell has an option that is no part of its equations."""
    return any(option.name == word and not option.takes_numbers for option in options(cell))


def _runs(names: Mapping[str, Option], typed: Sequence[str]) -> list[tuple[Option, list[str]]]:
    """Return each option that was typed with all words up to the next one."""
    found: list[tuple[Option, list[str]]] = []
    for word in typed:
        name, sign, value = word.partition("=")
        if option := names.get(name):
            found.append((option, [value] if sign else []))
        elif found:
            found[-1][1].append(word)
    return found


def _named(option: Option, values: Sequence[str]) -> str:
    """Say how names and values behind an option are typed; "" if they are something else."""
    name, _, first = values[0].partition("=")
    if first and all(re.match(_NUMBER, value) for value in (first, *values[1:])):
        vector = f"{name}=[{', '.join(value.rstrip(',;') for value in (first, *values[1:]))}]"
        return f"{option.name} has a vector behind it: quote it, {plainly(quote(vector))}"
    one = "".join(values) if any("=" in value for value in values) else "=".join(values)
    if all("=" in value.strip("=") for value in values):
        pairs = [*values]
    elif re.fullmatch(rf"[^=]+=(?:{_NUMBER}[^=]*|\[.*\])", one):
        pairs = [one]
    else:
        return ""
    typed = " ".join(f"{option.name} {plainly(quote(pair))}" for pair in pairs)
    if len(pairs) > 1:
        return f"{option.name} has {len(pairs)} values behind it: each has an option, {typed}"
    return f"{option.name} takes a name and its value in one word: {typed}"


def _several(option: Option, values: Sequence[str]) -> str:
    """Say how several numbers behind an option are typed."""
    count, vector = len(values), f"{option.name} '[{', '.join(values)}]'"
    told = f"{option.name} has {count} numbers behind it"
    if option.name == "--xs":
        return f"{told}: steps stand in brackets, {vector}"
    if not option.repeated:
        return f"{told}: a vector is quoted, {vector}"
    steps = " ".join(f"{option.name} {value}" for value in values)
    return f"{told}: for {count} steps type {steps}, for one step of {count} elements {vector}"
