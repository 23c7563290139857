"""Pictures and pages: whole, legible, right, and complete in themselves."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser
from itertools import combinations, pairwise
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from rnncalc import CELLS
from rnncalc.cells.catalogue import EXAMPLES
from rnncalc.cells.functions import FUNCTIONS
from rnncalc.cells.model import Cell, cell
from tests.conftest import Calculator, shape_of

#: Cells that nobody would build, each odd in its own way.
_ODD = {
    "differences": "d = x - u_prev\nu = u_prev / (d * d + 1) - v_prev\n"
    "v = u * d - v_prev * v_prev\n",
    "no input": "a = 1 - b_prev\nb = a * a_prev + 0.5 * b_prev\n",
    "swapped": "k = z_prev\nz = k_prev * x + k\nq = -z\nw = softplus(-q) + q * q * q\n",
    "crossed": "f = sigmoid(W.fx @ x + c_prev)\nc = 0.1 * c_prev + f_prev * (x - c_prev)\n",
    "deep": "s = tanh(-(x * (1 - s_prev) + (s_prev - x) * (x + relu(x))))\n",
}
_OWN = {name: cell(text, name) for name, text in {**EXAMPLES, **_ODD}.items()}
_SVG = "{http://www.w3.org/2000/svg}"
EXERCISE = "lstm --all-weights 1 --x 5 --round"
# As wide as a character is at most in DejaVu, which is wider than the other fonts of its kind:
# DejaVu Sans Mono has 0.602 em for all, DejaVu Sans has these on the whole of a word.
_MONO, _SANS = 0.602, 0.6


class Box(tuple[float, float, float, float]):
    """Left, top, right and bottom, with what is written there."""

    text: str


def _texts(root: ElementTree.Element) -> Iterator[Box]:
    """Yield where each text of a picture stands."""
    for node in root.iter(f"{_SVG}text"):
        text, size = "".join(node.itertext()), float(node.get("font-size", "13"))
        kind = (node.get("class") or "").split()
        width = len(text) * size * (_MONO if "n" in kind else _SANS)
        x, y = float(node.get("x", "0")), float(node.get("y", "0"))
        left = x - width * {"end": 1, "middle": 0.5}.get(node.get("text-anchor", ""), 0)
        box = Box((left, y - 0.72 * size, left + width, y + 0.16 * size))
        box.text = text
        yield box


def _meet(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    across = min(one[2], other[2]) - max(one[0], other[0])
    return across > 0 and min(one[3], other[3]) - max(one[1], other[1]) > 0


def _wires(root: ElementTree.Element) -> Iterator[tuple[float, float, float, float]]:
    """Yield the straight pieces of all wires, as boxes of no width."""
    for node in root.iter(f"{_SVG}path"):
        if "wire" in (node.get("class") or "").split():
            numbers = [float(n) for n in re.findall(r"-?[\d.]+", node.get("d", ""))]
            points = list(zip(numbers[::2], numbers[1::2], strict=True))
            for (a, b), (c, d) in pairwise(points):
                yield min(a, c) - 1, min(b, d) - 1, max(a, c) + 1, max(b, d) + 1


def _drawn(rnncalc: Calculator, command: str, file: Path) -> ElementTree.Element:
    """Return a picture, once it is sure that it is whole and that nothing lies on a text."""
    outcome = rnncalc(f"{command} --save {file} --force")
    assert outcome.status == 0, outcome
    root = ElementTree.fromstring(file.read_text("utf-8"))
    assert root.tag == f"{_SVG}svg"
    told = root.find(f"{_SVG}desc")
    assert told is not None
    assert 0 < len(told.text or "") <= 1000
    boxes = list(_texts(root))
    _, _, width, height = map(float, root.get("viewBox", "").split())
    for box in boxes:
        assert min(box[:2]) >= 0, box.text
        assert (box[2] <= width, box[3] <= height) == (True, True), box.text
    for one, other in combinations(boxes, 2):
        assert not _meet(one, other), (one.text, other.text)
    for wire in _wires(root):
        assert not [box.text for box in boxes if _meet(box, wire)], wire
    return root


def _weights(found: Cell, n: int, size: float, folder: Path, *, readout: bool) -> str:
    """Return the options that give a cell of n units its numbers, n inputs, and one step."""
    known: dict[str, object] = {}
    for count, (name, parameter) in enumerate(found.parameters.items(), 1):
        if "_y" in name and not readout:
            continue
        value: object = size * math.sin(count)
        for length in reversed(shape_of(found, parameter, n, n) if n else ()):
            value = [value] * length
        known[name] = value
    (folder / "w.json").write_text(json.dumps(known))
    x = json.dumps([0.3 * size] * n if n else 0.3 * size).replace(" ", "")
    given = f"--x {x}" if "x" in found.quantities else ""
    return f"--weights {folder / 'w.json'} {given}"


@pytest.mark.parametrize("name", [*CELLS, *_OWN])
@pytest.mark.parametrize("n", [0, 1, 2, 4, 9])
def test_a_step_is_legible(rnncalc: Calculator, name: str, n: int, tmp_path: Path) -> None:
    """No text of a cell's diagram lies on another, on a wire, or outside; 0 units: a number."""
    (tmp_path / "own.txt").write_text(EXAMPLES.get(name) or _ODD.get(name, ""))
    found = CELLS.get(name) or _OWN[name]
    command = name if name in CELLS else f"cell {tmp_path / 'own.txt'}"
    for size, option in ((0.7, ""), (0.7, "--round"), (1e-9, ""), (1e9, "--digits 12")):
        if option == "--round" and not any(FUNCTIONS[f].levels for f in found.functions):
            continue
        numbers = _weights(found, n, size, tmp_path, readout=not option)
        asked = f"{command} {numbers} {option}"
        root = _drawn(rnncalc, asked, tmp_path / "a.svg")
        texts = [box.text for box in _texts(root)]
        answer = rnncalc(f"{asked} -f plain").out
        for state in found.states:
            shown = re.search(rf"^{state} = (.*)$", answer, re.MULTILINE)
            assert shown
            values = shown[1].strip("[]").split(", ")
            for value in values if n < 9 else ():
                assert value in texts, (state, value)


