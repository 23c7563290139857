"""Cells as people write them down in NumPy, with the mistakes that people make in them.

Nothing of the package is used here: a cell is a text, a mistake an edit of the text, of the numbers
that go in, or of the list that comes out. ``named`` is a pattern of what counts as a mistake's
name; ``{q}`` in it stands for the unit that the mistake is made in.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

CELLS = {
    "simple": """\
S = tanh(Wss @ s + Wsx @ x + bs)
""",
    "gated": """\
g = sig(Wgs @ s + Wgx @ x + bg)
n = tanh(Wss @ s + Wsx @ x + bs)
S = (1 - g) * s + g * n
""",
    "lstm": """\
f = sig(Wfh @ h + Wfx @ x + bf)
i = sig(Wih @ h + Wix @ x + bi)
o = sig(Woh @ h + Wox @ x + bo)
n = tanh(Wch @ h + Wcx @ x + bc)
C = f * c + i * n
T = tanh(C)
H = o * T
""",
    "gru": """\
r = sig(Wrh @ h + Wrx @ x + br)
z = sig(Wzh @ h + Wzx @ x + bz)
n = tanh(Whh @ (r * h) + Whx @ x + bh)
H = (1 - z) * n + z * h
""",
}
TOLD = {"n": "candidate", "T": "tanh_c", "S": "s", "C": "c", "H": "h"}
GIVEN = re.compile(r"\b([Wb])([a-z]{1,2})\b")
UNIT = re.compile(
    r"(?P<q>\w) = (?P<fn>sig|tanh)\((?P<wh>W\w+) @ (?P<h>\w|\(r \* h\)) \+ (?P<wx>W\w+) @ x"
    r" \+ (?P<b>b\w)\)"
)

#: What each state is carried on from.
CARRIED = {"s": "S", "h": "H", "c": "C"}

Numbers = dict[str, Any]
Rows = list[dict[str, Any]]


def sig(v: Any) -> Any:
    """Return the textbook's sigmoid."""
    return 1 / (1 + np.exp(-v))


NUMPY = {
    "np": np,
    "sig": sig,
    "tanh": np.tanh,
    "exp": np.exp,
    "relu": lambda v: np.maximum(v, 0),
    "hard": lambda v: np.clip(v / 6 + 0.5, 0, 1),
    "hard02": lambda v: np.clip(0.2 * v + 0.5, 0, 1),
    "softmax": lambda v: np.exp(v) / np.exp(v).sum(),
}


@np.errstate(over="ignore", invalid="ignore")
def compute(
    text: str, given: Numbers, xs: Sequence[Any], carry: Mapping[str, str] = CARRIED
) -> Rows:
    """Return what a text computes, a step at a time. carry: what each state is carried on from."""
    names = {**NUMPY, **given}
    rows = []
    for x in xs:
        names["x"] = x
        exec(text, names)
        rows.append({k: np.array(names[k]) for k in re.findall(r"^(\w) =", text, re.MULTILINE)})
        moved = {old: names[new] for old, new in carry.items() if new in names}
        names.update(moved)
    return rows


class Mistake(NamedTuple):
    """A mistake: what it is, what counts as its name, and what is done.

    edit: changes the text, and returns it with the unit it chose. given, inputs, listed: change the
    numbers that go in, the sequence, and the rows that come out. square: whether as many inputs as
    units are needed. steps, units: how many there have to be at least.
    """

    words: str
    named: str
    of: str = "simple gated lstm gru"
    edit: Callable[[str, random.Random], tuple[str, str]] | None = None
    given: Callable[[Numbers], Numbers] | None = None
    inputs: Callable[[list[Any]], list[Any]] | None = None
    listed: Callable[[Rows], Rows] | None = None
    carry: Mapping[str, str] = CARRIED
    square: bool = False
    steps: int = 1
    units: int = 1


class Draw(NamedTuple):
    """A mistake made with fresh numbers: the problem, and the rows of wrong and right answers."""

    cell: str
    given: Numbers
    xs: list[Any]
    wrong: Rows
    right: Rows
    named: str


