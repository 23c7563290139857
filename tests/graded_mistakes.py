"""Mistakes that people make in recurrent cells, collected from threads, errata and graded homework.

Written apart from the program, in the form of those in `wrong_cells`. Patterns say what a fair
sentence would match, case ignored; they were written before any output was seen, and changed since
where other words say the same. ``{q}`` is what an edit says that it chose: a unit, or a pattern of
the names of a weight. ``HALVES`` are dealt alternately. A project with a number, nntools #61, is
where a mistake was seen.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from typing import Any

import numpy as np

from tests.newest_mistakes import GATES, kind, knowing
from tests.wrong_cells import (
    CARRIED,
    SUM,
    TOLD,
    UNIT,
    Mistake,
    Numbers,
    Rows,
    blocks,
    each,
    one,
    put,
    with_all,
)

# Words that fair sentences share ----------------------------------------------------------------

GONE = (
    r"(?:left out|omitted|missing|taken as 0|as 0\b|zero|skipped|forgot|not (?:used|added"
    r"|counted)|ignored|without)"
)
BRACKET = r"bracket|paren|precedence|order of (?:operations|evaluation)"
SIGNED = r"(?:\bsigns?\b|minus|negat|subtract|\bplus\b)"
EXP = r"\bexp\b|\bexp\(|e\^|e to the|exponential"
DIGIT = r"digit|typ(?:ed|ing|o)\b|mistyp|misread|miscopied|copied|slip"
TWICE = r"(?:twice|two times|double|squared|again|\^2|²)"
READ = (
    rf"(?:{SIGNED}|digit|typ(?:ed|o|ing)|mistyp|misread|read (?:as|for|wrong)|slip|point"
    r"|factor|\b10\b)"
)
INPUT = r"(?:\bx\b(?!\})|\bx_\w|\bx\[|\binputs?\b(?!(?:'s)? (?:gate|weight|matri|term)))"
STATE = (
    r"(?:[sh]_prev|\b[sh]_?0\b|start|initial|\bold (?:s\b|h\b|state|hidden)|previous (?:s\b"
    r"|h\b|state|hidden)|first state)"
)
C = r"(?:c_prev|old c|previous c|new c|c_t|c_\{?t-1\}?|\bc\b|memory(?: cell)?|cell state)"
H = r"(?:h_prev|old h|previous h|h_\{?t-1\}?|h_t|\bh\b|hidden(?: state)?|visible(?: state)?)"
INSTEAD = r"(?:for|as|instead|in place|rather|replac\w+|not)"
C_FOR_H = (
    rf"{C}[^,;:]*{INSTEAD} [^,;:]*{H}|{H}.*(?:swapped|exchanged|replaced|mixed up).*{C}"
    rf"|{C} and {H}|{H} and {C}"
)
H_FOR_C = (
    rf"{H}[^,;:]*{INSTEAD} [^,;:]*{C}|{C}.*(?:swapped|exchanged|replaced|mixed up).*{H}"
    rf"|{C} and {H}|{H} and {C}"
)
READS_C = (
    rf"{C_FOR_H}|\breads? (?:\w+ )*{C}|peephole|{C}.*(?:added|\+)|(?:added|\+ ?){C}"
    r"|\(.*h.* \+ .*c"
)
PLUS = (
    r"(?:\+|sums?|addition|plus) (?:used )?(?:for|instead|in place)|added,? not"
    r"|added (?:to|instead|rather)|instead of (?:multipl|times|⊙)|not multiplied"
)
BEFORE = (
    r"(?:late|stale|step before|previous|earlier|older|old\b|t ?- ?1|step \d|first"
    r"|another step|off by one|shift)"
)
KEPT = (
    r"(?:step 1|step \d|first step|step before|previous step|earlier step|another step"
    r"|every step|all steps|stale|not (?:re)?computed|kept|late\b|constant)"
)
UNSIGNED = r"wrong sign(?!.*(?:input|recurrent|bias))"
NOTANH = (
    r"(?:tanh|function) (?:left out|missing|forgotten|omitted|not)"
    r"|(?:no|without) (?:tanh|function)|before (?:the )?(?:tanh|function)|pre-?activation"
    r"|\bsums?\b.*(?:carried|given|for|as|instead|written|typed)"
)
NOSIG = (
    r"(?:sig\w*|function) (?:left out|missing|forgotten|omitted|not)"
    r"|(?:no|without) (?:sig\w*|function)|before (?:the )?(?:sig\w*|function)"
    r"|pre-?activation|\bsums?\b.*(?:carried|given|for|as|instead|written|typed)"
)
BLOCKS = (
    r"blocks|order of (?:the )?(?:gates|blocks|weights|rows)"
    r"|weights.*(?:swapped|exchanged|permuted|rotated|mixed|of\b)"
    r"|W\S* (?:used |read )?(?:for|and) W|gates.*(?:order|permuted|rotated)"
)
BIASES_ONLY = (
    r"bias.*(?:swapped|exchanged|order|blocks|\bof\b|other|for)"
    r"|(?:blocks|order|swapped|exchanged|only).*bias|b[\^_{( ]*\w\}? (?:used )?(?:for|and) b"
)
ONE_BY_ONE = (
    r"in.?place|overwrit|one (?:by|after) (?:one|another|the other)|already|sequential"
    r"|too early|(?:elements?|units?|values?).*(?:new|updated|computed)"
    r"|(?:new|updated).*(?:elements?|units?|values?)"
)
LAST_LEFT_OUT = (
    rf"(?:element|column|x\[?\d|x_\d|last).*(?:{GONE}|short)"
    rf"|{GONE}.*(?:element|column|last)"
)
X_BEFORE = rf"{INPUT}.*{BEFORE}|{BEFORE}.*{INPUT}"
X_READ = rf"{INPUT}.*{READ}|{READ}.*{INPUT}"
GATE_KEPT = rf"(?:\b{{q}}\b|gates?\b).*{KEPT}|{KEPT}.*(?:\b{{q}}\b|gates?\b)"
ROUNDED = r"decimal|round|precision"
NO_WEIGHTS = rf"^(?!.*recurrent).*(?:weights?|W[\^_{{]).*(?:{GONE}|taken as 1)"
SLIPPED = (
    r"digit|typ(?:ed|o|ing)|mistyp|misread|\bread\b|slip|sign|minus|negat|point|\b10\b|factor"
    r"|element|entry|entries|\[\d|\brows?\b|column|exchanged|swapped|instead|copied|wrong"
    r"|neighbo|beside|changed|\d for -?\d"
)
TAKEN = (
    r"\bfor\b|\bfrom\b|cop(?:y|ied)|blocks|swapped|exchanged|\bused?\b|\breads?\b|same|'s"
    r"|weights?.* of\b|takes?|bias.* of\b|matri.* of\b"
)

# Slips of the pen or the keyboard ---------------------------------------------------------------


def _digits_exchanged(value: float) -> float:
    """Return 0.57 as 0.75, 1.23 as 1.32."""
    whole, tenth, hundredth = list(f"{abs(value):.2f}".replace(".", ""))
    if tenth != hundredth:
        tenth, hundredth = hundredth, tenth
    else:
        whole, tenth = tenth, whole
    return float(np.copysign(float(f"{whole}.{tenth}{hundredth}"), value))


def _digit_lost(value: float) -> float:
    """Return 1.23 as 1.2, 0.57 as 0.5."""
    return float(np.copysign(int(f"{abs(value) * 100:.0f}") // 10 / 10, value))


def _digit_doubled(value: float) -> float:
    """Return 0.57 as 0.557, 1.23 as 1.223."""
    text = f"{abs(value):.2f}"
    return float(np.copysign(float(text[:3] + text[2:]), value))


def _sign_changed(value: float) -> float:
    return -value


def _point_right(value: float) -> float:
    return value * 10


def _point_left(value: float) -> float:
    return value / 10


def _in_one(change: Callable[[float], float]) -> Callable[[Any, float], Any]:
    """Return a slip in one number of an array: the first after where it is told to look."""

    def slip(array: Any, where: float) -> Any:
        array = np.array(array, dtype=float)
        for k in range(array.size):
            at = (int(where * array.size) + k) % array.size
            new = change(array.flat[at])
            if abs(new - array.flat[at]) > 0.02:
                array.flat[at] = new
                break
        return array

    return slip


def _neighbour(array: Any, where: float) -> Any:
    """One number read from the place beside it."""
    array = np.array(array, dtype=float)
    at = int(where * array.size)
    array.flat[at] = array.flat[(at + 1) % array.size]
    return array


def _two_exchanged(array: Any, where: float) -> Any:
    """Two numbers that stand side by side exchanged."""
    array = np.array(array, dtype=float)
    at = int(where * array.size)
    beside = (at + 1) % array.size
    array.flat[at], array.flat[beside] = array.flat[beside], array.flat[at]
    return array


def _row_twice(array: Any, where: float) -> Any:
    """A row of a matrix read where the next should be."""
    array = np.array(array, dtype=float)
    at = int(where * len(array))
    array[(at + 1) % len(array)] = array[at]
    return array


def _rows_exchanged(array: Any, where: float) -> Any:
    array = np.array(array, dtype=float)
    at = int(where * len(array))
    beside = (at + 1) % len(array)
    array[[at, beside]] = array[[beside, at]]
    return array


def _with_negative_products(w: Any, v: Any) -> Any:
    """Return w @ v, products of two negative numbers taken as negative."""
    return np.where((w < 0) & (v < 0), -w * v, w * v).sum(1)


def _pattern_of(name: str, told: str) -> str:
    """Return what names a weight of a unit: W^{f,h}, w_fh, the recurrent weight of f."""
    unit = rf"(?:\b{told}\b)"
    if name[0] == "b":
        return rf"b[\^_{{( ]*{name[1]}\b|bias.*{unit}|{unit}.*bias"
    term = "input" if name[2] == "x" else "recurrent|state"
    return (
        rf"W[\^_{{( ]*{name[1]},? ?{name[2]}|(?:{term}).*{unit}|{unit}.*(?:{term})"
        rf"|weights?.*{unit}|{unit}.*weight"
    )


def misread(parts: str) -> Any:
    """Return an edit that gives one weight or bias to a function misread, and a place in it."""

    def edit(text: str, source: random.Random) -> tuple[str, str]:
        unit = source.choice(list(UNIT.finditer(text)))
        name = unit[source.choice(parts.split())]
        where = source.randrange(1000) / 1000
        slipped = re.sub(rf"\b{name}\b", f"misread({name}, {where})", unit[0])
        weight = _pattern_of(name, TOLD.get(unit["q"], unit["q"]))
        return text.replace(unit[0], slipped), rf"(?:^(?=.*(?:{SLIPPED}))(?=.*(?:{weight})))"

    return edit


def slip(
    words: str, how: Callable[[Any, float], Any], parts: str = "wh wx", **rest: Any
) -> Mistake:
    """Return a mistake in which a number of one weight or bias is misread."""
    named = rest.pop("named", "{q}")
    return kind(words, named, edit=misread(parts), given=knowing(misread=how), **rest)


def takes(parts: str) -> Any:
    """Return an edit in which one unit takes parts (wh, wx, b) of another."""

    def edit(text: str, source: random.Random) -> tuple[str, str]:
        unit, other = source.sample(list(UNIT.finditer(text)), 2)
        line = unit[0]
        for part in parts.split():
            line = line.replace(unit[part], other[part])
        told = TOLD.get(other["q"], other["q"])
        named = "|".join(_pattern_of(other[part], told) for part in parts.split())
        return text.replace(unit[0], line), rf"(?:^(?=.*(?:{TAKEN}))(?=.*(?:{named})))"

    return edit


def then(edit: Any, line: str) -> Any:
    """Return an edit, with a line behind the cell's text."""

    def both(text: str, source: random.Random) -> tuple[str, str]:
        text, unit = edit(text, source)
        return f"{text}{line}\n", unit

    return both


