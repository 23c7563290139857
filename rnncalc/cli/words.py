"""Words: what was typed, what a shell made of it, and which options don't go together."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

from rnncalc.cli.options import Option
from rnncalc.errors import Faults, listing, plainly, quoted, unknown
from rnncalc.reports import FORMATS

#: The values that were typed, by the names of the options; none for an option that takes none.
Words = Mapping[str, Sequence[str]]


def check_words(
    options: Sequence[Option], typed: Words, left: Sequence[str], faults: Faults
) -> None:
    """Note what a shell or a slip of the keyboard does to options and their values.

    That is: a vector that is split at its spaces, an option where a value should be, an option
    given twice that takes one value, and words that belong to no option (``left``).
    """
    names = {name for option in options for name in (option.name, option.short) if name}
    words = list(left)
    records = {option.name: option for option in options}
    for name, values in typed.items():
        option = records[name]
        for value in values:
            if value in names:
                faults.add(f"{option.name} has no value: {quoted(value)} follows it")
                words.clear()  # what was meant for which option can't be told any more
            parts = [value]
            start = value.rpartition("=")[2]
            while words and start.startswith("[") and _depth(parts) > 0:
                parts.append(words.pop(0))
            if len(parts) > 1:
                advice = f"quote the vector, {option.name} {_as_one(parts)}"
                faults.add(f"{option.name} is {quoted(value)}: {advice}")
            if option.choices and value not in option.choices:
                faults.add(unknown(option.name, value, option.choices))
        if len(values) > 1 and not option.repeated:
            faults.add(f"{option.name} is given {len(values)} times; it needs one value")
    strange = [word.partition("=")[0] for word in words if re.match(r"--|-[a-z]", word)]
    for word in strange:
        faults.add(_no_option(word, names))
    for word in () if strange else words:
        faults.add(
            f"{quoted(word)} stands alone: a value follows its option (--x -5), a vector is quoted"
            " (--x '[1, 2]'), and for several steps the option is repeated (--x 1 --x 2)"
        )


def _no_option(word: str, names: Collection[str]) -> str:
    from difflib import get_close_matches

    close = listing(get_close_matches(word, names), "or")
    return f"there is no option {quoted(word)}" + (f" (did you mean {close}?)" if close else "")


def _depth(parts: Sequence[str]) -> int:
    """Return how many more brackets words open than they close."""
    return sum(part.count("[") - part.count("]") for part in parts)


def _as_one(parts: Sequence[str]) -> str:
    """Return what was meant by a vector that came in parts, quoted as for a shell."""
    text = re.sub(r"\s*([\[\],])\s*", r"\1", " ".join(parts))
    text = re.sub(r"[ ,]+|(?<=\])(?=\[)", ", ", text)
    before, sign, vector = text.rpartition("=")
    return f"{plainly(before)}{sign}'{plainly(vector)}'"


def check_together(options: Sequence[Option], typed: Words, faults: Faults) -> None:
    """Note the options that need another one, or don't go with another one or with the format."""
    form = typed.get("--format", [""])[-1]
    for option in options:
        if option.name not in typed:
            continue
        told = f"{option.name} {option.does}"
        if option.needs and option.needs not in typed:
            faults.add(f"{told}: it needs {option.needs}")
        allowed = {*typed} if option.alone_with is None else {option.name, *option.alone_with}
        beside = [name for name in typed if name in option.excludes or name not in allowed]
        if form and option.formats:
            fitting = [name for name, it in FORMATS.items() if getattr(it, option.formats)]
            if form not in fitting:
                beside.append(f"--format {form} ({listing(fitting, 'or')} will do)")
        if beside:
            faults.add(f"{told}: leave out {listing(beside)}")