def draw(mistake: Mistake, seed: int) -> Draw:
    """Return a mistake made in one of its cells, in 1 to 3 units and 1 to 3 steps."""
    source = random.Random(f"{mistake.words} {mistake.of} {seed}")
    cell = source.choice(mistake.of.split())
    n, steps = source.randint(mistake.units, 3), source.randint(mistake.steps, 3)
    m = n if mistake.square or source.random() < 0.6 else source.randint(1, 3)

    def drawn(*shape: int) -> Any:
        numbers = [source.choice([-1, 1]) * source.randint(10, 150) / 100 for _ in range(n * 9)]
        return np.array(numbers[: int(np.prod(shape))]).reshape(shape)

    text = CELLS[cell]
    found = {f"{kind}{name}": (kind, name) for kind, name in GIVEN.findall(text)}
    given = {
        key: drawn(n) if kind == "b" else drawn(n, m if name[1] == "x" else n)
        for key, (kind, name) in found.items()
    }
    given |= {state: drawn(n) for state in ("s" if cell in ("simple", "gated") else "hc")}
    if cell == "gru":
        del given["c"]
    xs = [drawn(m) for _ in range(steps)]
    wrong_text, unit = mistake.edit(text, source) if mistake.edit else (text, "")
    changed = mistake.given(dict(given)) if mistake.given else given
    seen = mistake.inputs(list(xs)) if mistake.inputs else xs
    wrong = compute(wrong_text, changed, seen, mistake.carry)
    wrong = mistake.listed(wrong) if mistake.listed else wrong
    right = compute(text, given, xs)
    named = mistake.named.replace("{q}", TOLD.get(unit, unit))
    return Draw(cell, _renamed(given), xs, _told(wrong, n), _told(right, n), named)


def _renamed(given: Numbers) -> Numbers:
    return {GIVEN.sub(lambda m: f"{m[1].lower()}_{m[2]}", key): v for key, v in given.items()}


def _told(rows: Rows, n: int) -> Rows:
    """Return rows under the names that they are asked for, each a vector of all units."""
    return [{TOLD.get(k, k): np.broadcast_to(v, (n,)) for k, v in row.items()} for row in rows]


# How texts are edited ---------------------------------------------------------------------------


def one(template: str, functions: str = "sig tanh") -> Any:
    """Return an edit that writes one unit otherwise, whichever."""

    def edit(text: str, source: random.Random) -> tuple[str, str]:
        unit = source.choice([m for m in UNIT.finditer(text) if m["fn"] in functions.split()])
        return text.replace(unit[0], template.format(**unit.groupdict())), unit["q"]

    return edit


def each(template: str, functions: str = "sig tanh") -> Any:
    """Return an edit that writes every unit otherwise."""

    def change(unit: re.Match[str]) -> str:
        return template.format(**unit.groupdict()) if unit["fn"] in functions.split() else unit[0]

    return lambda text, source: (UNIT.sub(change, text), "")


def put(*pairs: str) -> Any:
    """Return an edit of some parts: "old -> new"."""

    def edit(text: str, source: random.Random) -> tuple[str, str]:
        for pair in pairs:
            old, new = pair.split(" -> ")
            assert old in text, pair
            text = text.replace(old, new)
        return text, ""

    return edit


def borrowed(template: str) -> Any:
    """Return an edit in which all units take what one of them has."""

    def edit(text: str, source: random.Random) -> tuple[str, str]:
        lender = source.choice(list(UNIT.finditer(text)))
        parts = lender.groupdict()

        def change(unit: re.Match[str]) -> str:
            own = unit.groupdict()
            return template.format(**own, **{f"its_{k}": v for k, v in parts.items()})

        return UNIT.sub(change, text), lender["q"]

    return edit


def anothers_bias(text: str, source: random.Random) -> tuple[str, str]:
    """Let one unit take the bias of another."""
    unit, other = source.sample(list(UNIT.finditer(text)), 2)
    return text.replace(unit[0], unit[0].replace(unit["b"], other["b"])), unit["q"]


def blocks(stored: str, read: str) -> Callable[[Numbers], Numbers]:
    """Return what happens to weights that are stored in one order of blocks and read in another."""

    def change(given: Numbers) -> Numbers:
        return given | {
            key.replace(mine, its, 1): given[key]
            for its, mine in zip(read, stored, strict=True)
            for key in list(given)
            if key[0] in "Wb" and key[1] == mine
        }

    return change


