"""Mistakes that people make in recurrent cells by hand, in NumPy and in spreadsheets: a third set.

Written apart from the program, without knowing what it knows, from what people ask and get wrong in
public; none is a kind of tests.wrong_cells. Patterns are of what a fair sentence that names the
mistake would contain; they ignore case. They were written before any output was seen, and changed
since where other words say the same. ``HALVES`` are dealt alternately: the first was looked at
while the program was made, and the second only to measure it, but for two kinds at the end.
"""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import Callable
from typing import Any

import numpy as np

from tests.wrong_cells import (
    CARRIED,
    GIVEN,
    SUM,
    UNIT,
    Mistake,
    blocks,
    draw,
    each,
    one,
    put,
    sig,
    with_all,
)  # fmt: skip

__all__ = ["HALVES", "MISTAKES", "Mistake", "draw"]

# What sentences say -----------------------------------------------------------------------------

FOR = r" (\w+ )?(for|instead of|in place of|where|not|rather than|replaces|taken as) (the )?"
OLD = r"(h_prev|s_prev|[hs]_?0|(old|previous|prior) (hidden )?(h|s|state)|[hs]_\{?t ?[-−] ?1\}?)"
OLDC = r"(c_prev|(old|previous|prior) (c\b|memory|cell)|c_\{?t ?[-−] ?1\}?)"
CAND = r"(candidate|c~|new value)"
IN = r"(\bx\b|\binputs?\b)"
CARRY = r"(not carried( on)?|stale|carried over)"
SIGN = r"\bsigns?\b|minus|subtract|negat|positive"
MISREAD = (
    r"misread|mistyp|miscop|\bdigits?\b|decimal point|typed|number beside|(one|single|"
    r"wrong) (number|weight|entry|element)"
)
BRACKETS = r"bracket|parenthes|precedence"
LEFT_OUT = (
    r"(left out|forgotten|missing|omitted|dropped|ignored|not (used|added|counted)|(read|"
    r"taken|counted) as 0)"
)
ROUNDED = (
    r"(?!.*[34] decimals)(.*rounded|.*rounding|.*decimals\b|.*1 decimal\b|.*truncat|.*cut off)"
)
STEP = (
    r"step ?[0-9]|(first|earlier|previous|last|next|another|other) (step|row)|step before|"
    r"one late|shift|t ?[-−] ?1"
)
ELEMENT = r"element|entry|unit|row|component|column"


def instead(a: str, b: str) -> str:
    """Return a pattern: a is where b should be."""
    return rf"{a}{FOR}{b}|{b} (\w+ )?(replaced by|exchanged for) {a}"


def swapped(a: str, b: str) -> str:
    """Return a pattern: a and b are swapped."""
    change = r".*(swapped|exchanged|interchanged|mixed up)"
    return rf"{a} and {b}{change}|{b} and {a}{change}|{instead(a, b)}|{instead(b, a)}"


# How texts are edited ---------------------------------------------------------------------------


def some(*pairs: tuple[str, str]) -> Any:
    """Return an edit of one of some parts that the cell has, with the name to look for."""

    def edit(text: str, source: random.Random) -> tuple[str, str]:
        fits = [(pair, name) for pair, name in pairs if pair.split(" -> ")[0] in text]
        pair, name = source.choice(fits)
        return put(pair)(text, source)[0], name

    return edit


def fitting(*pairs: str) -> Any:
    """Return an edit of the one part that the cell has."""
    return some(*((pair, "") for pair in pairs))


def anothers(*parts: str, among: str = "sig tanh") -> Any:
    """Return an edit in which one unit takes parts of another, as if its line was copied."""

    def edit(text: str, source: random.Random) -> tuple[str, str]:
        fits = [m for m in UNIT.finditer(text) if m["fn"] in among.split()]
        unit, other = source.sample(fits, 2)
        line = unit[0]
        for part in parts:
            line = line.replace(unit[part], other[part])
        assert line != unit[0]
        return text.replace(unit[0], line), unit["q"]

    return edit


def at(when: str, template: str, functions: str = "sig tanh", how: str = "one") -> Any:
    """Return an edit of one unit (or each) in some steps alone; needs STEPS."""

    def edit(text: str, source: random.Random) -> tuple[str, str]:
        units = [m for m in UNIT.finditer(text) if m["fn"] in functions.split()]
        chosen = [source.choice(units)] if how == "one" else units
        for unit in chosen:
            start = re.sub(r"\b[hs]\b", r"\g<0>0", unit["h"])
            otherwise = template.format(**unit.groupdict(), h0=start).split(" = ", 1)[1]
            mine = unit[0].split(" = ", 1)[1]
            text = text.replace(unit[0], f"{unit['q']} = {otherwise} if {when} else {mine}")
        return "step = step + 1\n" + text, chosen[0]["q"] if how == "one" else ""

    return edit


def next_ones(text: str, source: random.Random) -> tuple[str, str]:
    """From step 2 on, let each unit read the recurrent weights of the unit below it."""
    units = list(UNIT.finditer(text))
    for unit, below in itertools.pairwise(units):
        mine = unit[0].split(" = ", 1)[1]
        other = mine.replace(unit["wh"], below["wh"])
        text = text.replace(unit[0], f"{unit['q']} = {other} if step > 1 else {mine}")
    return "step = step + 1\n" + text, ""


