"""Names: what a name of other people's is called here.

Nothing here is imported before a name is typed that the cell doesn't have, or help is asked for.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rnncalc.cells.elsewhere import PARTS
from rnncalc.cells.expressions import PREVIOUS
from rnncalc.cells.model import Cell, stages
from rnncalc.errors import listing, quoted, unknown


class Called(NamedTuple):
    """What a name means here.

    here: the names of parameters, quantities or the input. said: how conventions differ, or what
    it is if nothing here is called so; a clause.
    """

    here: tuple[str, ...]
    said: str = ""


_DERIVED = ("grad", "delta", "jac")
_FROM_TO = "others write the letters from-to, here the first is the unit's"
_BLOCK = (
    "a block of all gates, as a framework saves it: --weights FILE reads such a file and splits it"
)
_TWO_BIASES = "PyTorch has two biases to a unit: give their sum"
_EACH = "each unit has its own here"
_JOINT = "the first is on the previous state, the second on x; a W of [h, x] has them side by side"
_W_OR_U = "the first is on the state, the second on x: which one is W, and which U, differs"
_ON_X = "where U is on x, as in Goodfellow's book, it is the other one"
_PEEPHOLE = "a peephole, which this cell doesn't have: rnncalc cell --example peephole does"
_ARRAYS = (
    r"(?:.*_)?(?:(weight|bias)_(ih|hh|hr)(?:_l\d+(?:_reverse)?)?|(?:recurrent_)?kernel|bias)_?0?"
)


def called(cell: Cell, typed: str) -> Called | None:
    """Return what a name of other people's means in a cell; None if that isn't known."""
    name = _plain(typed)
    if name.startswith(("pre_", "exact_")):
        stage, _, inner = name.partition("_")
        found = called(cell, inner)
        here = tuple(f"{stage}.{it}" for it in found.here) if found else ()
        return Called(here, found.said) if found and {*here} <= {*stages(cell)} else None
    ours = [*cell.parameters, *cell.more_parameters, *cell.quantities]
    same = [own for own in ours if own.replace("_", "") == name.replace("_", "")]
    if same:
        return Called((typed if typed in ours else same[0],))
    if array := re.fullmatch(_ARRAYS, name):
        return _array(cell, array)
    weight = re.fullmatch(r"([wuvrb])_?([a-z]{0,2})", name)
    is_small_u = name == "u" and "U" not in typed
    found = _weight(cell, *weight.groups()) if weight and not is_small_u else None
    return found or _quantity(cell, name)


def hint(cell: Cell, typed: str, place: str = "quantity") -> str:
    """Say what a name of other people's is called here, to stand behind it; "" if unknown.

    place: what is wanted: the name of an "option", the "key" of a parameter, or a "quantity".
    """
    if not (found := called(cell, typed)):
        return ""
    given = {**cell.parameters, **{n: p for n, (*_, p) in cell.more_parameters.items()}}
    names = [name.removesuffix(PREVIOUS) if place != "quantity" else name for name in found.here]
    said = f"; {found.said}" if found.said else ""
    if not names:
        return f"is {found.said}"
    if place == "quantity":
        if options := [given[n].option for n in names if n in given and n not in cell.quantities]:
            return f"is no quantity, but given with {listing(options)}"
        if names == [typed]:
            return ""
    elif names == ["x"]:
        names = ["--x"]
    elif computed := [name for name in names if name not in given]:
        holds = f": --set {computed[0]}=VALUE holds it" * (computed[0] in cell.quantities)
        return f"is computed here, as {computed[0]}{holds}{said}"
    elif place == "option":
        names = [given[name].option for name in names]
    return f"is {'called ' * (len(names) == 1)}{listing(names)} here{said}"


def unknown_name(
    cell: Cell, what: str, typed: str, known: Sequence[str], place: str = "quantity"
) -> str:
    """Say that a name isn't known, and what it is called here; see `hint`."""
    stage, _, inner = typed.partition(".")
    if stage in _DERIVED and (found := called(cell, inner)):
        names = [f"{stage}.{name}" for name in found.here]
        if names and {*names} <= {*known}:
            return f"{what} {quoted(typed)} is {'called ' * (len(names) == 1)}{listing(names)} here"
    told = hint(cell, typed, place)
    if options := cell.absent.get(typed):
        told = f"is computed only if {listing(options)} is given"
    return f"{what} {quoted(typed)} {told}" if told else unknown(what, typed, known)


