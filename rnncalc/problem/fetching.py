"""Fetching: values as they were typed, or as the files have them that were named instead."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rnncalc.errors import Faults, plainly, quoted
from rnncalc.problem.problem import STDIN, UNREAD, Given


def fetched(label: str, text: str, faults: Faults, *, takes_arrays: bool = False) -> Given:
    """Return a value, not yet read, with a name that says where it came from.

    text: as it was typed, or ``@FILE`` or ``-``. takes_arrays: whether it may be of several names:
    then an ``.npz`` gives all of its arrays by name, and a sheet is left as it is. What is wrong
    with a file is noted, and UNREAD stands for the value.
    """
    if not _is_source(text):
        return Given(label, text)
    from rnncalc.problem.arrays import arrays_of
    from rnncalc.problem.sources import ending_of, fetch

    has_names = takes_arrays and ending_of(text) == ".npz"
    label = f"{label} ({'standard input' if text == STDIN else plainly(text)})"
    with faults.of(label):
        is_value = not takes_arrays
        return Given(label, arrays_of(text[1:]) if has_names else fetch(text, is_value=is_value))
    return Given(label, UNREAD)


def fetched_pairs(
    option: str,
    texts: Iterable[str],
    example: str,
    faults: Faults,
    *,
    takes_files: bool = False,
) -> Iterator[tuple[str, Given]]:
    """Yield the name and the value of each NAME=VALUE that an option was given.

    example: what to type, for one that has no value. takes_files: whether ``@FILE`` or ``-`` may
    stand there instead, for any number of names; then the name is "".
    """
    for text in texts:
        if takes_files and _is_source(text):
            yield "", fetched(option, text, faults, takes_arrays=True)
        elif "=" not in text:
            told = f"NAME=VALUE, such as {example}"
            faults.add("words", f"{option} {quoted(text)} has no value: {told}")
        else:
            name, value = (part.strip() for part in text.split("=", 1))
            yield name, fetched(f"{option} {name}".rstrip(), value, faults)


def _is_source(text: str) -> bool:
    return text == STDIN or text.startswith("@")
