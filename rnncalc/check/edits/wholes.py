"""Wholes: what may be done to a problem as a whole, beside its known slips and one equation."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from math import prod
from typing import Any

from rnncalc.check.answers import Key, Verdict
from rnncalc.check.edits.chance import ADVICE, CHANCE, chance_of
from rnncalc.check.explaining import Explanation
from rnncalc.check.slips.gates import keep_and_overwrite, reads_through_gate
from rnncalc.check.slips.kinds import Slip
from rnncalc.check.slips.rewrites import Altered, Seen, with_inputs
from rnncalc.problem.problem import Problem

_FEW = 15  # as many as they are at most
_MOST_STEPS = 8  # of a problem that may begin again at each


def as_a_whole(
    problem: Problem,
    wrong: Sequence[Verdict],
    gives: Callable[[Altered], Mapping[Key, Any]],
) -> list[Explanation]:
    """Return what gives all answers. gives: as `search.explained` has it."""
    chance = prod(chance_of(verdict, verdict.ours) for verdict in wrong)
    found = []
    for code, words, form in _forms(problem) if _FEW * chance < CHANCE else ():
        if values := gives(form):
            slip = Slip(f"{words} {{}}", "", ADVICE, (form,), code=code)
            found.append(Explanation(slip, form, values[wrong[0].answer.key]))
    return found


def _forms(problem: Problem) -> Iterator[tuple[str, str, Altered]]:
    """Yield changed problems, each with its code and what it is called."""
    xs = [x for batch in problem.batches for x in batch]
    count = len(xs)
    if problem.has_input:
        words = "one step too many, the last x twice"
        longer = with_inputs(problem, [*xs, xs[-1]], words)
        longer = longer._replace(problem=longer.problem._replace(steps=count + 1))
        yield "time", words, longer._replace(listed=range(2, count + 2))
        if count > 1:
            yield "time", words, longer._replace(listed=[*range(1, count), count + 1])
    for t in range(2, count + 1) if count <= _MOST_STEPS else ():
        words = f"started again at step {t}"
        yield "time", words, Altered(problem, words, partial(_restarted, t, problem.state))
    for one, first in keep_and_overwrite(problem, weighs_both=True):
        for other, both in reads_through_gate(first.problem):
            if not (first.change or first.retells):
                names = [line.name for line, old in
                         zip(both.problem.cell.equations, problem.cell.equations, strict=True)
                         if line is not old]  # fmt: skip
                yield "two-edits", f"{one} and {other}", both._replace(reads=(*names,))


def _restarted(step: int, start: Mapping[str, Any], t: int, name: str, was: Any, seen: Seen) -> Any:
    return start.get(name, was) if t == step else was
