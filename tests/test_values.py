"""Values: every number as it was typed, in whatever style, and never one that nobody typed."""

from __future__ import annotations

import json
import math
import re
import sys
import time
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from rnncalc.problem.arrays import ArrayFile, array_steps
from rnncalc.problem.sources import lines_of
from rnncalc.problem.values import as_vector, read, read_row
from tests.conftest import Calculator

FLOATS = st.one_of(
    st.floats(allow_nan=False, allow_infinity=False),
    st.floats(-4, 4).map(lambda x: round(x, 4)),
    st.integers(-9, 9).map(float),
)


@st.composite
def matrices(draw: st.DrawFn) -> list[list[float]]:
    """Return rows of one length."""
    width = draw(st.integers(1, 5))
    return draw(st.lists(st.lists(FLOATS, min_size=width, max_size=width), min_size=1, max_size=4))


VALUES = st.one_of(FLOATS, st.lists(FLOATS, min_size=1, max_size=6), matrices())


def _numpy(value: Any) -> str:
    with np.printoptions(floatmode="unique", threshold=sys.maxsize, linewidth=40):
        return str(np.array(value))


def _torch(value: Any) -> str:
    """Write what stands within ``tensor( )``: in columns, with a line for each row."""
    if isinstance(value, float):
        return repr(value)
    if isinstance(value[0], float):
        return f"[{', '.join(f'{number!r:>7}' for number in value)}]"
    return f"[{(',' + chr(10) + ' ' * 8).join(map(_torch, value))}]"


def _matlab(value: Any, separator: str) -> str:
    rows = value if isinstance(value, list) else [value]
    if not isinstance(rows[0], list):
        rows = [rows]
    text = "; ".join(separator.join(map(repr, row)) for row in rows)
    if value == rows and len(rows) == 1:
        text = f"[{text}]"  # or a matrix of one row would be a vector
    return f"[{text}]" if isinstance(value, list) else text


STYLES = {
    "NumPy": _numpy,
    "torch": _torch,
    "MATLAB": lambda value: _matlab(value, " "),
    "MATLAB with commas": lambda value: _matlab(value, ", "),
    "Python": repr,
    "JSON": json.dumps,
    "JSON in lines": lambda value: json.dumps(value, indent=1),
    "typeset": lambda value: _matlab(value, "\u00a0").replace("-", "\u2212"),
}


@settings(max_examples=400, deadline=None)
@given(value=VALUES, style=st.sampled_from([*STYLES]))
def test_whatever_is_printed_reads_back(style: str, value: Any) -> None:
    """A number, vector or matrix in any of these styles is what it was, to the last bit."""
    assert repr(read(STYLES[style](value), 2)) == repr(value)


@settings(max_examples=15, deadline=None)
@given(value=matrices())
@example([[1 / 3, -2 / 3, 1e-300, -0.0, 12345.678]] * 5)
def test_long_texts_are_read_as_short_ones(value: list[list[float]]) -> None:
    """What is long goes through other readers, which find the same, in arrays or in lists."""
    for text in (_matlab(value * 300, " "), json.dumps(value * 300)):
        assert repr(np.asarray(read(text, 2)).tolist()) == repr(value * 300)


# The rules once more, by patterns for whole rows instead of a place that moves on.
DECIMAL = r"(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
BLANKS = r"[ \t\r\n]"
TERM = rf"{DECIMAL}(?:{BLANKS}*/{BLANKS}*[+-]?{DECIMAL})?"
ITEM = rf"[+-]?{TERM}(?:(?:{BLANKS}+[+-]{BLANKS}+|[+-]){TERM})*"
ROW = rf"{BLANKS}*{ITEM}(?:(?:{BLANKS}*,{BLANKS}*|{BLANKS}+){ITEM})*{BLANKS}*"
BARE = rf"[+-]?{TERM}(?:{BLANKS}*[+-]{BLANKS}*{TERM})*"
LIST = r"\[[^\[\]]*\]"
MORE = rf"(?:(?:{BLANKS}*,?{BLANKS}*{LIST})*|(?:{BLANKS}*;{BLANKS}*{LIST})*)"
LISTS = rf"\[{BLANKS}*{LIST}{MORE}{BLANKS}*\]"