def instead(**texts: str) -> Any:
    """Return an edit that writes a cell otherwise, told apart by its first letter."""

    def edit(text: str, source: random.Random) -> tuple[str, str]:
        return texts[text[0]], ""

    return edit


def lines(template: str) -> Any:
    """Return an edit of what stands on the right of every line."""
    return lambda text, source: (re.sub(r"= (.*)", template, text), "")


def in_order(rows: Rows) -> Rows:
    """Return rows in the usual order, whatever was computed first."""
    return [{k: row[k] for k in "rzgfionSCTH" if k in row} for row in rows]


def last_state(change: Callable[[Any], Any]) -> Callable[[Rows], Rows]:
    """Return a change of the last state that is written down."""

    def listed(rows: Rows) -> Rows:
        row = dict(rows[-1])
        key = "S" if "S" in row else "H"
        row[key] = np.array(change(np.array(row[key], dtype=float)))
        return [*rows[:-1], row]

    return listed


def first_number(change: Callable[[float], float]) -> Callable[[Rows], Rows]:
    """Return a change of the first number of the last state that is written down."""

    def slipped(vector: Any) -> Any:
        vector[0] = change(float(vector[0]))
        return vector

    return last_state(slipped)


def _decimals_exchanged(value: float) -> float:
    """Return 0.5731 as 0.7531: the first two decimals that differ."""
    whole, decimals = f"{abs(value):.4f}".split(".")
    a, b, *rest = list(decimals)
    if a == b and whole != a:
        return float(np.copysign(float(f"{a}.{whole}{b}{''.join(rest)}"), value))
    return float(np.copysign(float(f"{whole}.{b}{a}{''.join(rest)}"), value))


def in_x(change: Callable[[float], float]) -> Callable[[list[Any]], list[Any]]:
    """Return a slip in one number of one input, chosen by the numbers themselves."""

    def inputs(xs: list[Any]) -> list[Any]:
        source = random.Random(str([list(x) for x in xs]))
        at = source.randrange(len(xs))
        xs[at] = _in_one(change)(xs[at], source.random())
        return xs

    return inputs


def in_start(change: Callable[[float], float]) -> Callable[[Numbers], Numbers]:
    """Return a slip in one number of the state that is started from."""

    def given(numbers: Numbers) -> Numbers:
        key = "s" if "s" in numbers else "h"
        where = random.Random(str(list(numbers[key]))).random()
        return numbers | {key: _in_one(change)(numbers[key], where)}

    return given


def only(names: str, swapped: Callable[[Numbers], Numbers]) -> Callable[[Numbers], Numbers]:
    """Return a swap of blocks that is done for some of the weights only."""
    return lambda given: (
        given | {key: value for key, value in swapped(given).items() if re.fullmatch(names, key)}
    )


def interleaved(given: Numbers) -> Numbers:
    """Rows stored gate by gate, read unit by unit."""
    order = "ifco" if "Wfh" in given else "rzh" if "Wzh" in given else "gs"
    for rest in ("h" if "bf" in given or "bz" in given else "s", "x", ""):
        letter = "W" if rest else "b"
        keys = [f"{letter}{unit}{rest}" for unit in order]
        stack = np.concatenate([given[key] for key in keys])
        given |= {key: stack[k :: len(keys)] for k, key in enumerate(keys)}
    return given


def filled_by_columns(given: Numbers) -> Numbers:
    """Weights side by side, [state input], read row by row into a matrix filled by columns."""
    for wx in [key for key in given if key[0] == "W" and key[2] == "x"]:
        wh = next(key for key in given if key[:2] == wx[:2] and key != wx)
        both = np.hstack([given[wh], given[wx]])
        both = both.ravel().reshape(both.shape, order="F")
        given |= {wh: both[:, : len(both)], wx: both[:, len(both) :]}
    return given


def turned(xs: list[Any]) -> list[Any]:
    """Steps and elements mixed up: (step, element) read as (element, step)."""
    table = np.stack(xs)
    return list(table.T.reshape(table.shape))


Z = SUM + " + {b}"

# The mistakes -----------------------------------------------------------------------------------

