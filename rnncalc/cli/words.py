"""Words: what was typed, what a shell made of it, and which options don't go together."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from rnncalc.cli.options import Option
from rnncalc.errors import Faults, listing, plainly, quoted, unknown
from rnncalc.problem.problem import STDIN
from rnncalc.reports import FORMATS, SAVED

#: By the options' names as Python has them.
Records = Mapping[str, Option]
Given = Mapping[str, Any]  # lists of texts, in the order of typing, or True

# What the names of files with numbers end in.
_FILES = (".txt", ".csv", ".tsv", ".json", ".jsonl", ".npy", ".npz")


def check_together(records: Records, given: Given, faults: Faults) -> None:
    """Note which options don't go with each other. Raises InputError where no more can be told."""
    form = given.get("format", [""])[0]
    for key in given:
        _check_beside(records, records[key], given, form, faults)
    if form and not FORMATS[form].trace and "equations" not in given:
        faults.add("together", f"--format {form} is a form of equations: it needs --equations")
    if "reverse" in given and STDIN in given.get("xs", ()):
        told = "--reverse begins with the last input, and --xs - has it at the end"
        faults.add("together", f"{told}: save the lines in a file, and type --xs @FILE.jsonl")
    readers = [reader for key in given for reader in _readers(records[key], given[key])]
    if len(readers) > 1:
        faults.add(
            "together", f"{listing(readers)} want to read standard input: only one option can"
        )
        faults.settle()


def check_words(
    records: Records, given: Given, left: Sequence[str], faults: Faults
) -> Sequence[str]:
    """Note what a shell or a wrong key does to options and their values; return what is left.

    That is: a vector that is split at its spaces, an option where a value should be, an option
    given twice that takes one value. left: words that belong to no option.
    """
    names = {name for option in records.values() for name in (option.name, option.short) if name}
    words = list(left)
    for option in (records[key] for key in given if records[key].takes_value):
        values = given[option.key]
        for value in values:
            if value in names:
                faults.add("words", f"{option.name} has no value: {quoted(value)} follows it")
                words.clear()  # what was meant for which option can't be told any more
            parts = [value]
            is_vector = value.rpartition("=")[2].startswith("[")
            while words and is_vector and "".join(parts).count("[") > "".join(parts).count("]"):
                parts.append(words.pop(0))
            if len(parts) > 1:
                advice = f"quote the vector, {option.name} {_as_one(parts)}"
                faults.add("words", f"{option.name} is {quoted(value)}: {advice}")
            elif option.choices and value not in option.choices:
                faults.add("name", f"{option.name} {_no_choice(option.choices, value)}")
            elif told := _misread(option, value):
                faults.add("words", f"{option.name} {told}")
        if len(values) > 1 and not option.repeated:
            faults.add("words", f"{option.name} is given {len(values)} times; it needs one value")
    return words


def _no_choice(choices: Sequence[str], value: str) -> str:
    """Say that an option hasn't got a choice, and which may be meant."""
    from rnncalc.cells.elsewhere import FUNCTIONS_ELSEWHERE

    if choices == list(FORMATS) and f".{value.lower()}" in SAVED:
        return f"{quoted(value)} is a file's: --save FILE.{value.lower()} writes one"
    here = FUNCTIONS_ELSEWHERE.get(value.lower().replace("-", "_"))
    if here in choices:
        return f"{quoted(value)} is called {here} here"
    return unknown("", value, choices).lstrip()


def _misread(option: Option, value: str) -> str:
    """Say what is wrong with a value that can't be of the option's kind; "" if it may be."""
    is_sheet = option.name == "--expect" and "\n" in value  # a line for each
    if "=" in option.metavar and value.count("=") > 1 and not is_sheet:
        several = re.split(r"[,;\s]+(?=[A-Za-z_][\w.@\[\]]*\s*=)", value)
        if len(several) > 1:
            apart = " ".join(f"{option.name} {as_word(part)}" for part in several)
            return f"{quoted(value)} has {len(several)} values: each has an option, {apart}"
    if option.takes_numbers and not value.startswith(("@", "[")):
        if value.endswith(_FILES) and not {*"[]{},;="} & {*value}:
            at = f"{option.name} {as_word(f'@{value}')}"
            return f"is {quoted(value)}: the name of a file begins with @, {at}"
        if option.name == "--xs" and re.match(r"[-+.\d]", value) and re.search(r"\d[,;\s]", value):
            return f"is {quoted(value)}: steps stand in brackets, --xs {as_word(f'[{value}]')}"
    return ""


def as_word(text: str) -> str:
    """Return a text as it is typed: what no terminal should get is written out, as bash has it."""
    from shlex import quote

    if text.isprintable():
        return quote(text)
    written = re.sub(r"(['\\])", r"\\\1", text)
    return f"$'{plainly(written)}'"


def _as_one(parts: Sequence[str]) -> str:
    """Return what was meant by a vector that came in parts, quoted as for a shell."""
    text = re.sub(r"\s*([\[\],])\s*", r"\1", " ".join(parts))
    text = re.sub(r"[ ,]+|(?<=\])(?=\[)", ", ", text)
    before, sign, vector = text.rpartition("=")
    return f"{plainly(before)}{sign}'{plainly(vector)}'"


def _check_beside(
    records: Records, option: Option, given: Given, form: str, faults: Faults
) -> None:
    """Note what an option lacks, and what doesn't go with it: other options, or the format."""
    names = [records[key].name for key in given]
    if option.needs and option.needs not in names:
        faults.add("together", f"{option.name} {option.does}: it needs {option.needs}")
    allowed = names if option.alone_with is None else [option.name, *option.alone_with]
    beside = [name for name in names if name in option.excludes or name not in allowed]
    fitting = [name for name, it in FORMATS.items() if getattr(it, option.formats or "name")]
    if form and form not in fitting:
        beside.append(f"--format {form} ({listing(fitting, 'or')} will do)")
    if beside:
        faults.add("together", f"{option.name} {option.does}: leave out {listing(beside)}")


def _readers(option: Option, values: Any) -> list[str]:
    """Return what an option reads from standard input, each as it was typed."""
    if option.group == "output" or option.choices or not option.takes_value:
        return []
    ends = [value.rpartition("=") if "=" in option.metavar else ("", "", value) for value in values]
    return [f"{option.name} {name}".rstrip() for name, _, value in ends if value == STDIN]
