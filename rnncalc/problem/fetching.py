"""Fetching: values as they were typed, or as the files have them that were named instead."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from rnncalc.errors import Faults, plainly, quoted
from rnncalc.problem.problem import STDIN, UNREAD, Given


def fetched(
    label: str,
    text: str,
    faults: Faults,
    *,
    takes_arrays: bool = False,
    stays_text: Callable[[str], bool] | None = None,
) -> Given:
    """Return a value, not yet read, with a name that says where it came from.

    text: as it was typed, or ``@FILE`` or ``-``. takes_arrays: whether an ``.npz`` gives all of its
    arrays by name. stays_text: whether a file's text isn't to be read as numbers. What is wrong
    with a file is noted, and UNREAD stands for the value.
    """
    if not _is_source(text):
        return Given(label, text)
    from rnncalc.problem.arrays import arrays_of
    from rnncalc.problem.sources import ending_of, fetch

    has_names = takes_arrays and ending_of(text) == ".npz"
    label = f"{label} ({'standard input' if text == STDIN else plainly(text)})"
    with faults.of(label):
        if has_names:
            return Given(label, arrays_of(text[1:]))
        return Given(label, fetch(text, stays_text) if stays_text else fetch(text))
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

    example: what to type, for one that has no value. takes_files: whether a text that says itself
    what each value is for, ``@FILE`` or ``-`` may stand there instead; then the name is "".
    """
    for text in texts:
        if takes_files and (_is_source(text) or _has_names(text)):
            yield "", fetched(option, text, faults, takes_arrays=True, stays_text=bool)
        elif not all(text.partition("=")[:2]):
            lacks = f"has no {'name' if '=' in text else 'value'}"
            told = f"{option} {quoted(text)} {lacks}: NAME=VALUE, such as {example}"
            faults.add("words", told)
        else:
            name, value = (part.strip() for part in text.split("=", 1))
            label, may_name = f"{option} {name}".rstrip(), _is_sheet if takes_files else None
            yield name, fetched(label, value, faults, stays_text=may_name)


def _has_names(text: str) -> bool:
    """Return whether values that were typed say themselves what each is for."""
    if "\n" not in text and text.lstrip()[:1] not in ("{", "["):
        return False
    from rnncalc.problem.sheets import has_names

    return has_names(text)


def _is_sheet(text: str) -> bool:
    from rnncalc.problem.sheets import is_sheet

    return is_sheet(text)


def _is_source(text: str) -> bool:
    return text == STDIN or text.startswith("@")