@pytest.mark.parametrize("steps", [2, 12, 40, 700])
@pytest.mark.parametrize("n", [0, 3, 20])
@pytest.mark.parametrize("size", [0.7, 1e-9, 1e9])
def test_a_sequence_is_legible(
    rnncalc: Calculator, steps: int, n: int, size: float, tmp_path: Path
) -> None:
    """No text of a sequence's picture lies on another or outside, and the boxes hold the values."""
    numbers = _weights(CELLS["lstm"], n, size, tmp_path, readout=False)
    xs = [size * math.sin(t) for t in range(steps)]
    (tmp_path / "xs.json").write_text(json.dumps([[x] * n for x in xs] if n else xs))
    asked = f"lstm {numbers.partition(' --x')[0]} --xs @{tmp_path / 'xs.json'}"
    root = _drawn(rnncalc, asked, tmp_path / "a.svg")
    texts = [box.text for box in _texts(root)]
    if steps == 12 and n == 3:
        lines = rnncalc(f"{asked} -f plain").out.splitlines()
        values = [line.partition(" = [")[2].strip("]") for line in lines if line.startswith("f = ")]
        assert len(values) == 12
        assert all(value in texts for row in values for value in row.split(", "))


def test_a_sequence_of_zeros(rnncalc: Calculator, tmp_path: Path) -> None:
    """What is 0 at each step has a line, too."""
    root = _drawn(rnncalc, "gru --all-weights 0 --x 0 --x 0", tmp_path / "a.svg")
    assert "from 0 (t = 1) to 0 (t = 1)" in [box.text for box in _texts(root)]