def _sum(text: str) -> float:
    total = Fraction()
    for above, below in re.findall(
        rf"([+-]?{DECIMAL})(?:/([+-]?{DECIMAL}))?", "".join(text.split())
    ):
        parts = []
        for part in (above, below or "1"):
            number = float(part)
            if math.isinf(number) or (not number and re.match("[+-]?[.0]*[1-9]", part)):
                raise ValueError(part)
            parts.append(Fraction(part) if number else Fraction())  # 0e999999999 takes for ever
        total += parts[0] / parts[1]
    if total and not float(total):
        raise ValueError(text)
    return float(total)


def _row(text: str) -> list[float]:
    if not re.fullmatch(ROW, text):
        raise ValueError(text)
    items = list(re.finditer(ITEM, text))
    signed = [i for i in items[1:] if i[0][0] in "+-" and text[: i.start()].rstrip()[-1] != ","]
    if "," in text and signed:
        raise ValueError(text)
    return [_sum(item[0]) for item in items]


def _reference(text: str) -> Any:
    text = text.replace("\u2212", "-").replace("\u00a0", " ").strip()
    if re.fullmatch(BARE, text):
        return _sum(text)
    if re.fullmatch(r"\[[^\[\]]*\]", text):
        rows = [_row(row) for row in text[1:-1].split(";")]
        rows = rows[0] if len(rows) == 1 else rows  # type: ignore[assignment]
    elif re.fullmatch(LISTS, text):
        rows = [_row(row) for row in re.findall(r"\[([^\[\]]*)\]", text[1:-1])]
    else:
        raise ValueError(text)
    if isinstance(rows[0], list) and len({len(row) for row in rows}) > 1:
        raise ValueError(text)
    return rows


def _either(reader: Any, text: str) -> Any:
    try:
        return reader(text)
    except (ValueError, ZeroDivisionError, OverflowError):
        return "an error"


@settings(max_examples=600, deadline=None)
@given(
    value=VALUES,
    style=st.sampled_from([*STYLES]),
    damage=st.lists(
        st.tuples(
            st.integers(0, 10**6),
            st.sampled_from(["drop", "insert", "replace"]),
            st.sampled_from("0123456789..,,;;++--//eE[]  \n\u2212\u00a0_x*^T('"),
        ),
        max_size=3,
    ),
)
def test_damaged_texts(value: Any, style: str, damage: list[tuple[int, str, str]]) -> None:
    """Of a text with some characters wrong nothing is made but what the rules make of it."""
    text = STYLES[style](value)
    for place, what, char in damage:
        place %= len(text) + 1
        text = text[:place] + char * (what != "drop") + text[place + (what != "insert") :]
    assert _either(lambda text: read(text, 2), text) == _either(_reference, text), text


@given(st.text("0123456789.,;+-/eE[] \n", max_size=12))
@settings(max_examples=600, deadline=None)
def test_any_text(text: str) -> None:
    """Of any text of such characters the same is made as by the rules written another way."""
    assert _either(lambda text: read(text, 2), text) == _either(_reference, text), text


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("[1 -2]", [1, -2]),
        ("[0.1 +0.2]", [0.1, 0.2]),
        ("[1 - 2]", [-1]),
        ("[1-2]", [-1]),
        ("1 -2", -1),
        ("1e3-2", 998),
        ("1/-3", -1 / 3),
        ("0.1+0.2", 0.3),
        ("-0.0039+0.5279", 0.524),
        ("1/3-1/3+1e-300", 1e-300),
        ("0e999999999", 0),
        ("[1/2 - 1/3, 1]", [1 / 6, 1]),
        ("[[1. 2.]\n [3. 4.]]", [[1, 2], [3, 4]]),
        ("[[1 2]; [3 4]]", [[1, 2], [3, 4]]),
        ("[1,5]", [1, 5]),
        ("[1; 2]", [[1], [2]]),
    ],
)
def test_rules(text: str, value: Any) -> None:
    """Signs, blanks, fractions and rows mean what the rules say."""
    assert read(text, 2) == value


