"""The grammar of cells: what a text may say, and where it says something else.

A text has a line ``name = expression  # description`` for each quantity; the first line that is
only a comment is the title; in brackets stands what is computed only if its weights are given::

    # simple RNN
    s = tanh(W.ss @ s_prev + W.sx @ x + b.s)      # hidden state
    [y = softmax(W.ys @ s + b.y)]                 # readout

Nothing but numbers, names, ``W.ab``, ``b.a``, ``+ - * / @``, minus, brackets and the functions of
`functions` gets through, so a text can't reach anything else, whatever it says.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from math import isfinite
from typing import NamedTuple

from rnncalc.cells.expressions import (
    Binary,
    Call,
    Expression,
    Fault,
    Line,
    Negation,
    Number,
    Place,
    Symbol,
    symbols,
)
from rnncalc.cells.functions import FUNCTIONS
from rnncalc.errors import listing, meant, quoted

_MOST_DEPTH = 100  # of operations within operations
_SHOWN = 76  # characters of a line that are shown with a fault

_TOKEN = re.compile(
    r"(?P<number>(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)"
    r"|(?P<name>[A-Za-z_]\w*(?:\.\w+)*)|(?P<sign>[-+*/@()=\[\],])|(?P<odd>\S)",
    re.ASCII,
)
#: What word processors and web pages make of a minus and a blank.
_TYPOGRAPHY = {0x2212: "-", 0xA0: " "}
_NAME = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)
_LETTERS = "small letters, digits and _, a letter first"
_FORM = "a line is NAME = EXPRESSION  # description"


class _Token(NamedTuple):
    kind: str
    text: str
    start: int
    end: int


class _Part(NamedTuple):
    """A piece of a tree, how deep it is, and which characters of the line it stands for.

    front: the text of its left operand, if it has two.
    """

    node: Expression
    depth: int
    start: int
    end: int
    front: str = ""


class _UnreadableError(Exception):
    """The rest of a line can't be read; the fault is noted."""


def read_lines(text: str) -> tuple[str, list[Line], list[Fault]]:
    """Return the title of a cell's text, its equations, and all that is wrong with their form."""
    title, lines, faults = "", list[Line](), list[Fault]()
    for number, raw in enumerate(split_lines(text), 1):
        body, sign, comment = raw.partition("#")
        if body.strip():
            if line := _Reader(number, body, faults).line(comment.strip()):
                lines.append(line)
        elif sign and not title and not lines:
            title = comment.strip()
    return title, lines, faults


def split_lines(text: str) -> list[str]:
    """Return the lines of a text, whatever they end in."""
    return re.split(r"\r\n|\n|\r", text.removeprefix("\ufeff"))


def read_expression(text: str) -> Expression:
    """Return the tree of an expression; raise ValueError, saying what is wrong with it."""
    faults: list[Fault] = []
    line = _Reader(1, f"y = {text}", faults).line("")
    if faults or not line:
        raise ValueError("\n".join(fault.message for fault in faults))
    return line.expression