def _plain(typed: str) -> str:
    """Return a name in small letters without typography: ``W^{f,h}`` is "w_fh", c̃ is "c~"."""
    text = unicodedata.normalize("NFD", typed.strip().lstrip("-"))
    text = re.sub("[\u0303\u0302\u0304\u0307]|_?(tilde|hat|bar)(?![a-z])|['`]", "~", text)
    text = re.sub(r"^~[_{]?(\w)", r"\1~", text.replace("Γ", "gamma_").replace("\\", ""))
    text = re.sub(r"[\s{}$()\[\],]", "", text.replace("^", "_").replace("<", "_").replace(">", ""))
    text = re.sub(r"[-./:_]+", "_", text).strip("_").lower()
    return re.sub(r"(.)_~", r"\1~", text)


def _letters(cell: Cell, name: str) -> list[str]:
    """Return the letters below the weights of a quantity."""
    found = [p.name[2:-1] for p in cell.parameters.values() if p.is_matrix and name in p.feeds]
    return list(dict.fromkeys(found)) or [name]


def _parts(cell: Cell, theirs: str) -> Iterator[tuple[str, str]]:
    """Yield what a name can be of the cell's quantities, and what is to be said of each."""
    has = {*cell.quantities, *cell.variants}
    if theirs in cell.quantities:
        yield theirs, ""
        return
    for part in PARTS:
        if theirs in part.theirs.split() and has.issuperset(part.needs.split()):
            for own in part.ours.split():
                if own in cell.quantities:
                    yield own, part.said
                    break


def _subscripts(cell: Cell, letter: str, *, first: bool) -> Iterator[tuple[str, str]]:
    """Yield what a letter below a weight can be here, and what is to be said of it."""
    yield letter, ""
    for own, said in _parts(cell, letter):
        for found in (*_letters(cell, own), own):
            yield found, said
    if letter == "i" and first:  # PyTorch's input
        yield "x", ""


def _weight(cell: Cell, family: str, letters: str) -> Called | None:
    """Return what a weight or a bias is here."""
    if family == "b":
        return _bias(cell, letters)
    matrices = [p.name for p in cell.parameters.values() if p.is_matrix]
    readout = [name for name in matrices if name.startswith("w_y")]
    inner = [name for name in matrices if name not in readout]
    if family == "v" and not letters:
        return Called(tuple(readout)) if readout else None
    if len(letters) == 2:
        return _from_to(cell, letters, matrices, inner)
    return _of_unit(cell, family, letters, matrices, inner)


def _from_to(
    cell: Cell, letters: str, matrices: Sequence[str], inner: Sequence[str]
) -> Called | None:
    """Return what a weight of two letters is: what it is on and what it gives, in any order."""
    for first, said in _subscripts(cell, letters[0], first=True):
        for second, more in _subscripts(cell, letters[1], first=False):
            for key in (f"w_{first}{second}", f"w_{second}{first}"):
                if key in matrices:
                    turned = letters[0] != letters[1] and key[2] != first
                    return Called((key,), said or more or _FROM_TO * turned)
    if letters[0] == "c" and letters[1] in cell.quantities:
        return Called((), _PEEPHOLE)
    if letters[0] in "hxaiw" and letters[1] in "hxaw":
        on_x = bool({*letters} & {*"xi"})
        return Called(tuple(name for name in inner if name.endswith("x") == on_x), _EACH)
    return None


