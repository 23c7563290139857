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
from collections.abc import Callable
from math import isfinite

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
    split_lines,
    symbols,
)
from rnncalc.cells.functions import FUNCTIONS
from rnncalc.errors import UnusableError, listing, meant, quoted

_MOST_DEPTH = 100  # of operations within operations
_TOO_DEEP = f"this is nested too deep: {_MOST_DEPTH} levels at most"

_TOKEN = re.compile(
    r"(?P<number>(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)"
    r"|(?P<name>[A-Za-z_]\w*(?:\.\w+)*)|(?P<sign>[-+*/@()=\[\],])|(?P<odd>\S)|(?P<end>\Z)",
    re.ASCII,
)
#: What word processors and web pages make of a minus and a blank.
_TYPOGRAPHY = {0x2212: "-", 0xA0: " "}
_NAME = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)
_LETTERS = "small letters, digits and _, a letter first"
_FORM = f"a line is NAME = EXPRESSION  # description, with a NAME of {_LETTERS}"


class _Part:
    """A piece of a tree, how deep it is, and the first character that it stands for.

    front: the text of its left operand, if it has two.
    """

    def __init__(self, node: Expression, depth: int, start: int, front: str = "") -> None:
        self.node = node
        self.depth = depth
        self.start = start
        self.front = front


class _UnreadableError(Exception):
    """The rest of a line can't be read; the fault is noted."""


def read_lines(text: str) -> tuple[str, list[Line], list[Fault]]:
    """Return the title of a cell's text, its equations, and all that is wrong with their form."""
    title, lines, faults = "", list[Line](), list[Fault]()
    for number, raw in enumerate(split_lines(text), 1):
        body, sign, comment = raw.partition("#")
        if body.strip():
            reader = _Reader(number, body)
            if line := reader.line(comment.strip()):
                lines.append(line)
            faults += reader.faults
        elif sign and not title and not lines:
            title = comment.strip()
    return title, lines, faults


def read_expression(text: str) -> Expression:
    """Return the tree of an expression; raise ValueError, saying what is wrong with it."""
    _, lines, faults = read_lines(f"y = {text}")
    if faults:
        raise UnusableError("cell-text", "\n".join(fault.message for fault in faults))
    return lines[0].expression


