"""Made-up cells: whatever the language can say, every way to work it out says the same."""

from __future__ import annotations

import json
import math
import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rnncalc import Cell, InputError, Problem, Step, build, cell, run
from rnncalc.trace.steps import run as run_plainly
from tests.conftest import Calculator
from tests.made_up import LEVELS, TIES, Apply, MadeUp, Off, Vector, Worth, each_made_up, work_out


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a place for the cells' files."""
    return tmp_path_factory.mktemp("cells")


# In Python --------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _cell(text: str) -> Cell:
    return cell(text, "made")


def _keys(made: MadeUp) -> dict[str, Any]:
    """Return what is given by the keys of the package."""
    known = _cell(made.text).parameters.items()
    keys = {p.symbol: key for key, p in known if p.kind != "state"}
    return {keys.get(symbol, symbol): value for symbol, value in made.parameters.items()}


def _built(made: MadeUp, ties: str | None = None) -> Problem:
    asked: dict[str, Any] = {"repeat": made.steps} if made.xs is None else {"xs": made.xs}
    return build(_cell(made.text), _keys(made), held=made.held, ties=ties, **asked)


def _ran(steps: Iterator[Step]) -> tuple[list[dict[str, Any]], str]:
    """Return the values of all steps, pre-activations among them, and the message at the end."""
    found: list[Any] = []
    try:
        for step in steps:
            found.append(step.values | {f"pre.{name}": z for name, z in step.pre.items()})
    except InputError as error:
        return found, str(error)
    return found, ""


def _is(value: Any, expected: Vector) -> bool:
    """Whether a value is the one expected, but for the last places."""

    def near(got: float, wanted: Off) -> bool:
        allowed = 8 * wanted.off + 1e-15 * abs(wanted.value) + 1e-300
        return not math.isfinite(allowed) or abs(got - wanted.value) <= allowed

    elements = np.ravel(value).tolist()
    return len(elements) == len(expected) and all(map(near, elements, expected))


def _compare(steps: Sequence[Mapping[str, Any]], message: str, worth: Worth) -> None:
    """Check that steps and the message at their end are those that were worked out."""
    for t, (step, expected) in enumerate(zip(steps, worth.steps, strict=False), 1):
        assert {n for n in step if "." not in n} == {n for n in expected if "." not in n}
        for name, value in step.items():
            assert _is(value, expected[name]), (t, name, value, expected[name])
    fault = worth.fault
    if worth.complete:
        assert len(steps) == len(worth.steps)
        assert bool(message) == bool(fault), message
    if fault and fault.sure:
        assert re.search(rf"\b{fault.name} is not a finite number at step {fault.t}\b", message)


def _evaluators_agree(made: MadeUp) -> None:
    worth = work_out(made)
    plainly, told = _ran(run_plainly(_built(made)))
    looped, told_too = _ran(run(_built(made)))
    _compare(plainly, told, worth)
    _compare(looped, told_too, worth)
    assert (len(plainly), told) == (len(looped), told_too)
    if made.plain:
        assert all(type(value) is float for step in plainly for value in step.values())
        assert repr(plainly) == repr(looped)  # bit for bit


def _bits(steps: Iterator[Step]) -> list[str]:
    """Return all of some steps, ties and errors too, as texts that differ if a bit does."""
    found = []
    try:
        for step in steps:
            parts = [{n: np.asarray(v).tolist() for n, v in part.items()} for part in step[1:]]
            found.append(f"{step.t} {parts}")
    except InputError as error:
        found.append(str(error))
    return found


def _rounding(made: MadeUp, ties: str) -> None:
    if not made.functions & set(LEVELS):
        return
    steps, message = _ran(run(_built(made, ties)))
    _compare(steps, message, work_out(made, ties))
    assert _bits(run(_built(made, ties))) == _bits(run_plainly(_built(made, ties)))
    for t, step in enumerate(steps, 1):
        for line in made.computed:
            held = {line.name, f"{line.name}@{t}"} & {*made.held}
            if not held and isinstance(line.node, Apply) and line.node.function in LEVELS:
                low, tied, high = LEVELS[line.node.function]
                assert set(np.ravel(step[line.name])) <= {
                    low,
                    tied if ties == "keep" else low,
                    high,
                }