def test_long_sequences_are_small_and_keep_their_spikes(
    rnncalc: Calculator, tmp_path: Path
) -> None:
    """500 steps of 64 units take less than 200 KiB; the spike of one step is drawn and named."""
    numbers = _weights(CELLS["lstm"], 64, 0.1, tmp_path, readout=False)
    xs = [[0.5] * 64 for _ in range(500)]
    xs[333][41] = 90.0
    (tmp_path / "xs.json").write_text(json.dumps(xs))
    asked = f"lstm {numbers.partition(' --x')[0]} --xs @{tmp_path / 'xs.json'}"
    root = _drawn(rnncalc, asked, tmp_path / "a.svg")
    assert (tmp_path / "a.svg").stat().st_size < 200 * 1024
    assert "90 (t = 334 in unit 42)" in " ".join(box.text for box in _texts(root))
    band = next(root.iter(f"{_SVG}polygon")).get("points", "")
    heights = [float(point.partition(",")[2]) for point in band.split()]
    frame = next(node for node in root.iter(f"{_SVG}rect") if node.get("class") == "grid")
    assert min(heights) == pytest.approx(float(frame.get("y", "")), abs=0.2)


def test_a_stream_takes_no_room(rnncalc: Calculator, tmp_path: Path) -> None:
    """What comes line by line is drawn too, in bins of as many steps as it takes."""
    lines = "".join(f"{5 if t == 70_001 else t % 3}\n" for t in range(100_000))
    command = f"simple --w-ss 0.1 --w-sx 0.2 --xs - --save {tmp_path / 'a.svg'}"
    assert rnncalc(command, stdin=lines).status == 0
    text = (tmp_path / "a.svg").read_text("utf-8")
    assert len(text) < 60_000
    assert "5 (t = 70,002)" in text


def test_wrong_answers_are_marked(rnncalc: Calculator, tmp_path: Path) -> None:
    """What is wrong has a box and a sign of its own, what is right neither; the status stays."""
    asked = f"{EXERCISE} --expect f=1 --expect c=3 --save {tmp_path / 'a.svg'}"
    assert rnncalc(asked).status == 1
    root = ElementTree.fromstring((tmp_path / "a.svg").read_text("utf-8"))
    texts = {box.text: box for box in _texts(root)}
    marked = [node for node in root.iter(f"{_SVG}rect") if node.get("class") == "marked"]
    assert len(marked) == 1
    top = float(marked[0].get("y", ""))
    assert top < texts["c"][1] < texts["c"][3] < top + float(marked[0].get("height", ""))
    assert [text[0] for text in texts if text[0] in "✓✗"] == ["✓", "✗"]


