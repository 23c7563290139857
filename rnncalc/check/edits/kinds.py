"""Kinds of edits: what the searched neighbourhood of an equation consists of, by short names."""

from __future__ import annotations

from collections.abc import Sequence

from rnncalc.check.slips.kinds import Kind, from_answers

_COMPARE = " It is no known slip, but found near the equation: compare the two, part by part."


def _kind(code: str, name: str, advice: str) -> Kind:
    return Kind(name, from_answers, advice + _COMPARE, code=code)


#: The codes that edits have, with what they are called where somebody looks them up.
KINDS: Sequence[Kind] = (
    _kind("read-for-another", "a quantity or a weight read for another {}",
          "The equation is computed with something else in one place, or with 1 minus it."),
    _kind("copied", "the equation of another unit copied {}",
          "The weights of another unit are there, all of them or all but one."),
    _kind("left-out", "a part left out {}",
          "An operand, a weight or several terms of the equation are missing."),
    _kind("one-more", "a part more {}",
          "A quantity is added or multiplied that the equation doesn't have there."),
    _kind("operator", "an operator for another {}",
          "+, -, ⊙ or ÷ stands where the equation has another one, or operands are exchanged."),
    _kind("brackets", "brackets elsewhere {}",
          "The equation is computed in another order, or a factor on other parts of it."),
    _kind("sign", "a wrong sign {}", "A part of the equation is taken with a minus, or without."),
    _kind("number", "a number for another {}",
          "A part is doubled, halved, squared or divided, or a number is misread."),
    _kind("function", "a function for another {}",
          "Another function is taken, one more, its slope, or one of a multiple."),
    _kind("order", "elements in another order {}",
          "Rows, columns, elements or blocks are taken in another order, or one for all."),
    _kind("time", "a value of another time {}",
          "What is read is of another step, or is there only later in this one."),
    _kind("two-edits", "two at once {}", "Two parts of one equation are computed otherwise."),
)  # fmt: skip