@pytest.mark.parametrize(
    ("text", "said", "place"),
    [
        ("[1- 2]", "can be read as '1 - 2' or as '1, -2'", 2),
        ("[1 -2, 3]", "can be read as '1 - 2' or as '1, -2'", 3),
        ("[3, 1 +2]", "can be read as '1 + 2' or as '1, +2'", 6),
        ("1,5", "write 1.5 for a number, '[1, 5]' for a vector", 1),
        ("1 2", "write a vector as '[1 2]'", 2),
        ("1--2", "two signs", 2),
        ("1/2/3", "two /", 3),
        ("2*3", "only sums, differences and fractions", 1),
        ("1_000", "write it without", 1),
        ("[1..2]", "has '.2' right behind a number", 3),
        ("[..1+]", "has '..1+' where a number is needed", 1),
        ("[/..1]", "has '/..1' where a number is needed", 1),
        ("[1,, 2]", "no number before it", 3),
        ("[1, 2,]", "leave it out", 5),
        ("[1 2;]", "a row with nothing in it", 5),
        ("[1, 1e-400]", "nearer to 0", 4),
        ("[1, 1/0, 2]", "divides by zero", 4),
        ("[1, nan]", "only finite numbers", 4),
        ("[0. 1. ... 5.]", "NumPy's '...'", 7),
        ("tensor([1., 2.], dtype=torch.float64)", "write them alone, '[1., 2.]'", 0),
        ("[np.float64(0.5), np.float64(-1.0)]", "write them alone, '[0.5, -1.0]'", 1),
        ("sqrt(2)", "has 'sqrt(': only sums, differences and fractions", 0),
        ("array([np.exp(1)])", "has 'array(' around its numbers: write them alone\n", 0),
        ("W = [1 2; 3 4]", "has 'W =' before its numbers: write them alone", 0),
        ("(1, 2)", "square brackets, '[1, 2]'", 0),
        ("'[1, 2]'", "no quotation marks, '[1, 2]'", 0),
        ("[[1, 2], [3, 4]]^T", "write '[[1, 3], [2, 4]]'", 16),
        ("[[1, 2], [3, 4]", "ends without the ]", 15),
        ("1 2; 3 4", "write a matrix as '[1 2; 3 4]'", 2),
        ("[1, 2], [3, 4]", "rows need [ ] around all", 6),
        ("[1, ０]", "digits are 0 to 9", 4),
        ("1–2", "a minus is -", 1),
        ("[[[[1]]]]", "has a list", None),
    ],
)
def test_faults_show_their_place(text: str, said: str, place: int | None) -> None:
    """What is wrong is said with what to type, and a caret shows where it is."""
    with pytest.raises(ValueError, match=re.escape(said)) as fault:
        read(text, 2)
    _, *shown = str(fault.value).split("\n")
    assert shown == ([] if place is None else [f"    {text}", f"    {' ' * place}^"])


def test_long_texts_are_shown_around_the_place(rnncalc: Calculator) -> None:
    """Of a long text the neighbourhood is shown, with control characters written out."""
    text = "1 " * 500 + "\n\x1b[1m" + " 2" * 500
    said, shown, caret = rnncalc.error(f"simple --all-weights 1 --x '[{text}]'").split("\n")
    assert said == r"--x has '\x1b' where a number is needed"
    assert len(shown) < 90
    assert shown[caret.index("^") :].startswith(r"\x1b[1m 2 2")


@pytest.mark.parametrize(
    "text",
    ["1e999999999", "-1e-999999999", "1/1e999999999", "1e-999999999+1", "1+" * 10_000 + "1",
     "9" * 10**6, "0." + "0" * 10**6 + "1", "1e" + "9" * 10**5, "1/" + "3" * 10**5,
     "[" * 10**5, "[1" * 10**5, "1e308/1e-1", "1e-320/1e9"],
)  # fmt: skip
def test_numbers_out_of_reach(text: str) -> None:
    """What is too large, too small or too long is refused at once, and is not taken for 0."""
    start = time.perf_counter()
    for given_text in (text, f"[{text}]", f"[1, {text}]"):
        with pytest.raises(ValueError, match=r"beyond|near|only numbers|more than|work it|nested"):
            read(given_text, 2)
    assert time.perf_counter() - start < 2


TERMS = st.tuples(st.sampled_from("+-"), st.decimals(-99, 99, places=3), st.integers(1, 99))


