"""Mistakes in cells computed by hand, written by somebody else than the program.

Nothing of the package is used here. A cell is a text in NumPy, a mistake an edit of the text (in
all steps, or in some only), of the numbers that go in, of the sequence, of what is carried on, or
of the list that comes out. ``named`` says what a sentence naming the mistake would contain; ``{q}``
in it stands for the unit (gate, candidate, state) that the mistake was made in. The patterns were
written before any output was seen, and changed since where other words say the same.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

CELLS = {
    "simple": "S = tanh(Wss @ s + Wsx @ x + bs)\n",
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
CARRIED = {"s": "S", "h": "H", "c": "C"}
ALL = "simple gated lstm gru"
GATES = "gated lstm gru"

Numbers = dict[str, Any]
Rows = list[dict[str, Any]]


def sig(v: Any) -> Any:
    """1/(1 + e^-v)."""
    return 1 / (1 + np.exp(-v))


def one_by_one(w: Any, h: Any, rest: Any) -> Any:
    """tanh(W h + rest), unit by unit, each written over the old state at once."""
    h = h.copy()
    for k in range(len(h)):
        h[k] = np.tanh(w[k] @ h + rest[k])
    return h


def norm(v: Any) -> Any:
    """A layer normalised, as frameworks do."""
    return (v - v.mean()) / np.sqrt(v.var() + 1e-5)


def only(k: int, new: Any, old: Any) -> Any:
    """Take the new value in element k alone."""
    out = old.copy()
    out[k] = new[k]
    return out


NUMPY = {
    "np": np, "sig": sig, "tanh": np.tanh, "exp": np.exp, "one_by_one": one_by_one, "only": only,
    "norm": norm,
    "relu": lambda v: np.maximum(v, 0),
    "leaky": lambda v: np.where(v > 0, v, 0.01 * v),
    "softsign": lambda v: v / (1 + np.abs(v)),
    "hardtanh": lambda v: np.clip(v, -1, 1),
    "hard2": lambda v: np.clip((v + 1) / 2, 0, 1),
    "softmax": lambda v: np.exp(v) / np.exp(v).sum(),
    "on": lambda v: np.where(v > 0, 1.0, 0.0),
    "plusminus": lambda v: np.where(v > 0, 1.0, -1.0),
    "cut": lambda v: np.trunc(v * 100) / 100,
}  # fmt: skip


def compute(
    texts: Sequence[str], given: Numbers, xs: Sequence[Any], carry: Mapping[str, str] = CARRIED
) -> Rows:
    """Return what the texts, one for each step, compute.

    They may use t (the step, from 1), xp (the input before, 0 at first), s0, h0, c0 (where it
    began), s2, h2 (the state two steps back, the beginning at first), old (the step before, by
    letters).
    """
    names: Numbers = {**NUMPY, **given}
    names |= {f"{k}0": given[k] for k in "shc" if k in given}
    names |= {f"{k}2": given[k] for k in "shc" if k in given}
    names |= {"xp": 0 * xs[0], "old": {}}
    rows = []
    for t, (text, x) in enumerate(zip(texts, xs, strict=True), 1):
        names |= {"x": x, "t": t}
        with np.errstate(all="ignore"):
            exec(text, names)
        rows.append({k: np.array(names[k]) for k in re.findall(r"^(\w) =", text, re.MULTILINE)})
        moved = {was: names[new] for was, new in carry.items() if new in names and was in given}
        names |= {f"{k}2": names[k] for k in moved}
        names |= moved | {"xp": x, "old": rows[-1]}
    return rows


class Mistake(NamedTuple):
    """A mistake: what it is, what counts as its name, and what is done.

    at: in which steps the edit holds: "all", "last", "later" (all but the first).
    """

    words: str
    named: str
    of: str = ALL
    edit: Callable[[str, random.Random], tuple[str, str]] | None = None
    given: Callable[[Numbers, random.Random], Numbers] | None = None
    inputs: Callable[[list[Any]], list[Any]] | None = None
    listed: Callable[[Rows], Rows] | None = None
    carry: Mapping[str, str] = CARRIED
    square: bool = False
    steps: int = 1
    units: int = 1
    at: str = "all"


class Draw(NamedTuple):
    """A mistake made with fresh numbers: the problem, and the rows of wrong and right answers."""

    cell: str
    given: Numbers
    xs: list[Any]
    wrong: Rows
    right: Rows
    named: str
    text: str


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
    given = {}
    for kind, name in dict.fromkeys(GIVEN.findall(text)):
        shape = (n,) if kind == "b" else (n, m if name[1] == "x" else n)
        given[kind + name] = drawn(*shape)
    given |= {state: drawn(n) for state in {"lstm": "hc", "gru": "h"}.get(cell, "s")}
    xs = [drawn(m) for _ in range(steps)]
    wrong_text, unit = mistake.edit(text, source) if mistake.edit else (text, "")
    changed = mistake.given(dict(given), source) if mistake.given else given
    seen = mistake.inputs(list(xs)) if mistake.inputs else xs
    count = len(seen)
    held = {"all": range(count), "last": [count - 1], "later": range(1, count)}[mistake.at]
    texts = [wrong_text if k in held else text for k in range(count)]
    right = _told(compute([text] * steps, given, xs), n)
    wrong = compute(texts, changed, seen, mistake.carry)
    wrong = _told(mistake.listed(wrong) if mistake.listed else wrong, n)
    wrong = [{key: row[key] for key in right[0]} for row in wrong]
    assert len(wrong) == len(right)
    named = mistake.named.replace("{q}", TOLD.get(unit, unit))
    return Draw(cell, _renamed(given), xs, wrong, right, named, wrong_text)


def _renamed(given: Numbers) -> Numbers:
    return {GIVEN.sub(lambda m: f"{m[1].lower()}_{m[2]}", key): v for key, v in given.items()}


def _told(rows: Rows, n: int) -> Rows:
    return [{TOLD.get(k, k): np.broadcast_to(v, (n,)) for k, v in row.items()} for row in rows]


# How texts and numbers are edited ---------------------------------------------------------------

PRE = "{wh} @ {h} + {wx} @ x + {b}"


def one(template: str, functions: str = "sig tanh") -> Any:
    """Write one unit otherwise, whichever."""

    def edit(text: str, source: random.Random) -> tuple[str, str]:
        unit = source.choice([m for m in UNIT.finditer(text) if m["fn"] in functions.split()])
        return text.replace(unit[0], template.format(**unit.groupdict())), unit["q"]

    return edit


def each(template: str, functions: str = "sig tanh") -> Any:
    """Write every unit otherwise."""

    def change(unit: re.Match[str]) -> str:
        return template.format(**unit.groupdict()) if unit["fn"] in functions.split() else unit[0]

    return lambda text, source: (UNIT.sub(change, text), "")


def put(*pairs: str) -> Any:
    """Change some parts, each "old -> new"; "old ?> new" if it is there."""

    def edit(text: str, source: random.Random) -> tuple[str, str]:
        for pair in pairs:
            old, sign, new = re.split(r" ([-?])> ", pair)
            assert old in text or sign == "?", pair
            text = text.replace(old, new)
        return text, ""

    return edit


def copied(*parts: str) -> Any:
    """One unit takes the named parts (wh, wx, b) of another."""

    def edit(text: str, source: random.Random) -> tuple[str, str]:
        unit, other = source.sample(list(UNIT.finditer(text)), 2)
        line = unit[0]
        for part in parts:
            line = line.replace(unit[part], other[part])
        return text.replace(unit[0], line), unit["q"]

    return edit


def gate_then(template: str) -> Any:
    """Add a line behind one of the sigmoids."""

    def edit(text: str, source: random.Random) -> tuple[str, str]:
        unit = source.choice([m for m in UNIT.finditer(text) if m["fn"] == "sig"])
        return text.replace(unit[0], unit[0] + "\n" + template.format(q=unit["q"])), unit["q"]

    return edit


def gate_before(text: str, source: random.Random) -> tuple[str, str]:
    """In the lines of the states, use one gate as it was a step before."""
    gates = {"g": "S = ", "f": "C = ", "i": "C = ", "o": "H = ", "z": "H = "}
    q = source.choice([g for g in gates if f"\n{g} = sig" in "\n" + text])
    lines = [
        re.sub(rf"\b{q}\b", f"old.get('{q}', {q})", line) if line.startswith(gates[q]) else line
        for line in text.splitlines()
    ]
    return "\n".join(lines) + "\n", q


def some(pattern: str, change: Callable[[Any, random.Random], Any]) -> Any:
    """Change one of the given numbers' arrays whose names fit, one in which that is a change."""

    def edit(given: Numbers, source: random.Random) -> Numbers:
        keys = [k for k in given if re.fullmatch(pattern, k)]
        for key in source.sample(keys, len(keys)):
            changed = change(given[key].copy(), source)
            if not np.array_equal(changed, given[key]):
                return given | {key: changed}
        return given

    return edit


