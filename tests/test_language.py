"""The language of cells: what is wrong is said with its place; roles, sizes come from the text."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest

from rnncalc import Cell, InputError, build, cell, run
from tests.conftest import Calculator

STATE = "h = tanh(W.hh @ h_prev + W.hx @ x + b.h)"  # a line to make a cell of another

# Below, «» are around a place that is wrong, where carets must begin, and may go on to its end;
# with ‹› they may stand anywhere within.

#: Expressions that are none, for one reason each, which is told somewhere within.
NO_EXPRESSIONS = [
    # brackets, operators, signs
    *["tanh(h", "tanh(h))", "(h + x]", "h +", "* h", "h * / x", "h x", "2 h", "2h", "(1 - h)(x)"],
    *["tanh h", "tanh()", "tanh", "tanh(h, x)", "tanh(h,)", "tanh(*h)", "tanh(z=h)"],
    *["h ** 2", "h ^ 2", "h // 2", "h % 2", "h < 2", "h == 2", "~h", "h & x", "h[0]", "[h]", "{h}"],
    *["(h, x)", "h, x", "h if x else h", "h and x", "not h", "h \\", "h²", "h · x", "$h", "h!"],
    *["r = h", "h; r = h", "h\x00", "h\u200b + x", "h := 2", "σ(h)", "ﬁ + h", "h.", ".h"],
    # what a program would understand
    *["exit(h)", "eval(h)", "__import__('os')", "__import__('os').system('true')", "await h"],
    *["().__class__.__bases__", "h.__class__", "W.__class__.mro", "W.qh.T @ h", "tanh.__globals__"],
    *["[v for v in h]", "(v for v in h)", "lambda v: v", "(lambda: h)()", "'text'", "f'{h}'"],
    *["tanh(h)(h)", "h.real", "x.T", "os.system(h)", '"""', "h @", "@ h"],
    # numbers and letters that only look right
    *["h * 1_0", "h * 1j", "h * 0x10", "h * 1e999", "h * ٣", "h * True", "h * None", "h * ..."],
    *["tanh(𝐡)", "tanh(ｈ)", "ｔａｎｈ(h)", "𝐖.qh @ h", "W.𝐪𝐡 @ h", "W.qé @ x", "W.q-x @ x", "b.é"],
    # names of nothing
    *["tanh(Hidden)", "V.qx @ x", "w.qx @ x", "W @ x", "W + h", "b. + h", "H_prev"],
    # matrices that are none
    *["h @ x", "2 @ h", "b.q @ h", "(1 - h) @ x", "tanh(h) @ x", "W.a @ x + W.a * h", "W.hh * h"],
]  # fmt: skip