class _Page(HTMLParser):
    """Collects the tags of a page, and checks that each is closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert not self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag != "meta":
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def all(self, tag: str) -> list[dict[str, str | None]]:
        """Return the attributes of each tag of a name."""
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.mark.parametrize(
    ("command", "has_picture", "status"),
    [
        (EXERCISE, True, 0),
        ("gru --all-weights 0.5 --w-yh 1 --x 1 --x -2", True, 0),
        (f"{EXERCISE} --expect h=2", False, 1),
        ("simple --all-weights 1 --x 5 --lint", False, 0),
        ("lstm --equations", False, 0),
        ("lstm --all-weights 0.5 --xs '[1, 2, 3]' --summary", False, 0),
        ("lstm --all-weights 0.5 --xs '[1, 2, 3]' --reverse", True, 0),
    ],
)
def test_a_page(
    rnncalc: Calculator, command: str, has_picture: bool, status: int, tmp_path: Path
) -> None:
    """A page says its language, has headings with scopes, and neither scripts nor links."""
    file = tmp_path / "a.svg"
    assert rnncalc(f"{command} --save {file}").status == status
    ElementTree.fromstring(file.read_text("utf-8"))
    file = tmp_path / "a.html"
    outcome = rnncalc(f"{command} --save {file}")
    assert (outcome.status, outcome.out) == (status, "")
    text = file.read_text("utf-8")
    page = _Page(text)
    assert page.all("html") == [{"lang": "en"}]
    assert len(page.all("h1")) == len(page.all("main")) == 1
    assert all(heading["scope"] in ("col", "row") for heading in page.all("th"))
    assert len(page.all("caption")) == len(page.all("table"))
    assert len(page.all("svg")) == has_picture
    assert len(page.all("details")) >= has_picture
    told = {value for _, attributes in page.tags for value in attributes.values() if value}
    assert {value for value in told if "//" in value} <= {"http://www.w3.org/2000/svg"}
    assert not page.all("script") + page.all("link") + page.all("img")
    assert not re.search(r"@import|url\(|\son\w+=", text)
    assert "prefers-color-scheme" in text
    assert "@media print" in text
    names = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(("order", "last"), [("", "s = 123"), ("--reverse", "s = 321")])
def test_a_page_begins_with_the_state_computed_last(
    rnncalc: Calculator, tmp_path: Path, order: str, last: str
) -> None:
    """Run backwards, that is the state at the first input."""
    command = "simple --activation identity --w-ss 10 --w-sx 1 --xs '[1, 2, 3]'"
    rnncalc(f"{command} {order} --save {tmp_path}/s.html")
    assert f'<p class="answer">{last}</p>' in (tmp_path / "s.html").read_text("utf-8")


@pytest.mark.parametrize("wrong", [0, 1])
def test_answers_to_a_batch(rnncalc: Calculator, tmp_path: Path, wrong: int) -> None:
    """What a terminal says of a batch stands in a picture and on a page, the first wrong marked."""
    np.save(tmp_path / "xs.npy", np.arange(12.0).reshape(3, 2, 2) / 10)
    command = f"simple --w-ss 0 --w-sx 1 --activation identity --xs @{tmp_path / 'xs.npy'}"
    answers = np.arange(12.0).reshape(3, 2, 2) / 10
    answers[1, 1, 0] += wrong
    np.save(tmp_path / "s.npy", answers)
    command += f" --expect s=@{tmp_path / 's.npy'}"
    said = rnncalc(command).out.splitlines()
    for form in ("svg", "html"):
        file = tmp_path / f"a.{form}"
        assert rnncalc(f"{command} --save {file}").status == wrong
        text = unescape(file.read_text("utf-8"))
        assert said[0] in text
        assert said[-1].split(":")[0] in text
        assert text.count("✗ wrong in unit 1: look here first") >= wrong
        assert ("s@2" in text) == bool(wrong)


def test_words_of_an_own_cell_are_words(rnncalc: Calculator, tmp_path: Path) -> None:
    """What a file calls its cell and its quantities is text in a picture and on a page."""
    (tmp_path / "own.txt").write_text(
        "# <script>alert(1)</script> & $title\n"
        "h = tanh(W.hh @ h_prev + W.hx @ x) # <b> & \x1b \ufdd0\n"
    )
    asked = f"cell {tmp_path / 'own.txt'} --all-weights 1 --x 1"
    _drawn(rnncalc, asked, tmp_path / "a.svg")
    assert rnncalc(f"{asked} --save {tmp_path / 'a.html'}").status == 0
    page = _Page((tmp_path / "a.html").read_text("utf-8"))
    assert not page.all("script") + page.all("b")


@pytest.mark.parametrize("ending", ["svg", "html", "txt"])
def test_files(rnncalc: Calculator, tmp_path: Path, ending: str) -> None:
    """A file has its numbers as text, nothing else is printed, and none is overwritten unasked."""
    file = tmp_path / f"exercise.{ending}"
    outcome = rnncalc(f"{EXERCISE} --save {file}")
    assert (outcome.status, outcome.out) == (0, "")
    assert "0.9975" in file.read_text("utf-8")
    assert "won't overwrite" in rnncalc.error(f"{EXERCISE} --save {file}")
    assert rnncalc(f"{EXERCISE} --save {file} --force").status == 0
    assert [path.name for path in tmp_path.iterdir()] == [file.name]


def test_the_picture_in_the_readme(rnncalc: Calculator, tmp_path: Path) -> None:
    """The README's picture is what `--save tests/pictures/lstm.svg` draws for the exercise."""
    assert rnncalc(f"{EXERCISE} --save {tmp_path / 'a.svg'}").status == 0
    shown = Path(__file__).parent / "pictures" / "lstm.svg"
    assert shown.read_text("utf-8") == (tmp_path / "a.svg").read_text("utf-8")


_BACK = "--x 1 --x 2 --x -1 --x 0.5 --gradients"


