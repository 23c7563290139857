"""Diagnoses: which slips of the catalogue explain wrong answers, all of them or each by itself."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from rnncalc.check.answers import UNRIGHT, WRONG, Answer, Key, Verdict, written_down
from rnncalc.check.carrying import by_themselves, fits, steps_alone
from rnncalc.check.edits.chance import is_telling, without_flat
from rnncalc.check.explaining import Diagnosis, Explanation, Mistake, mistake_of, together
from rnncalc.check.further.keys import SIGN, written_otherwise
from rnncalc.check.slips.catalogue import ON_THE_WAY, all_slips
from rnncalc.check.slips.kinds import Made
from rnncalc.check.slips.near import OF_ELEMENTS, Near, is_of_elements, known_alone
from rnncalc.check.slips.trial import FEW, Question, Trial
from rnncalc.check.standing import around, is_unsure, standing_out_alone, stands_out
from rnncalc.problem.problem import Problem
from rnncalc.trace.steps import run

# Steps, times what each takes, up to which every slip is tried on the whole of a sequence, and up
# to which those that are hidden are counted: with a hundred slips the first takes seconds.
_MOST_TRIED, _MOST_COUNTED = 1000, 100
# Steps in which mistakes are looked for one by one, and in which those again that are found.
_MOST_ALONE, _MOST_FOLLOWED = 3, 300
_DIGITS = 17  # that a float has
_FIRST = 3  # known slips that come before what else gives an answer of few digits


def diagnose(problem: Problem, verdicts: Sequence[Verdict], digits: int = 4) -> Diagnosis:
    """Look for slips that explain all answers, or else each wrong one with the others as they are.

    problem: with inputs that can be gone through more than once. verdicts: in the order of
    computing; one at least is wrong. digits: decimals that a reader sees.
    """
    answers = [verdict.answer for verdict in verdicts]
    wrong = [verdict for verdict in verdicts if verdict.word in UNRIGHT]
    steps, width = problem.steps or 1, 1 + problem.sizes.largest**2 / 1000
    size = steps * width
    # Where the first wrong answer comes early, few steps tell nearly every slip from it.
    is_tried = size < _MOST_TRIED or (wrong[0].answer.t <= FEW and FEW * width < _MOST_TRIED)
    tried = hidden = 0
    explanations, right, known = [], list[Answer](), None
    if size < _MOST_COUNTED:
        *_, last = run(problem)
        states = problem.cell.states
        right = [written_down(last.t, name, last.values[name], digits) for name in states]
    if is_tried:
        stated = Question(answers, lambda answer, value: all(answer.states(value)))
        hiding, nearby = Question(right, Answer.hides), Question(*around(verdicts))
        trial = Trial(problem, stated, hiding, nearby)
        known = all_slips(problem, _decimals(answers))
        made = [(slip, form) for slip in known.slips for form in slip.forms]
        tried, fitting = len(known.slips), dict[int, Explanation]()
        answered = trial.all_answered([form for _, form in made])
        near = set[int]()
        for (slip, form), (fits_all, is_hidden, is_near) in zip(made, answered, strict=True):
            near |= {id(slip)} if is_near else set()
            hidden += is_hidden and form is slip.forms[0]
            if fits_all and id(slip) not in fitting and (gives := trial.gives(form)):
                fitting[id(slip)] = Explanation(slip, form, gives[wrong[0].answer.key])
        explanations = without_flat(problem, wrong, [*fitting.values()])
        if explanations:
            offers = _offers(problem, verdicts, explanations, trial, known, len(near))
            explanations = [*offers, *(one for one in explanations if one not in offers)]
            mistake = mistake_of(problem, wrong, offers)._replace(fitting=len(explanations))
            return Diagnosis([mistake], bool(mistake.explanations), 0, tried, hidden)
        # Most wrong answers are explained without what is imported from here on.
        from rnncalc.check.edits.search import explained
        from rnncalc.check.edits.wholes import as_a_whole

        if len(wrong) > 1 or not is_of_elements(known, wrong[0], verdicts):
            explanations = _by_further(problem, verdicts, trial, known.edited)
            explanations = explanations or as_a_whole(problem, wrong, trial.gives)
            explanations = explanations or explained(problem, verdicts, trial.gives, known.edited)
    is_all = tried and len(answers) == len(answers[0].numbers) == problem.steps == 1
    if explanations or is_all:  # nothing else could be as it is
        mistake = mistake_of(problem, wrong, explanations)
        return Diagnosis([mistake], bool(explanations), 0, tried, hidden)
    groups, tried = _by_themselves(problem, verdicts, wrong, known)
    if size < _MOST_TRIED and not all(group.explanations for group in groups):
        explanations = _by_numbers(problem, verdicts, trial, wrong[0].answer.key)
    if explanations:
        return Diagnosis([mistake_of(problem, wrong, explanations)], True, 0, tried, hidden)
    told = {place.key for group in groups for place in group.places}
    left = sum(v.word == WRONG and v.answer.key not in told for v in wrong)
    return Diagnosis(groups, False, left, tried, hidden)


def _offers(
    problem: Problem,
    verdicts: Sequence[Verdict],
    explanations: Sequence[Explanation],
    trial: Trial,
    known: Made,
    near: int,
) -> list[Explanation]:
    """Return what to offer where known slips explain all answers.

    known: those that were tried. near: how many of them come near, but don't give the answers.
    """
    wrong = [verdict for verdict in verdicts if verdict.word in UNRIGHT]
    is_named = stands_out(verdicts, near)
    # What is near is rounding, before it is anything else.
    is_near = len(wrong) == 1 and wrong[0].is_near
    offers = [one for one in explanations
              if is_named or (is_near and one.slip.code == ON_THE_WAY)]  # fmt: skip
    # A sign that is lost is likelier than anything else that gives it.
    signs = [one for one in _in_writing(problem, verdicts) if one.slip.kind == SIGN.name]
    rank = 1 + known.slips.index(explanations[0].slip)
    if signs or not is_named or not is_unsure(wrong, rank):
        return [*signs, *offers]
    from rnncalc.check.edits.search import explained

    # What is no known slip may be as likely as those.
    more = _by_further(problem, verdicts, trial, known.edited)
    more = more or explained(problem, verdicts, trial.gives, known.edited)
    return [*offers[:_FIRST], *more, *offers[_FIRST:]]


def _in_writing(problem: Problem, verdicts: Sequence[Verdict]) -> list[Explanation]:
    """Return the slip in writing that the only wrong answer shows, if there is one."""
    wrong = [verdict for verdict in verdicts if verdict.word in UNRIGHT]
    if len(wrong) != 1:
        return []
    return written_otherwise(problem, wrong[0], wrong[0].ours, verdicts)


def _by_further(
    problem: Problem, verdicts: Sequence[Verdict], trial: Trial, known: Collection[Any]
) -> list[Explanation]:
    """Return the slip in writing the only wrong answer, or further slips that give all answers.

    known: equations that were tried before.
    """
    found = _in_writing(problem, verdicts)
    size = (problem.steps or 1) * (1 + problem.sizes.largest**2 / 1000)
    if found or size > _MOST_COUNTED or verdicts[-1].answer.t > FEW:
        return found
    from rnncalc.check.further.search import explained

    likely = Trial(problem, trial.questions[0]).likely
    return explained(problem, verdicts, likely, trial.gives, known)


def _by_numbers(
    problem: Problem, verdicts: Sequence[Verdict], trial: Trial, first: Key
) -> list[Explanation]:
    """Return what gives all answers if some numbers are others than those given."""
    from rnncalc.check.slips.estimates import one_number
    from rnncalc.check.slips.offsets import offset

    for found in (one_number, offset):
        every = found(problem, verdicts)
        gives = [(slip, slip.forms[0], trial.gives(slip.forms[0])) for slip in every]
        if explanations := [Explanation(slip, form, of[first]) for slip, form, of in gives if of]:
            return explanations
    return []


def _by_themselves(
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
        known = all_slips(alone[t], _decimals(v.answer for v in here[t].values()), known)
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
    found = known_alone(known, here, near, t)
    mistakes, order = [], {id(slip): number for number, slip in enumerate(known.slips, 1)}
    for verdict in here.values():
        if verdict.word in UNRIGHT:
            offers = without_flat(alone, [verdict], found[verdict.answer.name])
            ours = carried[0].get(verdict.answer.name, verdict.ours)
            if not any(not any(one.rank) for one in offers):
                from rnncalc.check.edits.search import explained_alone
                from rnncalc.check.further import search as further

                count = sum(len(slip.forms) for slip in known.slips)
                poor = offers if is_telling(verdict, carried, count) else []
                # Made in the wrong elements alone, a known slip gives all of it.
                own = [one for one in offers if one.rank == OF_ELEMENTS]
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


def _decimals(answers: Iterable[Answer]) -> int:
    """Return how many decimals were typed; 0 of what no one typed, but a program computed."""
    return min(max((a.decimals for a in answers if not a.bits), default=0), _DIGITS)
