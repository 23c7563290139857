"""Claims: answers to be checked, with the precision that each number was typed to.

``0.76`` claims two decimals and ``0.760`` three; a fraction claims to be exact. A claim is for one
quantity at one step, and is named as in the JSON output: ``h``, ``z.f``, ``exact.f``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from rnncalc.activations import ACTIVATIONS
from rnncalc.cells import Cell
from rnncalc.errors import Faults, quoted, unknown
from rnncalc.evaluate import Step
from rnncalc.problem import STDIN, Problem
from rnncalc.request import UNREADABLE, fetched
from rnncalc.values import counted, exact, json_data, json_documents, read, shape_of

__all__ = [
    "Answer",
    "Claim",
    "Tolerance",
    "Typed",
    "as_typed",
    "elements",
    "place",
    "read_answers",
    "read_tolerance",
    "stages",
    "value_at",
]

_AT = "@"
_FORM = 'needs JSON objects such as {"t": 1, "h": 0.96}'
# What floating-point numbers may be off by, against their size: that is nobody's mistake.
_NOISE = 1e-12


class Typed(float):
    """A number as somebody typed it.

    text: what was typed. unit: one unit of its last decimal, 0 if the number claims to be exact.
    decimals: how many there are.
    """

    text: str
    unit: float
    decimals: int

    def __new__(cls, text: str) -> Typed:
        """Read a decimal, such as ``-.50`` or ``1e-3``."""
        number = super().__new__(cls, text)
        mantissa, _, exponent = text.lower().partition("e")
        number.text = text
        number.decimals = len(mantissa.partition(".")[2])
        number.unit = float(f"1e{exponent or 0}") * 10.0**-number.decimals
        if number.unit > max(abs(number), 1):
            number.unit = 1.0  # 0e5 is no more than 0
        return number

    @classmethod
    def exactly(cls, value: float, text: str = "") -> Typed:
        """Return a number that claims to be exact."""
        number = super().__new__(cls, value)
        number.text, number.unit, number.decimals = text or exact(value), 0.0, 0
        return number

    def agrees(self, value: float, tolerance: Tolerance | None = None, spread: float = 0.0) -> str:
        """Return "right" or "cut off" if the number can stand for a value, otherwise "".

        tolerance: how far off it may be, instead of half a unit of the last digit typed. spread:
        how far off the value itself may be.
        """
        noise = _NOISE * abs(value) + spread
        allowed = self.unit * (0.5 + 1e-9) if tolerance is None else tolerance.at(value)
        if abs(self - value) <= allowed + noise:
            return "right"
        if tolerance is None and 0 < self.unit < 1 and self * value >= 0:
            short = abs(value) - abs(self)
            if -noise <= short < self.unit + noise:
                return "cut off"
        return ""


class Tolerance(NamedTuple):
    """How far off an answer may be: by a size, or by a part of the right value."""

    size: float
    relative: bool = False

    def at(self, value: float) -> float:
        """Return what it comes to at a value."""
        return self.size * abs(value) if self.relative else self.size


class Answer(NamedTuple):
    """What was given for a quantity.

    label: how an error calls it. name: the quantity, as in the JSON output. t: the step, None if
    none was named. value: a `Typed` or lists of them.
    """

    label: str
    name: str
    t: int | None
    value: Any


class Claim(NamedTuple):
    """An answer for one quantity at one step; ``value`` is a `Typed` or a list of them."""

    t: int
    name: str
    value: Any

    @property
    def numbers(self) -> list[Typed]:
        """The elements of the value."""
        return self.value if isinstance(self.value, list) else [self.value]

    @property
    def text(self) -> str:
        """The value as it was typed."""
        texts = [number.text for number in self.numbers]
        return f"[{', '.join(texts)}]" if isinstance(self.value, list) else texts[0]

    def agreement(
        self, value: Any, tolerance: Tolerance | None, spread: Any = 0.0
    ) -> Sequence[str]:
        """Return for each element what `Typed.agrees` does. spread: a number, or one for each."""
        values = elements(value)
        spreads = elements(spread)
        if len(spreads) < len(values):
            spreads *= len(values)
        return [
            number.agrees(right, tolerance, off)
            for number, right, off in zip(self.numbers, values, spreads, strict=True)
        ]


def elements(value: Any) -> list[float]:
    """Return the elements of a number, a list or an array of one dimension at most."""
    if isinstance(value, list):
        return value
    if isinstance(value, float):
        return [value]
    found: list[float] = value.reshape(-1).tolist()
    return found


def stages(cell: Cell, *, rounded: bool = True) -> list[str]:
    """Return the names of all that a step has, in the order of computing.

    rounded: whether activations before rounding are among them.
    """
    lines = {line.name: line for line in cell.equations}
    names = []
    for name in cell.quantities:
        line = lines.get(name)
        if line and line.is_unit:
            names.append(f"z.{name}")
        if rounded and line and line.activation and ACTIVATIONS[line.activation].levels:
            names.append(f"exact.{name}")
        names.append(name)
    return names


def as_typed(t: int, name: str, value: Any, decimals: int) -> Claim:
    """Return the claim that somebody makes who types a value with some decimals."""
    numbers = [Typed(f"{number:.{decimals}f}") for number in elements(value)]
    return Claim(t, name, numbers[0] if isinstance(value, float) else numbers)


def value_at(step: Step, name: str) -> Any:
    """Return what a step has under a name, such as "h", "z.f" or "exact.f"."""
    stage, _, quantity = name.rpartition(".")
    values: Mapping[str, Any] = getattr(step, stage or "values")
    # What isn't rounded is as it was before.
    return values[quantity] if quantity in values else step.values[quantity]


def read_tolerance(text: str | None, faults: Faults) -> Tolerance | None:
    """Return what ``--tolerance`` says: ``0.001`` is absolute, ``0.1%`` relative."""
    if text is None:
        return None
    number, percent, rest = text.strip().partition("%")
    with faults.of("--tolerance"):
        size = read(number, 0)
        if size < 0 or rest:
            raise ValueError(f"is {quoted(text)}: it needs a size such as 0.001, or a part as 0.1%")
        return Tolerance(size / 100 if percent else size, bool(percent))
    return None


def read_answers(cell: Cell, texts: Iterable[str], faults: Faults) -> list[Answer]:
    """Return what the values of ``--expect`` say, with whatever is wrong noted."""
    found: list[Answer] = []
    for text in texts:
        name, sign, value = text.partition("=")
        if text.startswith(_AT) or text == STDIN:
            found += _from_objects(cell, text, faults)
        elif not sign:
            example = f"--expect {cell.states[-1]}=0.5, or --expect @FILE"
            faults.add(f"--expect {quoted(text)} has no value: NAME=VALUE, such as {example}")
        else:
            found += _named(cell, name.strip(), value.strip(), faults)
    return found


def _named(cell: Cell, name: str, text: str, faults: Faults) -> Iterator[Answer]:
    name, at, step = name.partition(_AT)
    label = f"--expect {name}{at}{step}"
    if not _is_known(cell, "--expect", name, faults):
        return
    if at and not (step.isascii() and step.isdigit() and 0 < len(step) < 18 and int(step)):
        faults.add(f"{label} names no step: they count from 1, and {name}@2 is {name} at step 2")
        return
    content = fetched(label, text, faults)
    with faults.of(content.label):
        yield Answer(content.label, name, int(step) if at else None, _typed(content.value))


def _from_objects(cell: Cell, source: str, faults: Faults) -> Iterator[Answer]:
    """Yield what the objects of a file, in the form of the JSON output, have for each name."""
    label = f"--expect ({'standard input' if source == STDIN else source})"
    content = fetched("--expect", source, faults)
    if content is UNREADABLE:
        return
    with faults.of(label):
        if not isinstance(content.value, str):
            raise ValueError(_FORM)
        try:
            documents = list(json_documents(content.value, Typed))
        except ValueError as error:
            raise ValueError(f"{error}; it {_FORM}") from None
        if len(documents) == 1 and isinstance(documents[0], list):
            documents = documents[0]
        if not documents:
            raise ValueError(f"has nothing in it; it {_FORM}")
        for document in documents:
            if not isinstance(document, dict):
                raise ValueError(_FORM)
            yield from _members(cell, label, document, len(documents) > 1, faults)


def _members(
    cell: Cell, label: str, document: dict[str, Any], is_one_of_many: bool, faults: Faults
) -> Iterator[Answer]:
    t = document.pop("t", None)
    if t is None and is_one_of_many:
        raise ValueError('has an object without "t", the number of its step')
    if t is not None and not (isinstance(t, float) and t.is_integer() and t >= 1):
        raise ValueError('has a "t" that is not the number of a step, from 1')
    flat: dict[str, Any] = {}
    for name, value in document.items():
        if name in ("z", "exact") and isinstance(value, dict):
            flat |= {f"{name}.{inner}": item for inner, item in value.items()}
        else:
            flat[name] = value
    for name, value in flat.items():
        if not _is_known(cell, f"{label}:", name, faults):
            continue
        named = f"{label}: {name}" + (f" at step {int(t)}" if t else "")
        with faults.of(named):
            yield Answer(named, name, int(t) if t else None, _typed(value))


def _is_known(cell: Cell, label: str, name: str, faults: Faults) -> bool:
    known = stages(cell)
    if name not in known:
        faults.add(unknown(label, name, known))
    return name in known


def _typed(given: object) -> Any:
    """Return a value with its precision; raise ValueError if it isn't one."""
    if not isinstance(given, str):
        checked = read(given, 2)
        return _exactly(checked.tolist()) if hasattr(given, "dtype") else given
    text = given.strip()
    value = read(text, 2)
    if text.startswith("["):
        return json_data(text, Typed)
    return Typed.exactly(value, text) if "/" in text else Typed(text)


