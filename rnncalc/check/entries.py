"""Entries: what was typed for a quantity, in numbers, and what isn't known of it."""

import re
from collections.abc import Callable
from typing import Any, NamedTuple

from rnncalc.errors import UnusableError, code_of
from rnncalc.numerals import shape_of
from rnncalc.problem.places import Place
from rnncalc.problem.values import read
from rnncalc.series import Recorder, Series
from rnncalc.typed import Typed

#: Characters from which on numbers are read once, as they are typed.
LONG = 1 << 16

# What stands for a number that isn't known, where numbers are read: nobody types it.
_BLANK, _UNKNOWN = "0e-000000", r"(?<![\w.?])(?:\?|null)(?![\w.?])"


class Entry(NamedTuple):
    """What was typed for a quantity.

    label: how an error calls it. value: a number or lists of them. typed: returns that value as
    `Typed` numbers. They take several times the memory of others: they are made once it is known
    that they fit. bits: those of the floats in an array, 0 if the value is not from one.
    """

    label: str
    place: Place
    value: Any
    typed: Callable[[], Any]
    bits: int = 0


def read_value(
    given: object, number: Callable[[str], float], blank: Callable[[], float] = Typed.blank
) -> Any:
    """Return a value in which a blank stands for each ``?`` or null."""
    if is_long(given):
        return given
    if not isinstance(given, str):
        return read(_filled(given), 2, number)
    text = re.sub(_UNKNOWN, _BLANK, given) if "?" in given or "null" in given else given

    def made(decimal: str) -> float:
        return blank() if decimal == _BLANK else number(decimal)

    try:
        return read(text, 2, made if text is not given else number)
    except ValueError as error:
        if text is given:
            raise
        told = str(error).partition("\n")[0].replace(_BLANK, "?")
        raise UnusableError(code_of(error), told) from None


def is_long(value: object) -> bool:
    """Return whether a value, or each of its rows, is a long one that has been read as typed."""
    return isinstance(value[0] if isinstance(value, list) and value else value, Series)


def long_value(text: str) -> Any:
    """Return what a long text says as `Typed` numbers, of which many are a `Series`."""
    recorder = Recorder()
    return recorder.taken(shape_of(read_value(text, recorder, recorder.blank)))


def long_list(text: str) -> Any:
    """Return what a long list in JSON says as `_long` does; raise ValueError if it isn't one."""
    from rnncalc.jsontext import json_data

    recorder = Recorder()

    def made(decimal: str) -> float:
        return recorder.blank() if decimal == _BLANK else recorder(decimal)

    data = json_data(text.replace("null", _BLANK), made)
    return recorder.taken(shape_of(read(data, 2)))


def says_nothing(value: Any) -> bool:
    """Return whether a value, or each in its lists, isn't known."""
    if isinstance(value, list):
        return bool(value) and all(map(says_nothing, value))
    if isinstance(value, Series):
        return not any(True for _ in value.known())
    return isinstance(value, Typed) and value.is_blank


def _filled(data: object) -> object:
    """Return data with a blank for each null, also for whole rows."""
    if data is None:
        return Typed.blank()
    if not isinstance(data, list) or {*map(type, data)} <= {float, Typed}:
        return data
    lists = [item for item in data if isinstance(item, list)]
    blank = [None] * len(lists[0]) if lists else None
    return [_filled(blank if item is None else item) for item in data]


def with_precision(given: object) -> Any:
    """Return a value with its precision; raise ValueError if it isn't one."""
    if hasattr(given, "dtype"):
        return _exact_array(given)
    if isinstance(given, str) and len(given) > LONG:
        return long_value(given)
    return _exactly(read_value(given, Typed))


def _exact_array(array: Any) -> Any:
    """Return an array as lists of numbers that claim to be exact, in NumPy's digits."""
    if array.ndim > 1:
        return [*map(_exact_array, array)]
    return Series(array) if array.ndim else Series(array.reshape(1))[0]


def _exactly(value: Any) -> Any:
    """Return a value whose numbers claim to be exact if nobody typed them."""
    if is_long(value) or (isinstance(value, list) and {*map(type, value)} == {Typed}):
        return value
    if isinstance(value, list):
        return [*map(_exactly, value)]
    return value if isinstance(value, Typed) else Typed.exactly(value)