@given(st.lists(TERMS, min_size=1, max_size=5))
def test_sums_are_rounded_once(terms: list[tuple[str, Any, int]]) -> None:
    """A sum of fractions is the float nearest to what it is exactly."""
    text = "".join(f"{sign}{abs(number)}/{below}" for sign, number, below in terms)
    exact = sum(Fraction(f"{sign}1") * abs(Fraction(n)) / below for sign, n, below in terms)
    assert read(text, 0) == float(exact)
    assert read(f"[{text}]", 1) == [float(exact)]


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("5", 5),
        ("1 -2", [1, -2]),
        ("1 - 2", -1),
        ("1.000e+00 -2.500e-01", [1, -0.25]),
        ("1,5", [1, 5]),
        ("1/2\t1/4", [0.5, 0.25]),
        (" 1 , 2 ", [1, 2]),
    ],
)
def test_lines_of_numbers(line: str, value: Any) -> None:
    """A line holds what a vector has between its brackets; one number is a number."""
    assert read_row(line) == value


@pytest.mark.parametrize("line", ["1,,2", "1 -2, 3", "1;2", "1,2,", "1 x", "1]", "[1", "nan 1"])
def test_lines_that_are_none(line: str) -> None:
    """Nothing is made of a line that breaks the rules."""
    with pytest.raises(ValueError, match=r"\n {4}.*\n +\^$"):
        read_row(line)


def test_columns_and_rows_as_vectors() -> None:
    """A matrix of one column or one row does for a vector, and that is said; no other does."""
    assert as_vector([[1.0], [2.0]]) == ([1, 2], "is a column (2×1), read as a vector of 2")
    assert as_vector([[1.0, 2.0]]) == ([1, 2], "is a row (1×2), read as a vector of 2")
    assert as_vector([[5.0]])[0] == [5]
    vector, said = as_vector(np.array([[1.0], [2.0], [3.0]]))
    assert (vector.tolist(), said[:20]) == ([1, 2, 3], "is a column (3×1), r")
    for value in (1.0, [1.0, 2.0], [[1.0, 2.0], [3.0, 4.0]]):
        assert as_vector(value) == (value, "")


@pytest.mark.parametrize("kind", ["f2", "f4", ">f8", "g", "i1", "u8"])
def test_arrays_of_any_real_type(tmp_path: Path, kind: str) -> None:
    """Whatever real type an array has, its numbers are read; both orders in memory are."""
    array = np.array([[1, 2, 3], [4, 5, 6]], kind)
    for stored in (array, np.asfortranarray(array)):
        np.save(tmp_path / "a.npy", stored)
        file = ArrayFile(str(tmp_path / "a.npy"))
        assert read(file.read(), 2).tolist() == array.tolist()
        assert [row.tolist() for row in file.blocks()] == [array.tolist()]


@pytest.mark.parametrize(
    ("array", "said"),
    [
        (np.array([True]), "no real numbers"),
        (np.array([1j]), "no real numbers"),
        (np.array(["a"]), "no real numbers"),
        (np.array([(1, 2.0)], "i4,f8"), "no real numbers"),
        (np.array(["2020-01-01"], "M8[D]"), "no real numbers"),
    ],
)
def test_arrays_of_other_types(tmp_path: Path, array: Any, said: str) -> None:
    """Truth values, complex numbers, words and records are no real numbers."""
    np.save(tmp_path / "a.npy", array)
    with pytest.raises(ValueError, match=said):
        ArrayFile(str(tmp_path / "a.npy"))


def test_numbers_that_no_float_is_near(tmp_path: Path) -> None:
    """A long double that a float can't hold is refused, not taken for 0 or infinity."""
    if np.finfo(np.longdouble).max <= sys.float_info.max:
        pytest.skip("long doubles are floats here")
    for text, said in (("1e4000", "finite"), ("1e-4000", "nearer to 0")):
        with pytest.raises(ValueError, match=said):
            read(np.array([1, np.longdouble(text)]), 1)
        np.save(tmp_path / "a.npy", np.array([1, np.longdouble(text)]))
        stream = array_steps(str(tmp_path / "a.npy"))[1]
        assert next(stream) == [1]
        with pytest.raises(ValueError, match="row 2 of"):
            next(stream)


