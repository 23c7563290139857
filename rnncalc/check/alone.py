"""Alone: what explains wrong answers each by itself, with the others taken as they are."""

from collections.abc import Iterable, Mapping, Sequence

from rnncalc.check.answers import UNRIGHT, Answer, Key, Verdict
from rnncalc.check.carrying import by_themselves, fits, steps_alone
from rnncalc.check.edits.chance import is_telling, without_flat
from rnncalc.check.explaining import Explanation, Mistake, mistake_of, together
from rnncalc.check.further import search as further
from rnncalc.check.further.keys import written_otherwise
from rnncalc.check.slips.catalogue import all_slips
from rnncalc.check.slips.kinds import Made
from rnncalc.check.slips.near import Near
from rnncalc.check.standing import standing_out_alone
from rnncalc.problem.problem import Problem

# Steps in which mistakes are looked for one by one, and in which those again that are found.
_MOST_ALONE, _MOST_FOLLOWED = 3, 300
_DIGITS = 17  # that a float has
_OF_ELEMENTS = (False, True, False)  # the rank of what gives the wrong elements, and exactly


def each_by_itself(
    problem: Problem, verdicts: Sequence[Verdict], wrong: Sequence[Verdict], known: Made | None
) -> tuple[list[Mistake], int]:
    """Return the mistakes of the first wrong steps, and how many slips there are in the last.

    One mistake that is made in several steps is one. known: the slips of the whole problem.
    """
    steps = list(dict.fromkeys(verdict.answer.t for verdict in wrong))[:_MOST_FOLLOWED]
    alone = steps_alone(problem, verdicts, steps)
    mistakes, tried = list[Mistake](), 0
    is_last_alone = steps == [problem.steps] != [1] and len({v.answer.t for v in verdicts}) == 1
    here: dict[int, dict[Key, Verdict]] = {t: {} for t in steps}
    for verdict in verdicts:
        if verdict.answer.t in here:  # as if it were the first
            here[verdict.answer.t][1, verdict.answer.name] = verdict
    for t in steps[:_MOST_ALONE]:
        known = all_slips(alone[t], decimals(v.answer for v in here[t].values()), known)
        mistakes += _in_step(known, here[t], problem.number(t) if t > 1 else 0, is_last_alone)
        tried = len(known.slips)
    groups = together(mistakes)
    for t in steps[_MOST_ALONE:]:
        groups = [_with_more(group, alone[group.place.t], alone[t], here[t]) for group in groups]
    return groups, tried


def _with_more(
    mistake: Mistake, was: Problem, alone: Problem, here: Mapping[Key, Verdict]
) -> Mistake:
    """Return a mistake with the answers to another step that its first explanation gives, too."""
    first = next(iter(mistake.explanations), None)
    if not first or first.against or not (form := first.form.put_to(was, alone)):
        return mistake
    more = [
        here[1, fit.name].answer
        for fit in fits(form, here)
        if (fit.units, fit.against) == (first.units, [])
    ]
    return mistake._replace(places=[*mistake.places, *more])


def _in_step(
    known: Made, here: Mapping[Key, Verdict], t: int, is_last_alone: bool
) -> list[Mistake]:
    """Return the mistakes of a problem of one step, each explained by itself.

    is_last_alone: whether nothing else is known of several steps.

    All other answers are carried on as they are, and what was right or followed must still do so:
    only where no slip would leave it so those are offered that give an answer by itself.
    """
    alone, carried = known.problem, by_themselves(known.problem, here)
    near = Near(alone, [*here.values()], *carried)
    found = _known_alone(known, here, near, t)
    mistakes, order = [], {id(slip): number for number, slip in enumerate(known.slips, 1)}
    for verdict in here.values():
        if verdict.word in UNRIGHT:
            offers = without_flat(alone, [verdict], found[verdict.answer.name])
            ours = carried[0].get(verdict.answer.name, verdict.ours)
            if not any(not any(one.rank) for one in offers):
                from rnncalc.check.edits.search import explained_alone

                count = sum(len(slip.forms) for slip in known.slips)
                poor = offers if is_telling(verdict, carried, count) else []
                # Made in the wrong elements alone, a known slip gives all of it.
                own = [one for one in offers if one.rank == _OF_ELEMENTS]
                ranks = [order[id(one.slip)] for one in own]
                offers = (
                    written_otherwise(alone, verdict, ours, here.values(), t)
                    or standing_out_alone(verdict, ours, own, ranks)
                    or further.explained_alone(
                        alone, here, verdict, near.reached, ours, known.edited, t
                    )
                    or explained_alone(alone, here, verdict, carried, known.edited, t)
                    or poor
                )
            rank = min((one.rank for one in offers), default=())
            offers = [one for one in offers if one.rank == rank]
            fitting = len(offers)
            if is_last_alone:
                ranks = [order.get(id(one.slip), 0) for one in offers]
                offers = standing_out_alone(verdict, ours, offers, ranks)
            mistakes.append(mistake_of(alone, [verdict], offers)._replace(fitting=fitting))
    return mistakes


def _known_alone(
    known: Made, here: Mapping[Key, Verdict], near: Near, t: int
) -> dict[str, list[Explanation]]:
    """Return what known slips explain in a step, by the names of the answers."""
    found: dict[str, list[Explanation]] = {name: [] for _, name in here}
    made = [(slip, form) for slip in known.slips for form in slip.forms]
    reached = near.reached([form for _, form in made])
    best: dict[tuple[str, int], Explanation] = {}
    for (slip, form), is_near in zip(made, reached, strict=True):
        for fit in fits(form, here) if is_near else ():
            one, key = Explanation(slip, form, fit.gives, t, *fit[2:]), (fit.name, id(slip))
            if key not in best or one.rank < best[key].rank:
                best[key] = one
    for (name, _), one in best.items():
        found[name].append(one)
    return found


def is_of_elements(known: Made, verdict: Verdict, verdicts: Iterable[Verdict]) -> bool:
    """Return whether a known slip, made in some elements alone, gives the only wrong answer."""
    if known.problem.steps != 1 or len(verdict.wrong_units) == len(verdict.answer.known):
        return False
    here = {(1, one.answer.name): one for one in verdicts}
    near = Near(known.problem, [*here.values()], *by_themselves(known.problem, here))
    found = _known_alone(known, here, near, 0)[verdict.answer.name]
    return any(one.rank == _OF_ELEMENTS for one in found)


def decimals(answers: Iterable[Answer]) -> int:
    """Return how many decimals were typed; 0 of what no one typed, but a program computed."""
    return min(max((a.decimals for a in answers if not a.bits), default=0), _DIGITS)
