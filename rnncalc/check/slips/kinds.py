"""Kinds of slips: what they are called, where they can be made, and what there is to learn."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from rnncalc.cells.expressions import symbols
from rnncalc.check.slips.rewrites import Altered, Places
from rnncalc.problem.problem import Problem
from rnncalc.problem.remembering import remembered

_BESIDE = ("of", "in", "on")  # what stands beside the place in a name


@cache
def _short(name: str) -> str:
    letters = [sign if sign.isalnum() else " " for sign in name.lower()]
    words = "".join(letters).split()
    while words[-1:] and words[-1] in _BESIDE:
        del words[-1]
    return "-".join(words)


class Kind(NamedTuple):
    """A kind of slips.

    name: with {} for the place. places: yields where it can be made in a problem. advice: a
    sentence for the learner. is_convention: whether it is no mistake, but what others compute on
    purpose. code: a short name that stays, shared by kinds that teach the same; "" if it follows
    from the name.
    """

    name: str
    places: Callable[[Problem], Places]
    advice: str
    is_convention: bool = False
    code: str = ""

    @property
    def short(self) -> str:
        """The code, or what the name comes to without a place: "tanh-left-out"."""
        return self.code or _short(self.name)

    def at(self, place: str, *forms: Altered, number: int = -1) -> "Slip":
        """Return the slip of this kind that is made at a place, in one of some ways.

        number: that of the kind in the catalogue.
        """
        return Slip(self.name, place, self.advice, forms, self.is_convention, self.short, number)


class Slip(NamedTuple):
    """A mistake: its kind, where it is made, a sentence for the learner, the ways to make it.

    kind: what slips like it are called, with {} for the place. is_convention: whether it is no
    mistake, but what others compute on purpose. code: the short name of its kind, "" without one.
    number: that of its kind in the catalogue.
    """

    kind: str
    place: str
    advice: str
    forms: tuple[Altered, ...]
    is_convention: bool = False
    code: str = ""
    number: int = -1

    @property
    def name(self) -> str:
        """What the slip is called: "tanh left out on c"."""
        return self.kind.format(self.place).strip()


def from_answers(problem: Problem) -> Places:
    """Yield nothing: where such slips can be made only wrong answers tell."""
    return iter(())


class Made(NamedTuple):
    """The slips of a problem. edited: the equations that they change, each with its quantity."""

    problem: Problem
    slips: list[Slip]
    edited: set[Any]

    def of_kinds(self) -> dict[int, list[Slip]]:
        """Return the slips by the numbers of their kinds."""
        found: dict[int, list[Slip]] = {}
        for slip in self.slips:
            found.setdefault(slip.number, []).append(slip)
        return found


def made(kinds: Iterable[Kind], problem: Problem, before: Made | None = None) -> Made:
    """Return the slips of some kinds that can be made in a problem, each under its first name.

    before: those of another problem with the same cell and numbers, but for inputs and states.
    """
    slips, edited = list[Slip](), set[Any]()
    before = before if before and before.problem.held.keys() == problem.held.keys() else None
    same = before.of_kinds() if before else {}
    for number, kind in enumerate(kinds):
        if before and (moved := _moved(same.get(number, ()), before.problem, problem)):
            slips += moved
            for slip in moved:
                for form in slip.forms:
                    _is_known(form, edited)
            continue
        slips += of_kind(kind, problem, edited, number)
    return Made(problem, slips, edited)


def of_kind(kind: Kind, problem: Problem, edited: set[Any], number: int = -1) -> list[Slip]:
    """Return the slips of a kind that can be made in a problem.

    edited: equations that were changed before, each with its quantity, and gets theirs. number:
    that of the kind.
    """
    found: dict[str, list[Altered]] = {}
    known = _known_before(problem)
    for place, form in kind.places(problem):
        is_whole = form.reads and _is_in_order(form.problem, problem, known)
        if is_whole and not _is_known(form, edited):
            found.setdefault(place, []).append(form)
    return [kind.at(place, *forms, number=number) for place, forms in found.items()]


def _moved(slips: Sequence[Slip], was: Problem, problem: Problem) -> list[Slip]:
    """Return the slips of a kind put to another problem; none unless all of them can be."""
    found = []
    for slip in slips:
        put = [form.put_to(was, problem) for form in slip.forms]
        forms = [form for form in put if form]
        if len(forms) < len(slip.forms):
            return []
        found.append(Slip(slip.kind, slip.place, slip.advice, (*forms,), *slip[4:]))
    return found


def _is_known(form: Altered, known: set[Any]) -> bool:
    """Return whether the same equations came before, under another name; note them."""
    if not isinstance(form.reads, tuple) or form.retells or form.change:
        return False
    equations = (*[line[:2] for line in form.problem.cell.equations if line[0] in form.reads],)
    count = len(known)
    known.add(equations)
    return len(known) == count


def _is_in_order(problem: Problem, right: Problem, known: Mapping[str, set[str]]) -> bool:
    """Return whether each equation still reads only what is computed before it.

    known: what there is before each of the right ones.
    """
    if problem.cell is right.cell:
        return True
    for line, old in zip(problem.cell.equations, right.cell.equations, strict=True):
        if line is not old and line.name not in right.held:
            unknown = {*symbols(line.expression)} - known[line.name]
            if unknown and not unknown <= problem.weights.keys() - right.weights.keys():
                return False
    return True


@remembered
def _known_before(problem: Problem) -> Mapping[str, set[str]]:
    """Return what there is to be read before each quantity is computed."""
    known, found = {"x", *problem.state, *problem.weights, *problem.held}, {}
    for line in problem.cell.equations:
        found[line.name] = {*known}
        known.add(line.name)
    return found