def test_an_array_that_becomes_shorter(tmp_path: Path) -> None:
    """A file that is cut off while it is read ends the stream with an error."""
    path = tmp_path / "a.npy"
    np.save(path, np.ones((3000, 100)))
    stream = array_steps(str(path))[1]
    assert next(stream).shape == (1024, 100)
    with path.open("r+b") as file:
        file.truncate(1_000_000)
    with pytest.raises(ValueError, match="became shorter while it was read"):
        next(stream)


def test_wide_arrays_come_in_small_parts(tmp_path: Path) -> None:
    """Parts are counted in bytes: few rows of many numbers, and at least one."""
    np.save(tmp_path / "a.npy", np.zeros((4, 300_000), "f4"))
    parts = [len(part) for part in ArrayFile(str(tmp_path / "a.npy")).blocks()]
    assert parts == [1, 1, 1, 1]


class _Dripping:
    """A file that has a few bytes at a time."""

    def __init__(self, data: bytes, size: int) -> None:
        self.parts = (data[start : start + size] for start in range(0, len(data), size))

    def read1(self, size: int) -> bytes:
        return next(self.parts, b"")


def test_a_line_may_come_in_small_pieces() -> None:
    """A long line that drips in is put together in time that grows as its length does."""
    line = b"[" + b"1, " * 1_000_000 + b"1]"
    start = time.perf_counter()
    pieces = list(lines_of(_Dripping(line + b"\n5\n6", 16), lambda: None))  # type: ignore[arg-type]
    assert b"".join(pieces) == line + b"\n5\n6\n"
    assert time.perf_counter() - start < 3


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.txt", "# h c\n1.0e+00 -2.0e+00\n3 4\n"),
        ("a.txt", "1 -2\n3 4\n"),
        ("a.tsv", "h\tc\n1\t-2\n3\t4\n"),
        ("a.csv", "1 -2\n3 4\n"),
        ("a.csv", '"h","c"\n"1","-2"\n3,4\n'),
        ("a.jsonl", "1, -2\n[3 4]\n"),
        ("-", "h,c\n1,-2\n3,4\n"),
        ("-", "1\t-2\n  3   4  \n"),
        ("-", "[1. -2.]\n3\u00a04\n"),
    ],
)
def test_rows_in_files(rnncalc: Calculator, tmp_path: Path, name: str, text: str) -> None:
    """Lines with commas, tabs or blanks between numbers are steps, with or without names above."""
    (tmp_path / name).write_text(text, "utf-8")
    source = "-" if name == "-" else f"@{tmp_path / name}"
    outcome = rnncalc(f"gated --all-weights 1 --xs {source} --only x", stdin=text)
    assert (outcome.out, outcome.err) == ("[1, -2]\n[3, 4]\n", "")


@pytest.mark.parametrize(
    "text", ["nan 1\n1 2\n", "O.5 1\n1 2\n", "abc\n1\n", "x\n1,5\n", "1 2\n3 4 5\n", "1e-400\n1\n"]
)
def test_no_row_is_taken_for_names(rnncalc: Calculator, text: str) -> None:
    """A row with something wrong in it isn't skipped as names of columns."""
    assert rnncalc("simple --all-weights 1 --xs - --only x", stdin=text).status == 2


def test_columns_between_semicolons(rnncalc: Calculator) -> None:
    """A table as spreadsheets save it where decimals have commas is told how to be saved."""
    outcome = rnncalc("simple --all-weights 1 --xs -", stdin="x1;x2\n1,5;2\n")
    assert outcome.status == 2
    assert "is 'x1;x2': columns have commas, tabs or blanks between them" in outcome.err


@pytest.mark.parametrize("lines", ["1\n1e-400\n", "[1, 2]\n[0, 1e-400]\n", "1 2\n0 1e-400\n"])
def test_no_number_of_a_stream_becomes_0(rnncalc: Calculator, lines: str) -> None:
    """What is nearer to 0 than any float is an error on any line, also where lines go together."""
    outcome = rnncalc("simple --all-weights 1 --xs - --only x", stdin=lines)
    assert (outcome.status, len(outcome.out.splitlines())) == (2, 1)
    assert re.search("line 2 of standard input (is|has) '1e-400': nearer to 0", outcome.err)