def _of_unit(
    cell: Cell, family: str, letters: str, matrices: Sequence[str], inner: Sequence[str]
) -> Called | None:
    """Return what a weight of one letter, or of none, is: those of a unit, or those on a vector."""
    if not letters:
        units = {name[2:-1] for name in inner}
        return Called(tuple(inner), _W_OR_U if len(units) == 1 else _EACH)
    for unit, said in _subscripts(cell, letters, first=True):
        own = [name for name in matrices if name[2:-1] == unit]
        if family in "ur":
            own = [name for name in own if not name.endswith("x")]
            said = said or _ON_X * (family == "u")
        if own:
            return Called(tuple(own), said or _JOINT * (family == "w" and len(own) > 1))
        if on := [name for name in inner if name.endswith(unit)]:
            return Called(tuple(on), said or _EACH * (len(on) > 1))
    return None


def _bias(cell: Cell, letters: str) -> Called | None:
    biases = [p.name for p in cell.parameters.values() if p.kind == "bias"]
    inner = [name for name in biases if name != "b_y"]
    if not letters:
        return Called(tuple(inner), _EACH if len(inner) > 1 else "")
    two = len(letters) == 2 and letters[0] in "ih"
    if f"b_{letters}" in cell.more_parameters:
        return Called((f"b_{letters}",))
    for letter, said in _subscripts(cell, letters[-1], first=False):
        if f"b_{letter}" in biases and len(letters) == 1 + two:
            return Called((f"b_{letter}",), said or _TWO_BIASES * two)
    if {*letters} <= {*"hxaiw"}:
        return Called(tuple(inner), _TWO_BIASES if two else _EACH)
    return None


def _array(cell: Cell, array: re.Match[str]) -> Called:
    """Return what an array of a framework is here: of a cell with one unit, a parameter."""
    inner = [n for n in cell.parameters if n[:2] in ("w_", "b_") and not n.endswith("_y")]
    inner = [name for name in inner if not name.startswith("w_y")]
    if len(inner) != 3:
        return Called((), _BLOCK)
    recurrent, on_x, bias = inner
    if "bias" in array[0]:
        return Called((bias,), _TWO_BIASES if array[2] else "")
    is_recurrent = array[2] in ("hh", "hr") or "recurrent" in array[0]
    return Called((recurrent if is_recurrent else on_x,))


def _quantity(cell: Cell, name: str) -> Called | None:
    """Return what a quantity is here, maybe with a step behind its name: ``h_t-1``, ``x1``."""
    before = re.fullmatch(r"(?:prev_|old_)?(.+?)_?(prev|old|t_1|tm1|0)?", name)
    is_old = bool(before) and (before[2] is not None or name.startswith(("prev_", "old_")))  # type: ignore[index]
    bare = before[1] if before and is_old else re.sub(r"(?<=^.)t$|_t$", "", name)
    for own, said in _parts(cell, bare):
        previous = own + PREVIOUS
        return Called((previous if is_old and previous in cell.quantities else own,), said)
    if re.fullmatch(r"[a-z]~?_?\d+", name) and not is_old:
        if not (found := _quantity(cell, re.sub(r"_?\d+$", "", name))):
            return None
        said = (
            "each step has an --x of its own: --x 1 --x 2"
            if found.here == ("x",)
            else (f"a step is named behind @: {found.here[0]}@{re.sub('[^0-9]', '', name)}")
        )
        return found._replace(said=said)
    units = [line.name for line in cell.equations if line.is_unit and not line.optional]
    of = re.fullmatch(r"(?:z|a|net|preactivation|pre_activation)_?(.*)", name)
    if of and (unit := of[1] or "".join(units)) in units:
        return Called((f"pre.{unit}",))
    described = [own for own, text in cell.quantities.items() if bare in _words(text)]
    return Called((described[-1],)) if described else None


def _words(description: str) -> set[str]:
    words = description.lower().split()
    return {"_".join(words), *words} - {"of", "previous", "gate", "state"}