@pytest.mark.parametrize(
    "command",
    [
        f"simple --w-ss -0.5 --w-sx 1 --s 0.1 {_BACK} --digits 12",
        f"lstm --all-weights 0.5 {_BACK} --target h=1 --target h@2=-1 --learning-rate 0.1",
        f"gru --all-weights 0.5 {_BACK} --set h@2=0.5",
        f"gated --all-weights 0.5 --w-gx [1,2] --w-sx [1,0] --s [1,-1] {_BACK} --of 'sum(s)'",
        "simple --w-ss 1e9 --w-sx 1 --activation identity --x 1 --x 1 --gradients",
        "simple --w-ss 0.5 --w-sx 1 --x 1 --gradients",
    ],
)
def test_the_way_back(rnncalc: Calculator, command: str, tmp_path: Path) -> None:
    """No text of the picture of gradients lies on another; its page has tables and the working."""
    _drawn(rnncalc, command, tmp_path / "a.svg")
    assert rnncalc(f"{command} --save {tmp_path / 'a.html'}").status == 0
    page = _Page((tmp_path / "a.html").read_text("utf-8"))
    assert all(heading["scope"] in ("col", "row") for heading in page.all("th"))
    assert len(page.all("caption")) == len(page.all("table")) >= 3
    assert len(page.all("svg")) == 1
    assert len(page.all("details")) >= 3


def test_bars_of_the_way_back(rnncalc: Calculator, tmp_path: Path) -> None:
    """With factors of 0.1 each bar is one power of ten higher; a negative one has a sign of it."""
    lines = " ".join(["--x 0"] * 4)
    command = f"simple --w-ss -0.1 --w-sx 1 --activation identity {lines} --gradients"
    root = _drawn(rnncalc, command, tmp_path / "a.svg")
    paths = [node for node in root.iter(f"{_SVG}path") if "wire" not in node.get("class", "")]
    bars = {"fill-output": "", "fill-state": "", "low": "", "minus": ""}
    for node in paths:
        bars[node.get("class", "")] = node.get("d", "")
    tops = {
        kind: [float(y) for y in re.findall(r"M[\d.]+ ([\d.]+)h", path)]
        for kind, path in bars.items()
    }
    assert [len(found) for found in tops.values()] == [1, 2, 2, 2]
    (start,), (four, two), (three, one) = tops["fill-output"], tops["fill-state"], tops["low"]
    gaps = [low - high for high, low in pairwise([four, three, two, one, start])]
    assert gaps == pytest.approx([gaps[0]] * 4, abs=0.2)
    texts = [box.text for box in _texts(root)]
    assert {"0.0001", "-0.001", "0.01", "-0.1", "1", "1e-4"} <= {*texts}
    assert "of a change of s_0, 0.01 % arrives at s_4" in " ".join(texts)


def test_a_long_way_back_is_small(rnncalc: Calculator, tmp_path: Path) -> None:
    """3,000 steps are drawn some at a time, in less than 60 KiB, and so is a page with them."""
    (tmp_path / "xs.json").write_text(json.dumps([math.sin(t) for t in range(3000)]))
    command = f"simple --w-ss -1.2 --w-sx 0.3 --xs @{tmp_path / 'xs.json'} --gradients"
    _drawn(rnncalc, command, tmp_path / "a.svg")
    assert (tmp_path / "a.svg").stat().st_size < 60 * 1024
    assert rnncalc(f"{command} --save {tmp_path / 'a.html'}").status == 0
    assert (tmp_path / "a.html").stat().st_size < 200 * 1024


def test_what_of_gradients_has_no_file(rnncalc: Calculator, tmp_path: Path) -> None:
    """Values alone go where the shell sends them; answers on derivatives are saved as text."""
    command = f"simple --w-ss 0.5 --w-sx 1 --x 1 --gradients --save {tmp_path / 'a.svg'}"
    assert rnncalc.error(f"{command} --only grad.w_ss").startswith("--save has no array of")
    told = rnncalc.error(f"{command} --expect grad.w_ss=1")
    assert told == "--save: answers on derivatives are saved as text (.txt)"
    text = tmp_path / "a.txt"
    assert rnncalc(f"{command[:-4]}.txt --expect grad.w_sx=0.42").status == 0
    assert "grad.w_sx" in text.read_text("utf-8")