def shown(name: str, lines: Sequence[str], fault: Fault) -> str:
    """Word a fault for people: the text's name, the line, and a caret below the place."""
    if fault.place is None:
        return f"{name}: {fault.message}"
    number, start, end = fault.place
    # Whatever isn't printable takes one column, so that the caret stands where it should.
    text = "".join(
        c if c.isprintable() else " " if c == "\t" else "\ufffd" for c in lines[number - 1]
    )
    first = max(0, min(start - _SHOWN // 2, len(text) - _SHOWN))  # of a long line
    part = text[first : first + _SHOWN].rstrip()
    line = "…" * (first > 0) + part + "…" * (len(text) > first + _SHOWN)
    carets = "^" * max(1, min(end, first + _SHOWN) - start)
    indent = " " * (start - first + (first > 0))
    return f"{name}, line {number}: {fault.message}\n    {line}\n    {indent}{carets}"


class _Reader:
    """Reads one line: a parser by recursive descent, with a token of lookahead."""

    def __init__(self, number: int, text: str, faults: list[Fault]) -> None:
        self.number = number
        self.text = text.translate(_TYPOGRAPHY)
        self.faults = faults
        self.symbols: dict[str, Place] = {}
        self.tokens = [
            _Token(found.lastgroup or "", found[0], found.start(), found.end())
            for found in _TOKEN.finditer(self.text)
        ]
        end = len(self.text.rstrip())
        self.tokens.append(_Token("end", "", end, end + 1))
        self.at = 0
        self.nesting = 0
        self.is_whole = True
        self.places: list[int] = []  # of the faults in this line

    def line(self, description: str) -> Line | None:
        """Return the equation; of one that can't be read its name, None without."""
        optional = bool(self._took("["))
        name = self.next
        if name.kind != "name" or self.tokens[self.at + 1].text != "=":
            signs = [token.text for token in self.tokens]
            last = signs.index("=") - 1 if "=" in signs[self.at + 1 :] else len(signs) - 2
            whole = self.tokens[self.at]._replace(end=self.tokens[last].end)
            self._fault(whole, f"this is no equation: {_FORM}, with a NAME of {_LETTERS}")
            return None
        if not _NAME.fullmatch(name.text):
            self._fault(name, f"{_quoted(name)} can't be computed: {_naming(name.text)}")
        self.at += 2
        expression: Expression | None = None
        with suppress(_UnreadableError):
            expression = self._whole(optional)
        place = Place(self.number, name.start, name.end)
        read = expression or Number(0.0)
        is_whole = self.is_whole and expression is not None
        return Line(name.text, read, description, optional, place, self.symbols, is_whole)

    def _whole(self, optional: bool) -> Expression:
        found = self._sum().node
        if optional and not self._took("]"):
            raise self._unexpected("']' or an operator")
        if self.next.kind != "end":
            raise self._unexpected("an operator or the end of the line")
        return found

    @property
    def next(self) -> _Token:
        """The token that is to be read."""
        return self.tokens[self.at]

    def _took(self, *signs: str) -> str:
        """Go past one of some signs and return it; "" if something else is there."""
        if self.next.kind != "sign" or self.next.text not in signs:
            return ""
        self.at += 1
        return self.tokens[self.at - 1].text

    def _sum(self) -> _Part:
        left = self._product()
        while sign := self._took("+", "-"):
            left = self._binary(sign, left, self._product())
        return left

    def _product(self) -> _Part:
        left = self._operand()
        while sign := self._took("*", "/", "@"):
            left = self._binary(sign, left, self._operand())
        return left

    def _binary(self, sign: str, left: _Part, right: _Part) -> _Part:
        node = Binary(sign, left.node, right.node)
        if sign == "@":
            self._check_application(left, right)
        part = self._part(node, left, right, left.start, right.end)
        return part._replace(front=self.text[left.start : left.end])

    def _operand(self) -> _Part:
        token = self.next
        self.nesting += 1
        if self.nesting > _MOST_DEPTH:
            raise self._stop(token, f"this is nested too deep: {_MOST_DEPTH} levels at most")
        if self._took("-"):
            operand = self._operand()
            part = self._part(Negation(operand.node), operand, operand, token.start, operand.end)
        elif self._took("("):
            inner = self._sum()
            part = inner._replace(start=token.start, end=self._closed("an operator"))
        elif token.kind == "number":
            self.at += 1
            part = _Part(Number(self._number(token)), 1, token.start, token.end)
        elif token.kind == "name":
            self.at += 1
            part = self._call(token) if self.next.text == "(" else self._symbol(token)
        else:
            raise self._unexpected("a number, a name, a function, '-' or '('")
        self.nesting -= 1
        return part

    def _call(self, name: _Token) -> _Part:
        if name.text not in FUNCTIONS:
            self._fault(name, f"{_quoted(name)} is no function{_functions(name.text)}")
        self.at += 1
        argument = self._sum()
        if self.next.text == ",":
            raise self._stop(self.next, "a function here has one argument")
        end = self._closed("an operator")
        return self._part(Call(name.text, argument.node), argument, argument, name.start, end)

    def _symbol(self, name: _Token) -> _Part:
        family, dot, subscript = name.text.partition(".")
        if name.text in FUNCTIONS:
            self._fault(name, f"{name.text} is a function: it needs its argument, {name.text}(…)")
        elif dot and (family not in ("W", "b") or "." in subscript):
            self._fault(name, f"{_quoted(name)} is unknown: only W and b have a subscript, as W.ab")
        elif not dot and not _NAME.fullmatch(name.text):
            self._fault(name, f"{_quoted(name)} is unknown: {_naming(name.text)}")
        else:
            self.symbols.setdefault(name.text, Place(self.number, name.start, name.end))
        return _Part(Symbol(name.text), 1, name.start, name.end)

    def _number(self, token: _Token) -> float:
        value = float(token.text)
        is_zero = not token.text.lower().partition("e")[0].strip("0.")
        if not isfinite(value) or (not value and not is_zero):
            self._fault(token, f"{_quoted(token)} is beyond what can be calculated with")
        return value

    def _closed(self, other: str) -> int:
        """Go past a closing bracket and return where it ends."""
        if not self._took(")"):
            raise self._unexpected(f"')' or {other}")
        return self.tokens[self.at - 1].end

    def _part(self, node: Expression, one: _Part, other: _Part, start: int, end: int) -> _Part:
        depth = max(one.depth, other.depth) + 1
        if depth > _MOST_DEPTH:
            token = self.tokens[self.at - 1]
            raise self._stop(token, f"this is nested too deep: {_MOST_DEPTH} levels at most")
        return _Part(node, depth, start, end)

    def _check_application(self, left: _Part, right: _Part) -> None:
        """Note it if what stands left of ``@`` is no weight, or what stands right of it nothing."""
        if self._faults_from(left.start):
            return
        whole = _Token("", "", left.start, right.end)
        of = self.text[right.start : right.end]
        weight = left.node.operand if isinstance(left.node, Negation) else left.node
        if not (isinstance(weight, Symbol) and weight.name.startswith("W.")):
            hint = "left of @ stands a weight, as in W.ab @ x"
            match left.node:
                case Binary(sign, _, Symbol(name)) if name.startswith("W."):
                    hint = f"write {left.front} {sign} ({name} @ {of}): a weight stands left of @"
            self._fault(whole, hint)
            self.is_whole = False  # or what is wrong here would be told again as something else
        elif not symbols(right.node):
            message = f"{weight.name} @ {of} has nothing to apply the weight to: * multiplies by it"
            self._fault(whole, message)

    def _faults_from(self, start: int) -> bool:
        """Return whether something is wrong in the line from a character on."""
        return any(place >= start for place in self.places)

    def _fault(self, token: _Token, message: str) -> None:
        self.places.append(token.start)
        self.faults.append(Fault(Place(self.number, token.start, token.end), message))

    def _stop(self, token: _Token, message: str) -> _UnreadableError:
        # After another fault in the line this is most often a consequence of it.
        if not self._faults_from(0):
            self._fault(token, message)
        return _UnreadableError()

    def _unexpected(self, expected: str) -> _UnreadableError:
        found = _quoted(self.next) if self.next.kind != "end" else "the end of the line"
        return self._stop(self.next, f"{found} stands where {expected} is expected")


def _quoted(token: _Token) -> str:
    return quoted(token.text)


def _functions(name: str) -> str:
    close = meant(name, list(FUNCTIONS))
    return f" (did you mean {close}?)" if close else f"; there are {listing(list(FUNCTIONS))}"


def _naming(name: str) -> str:
    """Say what a name that is none may be meant to be."""
    if weight := re.fullmatch(r"[Ww]_?([a-z0-9_]{1,4})", name):
        return f"a weight is written W.{weight[1].strip('_')}"
    if name in ("W", "b"):
        return f"a weight or a bias has a subscript, as {name}.{'ab' if name == 'W' else 'a'}"
    return f"names are {_LETTERS}"
