"""Equations are parsed and printed without a bracket more or less than they need."""

from __future__ import annotations

import ast
import random

import pytest

from rnncalc import CELLS
from rnncalc.cells.expressions import Binary, Call, Expression, Negation, Number, Symbol
from rnncalc.cells.grammar import read_expression as parse
from rnncalc.cells.notation import SOURCE, UNICODE, equation, spell


def test_lecture_notation() -> None:
    """The equations print as the lecture writes them."""
    printed = [equation(line, UNICODE) for line in CELLS["lstm"].equations]
    assert printed[0] == "f = σ(W^{f,h} h_prev + W^{f,x} x + b_f)"
    assert printed[4] == "c = f ⊙ c_prev + i ⊙ candidate"
    assert equation(CELLS["gated"].equations[2], UNICODE) == (
        "s = (1 - g) ⊙ s_prev + g ⊙ candidate"
    )


@pytest.mark.parametrize(
    ("source", "printed"),
    [
        ("a - (b - c)", "a - (b - c)"),
        ("(a - b) - c", "a - b - c"),
        ("a + (b + c)", "a + (b + c)"),
        ("(a * b) + c", "a ⊙ b + c"),
        ("a * (b + c)", "a ⊙ (b + c)"),
        ("a * (b * c)", "a ⊙ (b ⊙ c)"),
        ("-(a + b) * c", "(-(a + b)) ⊙ c"),
        ("a + -b", "a + (-b)"),
        ("-a + b", "-a + b"),
        ("-(a * b)", "-(a ⊙ b)"),
        ("--a", "--a"),
        ("tanh(a - 1)", "tanh(a - 1)"),
        ("a / (b * c)", "a / (b ⊙ c)"),
        ("a / b * c", "a / b ⊙ c"),
    ],
)
def test_brackets(source: str, printed: str) -> None:
    """Brackets stand where the tree needs them and nowhere else."""
    assert spell(parse(source), UNICODE) == printed


def _random_tree(chance: random.Random, depth: int) -> Expression:
    if depth == 0:
        leaves: list[Expression] = [Number(chance.randrange(9)), Symbol("h_prev"), Symbol("b.f")]
        return chance.choice(leaves)
    match chance.randrange(5):
        case 0:
            return Negation(_random_tree(chance, depth - 1))
        case 1:
            return Call(chance.choice(["tanh", "sigmoid"]), _random_tree(chance, depth - 1))
        case 2:
            weight: Expression = Symbol("W.fh")
            weight = chance.choice([weight, Negation(weight)])
            summed = Binary("+", Symbol("x"), _random_tree(chance, depth - 1))
            return Binary("@", weight, summed)
    left, right = _random_tree(chance, depth - 1), _random_tree(chance, chance.randrange(depth))
    return Binary(chance.choice("+-*/"), left, right)


def test_printed_text_parses_back() -> None:
    """What is printed as source parses to the same tree, for the cells and for any tree."""
    trees = [line.expression for cell in CELLS.values() for line in cell.equations]
    chance = random.Random(1)
    trees += [_random_tree(chance, chance.randrange(6)) for _ in range(500)]
    for tree in trees:
        text = spell(tree, SOURCE)
        assert parse(text) == tree
        # Python's own printer agrees on the brackets.
        assert ast.unparse(ast.parse(text)).replace(" ", "") == text.replace(" ", "")
