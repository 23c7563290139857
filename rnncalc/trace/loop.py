"""Long sequences: a cell's equations turned into one loop, with one product a step.

Plain numbers stay Python floats and are summed in the order of the equations: bit for bit what
`evaluate` computes. For vectors the inputs are projected a block at a time and the state meets all
weights in one product, so they agree with `evaluate` up to the order of summing.

The loop is written out as Python from the trees, once for each problem, and compiled.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from rnncalc.cells.expressions import Binary, Call, Expression, Symbol
from rnncalc.cells.functions import ACTIVATIONS
from rnncalc.cells.model import PREVIOUS, Equation
from rnncalc.cells.notation import SOURCE, spell
from rnncalc.errors import InputError
from rnncalc.problem.problem import Problem
from rnncalc.trace.steps import Step, require_finite
from rnncalc.trace.steps import run as run_plainly

# Blocks are filled up to this many rows: the projection of a step is then the same product wherever
# it stands in a sequence, and going on from a saved state gives the same bits. 24 is a multiple of
# the rows (2, 4, 6, 8 or 12) that BLAS kernels take at a time; what is left they sum otherwise.
_BLOCK = 24

_AS_CODE = SOURCE._replace(
    symbol=lambda name: name.replace(".", "_"), operators={**SOURCE.operators, "@": " * "}
)


def run(problem: Problem) -> Iterator[Step]:
    """Yield a problem's steps, one for each input.

    Raises InputError at the first step with a quantity that is not a finite number, or with an
    input that can't be used.
    """
    if problem.ties:
        yield from run_plainly(problem)
        return
    quantities = problem.quantities
    units = [line.name for line in problem.computed if line.is_unit]
    names = [*quantities, *(f"pre.{name}" for name in units)]
    for t, row in enumerate(rows(problem, names), 1):
        z = dict(zip(units, row[len(quantities) :], strict=True))
        yield Step(t, dict(zip(quantities, row, strict=False)), z, {}, {}, {})


def rows(problem: Problem, names: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    """Yield the named values of each step: quantities, and pre-activations such as "pre.f".

    Raises InputError as `run` does.
    """
    if problem.ties:
        for step in run_plainly(problem):
            yield _row(step, names)
        return
    namespace: dict[str, Any] = {_AS_CODE.symbol(s): w for s, w in problem.weights.items()}
    namespace |= problem.held
    write = _float_loop if problem.scalar else _array_loop
    source = write(problem, names, namespace)
    exec(compile(source, f"<the loop of {problem.cell.name}>", "exec"), namespace)
    yield from namespace["loop"](problem.batches, **problem.state)


def _row(step: Step, names: Sequence[str]) -> tuple[Any, ...]:
    return tuple(step.pre[n[4:]] if n.startswith("pre.") else step.values[n] for n in names)


def _code(node: Expression) -> str:
    return spell(node, _AS_CODE)


def _float_loop(problem: Problem, names: Sequence[str], namespace: dict[str, Any]) -> str:
    """Return a loop over floats, each equation a line or two."""
    namespace |= {name: activation.number for name, activation in ACTIVATIONS.items()}
    body, checked = [], ["0.0"]
    for line in problem.computed:
        expression = line.expression
        if isinstance(expression, Call) and line.is_unit:
            body.append(f"pre_{line.name} = {_code(expression.argument)}")
            checked.append(f"pre_{line.name}")
            expression = Call(expression.function, Symbol(f"pre_{line.name}"))
        body.append(f"{line.name} = {_code(expression)}")
        checked.append(line.name)

    def verify(t: int, values: Mapping[str, Any]) -> None:
        # A sum is finite if its parts are; if it isn't, that may be the sum's own doing.
        for name in checked[1:]:
            require_finite(values[name], name.replace("pre_", "pre."), t)

    namespace["verify"] = verify
    states = problem.cell.states
    return _lines(
        f"def loop(batches, {', '.join(name + PREVIOUS for name in states)}):",
        "    t = 0",
        "    for batch in batches:",
        "        for x in batch:",
        "            t += 1",
        *(f"            {line}" for line in body),
        f"            check = {' + '.join(checked)}",
        "            if check - check != 0.0: verify(t, locals())",
        f"            yield ({', '.join(map(_AS_CODE.symbol, names))},)",
        *(f"            {name}{PREVIOUS} = {name}" for name in states),
    )


def _array_loop(problem: Problem, names: Sequence[str], namespace: dict[str, Any]) -> str:
    """Return a loop over arrays: all pre-activations at once, the rest line by line.

    It computes a block before it yields the first row, so that a block is checked as a whole:
    a state that isn't finite stays so, whatever a step multiplies it by.
    """
    import numpy as np

    namespace |= {name: activation.array for name, activation in ACTIVATIONS.items()}
    namespace |= {"quiet": np.errstate, "isfinite": np.isfinite}
    # Those that one function squashes lie side by side, so that it is called once.
    functions = list(ACTIVATIONS)
    units = [line for line in problem.computed if line.is_unit]
    units.sort(key=lambda line: functions.index(line.activation or ""))
    body = _stacked(problem, units, namespace)
    for function in dict.fromkeys(line.activation for line in units):
        places = [k for k, line in enumerate(units) if line.activation == function]
        squashed = ", ".join(units[k].name for k in places)
        body.append(f"{squashed}, = {function}(z[{places[0]}:{places[-1] + 1}])")
    for k, line in enumerate(units):
        if f"pre.{line.name}" in names:
            body.append(f"pre_{line.name} = z[{k}]")
    rest = [line for line in problem.computed if not line.is_unit]
    body += [f"{line.name} = {_code(line.expression)}" for line in rest]

    def shown(name: str) -> str:
        plain = problem.sizes.plain_input if name == "x" else problem.sizes.plain_state
        return f"float({_AS_CODE.symbol(name)}[0])" if plain else _AS_CODE.symbol(name)

    def replay(t: int, block: Any, *states: Any) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of a block up to the step that isn't finite, and raise its error."""
        before = dict(zip(problem.state, states, strict=True))
        for step in run_plainly(problem._replace(batches=[block], state=before), first=t):
            yield _row(step, names)
        raise InputError([f"a result is not a finite number at step {t} or soon after it"])

    namespace["replay"] = replay
    states = problem.cell.states
    before = ", ".join(name + PREVIOUS for name in states)
    finite = " and ".join(f"isfinite({what}).all()" for what in ["sums", *states])
    return _lines(
        f"def loop(batches, {before}):",
        "    t = 1",
        "    for batch in batches:",
        "        for block, sums in project(batch):",
        "            rows = []",
        f"            start = {before},",
        "            with quiet(all='ignore'):",
        "                for x, z in zip(block, sums):",
        *(f"                    {line}" for line in body),
        f"                    rows.append(({', '.join(map(shown, names))},))",
        *(f"                    {name}{PREVIOUS} = {name}" for name in states),
        f"                finite = {finite}",
        "            yield from rows if finite else replay(t, block, *start)",
        "            t += len(block)",
    )