def stacked_otherwise(given: Numbers) -> Numbers:
    """Weights stored side by side, [state input], and multiplied with [input, state]."""
    for wx in [key for key in given if key[0] == "W" and key[2] == "x"]:
        wh = next(key for key in given if key[:2] == wx[:2] and key != wx)
        m, both = given[wx].shape[1], np.hstack([given[wh], given[wx]])
        given |= {wx: both[:, :m], wh: both[:, m:]}
    return given


def with_all(kind: str, change: Callable[[Any], Any]) -> Callable[[Numbers], Numbers]:
    """Return a change of all given numbers whose names fit a pattern."""
    return lambda given: {k: change(v) if re.fullmatch(kind, k) else v for k, v in given.items()}


def cut_off(text: str, source: random.Random) -> tuple[str, str]:
    """Round every line to two decimals."""
    return re.sub(r"= (.*)", r"= np.round(\1, 2)", text), ""


ORDERS = {"torch": "ifgo", "ONNX": "iofg", "TensorFlow 1": "igfo", "CS231n": "ifog"}
ORDERS |= {"OpenVINO": "figo", "DL4J": "gfoi"}


def _lstm_blocks(stored: str, read: str) -> Mistake:
    letters = [ORDERS[name].replace("g", "c") for name in (stored, read)]
    change = blocks(*letters)
    return Mistake(
        f"blocks of {stored} read as those of {read}", "^blocks|swapped", "lstm", given=change
    )


# The mistakes -----------------------------------------------------------------------------------

