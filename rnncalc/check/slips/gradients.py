"""Slips in gradients: the mistakes that people make on the way back, each with a name."""

from __future__ import annotations

from collections.abc import Iterator

from rnncalc.cells.expressions import PREVIOUS, symbols
from rnncalc.check.slips.products import product_slips
from rnncalc.check.slips.shares import share_slips
from rnncalc.check.slips.slopes import slope_slips
from rnncalc.check.slips.ways import HALVED, ONE, SQUARED, UNTARGETED, Lesson, Slip, Way
from rnncalc.problem.problem import Problem
from rnncalc.trace.gradients.objective import Objective

_MOST_DEPTHS = 4
_SUM = Lesson("A weight is used at every step: add up what each of them gives.", "last-step-only")
_PATHS = Lesson(
    "A change of a state reaches the next step on every path that leads there: add them up.",
    "path-left-out",
)

_TOTAL = _PATHS._replace(code="immediate-derivative")


def slips(problem: Problem, objective: Objective) -> list[Slip]:
    """Return the slips that can be made in a problem, the commonest first, each way once."""
    found: dict[Way, Slip] = {}
    for slip in _slips(problem, objective):
        found.setdefault(slip.way, slip)
    found.pop(Way(), None)  # of what a cell doesn't have
    return list(found.values())


def _slips(problem: Problem, objective: Objective) -> Iterator[Slip]:
    is_last = "only the last step counted"
    if len({term.t for term in objective.terms}) > 1:
        yield Slip(is_last, _SUM, Way(only_last=True))
        yield Slip("nothing gone back: the steps of L alone counted", _SUM, Way(depth=1))
    else:
        yield Slip(is_last, _SUM, Way(depth=1))
    commonest, *others = share_slips(problem)
    yield commonest
    yield from slope_slips(problem)
    yield from _paths(problem)
    yield from _steps(problem)
    if any(term.target is not None for term in objective.terms):
        yield from _targets(problem)
    else:
        told = Lesson(
            "The derivative of what is asked for by itself is 1, not -1.", "wrong-sign-throughout"
        )
        yield Slip("wrong sign throughout", told, Way(factor=-1.0))
    yield from others
    yield from product_slips(problem)


def _paths(problem: Problem) -> Iterator[Slip]:
    """Yield paths back to the previous states that are left out."""
    every = [
        (line.name, symbol)
        for line in problem.computed
        for symbol in symbols(line.expression)
        if symbol in problem.state
    ]
    if len(every) < 2:
        return
    units = {line.name for line in problem.computed if line.is_unit}
    indirect = frozenset(path for path in every if path[0] in units)
    if indirect and len(indirect) < len(every):
        yield Slip("immediate derivative taken for the total", _TOTAL, Way(cut=indirect))
    for state in problem.state:
        paths = frozenset(path for path in every if path[1] == state)
        if len(paths) < len(every) and paths != indirect:
            name = state.removesuffix(PREVIOUS)
            yield Slip(f"path through {name} left out", _PATHS, Way(cut=paths))
    yield from _within(problem)
    for line, symbol in every:
        state = symbol.removesuffix(PREVIOUS)
        path = frozenset([(line, symbol)])
        yield Slip(f"path from {state} through {line} left out", _PATHS, Way(cut=path))
        told = f"wrong sign on the path from {state} through {line}"
        yield Slip(told, _PATHS, Way(signs=path))
        others = frozenset(other for other in every if other[1] == symbol) - path
        # Gates are overlooked, not the candidate.
        is_gate = problem.cell.roles.get(line) == "gate"
        if len(others) > 1 and others != indirect and not is_gate:
            told = f"of the paths from {state} only that through {line} counted"
            yield Slip(told, _PATHS, Way(cut=others))


def _within(problem: Problem) -> Iterator[Slip]:
    """Yield paths from a state to one of the same step that are left out on the way."""
    reach = {state: {state} for state in problem.cell.states}
    for line in problem.computed:
        read = frozenset(symbols(line.expression)) & reach.keys()
        reached = {state for symbol in read for state in reach[symbol]} - {line.name}
        if line.name in problem.cell.states and reached:
            told = f"path from {line.name}_t to {' and '.join(sorted(reached))}_t left out"
            path = frozenset((line.name, symbol) for symbol in read - {line.name})
            yield Slip(f"{told} on the way", _PATHS, Way(cut_early=path))
        elif reached and not line.is_unit:
            reach[line.name] = reached


def _steps(problem: Problem) -> Iterator[Slip]:
    """Yield what can go wrong from step to step."""
    for depth in range(2, min(_MOST_DEPTHS + 1, problem.steps or 0)):
        yield Slip(f"only {depth} steps gone back", _SUM, Way(depth=depth))
    yield Slip(
        "mean over steps",
        Lesson("The derivative is the sum over all steps, not their mean.", "mean-over-steps"),
        Way(is_mean=True),
    )
    lesson = Lesson("Step 1 counts, too: its state before is the start.", "step-1-left-out")
    yield Slip("step 1 left out", lesson, Way(skips_first=True))
    lesson = Lesson("The last step counts, too, and its slope.", "last-step-left-out")
    yield Slip("last step left out", lesson, Way(skips_last=True))
    yield Slip("slope left out at the last step alone", lesson, Way(flat_last=True))
    lesson = Lesson(
        "What a step adds is added to what there is: with = for += only step 1 is left.",
        "only-step-1-kept",
    )
    yield Slip("only step 1 kept", lesson, Way(only_first=True))
    lesson = Lesson(
        "What goes back to a state takes the place of what there was of the step behind it.",
        "derivative-not-replaced",
    )
    for names in dict.fromkeys([(name,) for name in problem.cell.states] + [problem.cell.states]):
        name = f"derivative by {' and '.join(names)} added up from step to step"
        yield Slip(name, lesson, Way(accumulates=frozenset(names)))
    lesson = Lesson(
        "L is of the steps that it names: each of them adds its part once, all others nothing.",
        "loss-at-every-step",
    )
    yield Slip("L taken at every step", lesson, Way(everywhere=True))
    lesson = Lesson("Back to the start there is one step more.", "one-step-too-few")
    yield Slip("derivative by the first state for that by its start", lesson, Way(starts_late=True))


def _targets(problem: Problem) -> Iterator[Slip]:
    """Yield what can go wrong with a distance to a target."""
    lesson = Lesson("Of half the squared distance the derivative is s - target.", "wrong-error")
    yield Slip(
        "wrong sign of the error", lesson._replace(code="wrong-sign-of-the-error"), Way(factor=-1.0)
    )
    yield Slip(
        "factor 2 of the squared distance kept",
        lesson._replace(code="factor-2-kept"),
        Way(factor=2.0),
    )
    yield Slip("error left out: the derivative of the quantity alone", lesson, Way(seed=ONE))
    yield Slip("target left out of the error", lesson, Way(seed=UNTARGETED))
    yield Slip("error squared for the error", lesson, Way(seed=SQUARED))
    yield Slip("half the squared error for the error", lesson, Way(seed=HALVED))
    size = problem.sizes.number(problem.cell.states[-1])
    if size > 1:
        name = f"distance divided by {size}, the units"
        yield Slip(name, lesson, Way(factor=1.0 / size))
        yield Slip(f"{name}, and factor 2 kept", lesson, Way(factor=2.0 / size))