def every(pattern: str, change: Callable[[Any], Any]) -> Any:
    """Change all of the given numbers' arrays whose names fit."""
    return lambda given, source: {
        k: change(v) if re.fullmatch(pattern, k) else v for k, v in given.items()
    }


def element(change: Callable[[float], float], where: Callable[[float], bool] = bool) -> Any:
    """Change one element of an array."""

    def edit(array: Any, source: random.Random) -> Any:
        places = [p for p in np.ndindex(array.shape) if where(array[p])]
        if places:
            p = source.choice(places)
            array[p] = change(array[p])
        return array

    return edit


def negative(v: float) -> bool:
    """Whether there is a minus to lose."""
    return v < 0


def digits_turned(v: float) -> float:
    """1.32 as 1.23, 0.47 as 0.74."""
    text = f"{v:.2f}"
    return float(text[:-2] + text[-1] + text[-2])


def neighbour(array: Any, source: random.Random) -> Any:
    """One element typed where its right neighbour in the row stands."""
    row = source.randrange(array.shape[0])
    array[row, 1] = array[row, 0]
    return array


def interleaved(given: Numbers, source: random.Random) -> Numbers:
    """All gates on one pile, gate after gate, read as unit after unit."""
    order = "fioc" if "Wfh" in given else "rzh"
    for kind in ("W", "b"):
        for second in ("h", "x") if kind == "W" else ("",):
            keys = [kind + q + second for q in order]
            pile = np.concatenate([given[k] for k in keys])
            for k, key in enumerate(keys):
                given[key] = pile[k :: len(keys)]
    return given


def blocks_of(pattern: str, mine: str, its: str) -> Any:
    """Only the arrays that fit are read in another order of blocks."""

    def edit(given: Numbers, source: random.Random) -> Numbers:
        keys = [k for k in given if re.fullmatch(pattern, k)]
        turned = dict(zip(mine, its, strict=True))
        return given | {k: given[k[0] + turned[k[1]] + k[2:]] for k in keys}

    return edit


