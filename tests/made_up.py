"""Made-up cells: texts with odd names, what every parameter of theirs is, and what they compute.

A cell is drawn as a tree of this module's own, which is written out as text and worked out here,
number by number. Nothing of the package is used: sizes, values and faults are known from the tree.
Each number goes with the most that it can be off by, so that the package's own order of summing
is no difference, and only that.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

#: Names of quantities: those that Python, NumPy or a program that evaluates cells may use itself.
NAMES = """
z k rows sums lambda t1 batch block np x1 loop float zip isfinite numpy len print quiet self a__b
nan inf e j none true start check verify w b h c s y g state values step_ names first problem weight
project append matrix bias def import in is if cell f2 h_ held row range
"""
CONSTANTS = "alpha beta dt n m i yield name shape tau"
SUBSCRIPTS = """
is if or in as lambda 1 2h 1e5 def None True x ss fh hX q_ 0x1 and not 1_0 yh a b c d e f g h i j k
l m n o p r t u v w y zz
"""
DESCRIPTIONS = ["", "", "gate [bold]", "100 % & 5 $", "what = it # is", "ζ, größer", "\\frac{a}_b"]
NUMBERS = ["1", "2", "0.5", ".25", "3.", "1e-1", "0.1", "7"]

_UNIT = 2.0**-52


class Number(NamedTuple):
    """A number, as it is written."""

    text: str


class Name(NamedTuple):
    """A quantity, a previous state, an input, a constant, a bias or an elementwise weight."""

    text: str


class Sign(NamedTuple):
    """Minus something."""

    of: Node


class Pair(NamedTuple):
    """Two operands of one size, and ``+ - *`` or ``/``."""

    sign: str
    left: Node
    right: Node


class Product(NamedTuple):
    """A matrix, ``W.ab`` or ``-W.ab``, times a vector of that many elements."""

    weight: str
    minus: bool
    vector: Node
    size: int


class Apply(NamedTuple):
    """A function of something."""

    function: str
    of: Node


Node = Number | Name | Sign | Pair | Product | Apply


class Line(NamedTuple):
    """An equation; with brackets it is computed only if its weights are given."""

    name: str
    node: Node
    size: int
    bracketed: bool


class MadeUp(NamedTuple):
    """A cell with a problem for it.

    text: the cell. lines: its equations. states: those that are read back, with their sizes.
    parameters: weights, biases and constants by symbol, and previous states by name, as they are
    given: nested lists, or numbers throughout if ``plain``. xs: the inputs, None for a cell
    without. held: quantities held at a value, by name, or by name and step, ``q@2``.
    steps: how many there are. on: whether the weights of bracketed lines are given.
    """

    text: str
    lines: tuple[Line, ...]
    states: Mapping[str, int]
    parameters: Mapping[str, Any]
    xs: Sequence[Any] | None
    held: Mapping[str, Any]
    steps: int
    plain: bool
    on: bool

    @property
    def computed(self) -> list[Line]:
        """The equations of quantities that a step has."""
        return [line for line in self.lines if self.on or not line.bracketed]

    @property
    def functions(self) -> set[str]:
        """The functions that those equations call."""
        return {
            node.function
            for line in self.computed
            for node in parts(line.node)
            if isinstance(node, Apply)
        }


def parts(node: Node) -> Iterator[Node]:
    """Yield a node and all below it."""
    yield node
    match node:
        case Sign(of) | Apply(_, of) | Product(_, _, of, _):
            yield from parts(of)
        case Pair(_, left, right):
            yield from parts(left)
            yield from parts(right)


def _side_by_side(node: Node) -> Iterator[Node]:
    """Yield what has the size of the node itself: all that stands in no product with a matrix."""
    yield node
    match node:
        case Sign(of) | Apply(_, of):
            yield from _side_by_side(of)
        case Pair(_, left, right):
            yield from _side_by_side(left)
            yield from _side_by_side(right)


# Text -------------------------------------------------------------------------------------------

_LEVELS = {"+": 1, "-": 1, "*": 2, "/": 2}


def written(node: Node, least: int = 0, spare: Callable[[], bool] = lambda: False) -> str:
    """Return a node as text, in brackets if it binds less than asked, or if there are to be some.

    Levels: 1 for a sum, 2 for a product, 3 for a sign, 4 for the rest.
    """
    match node:
        case Number(text) | Name(text):
            return text
        case Apply(function, of):
            return f"{function}({written(of, 0, spare)})"
        case Sign(of):
            level, text = 3, "-" + written(of, 4, spare)
        case Product(weight, minus, vector, _):
            level, text = 2, f"{'-' * minus}{weight} @ {written(vector, 3, spare)}"
        case Pair(sign, left, right):
            level = _LEVELS[sign]
            text = f"{written(left, level, spare)} {sign} {written(right, level + 1, spare)}"
    return f"({text})" if level < least or spare() else text


# Drawing ----------------------------------------------------------------------------------------

FUNCTIONS = ["sigmoid", "tanh", "sigmoid", "tanh", "hard_sigmoid", "hard_sigmoid_02", "softmax"]
FUNCTIONS += ["exp", "softplus", "relu", "identity", "step"]


class _Maker:
    """Draws the equations of a cell; what they read is noted, with its shape."""

    def __init__(self, chance: random.Random, sizes: Sequence[int]) -> None:
        self.chance = chance
        self.sizes = sizes  # by class; the first is the input's
        self.names = chance.sample(NAMES.split(), 5)
        self.constants = [name for name in CONSTANTS.split() if name not in self.names]
        self.subscripts = SUBSCRIPTS.split()
        self.shapes: dict[str, tuple[int, ...]] = {}  # of weights and biases, by symbol
        self.classes: dict[str, int] = {}  # of quantities, previous states, x and constants
        self.matrices: dict[str, tuple[int, int]] = {}  # classes of rows and columns
        self.readable: list[str] = []  # quantities, previous states, and x
        self.own: list[str] = []  # the weights of the line that is being drawn
        self.bracketed = False

    def pick(self, *choices: Any) -> Any:
        return self.chance.choice(choices)

    def maybe(self, tenths: int) -> bool:
        return self.chance.randint(0, 9) < tenths

    def subscript(self) -> str:
        found = self.pick(*self.subscripts) if self.subscripts else f"n{len(self.shapes)}"
        self.subscripts = [s for s in self.subscripts if s.lower() != found.lower()]
        return str(found)

    def known(self, kind: int) -> list[str]:
        return [name for name in self.readable if self.classes[name] == kind]

    def product(self, kind: int, depth: int) -> Product:
        """Draw a matrix times something, whose rows are those of the class."""
        met = self.pick(*{self.classes[name] for name in self.readable})
        vector = Name(self.pick(*self.known(met))) if self.maybe(6) else self.sum(met, depth - 1)
        # What a bracketed line shared would be no weight of its own.
        again = [w for w in self.matrices if self.matrices[w] == (kind, met)]
        again = [w for w in again if w in self.own or not self.bracketed]
        if again and self.maybe(3):
            weight = self.pick(*again)
        else:
            weight = f"W.{self.subscript()}"
            self.matrices[weight] = (kind, met)
            self.shapes[weight] = (self.sizes[kind], self.sizes[met])
            self.own.append(weight)
        return Product(weight, self.maybe(1), vector, self.sizes[met])

    def bias(self, kind: int) -> Name:
        symbol = f"b.{self.subscript()}"
        self.shapes[symbol] = (self.sizes[kind],)
        return Name(symbol)

    def constant(self, kind: int) -> Name:
        again = [name for name in self.constants if self.classes.get(name, kind) == kind]
        name = self.pick(*again[:3])
        self.classes[name] = kind
        return Name(name)

    def factor(self, kind: int, depth: int) -> Node:
        """Draw something that has a size of its own: no number alone."""
        known = self.known(kind)
        choice = self.chance.randint(0, 11)
        if depth > 0 and choice == 0:
            return Apply(self.pick(*FUNCTIONS), self.sum(kind, depth - 1))
        if depth > 0 and choice == 1:
            return self.sum(kind, depth - 1)
        if choice == 2:
            return self.constant(kind)
        if choice == 3 and known:
            return Apply(self.pick(*FUNCTIONS), Name(self.pick(*known)))
        if choice == 4:
            return Sign(self.factor(kind, depth - 1))
        if known and choice < 9:
            return Name(self.pick(*known))
        return self.product(kind, depth) if self.readable else self.bias(kind)

    def term(self, kind: int, depth: int) -> Node:
        """Draw a summand."""
        choice = self.chance.randint(0, 13)
        if choice < 5:
            return self.product(kind, depth)
        if choice < 7:
            return self.bias(kind)
        factor = self.factor(kind, depth)
        if choice == 7:
            weight = f"W.{self.subscript()}"
            self.shapes[weight] = (self.sizes[kind],)
            self.own.append(weight)
            sides = (Name(weight), factor)
            return Pair("*", *(sides if self.maybe(7) else sides[::-1]))
        if choice == 8:
            return Pair("*", factor, self.factor(kind, depth - 1))
        if choice == 9:
            return Pair("*", Number(self.pick(*NUMBERS)), factor)
        if choice == 10:
            return Pair("/", factor, self.divisor(kind, depth))
        if choice == 11 and depth > 0:
            gate = Apply(self.pick("sigmoid", "hard_sigmoid", "step"), self.sum(kind, depth - 1))
            return Pair("*", Pair("-", Number("1"), gate), factor)
        return factor

    def divisor(self, kind: int, depth: int) -> Node:
        """Draw what is at least 1."""
        if self.maybe(4):
            return Number(self.pick("1", "2", "3.", "7"))
        function = self.pick("step", "exp", "relu", "softplus", "sigmoid")
        return Pair("+", Number("1"), Apply(function, self.factor(kind, depth - 1)))

    def sum(self, kind: int, depth: int) -> Node:
        """Draw a sum of one to four terms; one of them is more than a number."""
        node = self.term(kind, depth)
        for _ in range(self.chance.randint(0, 3 if depth > 1 else 1)):
            other = Number(self.pick(*NUMBERS)) if self.maybe(2) else self.term(kind, depth)
            sign = self.pick("+", "+", "-")
            node = Pair(sign, other, node) if self.maybe(2) else Pair(sign, node, other)
        return node

    def line(self, name: str, kind: int, *, bracketed: bool = False) -> Line:
        """Draw an equation."""
        self.own, self.bracketed = [], bracketed
        node = self.sum(kind, 2)
        if bracketed and not self.own:
            node = Pair("+", self.product(kind, 0), node)
        if self.maybe(6):
            node = Apply(self.pick(*FUNCTIONS), node)
        self.classes[name] = kind
        self.readable.append(name)
        return Line(name, node, self.sizes[kind], bracketed)


def _symbols(lines: Sequence[Line]) -> set[str]:
    found = set()
    for line in lines:
        for node in parts(line.node):
            if isinstance(node, Name):
                found.add(node.text)
            elif isinstance(node, Product):
                found.add(node.weight)
    return found


class _Group(NamedTuple):
    """A part of an equation that has one size.

    rows: the matrices in it, whose rows are of that size. columns: the matrix that it is multiplied
    by, if any. names: those in it. fixed: whether a vector among its parts says which size.
    """

    rows: set[str]
    columns: str | None
    names: set[str]
    fixed: bool


def _groups(line: Line, states: set[str], vectors: Collection[str]) -> Iterator[_Group]:
    """Yield the groups of an equation; ``vectors`` are the biases and the elementwise weights."""

    def group(top: Node, columns: str | None, fixed: bool) -> _Group:
        beside = list(_side_by_side(top))
        names = {node.text for node in beside if isinstance(node, Name)}
        fixed |= any(name == "x" or name.endswith("_prev") for name in names)
        rows = {node.weight for node in beside if isinstance(node, Product)}
        return _Group(rows, columns, names, fixed or bool(names & {*vectors}))

    yield group(line.node, None, line.name in states)
    for node in parts(line.node):
        if isinstance(node, Product):
            yield group(node.vector, node.weight, False)


def made_up(seed: int) -> MadeUp:
    """Return a cell, what is given to it, and how many steps there are: the same of a seed."""
    chance = random.Random(seed)
    plain = chance.randint(0, 2) == 0
    count = chance.randint(1, 4)
    sizes = [1 if plain else chance.randint(1, 3) for _ in range(chance.randint(1, 3))]
    maker = _Maker(chance, sizes)
    kinds = [chance.randrange(len(sizes)) for _ in range(count)]
    names = maker.names[:count]
    states = set(chance.sample(names, chance.randint(1, count)))
    for name in sorted(states):
        maker.classes[f"{name}_prev"] = kinds[names.index(name)]
        maker.readable.append(f"{name}_prev")
    if has_input := maker.maybe(9):
        maker.classes["x"] = 0
        maker.readable.append("x")
    lines = [maker.line(name, kind) for name, kind in zip(names, kinds, strict=True)]
    read = _symbols(lines)
    first = f"{min(states)}_prev"
    if not any(f"{name}_prev" in read for name in states):  # then there is no state yet
        lines[0] = _with_term(maker, lines[0], kinds[0], first)
    if has_input and "x" not in read:
        lines[-1] = _with_term(maker, lines[-1], kinds[-1], "x")
    read = _symbols(lines)
    states = {name for name in states if f"{name}_prev" in read}
    maker.readable = [name for name in maker.readable if not name.endswith("_prev") or name in read]
    for name in maker.names[count : count + chance.choice([0, 0, 0, 1, 1, 2])]:
        kind = chance.randrange(len(sizes))
        lines.append(maker.line(name, kind, bracketed=True))
    bracketed = any(line.bracketed for line in lines)
    on = bracketed and maker.maybe(8)
    return _problem(maker, lines, states, has_input=has_input, plain=plain, on=on)


def each_made_up(seeds: range, check: Callable[[int, MadeUp], None]) -> None:
    """Call a function with each seed and what is made up from it; what it raises names the seed."""
    for seed in seeds:
        made = made_up(seed)
        try:
            check(seed, made)
        except BaseException as error:
            error.add_note(f"made_up({seed}) is\n{made.text}")
            raise


def _with_term(maker: _Maker, line: Line, kind: int, name: str) -> Line:
    """Return a line that reads a name, too."""
    if maker.classes[name] == kind:
        term: Node = Name(name)
    else:
        weight = f"W.{maker.subscript()}"
        size = maker.sizes[maker.classes[name]]
        maker.shapes[weight] = (maker.sizes[kind], size)
        term = Product(weight, False, Name(name), size)
    return line._replace(node=Pair("+", line.node, term))


def _problem(
    maker: _Maker,
    lines: list[Line],
    states: set[str],
    *,
    has_input: bool,
    plain: bool,
    on: bool,
) -> MadeUp:
    """Return a cell with numbers."""
    chance = maker.chance
    huge = chance.randint(0, 4) == 0
    steps = chance.randint(1, 4)

    def number() -> float:
        if huge and chance.random() < 0.25:
            return chance.choice([1e200, -1e200, 1e-200, 1e150, 700.0, -700.0])
        kind = chance.random()
        if kind < 0.3:
            return float(chance.randint(-2, 2))
        return chance.randint(-24, 24) / 8 if kind < 0.5 else chance.uniform(-1.5, 1.5)

    def drawn(shape: tuple[int, ...]) -> Any:
        if plain or not shape:
            return number()
        return [drawn(shape[1:]) for _ in range(shape[0])]

    active = [line for line in lines if on or not line.bracketed]
    shapes = _shapes(maker, active, states)
    given = {symbol: drawn(shape) for symbol, shape in shapes.items()}
    sizes = {line.name: line.size for line in lines}
    given |= {name: drawn((sizes[name],)) for name in sorted(states)}
    held = {}
    for name in chance.sample([line.name for line in active], int(chance.random() < 0.35)):
        at = chance.choice(["", "", f"@{chance.randint(1, steps)}"])
        held[name + at] = drawn((sizes[name],))
    return MadeUp(
        text=_text(chance, lines),
        lines=tuple(lines),
        states={line.name: line.size for line in lines if line.name in states},
        parameters=given,
        xs=[drawn((maker.sizes[0],)) for _ in range(steps)] if has_input else None,
        held=held,
        steps=steps,
        plain=plain,
        on=on,
    )


def _shapes(maker: _Maker, lines: Sequence[Line], states: set[str]) -> dict[str, tuple[int, ...]]:
    """Return the shapes that weights, biases and constants are given in.

    A matrix may be a diagonal or a number where vectors fix the sizes on both its sides, a
    constant a number where anything fixes its size.
    """
    read = _symbols(lines)
    shapes = {symbol: shape for symbol, shape in maker.shapes.items() if symbol in read}
    vectors = [symbol for symbol, shape in shapes.items() if len(shape) == 1]
    groups = [group for line in lines for group in _groups(line, states, vectors)]
    for symbol, shape in shapes.items():
        if len(shape) == 2 and shape[0] == shape[1] and maker.chance.randint(0, 2) == 0:
            around = [g for g in groups if symbol in g.rows or symbol == g.columns]
            if all(group.fixed for group in around):
                shapes[symbol] = shape[: maker.chance.randint(0, 1)]
    for name in CONSTANTS.split():
        if name in maker.constants and name in read:
            among = [group for group in groups if name in group.names]
            sure = (
                all(g.fixed or g.rows or g.columns for g in among) and maker.chance.random() < 0.5
            )
            shapes[name] = () if sure else (maker.sizes[maker.classes[name]],)
    return shapes


def _text(chance: random.Random, lines: Sequence[Line]) -> str:
    """Write a cell as people do: with a title or without, some brackets to spare, a true minus."""
    rows = ["# a cell: made up"] if chance.random() < 0.5 else []
    for line in lines:
        row = f"{line.name} = {written(line.node, 0, lambda: chance.random() < 0.1)}"
        if chance.random() < 0.2:
            row = row.replace("-", "−").replace("(", "( ").replace(" = ", "  =\u00a0")
        if line.bracketed:
            row = f"[{row}]"
        description = chance.choice(DESCRIPTIONS)
        rows += [f"{row}   # {description}" if description else row]
        rows += [""] * chance.choice([0, 0, 1])
    return "\n".join(rows) + "\n"


# Values -----------------------------------------------------------------------------------------


class Unsure(Exception):  # noqa: N818
    """What comes out hangs on the last place of a number: nothing can be said about it."""


class Off(NamedTuple):
    """A number and the most that another order of computing can make it differ."""

    value: float
    off: float
    parts: float  # of a sum, the sizes of its terms together: they may be added in another order


Vector = list[Off]

#: What rounding makes of what a function gives: below, exactly at and above 0.
LEVELS = {
    "sigmoid": (0.0, 0.5, 1.0),
    "hard_sigmoid": (0.0, 0.5, 1.0),
    "hard_sigmoid_02": (0.0, 0.5, 1.0),
    "tanh": (-1.0, 0.0, 1.0),
}
TIES = {"low": 0, "high": 2, "keep": 1}


def _exp(z: float) -> float:
    try:
        return math.exp(z)
    except OverflowError:
        return math.inf


def _over(a: float, b: float) -> float:
    if b:
        return a / b
    return math.nan if a == 0 or a != a else math.copysign(math.inf, a)


def _sigmoid(z: float) -> float:
    return 1 / (1 + _exp(-z))


def _softplus(z: float) -> float:
    return max(z, 0.0) + math.log1p(_exp(-abs(z)))


#: name: (function, its slope)
_SMOOTH: Mapping[str, tuple[Callable[[float], float], Callable[[float], float]]] = {
    "sigmoid": (_sigmoid, lambda z: _sigmoid(z) * _sigmoid(-z)),
    "tanh": (math.tanh, lambda z: 1 - math.tanh(z) ** 2),
    "exp": (_exp, _exp),
    "softplus": (_softplus, _sigmoid),
    "relu": (lambda z: z if z > 0 or z != z else 0.0, lambda z: 1.0),
    "identity": (lambda z: z, lambda z: 1.0),
    "hard_sigmoid": (lambda z: _within(z / 6 + 0.5), lambda z: 1 / 6),
    "hard_sigmoid_02": (lambda z: _within(0.2 * z + 0.5), lambda z: 0.2),
}


def _within(z: float) -> float:
    return z if z != z else min(max(z, 0.0), 1.0)


def _sure_sign(z: Off, slack: float) -> int:
    """Return -1, 0 or 1 as a number is below, at or above 0; raise Unsure if it may be either."""
    if z.value == 0 and z.off == 0:
        return 0
    if not abs(z.value) > slack * z.off:
        raise Unsure
    return 1 if z.value > 0 else -1


def _applied(function: str, vector: Vector, ties: str | None) -> Vector:
    if ties and function in LEVELS:
        return [_level(z, LEVELS[function], ties) for z in vector]
    if function == "step":
        return [_exactly(float(_sure_sign(z, 4) > 0)) for z in vector]
    if function == "softmax":
        top = max(z.value for z in vector)
        powers = [_exp(z.value - top) for z in vector]
        apart = max(top - z.value for z, power in zip(vector, powers, strict=True) if power)
        off = 4 * max(z.off for z in vector) + 16 * _UNIT * (2 + apart)
        return [_off(p / sum(powers), p / sum(powers) * off) for p in powers]
    value, slope = _SMOOTH[function]
    found = []
    for z in vector:
        result = value(z.value)
        bend = z.off * z.off * (result if function == "exp" else 1.0)
        edge = _UNIT if function.startswith("hard") else 0.0  # z / 6 + 1 / 2 may be near 0
        found.append(
            _off(result, 2 * slope(z.value) * z.off + bend + edge + 8 * _UNIT * abs(result))
        )
    return found


def _level(z: Off, levels: tuple[float, float, float], ties: str) -> Off:
    if z.value == 0:  # exactly, or by chance: nobody who works by hand could tell
        return _exactly(levels[TIES[ties]])
    if not abs(z.value) > 1000 * z.off:
        raise Unsure
    return _exactly(levels[2] if z.value > 0 else levels[0])


def _paired(sign: str, a: Off, b: Off) -> Off:
    if sign in "+-":
        value, off = a.value + b.value if sign == "+" else a.value - b.value, a.off + b.off
        parts = a.parts + b.parts
    elif sign == "*":
        value = a.value * b.value
        off = abs(a.value) * b.off + abs(b.value) * a.off + a.off * b.off
        parts = abs(value)
    else:
        value = _over(a.value, b.value)
        off = _over(a.off + abs(value) * b.off, abs(b.value))
        parts = abs(value)
    exact = value.is_integer() and a.value.is_integer() and b.value.is_integer() and parts < 2**53
    return Off(value, off if exact else off + 2 * _UNIT * parts, parts)


def _off(value: float, off: float) -> Off:
    return Off(value, off, abs(value))


def _exactly(value: float) -> Off:
    return _off(value, 0.0)


class Fault(NamedTuple):
    """The first that isn't finite: a quantity's name and the step. sure: it must be refused."""

    name: str
    t: int
    sure: bool


class Worth(NamedTuple):
    """What a cell computes: for each step its quantities by name, as far as that can be said.

    What functions of more than a name are taken of, pre-activations, is there as ``pre.f``.

    fault: what isn't finite, if anything. Where it isn't ``sure`` (it is finite only because what
    wasn't disappeared again, as in 1 / inf) either may happen, and nothing is said from there on.
    complete: whether every step is here, or a fault.
    """

    steps: list[dict[str, Vector]]
    fault: Fault | None
    complete: bool


class _Worker:
    """Works out one step."""

    def __init__(self, names: Mapping[str, Any], ties: str | None) -> None:
        self.names = names  # vectors, and matrices as lists of them
        self.ties = ties
        self.finite = True
        self.pre: dict[str, Vector] = {}

    def worth(self, node: Node, size: int) -> Vector:
        result = self._worth(node, size)
        self.finite = self.finite and all(math.isfinite(element.value) for element in result)
        return result

    def _worth(self, node: Node, size: int) -> Vector:
        match node:
            case Number(text):
                return [_as_written(float(text))] * size
            case Name(text):
                found: Vector = self.names[text]
                return found * size if len(found) == 1 else found
            case Sign(of):
                return [v._replace(value=-v.value) for v in self.worth(of, size)]
            case Pair(sign, left, right):
                sides = zip(self.worth(left, size), self.worth(right, size), strict=True)
                return [_paired(sign, a, b) for a, b in sides]
            case Apply(function, of):
                return _applied(function, self.worth(of, size), self.ties)
            case Product(weight, minus, vector, columns):
                one = _exactly(-1.0 if minus else 1.0)
                met = [_paired("*", one, v) for v in self.worth(vector, columns)]
                rows: list[Vector] = self.names[weight]
                if len(rows) == 1 and columns > 1 and size > 1:  # a diagonal
                    return [_paired("*", w, v) for w, v in zip(rows[0], met, strict=True)]
                return [_dot(row, met) for row in rows]


def _dot(row: Vector, vector: Vector) -> Off:
    total = _exactly(0.0)
    for weight, element in zip(row, vector, strict=True):
        total = _paired("+", total, _paired("*", weight, element))
    return total


def _as_written(value: float) -> Off:
    """Return a number with how far off the decimal it was written as may be."""
    return _off(value, 0.0 if value.is_integer() else _UNIT * abs(value))


def _vector(value: Any) -> Vector:
    return [_as_written(v) for v in (value if isinstance(value, list) else [value])]


def work_out(made: MadeUp, ties: str | None = None) -> Worth:
    """Return what a made-up cell computes, with the lecture's rounding if ``ties`` says how."""
    names: dict[str, Any] = {}
    nodes = [node for line in made.lines for node in parts(line.node) if isinstance(node, Product)]
    for symbol, value in made.parameters.items():
        if size := next((n.size for n in nodes if n.weight == symbol), 0):
            rows = value if isinstance(value, list) else [value] * size
            rows = rows if isinstance(rows[0], list) else [rows]  # of a diagonal the only one
            names[symbol] = [_vector(row) for row in rows]
        else:
            names[symbol + "_prev" * (symbol in made.states)] = _vector(value)
    steps: list[dict[str, Vector]] = []
    for t in range(1, made.steps + 1):
        worker = _Worker(names, ties)
        if made.xs is not None:
            names["x"] = _vector(made.xs[t - 1])
        for line in made.computed:
            held = made.held.get(f"{line.name}@{t}", made.held.get(line.name))
            if held is not None:
                names[line.name] = _vector(held)
                continue
            try:
                fault = _fault(worker, line, t)
            except Unsure:
                return Worth(steps, None, complete=False)
            if fault:
                return Worth(steps, fault, complete=fault.sure)
        shown = ["x"] * (made.xs is not None) + [f"{name}_prev" for name in made.states]
        shown += [line.name for line in made.computed]
        steps.append({name: names[name] for name in shown} | worker.pre)
        names |= {f"{name}_prev": names[name] for name in made.states}
    return Worth(steps, None, complete=True)


def _fault(worker: _Worker, line: Line, t: int) -> Fault | None:
    """Work a line out; return what isn't finite in it."""
    worker.finite = True
    node = line.node
    inner_finite = True
    if isinstance(node, Apply) and not isinstance(node.of, Name):  # of a pre-activation
        inner = worker.worth(node.of, line.size)
        worker.pre[f"pre.{line.name}"] = inner
        inner_finite = all(math.isfinite(element.value) for element in inner)
        result = _applied(node.function, inner, worker.ties) if inner_finite else inner
    else:
        result = worker.worth(node, line.size)
    worker.names[line.name] = result  # type: ignore[index]
    if not inner_finite or not all(math.isfinite(element.value) for element in result):
        return Fault(line.name, t, sure=True)
    return None if worker.finite else Fault(line.name, t, sure=False)