#: Lines that are wrong beside a cell of one line, and what is told of each place, in order.
WRONG_LINES = [
    # No equation
    ("‹this is no equation›", "="),
    ("‹tanh(h)›", "="),
    ("q =‹ ›", ""),
    ("‹= tanh(h)›", "(?i)name"),
    ("‹q == tanh(h)›", ""),
    ("‹q := tanh(h)›", ""),
    ("‹q += h›", ""),
    ("‹q: float = h›", ""),
    ("‹def q(): return h›", ""),
    ("‹import os›", ""),
    # Names that are none
    *((f"‹{name} = tanh(h)›", "") for name in ("1q", "Q", "q-r", "q.r", "W.qr", "q r", "_q", "𝐬")),
    ("‹q, r = h›", ""),
    ("‹q_prev› = tanh(h)", "q_prev"),
    # Functions
    ("q = «sigmoi»(h)", "sigmoi.*did you mean sigmoid"),
    ("q = 1 - «tahn»(h)", "tahn.*did you mean tanh"),
    ("q = «Tanh»(h)", "Tanh.*did you mean tanh"),
    ("q = «hardsigmoid»(h)", "did you mean hard_sigmoid"),
    ("q = «frobnicate»(h)", "frobnicate"),
    # The order of computing
    ("q = tanh(h)\n«q» = tanh(x)", "line 2"),
    ("«h» = tanh(x)", "line 1"),
    ("q = tanh(h + «q»)", "q"),
    ("q = tanh(h + «r»)\nr = tanh(x)", "r.*line 3"),
    ("q = tanh(«r» + h)\nr = tanh(q)", "q.*r|r.*q"),
    ("q = tanh(«r» + h)\nr = tanh(p)\np = tanh(q)", r"\bp\b"),
    ("q = tanh(W.qu @ «u_prev»)", r"\bu\b"),
    ("hidden = h\nq = tanh(W.qu @ «hiden_prev»)", "did you mean hidden"),
    ("q = «x_prev»", "x"),
    # Names that are taken
    *((f"«{name}» = tanh(h)", rf"\b{name}\b") for name in ("t", "x", "pre", "exact")),
    *((f"«{name}» = tanh(h)", rf"\b{name}\b") for name in ("round", "only", "xs", "save_state")),
    *((f"«{name}» = tanh(h)", rf"\b{name}\b") for name in ("format", "weights", "set", "help")),
    ("«round» = tanh(W.s @ round_prev + W.x @ x)", "round"),
    ("q = h * «digits»", "digits"),
    ("q = h * «t»", r"\bt\b"),
    # Options that would be one
    ("q = W.ss @ h + «W.SS» @ x", "--w-ss"),
    ("q = b.q + h + «b.Q»", "--b-q"),
    ("q = W.q @ h + «w_q» * x", "--w-q"),
    ("q = b.q + «b_q» * h", "--b-q"),
    # Brackets
    ("‹[y = softmax(h)]›", "weight"),
    ("‹[y = softmax(h + b.y)]›", "weight"),
    ("‹[y = softmax(W.hh @ h)]›", "weight"),
    ("[y = W.yh @ h]\nq = tanh(«y»)", r"\by\b"),
    ("‹[y = tanh(W.yy @ y_prev)]›", r"\by\b"),
    ("‹[y = W.yh @ h›", r"\]"),
    ("‹y = W.yh @ h]›", r"\[|\]"),
    # Weights
    ("q = tanh(«W.a»)", "W.a"),
    ("q = «W.a» + h", "W.a"),
    ("q = «W.a» / h", "W.a"),
    ("f = sigmoid(h)\nq = ‹f * W.fh @ h›", r"f \* \(W\.fh @ h\)"),
    ("q = ‹2 * W.a @ h› + x", r"2 \* \(W\.a @ h\)"),
    ("q = ‹W.a @ W.b @ h›", r"W\.a @ \(W\.b @ h\)"),
]  # fmt: skip

FAULTS = [
    *((f"{STATE}\nq = ‹{text}›", "") for text in NO_EXPRESSIONS),
    *((f"{STATE}\n{lines}", told) for lines, told in WRONG_LINES),
    (f"q = tanh(«h»)\n{STATE}", "line 2"),
    ("h = tanh(W.hh @ «h» + W.hx @ x + h_prev)", "h_prev"),
]

_MARKS = "«»‹›"


def _messages(text: str, name: str = "mine") -> tuple[str, ...]:
    with pytest.raises(InputError) as raised:
        cell(text, name)
    return raised.value.messages


def _places(text: str) -> list[tuple[int, int, int, bool]]:
    """Return each marked place: its line from 1, where it begins and ends, and whether exactly."""
    found = []
    for k, line in enumerate(text.split("\n"), 1):
        column = 0
        for char in _printable(line):
            if char in "«‹":
                start = column
            elif char in "»›":
                found.append((k, start, column, char == "»"))
            else:
                column += 1
    return found


def _plain(text: str) -> str:
    return text.translate({ord(mark): None for mark in _MARKS})


def _check(message: str, text: str, place: tuple[int, int, int, bool], told: str) -> None:
    """Check that a message is about a place of a text, shows it, and says what it should."""
    number, start, end, exactly = place
    line = _plain(text).split("\n")[number - 1]
    head, shown, carets, *rest = message.split("\n")
    assert head.startswith(f"mine, line {number}: ")
    assert not rest
    assert shown.startswith("    ")
    assert shown[4:].strip() == _printable(line).strip()
    found = re.fullmatch(r"( {4} *)(\^+) *", carets)
    assert found, message
    cut = _printable(line).index(shown[4:])  # blanks at the left may be
    first = len(found[1]) - 4 + cut
    last = first + len(found[2])
    if exactly:
        assert first == start, message
    ends = end == len(_printable(line))  # what isn't there is missing behind the end
    assert start <= first < last <= end + ends, message
    assert re.search(told, head), message


