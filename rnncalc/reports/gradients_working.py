"""The chain rule with numbers: each derivative as a formula, with numbers put in, and worked."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from rnncalc.cells.expressions import Call, Expression, Number, Symbol, rewrite
from rnncalc.cells.functions import FUNCTIONS
from rnncalc.cells.notation import UNICODE, Style, latex, spell
from rnncalc.numerals import rounded, shortened
from rnncalc.trace.arithmetic import value
from rnncalc.trace.derivatives.chain import known, links, total
from rnncalc.trace.derivatives.story import Derived, last_step
from rnncalc.trace.working import Derivation, reads_as

_LONGEST = 6  # elements of a vector, and steps of a sum, that are shown
_SQUARE = r"(?<![^\s(])(?<!/ )(\([^()]*\)|[^\s()·]+)(?: · | \\cdot )\1(?![\w.({])"


def derivations(derived: Derived, digits: int, *, is_latex: bool) -> Iterator[list[Derivation]]:
    """Yield the working of each step, from the last to the first, then the starts and the sums."""
    writer = _Writer(derived, digits, is_latex=is_latex)
    shares: dict[str, list[int]] = {}
    for t, found in links(derived):
        if derived.step not in (None, t):
            continue
        yield [writer.derivation(name, expression) for name, expression in found]
        for name, _ in found:
            if name.partition("@")[0].removeprefix("grad.") in writer.parameters:
                shares.setdefault(name.partition("@")[0], []).append(t)
    if derived.step or last_step(derived.found) == 1:
        return
    sums = []
    for name, steps in shares.items():
        few = len(steps) <= _LONGEST and derived.problem.scalar
        terms: list[Expression] = [Symbol(f"{name}@{t}") for t in steps]
        sums.append(writer.derivation(name, total(terms) if few else None))
    yield sums


class _Writer:
    """Writes links in a style: for terminals, or for LaTeX."""

    def __init__(self, derived: Derived, digits: int, *, is_latex: bool) -> None:
        cell = derived.problem.cell
        parameters = cell.parameters.values()
        self.parameters = {p.name: p.symbol for p in parameters if p.kind != "state"}
        self._worth, self._digits, self._is_latex = known(derived), digits, is_latex
        self._is_scalar = derived.problem.scalar
        lecture = latex(cell.equations, cell.roles) if is_latex else UNICODE
        self._lecture = lecture
        times = lecture.times if is_latex else " · "
        product = times if self._is_scalar else lecture.operators["*"]
        operators = {**lecture.operators, "*": product, "@": product if self._is_scalar else " "}
        spelled: Callable[[str], str] = self._latex if is_latex else self._plain
        functions = dict(lecture.functions)
        if is_latex:
            functions |= {name: rf"\mathrm{{{name}}}" for name in ("transpose", "sum")}
            functions |= {f"{name}'": rf"\mathrm{{{name}}}'" for name in FUNCTIONS}
        self.style: Style = lecture._replace(
            symbol=spelled, operators=operators, times=times, digits=digits, functions=functions
        )

    def derivation(self, name: str, expression: Expression | None) -> Derivation:
        """Return how a derivative comes about; without an expression, just what it is worth."""
        style, result = self.style, self._worth[name]
        if not self._is_scalar or expression is None:
            has_none = expression is None or _is_seed(expression)
            stages = [] if has_none or not expression else [("=", self._spelled(expression))]
            size = f"{'×'.join(map(str, getattr(result, 'shape', ())))} numbers"
            if getattr(result, "ndim", 0) > 1:
                is_small = result.size <= _LONGEST
                text = rounded(result, self._digits) if is_small else size
            else:
                text = shortened(result, self._digits, _LONGEST)
            shown = style.text(text)
            if self._is_latex and text == size:
                shown = rf"{text.removesuffix(' numbers')} \text{{ numbers}}".replace(
                    "×", r" \times "
                )
            return Derivation(style.symbol(name), [*stages, ("=", shown)])
        shown = style.number(result)
        if _is_seed(expression):
            return Derivation(style.symbol(name), [("=", shown)])
        numbers = rewrite(expression, self._number)
        stages = [("=", self._spelled(expression))]
        if isinstance(expression, Number):
            return Derivation(style.symbol(name), stages)
        if (text := self._spelled(numbers)) != shown:
            stages.append(("=", text))
        got = float(value(rewrite(numbers, self._as_shown), {}))
        is_same = reads_as(got, rounded(result, self._digits), self._digits)
        stages.append(("=" if is_same else style.approximately, shown))
        return Derivation(style.symbol(name), stages)

    def _spelled(self, node: Expression) -> str:
        return re.sub(_SQUARE, r"\1^2" if self._is_latex else r"\1²", spell(node, self.style))

    def _number(self, node: Expression) -> Expression:
        """Return a number for a symbol, and for the slope of a function."""
        if isinstance(node, Symbol):
            return Number(float(self._worth[node.name]))
        if isinstance(node, Call) and node.function.endswith("'"):
            return Number(float(FUNCTIONS[node.function[:-1]].slope(value(node.argument, {}))))
        return node

    def _as_shown(self, node: Expression) -> Expression:
        if isinstance(node, Number):
            return Number(float(rounded(float(node.value), self._digits)))
        return node

    def _plain(self, name: str) -> str:
        kind, _, rest = name.rpartition(".")
        place, at, t = rest.partition("@")
        if kind in ("W", "b"):
            return f"{kind.lower()}_{rest}"
        if kind == "delta":
            only = (
                sum(key.endswith(f"@{t}") for key in self._worth if key.startswith("delta.")) == 1
            )
            return f"δ_{t}" if only else f"δ_{place},{t}"
        if kind == "seed":
            return f"∂L/∂{place}_{t}"
        shown = f"{place}_{t}" if at else place
        if kind == "grad":
            return name if place in self.parameters else f"∂L/∂{shown}"
        return shown

    def _latex(self, name: str) -> str:
        symbol = self._lecture.symbol
        kind, _, rest = name.rpartition(".")
        place, at, t = rest.partition("@")
        if kind in ("W", "b"):
            is_turned = rest.endswith("ᵀ")
            return f"({symbol(name[:-1])})^T" if is_turned else symbol(name)

        def placed(text: str) -> str:
            return re.sub(r"_t(?![a-z])", f"_{{{t}}}", text)

        if kind == "delta":
            return rf"\delta_{{{self._lecture.symbol(place).removesuffix('_t')},{t}}}"
        if kind in ("grad", "seed"):
            if place in self.parameters and self.parameters[place] in self._worth:
                below = symbol(self.parameters[place])
                return rf"\frac{{\partial L}}{{\partial {below}}}" + (
                    rf"\Big|_{{t={t}}}" * bool(at)
                )
            start = place.rstrip("0").removesuffix("_")
            inner = placed(symbol(place)) if at else f"{symbol(start).removesuffix('_t')}_{{0}}"
            return rf"\frac{{\partial L}}{{\partial {inner}}}"
        return placed(symbol(place)) if at else symbol(name)


def _is_seed(expression: Expression) -> bool:
    return isinstance(expression, Symbol) and expression.name.startswith("seed.")


def lines(derived: Derived, digits: int, fits: Callable[[str], bool]) -> Iterator[str]:
    """Yield the working as lines, with an empty one behind each step."""
    for found in derivations(derived, digits, is_latex=False):
        yield from group_lines(found, fits)
        yield ""


def group_lines(found: Iterable[Derivation], fits: Callable[[str], bool]) -> Iterator[str]:
    """Yield a line a link, or one a sign where that is too long."""
    for derivation in found:
        parts = [f" {sign} {text}" for sign, text in derivation.stages]
        line = derivation.label + "".join(parts)
        if fits(line) or len(parts) < 2:
            yield line
        else:
            yield derivation.label + parts[0]
            yield from (" " * len(derivation.label) + part for part in parts[1:])