MISTAKES: tuple[Mistake, ...] = (
    # functions written down wrongly -------------------------------------------------------------
    # 1/(1 + exp -(…) …), the minus reaching the first term only
    kind(
        "minus in the sigmoid's exponent only before the recurrent term",
        rf"{BRACKET}|exponent|{SIGNED}.*(?:exp|first|only|recurrent|input|bias|sig)"
        rf"|(?:input|bias).*{SIGNED}",
        GATES,
        edit=each("{q} = 1 / (1 + exp(-{wh} @ {h} + {wx} @ x + {b}))", "sig"),
    ),
    # 1/1+exp(-z) typed into a spreadsheet or calculator
    kind(
        "1/1 + exp(-z) without brackets",
        rf"{BRACKET}|{EXP}|1/1|recipro|fraction|denominator|divi[ds]",
        GATES,
        edit=each("{q} = 1 / 1 + exp(-(" + Z + "))", "sig"),
    ),
    # neural-api #21: x/(1+exp(-x))
    kind(
        "x/(1 + exp(-x)) for the sigmoid",
        r"silu|swish|numerator|z σ\(z\)"
        r"|(?:\bz|\bx|sum|argument|pre-?activation) ?(?:/|[*·⊙]|times|over)"
        r"|(?:times|multiplied|[*·⊙]).*(?:sum|argument|pre-?activation|sig)"
        r"|sig\w* (?:\w+ )*(?:times|multipl|⊙)",
        GATES,
        edit=each("{q} = (" + Z + ") * sig(" + Z + ")", "sig"),
    ),
    # autograd #317: (1-e^-x)/(1+e^-x) is tanh(x/2)
    kind(
        "(1 - exp(-x))/(1 + exp(-x)) for tanh",
        rf"half|halv|/ ?2\b|0\.5|factor (?:of )?2|bipolar|{EXP}|tanh\(.*2|2 ?(?:sig|σ)|-2\b"
        r"|2 ?[xz·*]",
        edit=each("{q} = (1 - exp(-(" + Z + "))) / (1 + exp(-(" + Z + ")))", "tanh"),
    ),
    # arduino #31, fastbook #273: numerator and denominator exchanged
    kind(
        "tanh upside down",
        r"coth|1 ?/ ?tanh|upside|recipro|invert|inverse|numerator|denominator",
        edit=each("{q} = 1 / tanh(" + Z + ")", "tanh"),
    ),
    # flamingo-pytorch #2: tan for tanh; also the wrong key of a calculator
    kind("tan for tanh", r"\btan\b|tangent", edit=each("{q} = np.tan(" + Z + ")", "tanh")),
    # a pocket calculator set to degrees
    kind(
        "tanh of degrees",
        r"degree|radian|π|\bpi\b|180|57\.|0\.017",
        edit=each("{q} = tanh((" + Z + ") * np.pi / 180)", "tanh"),
    ),
    # shift and tan on the calculator
    kind(
        "arctan for tanh",
        r"\barc|\batan|inverse|tan\^?-1",
        edit=each("{q} = np.arctan(" + Z + ")", "tanh"),
    ),
    # hyp and the wrong key
    kind(
        "sinh for tanh",
        r"sinh|hyperbolic sine|cosh",
        edit=each("{q} = np.sinh(" + Z + ")", "tanh"),
    ),
    # activation-functions #2: numerator plus denominator
    kind(
        "tanh's numerator and denominator added",
        rf"{EXP}|numerator|denominator|not divided|instead of divi",
        edit=each(
            "{q} = (exp(" + Z + ") - exp(-(" + Z + "))) + (exp(" + Z + ") + exp(-(" + Z + ")))",
            "tanh",
        ),
    ),
    # horn #8, interviews.ai #4: the derivative taken for the function
    kind(
        "the sigmoid's derivative for the sigmoid",
        r"deriv|slope|gradient|σ'|sig\w*'\("
        r"|(?:\b[fiogzr]|gates?|sig\w*|σ\w*\)?) ?(?:⊙|\*|·|times|\() ?\(?1 ?-",
        GATES,
        edit=each("{q} = sig(" + Z + ") * (1 - sig(" + Z + "))", "sig"),
    ),
    kind(
        "tanh's derivative for tanh",
        r"deriv|tanh'|slope|gradient|1 ?- ?tanh|squared|²|\^2",
        edit=each("{q} = 1 - tanh(" + Z + ") ** 2", "tanh"),
    ),
    # the calculator's EXP or 10^x key for e^x
    kind(
        "10^ for e^ in the sigmoid",
        r"\b10\b|\bbase\b|e\^|\blog|exponential|\bexp\b",
        GATES,
        edit=each("{q} = 1 / (1 + 10 ** -(" + Z + "))", "sig"),
    ),
    # the sigmoid by tanh, the half inside forgotten
    kind(
        "(1 + tanh x)/2 for the sigmoid",
        r"1 ?\+ ?tanh|\(tanh|tanh.*(?:half|/ ?2)|sig\w*\(? ?(?:of )?(?:2|twice|double)"
        r"|2 ?[xz·*]|doubl|twice|factor (?:of )?2|half|halv|steep",
        GATES,
        edit=each("{q} = (1 + tanh(" + Z + ")) / 2", "sig"),
    ),
    # DCRNN #12, torchTS #59, DProQA #3
    kind(
        "sigmoid twice in every gate",
        rf"sig.*{TWICE}|{TWICE}.*sig|sig\w*\(sig|σ\(σ"
        r"|sigmoid (?:of|on) (?:the |a |every |each )?(?:sigmoid|gate|[fiogzr]\b)"
        r"|(?:another|second|one more|extra) sigmoid",
        "lstm gru",
        edit=each("{q} = sig(sig(" + Z + "))", "sig"),
    ),
    kind(
        "sigmoid twice in one gate",
        rf"sig.*{TWICE}|{TWICE}.*sig|sig\w*\(sig|σ\(σ"
        r"|sigmoid (?:of|on) (?:the |a )?(?:sigmoid|gate|{q}\b)"
        r"|(?:another|second|one more|extra) sigmoid",
        GATES,
        edit=one("{q} = sig(sig(" + Z + "))", "sig"),
    ),
    kind(
        "tanh twice in the candidate",
        rf"tanh.*{TWICE}|{TWICE}.*tanh|tanh\(tanh"
        r"|tanh (?:of|on|around) (?:the )?(?:tanh|candidate|s\b|new)"
        r"|(?:another|second|one more|extra) tanh",
        edit=each("{q} = tanh(tanh(" + Z + "))", "tanh"),
    ),
    # xLSTM #3: the exponential gate of an xLSTM
    kind("exp for the forget gate's sigmoid", EXP, "lstm", edit=put("f = sig( -> f = exp(")),
    # the LLTM of PyTorch's tutorial on extensions has elu for the candidate
    kind(
        "elu for the candidate's tanh",
        r"\belu\b|exponential linear|leaky",
        edit=each("{q} = np.where((" + Z + ") > 0, " + Z + ", exp(" + Z + ") - 1)", "tanh"),
    ),
    # glow #1033, tensorflow #34589 and other ports: tanh cut off at -1 and 1
    kind(
        "hard tanh for tanh",
        r"hard.?tanh|clip|clamp|\bcut\b|limited|linear|tanh left out|no tanh",
        edit=each("{q} = np.clip(" + Z + ", -1, 1)", "tanh"),
    ),
    # MATLAB: lstmLayer's StateActivationFunction may be "softsign"
    kind(
        "softsign for tanh",
        r"soft.?sign|1 ?\+ ?\||/ ?\(1 ?\+|absolute",
        edit=each("{q} = (" + Z + ") / (1 + np.abs(" + Z + "))", "tanh"),
    ),
    kind(
        "softmax for the sigmoid in every gate",
        r"softmax|normali[sz]|sum(?:s|med)? to (?:1|one)",
        GATES,
        units=2,
        edit=each("{q} = softmax(" + Z + ")", "sig"),
    ),
    # sigmoids rounded to 0 or 1, as some exercises ask, where it was not asked for
    kind(
        "gates rounded to 0 or 1",
        r"round|step function|0 (?:or|and) 1|threshold|binary",
        GATES,
        edit=each("{q} = 1.0 * (" + Z + " > 0)", "sig"),
    ),
    kind(
        "tanh rounded to -1 or 1",
        r"round|sign function|step function|-1 (?:or|and) 1|threshold|binary",
        edit=each("{q} = np.sign(" + Z + ")", "tanh"),
    ),
    # brackets and signs in the state's line ------------------------------------------------------
    # spreadsheets: 1 - z * h typed without brackets
    kind(
        "1 - g s without brackets",
        rf"{BRACKET}|1 - \(?g ?[⊙*·]|1 added",
        "gated",
        edit=put("(1 - g) * s -> 1 - g * s"),
    ),
    kind(
        "1 - z n without brackets",
        rf"{BRACKET}|1 - \(?z ?[⊙*·]|1 added",
        "gru",
        edit=put("(1 - z) * n -> 1 - z * n"),
    ),
    kind(
        "g - 1 for 1 - g",
        rf"{UNSIGNED}|g - 1|{SIGNED}.*(?:kept|old|1 - g|s_prev)"
        rf"|(?:kept|old|1 - g|s_prev).*{SIGNED}",
        "gated",
        edit=put("(1 - g) * s -> (g - 1) * s"),
    ),
    kind(
        "1 + g for 1 - g",
        rf"{UNSIGNED}|1 \+ g|{SIGNED}.*(?:kept|old|1 - g|s_prev|\bg\b)"
        rf"|(?:kept|old|1 - g|s_prev).*{SIGNED}|\+ for -",
        "gated",
        edit=put("(1 - g) * s -> (1 + g) * s"),
    ),
    kind(
        "z - 1 for 1 - z",
        rf"{UNSIGNED}|z - 1|{SIGNED}.*(?:new part|candidate|1 - z)"
        rf"|(?:new part|candidate|1 - z).*{SIGNED}",
        "gru",
        edit=put("(1 - z) * n -> (z - 1) * n"),
    ),
    # s + g (n - s) with a wrong sign
    kind(
        "minus for plus in s + g (n - s)",
        rf"{UNSIGNED}|{SIGNED}.*(?:\bg\b|new|part|state|\bs\b)|1 \+ g|s_prev - g",
        "gated",
        edit=put("(1 - g) * s + g * n -> s - g * (n - s)"),
    ),
    kind(
        "minus between the two parts",
        rf"{UNSIGNED}|- for \+|{SIGNED}.*(?:new|part|candidate|\bg\b|\bs\b)"
        rf"|(?:new|parts?|candidate).*{SIGNED}",
        "gated",
        edit=put("(1 - g) * s + g * n -> (1 - g) * s - g * n"),
    ),
    kind(
        "minus between the two parts, GRU",
        rf"{UNSIGNED}|- for \+|{SIGNED}.*(?:kept|old|parts?|\bz\b|\bh\b|h_prev)"
        rf"|(?:kept|old|parts?|h_prev).*{SIGNED}",
        "gru",
        edit=put("(1 - z) * n + z * h -> (1 - z) * n - z * h"),
    ),
    # brackets misplaced in c
    kind(
        "brackets misplaced: (f c + i) n",
        rf"{BRACKET}|candidate.*(?:both|kept|whole|everything)"
        r"|(?:both|kept|whole).*(?:times|by|with|⊙).*candidate|f.*c.*\+ ?i\)",
        "lstm",
        edit=put("f * c + i * n -> (f * c + i) * n"),
    ),
    kind(
        "brackets misplaced: f (c + i n)",
        rf"{BRACKET}|(?:\bf\b|forget gate).*(?:both|new part|whole|everything|i ⊙)"
        r"|(?:both|new part|whole|i ⊙).*\bf\b",
        "lstm",
        edit=put("f * c + i * n -> f * (c + i * n)"),
    ),
    kind(
        "brackets misplaced: i (f c + n)",
        rf"{BRACKET}|(?:\bi\b|input gate).*(?:both|kept|whole|everything|f ⊙)"
        r"|(?:both|kept|whole|f ⊙).*\bi\b",
        "lstm",
        edit=put("f * c + i * n -> i * (f * c + n)"),
    ),
    # torchrecurrent #22: sigmoid(i) + tanh(g)
    kind(
        "sum for product: i + candidate in c",
        rf"{PLUS}|\bi \+",
        "lstm",
        edit=put("f * c + i * n -> f * c + i + n"),
    ),
    kind(
        "sum for product: f + c in c",
        rf"{PLUS}|\bf \+",
        "lstm",
        edit=put("f * c + i * n -> f + c + i * n"),
    ),
    kind(
        "product for sum in the state",
        r"product (?:for|instead)|multiplied,? not|(?:⊙|times) (?:used )?(?:for|instead)"
        r"|for \+|not added|instead of (?:added|sum)",
        "gated",
        edit=put("(1 - g) * s + g * n -> (1 - g) * s * g * n"),
    ),
    kind(
        "the gate inside the candidate's tanh",
        r"inside|within|before (?:the )?tanh|tanh\(g|g.*(?:in|under) (?:the )?tanh|tanh of g"
        r"|g ⊙ \(",
        "gated",
        edit=put("g * n -> tanh(g * (Wss @ s + Wsx @ x + bs))"),
    ),
    kind(
        "the input gate inside the candidate's tanh",
        r"inside|within|before (?:the )?tanh|tanh\(i\b|\bi\b.*(?:in|under) (?:the )?tanh"
        r"|tanh of i\b|i ⊙ \(|tanh\(i ⊙",
        "lstm",
        edit=put("i * n -> tanh(i * (Wch @ h + Wcx @ x + bc))"),
    ),
    # handson-ml #132, an erratum of the book: a second tanh in the state's line
    kind(
        "tanh of the recurrent term for the old state",
        r"tanh.*(?:kept|\bold\b|s_prev|recurrent|W\S?\{?s,? ?s)"
        r"|(?:kept|\bold\b|s_prev|recurrent).*tanh"
        r"|(?:s_prev|old (?:s|state)).*(?:replaced|instead)",
        "gated",
        edit=put("(1 - g) * s + g * n -> (1 - g) * tanh(Wss @ s) + g * n"),
    ),
    # tanh on the wrong factor of h
    kind(
        "tanh on o, not on c",
        r"tanh.*(?:\bo\b|output gate|wrong)|(?:\bo\b|output gate).*tanh",
        "lstm",
        edit=put("o * T -> tanh(o) * C"),
    ),
    kind(
        "tanh on o and on c",
        r"tanh.*(?:\bo\b|output gate|both)|(?:\bo\b|output gate|both).*tanh",
        "lstm",
        edit=put("o * T -> tanh(o) * T"),
    ),
    # a factor once too often: in-place code
    kind(
        "f applied twice, the forget gate",
        rf"(?:\bf\b|forget gate).*{TWICE}|{TWICE}.*(?:\bf\b|forget)|f ⊙ f",
        "lstm",
        edit=put("f * c + -> f * (f * c) +"),
    ),
    kind(
        "i applied twice, the input gate",
        rf"(?:\bi\b|input gate).*{TWICE}|{TWICE}.*(?:\bi\b|input gate)|i ⊙ i",
        "lstm",
        edit=put("i * n -> i * (i * n)"),
    ),
    kind(
        "o applied twice, the output gate",
        rf"(?:\bo\b|output gate).*{TWICE}|{TWICE}.*(?:\bo\b|output gate)|o ⊙ o",
        "lstm",
        edit=put("o * T -> o * (o * T)"),
    ),
    kind(
        "g applied twice to the candidate",
        rf"(?:\bg\b|gate).*{TWICE}|{TWICE}.*(?:\bg\b|gate)|g ⊙ g",
        "gated",
        edit=put("+ g * n -> + g * (g * n)"),
    ),
    # residual connections where there are none: "s changes by …"
    kind(
        "s_prev added: the old state added to the new",
        r"s_prev.*(?:added|\+|kept)|(?:added|\+|plus) (?:to )?(?:the )?(?:s_prev|old)"
        r"|old (?:s|state).*(?:added|kept|not over)|residual|skip|not overwritten",
        "simple",
        edit=put("S = tanh( -> S = s + tanh("),
    ),
    kind(
        "h_prev added: the old hidden state added to h",
        r"h_prev.*(?:added|\+|kept)|(?:added|\+|plus) (?:to )?(?:the )?(?:h_prev|old)"
        r"|old (?:h|state|hidden).*(?:added|kept)|residual|skip",
        "lstm",
        edit=put("H = o * T -> H = h + o * T"),
    ),
    # gates written down, but the state computed as a simple cell's
    kind(
        "the state is the candidate, as in a simple cell",
        r"candidate.*(?:for|as|instead|is) (?:of )?(?:the )?(?:new )?(?:s\b|state|answer)"
        r"|\b(?:s|state) (?:is|=|taken as|replaced by) (?:the )?candidate|simple cell"
        r"|overwrit|g (?:taken as|is|=) 1|gate.*(?:ignored|not used|left out|forgotten)",
        "gated",
        edit=put("(1 - g) * s + g * n -> n"),
    ),
    kind(
        "the state is the candidate, as in a simple cell, GRU",
        r"candidate.*(?:for|as|instead|is) (?:of )?(?:the )?(?:new )?(?:h\b|state|answer)"
        r"|\b(?:h|state) (?:is|=|taken as|replaced by) (?:the )?candidate|simple cell"
        r"|overwrit|z (?:taken as|is|=) 0|gate.*(?:ignored|not used|left out|forgotten)",
        "gru",
        edit=put("(1 - z) * n + z * h -> n"),
    ),
    kind(
        "z for 1 - z on the candidate",
        r"z (?:used )?for 1 - z|\bz\b.*both|1 - .*(?:left out|missing|forgotten)",
        "gru",
        edit=put("(1 - z) * n -> z * n"),
    ),
    # what a gate reads ---------------------------------------------------------------------------
    # convlstm #11: "you're confusing the hidden and output states"
    kind(
        "one gate reads the memory cell instead of h",
        READS_C,
        "lstm",
        edit=one("{q} = {fn}({wh} @ c + {wx} @ x + {b})"),
    ),
    kind(
        "every gate reads the memory cell instead of h",
        READS_C,
        "lstm",
        edit=each("{q} = {fn}({wh} @ c + {wx} @ x + {b})"),
    ),
    # lstm-odyssey #2: peepholes where there are none
    kind(
        "peephole: c added in every gate, without weights",
        READS_C,
        "lstm",
        edit=each("{q} = sig({wh} @ {h} + {wx} @ x + c + {b})", "sig"),
    ),
    # ConvLSTM #8: h and c go through the same weights
    kind(
        "every gate reads c, h + c through the same weights",
        READS_C + "|c_prev read besides",
        "lstm",
        edit=each("{q} = {fn}({wh} @ ({h} + c) + {wx} @ x + {b})"),
    ),
    # ONNX's P, keras #10971: the output gate looks at the new c
    kind(
        "the output gate reads the new memory cell",
        r"(?:\bo\b|output gate).*(?:reads?|peephole|new c|c_t\b|memory)"
        rf"|(?:new c|c_t\b|memory).*(?:\bo\b|output gate)|{READS_C}",
        "lstm",
        edit=instead(
            f="""\
f = sig(Wfh @ h + Wfx @ x + bf)
i = sig(Wih @ h + Wix @ x + bi)
n = tanh(Wch @ h + Wcx @ x + bc)
C = f * c + i * n
o = sig(Woh @ C + Wox @ x + bo)
T = tanh(C)
H = o * T
"""
        ),
        listed=in_order,
    ),
    # Lasagne #448: a peephole of the new c added behind the output gate's function
    kind(
        "the new memory cell added behind the output gate's sigmoid",
        rf"{C}.*(?:added|behind|\+)|(?:added|behind|\+).*{C}|peephole",
        "lstm",
        edit=instead(
            f="""\
f = sig(Wfh @ h + Wfx @ x + bf)
i = sig(Wih @ h + Wix @ x + bi)
n = tanh(Wch @ h + Wcx @ x + bc)
C = f * c + i * n
o = sig(Woh @ h + Wox @ x + bo) + C
T = tanh(C)
H = o * T
"""
        ),
        listed=in_order,
    ),
    # steps out of order
    kind(
        "the gate reads the candidate instead of the old state",
        r"(?:\bg\b|gate).*(?:reads?|from|with|computed|uses?).*(?:candidate|new)"
        r"|(?:candidate|new (?:s|state)).*(?:for|instead|read|before|in).*(?:s_prev|\bg\b|old"
        r"|gate)|\border\b",
        "gated",
        edit=instead(
            g="""\
n = tanh(Wss @ s + Wsx @ x + bs)
g = sig(Wgs @ n + Wgx @ x + bg)
S = (1 - g) * s + g * n
"""
        ),
        listed=in_order,
    ),
    # in-place code: s *= 1 - g before the candidate is computed
    kind(
        "in place: the candidate reads (1 - g) s",
        r"1 - g.*(?:candidate|\breads?|before|reset|s_prev|W)"
        r"|(?:candidate|\breads?|in.?place|too early|already|overwrit).*(?:1 - g|gated|kept"
        r"|reset)|kept part.*(?:read|candidate)|\breset",
        "gated",
        edit=put("Wss @ s + -> Wss @ ((1 - g) * s) +"),
    ),
    # mixing cells: the GRU's reset, or an MGU's f, in an LSTM (flax's MGUCell)
    kind(
        "the candidate reads f ⊙ h, as an MGU's",
        r"\bf\b.*(?:h_prev|\breads?|candidate|reset)|(?:candidate|h_prev).*\bf ⊙|f ⊙ h|\breset",
        "lstm",
        edit=put("Wch @ h -> Wch @ (f * h)"),
    ),
    # synaptic #31: the neurons of a layer activated one after another
    kind(
        "elements overwritten one by one, the later reading the new",
        ONE_BY_ONE,
        "simple",
        units=2,
        edit=instead(
            S="""\
S = np.array(s, dtype=float)
for at in range(len(S)): S[at] = tanh(Wss[at] @ S + Wsx[at] @ x + bs[at])
"""
        ),
    ),
    kind(
        "elements overwritten one by one, gated",
        ONE_BY_ONE,
        "gated",
        units=2,
        edit=instead(
            g="""\
g = np.zeros(len(s))
n = np.zeros(len(s))
S = np.array(s, dtype=float)
for at in range(len(S)):
    g[at] = sig(Wgs[at] @ S + Wgx[at] @ x + bg[at])
    n[at] = tanh(Wss[at] @ S + Wsx[at] @ x + bs[at])
    S[at] = (1 - g[at]) * S[at] + g[at] * n[at]
"""
        ),
    ),
    # the GRU's reset -----------------------------------------------------------------------------
    kind(
        "r, the reset gate, on the whole sum",
        r"(?:\br\b|reset).*(?:whole|\bsum\b|both|\ball\b|too\b|everything|bias)"
        r"|(?:whole|\bsum\b|both).*(?:\br\b|reset)|r ⊙ \(",
        "gru",
        edit=put("tanh(Whh @ (r * h) + Whx @ x + bh) -> tanh(r * (Whh @ h + Whx @ x + bh))"),
    ),
    # dl4mt #68, pytorch #99531: r applied to the bias as well
    kind(
        "r, the reset gate, behind the matrix and on the bias",
        r"(?:\br\b|reset).*(?:bias|\bb_?h|after|behind)|bias.*(?:\br\b|reset)|r ⊙ \(",
        "gru",
        edit=put("tanh(Whh @ (r * h) + Whx @ x + bh) -> tanh(r * (Whh @ h + bh) + Whx @ x)"),
    ),
    kind(
        "r, the reset gate, outside tanh",
        r"(?:\br\b|reset).*(?:outside|(?:behind|after) (?:the )?tanh|on (?:the )?candidate)"
        r"|r ⊙ (?:tanh|candidate|n\b)|candidate.*(?:times|⊙|multiplied|gated).*\br\b"
        r"|(?:times|multiplied by) r\b",
        "gru",
        edit=put("tanh(Whh @ (r * h) + Whx @ x + bh) -> r * tanh(Whh @ h + Whx @ x + bh)"),
    ),
    kind(
        "r, the reset gate, on the input",
        r"(?:\br\b|reset).*(?:\bx\b|input)|(?:\bx\b|input).*(?:\br\b|reset)",
        "gru",
        square=True,
        edit=put("Whh @ (r * h) + Whx @ x -> Whh @ h + Whx @ (r * x)"),
    ),
    # in-place h = r * h, read by what comes behind
    kind(
        "the update gate z reads r ⊙ h",
        r"\bz\b.*(?:\br\b|reset)|(?:\br ⊙ h|reset).*\bz\b|r ⊙ h|⊙ r read.*in z"
        r"|update gate.*(?:\br\b|reset)",
        "gru",
        edit=put("Wzh @ h -> Wzh @ (r * h)"),
    ),
    kind(
        "r ⊙ h kept instead of h",
        r"r ⊙ h|(?:\br\b|reset).*(?:kept|h_prev|old|state|\bz\b|part)"
        r"|(?:kept|h_prev|old).*(?:\br\b|reset)",
        "gru",
        edit=put("z * h -> z * (r * h)"),
    ),
    kind(
        "r taken from the candidate and put on the old state",
        r"r ⊙ h|\br\b.*(?:kept|h_prev|old|state|left out)|(?:kept|h_prev|old).*\br\b"
        r"|reset.*(?:kept|state|old|left out)",
        "gru",
        edit=put("(r * h) -> h", "+ z * h -> + z * (r * h)"),
    ),
    kind(
        "r h by the dot product",
        r"dot product|scalar|inner|one number",
        "gru",
        units=2,
        edit=put("(r * h) -> (r @ h + 0 * h)"),
    ),
    # weights of another line, copy and paste ------------------------------------------------------
    # numpy-ml #42: bo in the forget and in the update gate
    kind(
        "b_o used in the other gates too: the bias of the output gate",
        r"b[\^_{( ]*o\b\}? .*(?:for|in\b|used)|bias of (?:the )?(?:o\b|output)|\bo's bias"
        r"|output gate's bias|(?:take|use)s? b[\^_{( ]*o",
        "lstm",
        edit=put("+ bf -> + bo", "+ bi -> + bo"),
    ),
    # pytorch #5661: W_hc for W_hg
    kind("one unit takes another's recurrent weights", "{q}", GATES, edit=takes("wh")),
    kind("one unit takes another's input weights", "{q}", GATES, edit=takes("wx")),
    kind(
        "one unit is a copy of another's weights and bias",
        r"{q}|cop(?:y|ied)|same as",
        "lstm gru",
        edit=takes("wh wx b"),
    ),
    kind(
        "one unit takes another's weights, keeping its bias",
        r"{q}|cop(?:y|ied)|same as",
        "lstm gru",
        edit=takes("wh wx"),
    ),
    # machine-learning-book #106, keras-onnx #98: a bias counted in both halves
    kind(
        "bias twice in every unit",
        rf"bias.*{TWICE}|{TWICE}.*bias|2 ?[*·]? ?b\b",
        GATES,
        edit=each("{q} = {fn}(" + SUM + " + 2 * {b})"),
    ),
    # Keras's unit_forget_bias: the initial 1 instead of what is given
    kind(
        "b_f taken as 1, the forget gate's bias",
        r"(?:b[\^_{( ]*f\b|bias.*\bf\b|\bf\b.*bias|forget.*bias|bias.*forget).*(?:\b1\b|one)"
        r"|\b1\b.*(?:b[\^_{( ]*f\b|forget.*bias|bias.*forget|bias (?:of|in) f)",
        "lstm",
        given=with_all("bf", lambda v: 0 * v + 1),
    ),
    # blocks --------------------------------------------------------------------------------------
    kind("blocks of Keras read as those of DL4J", BLOCKS, "lstm", given=blocks("ifco", "cfoi")),
    # MATLAB's gruLayer is r, z, candidate; a port that puts the candidate first
    kind("blocks of the GRU shifted by one", BLOCKS, "gru", given=blocks("hrz", "rzh")),
    # keras #8720: "it seems that the biases also suffer from an order issue"
    kind(
        "blocks reordered, but not those of the biases",
        BIASES_ONLY,
        "lstm",
        given=only("b.", blocks("ifco", "iofc")),
    ),
    kind(
        "blocks of z and r exchanged in the biases only",
        BIASES_ONLY,
        "gru",
        given=only("b.", blocks("zr", "rz")),
    ),
    kind(
        "blocks exchanged in the input weights only",
        r"(?:blocks|swapped|exchanged|order).*(?:input|W\S*x\b)"
        r"|(?:input|W\S*x\}?).*(?:blocks|swapped|exchanged|order|of another|for W)",
        "lstm",
        given=only("W.x", blocks("ifco", "ifoc")),
    ),
    kind(
        "blocks exchanged in the recurrent weights only",
        r"(?:blocks|swapped|exchanged|order).*(?:recurrent|W\S*h\b)"
        r"|(?:recurrent|W\S*h\}?).*(?:blocks|swapped|exchanged|order|of another|for W)",
        "lstm",
        given=only("W.h", blocks("ifco", "ifoc")),
    ),
    # keras #10179 (reshape 0, 2, 1, 3), tensorflow #6072: interleaved or appended
    kind(
        "rows of the gates interleaved",
        r"interleav|stride|alternat|every (?:second|third|fourth|other)|unit by unit|reshape"
        rf"|rows|{BLOCKS}",
        GATES,
        units=2,
        given=interleaved,
    ),
    # orientation ---------------------------------------------------------------------------------
    # nntools #61 (post-multiplication); here in one unit only
    kind(
        "one unit's recurrent matrix transposed",
        r"transpos|columns?\b|h @ W|orient",
        GATES,
        units=2,
        edit=one("{q} = {fn}({wh}.T @ {h} + {wx} @ x + {b})"),
    ),
    kind(
        "one unit's input matrix transposed",
        r"transpos|columns?\b|x @ W|orient",
        GATES,
        units=2,
        square=True,
        edit=one("{q} = {fn}({wh} @ {h} + {wx}.T @ x + {b})"),
    ),
    # ufldl #3: MATLAB stores columns first; [W_h W_x] as one matrix
    kind(
        "weights [W_h W_x] filled by columns, as MATLAB does",
        r"column|\brows?\b|reshape|fortran|major|elements of W"
        r"|order of (?:the )?(?:weights|elements)",
        units=2,
        given=filled_by_columns,
    ),
    # NumPy: W * h for W @ h, then the wrong sum
    kind(
        "elementwise: W * h for W @ h, summed over the wrong axis",
        r"element.?wise|\baxis|column|W\S* ⊙|\* for @|wrong (?:sum|way)",
        units=2,
        edit=each("{q} = {fn}(({wh} * {h}).sum(0) + {wx} @ x + {b})"),
    ),
    kind(
        "only the diagonal of the recurrent matrices used",
        r"diagonal|element.?wise|W\S* ⊙|own (?:state|element)|cross",
        units=2,
        edit=each("{q} = {fn}(np.diag({wh}) * {h} + {wx} @ x + {b})"),
    ),
    # neural-networks #19: broadcasting with a bias of the wrong shape
    kind(
        "only the first element of each bias",
        r"bias.*(?:first|element|same|one number|scalar|broadcast|unit 1|\[)"
        r"|(?:first|element|same|one number|\[\d\]).*bias|b[\^_{(]*\w?\}?\["
        r"|b_\w.*(?:element|first|same)|elements? of b",
        units=2,
        edit=each("{q} = {fn}(" + SUM + " + {b}[0])"),
    ),
    kind(
        "a gate is its first element for all units",
        r"first (?:element|unit|number)|element 1|\[[01]\]|one number|scalar|broadcast"
        r"|same for (?:all|every)|unit 1|row 1",
        GATES,
        units=2,
        edit=each("{q} = sig(" + Z + ")[0] + 0 * {b}", "sig"),
    ),
    # SUM over a range that ends too early
    kind(
        "the last element of x left out in all sums",
        LAST_LEFT_OUT,
        units=2,
        square=True,
        inputs=lambda xs: [np.append(x[:-1], 0) for x in xs],
    ),
    kind(
        "the last element of the old state left out in all sums",
        rf"(?:element|column|[sh]_prev\[|last).*(?:{GONE}|short)|{GONE}.*(?:element|column|last)",
        "simple lstm",
        units=2,
        edit=each("{q} = {fn}({wh}[:, :-1] @ {h}[:-1] + {wx} @ x + {b})"),
    ),
    kind(
        "the last element of x left out in one unit",
        LAST_LEFT_OUT,
        GATES,
        units=2,
        square=True,
        edit=one("{q} = {fn}({wh} @ {h} + {wx}[:, :-1] @ x[:-1] + {b})"),
    ),
    # exercises that write x without its weights, as if they were implied
    kind(
        "input weights left out, all units",
        NO_WEIGHTS,
        square=True,
        edit=each("{q} = {fn}({wh} @ {h} + x + {b})"),
    ),
    kind(
        "input weights left out, one unit",
        NO_WEIGHTS,
        GATES,
        square=True,
        edit=one("{q} = {fn}({wh} @ {h} + x + {b})"),
    ),
    # signs in sums -------------------------------------------------------------------------------
    kind(
        "minus before the recurrent term, one unit",
        rf"{SIGNED}.*(?:recurrent|W\S*[hs]\b|[sh]_prev|\b{{q}}\b)"
        rf"|(?:recurrent|W\S*[hs]\b|[sh]_prev).*{SIGNED}|{UNSIGNED}",
        edit=one("{q} = {fn}(-({wh} @ {h}) + {wx} @ x + {b})"),
    ),
    kind(
        "minus before the bias, one unit",
        rf"{SIGNED}.*(?:bias|\bb_|\b{{q}}\b)|(?:bias|\bb_\w).*{SIGNED}"
        r"|wrong sign(?!.*(?:input|recurrent))",
        GATES,
        edit=one("{q} = {fn}(" + SUM + " - {b})"),
    ),
    # matrix products by hand: a minus sign not noticed
    kind(
        "minus times minus taken as minus",
        rf"minus times minus|(?:two|both) negative|{SIGNED}.*product|products?.*{SIGNED}"
        r"|double negative|negative.*(?:numbers|times)",
        GATES,
        units=2,
        edit=each("{q} = {fn}(product({wh}, {h}) + product({wx}, x) + {b})"),
        given=knowing(product=_with_negative_products),
    ),
    kind(
        "the candidate's minus sign lost",
        rf"candidate.*(?:{SIGNED}|absolute|\|)|(?:{SIGNED}|absolute).*(?:candidate|tanh|new)"
        r"|absolute",
        "gated lstm",
        units=2,
        edit=each("{q} = np.abs({fn}(" + Z + "))", "tanh"),
    ),
    # typing slips in what is given ---------------------------------------------------------------
    slip("two digits of a weight exchanged", _in_one(_digits_exchanged)),
    slip("the last digit of a weight lost", _in_one(_digit_lost)),
    slip("a digit of a weight typed twice", _in_one(_digit_doubled)),
    slip("sign of a weight lost or put in", _in_one(_sign_changed)),
    slip("decimal point of a weight one place right", _in_one(_point_right)),
    slip("decimal point of a weight one place left", _in_one(_point_left)),
    slip("a weight read from the place beside it", _neighbour, units=2),
    slip("two weights side by side exchanged", _two_exchanged, units=2),
    slip(
        "a row of a matrix used for the next as well", _row_twice, named=r"{q}|\brows?\b", units=2
    ),
    slip("two rows of a matrix exchanged", _rows_exchanged, named=r"{q}|\brows?\b", units=2),
    slip("sign of a bias lost or put in", _in_one(_sign_changed), "b"),
    slip("two digits of a bias exchanged", _in_one(_digits_exchanged), "b"),
    slip("decimal point of a bias moved", _in_one(_point_right), "b"),
    slip("two elements of a bias exchanged", _two_exchanged, "b", units=2),
    kind(
        "two digits of an input x exchanged",
        X_READ,
        inputs=in_x(_digits_exchanged),
    ),
    kind(
        "sign of an input x lost or put in",
        rf"{INPUT}.*{READ}|{READ}.*{INPUT}|{SIGNED}.*input",
        inputs=in_x(_sign_changed),
    ),
    kind(
        "decimal point of an input x moved",
        X_READ,
        inputs=in_x(_point_right),
    ),
    kind(
        "sign of the starting state lost or put in",
        rf"{STATE}.*{READ}|{READ}.*{STATE}|{SIGNED}.*(?:recurrent|\b[sh]\b)",
        given=in_start(_sign_changed),
    ),
    kind(
        "two digits of the starting state exchanged",
        rf"{STATE}.*{READ}|{READ}.*{STATE}",
        given=in_start(_digits_exchanged),
    ),
    # typing slips in the answer ------------------------------------------------------------------
    kind(
        "sign of the answer lost or put in",
        rf"{SIGNED}.*(?:answer|\b[sh]\b|state|number|result|typed|forgotten|left out|lost"
        rf"|changed)|^wrong sign$|(?:answer|\b[sh]\b|state|result|number).*{SIGNED}|negated",
        listed=first_number(_sign_changed),
    ),
    kind("two digits of the answer exchanged", DIGIT, listed=first_number(_decimals_exchanged)),
    kind(
        "decimal point of the answer moved",
        r"decimal (?:point|place)|\bpoint\b|factor (?:of )?10|\b10\b|tenth|tenfold|0\.1\b"
        rf"|{DIGIT}",
        listed=first_number(_point_left),
    ),
    kind(
        "another unit's number in the answer: element 2 for element 1",
        r"elements? (?:\d|of (?:the )?(?:[sh]\b|answer|state))"
        r"|(?:answer|\b[sh]\b|state).*element|elements (?:exchanged|swapped|mixed)"
        r"|(?:another|other) (?:unit|element)|unit \d|\[\d\]",
        units=2,
        listed=last_state(lambda v: np.append(v[1], v[1:])),
    ),
    # the wrong quantity in the answer ------------------------------------------------------------
    # nni #2839: c taken for the output
    kind(
        "the memory cell c given for h",
        rf"{C_FOR_H}|(?:\bo\b|output gate) and (?:the )?tanh"
        rf"|tanh and (?:the )?(?:o\b|output gate)|{H} is {C}",
        "lstm",
        listed=lambda rows: [row | {"H": row["C"]} for row in rows],
    ),
    kind(
        "c and h exchanged in the answer",
        rf"{C_FOR_H}|{H_FOR_C}",
        "lstm",
        listed=lambda rows: [row | {"H": row["C"], "C": row["H"]} for row in rows],
    ),
    # DMRA #10: o given as the cell's output
    kind(
        "the output gate o given for h",
        rf"(?:\bo\b|output gate)[^,;:]*(?:for|as|instead|given|typed|is)[^,;:]*{H}"
        rf"|{H} (?:is|=|taken as|replaced by) (?:the )?(?:o\b|output gate)"
        r"|tanh.*left out.*h\b|c left out",
        "lstm",
        listed=lambda rows: [row | {"H": row["o"]} for row in rows],
    ),
    kind(
        "the sum before tanh given as the state, tanh carried on",
        NOTANH,
        "simple",
        edit=put("S = tanh(Wss @ s + Wsx @ x + bs) -> S = Wss @ s + Wsx @ x + bs\nafter = tanh(S)"),
        carry={"s": "after"},
    ),
    kind(
        "the candidate written down already gated, g ⊙ candidate or i ⊙ candidate",
        r"[gi] ⊙|candidate.*(?:\b[gi]\b|gated|times|multipl)|\b[gi]\b.*candidate|new part",
        "gated lstm",
        listed=lambda rows: [
            row | {"n": row["n"] * row["g" if "g" in row else "i"]} for row in rows
        ],
    ),
    kind(
        "the sums written down for the gates",
        NOSIG,
        GATES,
        listed=lambda rows: [
            row | {k: np.log(row[k] / (1 - row[k])) for k in "rzgfio" if k in row} for row in rows
        ],
    ),
    # what is carried on --------------------------------------------------------------------------
    kind(
        "tanh of c carried on for c",
        r"tanh(?! (?:left|missing|forgotten|omitted)).*(?:carried|c_prev|\bc\b|kept|memory)"
        r"|tanh_c",
        "lstm",
        steps=2,
        carry={"h": "H", "c": "T"},
    ),
    kind(
        "tanh of c carried on for h, without the output gate",
        rf"tanh.*(?:carried|{INSTEAD} h|h_prev)|tanh_c|(?:\bo\b|output gate).*{GONE}"
        rf"|{GONE} (?:the )?(?:o\b|output gate)",
        "lstm",
        steps=2,
        carry={"h": "T", "c": "C"},
    ),
    kind(
        "the output gate o carried on for h",
        rf"(?:\bo\b|output gate)[^,;:]*(?:carried|{INSTEAD})[^,;:]*(?:{H}|state)"
        rf"|(?:{H}|state) (?:is|=|replaced by) (?:the )?o\b|o carried",
        "lstm",
        steps=2,
        carry={"h": "o", "c": "C"},
    ),
    kind(
        "the candidate carried on for c",
        r"candidate.*(?:carried|next step|c_prev|old|previous)|carried.*candidate"
        r"|(?:c_prev|memory).*candidate|candidate for c(?! in)",
        "lstm",
        steps=2,
        carry={"h": "H", "c": "n"},
    ),
    kind(
        "the memory cell c carried on for h",
        rf"{C_FOR_H}|{C}.*carried.*{H}",
        "lstm",
        steps=2,
        carry={"h": "C", "c": "C"},
    ),
    kind(
        "the hidden state h carried on for c",
        rf"{H_FOR_C}|{H}.*carried.*{C}",
        "lstm",
        steps=2,
        carry={"h": "H", "c": "H"},
    ),
    kind(
        "the candidate carried on instead of the state",
        r"candidate.*(?:carried|next step|s_prev|old|previous|for s\b|state)"
        r"|(?:carried|s_prev|state).*candidate",
        "gated",
        steps=2,
        carry={"s": "n"},
    ),
    kind(
        "the candidate carried on instead of the state, GRU",
        r"candidate.*(?:carried|next step|h_prev|old|previous|for h\b|state)"
        r"|(?:carried|h_prev|state).*candidate",
        "gru",
        steps=2,
        carry={"h": "n"},
    ),
    kind(
        "the sum before tanh carried on",
        NOTANH,
        "simple",
        steps=2,
        edit=put(
            "S = tanh(Wss @ s + Wsx @ x + bs) -> before = Wss @ s + Wsx @ x + bs\nS = tanh(before)"
        ),
        carry={"s": "before"},
    ),
    # starts --------------------------------------------------------------------------------------
    # an exercise: "the hidden state and the memory cell are 1"
    kind(
        "start from 1: the old state taken as 1",
        r"(?:_prev|start|initial|old|state|[shc]_?0).*(?:taken as|=|\bis|\bare|\bto|with|from"
        r"|as|by) (?:all )?(?:1\b|ones?\b)|\b(?:1|ones?) for (?:the )?(?:[shc]_prev|start"
        r"|initial|old|previous)|from (?:1|ones)\b",
        given=with_all("[shc]", lambda v: 0 * v + 1),
    ),
    # what is given for h ignored, zeros instead, while c is right
    kind(
        "hidden state starts from zero, the memory cell does not",
        rf"{H}.*(?:taken as 0|zero|= ?0|as 0|from 0)|recurrent.*{GONE}"
        rf"|(?:zero|0).*(?:{H}|start)|start.*(?:0|zero)",
        "lstm",
        given=with_all("h", lambda v: 0 * v),
    ),
    # hyperlstm #1: (zero_state, zero_state), one start for both
    kind(
        "h taken for c: the memory cell starts from h",
        rf"{H_FOR_C}|same start|c (?:starts|is started) (?:from|with) h|h_prev.*c_prev",
        "lstm",
        given=lambda g: g | {"c": g["h"]},
    ),
    # steps, and references of a spreadsheet ------------------------------------------------------
    # a book's formula: W_hh X(t-1)
    kind(
        "the recurrent term reads the previous input x",
        rf"{INPUT}.*(?:{BEFORE}|recurrent|{INSTEAD} (?:of )?(?:the )?(?:[sh]\b|[sh]_prev"
        rf"|state|old))|{BEFORE} {INPUT}|recurrent.*{INPUT}",
        "simple gated lstm",
        steps=2,
        square=True,
        edit=then(
            each("{q} = {fn}({wh} @ globals().get('last', {h}) + {wx} @ x + {b})"), "last = x"
        ),
    ),
    # copied rows whose references are not adjusted
    kind(
        "one unit reads the previous input x",
        X_BEFORE,
        GATES,
        steps=2,
        edit=then(
            one("{q} = {fn}({wh} @ {h} + {wx} @ globals().get('last', x) + {b})"), "last = x"
        ),
    ),
    kind(
        "one unit reads the first input x in every step",
        X_BEFORE,
        GATES,
        steps=2,
        edit=one("{q} = {fn}({wh} @ {h} + {wx} @ globals().setdefault('first', x) + {b})"),
    ),
    kind(
        "one unit reads the starting state in every step",
        rf"not carried|stale|{STATE}.*(?:every|all steps|again|step|{{q}}\b)"
        rf"|(?:every|all steps|again|step \d).*{STATE}",
        "gated lstm",
        steps=2,
        edit=one("{q} = {fn}({wh} @ globals().setdefault('first', {h}) + {wx} @ x + {b})"),
    ),
    # a stale variable of a notebook, a gate computed outside the loop
    kind(
        "one gate kept from the first step",
        GATE_KEPT,
        GATES,
        steps=2,
        edit=one("{q} = globals().setdefault('kept', {fn}(" + Z + "))", "sig"),
    ),
    kind(
        "one gate taken from the step before",
        GATE_KEPT,
        GATES,
        steps=2,
        edit=one("now = {fn}(" + Z + ")\n{q} = globals().get('kept', now)\nkept = now", "sig"),
    ),
    kind(
        "all gates kept from the first step",
        rf"(?:gates?\b|\b[fiogzr]\b).*{KEPT}|{KEPT}.*(?:gates?\b|\b[fiogzr]\b)",
        "lstm gru",
        steps=2,
        edit=each("{q} = globals().setdefault('kept_{q}', {fn}(" + Z + "))", "sig"),
    ),
    # ping-pong buffers and list indices off by one
    kind(
        "the sums read the state of two steps before",
        r"two steps|2 steps|\bstep (?:too )?late|late\b|stale|older|[sh]_\{?t ?- ?2"
        r"|not carried|before last|start.*again",
        "simple gated lstm",
        steps=3,
        edit=then(
            each("{q} = {fn}({wh} @ globals().get('older', {h}) + {wx} @ x + {b})"),
            "older = globals()['s' if 's' in globals() else 'h']",
        ),
    ),
    # mlx #3249: a bias skipped in the first step
    kind(
        "biases left out in the first step",
        rf"bias.*{GONE}|b_\w* {GONE}|{GONE}.*bias",
        steps=2,
        edit=then(
            each("{q} = {fn}(" + SUM + " + ({b} if 'begun' in globals() else 0))"), "begun = True"
        ),
    ),
    kind(
        "biases missing after the first step",
        rf"bias.*(?:{GONE}|only|first)|b_\w* {GONE}|{GONE}.*bias",
        steps=2,
        edit=then(
            each("{q} = {fn}(" + SUM + " + (0 if 'begun' in globals() else {b}))"), "begun = True"
        ),
    ),
    # captioning models (show and tell) feed x once
    kind(
        "the input x in the first step only",
        rf"(?:{INPUT}|input).*(?:{GONE}|first|only|step 1)|(?:first|only|zero).*{INPUT}",
        steps=2,
        inputs=lambda xs: [xs[0], *(0 * x for x in xs[1:])],
    ),
    # NeuroTorch #75: the loop makes one time step too many
    kind(
        "one step too many",
        r"step (?:too many|more|further|ahead|early|after|later|too far)|too many|next step"
        r"|once more|repeated|twice|too (?:early|far)|steps? \d.* for (?:step )?\d|again|\bearly",
        inputs=lambda xs: [*xs, xs[-1]],
        listed=lambda rows: rows[1:],
    ),
    kind(
        "the first step done twice, the others late",
        rf"same x at every step|{INPUT}.*(?:late|shift|twice|before|again|previous|repeated)"
        rf"|(?:late|shift|twice|repeated).*{INPUT}|step 1.*(?:twice|again)"
        r"|first (?:step|input|x)\b.*(?:twice|again|repeated)|step (?:too )?late|shifted",
        steps=2,
        inputs=lambda xs: [xs[0], *xs[:-1]],
    ),
    # video-classification #42 (view for transpose), #15 (batch_first)
    kind(
        "steps and elements of the inputs x mixed up",
        rf"transpos.*(?:{INPUT}|sequence)"
        rf"|(?:{INPUT}|sequence).*(?:transpos|mixed|reshap|element|\brows|column)"
        r"|steps and elements|elements (?:and steps|of x)|batch|reshape|\baxes",
        steps=2,
        units=2,
        square=True,
        inputs=turned,
    ),
    # precision -----------------------------------------------------------------------------------
    kind("one decimal carried on", ROUNDED, edit=lines(r"= np.round(\1, 1)")),
    kind(
        "cut after two decimals",
        r"decimal|round|trunc|\bcut\b|precision",
        steps=2,
        edit=lines(r"= np.trunc((\1) * 100) / 100"),
    ),
    # tables of sigmoids in old textbooks and embedded ports (tflite-micro #1148)
    kind(
        "sums rounded to one decimal, as in a table of sigmoids",
        r"decimal|round|\btable|precision",
        edit=each("{q} = {fn}(np.round(" + Z + ", 1))"),
    ),
    # a spreadsheet that shows one decimal
    kind(
        "weights rounded to one decimal",
        ROUNDED,
        given=with_all("W..", lambda v: np.round(v, 1)),
    ),
    kind(
        "gates rounded to one decimal",
        ROUNDED,
        GATES,
        edit=each("{q} = np.round({fn}(" + Z + "), 1)", "sig"),
    ),
    # NumPy: the state written into an array of integers
    kind(
        "the state cut to a whole number when carried on",
        r"whole|integer|trunc|\bcut\b|rounded|not carried"
        r"|(?:carried|state|_prev).*(?:\b0\b|zero|lost)",
        "gated lstm simple",
        steps=2,
        edit=lambda text, source: (
            text + ("whole = np.trunc(S)\n" if "S =" in text else "whole = np.trunc(H)\n"),
            "",
        ),
        carry=CARRIED | {"s": "whole", "h": "whole"},
    ),
)

HALVES = (MISTAKES[0::2], MISTAKES[1::2])