def _exactly(value: Any) -> Any:
    return [*map(_exactly, value)] if isinstance(value, list) else Typed.exactly(value)


def place(problem: Problem, answers: Iterable[Answer], faults: Faults) -> list[Claim]:
    """Return the claims that answers make on a problem, in the order of computing.

    Raises InputError with all that don't fit the problem.
    """
    found: dict[tuple[int, str], Claim] = {}
    for answer in answers:
        with faults.of(answer.label):
            for claim in _placed(problem, answer):
                if found.setdefault((claim.t, claim.name), claim) is not claim:
                    raise ValueError(f"is given more than once for step {claim.t}; once is enough")
    faults.settle()
    order = stages(problem.cell)
    return sorted(found.values(), key=lambda claim: (claim.t, order.index(claim.name)))


def _placed(problem: Problem, answer: Answer) -> Iterator[Claim]:
    """Yield a claim for each step that an answer speaks of: one, or all of them."""
    stage, _, name = answer.name.rpartition(".")
    steps = problem.steps or 1
    if name not in problem.quantities:
        raise ValueError(f"can't be compared: nothing needs {name} here, and it isn't given")
    if stage and name in problem.held:
        raise ValueError(f"can't be compared: {name} is held, so there is no {answer.name}")
    if stage == "exact" and not problem.ties:
        raise ValueError("can't be compared: without --round nothing is rounded")
    if answer.t is not None and answer.t > steps:
        raise ValueError(f"can't be compared: there {_are(steps, 'step')}")
    sizes = problem.sizes
    plain, size = sizes.plain_state, sizes.n
    if name == "x":
        plain, size = sizes.plain_input, sizes.m
    shape = shape_of(answer.value)
    one: tuple[int, ...] = () if plain else (size,)
    if shape == one:
        yield Claim(steps if answer.t is None else answer.t, answer.name, answer.value)
    elif answer.t is None and shape == (steps, *one):
        for t, value in enumerate(answer.value, 1):
            yield Claim(t, answer.name, value)
    else:
        needed = "a number" if plain else f"a vector of {size}"
        every = f", or a list of {steps} of them, one a step" * (answer.t is None and steps > 1)
        given = "×".join(map(str, shape)) if len(shape) > 1 else f"a vector of {(shape or (0,))[0]}"
        raise ValueError(f"is {given if shape else 'a number'}; it needs {needed}{every}")


def _are(number: int, noun: str) -> str:
    return f"{'is' if number == 1 else 'are'} {counted(number, noun)}"