def _in_python(seed: int, made: MadeUp) -> None:
    _evaluators_agree(made)
    _rounding(made, [*TIES][seed % 3])


def test_evaluators_agree() -> None:
    """Plain steps, the loop, and the cell worked out number by number agree, rounded or not."""
    each_made_up(range(300), _in_python)


@pytest.mark.long
def test_evaluators_agree_on_many() -> None:
    """So they do on 20,000 cells."""
    each_made_up(range(300, 20_300), _in_python)


# On the command line ----------------------------------------------------------------------------


def _words(made: MadeUp, file: Path, first: int, last: int, state: dict[str, Any]) -> list[str]:
    """Return the words that ask for the steps from ``first`` to ``last``, from a state."""
    parameters = _cell(made.text).parameters
    words = ["cell", str(file)]
    given = _keys(made) | state
    words += [f"{parameters[name].option}={json.dumps(v)}" for name, v in given.items()]
    for name, value in made.held.items():
        name, at, t = name.partition("@")
        if not at:
            words += ["--set", f"{name}={json.dumps(value)}"]
        elif first <= int(t) <= last:
            words += ["--set", f"{name}@{int(t) - first + 1}={json.dumps(value)}"]
    if made.xs is None:
        return [*words, "--repeat", str(last - first + 1)]
    return [*words, "--xs", json.dumps(made.xs[first - 1 : last])]


def _on_the_command_line(folder: Path, seed: int, made: MadeUp) -> None:
    rnncalc, form, ties = Calculator(), FORMS[seed % len(FORMS)], [*TIES][seed % 3]
    file = folder / "made"
    file.write_text(made.text, encoding="utf-8")
    words = shlex.join(_words(made, file, 1, made.steps, {}))
    steps, message = _ran(run(_built(made)))
    if message:
        assert rnncalc.error(f"{words} -f json").startswith(message)
    else:
        told = rnncalc(f"{words} -f json").json
        for t, (row, step) in enumerate(zip(told, steps, strict=True), 1):
            pre = {f"pre.{name}": z for name, z in row.pop("pre").items()}
            assert {**row, **pre} == {"t": t} | {n: np.array(v).tolist() for n, v in step.items()}
        # What is held at one step may be summed up in another order than what isn't.
        if made.steps > 1 and (made.plain or "@" not in "".join(made.held)):
            rest = {name: told[0][name] for name in made.states}
            again = rnncalc(f"{shlex.join(_words(made, file, 2, made.steps, rest))} -f json").json
            for line in made.computed:
                assert [step[line.name] for step in again] == [t[line.name] for t in told[1:]]
    assert rnncalc(f"{words} --explain -f {form}").status == (2 if message else 0)
    outcome = rnncalc(f"{words} --round --ties {ties} -f json")
    if made.functions & {*LEVELS}:
        assert outcome.status == 0 or "not a finite number" in outcome.err
    elif not made._replace(on=True).functions & {*LEVELS}:
        assert outcome.status == 2
    source = rnncalc(f"cell {file} --equations -f source").out
    _same(cell(source, "made"), _cell(made.text))


def _same(one: Cell, other: Cell) -> None:
    assert one.title == other.title
    assert one.equations == other.equations
    assert one.parameters == other.parameters
    assert (one.states, one.roles, one.quantities) == (other.states, other.roles, other.quantities)


FORMS = ["plain", "plain", "markdown", "latex", "table"]


def test_on_the_command_line(folder: Path) -> None:
    """In a file a cell is what it is in Python; it goes on, is explained, and is read back."""
    each_made_up(range(100), partial(_on_the_command_line, folder))


@pytest.mark.long
def test_many_on_the_command_line(folder: Path) -> None:
    """So it is with 5,000 cells."""
    each_made_up(range(100, 5_100), partial(_on_the_command_line, folder))
