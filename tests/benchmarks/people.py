"""How well mistakes are named that people make: wrong cells written apart from the catalogue.

Each mistake of `tests.wrong_cells` is made with fresh numbers, typed as people do, and checked.
Prints how often it is called wrong, named among those offered (five at most), named alone or first,
and how often there are false leads only.

    python -m tests.benchmarks.people [DRAWS [PATTERN [SET]]]

SET is further, fresh or later; newest by halves, seen-half and other-half; or graded, whole or by
halves, graded-first and graded-second. Without, the catalogue knows all.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from rnncalc import CELLS, Problem, build
from rnncalc.check.answers import RIGHT, WRONG, Answer, written_down
from rnncalc.check.diagnosis import diagnose
from rnncalc.check.grade import judge
from tests import graded_mistakes as graded
from tests.fresh_mistakes import FRESH, LATER
from tests.further_mistakes import FURTHER
from tests.newest_mistakes import HALVES
from tests.wrong_cells import MISTAKES, Draw, Mistake, Rows, draw

OFFERED = 5
_HUGE = 1e6
#: Kinds of mistakes that the catalogue wasn't made for, by the word that asks for them.
SETS: dict[str, Sequence[Mistake]] = {"further": FURTHER, "fresh": FRESH, "later": LATER}
SETS |= {"seen-half": HALVES[0], "other-half": HALVES[1], "graded": graded.MISTAKES}
SETS |= {"graded-first": graded.HALVES[0], "graded-second": graded.HALVES[1]}
#: What is typed: how many decimals, and of all quantities in all steps, of the last state, or of
#: one number of it.
WAYS = {"all, 4 decimals": (4, "all"), "last state, 4 decimals": (4, "state")}
WAYS |= {"one number, 4 decimals": (4, "one"), "one number, 2 decimals": (2, "one")}


class Found(NamedTuple):
    """How many answers were wrong, called so, named, named first, and given false leads only."""

    wrong: int = 0
    called: int = 0
    named: int = 0
    first: int = 0
    misled: int = 0

    def __add__(self, other: Any) -> Found:
        return Found(*(mine + its for mine, its in zip(self, other, strict=True)))

    def rates(self) -> list[float]:
        """Return the parts of the wrong answers, in percent."""
        return [100 * part / max(1, self.wrong) for part in self[1:]]


def problem_of(drawn: Draw) -> Problem:
    """Return the problem that a mistake was made in, of plain numbers if there is one unit."""
    numbers = [*drawn.given.values(), *drawn.xs]
    plain = all(value.size == 1 for value in numbers)

    def typed(value: Any) -> Any:
        return float(value.item()) if plain else value.tolist()

    cell = CELLS[drawn.cell]
    core = cell.having([line for line in cell.equations if not line.optional])
    given = {name: typed(value) for name, value in drawn.given.items()}
    problem = build(core, given, [typed(x) for x in drawn.xs])
    return problem._replace(batches=list(problem.batches))


def typed(problem: Problem, rows: Rows, decimals: int, what: str) -> list[Answer]:
    """Return what somebody types who came to these rows."""
    states = problem.cell.states
    names = {"all": list(rows[0]), "state": states, "one": [s for s in "sh" if s in states]}[what]

    def answer(t: int, name: str) -> Answer:
        value = rows[t - 1][name]
        return written_down(t, name, float(value[0]) if problem.scalar else value, decimals)

    steps = range(1 if what == "all" else len(rows), len(rows) + 1)
    return [answer(t, name) for t in steps for name in names]


def found(drawn: Draw, decimals: int, what: str) -> Found:
    """Return how a mistake was found; nothing where it gives the right answer, or huge numbers."""
    if any(not (abs(value) < _HUGE).all() for row in drawn.wrong for value in row.values()):
        return Found()  # nobody writes that down
    problem = problem_of(drawn)
    right, wrong = (typed(problem, rows, decimals, what) for rows in (drawn.right, drawn.wrong))
    verdicts = judge(problem, right)
    assert {verdict.word for verdict in verdicts} == {RIGHT}, drawn
    unit = 1.01 * 10.0**-decimals
    pairs = zip(right, wrong, strict=True)
    if all(abs(a - b) <= unit for one, other in pairs for a, b in
           zip(one.numbers, other.numbers, strict=True)):  # fmt: skip
        return Found()
    verdicts = judge(problem, wrong)
    if all(verdict.word != WRONG for verdict in verdicts):
        return Found(1)
    mistakes = diagnose(problem, verdicts).mistakes
    offered = [[e.name for e in m.explanations[:OFFERED]] for m in mistakes]
    fits = [[bool(re.search(drawn.named, name)) for name in names] for names in offered]
    named, first = any(map(any, fits)), any(of[0] for of in fits if of)
    return Found(1, 1, named, first, any(offered) and not named)


def rate(mistakes: Sequence[Mistake], draws: range, way: str) -> Found:
    """Return how mistakes are found, each drawn afresh."""
    total = Found()
    for mistake in mistakes:
        for seed in draws:
            total += found(draw(mistake, seed), *WAYS[way])
    return total


def rows(mistakes: Sequence[Mistake], draws: int) -> Iterator[str]:
    """Yield the lines of the table."""
    yield "| typed | wrong answers | called wrong | named | alone or first | false leads only |"
    yield "|---|---|---|---|---|---|"
    for way in WAYS:
        total = rate(mistakes, range(draws), way)
        cells = " | ".join(f"{rate:.1f}%" for rate in total.rates())
        yield f"| {way} | {total.wrong} | {cells} |"


def main() -> None:
    """Print a line for each mistake that isn't always named, then the table."""
    draws, pattern = int([*sys.argv, "5"][1]), [*sys.argv, "", ""][2]
    kinds = next((SETS[word] for word in sys.argv if word in SETS), MISTAKES)
    mistakes = [mistake for mistake in kinds if re.search(pattern, mistake.words)]
    for mistake in mistakes:
        for way in WAYS:
            of = rate([mistake], range(draws), way)
            if pattern or of.called < of.wrong or (of.named < of.wrong and "2" not in way):
                print(f"{mistake.words}, {way}: {tuple(of)}", file=sys.stderr)
    for row in rows(mistakes, draws):
        print(row, flush=True)


if __name__ == "__main__":
    main()