def _printable(line: str) -> str:
    return "".join(c if c.isprintable() or c == "\u00a0" else "\ufffd" for c in line)


@pytest.mark.parametrize(("text", "told"), FAULTS, ids=[text.split("\n")[-1] for text, _ in FAULTS])
def test_faults(text: str, told: str) -> None:
    """What is wrong is said with its line, its place, and what would do, and nothing else is."""
    (place,) = _places(text)
    messages = _messages(_plain(text))
    assert told == "" or len(messages) == 1, "\n".join(messages)
    for message in messages:
        _check(message, text, place, told)


def test_all_faults_are_said_at_once() -> None:
    """A text with many things wrong is told all of them, in the order of its lines."""
    text = "\n".join([
        "# a cell",
        "f = «sigmoi»(W.fh @ h_prev + W.fx @ x)",
        "",
        "‹no equation›",
        "g = tanh(«late» + «u_prev»)  # two in a line",
        "late = W.lh @ h_prev",
        "h = f * g",
        "«h» = tanh(x)",
        "«t» = ‹exit(h)›",
    ])  # fmt: skip
    places = _places(text)
    messages = _messages(_plain(text))
    assert len(messages) == len(places), messages
    for message, place in zip(messages, places, strict=True):
        _check(message, text, place, "")


@pytest.mark.parametrize(("typed", "meant"), [("th", 0), ("si", 0), ("tan", 1), ("sigm", 1)])
def test_short_names_have_no_suggestion(typed: str, meant: int) -> None:
    """What may be meant is said from three characters on."""
    (message,) = _messages(f"{STATE}\nq = {typed}(h)")
    assert message.count("did you mean") == meant


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "equation|line"),
        ("\n\n# nothing but a title\n", "equation|line"),
        ("y = tanh(W.yx @ x + b.y)", "state|_prev"),
        ("y = tanh(W.yx @ x)\n[r = W.ry @ y]", "state|_prev"),
    ],
)
def test_faults_of_the_whole(text: str, told: str) -> None:
    """What is wrong with a text as a whole has no line; above all it needs a state."""
    (message,) = _messages(text)
    assert message.startswith("mine: ")
    assert re.search(told, message)
    assert "\n" not in message


MANY = {
    "brackets": f"{STATE}\nq = " + "(" * 10_000 + "h" + ")" * 10_000,
    "calls": f"{STATE}\nq = " + "tanh(" * 5_000 + "h" + ")" * 5_000,
    "signs": f"{STATE}\nq = " + "-" * 10_000 + "h",
    "terms": f"{STATE}\nq = " + "+".join(["h"] * 20_000),
    "factors": f"{STATE}\nq = " + "*".join(["h"] * 20_000),
    "products": f"{STATE}\nq = " + "W.a@(" * 5_000 + "h" + ")" * 5_000,
    "open brackets": f"{STATE}\nq = " + "(" * 10_000,
    "square brackets": "[" * 10_000,
    "equals signs": f"{STATE}\nq = " + "=" * 10_000,
    "a name": f"{STATE}\n" + "q" * 60_000 + " = Q",
    "ten megabytes": f"{STATE}  # " + "x" * 10_000_000,
    "ten megabytes of lines": f"{STATE}\n" * 200_000,
}


@pytest.mark.parametrize("kind", MANY)
def test_texts_beyond_measure(kind: str) -> None:
    """What is too long or too deep is refused in a moment and a few words."""
    start = time.perf_counter()
    messages = _messages(MANY[kind])
    assert time.perf_counter() - start < 2
    assert len(messages) == 1
    assert len(messages[0]) < 1000
    assert messages[0].startswith("mine")


def test_many_faults_are_told_in_a_moment() -> None:
    """Thousands of faults take no longer than they are long."""
    start = time.perf_counter()
    assert _messages("\n".join(f"q{k} = foo(h{k}_prev)" for k in range(2000)))
    assert time.perf_counter() - start < 5