def number(kinds: str = "W.*|b.") -> Any:
    """Return an edit that alters one number among the given ones, whichever: see alter()."""

    def edit(text: str, source: random.Random) -> tuple[str, str]:
        keys = sorted({m[0] for m in GIVEN.finditer(text) if re.fullmatch(kinds, m[0])})
        key, place = source.choice(keys), source.randrange(36)
        return re.sub(rf"\b{key}\b", f"alter({key}, {place})", text), ""

    return edit


def line(pattern: str, by: str | Callable[[re.Match[str]], str]) -> Any:
    """Return an edit by a regular expression."""

    def edit(text: str, source: random.Random) -> tuple[str, str]:
        new = re.sub(pattern, by, text, flags=re.MULTILINE)
        assert new != text
        return new, ""

    return edit


# What is given ----------------------------------------------------------------------------------


def knowing(**more: Any) -> Callable[[Any], Any]:
    """Return a change of the given numbers that adds names."""
    return lambda given: given | more


STEPS = knowing(step=0)


def with_start(given: Any) -> Any:
    """Keep the start under another name, too, and count steps."""
    return given | {f"{k}0": given[k] for k in "shc" if k in given} | {"step": 0}


def altered(change: Callable[[float], float], wanted: Callable[[float], bool] = bool) -> Any:
    """Return what alters one number in an array, one of those that are wanted if there are."""

    def alter(array: Any, place: int) -> Any:
        array = np.array(array, float)
        fits = [k for k, v in enumerate(array.flat) if wanted(v)] or list(range(array.size))
        k = fits[place % len(fits)]
        array.flat[k] = change(array.flat[k])
        return array

    return knowing(alter=alter)


def as_typed(change: Callable[[str], str]) -> Callable[[float], float]:
    """Return a change of a number as it is written with two decimals."""
    return lambda v: float(np.sign(v)) * float(change(f"{abs(v):.2f}"))


def digits_swapped(text: str) -> str:
    """Swap two neighbouring digits that differ: 0.36 for 0.63."""
    whole, _, rest = text.partition(".")
    if rest[0] != rest[1]:
        return f"{whole}.{rest[1]}{rest[0]}{rest[2:]}"
    return f"{rest[0]}.{whole[-1]}{rest[1:]}"


MISTYPED = dict(
    zip("0123456789", "6778260132", strict=True)
)  # a neighbour, or one that looks alike


def changed_row(change: Callable[[Any], Any], keys: str = "SH") -> Callable[[Any], Any]:
    """Return a change of the first element of the last answer."""

    def listed(rows: Any) -> Any:
        last = dict(rows[-1])
        for key in keys:
            if key in last:
                v = np.array(np.atleast_1d(last[key]), float)
                v[0] = change(float(v[0]))
                last[key] = v
        return [*rows[:-1], last]

    return listed


def interleaved(given: Any) -> Any:
    """Gates stored interleaved (i, f, c, o of unit 1, then of unit 2, …), read as blocks."""
    more: dict[str, Any] = {}
    for kind, end in (("W", "h"), ("W", "x"), ("b", "")):
        keys = [f"{kind}{q}{end}" for q in "ifco"]
        n = len(given[keys[0]])
        stored = np.stack([given[k] for k in keys], axis=1)
        stored = stored.reshape(4 * n, *stored.shape[2:])
        more |= {k: stored[j * n : (j + 1) * n] for j, k in enumerate(keys)}
    return given | more


def filled_by_column(given: Any) -> Any:
    """Type the numbers of the input matrices down the columns, not along the rows."""
    return {
        k: v.reshape(-1).reshape(v.shape, order="F") if re.fullmatch("W.x", k) else v
        for k, v in given.items()
    }


def one_by_one(w: Any, s: Any, rest: Any) -> Any:
    """Update the state in place, a unit at a time: later units read new values of earlier ones."""
    s = np.array(s, float)
    for k in range(len(s)):
        s[k] = np.tanh(w[k] @ s + rest[k])
    return s


def first_for_all(v: Any) -> Any:
    """Return the first element in every place."""
    return np.full_like(v, v[0])


def exchange(a: str, b: str) -> Callable[[Any], Any]:
    """Return a change that lists two columns under each other's heading."""
    return lambda rows: [{**row, a: row[b], b: row[a]} for row in rows]


def kind(words: str, named: str, *args: Any, **more: Any) -> Mistake:
    """Return a mistake whose pattern ignores case."""
    return Mistake(words, f"(?i){named}", *args, **more)


GATES = "gated lstm gru"
TWO = GATES  # cells with more than one unit
ALL = "simple gated lstm gru"