def _lines(*lines: str) -> str:
    return "\n".join(lines)


def _stacked(problem: Problem, units: Sequence[Equation], namespace: dict[str, Any]) -> list[str]:
    """Stack the weights of all units, by the vector they meet; return lines that add to ``z``.

    ``z`` has shape (units, n) and starts as the projection of the input, biases included, which
    goes into the namespace as ``project``.
    """
    import numpy as np

    n, count = problem.sizes.n, len(units)
    met: dict[str, dict[str, Any]] = {}
    bias = np.zeros((count, n))
    for k, line in enumerate(units):
        for part in _summands(line.expression):
            match part:
                case Binary("@", Symbol(weight), Symbol(vector)):
                    met.setdefault(vector, {})[line.name] = problem.weights[weight]
                case Symbol(name):
                    bias[k] += problem.weights[name]
                case _:
                    raise ValueError(f"{line.name} is no sum of weighted vectors and biases")
    lines = []
    project: Callable[[Any], Iterator[Any]] = partial(_unprojected, bias)
    for vector, weights in met.items():
        size = problem.sizes.m if vector == "x" else n
        names = [line.name for line in units]
        stack = [weights[name] if name in weights else np.zeros((n, size)) for name in names]
        factors, matrix = _factors_or_matrix(stack, n)
        if vector == "x":
            project = partial(_projected, bias, factors, matrix)
        elif matrix is None:
            namespace[f"weights_{vector}"] = factors
            lines.append(f"z += weights_{vector} * {vector}")
        else:
            namespace[f"weights_{vector}"] = matrix
            lines.append(f"z += weights_{vector}.dot({vector}).reshape({count}, {n})")
    namespace["project"] = project
    return lines


def _summands(node: Expression) -> Iterator[Expression]:
    """Yield what a pre-activation is the sum of, from left to right."""
    match node:
        case Call(_, argument):
            yield from _summands(argument)
        case Binary("+", left, right):
            yield from _summands(left)
            yield from _summands(right)
        case _:
            yield node


def _factors_or_matrix(stack: Sequence[Any], n: int) -> tuple[Any, Any]:
    """Return the weights of all units as factors (units, n) if none of them is a matrix.

    Otherwise return them as one matrix, one below the other; None stands for the other form.
    """
    import numpy as np

    if all(weight.ndim < 2 for weight in stack):
        return np.array([np.broadcast_to(weight, n) for weight in stack]), None
    return None, np.vstack([w if w.ndim == 2 else np.diag(np.broadcast_to(w, n)) for w in stack])


def _projected(bias: Any, factors: Any, matrix: Any, batch: Any) -> Iterator[Any]:
    """Yield the inputs of a batch in blocks, each with its weighted sums, (steps, units, n)."""
    import numpy as np

    for start in range(0, len(batch), _BLOCK):
        block = batch[start : start + _BLOCK]
        with np.errstate(all="ignore"):
            if matrix is None:
                sums = block[:, None, :] * factors + bias
            else:
                full = np.zeros((_BLOCK, batch.shape[1]))
                full[: len(block)] = block
                sums = (full @ matrix.T)[: len(block)].reshape(len(block), *bias.shape) + bias
        yield block, sums


def _unprojected(bias: Any, batch: Any) -> Iterator[Any]:
    """Yield the inputs of a batch where no unit meets them."""
    import numpy as np

    yield batch, np.repeat(bias[None], len(batch), axis=0)