def test_files_that_are_no_cells(
    rnncalc: Calculator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file is refused by its name, whatever is wrong with it, and prints no result."""
    monkeypatch.chdir(tmp_path)
    file = Path("mine")
    file.write_bytes(b"h = tanh(h_prev)  # \xff\xfe latin \xe4\n")
    message = rnncalc.error(f"cell {file} --x 1")
    assert "mine" in message
    assert "UTF-8" in message
    file.write_bytes(b"h = tanh(h_prev) #" + b"x" * 10_000_000)
    assert len(rnncalc.error(f"cell {file} --x 1")) < 500
    file.write_text(f"{STATE}\nq = exit(h)\nr = tahn(h)\n")
    message = rnncalc.error(f"cell {file} --all-weights 1 --x 1")
    assert "line 2: " in message
    assert "line 3: " in message
    for given in ("none", ".", "-", "''"):
        assert rnncalc(f"cell {given} --x 1").status == 2
    assert rnncalc("cell").status == 2


# Texts that are cells ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        f"{STATE}",
        f"\n\n  {STATE}  \n\n",
        f"{STATE}\n",
        STATE.replace(" ", "\u00a0"),
        STATE.replace(" ", "\t"),
        STATE.replace(" ", ""),
        STATE.replace(" @", "@"),
        f"# a title\r\n{STATE}  # hidden state\r\n",
        f"\ufeff{STATE}\n",
        f"{STATE}#no blank",
        STATE + "  # ' \" ( [ { = \\ 𝐬 é # \u200b",
        f"   # a title\n{STATE}\n# another comment, q = (\n",
    ],
)
def test_texts_that_are_cells(rnncalc: Calculator, tmp_path: Path, text: str) -> None:
    """Blanks, line ends, comments and marks at the beginning of a file are no matter."""
    (step,) = run(build(cell(text), {}, [1], all_weights=0.5))
    assert step.values["h"] == pytest.approx(0.6351489523872873, rel=1e-15)  # tanh(0.75)
    (tmp_path / "mine").write_bytes(text.encode())
    out = rnncalc(f"cell {tmp_path}/mine --all-weights 0.5 --x 1 --only h").out
    assert float(out) == step.values["h"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("h = 0.5 - h_prev", -1.5),
        ("h = 0.5 − h_prev", -1.5),
        ("h = −h_prev", -2),
        ("h = --h_prev", 2),
        ("h = 1 - -h_prev", 3),
        ("h = h_prev / 4 / 2", 0.25),
        ("h = h_prev / (4 / 2)", 1),
        ("h = 8 - h_prev - 1", 5),
        ("h = 8 - (h_prev - 1)", 7),
        ("h = 1 + 2 * h_prev", 5),
        ("h = -h_prev * h_prev", -4),
        ("h = 2. * h_prev + .5 + 1e1 + 1E-1 + 0.", 14.6),
        ("h = (((h_prev)))", 2),
        ("h = relu(-h_prev) + identity(h_prev) + step(h_prev)", 3),
        ("h = step(h_prev - 2) + step(1 - h_prev)", 0),
        ("h = hard_sigmoid(h_prev - 2) + hard_sigmoid_02(h_prev - 2)", 1),
        ("h = hard_sigmoid(h_prev - 0.5)", 0.75),
        ("h = hard_sigmoid_02(h_prev - 1)", 0.7),
        ("h = hard_sigmoid(h_prev * 1.5) + hard_sigmoid_02(h_prev * 1.25)", 2),
        ("h = hard_sigmoid(-h_prev * 2) + hard_sigmoid_02(-h_prev * 2)", 0),
        ("h = softplus(h_prev - 2)", 0.6931471805599453),
        ("h = exp(h_prev - 1)", 2.718281828459045),
        ("h = softmax(h_prev)", 1),
        ("h = sigmoid(sigmoid(h_prev - 2) - 0.5)", 0.5),
    ],
)
def test_arithmetic(text: str, value: float) -> None:
    """Signs, brackets, numbers and functions mean what they mean at school; here h_prev is 2."""
    (step,) = run(build(cell(f"{text}\nq = h + x"), {"h": 2}, [0]))
    assert step.values["h"] == pytest.approx(value, rel=1e-15, abs=1e-15)


KEYWORDS = ["is", "if", "or", "in", "as", "and", "not", "lambda", "def", "None", "True", "1", "2h"]


@pytest.mark.parametrize("word", [word for word in KEYWORDS if word.isalpha() and word.islower()])
def test_keywords_are_names(word: str) -> None:
    """Names and subscripts that Python keeps for itself are names as any other."""
    made = cell(f"{word} = tanh(W.{word} @ {word}_prev + b.{word} + x)", "odd")
    assert made.states == (word,)
    (step,) = run(build(made, {word: 1, f"w_{word}": 0.5, f"b_{word}": 0.25}, [0.25]))
    assert step.values[word] == pytest.approx(0.7615941559557649, rel=1e-15)  # tanh(1)


def test_subscripts_are_keywords(rnncalc: Calculator, tmp_path: Path) -> None:
    """Every subscript is an option, in small letters."""
    terms = " + ".join(f"W.{word} @ h_prev" for word in KEYWORDS)
    (tmp_path / "mine").write_text(f"h = {terms}\n")
    given = " ".join(f"--w-{word.lower()} {k}" for k, word in enumerate(KEYWORDS, 1))
    assert rnncalc(f"cell {tmp_path}/mine {given} --h 1 --only h").out == "91\n"


def test_title_and_descriptions() -> None:
    """The first comment line is the title, what stands behind an equation describes it."""
    text = "\n# my cell\n# by me\nf = sigmoid(W.fh @ h_prev) # the gate # of it\nh = f * h_prev\n"
    made = cell(text, "mine")
    assert made.title == "my cell"
    assert [line.description for line in made.equations] == ["the gate # of it", ""]
    assert cell(made.source, "mine") == made
    assert cell("h = h_prev / 2", "mine").title == "mine"


def test_without_an_input(rnncalc: Calculator, tmp_path: Path) -> None:
    """A cell that reads no x takes none, and is repeated as often as is said."""
    (tmp_path / "half").write_text("h = h_prev / 2\n")
    command = f"cell {tmp_path}/half --h 8"
    assert rnncalc(f"{command} --only h").out == "4\n"
    assert rnncalc(f"{command} --only h --repeat 3").out == "4\n2\n1\n"
    assert "--x" in rnncalc.error(f"{command} --x 1")
    assert rnncalc("lstm --all-weights 1 --x 1 --repeat 2").status == 2


def test_constants_are_given_for_themselves(rnncalc: Calculator, tmp_path: Path) -> None:
    """A constant is a number or a vector of its size; --all-weights doesn't give it."""
    (tmp_path / "leaky").write_text("h = (1 - alpha) * h_prev + alpha * (W.hx @ x + W.hc * h_prev)")
    command = f"cell {tmp_path}/leaky --all-weights 1 --x '[4, 8]' --h '[2, 2]' --only h"
    assert "--alpha" in rnncalc.error(command)
    assert rnncalc(f"{command} --alpha 0.5").out == "[4, 6]\n"
    assert rnncalc(f"{command} --alpha '[0, 1]'").out == "[2, 10]\n"
    assert "--alpha" in rnncalc.error(f"{command} --alpha '[0, 1, 2]'")


# Roles ------------------------------------------------------------------------------------------

ROLES = [
    # The built-in cells' like
    (
        """r = sigmoid(W.rh @ h_prev + W.rx @ x)
        z = sigmoid(W.zh @ h_prev + W.zx @ x)
        candidate = tanh(W.hh @ (r * h_prev) + W.hx @ x)
        h = z * h_prev + (1 - z) * candidate""",
        {"r": "gate", "z": "gate", "candidate": "candidate", "h": "state"},
    ),
    (
        """f = sigmoid(W.fh @ h_prev + W.fx @ x)
        i = 1 - f
        candidate = tanh(W.ch @ h_prev + W.cx @ x)
        c = f * c_prev + i * candidate
        tanh_c = tanh(c)
        h = f * tanh_c
        [y = sigmoid(W.yh @ h + b.y)]""",
        {
            **{"f": "gate", "i": "gate", "candidate": "candidate", "c": "state"},
            **{"tanh_c": "intermediate", "h": "state", "y": "output"},
        },
    ),
    # A gate multiplies something computed, itself or 1 minus it; whatever is inside of it.
    ("g = step(h_prev)\nh = (1 - g) * x + h_prev", {"g": "gate"}),
    ("g = hard_sigmoid(h_prev)\nc = W.c @ x\nh = (1 - g) * c + h_prev", {"g": "gate"}),
    ("g = hard_sigmoid_02(h_prev + x)\nh = g * tanh(h_prev)", {"g": "gate"}),
    ("a = softmax(W.a @ h_prev + x)\nh = a * h_prev", {"a": "gate"}),
    ("g = sigmoid(tanh(h_prev) / 2)\nh = h_prev * g + x", {"g": "gate"}),
    ("g = sigmoid(h_prev + x)\nh = W.h @ (x + h_prev * (1 - g))", {"g": "gate"}),
    # What multiplies nothing, or a weight or a number alone, is no gate.
    ("g = sigmoid(W.g @ h_prev + x)\nh = tanh(W.h @ g)", {"g": "candidate", "h": "state"}),
    ("g = sigmoid(W.g @ h_prev + x)\nh = 2 * g", {"g": "candidate"}),
    ("g = sigmoid(W.g @ h_prev + x)\nh = W.h * g", {"g": "candidate"}),
    ("g = sigmoid(h_prev)\nh = tanh(x + g)", {"g": "intermediate"}),
    # What isn't within 0 and 1 is no gate, and neither is what only has a function inside.
    ("g = relu(W.g @ h_prev + x)\nh = g * h_prev", {"g": "candidate"}),
    ("g = sigmoid(W.g @ h_prev + x) / 2\nh = g * h_prev", {"g": "intermediate"}),
    ("f = tanh(h_prev + x)\ni = 1 - f\nh = i * h_prev", {"f": "candidate", "i": "intermediate"}),
    # Of two factors that could be, the left one is.
    (
        "f = sigmoid(h_prev + x)\ni = sigmoid(h_prev - x)\nm = f * i\nh = m + h_prev",
        {"f": "gate", "i": "candidate", "m": "intermediate"},
    ),
    (
        "f = sigmoid(h_prev + x)\ni = sigmoid(h_prev - x)\nm = f * i\nh = m + i * h_prev",
        {"f": "gate", "i": "gate"},
    ),
    ("c = tanh(h_prev + x)\ng = sigmoid(h_prev + x)\nh = c * g", {"c": "candidate", "g": "gate"}),
    # A state is a state first, a gate a gate before it is an output.
    ("h = sigmoid(W.h @ h_prev + x)\nq = h * x", {"h": "state", "q": "output"}),
    (
        "h = tanh(h_prev + x)\na = softmax(W.a @ h + x)\nq = a * h",
        {"h": "state", "a": "gate", "q": "output"},
    ),
    # What feeds no state, however far, is an output.
    (
        "h = tanh(h_prev + x)\np = tanh(W.p @ h + x)\nq = p + x",
        {"h": "state", "p": "output", "q": "output"},
    ),
    (
        "p = W.p @ x\nq = p / 2\nh = tanh(h_prev + q)",
        {"p": "intermediate", "q": "intermediate", "h": "state"},
    ),
]


@pytest.mark.parametrize(("text", "expected"), ROLES)
def test_roles(text: str, expected: dict[str, str]) -> None:
    """What a quantity is to its cell is found from the text, not from its name."""
    made = cell(text)
    assert {name: made.roles[name] for name in expected} == expected
    assert made.roles["x"] == "input"
    assert {made.roles[f"{state}_prev"] for state in made.states} == {"state"}


# Sizes ------------------------------------------------------------------------------------------

LAYERS = """
a = W.aa @ a_prev + W.ax @ x
c = W.cc @ c_prev + W.ca @ a
[y = W.yc @ c + b.y]
"""


@pytest.fixture
def layers(tmp_path: Path) -> str:
    """Return the command of a cell with two layers and a readout, all of them plain sums."""
    (tmp_path / "layers").write_text(LAYERS)
    return f"cell {tmp_path}/layers"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        # All plain numbers
        ("--all-weights 2 --x 3", {"x": 3, "a": 10, "c": 24}),
        ("--all-weights 2 --x 3 --w-yc 5", {"a": 10, "c": 24, "y": 120}),
        # Rows of a readout, a plain state beside it
        ("--all-weights 2 --x 3 --c 2 --w-yc '[1, 0, -1]'", {"c": 24, "y": [24, 0, -24]}),
        ("--all-weights 2 --x 3 --c 2 --w-yc '[[1], [2]]' --b-y 1", {"c": 24, "y": [25, 49]}),
        ("--all-weights 2 --x 3 --w-yc 1 --b-y '[1]'", {"c": 24, "y": [25]}),
        # Layers of 2 and 3, an input of 1
        (
            "--all-weights 1 --w-ca '[[1, 0], [0, 1], [1, 1]]' --w-ax '[[1], [2]]' --x 10"
            " --w-yc '[[1, 1, 1]]' --a 0 --c 0",
            {"x": 10, "a": [10, 20], "c": [10, 20, 30], "y": [60]},
        ),
        # A vector is a column where one element is met, a row where one is given
        ("--all-weights 1 --a 0 --c 0 --x 3 --w-ca '[1, 2]'", {"a": 3, "c": [3, 6]}),
        (
            "--all-weights 1 --a 0 --c '[0]' --x '[3, 4]' --w-ax 1 --w-ca '[1, 2]'",
            {"a": [3, 4], "c": [11]},
        ),
        # and a diagonal where the weight is square
        (
            "--all-weights 1 --a 0 --c '[0, 0]' --x '[3, 4]' --w-yc '[1, 2]' --b-y '[0, 1]'",
            {"a": [3, 4], "c": [3, 4], "y": [3, 9]},
        ),
        # --set fixes a size, too
        ("--all-weights 1 --c 0 --x 3 --set 'a=[1, 2]' --w-ca 1", {"a": [1, 2], "c": [1, 2]}),
        # Numbers make both sides equal
        ("--all-weights 1 --a 0 --c 0 --x '[3, 4]' --w-yc 2", {"y": [6, 8]}),
    ],
)
def test_sizes_by_class(
    rnncalc: Calculator, layers: str, given: str, expected: dict[str, object]
) -> None:
    """Each layer has its own size, found from what was given, and is plain or not by itself."""
    (step,) = rnncalc(f"{layers} {given} -f json").json
    assert {name: step[name] for name in expected} == expected


