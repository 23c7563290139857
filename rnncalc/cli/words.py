"""Words: what was typed, what a shell made of it, and which options don't go together."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from rnncalc.cli.options import Option
from rnncalc.errors import Faults, listing, plainly, quoted, unknown
from rnncalc.problem.problem import STDIN
from rnncalc.reports import FORMATS

#: By the options' names as Python has them.
Records = Mapping[str, Option]
Given = Mapping[str, Any]  # lists of texts, in the order of typing, or True


def check(records: Records, given: Given, left: Sequence[str], faults: Faults) -> None:
    """Note what is wrong with options, before it is known what their values mean.

    left: words that belong to no option. Raises InputError where no more can be told.
    """
    _check_words(records, given, left, faults)
    faults.settle()
    form = given.get("format", [""])[0]
    for key in given:
        _check_beside(records, records[key], given, form, faults)
    readers = [reader for key in given for reader in _readers(records[key], given[key])]
    if len(readers) > 1:
        faults.add(f"{listing(readers)} want to read standard input: only one option can")
        faults.settle()


def _check_words(records: Records, given: Given, left: Sequence[str], faults: Faults) -> None:
    """Note what a shell or a wrong key does to options and their values.

    That is: a vector that is split at its spaces, an option where a value should be, an option
    given twice that takes one value, and words that stand alone.
    """
    names = {name for option in records.values() for name in (option.name, option.short) if name}
    words = list(left)
    for option in (records[key] for key in given if records[key].takes_value):
        values = given[option.key]
        for value in values:
            if value in names:
                faults.add(f"{option.name} has no value: {quoted(value)} follows it")
                words.clear()  # what was meant for which option can't be told any more
            parts = [value]
            is_vector = value.rpartition("=")[2].startswith("[")
            while words and is_vector and "".join(parts).count("[") > "".join(parts).count("]"):
                parts.append(words.pop(0))
            if len(parts) > 1:
                advice = f"quote the vector, {option.name} {_as_one(parts)}"
                faults.add(f"{option.name} is {quoted(value)}: {advice}")
            if option.choices and value not in option.choices:
                faults.add(unknown(option.name, value, option.choices))
        if len(values) > 1 and not option.repeated:
            faults.add(f"{option.name} is given {len(values)} times; it needs one value")
    _check_left(words, names, faults)


def _check_left(words: Sequence[str], names: Collection[str], faults: Faults) -> None:
    """Note the options that there are not, or else the words that stand alone."""
    strange = [word.partition("=")[0] for word in words if re.match(r"--|-[a-z]", word)]
    for word in strange:
        from difflib import get_close_matches

        close = listing(get_close_matches(word, names), "or")
        hint = f" (did you mean {close}?)" if close else ""
        if word in ("--x", "--xs"):
            hint = ": the cell reads no x, and --repeat says how many steps there are"
        faults.add(f"there is no option {quoted(word)}{hint}")
    for word in () if strange else words:
        faults.add(
            f"{quoted(word)} stands alone: a value follows its option (--x -5), a vector is quoted"
            " (--x '[1, 2]'), and for several steps the option is repeated (--x 1 --x 2)"
        )


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
        faults.add(f"{option.name} {option.does}: it needs {option.needs}")
    allowed = names if option.alone_with is None else [option.name, *option.alone_with]
    beside = [name for name in names if name in option.excludes or name not in allowed]
    fitting = [name for name, it in FORMATS.items() if getattr(it, option.formats or "name")]
    if form and form not in fitting:
        beside.append(f"--format {form} ({listing(fitting, 'or')} will do)")
    if beside:
        faults.add(f"{option.name} {option.does}: leave out {listing(beside)}")


def _readers(option: Option, values: Any) -> list[str]:
    """Return what an option reads from standard input, each as it was typed."""
    if option.group == "output" or option.choices or not option.takes_value:
        return []
    ends = [value.rpartition("=") if "=" in option.metavar else ("", "", value) for value in values]
    return [f"{option.name} {name}".rstrip() for name, _, value in ends if value == STDIN]
