"""Searching: which edits of an equation give wrong answers that no known slip explains.

There are many edits, and some give any answer by chance. So one is offered only if that is
unlikely: the fewer digits the wrong answers have, the fewer edits are tried, the likeliest first.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from itertools import chain
from math import inf, prod
from typing import Any

from rnncalc.cells.expressions import PREVIOUS, symbols
from rnncalc.check.answers import (
    RIGHT,
    UNRIGHT,
    Answer,
    Key,
    Verdict,
    elements,
    reach,
)
from rnncalc.check.carrying import fits
from rnncalc.check.edits.chance import ADVICE, CHANCE, LEAST, Density, Known, chance_of, near_of
from rnncalc.check.edits.elements import of_all_matrices, of_matrices, of_quantity
from rnncalc.check.edits.making import made
from rnncalc.check.edits.neighbours import LAST, edits, everywhere, pairs
from rnncalc.check.edits.numbers import given, misread
from rnncalc.check.edits.times import of_steps, one_by_one, remembering
from rnncalc.check.edits.trying import Wanted, giving
from rnncalc.check.explaining import Explanation
from rnncalc.check.slips.kinds import Slip
from rnncalc.check.slips.rewrites import Altered
from rnncalc.check.slips.trees import Edit
from rnncalc.check.slips.unedited import Unedited
from rnncalc.problem.problem import Problem
from rnncalc.problem.remembering import remembered

# How many steps of edits are computed, of vectors fewer.
_MOST, _MOST_PAIRS = 60_000, 4000
_LONG = 100  # steps that are many, of vectors fewer
_MOST_REMEMBERED = 12  # steps whose values are read in later ones
_FEWEST = 15  # edits that the likeliest ones of an equation are at least
_MANY = 4  # times as many as chance allows are looked at: they may be elsewhere


def explained(
    problem: Problem,
    verdicts: Sequence[Verdict],
    gives: Callable[[Altered], Mapping[Key, Any]],
    tried: Collection[Any],
) -> list[Explanation]:
    """Return edits of one equation that give all answers, those right included.

    gives: returns what a form gives for the answers, and nothing if that isn't what they are.
    tried: equations that give something else, as `kinds.made` notes them.
    """
    wrong = [verdict for verdict in verdicts if verdict.word in UNRIGHT]
    if problem.ties or problem.held_at:
        return []
    memory = remembering(problem) if 1 < (problem.steps or 1) <= _MOST_REMEMBERED else problem
    wanted: dict[int, list[Wanted]] = {}
    for verdict in verdicts:
        answer = verdict.answer
        for unit in answer.known:
            typed = answer.numbers[unit]
            far = reach(typed, answer.leeway) if answer.tolerance is None else inf
            near = near_of(verdict, unit, verdict.ours) if verdict.word in UNRIGHT else 0.0
            one = Wanted(answer.name, unit, typed - far, typed + far, near)
            wanted.setdefault(answer.t, []).append(one)
    chance = prod(chance_of(verdict, verdict.ours) for verdict in wrong)
    density = Density(wrong, [verdict.ours for verdict in wrong])
    found = []
    unedited = Unedited(memory)
    lines = _behind(problem, wrong[0].answer, {v.answer.key for v in verdicts if v.word == RIGHT})
    for tier in _tried(problem, lines, chance, tried, is_all=True):
        for edit in density.telling(giving(unedited, tier, wanted, density.seen)):
            form = made(memory if edit.code == "time" else problem, edit)
            if values := gives(form):
                found.append(Explanation(_slip(edit, form), form, values[wrong[0].answer.key]))
        if found:
            break
    return found


def explained_alone(
    problem: Problem,
    here: Mapping[Key, Verdict],
    verdict: Verdict,
    known: Known,
    tried: Collection[Any],
    t: int,
) -> list[Explanation]:
    """Return edits of one equation that give an answer to a problem of one step.

    here: all verdicts, as if that were the first step. known: what each quantity comes to by the
    answers before it, how far off that may be, and what somebody goes on with.
    tried: as above. t: as `Explanation` has it.
    """
    name, answer = verdict.answer.name, verdict.answer
    row, errors, carried = known
    if problem.ties or problem.held_at or name not in row:
        return []
    off = elements(0.0 * abs(row[name]) + errors[name])
    wanted = []
    for unit in verdict.wrong_units:
        typed = answer.numbers[unit]
        far = reach(typed, off[unit]) if answer.tolerance is None else inf
        near = near_of(verdict, unit, row[name])
        wanted.append(Wanted(name, unit, typed - far, typed + far, near))
    chance, density = chance_of(verdict, row[name]), Density([verdict], [row[name]])
    lines = _behind(problem, answer._replace(t=1), here.keys() - {(1, name)})
    found, unedited = list[Explanation](), Unedited(problem, carried)
    for tier in _tried(problem, lines, chance, tried):
        for edit in density.telling(giving(unedited, tier, {1: wanted}, density.seen)):
            form = made(problem, edit)
            for fit in fits(form, here):
                if fit.name == name and not fit.against:
                    found.append(Explanation(_slip(edit, form), form, fit.gives, t, *fit[2:]))
        if found:
            best = min(one.rank for one in found)
            return [one for one in found if one.rank == best]
    return found


def _slip(edit: Edit, form: Any) -> Slip:
    words = edit.words.replace("{", "{{").replace("}", "}}")
    return Slip(f"{words} {{}}", edit.place, ADVICE, (form,), code=edit.code)


def _tried(
    problem: Problem,
    lines: Sequence[str],
    chance: float,
    known: Collection[Any],
    *,
    is_all: bool = False,
) -> Iterator[list[Edit]]:
    """Yield the edits of some equations, those alike at once, as long as chance allows.

    known: equations that are left out. is_all: whether edits of several, and of what they start
    from, are among them.
    """
    size = (problem.steps or 1) * (1 + problem.sizes.largest**2 / 30)
    most, count = min(CHANCE / max(chance, LEAST), _MOST / size), 0
    if most < _FEWEST:
        return
    most = min(_MANY * most, _MOST / size)
    with problem.overflow_unheeded():
        of = [_all_edits(problem, name, known) for name in lines]
        tiers = [[*chain(*(tiers[far] for tiers in of))] for far in range(LAST)]
        if is_all:
            for edit in chain(*[everywhere(problem, tier, known) for tier in tiers]):
                tiers[edit.tier].append(edit)
            whole = (given(problem), of_all_matrices(problem))
            steps = of_steps(problem) if 1 < (problem.steps or 1) <= _MOST_REMEMBERED else ()
            for edit in chain(*whole, steps):
                tiers[edit.tier].append(edit)
    # Where there are many steps, a few edits take as long as many at once.
    for some in chain(*map(_by_kinds, tiers)) if size < _LONG else tiers:
        if count + len(some) <= most:
            count += len(some)
            yield some
    if sum(map(len, tiers)) == count:
        likely = (edits(problem, name, ())[0] for name in lines)
        for some in (pairs(singles, _MOST_PAIRS) for singles in likely):
            if (count := count + len(some)) > most:
                return
            yield some


def _by_kinds(tier: Sequence[Edit]) -> list[list[Edit]]:
    """Return edits by their kinds: first those made everywhere, then the fewest."""
    kinds: dict[Any, list[Edit]] = {}
    for edit in tier:
        kinds.setdefault((len(edit.parts) == 1, edit.code), []).append(edit)
    return [kinds[kind] for kind in sorted(kinds, key=lambda kind: (kind[0], len(kinds[kind])))]


def _all_edits(problem: Problem, name: str, known: Collection[Any]) -> list[list[Edit]]:
    """Return the edits of a quantity's equation, by their tiers."""
    tiers = edits(problem, name, known)
    for edit in _of_elements(problem, name):
        tiers[edit.tier].append(edit)
    return tiers


@remembered
def _of_elements(problem: Problem, name: str) -> Sequence[Edit]:
    """Return the edits of what a quantity's equation reads: numbers, rows, units."""
    line = next(line for line in problem.computed if line.name == name)
    more = (f(problem, line) for f in (of_matrices, of_quantity, one_by_one))
    return [*chain(misread(problem, name), *more)]


def _behind(problem: Problem, answer: Answer, known: Collection[Key]) -> list[str]:
    """Return the quantities one of whose equations gives an answer: itself, and those it reads.

    What is known isn't looked behind.
    """
    lines = {line.name: line for line in problem.computed}
    waiting, met = [(answer.t, answer.name.rpartition(".")[2])], set[Key]()
    while waiting:
        t, name = key = waiting.pop()
        if key in met or name not in lines:
            continue
        met.add(key)
        for read in symbols(lines[name].expression):
            is_old = read.endswith(PREVIOUS) and read in problem.state
            before = (t - 1, read.removesuffix(PREVIOUS)) if is_old else (t, read)
            if before not in known and before[0] > 0:
                waiting.append(before)
    names = {name for _, name in met}
    return [name for name in lines if name in names]