def test_both_readings_of_a_readout(rnncalc: Calculator, layers: str) -> None:
    """A vector weight of a readout that may be two things is shown as both matrices."""
    message = rnncalc.error(f"{layers} --all-weights 1 --c '[0, 0]' --a 0 --x 1 --w-yc '[5, 7]'")
    assert "--w-yc" in message
    assert "[[5, 7]]" in message
    assert "[[5, 0], [0, 7]]" in message
    given = f"{layers} --all-weights 1 --a 0 --c '[0, 0]' --x '[3, 4]' --only y --w-yc"
    assert rnncalc(f"{given} '[[5, 7]]'").out == "[43]\n"
    assert rnncalc(f"{given} '[[5, 0], [0, 7]]'").out == "[15, 28]\n"


def test_disagreements_of_all_classes_are_said_at_once(rnncalc: Calculator, layers: str) -> None:
    """Whatever doesn't fit in any layer is told with its shape, the shape needed, and why."""
    message = rnncalc.error(
        f"{layers} --all-weights 1 --a '[0, 0]' --c '[0, 0, 0]' --w-aa '[[1, 2, 3]]' --x 1"
        " --w-ca '[[1, 2, 3], [4, 5, 6]]' --w-yc '[[1, 2]]' --b-y '[0, 0]'"
    )
    lines = {line.split()[0]: line for line in message.splitlines()[1:]}
    assert {"--w-aa", "--w-ca", "--w-yc"} <= {*lines}
    assert "1×3" in lines["--w-aa"]
    assert "2×2" in lines["--w-aa"]
    assert "--a" in lines["--w-aa"]
    assert "2×3" in lines["--w-ca"]
    assert "3×2" in lines["--w-ca"]
    assert "1×2" in lines["--w-yc"]
    assert "2×3" in lines["--w-yc"]