SUM = "{wh} @ {h} + {wx} @ x"
_BOTH = "gated gru"
MISTAKES: tuple[Mistake, ...] = (
    # blocks
    _lstm_blocks("torch", "ONNX"),
    _lstm_blocks("ONNX", "torch"),
    _lstm_blocks("torch", "TensorFlow 1"),
    _lstm_blocks("torch", "CS231n"),
    _lstm_blocks("torch", "OpenVINO"),
    _lstm_blocks("CS231n", "TensorFlow 1"),
    _lstm_blocks("DL4J", "torch"),
    Mistake("blocks z, r read as r, z", "^blocks|r and z swapped", "gru", given=blocks("zr", "rz")),
    Mistake("candidate's block in the middle", "^blocks", "gru", given=blocks("rzh", "rhz")),
    Mistake(
        "gate and candidate take each other's weights", "^blocks", "gated", given=blocks("gs", "sg")
    ),
    # another step's answer, another sequence
    Mistake(
        "the first step's answer for the last",
        "step 1",
        steps=2,
        listed=lambda rows: [*rows[:-1], rows[0]],
    ),
    Mistake(
        "the first step's answer for all",
        "step 1",
        steps=2,
        listed=lambda rows: [rows[0]] * len(rows),
    ),
    Mistake(
        "the last step's answer for all",
        "last step|step 3|step 2|every step",
        steps=2,
        listed=lambda rows: [rows[-1]] * len(rows),
    ),
    Mistake("listed backwards", "backwards|reverse", steps=2, listed=lambda rows: rows[::-1]),
    Mistake(
        "one step too few",
        "step (too few|late|before)|step 1|step 2",
        steps=2,
        listed=lambda rows: [rows[0], *rows[:-1]],
    ),
    Mistake("the sequence run backwards", "backwards|reverse", steps=2, inputs=lambda xs: xs[::-1]),
    Mistake(
        "inputs one late, 0 at first",
        "shifted|inputs? .*late|x .*before",
        steps=2,
        inputs=lambda xs: [0 * xs[0], *xs[:-1]],
    ),
    Mistake(
        "inputs turned round by one",
        "shifted|inputs? .*early|x .*after|backwards",
        steps=2,
        inputs=lambda xs: [*xs[1:], xs[0]],
    ),
    Mistake(
        "the first input in every step",
        "first (x|input)|x .*step 1|same x",
        steps=2,
        inputs=lambda xs: [xs[0]] * len(xs),
    ),
    Mistake("the state is not carried on", "not carried on", steps=2, carry={}),
    Mistake(
        "the memory cell is not carried on", "c not carried on", "lstm", carry={"h": "H"}, steps=2
    ),
    Mistake(
        "the hidden state is not carried on", "h not carried on", "lstm", carry={"c": "C"}, steps=2
    ),
    Mistake(
        "h and c exchanged between steps",
        "h and c (swapped|exchanged)",
        "lstm",
        carry={"c": "H", "h": "C"},
        steps=2,
    ),
    Mistake("start from 0", "taken as 0", given=with_all("[shc]", lambda v: 0 * v)),
    Mistake(
        "memory cell starts from 0",
        "c_prev.* taken as 0|kept part",
        "lstm",
        given=with_all("c", lambda v: 0 * v),
    ),
    Mistake(
        "h and c exchanged at the start",
        "h and c swapped",
        "lstm",
        given=lambda g: g | {"h": g["c"], "c": g["h"]},
    ),
    # a wrong factor
    Mistake(
        "f and i swapped in c",
        "f and i swapped",
        "lstm",
        edit=put("f * c + i * n -> i * c + f * n"),
    ),
    Mistake("f for i", "f (used )?for i", "lstm", edit=put("i * n -> f * n")),
    Mistake("i for f", "i (used )?for f", "lstm", edit=put("f * c -> i * c")),
    Mistake("1 - i for f", "1 - i for f", "lstm", edit=put("f * c -> (1 - i) * c")),
    Mistake("1 - f for i", "1 - f for i", "lstm", edit=put("i * n -> (1 - f) * n")),
    Mistake("o for i", "o (used )?for i", "lstm", edit=put("i * n -> o * n")),
    Mistake("i for o", "i (used )?for o", "lstm", edit=put("o * T -> i * T")),
    Mistake("f for o", "f (used )?for o", "lstm", edit=put("o * T -> f * T")),
    Mistake("1 - f for f", "1 - f for f", "lstm", edit=put("f * c -> (1 - f) * c")),
    Mistake("1 - o for o", "1 - o for o", "lstm", edit=put("o * T -> (1 - o) * T")),
    Mistake("forget gate left out", "f left out", "lstm", edit=put("f * c -> c")),
    Mistake("input gate left out", "i left out", "lstm", edit=put("i * n -> n")),
    Mistake("output gate left out", "o left out", "lstm", edit=put("o * T -> T")),
    Mistake("candidate left out", "candidate left out", "lstm", edit=put("i * n -> i")),
    Mistake(
        "previous state for candidate",
        "c_prev (used )?for candidate",
        "lstm",
        edit=put("i * n -> i * c"),
    ),
    Mistake(
        "candidate for previous state",
        "candidate (used )?for c_prev",
        "lstm",
        edit=put("f * c -> f * n"),
    ),
    Mistake(
        "hidden state for memory cell",
        "old h used for old c|h_prev (used )?for c_prev",
        "lstm",
        edit=put("f * c -> f * h"),
    ),
    Mistake("candidate in h", "candidate (used )?for c", "lstm", edit=put("o * T -> o * tanh(n)")),
    Mistake("old memory cell in h", "old c used", "lstm", edit=put("tanh(C) -> tanh(c)")),
    Mistake(
        "sum for product in h",
        r"\+ for ⊙|added, not multiplied|sum for product",
        "lstm",
        edit=put("o * T -> o + T"),
    ),
    Mistake(
        "sums and products exchanged in c",
        r"\+ for ⊙|added, not multiplied|sums? (and|for) product",
        "lstm",
        edit=put("f * c + i * n -> (f + c) * (i + n)"),
    ),
    Mistake(
        "product for sum in c",
        "product for sum|multiplied, not added",
        "lstm",
        edit=put("f * c + i * n -> f * c * i * n"),
    ),
    Mistake("only the kept part", "new part left out", "lstm", edit=put("f * c + i * n -> f * c")),
    Mistake(
        "only the new part",
        "kept part left out|taken as 0",
        "lstm",
        edit=put("f * c + i * n -> i * n"),
    ),
    Mistake("minus in c", "wrong sign", "lstm", edit=put("f * c + i -> f * c - i")),
    Mistake(
        "dot products in c",
        "dot product",
        "lstm",
        units=2,
        edit=put("f * c + i * n -> f @ c + i @ n + 0 * c"),
    ),
    Mistake("dot product in h", "dot product", "lstm", units=2, edit=put("o * T -> o @ T + 0 * T")),
    Mistake(
        "dot products in the state",
        "dot product",
        "gated",
        units=2,
        edit=put("(1 - g) * s + g * n -> (1 - g) @ s + g @ n + 0 * s"),
    ),
    Mistake("the gate on both parts", "g for 1 - g", "gated", edit=put("(1 - g) * s -> g * s")),
    Mistake(
        "1 - gate on both parts",
        "1 - (g|z) for (g|z)",
        "gated",
        edit=put("+ g * n -> + (1 - g) * n"),
    ),
    Mistake("the old state kept whole", "1 - g left out", "gated", edit=put("(1 - g) * s -> s")),
    Mistake("the new state let in whole", "g left out", "gated", edit=put("g * n -> n")),
    Mistake(
        "the new state let in whole, GRU", "1 - z left out", "gru", edit=put("(1 - z) * n -> n")
    ),
    Mistake("the old state kept whole, GRU", "z left out", "gru", edit=put("+ z * h -> + h")),
    Mistake(
        "overwritten altogether",
        "kept part left out",
        "gated",
        edit=put("(1 - g) * s + g * n -> g * n"),
    ),
    Mistake(
        "r for z in the state",
        "r (used )?for z",
        "gru",
        edit=put("(1 - z) * n + z * h -> (1 - r) * n + r * h"),
    ),
    Mistake("z for r in the candidate", "z (used )?for r", "gru", edit=put("r * h -> z * h")),
    Mistake(
        "r and z swapped",
        "r and z swapped|blocks",
        "gru",
        edit=put("r * h -> Z * h", "(1 - z) * n + z * h -> (1 - r) * n + r * h", "Z * h -> z * h"),
    ),
    Mistake("1 - r for r", "1 - r for r", "gru", edit=put("r * h -> (1 - r) * h")),
    Mistake(
        "previous state for candidate, GRU",
        "h_prev (used )?for candidate",
        "gru",
        edit=put("(1 - z) * n -> (1 - z) * h"),
    ),
    # products where sums are, weights forgotten
    Mistake(
        "products multiplied, one unit",
        "multiplied, not added, in {q}",
        edit=one("{q} = {fn}(({wh} @ {h}) * ({wx} @ x) + {b})"),
    ),
    Mistake(
        "products multiplied, all",
        "multiplied, not added",
        edit=each("{q} = {fn}(({wh} @ {h}) * ({wx} @ x) + {b})"),
    ),
    Mistake(
        "weights forgotten, one unit",
        "weights (left out|forgotten)",
        square=True,
        of="gated lstm simple",
        edit=one("{q} = {fn}({h} + x + {b})"),
    ),
    Mistake(
        "weights forgotten, all",
        "weights (left out|forgotten)",
        square=True,
        edit=each("{q} = {fn}({h} + x + {b})"),
    ),
    Mistake(
        "recurrent weight forgotten, one unit",
        "weights? .*(left out|forgotten)",
        edit=one("{q} = {fn}({h} + {wx} @ x + {b})"),
    ),
    Mistake(
        "bias forgotten, one unit", "bias left out in {q}", edit=one("{q} = {fn}(" + SUM + ")")
    ),
    Mistake(
        "bias forgotten, all",
        "bias left out (everywhere|in s)",
        edit=each("{q} = {fn}(" + SUM + ")"),
    ),
    Mistake(
        "recurrent term forgotten, one unit",
        "recurrent term left out in {q}",
        edit=one("{q} = {fn}({wx} @ x + {b})"),
    ),
    Mistake(
        "recurrent term forgotten, all",
        "recurrent term left out (everywhere|in s)|taken as 0",
        edit=each("{q} = {fn}({wx} @ x + {b})"),
    ),
    Mistake(
        "input forgotten, one unit",
        "input left out in {q}",
        edit=one("{q} = {fn}({wh} @ {h} + {b})"),
    ),
    Mistake(
        "input forgotten, all",
        "input left out (everywhere|in s)",
        edit=each("{q} = {fn}({wh} @ {h} + {b})"),
    ),
    Mistake(
        "bias twice, one unit",
        "bias added twice in {q}",
        edit=one("{q} = {fn}(" + SUM + " + 2 * {b})"),
    ),
    Mistake("minus before the bias, all", "wrong sign", edit=each("{q} = {fn}(" + SUM + " - {b})")),
    Mistake(
        "minus before the input, one unit",
        "wrong sign",
        edit=one("{q} = {fn}({wh} @ {h} - {wx} @ x + {b})"),
    ),
    Mistake("bias of another unit", "b_. for b_.|blocks", "gated lstm gru", edit=anothers_bias),
    Mistake("bias multiplied", "bias multiplied", edit=each("{q} = {fn}((" + SUM + ") * {b})")),
    # functions
    Mistake(
        "tanh on c, carried on",
        "tanh .*on c",
        "lstm",
        edit=put("= f * c + i * n -> = tanh(f * c + i * n)"),
    ),
    Mistake(
        "tanh twice in h",
        "tanh .*on (tanh_)?c|tanh.* twice",
        "lstm",
        edit=put("tanh(C) -> tanh(tanh(C))"),
    ),
    Mistake("tanh around h", "tanh .*on h", "lstm", edit=put("= o * T -> = tanh(o * T)")),
    Mistake(
        "tanh around o c",
        "tanh .*(on h|of o|in h|around)|h = tanh",
        "lstm",
        edit=put("= o * T -> = tanh(o * C)"),
    ),
    Mistake(
        "tanh around s",
        "tanh .*on s",
        "gated",
        edit=put("= (1 - g) * s + g * n -> = tanh((1 - g) * s + g * n)"),
    ),
    Mistake(
        "tanh around h, GRU",
        "tanh .*on h",
        "gru",
        edit=put("= (1 - z) * n + z * h -> = tanh((1 - z) * n + z * h)"),
    ),
    Mistake("no tanh in h", "tanh left out on c", "lstm", edit=put("o * T -> o * C")),
    Mistake("sigmoid in h", "sigmoid for tanh on c", "lstm", edit=put("o * T -> o * sig(C)")),
    Mistake(
        "tanh for sigmoid, one gate",
        "tanh for sigmoid on {q}",
        "gated lstm gru",
        edit=one("{q} = tanh(" + SUM + " + {b})", "sig"),
    ),
    Mistake(
        "tanh for sigmoid, all gates",
        "tanh for sigmoid",
        "lstm gru",
        edit=each("{q} = tanh(" + SUM + " + {b})", "sig"),
    ),
    Mistake(
        "sigmoid for the candidate's tanh",
        "sigmoid for tanh",
        edit=each("{q} = sig(" + SUM + " + {b})", "tanh"),
    ),
    Mistake("relu for tanh", "relu for tanh", edit=each("{q} = relu(" + SUM + " + {b})", "tanh")),
    Mistake("relu for every tanh", "relu for tanh", "lstm", edit=put("tanh -> relu")),
    Mistake(
        "no function in one gate",
        "sigmoid left out on {q}",
        "gated lstm gru",
        edit=one("{q} = " + SUM + " + {b}", "sig"),
    ),
    Mistake(
        "no function in the candidate",
        "tanh left out",
        edit=each("{q} = " + SUM + " + {b}", "tanh"),
    ),
    Mistake(
        "sigmoid of tanh",
        "sigmoid .*(of|on).*",
        "gated lstm gru",
        edit=each("{q} = sig(tanh(" + SUM + " + {b}))", "sig"),
    ),
    Mistake(
        "tanh of sigmoid in the candidate",
        "sigmoid|tanh",
        "gated lstm gru",
        edit=each("{q} = tanh(sig(" + SUM + " + {b}))", "tanh"),
    ),
    Mistake(
        "bias behind the function, one unit",
        "bias behind .*{q}|function .* {q}",
        edit=one("{q} = {fn}(" + SUM + ") + {b}"),
    ),
    Mistake(
        "bias behind the function, all", "bias behind", edit=each("{q} = {fn}(" + SUM + ") + {b}")
    ),
    Mistake(
        "function on the recurrent part",
        "(part|alone|only|behind the function)",
        edit=one("{q} = {fn}({wh} @ {h}) + {wx} @ x + {b}"),
    ),
    Mistake(
        "function on the input part",
        "(part|alone|only|behind the function)",
        edit=one("{q} = {wh} @ {h} + {fn}({wx} @ x + {b})"),
    ),
    Mistake(
        "function on each part",
        "each (part|term)|one by one|of each",
        edit=one("{q} = {fn}({wh} @ {h}) + {fn}({wx} @ x + {b})"),
    ),
    Mistake(
        "exp(z) for exp(-z)",
        "1 - gate|every gate|exp|1 - [gz] for",
        "gated lstm gru",
        edit=each("{q} = 1 / (1 + exp(" + SUM + " + {b}))", "sig"),
    ),
    Mistake(
        "exp(z) for exp(-z), one gate",
        "1 - {q} for {q}|exp",
        "gated lstm gru",
        edit=one("{q} = 1 / (1 + exp(" + SUM + " + {b}))", "sig"),
    ),
    # weights of state and input
    Mistake("[x, h] for [h, x]", "exchanged|W.* for W|state and input", given=stacked_otherwise),
    Mistake(
        "weights of state and input exchanged in one unit",
        "exchanged|state and input",
        square=True,
        edit=one("{q} = {fn}({wx} @ {h} + {wh} @ x + {b})"),
    ),
    Mistake(
        "state and input added before the recurrent matrix",
        "added before|\\(.* \\+ x\\)|one (matrix|weight)",
        square=True,
        edit=each("{q} = {fn}({wh} @ ({h} + x) + {b})"),
    ),
    Mistake(
        "state and input added before the input's matrix",
        "added before|one (matrix|weight)",
        square=True,
        edit=each("{q} = {fn}({wx} @ ({h} + x) + {b})"),
    ),
    # conventions
    Mistake(
        "hard sigmoid of torch",
        "hard.sigmoid",
        "gated lstm gru",
        edit=each("{q} = hard(" + SUM + " + {b})", "sig"),
    ),
    Mistake(
        "hard sigmoid of Keras 2",
        "hard.sigmoid",
        "gated lstm gru",
        edit=each("{q} = hard02(" + SUM + " + {b})", "sig"),
    ),
    Mistake("forget bias + 1", "1 added", "lstm", edit=put("+ bf -> + bf + 1")),
    Mistake(
        "the gate weights the old state",
        "1 - g for g|g weights",
        "gated",
        edit=put("(1 - g) * s + g * n -> g * s + (1 - g) * n"),
    ),
    Mistake(
        "the gate weights the new state",
        "1 - z for z|z weights",
        "gru",
        edit=put("(1 - z) * n + z * h -> (1 - z) * h + z * n"),
    ),
    Mistake(
        "the candidate reads g ⊙ s",
        "g ⊙ s_prev|reads|reset",
        "gated",
        edit=put("Wss @ s + -> Wss @ (g * s) +"),
    ),
    Mistake(
        "reset behind the matrix",
        "reset|after|behind",
        "gru",
        units=2,
        edit=put("Whh @ (r * h) -> r * (Whh @ h)"),
    ),
    Mistake("no reset", "r left out", "gru", edit=put("(r * h) -> h")),
    # everywhere as one
    Mistake(
        "every recurrent matrix transposed",
        "recurrent.* transposed|W\\^{s,s} transposed",
        units=2,
        given=with_all("W.[sh]", np.transpose),
    ),
    Mistake(
        "every input matrix transposed",
        "input.* transposed|W\\^{s,x} transposed",
        units=2,
        square=True,
        given=with_all("W.x", np.transpose),
    ),
    Mistake(
        "every matrix transposed",
        "every matrix transposed",
        units=2,
        square=True,
        given=with_all("W..", np.transpose),
    ),
    Mistake(
        "one unit's weights in all",
        "weights of {q}|{q}'s weights",
        "gated lstm gru",
        edit=borrowed("{q} = {fn}({its_wh} @ {h} + {its_wx} @ x + {b})"),
    ),
    Mistake(
        "one unit's bias in all",
        "bias of {q}|b_. (for every|in)|{q}'s bias|b_. for",
        "gated lstm gru",
        edit=borrowed("{q} = {fn}(" + SUM + " + {its_b})"),
    ),
    Mistake(
        "one unit's weights and bias in all",
        "weights.* of {q}|{q}'s weights",
        "gated lstm gru",
        edit=borrowed("{q} = {fn}({its_wh} @ {h} + {its_wx} @ x + {its_b})"),
    ),
    # elements and digits
    Mistake(
        "the elements of x turned round",
        "elements of x|x .*(reversed|backwards|elements)",
        units=2,
        square=True,
        inputs=lambda xs: [x[::-1] for x in xs],
    ),
    Mistake(
        "the elements of the answer turned round",
        "elements",
        units=2,
        listed=lambda rows: [{k: v[::-1] for k, v in row.items()} for row in rows],
    ),
    Mistake(
        "the elements of the start turned round",
        "elements",
        units=2,
        given=with_all("[shc]", lambda v: v[::-1]),
    ),
    Mistake("two decimals carried on", "decimals carried on|rounded", steps=2, edit=cut_off),
)
