"""Going back by a way that may be wrong, and on from what somebody answered on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from rnncalc.cells.expressions import PREVIOUS, Call, children, symbols
from rnncalc.check.slips.walking_back import Back, step_back
from rnncalc.check.slips.ways import HALVED, ONE, SQUARED, UNTARGETED, Way
from rnncalc.problem.problem import Problem
from rnncalc.trace.arithmetic import value
from rnncalc.trace.derivatives.names import JACOBIAN, PARAMETER, START, Name, of_unit
from rnncalc.trace.gradients.objective import Objective

#: The values of each step, from the first.
Rows = Sequence[Mapping[str, Any]]

#: A step, and what is derived by: "h", "pre.f", a weight's symbol, or "jac.s" for a Jacobian.
Spot = tuple[int, str]

#: What is gone on with, from the spot and what is worked out there.
Carried = Callable[[Spot, Any], Any]


_SEEDS: Mapping[str, Callable[[Any], Any]] = {
    ONE: lambda error: 0.0 * error + 1.0,
    SQUARED: lambda error: error * error,
    HALVED: lambda error: 0.5 * error * error,
}


class Backwards:
    """The derivatives of an objective by a way of going back, right or not, from given values.

    steps: all names that are known at each step, as `named` has them. names: the derivatives that
    are asked for. carry: what somebody goes on with at a spot, asked in the order of going back.
    by_links: whether that is so for Jacobians, too. Each value is what is worked out, whatever is
    gone on with.
    """

    def __init__(
        self,
        problem: Problem,
        objective: Objective,
        steps: Rows,
        way: Way,
        names: Iterable[Name],
        carry: Carried,
        *,
        by_links: bool = False,
    ) -> None:
        self.problem, self.objective, self.way = problem, objective, way
        self._rows, self._carry = steps, carry
        names = list(names)
        self._totals = {n.symbol: 0.0 for n in names if n.kind == PARAMETER and n.t is None}
        self._wanted = {spot_of(name) for name in names}
        self._links = {t for t, symbol in self._wanted if by_links and symbol.startswith("jac.")}
        self._found: dict[Spot, Any] = {}
        self._run()

    def _run(self) -> None:
        last = max(term.t or len(self._rows) for term in self.objective.terms)
        incoming: dict[str, Any] = {}
        ordered = self._reversed_states(last) if self.way.is_reversed else {}
        states, depth = self.problem.cell.states, self.way.depth
        for t in range(last, 0, -1):
            incoming = ordered.get(t, incoming)
            seeded = incoming if t in ordered else self._seeded(t, incoming)
            back = self._at(t, seeded, partial(self._noted, t), self._way_at(t, last))
            if not (self.way.skips_last if t == last else self.way.only_last):
                self._count(t, back)
            before = {n: back.by[n + PREVIOUS] for n in states if n + PREVIOUS in back.by}
            for name in self.way.accumulates & before.keys() & back.by.keys():
                before[name] = before[name] + back.by[name]
            before = self._by_link(t, back, before)
            incoming = {} if depth and t <= last - depth + 1 else before
            if t == 1:
                start = back.by if self.way.starts_late else before
                self._found |= {(0, name): start.get(name, 0.0) for name in states}

    def _way_at(self, t: int, last: int) -> Way:
        way = self.way
        if t < last:
            return way._replace(cut=way.cut | way.cut_early) if way.cut_early else way
        return self._flat if way.flat_last else way

    def _at(
        self, t: int, incoming: Mapping[str, Any], carry: Any = None, way: Way | None = None
    ) -> Back:
        more = (carry,) if carry else ()
        return step_back(self.problem, way or self.way, t, self._rows[t - 1], incoming, *more)

    @property
    def _flat(self) -> Way:
        """The way without slopes."""
        units = [line.name for line in self.problem.computed if line.is_unit]
        return self.way._replace(slopes=tuple((name, "none") for name in units))

    def _noted(self, t: int, symbol: str, worth: Any) -> Any:
        """Return what is gone on with, and keep what is asked for."""
        if (t, symbol) in self._wanted:
            self._found[t, symbol] = worth
            return self._carry((t, symbol), worth)
        return worth

    def _count(self, t: int, back: Back) -> None:
        """Add up what a step gives for the sums that are asked for."""
        way = self.way
        if (way.skips_first or way.only_first) and (t == 1) != way.only_first:
            return
        for name in self._totals.keys() & back.shares.keys():
            self._totals[name] = self._totals[name] + back.shares[name]

    def _by_link(self, t: int, back: Back, before: dict[str, Any]) -> dict[str, Any]:
        """Return what goes on to the step before, by the Jacobian that somebody answered."""
        (state, *others) = self.problem.cell.states
        if others or t not in self._links or state not in back.by:
            return before
        spot = (t, f"jac.{state}")
        link = self._carry(spot, self._jacobian(state, state, t))
        adjoint = back.by[state]
        return {state: adjoint * link if isinstance(link, float) else adjoint @ link}

    def _seeded(self, t: int, incoming: Mapping[str, Any]) -> dict[str, Any]:
        objective, last = self.objective, len(self._rows)
        if self.way.everywhere:
            once = {(term.name, term.unit): term._replace(t=t) for term in objective.terms}
            objective = objective._replace(terms=list(once.values()))
        if self.way.seed == UNTARGETED:
            targeted = [term for term in objective.terms if term.target is not None]
            terms = [term._replace(target=0.0 * term.target) for term in targeted]
            objective = objective._replace(terms=terms)
        _, seeds = objective.worth(self._rows[t - 1], t, last)
        found = dict(incoming)
        for name, seed in seeds.items():
            seed = self.way.factor * _SEEDS.get(self.way.seed, lambda error: error)(seed)
            found[name] = found[name] + seed if name in found else seed
        return found

    def _reversed_states(self, last: int) -> dict[int, dict[str, Any]]:
        """Return the adjoint of the only state with the Jacobians in the wrong order."""
        import numpy as np

        (state,) = self.problem.cell.states
        seed = self._at(last, self._seeded(last, {})).by.get(state)
        if seed is None or len(self.objective.terms) > 1:
            return {}
        found, product = {last: {state: seed}}, np.eye(seed.shape[-1])
        for t in range(last, 1, -1):
            jacobian = self._at(t, {state: np.eye(seed.shape[-1])}).by[state + PREVIOUS]
            product = jacobian @ product
            found[t - 1] = {state: seed @ product}
        return found

    def value(self, name: Name) -> Any:
        """Return what a name is worth, one of those that were asked for."""
        if name.kind == JACOBIAN:
            found = self._jacobian(name.of, name.symbol, name.t or len(self._rows))
        elif name.kind == PARAMETER and name.t is None:
            found = self._totals[name.symbol]
            found = found / len(self._rows) if self.way.is_mean else found
        else:
            found = self._found.get(spot_of(name), 0.0)
        return self._of_unit(found, name)

    def _jacobian(self, of: str, by: str, t: int) -> Any:
        size = self.problem.sizes.number(of)
        seed: Any = 1.0
        if not self.problem.scalar:
            import numpy as np

            seed = np.eye(size)
        back = self._at(t, {of: seed}).by
        if t == 1:
            return back.get(by + PREVIOUS, 0.0 * seed)
        states = self.problem.cell.states
        before = {n: back[n + PREVIOUS] for n in states if n + PREVIOUS in back}
        before = self._at(t - 1, before).by
        return before.get(by, 0.0 * seed)

    def _of_unit(self, found: Any, name: Name) -> Any:
        if name.kind not in (PARAMETER, JACOBIAN):
            symbol = name.symbol.removeprefix("pre.")
            size = self.problem.sizes.number(symbol)
            if isinstance(found, float) and not self.problem.scalar:
                import numpy as np

                found = np.zeros((*self.objective.shape, size)) + found
            if self.problem.sizes.is_plain(symbol):
                found = found if isinstance(found, float) else found[..., 0]
        found = of_unit(found, name)
        return found if getattr(found, "ndim", 0) else float(found)


def spot_of(name: Name) -> Spot:
    """Return where a derivative is met in going back; those by the starts are met at step 0."""
    if name.kind == START:
        return 0, name.symbol.removesuffix(PREVIOUS)
    if name.kind == JACOBIAN:
        return name.t or 0, f"jac.{name.symbol}" if name.of == name.symbol else ""
    return name.t or 0, name.symbol


def named(problem: Problem, rows: Rows) -> Rows:
    """Return all that is known by name at each step: as `step_back` has it."""
    units = [line for line in problem.computed if line.is_unit]
    found: list[dict[str, Any]] = []
    before: dict[str, Any] = {}
    shifted = ("x", *problem.cell.states)
    for row in rows:
        names = {**problem.weights, **row}
        for line in units:
            names[f"pre.{line.name}"] = value(children(line.expression)[0], names)
        for state in problem.cell.states:
            start = row[state + PREVIOUS]
            names[f"zero.{state}{PREVIOUS}"] = start if found else 0.0 * start
            before.setdefault(state, start)
            before.setdefault(f"pre.{state}", start)
        if not found:  # what is a function of the start is there before it, too
            for line in problem.computed:
                node = line.expression
                if isinstance(node, Call) and {*symbols(node)} <= before.keys():
                    before[line.name] = value(node, before)
        own = [name for name in names if name not in problem.weights]
        # Before the first step there is no input, and of gates nobody could take other values.
        first = {"x": 0.0 * names["x"]} if "x" in names else {}
        found.append(names | {f"early.{n}": (first | before).get(n, names[n]) for n in own})
        before = {name: names[name] for name in own}
    end = {"x": 0.0 * found[-1]["x"]} if "x" in found[-1] else {}
    for names, later in zip(found, [*found[1:], end], strict=True):
        names |= {f"late.{n}": later.get(n, names[n]) for n in shifted if n in names}
    return found