def swapped(a: str, b: str) -> Callable[[Rows], Rows]:
    """Two quantities are written under each other's name."""
    return lambda rows: [row | {a: row[b], b: row[a]} for row in rows]


def sign_lost(rows: Rows) -> Rows:
    """The last state's first element is written without its minus."""
    key = "S" if "S" in rows[-1] else "H"
    value = rows[-1][key].copy()
    value[0] = abs(value[0])
    return [*rows[:-1], rows[-1] | {key: value}]


def pair_kept(rows: Rows) -> Rows:
    """All but the first step is written down."""
    return rows[1:]


def first_unit_alone(text: str, source: random.Random) -> tuple[str, str]:
    """The other units keep the old state."""
    return text + ("H = only(0, H, h)\n" if "H" in text else "S = only(0, S, s)\n"), ""


# The mistakes -----------------------------------------------------------------------------------

MISTAKES: tuple[Mistake, ...] = (
    # copy and paste
    Mistake(
        "forget and input gate with the output gate's bias",
        r"b_o\b|bias of o|o's bias|same bias|one bias",
        "lstm",
        put("+ bf -> + bo", "+ bi -> + bo"),
    ),
    Mistake(
        "one unit with another's recurrent weight",
        r"W.* for W|recurrent weights? (of|from)|'s (recurrent )?weight|weights? of",
        GATES,
        copied("wh"),
    ),
    Mistake(
        "one unit with another's input weight",
        r"W.* for W|input weights? (of|from)|'s (input )?weight|weights? of",
        GATES,
        copied("wx"),
    ),
    Mistake(
        "one unit with another's weights, own bias",
        r"weights? (of|from|for)|W.* for W|'s weights|copied but for b_",
        GATES,
        copied("wh", "wx"),
    ),
    Mistake(
        "one unit with all of another: its line copied",
        r"weights?.* (of|from|for)|'s weights|copied|same as|W.* for W|for {q}\b",
        GATES,
        copied("wh", "wx", "b"),
    ),
    Mistake(
        "bias of another unit and recurrent weight of another",
        r"W.*b_|b_.*W|weights? and bias|copied but for W\S*x",
        GATES,
        copied("wh", "b"),
    ),
    # the wrong operand
    Mistake(
        "sum of input gate and candidate",
        r"\+ for ⊙|added|sum|i \+ candidate",
        "lstm",
        put("i * n -> (i + n)"),
    ),
    Mistake(
        "sum of forget gate and memory cell",
        r"\+ for ⊙|added|sum|f \+ c",
        "lstm",
        put("f * c -> (f + c)"),
    ),
    Mistake(
        "the input before in the place of the state before",
        r"x_prev|previous (x|input)|(input|x).*(step|one) before|x.* for (s|h|s_prev)|"
        r"inputs?.* (for|in place of).*state|input.*state",
        "simple",
        put("@ s -> @ xp"),
        square=True,
        steps=2,
    ),
    Mistake(
        "the new input in the place of the state before",
        r"x (used )?(for|in place of) [sh]|x.*[sh]_prev|input.*(for|in place of).*state",
        ALL,
        one("{q} = {fn}({wh} @ x + {wx} @ x + {b})"),
        square=True,
    ),
    Mistake(
        "the state before in the place of the input",
        r"[sh]_prev (used )?(for|in place of) x|state.*(for|in place of).*(input|x)|"
        r"[sh]_prev.*for x",
        ALL,
        one("{q} = {fn}({wh} @ {h} + {wx} @ {h} + {b})"),
        square=True,
    ),
    Mistake(
        "memory cell read by all gates in the place of h",
        r"c(_prev)? (used )?(for|in place of) (old )?h|memory cell.*(for|in place of)|h and c",
        "lstm",
        put("@ h -> @ c"),
    ),
    Mistake(
        "memory cell read by one gate in the place of h",
        r"c(_prev)? (used )?(for|in place of) (old )?h|memory cell.*(for|in place of)",
        "lstm",
        one("{q} = {fn}({wh} @ c + {wx} @ x + {b})"),
    ),
    Mistake(
        "update gate reads the reset state, too",
        r"r ⊙ h.*\bz\b|\bz\b.*r ⊙ h|\bz .*reset|reset.*\bz\b|\br .*in z\b",
        "gru",
        put("Wzh @ h -> Wzh @ (r * h)"),
    ),
    Mistake(
        "output gate reads the new memory cell",
        r"\bc (used )?(for|in place of) h|new c|o reads|c .*in o\b|peephole|"
        r"\bc, the new one, used for h_prev in o",
        "lstm",
        lambda text, source: (
            text.replace("o = sig(Woh @ h + Wox @ x + bo)\n", "").replace(
                "H = o", "o = sig(Woh @ C + Wox @ x + bo)\nH = o"
            ),
            "o",
        ),
    ),
    Mistake(
        "kept part of the reset state",
        r"r ⊙ h_prev|kept.*\br\b|\br .*kept|reset.*kept|z ⊙ r|\br on h_prev|h_prev ⊙ r\b",
        "gru",
        put("z * h -> z * (r * h)"),
    ),
    # the wrong time
    Mistake(
        "state of two steps before",
        r"two steps|2 steps|t-2|step (too|one) (old|early|late)|state.*(step 1|late|earlier)|delay",
        ALL,
        put("@ s ?> @ s2", "@ h ?> @ h2", "(r * h) ?> (r * h2)", " * s ?> * s2", "z * h ?> z * h2"),
        steps=3,
    ),
    Mistake(
        "one unit reads the start in every step",
        r"not carried on|start|initial|first state|[sh]_0|{q}.*(old|earlier)",
        GATES,
        one("{q} = {fn}({wh} @ {h}0 + {wx} @ x + {b})", "sig"),
        steps=2,
    ),
    Mistake(
        "one unit reads the input before",
        r"x_prev|previous (x|input)|(x|input).*(before|late|earlier|previous|shifted)",
        ALL,
        one("{q} = {fn}({wh} @ {h} + {wx} @ xp + {b})"),
        steps=2,
    ),
    Mistake(
        "one gate of the row above",
        r"\b{q}\b.*(before|previous|earlier|_prev|t-1|step 1|late|old)|(old|previous|"
        r"earlier|step before|step 1).*\b{q}\b",
        GATES,
        gate_before,
        steps=2,
    ),
    Mistake(
        "last step with the input before",
        r"(x|input).*(before|late|earlier|previous|repeated|again|step [12]|twice)|same x",
        ALL,
        inputs=lambda xs: [*xs[:-1], xs[-2]],
        steps=2,
    ),
    Mistake(
        "one step too many, the last input twice",
        r"too (many|far|late)|step.*(ahead|after|later)|shifted|early|step [34]",
        ALL,
        inputs=lambda xs: [*xs, xs[-1]],
        listed=pair_kept,
    ),
    Mistake(
        "candidate carried on in the place of the state",
        r"candidate.*carried|carried.*candidate|candidate.*(for|in place of) [sh]\b",
        GATES.replace("lstm ", ""),
        carry={"s": "n", "h": "n"},
        steps=2,
    ),
    Mistake(
        "tanh of the memory cell carried on as h",
        r"tanh_c.*(carried|for h|in place)|o left out.*carr",
        "lstm",
        carry={"h": "T", "c": "C"},
        steps=2,
    ),
    Mistake(
        "h carried on as memory cell, too",
        r"h.*(for|as|in place of) c|c not carried|h .*carried",
        "lstm",
        carry={"h": "H", "c": "H"},
        steps=2,
    ),
    Mistake(
        "start again in the last step",
        r"not carried|start|initial|again|taken as|step 3",
        ALL,
        put(
            "@ s ?> @ s0",
            " * s ?> * s0",
            "@ h ?> @ h0",
            "(r * h) ?> (r * h0)",
            "z * h ?> z * h0",
            "f * c ?> f * c0",
        ),
        at="last",
        steps=3,
    ),
    Mistake(
        "starts from 1",
        r"taken as 1|ones\b|from 1\b|\b1 for|= 1\b|all 1|for 1\b",
        ALL,
        given=every("[shc]", lambda v: 0 * v + 1),
    ),
    Mistake(
        "memory cell starts from h",
        r"h(_prev)? (used )?(for|as|in place of) (old )?c|c_prev.*h_prev",
        "lstm",
        given=lambda g, source: g | {"c": g["h"]},
    ),
    Mistake(
        "units one by one, each reads what is new already",
        r"in place|already|new s|order|one (after|by)|updated|overwritten",
        "simple",
        put("tanh(Wss @ s + Wsx @ x + bs) -> one_by_one(Wss, s, Wsx @ x + bs)"),
        units=2,
    ),
    Mistake(
        "bias in the first step alone",
        r"bias left out|b.* left out|bias.*(step|first)",
        ALL,
        each("{q} = {fn}({wh} @ {h} + {wx} @ x)"),
        at="later",
        steps=2,
    ),
    Mistake(
        "forget gate left out in the last step",
        r"f left out|f.*forgotten",
        "lstm",
        put("f * c -> c"),
        at="last",
        steps=2,
    ),
    Mistake(
        "gate left out in the last step: the candidate is the state",
        r"[gz].*left out|kept part|candidate.*(for|is|as)|overwritten|(new|"
        r"1 - z).*(left out|whole)",
        "gated gru",
        put("S = (1 - g) * s + g * n ?> S = n", "H = (1 - z) * n + z * h ?> H = n"),
        at="last",
        steps=2,
    ),
    Mistake(
        "old memory cell in the last h",
        r"old c|c_prev",
        "lstm",
        put("tanh(C) -> tanh(c)"),
        at="last",
        steps=2,
    ),
    Mistake(
        "rows of the weights slipped by one from step 2 on",
        r"row|shift|slipped|units?.*(order|weights)|weights.*unit",
        ALL,
        each("{q} = {fn}(np.roll({wh}, 1, 0) @ {h} + np.roll({wx}, 1, 0) @ x + {b})"),
        at="later",
        steps=2,
        units=2,
    ),
    # brackets
    Mistake(
        "brackets of (1 - gate) forgotten",
        r"bracket|parenthes|1 - g ⊙|1 - z ⊙|1 - \(",
        "gated gru",
        put("(1 - g) * ?> 1 - g *", "(1 - z) * ?> 1 - z *"),
    ),
    Mistake(
        "f times everything",
        r"bracket|parenthes|\bf ⊙ \(|\bf .*(both|whole|all|everything|new part)|\bf \(?on",
        "lstm",
        put("f * c + i * n -> f * (c + i * n)"),
    ),
    Mistake(
        "input gate times everything",
        r"bracket|parenthes|\bi ⊙ \(|⊙ i\b|\bi .*(both|whole|all|everything|kept)|\bi on",
        "lstm",
        put("f * c + i * n -> (f * c + n) * i"),
    ),
    Mistake(
        "bias within the input's product",
        r"bracket|parenthes|W.*\(x \+ b|bias.*(weight|multipl|matrix|product|times|W)|"
        r"b.*(added|\+).*x",
        ALL,
        each("{q} = {fn}({wh} @ {h} + {wx} @ (x + {b}))"),
        square=True,
    ),
    Mistake(
        "1/1 + exp(-z) for 1/(1 + exp(-z))",
        r"bracket|parenthes|1 ?/ ?1|1 \+ (exp|e\^)",
        GATES,
        each("{q} = 1 / 1 + exp(-(" + PRE + "))", "sig"),
    ),
    Mistake(
        "minus in exp for the first term alone",
        r"bracket|parenthes|sign|minus|-W",
        GATES,
        each("{q} = 1 / (1 + exp(-{wh} @ {h} + {wx} @ x + {b}))", "sig"),
    ),
    Mistake(
        "minus in exp not for the bias, one gate",
        r"bracket|parenthes|sign|minus|-b|- b",
        GATES,
        one("{q} = 1 / (1 + exp(-({wh} @ {h} + {wx} @ x) + {b}))", "sig"),
    ),
    # exponential functions by hand
    Mistake(
        "1 - exp(-z) below",
        r"1 - (e|exp)|sign|minus",
        GATES,
        each("{q} = 1 / (1 - exp(-(" + PRE + ")))", "sig"),
    ),
    Mistake(
        "sigmoid to base 10",
        r"\b10\b|base|10\^",
        GATES,
        each("{q} = 1 / (1 + 10.0 ** -(" + PRE + "))", "sig"),
    ),
    Mistake(
        "sigmoid with e = 2.7",
        r"2\.7|\be\b.*round|round.*\be\b",
        GATES,
        each("{q} = 1 / (1 + 2.7 ** -(" + PRE + "))", "sig"),
    ),
    Mistake(
        "sinh for tanh",
        r"sinh|denominator|/ ?2|halved",
        ALL,
        each("{q} = np.sinh(" + PRE + ")", "tanh"),
    ),
    Mistake("tan for tanh", r"\btan\b", ALL, each("{q} = np.tan(" + PRE + ")", "tanh")),
    Mistake(
        "arctan for tanh", r"arctan|atan|tan⁻¹", ALL, each("{q} = np.arctan(" + PRE + ")", "tanh")
    ),
    Mistake(
        "(e^z - 1)/(e^z + 1) for tanh",
        r"half|halved|z ?/ ?2|e\^2z|e\^\(?2z|e\^z|exp\(z\)|2σ|2 sigmoid|without the 2",
        ALL,
        each("{q} = tanh((" + PRE + ") / 2)", "tanh"),
    ),
    Mistake(
        "tanh of 2z",
        r"2 ?z|tanh\(2|doubled|twice the (pre|sum)|z twice",
        ALL,
        each("{q} = tanh(2 * (" + PRE + "))", "tanh"),
    ),
    Mistake(
        "1/tanh as coth in h",
        r"coth|1 ?/ ?tanh|divided|division|/ ?tanh|÷ for ⊙",
        "lstm",
        put("o * T -> o / T"),
    ),
    # functions
    Mistake(
        "derivative of the sigmoid for the gate",
        r"derivative|σ'|slope|⊙ \(1 - |σ.?\(1 - σ",
        GATES,
        each("{q} = sig(" + PRE + ") * (1 - sig(" + PRE + "))", "sig"),
    ),
    Mistake(
        "derivative of tanh for the candidate",
        r"derivative|tanh'|slope|1 - tanh|1 - .*²",
        ALL,
        each("{q} = 1 - tanh(" + PRE + ") ** 2", "tanh"),
    ),
    Mistake(
        "sigmoid twice, one gate",
        r"sigmoid.*(twice|again|once more)|sigmoid of (the )?sigmoid|σ\(σ|sigmoid of the sum",
        GATES,
        one("{q} = sig(sig(" + PRE + "))", "sig"),
    ),
    Mistake(
        "tanh of the candidate once more in the state",
        r"tanh.*(twice|again|once more|of candidate|on candidate, )|tanh\(candidate",
        GATES,
        put("i * n ?> i * tanh(n)", "+ g * n ?> + g * tanh(n)", "(1 - z) * n ?> (1 - z) * tanh(n)"),
    ),
    Mistake(
        "tanh around the mixture of pre-activation and state",
        r"tanh .*(on s|on h|around|whole|outside|behind)|tanh left out",
        "gated gru",
        put(
            "n = tanh(Wss @ s + Wsx @ x + bs) ?> n = Wss @ s + Wsx @ x + bs",
            "n = tanh(Whh @ (r * h) + Whx @ x + bh) ?> n = Whh @ (r * h) + Whx @ x + bh",
            "S = (1 - g) * s + g * n ?> S = tanh((1 - g) * s + g * n)",
            "H = (1 - z) * n + z * h ?> H = tanh((1 - z) * n + z * h)",
        ),
    ),
    Mistake(
        "tanh of the old state, none outside",
        r"tanh.*s_prev|W.*tanh\(|inside",
        "simple",
        put("tanh(Wss @ s + -> (Wss @ tanh(s) +"),
    ),
    Mistake(
        "input gate within the candidate's tanh",
        r"tanh\(i|i .*(inside|within|before|in(to)? (the )?(tanh|candidate))|inside",
        "lstm",
        put(
            "n = tanh(Wch @ h + Wcx @ x + bc) -> n = tanh(i * (Wch @ h + Wcx @ x + bc))",
            "i * n -> n",
        ),
    ),
    Mistake(
        "softmax over the units for each gate",
        r"softmax|sum to 1|normali[sz]",
        GATES,
        each("{q} = softmax(" + PRE + ")", "sig"),
        units=2,
    ),
    Mistake(
        "softsign for tanh", r"softsign|1 \+ \|", ALL, each("{q} = softsign(" + PRE + ")", "tanh")
    ),
    Mistake("leaky relu for tanh", r"leaky|relu", ALL, each("{q} = leaky(" + PRE + ")", "tanh")),
    Mistake(
        "hard tanh for tanh",
        r"hard.?tanh|clip|cut",
        ALL,
        each("{q} = hardtanh(" + PRE + ")", "tanh"),
    ),
    Mistake(
        "LeCun's tanh: 1.7159 tanh(2z/3)",
        r"1\.7|LeCun|scaled",
        ALL,
        each("{q} = 1.7159 * tanh(2 / 3 * (" + PRE + "))", "tanh"),
    ),
    Mistake(
        "BinaryConnect's hard sigmoid (z+1)/2",
        r"hard.?sigmoid|\(z \+ 1\)|0\.5 ?z",
        GATES,
        each("{q} = hard2(" + PRE + ")", "sig"),
    ),
    Mistake("relu for the sigmoids", r"relu", GATES, each("{q} = relu(" + PRE + ")", "sig")),
    Mistake(
        "tanh rescaled to a gate: (tanh z + 1)/2",
        r"2 ?z|\(tanh|\+ 1|1\)? ?/ ?2|halved",
        GATES,
        each("{q} = (tanh(" + PRE + ") + 1) / 2", "sig"),
    ),
    Mistake(
        "gates rounded to 0 or 1, candidate not",
        r"round|0 or 1|step function|threshold",
        GATES,
        each("{q} = on(" + PRE + ")", "sig"),
    ),
    Mistake(
        "candidate rounded to -1 or 1, gates not",
        r"round|-1 or 1|sign function|threshold",
        "lstm gru gated",
        each("{q} = plusminus(" + PRE + ")", "tanh"),
    ),
    Mistake(
        "every value cut after two decimals",
        r"cut|truncat|decimals|round",
        ALL,
        lambda text, source: (re.sub(r"= (.*)", r"= cut(\1)", text), ""),
    ),
    Mistake(
        "gates rounded to one decimal",
        r"decimal|round",
        GATES,
        each("{q} = np.round(sig(" + PRE + "), 1)", "sig"),
    ),
    # elements, rows, columns
    Mistake(
        "one recurrent matrix transposed",
        r"transposed|rows and columns",
        GATES,
        one("{q} = {fn}({wh}.T @ {h} + {wx} @ x + {b})"),
        units=2,
    ),
    Mistake(
        "rows of one recurrent matrix turned round",
        r"rows|elements|reversed|backwards",
        ALL,
        one("{q} = {fn}({wh}[::-1] @ {h} + {wx} @ x + {b})"),
        units=2,
    ),
    Mistake(
        "columns of one input matrix turned round",
        r"columns|elements of x|reversed|backwards",
        ALL,
        one("{q} = {fn}({wh} @ {h} + {wx}[:, ::-1] @ x + {b})"),
        square=True,
        units=2,
    ),
    Mistake(
        "diagonal of the recurrent matrices alone",
        r"diagonal|elementwise|off.diagonal|⊙ for",
        ALL,
        each("{q} = {fn}(np.diag({wh}) * {h} + {wx} @ x + {b})"),
        units=2,
    ),
    Mistake(
        "products summed down the columns",
        r"column|axis|down",
        ALL,
        each("{q} = {fn}(({wh} * {h}).sum(0) + {wx} @ x + {b})"),
        units=2,
    ),
    Mistake(
        "first row for every unit",
        r"first row|row 1|row.*(every|all)|unit 1|same row",
        ALL,
        each("{q} = {fn}({wh}[0] @ {h} + {wx}[0] @ x + {b})"),
        units=2,
    ),
    Mistake(
        "one product of the sum forgotten",
        r"one (weight|product|term)|W\S*\[.*(left out|forgotten|missing|0)|element",
        ALL,
        given=some("W.[sh]", element(lambda v: 0.0)),
        units=2,
    ),
    Mistake(
        "minus of one weight lost", r"sign|minus", ALL, given=some("W..", element(abs, negative))
    ),
    Mistake("minus of one bias lost", r"sign|minus", ALL, given=some("b.", element(abs, negative))),
    Mistake("minus of the old state lost", r"sign|minus", ALL, given=every("[sh]", np.abs)),
    Mistake(
        "minus of the inputs lost", r"sign|minus", ALL, inputs=lambda xs: [np.abs(x) for x in xs]
    ),
    Mistake(
        "decimal point of one weight slipped",
        r"decimal|factor|10\b|tenth",
        ALL,
        given=some("W..", element(lambda v: 10 * v)),
    ),
    Mistake(
        "two digits of one weight turned round",
        r"digit|mistyped|misread|typed|copied",
        ALL,
        given=some("W..", element(digits_turned)),
    ),
    Mistake(
        "one weight of a row typed twice",
        r"W\S*\[|neighbou?r|column|weight.*(twice|element)|typed|elements of W",
        ALL,
        given=some("W.[sh]", neighbour),
        units=2,
    ),
    Mistake("minus of the answer lost, one number", r"sign|minus", ALL, listed=sign_lost),
    Mistake(
        "first element of the bias for every unit",
        r"bias.*(first|unit 1|element|same|\[1\])|b_.\[1\]|first.*(bias|b_)|elements of b",
        ALL,
        each("{q} = {fn}({wh} @ {h} + {wx} @ x + {b}[0])"),
        units=2,
    ),
    Mistake(
        "elements of one bias turned round",
        r"elements of b|bias.*(elements|reversed|order|backwards)|b_.*(elements|reversed|"
        r"backwards)",
        ALL,
        one("{q} = {fn}({wh} @ {h} + {wx} @ x + {b}[::-1])"),
        units=2,
    ),
    Mistake(
        "elements of one gate turned round",
        r"elements of {q}|{q}.*(elements|reversed|backwards)",
        GATES,
        gate_then("{q} = {q}[::-1]"),
        units=2,
    ),
    Mistake(
        "one gate's first element for every unit",
        r"{q}\[1\]|{q}.*(unit 1|first|every unit|one number|element)|first.*{q}|unit 1",
        GATES,
        gate_then("{q} = {q}[0] + 0 * {q}"),
        units=2,
    ),
    Mistake(
        "one gate averaged over the units",
        r"average|mean",
        GATES,
        gate_then("{q} = {q}.mean() + 0 * {q}"),
        units=2,
    ),
    Mistake(
        "only the first unit is updated",
        r"(unit|element).*(old|kept|not|unchanged|[sh]_prev)|(old|unchanged|kept|"
        r"not).*(unit|element)",
        ALL,
        first_unit_alone,
        units=2,
    ),
    # order of what is stacked
    Mistake(
        "[x, h] for [h, x] in one unit",
        r"exchanged|state and input|\[x|W.* for W|order of",
        ALL,
        one("{q} = {fn}(np.hstack([{wh}, {wx}]) @ np.hstack([x, {h}]) + {b})"),
    ),
    Mistake(
        "piled gate after gate, read as unit after unit",
        r"interleaved|unit (after|by) unit|per unit|rows",
        "lstm gru",
        given=interleaved,
        units=2,
    ),
    Mistake(
        "input matrices read down the columns",
        r"column|transposed|order|reshape",
        ALL,
        given=every("W.x", lambda v: v.ravel(order="F").reshape(v.shape)),
        units=2,
    ),
    Mistake(
        "r, z read as z, r in the recurrent weights alone",
        r"blocks|W.* for W|r and z|recurrent.*swapped|weights? of",
        "gru",
        given=blocks_of("W.h", "rzh", "zrh"),
    ),
    Mistake(
        "i, f read as f, i in the biases alone",
        r"b_. for b_.|bias|blocks",
        "lstm",
        given=blocks_of("b.", "ifoc", "fioc"),
    ),
    Mistake(
        "gates in turn: i for f, o for i, f for o",
        r"blocks|[io] (used )?for [fi]|f (used )?for o|gates.*(swapped|exchanged|order)",
        "lstm",
        put("f * c + i * n -> i * c + o * n", "H = o -> H = f"),
    ),
    # conventions of others
    Mistake(
        "coupled gates: i = 1 - f",
        r"1 - f|coupled",
        "lstm",
        put("i = sig(Wih @ h + Wix @ x + bi) -> i = 1 - f"),
    ),
    Mistake(
        "peepholes without weights",
        r"peephole|c_prev (added|in|to)|\+ c_prev|c_prev",
        "lstm",
        put("+ bf -> + bf + c", "+ bi -> + bi + c", "+ bo -> + bo + c"),
    ),
    Mistake(
        "peephole behind the output gate's sigmoid",
        r"peephole|c.* (added|\+).*o|o.*\+ c|c .*added",
        "lstm",
        put("H = o * T -> H = (o + C) * T"),
    ),
    Mistake(
        "residual: the old state added to the new",
        r"residual|[sh]_prev.*(added|twice)|(added|plus|\+).*[sh]_prev|skip",
        ALL,
        put("S = ?> S = s + ", "H = ?> H = h + "),
    ),
    Mistake(
        "residual: the input added to the state",
        r"residual|(x|input).* added to|\+ x\b|skip",
        ALL,
        put("S = ?> S = x + ", "H = ?> H = x + "),
        square=True,
    ),
    Mistake(
        "reset after with the bias within",
        r"reset|after|behind|r ⊙ \(W|b_h ⊙ r",
        "gru",
        put("Whh @ (r * h) + Whx @ x + bh -> r * (Whh @ h + bh) + Whx @ x"),
    ),
    Mistake(
        "reset after and z on the new",
        r"reset|after|behind|z weights|1 - z for z|r ⊙ \(W",
        "gru",
        put("Whh @ (r * h) -> r * (Whh @ h)", "(1 - z) * n + z * h -> (1 - z) * h + z * n"),
        units=2,
    ),
    Mistake(
        "reset of the candidate's whole pre-activation",
        r"\br .*(whole|everything|\ball\b|sum|both|pre-activation)|reset.*(whole|"
        r"everything|\ball\b|sum|both|pre-activation)|\br ⊙ \(",
        "gru",
        put("Whh @ (r * h) + Whx @ x + bh -> r * (Whh @ h + Whx @ x + bh)"),
    ),
    Mistake(
        "reset behind the candidate's tanh",
        r"\br .*(outside|behind|after) .*(tanh|function|candidate)|reset.*(outside|behind|"
        r"after).*(tanh|function)|\br ⊙ (tanh|candidate)|\br on candidate",
        "gru",
        put("n = tanh(Whh @ (r * h) + -> n = r * tanh(Whh @ h +"),
    ),
    Mistake(
        "reset of the input, too",
        r"\br .*(input|x\b)|reset.*(input|x\b)|\br on the whole",
        "gru",
        put("Whx @ x -> Whx @ (r * x)"),
        square=True,
    ),
    Mistake(
        "reset of the input, not of the state",
        r"\br .*(input|x\b)|reset.*(input|x\b)",
        "gru",
        put("(r * h) -> h", "Whx @ x -> Whx @ (r * x)"),
        square=True,
    ),
    Mistake(
        "two biases, both with the same numbers",
        r"bias.*(twice|two)|2 ?b|b.* twice",
        ALL,
        each("{q} = {fn}(" + PRE + " + {b})"),
    ),
    Mistake(
        "layer normalisation before every function",
        r"normali[sz]|mean",
        ALL,
        each("{q} = {fn}(norm(" + PRE + "))"),
        units=2,
    ),
    Mistake(
        "f and i normalised to sum 1",
        r"normali[sz]|sum (to|is) 1|divided|f \+ i",
        "lstm",
        put("f * c + i * n -> (f * c + i * n) / (f + i)"),
    ),
    Mistake(
        "average of kept and new part",
        r"average|mean|half|halved|/ ?2|divided",
        "lstm",
        put("f * c + i * n -> (f * c + i * n) / 2"),
    ),
    # parts twice, signs, parts forgotten
    Mistake(
        "recurrent term twice in the candidate",
        r"(recurrent|W\S* |[sh]_prev).*(twice|doubled)|(twice|doubled).*(recurrent|W|"
        r"[sh]_prev)|2 W",
        ALL,
        each("{q} = {fn}({wh} @ {h} + {wh} @ {h} + {wx} @ x + {b})", "tanh"),
    ),
    Mistake(
        "old state added to the candidate's sum",
        r"twice|[sh]_prev.*(added|twice)|added|\+ [sh]_prev",
        ALL,
        each("{q} = {fn}({h} + {wh} @ {h} + {wx} @ x + {b})", "tanh"),
    ),
    Mistake(
        "input gate twice",
        r"\bi .*twice|i ⊙ i|i²|squared|i\^2|\bi on",
        "lstm",
        put("i * n -> i * i * n"),
    ),
    Mistake(
        "output gate within and outside of tanh",
        r"\bo .*twice|o ⊙ o|tanh\(o|\bo .*inside|squared|c ⊙ o\b|candidate ⊙ o\b",
        "lstm",
        put("T = tanh(C) -> T = tanh(o * C)"),
    ),
    Mistake(
        "s + g (s - n): difference turned round",
        r"sign|turned round|s_prev - candidate|h_prev - candidate|minus|candidate - ",
        "gated gru",
        put("(1 - g) * s + g * n ?> s + g * (s - n)", "(1 - z) * n + z * h ?> n + z * (n - h)"),
    ),
    Mistake(
        "minus between kept and new part",
        r"sign|minus|subtracted|- for \+",
        "gated gru",
        put("+ g * n ?> - g * n", "+ z * h ?> - z * h"),
    ),
    Mistake(
        "1 + gate for 1 - gate",
        r"1 \+ [gz]|sign|\+ for -|minus",
        "gated gru",
        put("(1 - g) ?> (1 + g)", "(1 - z) ?> (1 + z)"),
    ),
    Mistake(
        "input's weight forgotten, one unit",
        r"weights? .*(left out|forgotten)|W.*(left out|forgotten)",
        ALL,
        one("{q} = {fn}({wh} @ {h} + x + {b})"),
        square=True,
    ),
    Mistake(
        "bias subtracted, one unit",
        r"sign|minus|subtracted",
        ALL,
        one("{q} = {fn}({wh} @ {h} + {wx} @ x - {b})"),
    ),
    Mistake(
        "bias and input forgotten, one unit",
        r"input.*bias|bias.*input|x.*b_|b_.*x|recurrent.*(alone|only)|only.*recurrent",
        GATES,
        one("{q} = {fn}({wh} @ {h})"),
    ),
    Mistake(
        "bias forgotten in the gates, not in the candidate",
        r"bias.*left out|b_.*left out",
        "lstm gru",
        each("{q} = {fn}({wh} @ {h} + {wx} @ x)", "sig"),
    ),
    Mistake(
        "recurrent term forgotten in the gates alone",
        r"recurrent.*left out|W.*left out|[sh]_prev.*left out",
        "lstm gru",
        each("{q} = {fn}({wx} @ x + {b})", "sig"),
    ),
    # what is written down
    Mistake(
        "h and c written under each other's name",
        r"h and c|swapped|exchanged|c .*(for|as) h|h .*(for|as) c",
        "lstm",
        listed=swapped("H", "C"),
    ),
    Mistake(
        "f and i written under each other's name",
        r"f and i|swapped|exchanged|f .*for i|i .*for f|blocks",
        "lstm",
        listed=swapped("f", "i"),
    ),
    Mistake(
        "r and z written under each other's name",
        r"r and z|swapped|exchanged|r .*for z|z .*for r|blocks",
        "gru",
        listed=swapped("r", "z"),
    ),
    Mistake(
        "tanh of the memory cell written as h",
        r"tanh_c|o left out",
        "lstm",
        listed=lambda rows: [row | {"H": row["T"]} for row in rows],
    ),
    Mistake(
        "candidate written as the state, carried on rightly",
        r"candidate",
        "gated gru",
        listed=lambda rows: [row | {k: row["n"] for k in "SH" if k in row} for row in rows],
    ),
    Mistake(
        "tanh of the answer, once more at the end",
        r"tanh",
        "simple gated gru",
        listed=lambda rows: [
            *rows[:-1],
            {k: np.tanh(v) if k in "SH" else v for k, v in rows[-1].items()},
        ],
    ),
)