MISTAKES: tuple[Mistake, ...] = (
    # Another operand: LSTM ------------------------------------------------------------------------
    kind(
        "h is the gated candidate",
        instead(CAND, r"(c\b|tanh|memory|the memory)") + r"|o ⊙ candidate",
        "lstm",
        edit=put("o * T -> o * n"),
    ),
    kind(
        "peepholes without weights: c_prev added in every gate",
        r"peephole|c_prev added|\+ c_prev|reads? c_prev, too",
        "lstm",
        edit=each("{q} = {fn}(" + SUM + " + c + {b})", "sig"),
    ),
    kind(
        "one gate reads the memory cell for the hidden state",
        instead(OLDC, OLD) + rf"|{{q}} reads {OLDC}",
        "lstm",
        edit=one("{q} = {fn}({wh} @ c + {wx} @ x + {b})"),
    ),
    kind(
        "all gates read the memory cell for the hidden state",
        instead(OLDC, OLD) + rf"|old c used for old h|reads? {OLDC}",
        "lstm",
        edit=each("{q} = {fn}({wh} @ c + {wx} @ x + {b})"),
    ),
    kind(
        "the output gate reads the new memory cell for the old hidden state",
        instead(r"(new )?(c|memory cell)", OLD)
        + r"|\bc, the new one|o.* reads.* c\b|new c\b|peephole",
        "lstm",
        edit=put("o = sig(Woh @ h -> o = sig(Woh @ (f * c + i * tanh(Wch @ h + Wcx @ x + bc))"),
    ),
    kind(
        "i + candidate for i ⊙ candidate in c",
        r"\+ for ⊙|added, not multiplied|sums? for products?|i \+ candidate|instead of multipl",
        "lstm",
        edit=put("i * n -> i + n"),
    ),
    kind(
        "a gate on the whole sum in c",
        rf"{BRACKETS}|[fi] .*(both|whole|all of|sum|everything)|⊙ [fi] for [fi] ⊙",
        "lstm",
        edit=some(
            ("f * c + i * n -> f * (c + i * n)", "f"), ("f * c + i * n -> i * (f * c + n)", "i")
        ),
    ),
    kind(
        "tanh on the output gate, not on c",
        r"tanh (on|of) o\b|tanh\(o\)|tanh .*(moved|misplaced)|on o (for|instead|not)",
        "lstm",
        edit=put("o * T -> tanh(o) * C"),
    ),
    kind(
        "the input gate inside the candidate's tanh",
        r"\bi .*(inside|within|before|under)|tanh\(i|i ⊙ \(|the sum ⊙ i",
        "lstm",
        edit=put("Wch @ h + Wcx @ x + bc -> i * (Wch @ h + Wcx @ x + bc)", "i * n -> n"),
    ),
    kind(
        "tanh around the whole update, not around the candidate's sum",
        r"(?<!for )tanh (once more |again |also )?(on|around|of) ([cs]\b|the (sum|whole|"
        r"new))|[cs] = tanh|tanh .*moved",
        "gated lstm",
        edit=line(r"^n = tanh\((.*)\)\n((?:.*\n)*?)([CS]) = (.*)$", r"n = \1\n\2\3 = tanh(\4)"),
    ),
    kind(
        "x for the candidate in c",
        instead(IN, CAND) + r"|i ⊙ x",
        "lstm",
        square=True,
        edit=put("i * n -> i * x"),
    ),
    kind(
        "i and o swapped",
        swapped("i", "o"),
        "lstm",
        edit=put("i * n -> O * n", "o * T -> i * T", "O * n -> o * n"),
    ),
    kind(
        "f and o swapped",
        swapped("f", "o"),
        "lstm",
        edit=put("f * c -> O * c", "o * T -> f * T", "O * c -> o * c"),
    ),
    kind("o for f in c", instead("o", "f"), "lstm", edit=put("f * c -> o * c")),
    kind("candidate for o in h", instead(CAND, "o"), "lstm", edit=put("o * T -> n * T")),
    kind(
        "h_prev let through by 1 - o, as in a GRU",
        r"1 [-−] o .*(h_prev|old|kept)|h_prev.*(added|kept|part)|\bgru|gated|\+ h_prev",
        "lstm",
        edit=put("o * T -> o * T + (1 - o) * h"),
    ),
    kind(
        "the lecture's slip: the old state added once more in the candidate",
        r"(_prev|state).*(added|once more|twice|again)|\+ [chs]_prev",
        "lstm simple gated",
        edit=line(r"^([nS]) = tanh\((W\w+) @ ([hs]) \+ (.*)\)$", r"\1 = tanh(\3 + \2 @ \3 + \4)"),
    ),
    # Another operand: gated cell, GRU -------------------------------------------------------------
    kind(
        "z on both parts",
        r"\bz for 1 [-−] z|z .*both",
        "gru",
        edit=put("(1 - z) * n -> z * n"),
    ),
    kind(
        "1 - z on both parts",
        r"1 [-−] z for z|1 [-−] z .*both",
        "gru",
        edit=put("z * h -> (1 - z) * h"),
    ),
    kind(
        "the brackets of 1 - g forgotten",
        rf"{BRACKETS}|1 [-−] [gz] ⊙",
        "gated gru",
        edit=fitting("(1 - g) * s -> 1 - g * s", "(1 - z) * n -> 1 - z * n"),
    ),
    kind(
        "1 + g for 1 - g",
        r"\bsign\b|1 \+ [gz]\b|minus|\+ (for|instead of|not) [-−]|added, not subtracted",
        "gated gru",
        edit=fitting("(1 - g) -> (1 + g)", "(1 - z) -> (1 + z)"),
    ),
    kind(
        "g - 1 for 1 - g",
        r"\bsign\b|[gz] [-−] 1\b|minus|subtracted .*(wrong|other) way|turned round",
        "gated gru",
        edit=fitting("(1 - g) -> (g - 1)", "(1 - z) -> (z - 1)"),
    ),
    kind(
        "minus between the two parts",
        r"\bsign\b|minus|subtract|[-−] (for|instead of|not) \+",
        "gated gru",
        edit=fitting("* s + g * n -> * s - g * n", "* n + z * h -> * n - z * h"),
    ),
    kind(
        "the two parts multiplied",
        r"multiplied|products? for sums?|⊙ for \+|times",
        "gated gru",
        edit=fitting("* s + g * n -> * s * g * n", "* n + z * h -> * n * z * h"),
    ),
    kind(
        "only the change: g ⊙ (candidate - s_prev)",
        rf"change|difference|{OLD}.*{LEFT_OUT}|1 .*{LEFT_OUT}|[-−] ?g\b.*for 1 [-−] g|g ⊙ \(",
        "gated",
        edit=put("(1 - g) * s + g * n -> g * (n - s)"),
    ),
    kind(
        "old state and candidate the wrong way round in the difference",
        r"\bsign|minus|swapped|exchanged|1 \+ g|wrong way",
        "gated",
        edit=put("(1 - g) * s + g * n -> s + g * (s - n)"),
    ),
    kind(
        "candidate for the old state in the mix",
        instead(CAND, OLD) + r"|kept part .*(left out|lost)|overwritten|is the candidate",
        "gated gru",
        edit=fitting("(1 - g) * s -> (1 - g) * n", "+ z * h -> + z * n"),
    ),
    kind(
        "the reset state kept: z ⊙ (r ⊙ h_prev)",
        r"r ⊙ h_prev|h_prev ⊙ r|\br .*(kept|twice)|reset.*(kept|too|also)",
        "gru",
        edit=put("+ z * h -> + z * (r * h)"),
    ),
    kind(
        "the reset gate on the input, not on the state",
        r"\br (behind|on|before|after|times).*(x\b|input)|reset.*(x\b|input)|r ⊙ \(?W\^\{h,x\}",
        "gru",
        edit=put("Whh @ (r * h) + Whx @ x -> Whh @ h + r * (Whx @ x)"),
    ),
    kind(
        "the reset gate on the whole sum of the candidate",
        rf"{BRACKETS}|\br (on|behind|times|⊙).*(whole|sum|everything)|reset.*(whole|sum)",
        "gru",
        edit=put("Whh @ (r * h) + Whx @ x + bh -> r * (Whh @ h + Whx @ x + bh)"),
    ),
    kind(
        "torch: the bias of the candidate inside the reset",
        r"\br (behind|after|on).*(b_h|bias|matrix)|reset.*(bias|after|behind)|"
        r"bias.*(inside|bracket|times r|by r)|r ⊙ \(.*b_h",
        "gru",
        edit=put("Whh @ (r * h) + Whx @ x + bh -> Whx @ x + r * (Whh @ h + bh)"),
    ),
    kind(
        "the update gate reads r ⊙ h_prev, too",
        r"(r ⊙ h|h_prev ⊙ r).*\bz\b|reset.*\bz\b",
        "gru",
        edit=put("Wzh @ h -> Wzh @ (r * h)"),
    ),
    kind(
        "r + h_prev for r ⊙ h_prev",
        r"\+ for ⊙|added, not multiplied|sums? for products?|r \+ h",
        "gru",
        edit=put("(r * h) -> (r + h)"),
    ),
    kind(
        "dot product of r and h_prev",
        r"dot product|inner product|scalar product",
        "gru",
        units=2,
        edit=put("(r * h) -> ((r @ h) + 0 * h)"),
    ),
    # Another operand: the sums --------------------------------------------------------------------
    kind(
        "x for the state in one unit",
        instead(IN, OLD) + r"|\bx for r ⊙ h_prev|reads x",
        square=True,
        edit=one("{q} = {fn}({wh} @ x + {wx} @ x + {b})"),
    ),
    kind(
        "the state for x in one unit",
        instead(OLD, IN) + rf"|{OLD}.* twice",
        "simple gated lstm",
        square=True,
        edit=one("{q} = {fn}({wh} @ {h} + {wx} @ {h} + {b})"),
    ),
    kind(
        "the input's weight forgotten in one unit",
        r"input weights? .*(left out|forgotten|missing|as 1)|W\^\{\w,x\} .*(left out|"
        r"forgotten|missing|as (1|the identity))|x (without|not weighted)",
        square=True,
        edit=one("{q} = {fn}({wh} @ {h} + x + {b})"),
    ),
    kind(
        "every bias twice, as b_ih and b_hh",
        r"bias.*(twice|doubl)|2 ?· ?b",
        edit=each("{q} = {fn}(" + SUM + " + 2 * {b})"),
    ),
    kind(
        "the old state added to the new one",
        rf"{OLD}.*(added|kept|too|plus)|added to|residual|\+ [hs]_prev|adds? .*{OLD}",
        "simple",
        edit=put("S = tanh -> S = s + tanh"),
    ),
    kind(
        "tanh on the previous state before the matrix",
        rf"(?<!for )tanh (on|of) .*({OLD}|state)|tanh\([hs]_prev",
        "simple gated lstm",
        edit=each("{q} = {fn}({wh} @ tanh({h}) + {wx} @ x + {b})"),
    ),
    # Weights and biases of another line -----------------------------------------------------------
    kind(
        "one unit's recurrent weight copied from another",
        r"W\^\{\w,[hs]\} (for|instead of|in place of) W\^\{\w,[hs]\}|"
        r"recurrent weights? of .* (in|for) .*{q}",
        TWO,
        edit=anothers("wh"),
    ),
    kind(
        "one unit's input weight copied from another",
        r"W\^\{\w,x\} (for|instead of|in place of) W\^\{\w,x\}|input weights? of .* (in|for) .*{q}",
        TWO,
        edit=anothers("wx"),
    ),
    kind(
        "one unit's line copied from another, all weights and the bias",
        r"(equation|weights? and bias|line|numbers|everything) of (?!.*all units).*(in|"
        r"for)|(?<!W\^)\b\w+ (used )?for {q}\b|{q} (is|same as|computed as)|"
        r"wei{q}hts and bias of candidate in all|of g in all units",
        TWO,
        edit=anothers("wh", "wx", "b"),
    ),
    kind(
        "the output gate's bias in every gate",
        r"b_o for b_|bias of o",
        "lstm",
        edit=put("+ bf -> + bo", "+ bi -> + bo"),
    ),
    kind(
        "the biases of two gates swapped",
        r"b_[fi] and b_[fi]|b_[rz] and b_[rz]|b_f for b_i|b_i for b_f|b_r for b_z|"
        r"b_z for b_r|bias(es)? of .*(swapped|exchanged)",
        "lstm gru",
        given=lambda g: (
            g | ({"bf": g["bi"], "bi": g["bf"]} if "bf" in g else {"br": g["bz"], "bz": g["br"]})
        ),
    ),
    # Orders of blocks -----------------------------------------------------------------------------
    kind(
        "blocks f, g, i, o read as i, f, g, o",
        "blocks?|order of",
        "lstm",
        given=blocks("fcio", "ifco"),
    ),
    kind(
        "blocks f, i, o, g read as i, f, g, o",
        "blocks?|order of",
        "lstm",
        given=blocks("fioc", "ifco"),
    ),
    kind(
        "blocks z, r, h of input weights alone read as r, z, h",
        r"W\^\{[rz],x\} (for|and) W\^\{[rz],x\}|input.*(blocks|swapped|exchanged)",
        "gru",
        given=lambda g: g | {"Wrx": g["Wzx"], "Wzx": g["Wrx"]},
    ),
    kind(
        "interleaved gates read as blocks",
        r"interleav|^blocks?|rows of the gates|order of",
        "lstm",
        units=2,
        given=interleaved,
    ),
    # Functions ------------------------------------------------------------------------------------
    kind(
        "tanh in the gates and sigmoid in the candidate",
        "swapped|exchanged|tanh for (sigmoid|σ)|(sigmoid|σ) for tanh",
        GATES,
        edit=line(
            r"^(\w) = (sig|tanh)\(W", lambda m: f"{m[1]} = {'tanh' if m[2] == 'sig' else 'sig'}(W"
        ),
    ),
    kind(
        "tanh twice on the candidate",
        r"tanh (twice|again|once more)|tanh of (candidate|tanh)|twice.*tanh|tanh\(tanh",
        edit=each("{q} = tanh(tanh(" + SUM + " + {b}))", "tanh"),
    ),
    kind(
        "sigmoid twice on one gate",
        r"(sigmoid|σ) (twice|again|once more|of sigmoid)|twice.*(sigmoid|σ)|σ\(σ",
        GATES,
        edit=one("{q} = sig(sig(" + SUM + " + {b}))", "sig"),
    ),
    kind(
        "sigmoid after the candidate's tanh",
        r"(sigmoid|σ) (of|after|around|on) (the )?(tanh|candidate|s\b)|σ\(tanh",
        edit=each("{q} = sig(tanh(" + SUM + " + {b}))", "tanh"),
    ),
    kind("tan for tanh, on a calculator", r"\btan\b", given=knowing(tanh=np.tan)),
    kind(
        "tanh as 2 σ(z) - 1, not 2 σ(2z) - 1",
        r"2 ?·? ?(σ|sigmoid)|half|z ?/ ?2|without the 2",
        given=knowing(tanh=lambda v: 2 * sig(v) - 1),
    ),
    kind(
        "hard tanh",
        r"hard.?tanh|clip|clamp|limited to|tanh left out on (s|c|candidate)\b",
        given=knowing(tanh=lambda v: np.clip(v, -1, 1)),
    ),
    kind(
        "brackets left out in the sigmoid: 1 / 1 + exp(-z)",
        rf"{BRACKETS}|1 ?/ ?1|1 \+ (e\^|exp)",
        GATES,
        given=knowing(sig=lambda v: 1 / 1 + np.exp(-v)),
    ),
    kind(
        "e^-z for the sigmoid: the 1 in the denominator forgotten",
        r"denominator|\bexp\b|e\^|1 left out in 1",
        GATES,
        given=knowing(sig=lambda v: 1 / np.exp(-v)),
    ),
    kind(
        "the derivative of the sigmoid for the sigmoid",
        r"derivative|slope|σ'|gradient",
        GATES,
        given=knowing(sig=lambda v: sig(v) * (1 - sig(v))),
    ),
    kind(
        "the derivative of tanh for tanh in the candidate",
        r"derivative|slope|tanh'|gradient",
        given=knowing(dtanh=lambda v: 1 - np.tanh(v) ** 2),
        edit=each("{q} = dtanh(" + SUM + " + {b})", "tanh"),
    ),
    kind(
        "softmax over the units for the sigmoid",
        "softmax",
        GATES,
        units=2,
        edit=each("{q} = softmax(" + SUM + " + {b})", "sig"),
    ),
    kind(
        "hard sigmoid in one gate only",
        "hard.sigmoid",
        GATES,
        edit=one("{q} = hard02(" + SUM + " + {b})", "sig"),
    ),
    # Rounding -------------------------------------------------------------------------------------
    kind(
        "gates rounded to 0 or 1, tanh not",
        rf"{ROUNDED}|0 or 1|step function|threshold",
        GATES,
        given=knowing(sig=lambda v: np.where(v > 0, 1.0, 0.0)),
    ),
    kind(
        "sigmoid rounded to 0 or 1 and tanh to -1 or 1",
        rf"{ROUNDED}|0 or 1|-1 or 1|step function|threshold",
        given=knowing(
            sig=lambda v: np.where(v > 0, 1.0, 0.0), tanh=lambda v: np.where(v > 0, 1.0, -1.0)
        ),
    ),
    kind(
        "gates rounded to one decimal",
        ROUNDED,
        GATES,
        given=knowing(sig=lambda v: np.round(sig(v), 1)),
    ),
    kind(
        "gates rounded to two decimals",
        ROUNDED,
        GATES,
        given=knowing(sig=lambda v: np.round(sig(v), 2)),
    ),
    kind(
        "pre-activations rounded to one decimal, for a table",
        rf"{ROUNDED}|table",
        given=knowing(sig=lambda v: sig(np.round(v, 1)), tanh=lambda v: np.tanh(np.round(v, 1))),
    ),
    kind(
        "the state carried on with one decimal",
        ROUNDED,
        steps=2,
        carry={"s": "rs", "h": "rh", "c": "rc"},
        edit=lambda text, source: (
            text
            + "".join(
                f"r{k.lower()} = np.round({k}, 1)\n" for k in "SHC" if f"\n{k} =" in "\n" + text
            ),
            "",
        ),
    ),
    kind(
        "everything truncated to two decimals",
        ROUNDED,
        edit=line(r"= (.*)", r"= np.trunc(100 * (\1)) / 100"),
    ),
    kind("everything rounded to one decimal", ROUNDED, edit=line(r"= (.*)", r"= np.round(\1, 1)")),
    kind(
        "weights and biases taken with one decimal",
        rf"{ROUNDED}|{MISREAD}",
        given=with_all("W..|b.", lambda v: np.round(v, 1)),
    ),
    # Reading and typing ---------------------------------------------------------------------------
    kind(
        "the minus of one weight overlooked",
        SIGN,
        edit=number("W.*"),
        given=altered(abs, lambda v: v < 0),
    ),
    kind(
        "the minus of one bias overlooked",
        SIGN,
        edit=number("b."),
        given=altered(abs, lambda v: v < 0),
    ),
    kind(
        "the minus signs of one matrix overlooked",
        rf"{SIGN}|absolute",
        units=2,
        edit=one("{q} = {fn}(abs({wh}) @ {h} + {wx} @ x + {b})"),
    ),
    kind(
        "the minus signs of x overlooked",
        rf"{SIGN}|absolute",
        inputs=lambda xs: [abs(x) for x in xs],
    ),
    kind(
        "the minus signs of the start overlooked",
        rf"{SIGN}|absolute",
        given=with_all("[shc]", abs),
    ),
    kind(
        "two digits of one weight swapped",
        MISREAD,
        edit=number("W.*"),
        given=altered(as_typed(digits_swapped)),
    ),
    kind(
        "the decimal point of one weight slipped",
        rf"{MISREAD}|ten times|10",
        edit=number("W.*"),
        given=altered(lambda v: v * 10),
    ),
    kind(
        "one digit of one number mistyped",
        MISREAD,
        edit=number(),
        given=altered(as_typed(lambda text: text[:2] + MISTYPED[text[2]] + text[3:])),
    ),
    kind(
        "one x misread by a digit",
        rf"{MISREAD}|\bx\b",
        inputs=lambda xs: [
            *xs[:-1],
            np.array([as_typed(digits_swapped)(v) if k == 0 else v for k, v in enumerate(xs[-1])]),
        ],
    ),
    kind(
        "two weights of one matrix exchanged",
        rf"(W\^|weights?|entr).*(swapped|exchanged|order|turned|transposed)|{MISREAD}",
        units=2,
        edit=one("{q} = {fn}(exchanged({wh}) @ {h} + {wx} @ x + {b})"),
        given=knowing(exchanged=lambda w: np.vstack([w[0][[1, 0, *range(2, w.shape[1])]], w[1:]])),
    ),
    kind(
        "an addition slip in one pre-activation: a tenth lost",
        r"arithmetic|off by|addition|adding|slip|pre-activation|b_\w+(\[\d\])? misread",
        edit=one("{q} = {fn}(" + SUM + " + {b} - 0.1)"),
    ),
    kind(
        "two digits of the answer swapped",
        rf"{MISREAD}|digits",
        listed=changed_row(lambda v: float(np.sign(v)) * float(digits_swapped(f"{abs(v):.4f}"))),
    ),
    kind("the answer's sign lost", rf"{SIGN}|absolute", listed=changed_row(abs)),
    # Shapes ---------------------------------------------------------------------------------------
    kind(
        "one recurrent matrix transposed",
        "transposed|rows and columns",
        units=2,
        edit=one("{q} = {fn}({wh}.T @ {h} + {wx} @ x + {b})"),
    ),
    kind(
        "the diagonal of the recurrent matrices alone",
        r"diagonal|elementwise|element by element",
        units=2,
        edit=each("{q} = {fn}(np.diag({wh}) * {h} + {wx} @ x + {b})"),
    ),
    kind(
        "the first row of a recurrent matrix for every unit",
        r"first row|row 1|first unit|unit 1",
        units=2,
        edit=one("{q} = {fn}(np.tile({wh}[0], (len({wh}), 1)) @ {h} + {wx} @ x + {b})"),
    ),
    kind(
        "rows of one recurrent matrix in another order",
        r"\brows\b|order of|upside",
        units=2,
        edit=one("{q} = {fn}({wh}[::-1] @ {h} + {wx} @ x + {b})"),
    ),
    kind(
        "input matrices filled down the columns",
        r"(input|,x\}|every).*transposed|(down|by) (the )?columns?\b|filled|order of|reshape",
        units=2,
        square=True,
        given=filled_by_column,
    ),
    kind(
        "the first unit's bias for all units",
        r"first (element|unit).*|(one|same|single) bias",
        units=2,
        given=with_all("b.", first_for_all),
    ),
    kind(
        "the last element of x forgotten",
        rf"(x_|x\[|element.*|last.*|product.*|term.*).*{LEFT_OUT}|{LEFT_OUT}.*(element|x\[)",
        units=2,
        square=True,
        inputs=lambda xs: [np.array([*x[:-1], 0.0]) for x in xs],
    ),
    kind(
        "the first unit's state for every unit in the sums",
        r"(first|same) (element|unit|number)|_prev\[1\]",
        "simple gated lstm",
        units=2,
        given=knowing(first=first_for_all),
        edit=each("{q} = {fn}({wh} @ first({h}) + {wx} @ x + {b})"),
    ),
    kind(
        "one product of a sum forgotten",
        rf"(element|product|term|weight|number|W\^).*{LEFT_OUT}|\b0 for",
        units=2,
        edit=number("W.[hs]"),
        given=altered(lambda v: 0.0),
    ),
    kind(
        "units updated one by one in place",
        r"in place|new (s|state)|already|one (by|after) (one|another)|unit .*(before|"
        r"after)|updated",
        "simple",
        units=2,
        given=knowing(one_by_one=one_by_one),
        edit=put("tanh(Wss @ s + Wsx @ x + bs) -> one_by_one(Wss, s, Wsx @ x + bs)"),
    ),
    # Steps, and what is carried on ----------------------------------------------------------------
    kind(
        "the start fixed in one unit: it reads the first state in every step",
        rf"{CARRY}|two steps|start.*(every|each)|(first|initial) (state|h|s)\b|fixed",
        steps=2,
        given=with_start,
        edit=at("step > 1", "{q} = {fn}({wh} @ {h0} + {wx} @ x + {b})"),
    ),
    kind(
        "x fixed in one unit: it reads the first input in every step",
        rf"({IN}).*(of step 1|first|fixed|same|every step)|(first|same|fixed) {IN}",
        steps=2,
        given=STEPS,
        carry=CARRIED | {"fx": "fx"},
        edit=lambda text, source: (
            lambda new: (
                new[0].replace(
                    "step = step + 1\n", "step = step + 1\nfx = x if step == 1 else fx\n"
                ),
                new[1],
            )
        )(at("step > 1", "{q} = {fn}({wh} @ {h} + {wx} @ fx + {b})")(text, source)),
    ),
    kind(
        "x slips up a row in one unit from step 2 on",
        rf"({IN}).*(before|previous|earlier|late|shift|step 1)|(previous|earlier|old) {IN}",
        steps=2,
        given=STEPS,
        carry=CARRIED | {"px": "x"},
        edit=at("step > 1", "{q} = {fn}({wh} @ {h} + {wx} @ px + {b})"),
    ),
    kind(
        "a gate of the row above: the previous step's gate",
        r"\b{q} .*(step before|previous step|earlier|late|step 1)|(previous|old|"
        r"earlier) {q}\b|{q}_prev",
        "lstm",
        steps=2,
        given=STEPS,
        carry=CARRIED | {"pf": "f", "pi": "i", "po": "o"},
        edit=lambda text, source: (lambda new: ("step = step + 1\n" + new[0], new[1]))(
            some(
                ("= f * c -> = (pf if step > 1 else f) * c", "f"),
                ("+ i * n -> + (pi if step > 1 else i) * n", "i"),
                ("= o * T -> = (po if step > 1 else o) * T", "o"),
            )(text, source)
        ),
    ),
    kind(
        "a gate computed in step 1 alone and kept",
        rf"\b{{q}}\b.*({STEP}|first|same|kept|once|fixed)|(first|same|step 1).*\b{{q}}\b|once",
        GATES,
        steps=2,
        given=STEPS,
        edit=at("step > 1", "{q} = {q}", "sig"),
    ),
    kind(
        "recurrent weights slide: from step 2 on each unit reads the next unit's",
        r"W\^\{\w,\w\} (for|instead)|weights? of|shift|slid|slip",
        TWO,
        steps=2,
        given=STEPS,
        edit=next_ones,
    ),
    kind(
        "rows of the recurrent matrix slide down in step 2",
        r"\brows\b",
        "simple",
        units=2,
        steps=2,
        given=STEPS,
        edit=at("step > 1", "{q} = {fn}(np.roll({wh}, -1, 0) @ {h} + {wx} @ x + {b})"),
    ),
    kind(
        "the bias refers to an empty cell from step 2 on",
        rf"bias.*{LEFT_OUT}|b_\w .*{LEFT_OUT}|{LEFT_OUT}.*bias",
        steps=2,
        given=STEPS,
        edit=at("step > 1", "{q} = {fn}(" + SUM + ")", how="each"),
    ),
    kind(
        "tanh forgotten in h in step 2 alone",
        r"tanh .*(left out|forgotten|missing)|without tanh|\bc (for|instead of) tanh_?",
        "lstm",
        steps=2,
        given=STEPS,
        edit=line(
            r"\A((?:.*\n)*)H = o \* T", r"step = step + 1\n\1H = o * C if step == 2 else o * T"
        ),
    ),
    kind(
        "the recurrent term forgotten in one unit in step 2 alone",
        rf"(recurrent (term|part)|state|{OLD}).*{LEFT_OUT}|not carried",
        steps=2,
        given=STEPS,
        edit=at("step == 2", "{q} = {fn}({wx} @ x + {b})"),
    ),
    kind(
        "the state of two steps before",
        rf"{CARRY}|two steps|t ?[-−] ?2",
        "simple gated gru",
        steps=2,
        carry={"s": "qs", "qs": "S", "h": "qh", "qh": "H"},
        given=lambda g: g | {f"q{k}": g[k] for k in "sh" if k in g},
    ),
    kind(
        "tanh(c) carried on as the memory cell",
        r"tanh_c.*(carried|for c|as c|c_prev)|(?<!for )tanh (on|of|once more on) c\b",
        "lstm",
        steps=2,
        carry={"h": "H", "c": "T"},
    ),
    kind(
        "the candidate carried on as the state",
        rf"{instead(CAND, '(s|h|the state|state|hidden state|' + OLD + ')')}|"
        rf"candidate.*carried|carried.*candidate",
        "gated gru",
        steps=2,
        carry={"s": "n", "h": "n"},
    ),
    kind(
        "the memory cell carried on as h, too",
        r"\bc (used |carried on )?(for|as) (h|h_prev)\b|c_prev for h_prev|old c used for old h",
        "lstm",
        steps=2,
        carry={"h": "C", "c": "C"},
    ),
    kind(
        "the hidden state carried on as c, too",
        r"\bh (used |carried on )?(for|as) (c|c_prev)\b|h_prev for c_prev|old h used for old c",
        "lstm",
        steps=2,
        carry={"h": "H", "c": "H"},
    ),
    kind(
        "the state put back to 0 after step 1",
        rf"{CARRY}|(taken|read|put|set|reset) (as|to|back to) 0|recurrent term left out",
        "simple gated gru",
        steps=2,
        given=lambda g: g | {"zero": 0 * g["s" if "s" in g else "h"]},
        carry={"s": "zero", "h": "zero"},
    ),
    kind(
        "start from 1, as in the exercise",
        r"(taken|read|start|set|starts) (as|from|to|at|with) 1\b|_prev.*\b1 for|ones\b",
        given=with_all("[shc]", np.ones_like),
    ),
    kind(
        "h's start used for c, too",
        rf"{instead(OLD, OLDC)}|h (used )?for c\b|old h used for old c",
        "lstm",
        given=lambda g: g | {"c": g["h"]},
    ),
    kind(
        "one start for all units: the first element",
        r"(first|same|one) (element|number|value|unit)|_prev\[\d\].*number beside",
        units=2,
        given=with_all("[shc]", first_for_all),
    ),
    kind(
        "inputs one late, the first one twice",
        rf"({IN}).*(step before|previous|late|twice|shift|step 1)",
        steps=2,
        inputs=lambda xs: [xs[0], *xs[:-1]],
    ),
    kind(
        "the inputs of the first two steps exchanged",
        rf"({IN}).*(swapped|exchanged|order|backwards|reversed)|sequence.*backwards",
        steps=2,
        inputs=lambda xs: [xs[1], xs[0], *xs[2:]],
    ),
    kind(
        "the state fed back as the input after step 1",
        instead(r"(" + OLD + r"|[hs]|output|state)", IN) + r"|fed back|feeds?",
        "simple gated lstm",
        steps=2,
        square=True,
        given=STEPS,
        edit=at("step > 1", "{q} = {fn}({wh} @ {h} + {wx} @ {h} + {b})", how="each"),
    ),
    # What is listed -------------------------------------------------------------------------------
    kind(
        "the columns of f and i exchanged in the list",
        swapped("f", "i") + "|columns?|blocks",
        "lstm",
        listed=exchange("f", "i"),
    ),
    kind(
        "c and h exchanged in the list",
        swapped(r"(c|memory cell)", r"(h|hidden state)"),
        "lstm",
        listed=exchange("C", "H"),
    ),
    kind(
        "pre-activations listed for the gates",
        r"pre-activation|(sigmoid|σ) .*(left out|forgotten|missing)|before the (sigmoid|function)",
        GATES,
        listed=lambda rows: [
            {k: np.log(v / (1 - v)) if k in "fiogrz" else v for k, v in row.items()} for row in rows
        ],
    ),
)

HALVES = (MISTAKES[::2], MISTAKES[1::2])