def test_what_is_added_has_one_size(rnncalc: Calculator, tmp_path: Path) -> None:
    """A peephole, a product with a gate and a sum tie sizes together."""
    (tmp_path / "tied").write_text("h = W.h * h_prev + c_prev\nc = tanh(h) * x\n")
    command = f"cell {tmp_path}/tied --all-weights 1"
    (step,) = rnncalc(f"{command} --w-h '[1, 2]' --h 1 --c 0 --x '[0, 0]' -f json").json
    assert step["h"] == [1, 2]
    message = rnncalc.error(f"{command} --h '[1, 2]' --c '[1, 2, 3]' --x '[0, 0]'")
    assert "--c is a vector of 3" in message
    assert "input" in rnncalc.error(f"{command} --h '[1, 2]' --x '[0, 0, 0]'")


def test_a_readout_is_on_or_off(rnncalc: Calculator) -> None:
    """A weight of a readout switches it on, the rest is needed; a bias or --readout alone isn't."""
    command = "simple --w-ss 1 --w-sx 1 --x 1"
    assert "y" not in rnncalc(f"{command} -f json").json[0]
    assert "y" not in rnncalc("simple --all-weights 1 --x 1 -f json").json[0]
    (step,) = rnncalc(f"{command} --w-ys 2 --b-y 1 -f json").json
    assert step["y"] == pytest.approx(2 * step["s"] + 1, rel=1e-15)
    assert "--w-ys" in rnncalc.error(f"{command} --b-y 1")
    assert "--w-ys" in rnncalc.error(f"{command} --readout softmax")
    assert rnncalc(f"{command} --set y=3 --only y").out == "3\n"
    held = rnncalc(f"{command} --x 1 --w-ys 2 --set y@2=3 --only y").out.splitlines()
    assert held[1] == "3"
    assert float(held[0]) == 2 * step["s"]


