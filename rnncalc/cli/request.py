"""Requests: what a command line asks for, and the problem that it poses."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rnncalc.cells.model import ALL_WEIGHTS, Cell, stages
from rnncalc.errors import Faults, listing, plainly, quoted
from rnncalc.problem.building import build, switched_on
from rnncalc.problem.fetching import fetched, fetched_pairs
from rnncalc.problem.places import Place, read_places
from rnncalc.problem.problem import UNREAD, Given, Inputs, Problem, Stream, Weights
from rnncalc.reports import DEFAULT, FORMATS, SAVED, Format

if TYPE_CHECKING:
    from rnncalc.problem.batches import Batch

_MOST_DIGITS, _MOST_STEPS = 30, 10**9
_OF_ONE_SEQUENCE = ("explain", "lint", "gradients")


class Request:
    """What a command line asks for; values are as they were typed, and no file is read yet.

    cell: as its variants make it. parameters: weights, biases, constants and previous states, by
    name. ties: None without rounding. digits: None if nothing is said. All others are the options
    of that name.
    """

    cell: Cell
    parameters: Mapping[str, str]
    form: Format
    ties: str | None
    digits: int | None
    repeat: int
    all_weights: str | None = None
    weights: Sequence[str] = ()
    layer: str | None = None
    save_weights: str | None = None
    x: Sequence[str] = ()
    xs: str | None = None
    reverse: bool = False
    sequence: int | None = None
    set: Sequence[str] = ()
    equations: bool = False
    explain: bool = False
    only: Sequence[Place] = ()
    step: int | None = None
    summary: bool = False
    save: str | None = None
    force: bool = False
    save_state: str | None = None
    expect: Sequence[str] = ()
    tolerance: str | None = None
    require: str | None = None
    no_reveal: bool = False
    hint: bool = False
    lint: bool = False
    gradients: bool = False
    derivative: str | None = None
    of: str | None = None
    target: Sequence[str] = ()
    learning_rate: str | None = None

    def __init__(self, **asked: Any) -> None:
        vars(self).update(asked)

    @property
    def report(self) -> Format:
        """The form of the report: that of the file that is to have it, if there is one."""
        if not self.save or self.only:
            return self.form
        return next(form for ending, form in SAVED.items() if self.save.endswith(ending))

    @property
    def has_input(self) -> bool:
        """Whether there is something to compute: an input, or a cell that reads none."""
        return bool(self.x) or self.xs is not None or "x" not in self.cell.quantities

    @property
    def shown(self) -> Cell:
        """The cell with the lines in brackets that an option adds only if that was typed."""
        if not self.form.trace:
            return self.cell
        added = {variant.changes for variant in self.cell.variants.values()}
        chosen = {self.cell.variants[name].changes for name in self.cell.chosen}
        lines = self.cell.equations
        return self.cell.having(
            [e for e in lines if not e.optional or e.name not in added - chosen]
        )


def read_request(cell: Cell, given: Mapping[str, Any], faults: Faults) -> Request:
    """Return what was typed as a request; note what is wrong with it.

    given: texts, lists of them or True, by the options' names as Python has them.
    """
    others = {name: value for name, value in given.items() if hasattr(Request, name)}
    more = cell.more_parameters
    ties = given.get("ties", "low") if "round" in given else None
    cell = cell.varied(**{name: given[name] for name in cell.variants if name in given})
    parameters = {n: text for n, text in given.items() if n in cell.parameters or n in more}
    form = FORMATS[given.get("format", DEFAULT.name)]
    known, only = stages(cell, rounded=bool(ties)), given.get("only")
    if "reverse" in given and "gradients" in given:
        told = "type them the other way round, without --reverse"
        faults.add(
            "together",
            f"--gradients counts steps as they are computed, --reverse as inputs: {told}",
        )
    if "gradients" in given:
        others["only"], others["derivative"] = [], only
    elif only and only.startswith(("grad.", "delta.", "jac.")):
        faults.add("together", f"--only {only} is a derivative: it needs --gradients")
        del others["only"]
    else:
        others["only"] = read_places(cell, "--only", only, known, faults)
    others["digits"] = _count(given, "digits", 0, _MOST_DIGITS, faults)
    others["sequence"] = _count(given, "sequence", 1, _MOST_STEPS, faults)
    others["step"] = _count(given, "step", 1, _MOST_STEPS, faults)
    others["repeat"] = _count(given, "repeat", 1, _MOST_STEPS, faults) or 1
    return Request(cell=cell, parameters=parameters, form=form, ties=ties, **others)


def _count(
    given: Mapping[str, Any], name: str, least: int, most: int, faults: Faults
) -> int | None:
    """Return the whole number that an option has for its value, None if it has none."""
    text = given.get(name, "")
    if text.isascii() and text.isdigit() and len(text) < 18 and least <= int(text) <= most:
        return int(text)
    if text:
        faults.add(
            "number", f"--{name} is {quoted(text)}: it needs a whole number, {least} to {most:,}"
        )
    return None


def given(request: Request, faults: Faults, note: Callable[[str], None]) -> Weights:
    """Return the parameters that a request gives, in files and otherwise, and what they make of it.

    faults: takes what is wrong. note: takes what there is to say of a file that can be used.
    Raises InputError where no more can be told.
    """
    found = Weights(request.cell, {}, [])
    if request.weights:
        from rnncalc.problem.weights import read_weights

        others = request.cell.parameters if request.all_weights else request.parameters
        found = read_weights(request.cell, request.weights, request.layer, others, faults, note)
    for name, text in request.parameters.items():
        if parameter := found.cell.parameters.get(name):
            found.parameters[name] = fetched(parameter.option, text, faults)
        else:
            option, choice, parameter = found.cell.more_parameters[name]
            faults.add("together", f"{parameter.option} has no effect without --{option} {choice}")
    return found


def pose(
    request: Request,
    weights: Weights,
    faults: Faults,
    before_waiting: Callable[[], None],
) -> Iterator[Problem]:
    """Return the problem that a request poses, or that of each sequence of a batch.

    weights: what it gives, as `given` has it. faults: what is wrong already. before_waiting: called
    whenever reading may have to wait for more of a stream.

    Raises InputError with all that is wrong.
    """
    held = _held(request, faults)
    _check_chosen(weights.cell, weights.parameters, held, faults)
    inputs, common = _inputs(request, faults, before_waiting), request.all_weights
    batch, chosen = None, request.sequence
    if not isinstance(inputs, (list, Inputs, Stream)):
        alone = [f"--{name}" for name in _OF_ONE_SEQUENCE if getattr(request, name)]
        batch = inputs.put_to(weights.cell, weights.parameters, chosen, alone, faults)
        inputs = batch.stream
    elif chosen:
        faults.add(
            "together", "--sequence chooses one of a batch: --xs needs three dimensions for that"
        )
    problem = build(
        weights.cell,
        weights.parameters,
        inputs,
        all_weights=None if common is None else fetched(ALL_WEIGHTS, common, faults),
        held=held,
        ties=request.ties,
        repeat=request.repeat,
        reverse=request.reverse,
        faults=faults,
    )
    problem = problem._replace(said=[*weights.said, *problem.said])
    return batch.problems(problem) if batch else iter([problem])


def _check_chosen(
    cell: Cell, given: Collection[str], held: Collection[str], faults: Faults
) -> None:
    """Note the variants of lines that are not computed, as their weights are not given."""
    on = switched_on(cell, given, held)
    for option in cell.chosen:
        name = cell.variants[option].changes
        (line,) = (line for line in cell.equations if line.name == name)
        if line.optional and name not in on:
            weights = listing([parameter.option for parameter in cell.weights_of(line)], "or")
            told = f"{name} is computed only if {weights} is given"
            faults.add("together", f"--{option} has no effect: {told}")


def expected(request: Request, faults: Faults) -> Iterator[tuple[str, Given]]:
    """Yield what ``--expect`` gives: a name and a value, or "" and what a file has.

    Names may have a unit and a step, as in ``h[2]@3``. A file has text, or arrays by name.
    """
    example = f"--expect {request.cell.states[-1]}=0.5, or --expect @FILE"
    for name, given in fetched_pairs("--expect", request.expect, example, faults, takes_files=True):
        if given.value is not UNREAD:
            yield name, given


def targets(request: Request, faults: Faults) -> Iterator[tuple[str, Given]]:
    """Yield what ``--target`` gives: a name such as ``h[2]@3``, and a value."""
    example = f"--target {request.cell.states[-1]}=0.5"
    return fetched_pairs("--target", request.target, example, faults)


def _held(request: Request, faults: Faults) -> dict[str, object]:
    gates = [name for name, role in request.cell.roles.items() if role == "gate"]
    example = f"--set {[*gates, *request.cell.states][0]}=0"
    held: dict[str, object] = {}
    for name, given in fetched_pairs("--set", request.set, example, faults):
        if name in held:
            faults.add("words", f"--set {name} is given more than once; it needs one value")
        else:
            held[name] = given
    return held


def _inputs(
    request: Request, faults: Faults, before_waiting: Callable[[], None]
) -> list[object] | Inputs | Stream | Batch:
    steps, source = request.x, request.xs
    if source is None:
        label = "--x (step {})" if len(steps) > 1 else "--x"
        return [fetched(label.format(t), x, faults) for t, x in enumerate(steps, 1)]
    if steps:  # which of them is meant can't be told
        faults.settle()
    from rnncalc.problem.batches import Batch, batch_in_file, batch_in_list
    from rnncalc.problem.streams import open_steps

    place = plainly(source) if source.startswith("@") else ""
    with faults.of(f"--xs ({place})" if place else "--xs"):
        found = batch_in_file(source) or open_steps(source, before_waiting)
        if isinstance(found, (Batch, Stream)):
            return found
        batch = batch_in_list(found, place[1:] or "--xs")
        return batch or Inputs(found, lambda t: f"step {t} of {place or '--xs'}")
    return [UNREAD]
