"""Searching: which edits of an equation give wrong answers that no known slip explains.

There are many edits, and some give any answer by chance. So one is offered only if that is
unlikely: the fewer digits the wrong answers have, the fewer edits are tried, the likeliest first.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from itertools import chain, groupby
from math import inf
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
from rnncalc.check.edits.chance import ADVICE, Density, Known, near_of
from rnncalc.check.edits.making import made
from rnncalc.check.edits.neighbours import LAST, MOST_ALONE, MOST_REMEMBERED, Neighbours
from rnncalc.check.edits.times import remembering
from rnncalc.check.edits.trying import Wanted, met
from rnncalc.check.explaining import Explanation
from rnncalc.check.slips.kinds import Slip
from rnncalc.check.slips.rewrites import Altered
from rnncalc.check.slips.trees import Edit
from rnncalc.check.slips.unedited import Unedited
from rnncalc.problem.problem import Problem

_MOST_PAIRS = 4000  # of edits of one equation
_LONG = 100  # steps that are many, of vectors fewer
_FEWEST = 60  # edits that the likeliest ones of an equation are at least


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
    memory = remembering(problem) if 1 < (problem.steps or 1) <= MOST_REMEMBERED else problem
    wanted: dict[int, list[Wanted]] = {}
    for verdict in verdicts:
        own = _wanted(verdict, verdict.ours, verdict.answer.known)
        wanted.setdefault(verdict.answer.t, []).extend(own)
    density = Density(verdicts, [verdict.ours for verdict in verdicts])
    found, unedited = [], Unedited(memory)
    first = wrong[0].answer
    lines = _behind(problem, first, {v.answer.key for v in verdicts if v.word == RIGHT})
    near = Neighbours(problem, lines, tried, _numbers(problem, wrong), first.t, is_all=True)
    for alike in _telling(unedited, near, density, wanted):
        for edit in alike:
            form = made(memory if edit.code == "time" else problem, edit)
            if values := gives(form):
                found.append(Explanation(_slip(edit, form), form, values[first.key]))
        if found:
            return found
    return []


def _numbers(problem: Problem, wrong: Sequence[Verdict]) -> Sequence[int]:
    """Return the elements that an edit may be of alone: any, or in one step the wrong one."""
    own = {unit for verdict in wrong for unit in verdict.wrong_units}
    if (problem.steps or 1) == 1:
        return [*own] if len(own) == 1 else ()
    return range(problem.sizes.largest) if problem.sizes.largest <= MOST_ALONE else ()


def _wanted(verdict: Verdict, ours: Any, units: Sequence[int], off: Any = None) -> list[Wanted]:
    """Return what is wanted of some elements. off: how far off each may be anyway."""
    answer, found = verdict.answer, []
    wrong = verdict.wrong_units if verdict.word in UNRIGHT else []
    for unit in units:
        typed = answer.numbers[unit]
        far = reach(typed, off[unit] if off else answer.leeway) if answer.tolerance is None else inf
        near = near_of(verdict, unit, ours) if unit in wrong else 0.0
        found.append(Wanted(answer.name, unit, typed - far, typed + far, near))
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
    lines = _behind(problem, answer._replace(t=1), here.keys() - {(1, name)})
    near = Neighbours(problem, lines, tried, _numbers(problem, [verdict]))
    unedited = Unedited(problem, carried)
    # What gives all of it, and then what does so of the elements that are wrong.
    for units in dict.fromkeys([(*answer.known,), (*verdict.wrong_units,)]):
        density = Density([verdict], [row[name]], of_wrong=units == (*verdict.wrong_units,))
        wanted, found = {1: _wanted(verdict, row[name], units, off)}, list[Explanation]()
        for alike in _telling(unedited, near, density, wanted):
            for edit in alike:
                form = made(problem, edit)
                own = [fit for fit in fits(form, here) if fit.name == name and not fit.against]
                slip = _slip(edit, form)
                found += [Explanation(slip, form, fit.gives, t, *fit[2:]) for fit in own]
            if found:
                best = min(one.rank for one in found)
                return [one for one in found if one.rank == best]
    return []


def _slip(edit: Edit, form: Any) -> Slip:
    words = edit.words.replace("{", "{{").replace("}", "}}")
    return Slip(f"{words} {{}}", edit.place, ADVICE, (form,), code=edit.code)


def _telling(
    unedited: Unedited, near: Neighbours, density: Density, wanted: Mapping[int, Sequence[Wanted]]
) -> Iterator[Iterator[Edit]]:
    """Yield the edits that give what is wanted and tell something, those alike at once."""
    for kinds in _tried(near, density):
        for come in met(unedited, kinds, wanted, is_counted=density.is_counted):
            for _, alike in groupby(density.telling(*come), _kind):
                yield alike


def _tried(near: Neighbours, density: Density) -> Iterator[list[list[Edit]]]:
    """Yield the edits of some equations by their kinds, as long as chance allows.

    Of vectors each kind alone: what chance allows depends on how many of the last could be tried.
    """
    most, count = near.most, 0
    if not density.has_room(1 if density.is_counted else _FEWEST):
        return
    # A few edits of vectors or of many steps take as long as many at once.
    is_whole = density.is_roomy and not near.problem.scalar
    tiers = near.tiers()
    for number in range(LAST + 1):
        density.begin(number)
        if count >= most or not density.may_try(1):
            return  # none is made that couldn't be tried
        tier = next(tiers)
        is_one = near.size >= _LONG or (is_whole and count + len(tier) <= most)
        kinds = _by_kinds(tier)
        kinds = [[*chain(*kinds)]] if is_one else kinds
        for some in [kinds] if near.problem.scalar else [[kind] for kind in kinds]:
            allowed = list[list[Edit]]()
            for kind in some:
                more = len(kind) + sum(map(len, allowed))
                if count + more <= most and density.may_try(more):
                    allowed.append(kind)
            count += sum(map(len, allowed))
            yield allowed
    density.begin(LAST + 1)
    if near.count == count:
        for pairs in near.pairs(_MOST_PAIRS):
            if (count := count + len(pairs)) > most or not density.may_try(len(pairs)):
                return
            yield [pairs]


def _by_kinds(tier: Sequence[Edit]) -> list[list[Edit]]:
    """Return edits by their kinds: first those made everywhere, then the fewest."""
    kinds: dict[Any, list[Edit]] = {}
    for edit in tier:
        kinds.setdefault(_kind(edit), []).append(edit)
    return [kinds[kind] for kind in sorted(kinds, key=lambda kind: (kind[0], len(kinds[kind])))]


def _kind(edit: Edit) -> tuple[bool, str]:
    return len(edit.parts) == 1, edit.code


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