def test_held_at_one_step(rnncalc: Calculator) -> None:
    """NAME@T holds a quantity at one step, where it beats NAME; a step beyond the end is none."""
    command = "gated --all-weights 1 --s 5 --xs '[1, 2, 3]' --only g"
    free = rnncalc(command).out.splitlines()
    assert rnncalc(f"{command} --set g@1=0.5").out.splitlines()[0] == "0.5"
    one = rnncalc(f"{command} --set g@2=0 --set s@1=5").out.splitlines()
    assert one[:2] == [free[0], "0"]
    assert rnncalc(f"{command} --set g=1 --set g@3=0.25").out == "1\n1\n0.25\n"
    assert "g@4" in rnncalc.error(f"{command} --set g@4=1")
    assert rnncalc(f"{command} --set g@0=1").status == 2


def test_what_nothing_reads_is_watched(rnncalc: Calculator, tmp_path: Path) -> None:
    """A quantity that isn't finite is found though no state depends on it."""
    (tmp_path / "q").write_text("h = h_prev + x\nq = exp(h)\nr = 1 / (1 + q)\n")
    for form in ("{}", "[{}]", "[{}, 0]"):
        xs = ", ".join(form.format(x) for x in (1, 2, 1000))
        message = rnncalc.error(f"cell {tmp_path}/q --xs '[{xs}]' -f json")
        assert "q is not a finite number at step 3" in message


def test_cells_compare(rnncalc: Calculator) -> None:
    """A built-in cell is what its own text makes of it."""
    for name in ("simple", "gated", "lstm", "gru"):
        source = rnncalc(f"{name} --equations -f source").out
        made = cell(source, name)
        assert isinstance(made, Cell)
        assert made.source == source or made.source + "\n" == source


def test_a_cell_without_weights_has_no_notes_on_them(rnncalc: Calculator, tmp_path: Path) -> None:
    """Where there are no weights, nothing is said of every weight."""
    (tmp_path / "halving").write_text("h = h_prev / 2 + 1")
    outcome = rnncalc(f"cell {tmp_path}/halving --repeat 2 --h 1")
    assert "weight" not in outcome.out
    assert "1.75" in outcome.out