class _Reader:
    """Reads one line: a parser by recursive descent, with a token of lookahead."""

    def __init__(self, number: int, text: str) -> None:
        self.text = text.translate(_TYPOGRAPHY)
        self.faults: list[Fault] = []
        self.symbols: dict[str, Place] = {}
        self.number = number
        self.tokens = list(_TOKEN.finditer(self.text.rstrip()))
        self.at = 0
        self.nesting = 0
        self.is_whole = True

    def line(self, description: str) -> Line | None:
        """Return the equation; of one that can't be read its name, None without."""
        optional = bool(self._took("["))
        found = self.next
        if found.lastgroup != "name" or self.tokens[self.at + 1][0] != "=":
            signs = [token[0] for token in self.tokens]
            last = signs.index("=") - 1 if "=" in signs[self.at + 1 :] else len(signs) - 2
            self._fault(f"this is no equation: {_FORM}", found.start(), self.tokens[last].end())
            return None
        name = found[0]
        if not _NAME.fullmatch(name):
            self._fault(f"{quoted(name)} can't be computed: {_naming(name)}", *found.span())
        self.at += 2
        try:
            read = self._sum("]" if optional else "").node
            if self.next.lastgroup != "end":
                raise self._unexpected("an operator or the end of the line")
        except _UnreadableError:
            read, self.is_whole = Number(0.0), False
        place = (self.number, *found.span())
        return Line(name, read, description, optional, place, self.symbols, self.is_whole)

    @property
    def next(self) -> re.Match[str]:
        """The token that is to be read."""
        return self.tokens[self.at]

    def _took(self, *signs: str) -> str:
        """Go past one of some signs and return it; "" if something else is there."""
        found = self.next[0]
        if found not in signs:
            return ""
        self.at += 1
        return found

    def _sum(self, closing: str, *, in_call: bool = False) -> _Part:
        """Return a sum, and go past the bracket behind it, if one is to be there."""
        found = self._chain("+-", lambda: self._chain("*/@", self._operand))
        if in_call and self.next[0] == ",":
            raise self._stop(self.next, "a function here has one argument")
        if closing and not self._took(closing):
            raise self._unexpected(f"'{closing}' or an operator")
        return found

    def _chain(self, signs: str, read: Callable[[], _Part]) -> _Part:
        """Return operands with signs between them, which group from the left."""
        left = read()
        while sign := self._took(*signs):
            front = self.text[left.start : self.tokens[self.at - 2].end()]
            right = read()
            if sign == "@":
                self._check_application(left, right)
            node = Binary(sign, left.node, right.node)
            left = self._part(node, left.start, left, right)
            left.front = front
        return left

    def _operand(self) -> _Part:
        token, start = self.next, self.next.start()
        self.nesting += 1
        if self.nesting > _MOST_DEPTH:
            raise self._stop(token, _TOO_DEEP)
        if self._took("-"):
            part = self._operand()
            part = self._part(Negation(part.node), start, part)
        elif self._took("("):
            part = self._sum(")")
            part.start = start
        elif token.lastgroup == "number":
            self.at += 1
            part = _Part(Number(self._number(token)), 1, start)
        elif token.lastgroup == "name":
            self.at += 1
            part = self._call(token) if self.next[0] == "(" else self._symbol(token)
        else:
            raise self._unexpected("a number, a name, a function, '-' or '('")
        self.nesting -= 1
        return part

    def _call(self, token: re.Match[str]) -> _Part:
        name = token[0]
        if name not in FUNCTIONS:
            close = meant(name, FUNCTIONS)
            hint = f" (did you mean {close}?)" if close else f"; there are {listing([*FUNCTIONS])}"
            self._fault(f"{quoted(name)} is no function{hint}", *token.span())
        self.at += 1
        argument = self._sum(")", in_call=True)
        return self._part(Call(name, argument.node), token.start(), argument)

    def _symbol(self, token: re.Match[str]) -> _Part:
        name, told = token[0], ""
        family, dot, subscript = name.partition(".")
        if name in FUNCTIONS:
            told = f"{name} is a function: it needs its argument, {name}(…)"
        elif dot and (family not in ("W", "b") or "." in subscript):
            told = f"{quoted(name)} is unknown: only W and b have a subscript, as W.ab"
        elif not dot and not _NAME.fullmatch(name):
            told = f"{quoted(name)} is unknown: {_naming(name)}"
        if told:
            self._fault(told, *token.span())
        else:
            self.symbols.setdefault(name, (self.number, *token.span()))
        return _Part(Symbol(name), 1, token.start())

    def _number(self, token: re.Match[str]) -> float:
        text, value = token[0], float(token[0])
        if not isfinite(value) or (not value and text.lower().partition("e")[0].strip("0.")):
            self._fault(f"{quoted(text)} is beyond what can be calculated with", *token.span())
        return value

    def _part(self, node: Expression, start: int, *inner: _Part) -> _Part:
        depth = max(part.depth for part in inner) + 1
        if depth > _MOST_DEPTH:
            raise self._stop(self.tokens[self.at - 1], _TOO_DEEP)
        return _Part(node, depth, start)

    def _check_application(self, left: _Part, right: _Part) -> None:
        """Note it if what stands left of ``@`` is no weight, or what stands right of it nothing."""
        if any(fault.place and fault.place[1] >= left.start for fault in self.faults):
            return
        whole = left.start, self.tokens[self.at - 1].end()
        of = self.text[right.start : whole[1]]
        weight = left.node.operand if isinstance(left.node, Negation) else left.node
        if not (isinstance(weight, Symbol) and weight.name.startswith("W.")):
            hint = "left of @ stands a weight, as in W.ab @ x"
            match left.node:
                case Binary(sign, _, Symbol(name)) if name.startswith("W."):
                    hint = f"write {left.front} {sign} ({name} @ {of}): a weight stands left of @"
            self._fault(hint, *whole)
            self.is_whole = False  # or what is wrong here would be told again as something else
        elif not symbols(right.node):
            hint = "has nothing to apply the weight to: * multiplies by it"
            self._fault(f"{weight.name} @ {of} {hint}", *whole)

    def _fault(self, message: str, start: int, end: int) -> None:
        self.faults.append(Fault((self.number, start, end), message))

    def _stop(self, token: re.Match[str], message: str) -> _UnreadableError:
        # After another fault in the line this is most often a consequence of it.
        if not self.faults:
            self._fault(message, token.start(), max(token.end(), token.start() + 1))
        return _UnreadableError()

    def _unexpected(self, expected: str) -> _UnreadableError:
        found = quoted(self.next[0]) if self.next[0] else "the end of the line"
        return self._stop(self.next, f"{found} stands where {expected} is expected")


def _naming(name: str) -> str:
    """Say what a name that is none may be meant to be."""
    if weight := re.fullmatch(r"[Ww]_?([a-z0-9_]{1,4})", name):
        return f"a weight is written W.{weight[1].strip('_')}"
    if name in ("W", "b"):
        return f"a weight or a bias has a subscript, as {name}.{'ab' if name == 'W' else 'a'}"
    return f"names are {_LETTERS}"
