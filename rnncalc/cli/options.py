"""Options: what the command line of a cell accepts, derived from its equations.

Each option is one record. Help, completion, and what goes with what are read from it.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from rnncalc.cells.functions import TIES
from rnncalc.cells.model import ALL_WEIGHTS, Cell, Parameter, stages
from rnncalc.cells.notation import UNICODE, spell
from rnncalc.reports import DEFAULT, FORMATS

HEADINGS = {
    "weight": "Weights",
    "bias": "Biases (0 unless given)",
    "constant": "Constants",
    "state": "State and input",
    "calculation": "Calculation",
    "check": "Checking",
    "gradients": "Gradients",
    "output": "Output",
}


#: The options that the brief help shows, beside weights, biases and states.
NEEDED = frozenset(
    ("--all-weights", "--x", "--repeat", "--round", "--expect", "--explain", "--format")
)


class Option(NamedTuple):
    """What there is to know of an option, but for what becomes of its value.

    group: a key of `HEADINGS`. metavar: what stands for its value, FILE for a file's name, ""
    if it takes none. choices: the values that it takes, if it takes no others. short: another
    name. repeated: whether it may be given more than once. completions: what a value can begin
    with. derives: whether that can be the name of a derivative.

    does: words to stand behind its name and before what is wrong with the options beside it.
    needs: an option without which it has no effect. excludes: those that don't go with it.
    alone_with: the only ones that do, None if all others do. formats: the property of a `Format`
    that it needs, "" if all will do.
    """

    name: str
    group: str
    help: str
    metavar: str = ""
    choices: Sequence[str] = ()
    short: str = ""
    repeated: bool = False
    completions: Sequence[str] = ()
    derives: bool = False
    does: str = ""
    needs: str = ""
    excludes: Sequence[str] = ()
    alone_with: Sequence[str] | None = None
    formats: str = ""

    @property
    def key(self) -> str:
        """The name as Python has it: "save_state"."""
        return self.name.removeprefix("--").replace("-", "_")

    @property
    def takes_value(self) -> bool:
        """Whether a value follows it."""
        return bool(self.metavar or self.choices)

    @property
    def takes_numbers(self) -> bool:
        """Whether its value is a number, a vector or a matrix, or says where one is."""
        return self.metavar in ("W", "B", "S", "A", "X", "SOURCE", "NAME=VALUE")


def options(cell: Cell) -> Iterator[Option]:
    """Yield the options of a cell's command, in the order of the help."""
    kinds: dict[str, list[Option]] = {"weight": [], "bias": [], "state": [], "constant": []}
    for parameter in cell.parameters.values():
        kinds[parameter.kind].append(_parameter(cell, parameter))
    for name, choice, parameter in cell.more_parameters.values():
        option = _parameter(cell, parameter)
        kinds["bias"].append(option._replace(help=f"{option.help} (with --{name} {choice})"))
    yield from kinds["weight"]
    text = "every weight and previous state not given"
    yield Option(ALL_WEIGHTS, "weight", text, "W")
    text = """JSON object, .npz or .safetensors with weights, biases and states by name (w_.., b_..)
or as a framework saved them; repeatable"""
    yield Option("--weights", "weight", text, "FILE", repeated=True)
    text, does = "which layer of a file that has several", "says which layer to read"
    yield Option("--layer", "weight", text, "NAME", does=does, needs="--weights")
    text = "write what --weights and the options give, by our names, and no result without --x"
    yield Option("--save-weights", "weight", text, "FILE")
    yield from (*kinds["bias"], *kinds["state"], *kinds["constant"])
    if "x" in cell.quantities:
        text = "input; several times: one time step each"
        yield Option("--x", "state", text, "X", repeated=True)
        text = "all steps: a JSON array, @FILE (.json, .jsonl, .csv, .npy), or - to read lines"
        does = "gives all of the input"
        yield Option("--xs", "state", text, "SOURCE", does=does, excludes=["--x"])
        text = "begin with the last input; results keep the order of the inputs"
        yield Option("--reverse", "state", text)
    else:
        yield Option("--repeat", "state", "how many steps there are  [default: 1]", "N")
    yield from _calculation(cell)
    yield from _output(cell)
    yield from _checking(cell)
    yield from _gradients(cell)


def _parameter(cell: Cell, parameter: Parameter) -> Option:
    """Return a parameter's option: its symbol in the equations and where it stands there."""
    if parameter.kind == "state":
        text = f"{parameter.symbol}, {cell.quantities[parameter.symbol]}  [default: 0]"
    else:
        where = " and ".join(cell.quantities[name] for name in parameter.feeds)
        of = f" on {spell(parameter.meets, UNICODE)}" if parameter.meets else ""
        text = f"{UNICODE.symbol(parameter.symbol)}: {where}{of}"
    metavar = {"weight": "W", "bias": "B", "state": "S", "constant": "A"}[parameter.kind]
    return Option(parameter.option, parameter.kind, text, metavar)


def _calculation(cell: Cell) -> Iterator[Option]:
    group = "calculation"
    names = [line.name for line in cell.equations]
    text = f"hold one of {', '.join(names)} instead of computing it; NAME@T at step T alone"
    begun = [f"{name}=" for name in names]
    yield Option("--set", group, text, "NAME=VALUE", repeated=True, completions=begun)
    for name, variant in cell.variants.items():
        choices, text, metavar = list(variant.choices), variant.help, ""
        if len(choices) > 6:  # or their names alone would be wider than a terminal
            text, metavar = f"{text}: {', '.join(choices)}", "NAME"
        yield Option(f"--{name}", group, f"{text}  [default: {variant.default}]", metavar, choices)
    text, does = "round sigmoid to 0 or 1, tanh to -1 or 1", "makes steps, whose derivative is 0"
    yield Option("--round", group, text, does=does, excludes=["--gradients"])
    text = "with --round, at a pre-activation of 0: the lower value, the higher one, or neither"
    text, does = f"{text}  [default: low]", "says how to round"
    yield Option("--ties", group, text, choices=list(TIES), does=does, needs="--round")


def without_lumps(records: Iterable[Option], words: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return words without those that begin with one dash and are no option, and these.

    Click takes each letter of -all-weights or of -h5 for an option, and one of them is -h, which
    prints the help and nothing else. A number behind -h says that a state is meant.
    """
    kept, lumps = list[str](), list[str]()
    takers = {name for option in records if option.takes_value for name in (option.name, "-f")}
    for word in words:
        before = kept[-1] if kept else ""
        if before == "-h" and word[:1] in "[.0123456789" and word:
            lumps.append(f"{kept.pop()} {word}")
        elif before not in takers and word[:1] == "-" and word[1:2].isalpha() and len(word) > 2:
            (kept if word.startswith("-f") or word == "-help" else lumps).append(word)
        else:
            kept.append(word)
    return kept, lumps


def _output(cell: Cell) -> Iterator[Option]:
    group = "output"
    text = f"form of the output  [default: {DEFAULT.name}]"
    yield Option("--format", group, text, choices=list(FORMATS), short="-f")
    text, does = "print the cell's equations alone, without values", "needs no values"
    beside = ["--format", "--save", "--force", *(f"--{name}" for name in cell.variants)]
    form = "has_equations"
    yield Option("--equations", group, text, does=does, alone_with=beside, formats=form)
    text = "the worked solution: formula, numbers put in, pre-activation, result"
    does, excludes = "shows how values come about", ["--only", "--no-reveal", "--hint", "--lint"]
    yield Option("--explain", group, text, does=does, excludes=excludes, formats="for_people")
    text = f"""print one of {", ".join(cell.quantities)} alone, or a pre-activation; f,c,h several,
h[2] one unit, h@3 one step"""
    names, does, form = stages(cell), "prints values alone", "takes_values"
    only = Option("--only", group, text, "NAME", completions=names, does=does, formats=form)
    yield only._replace(derives=True)
    yield from _parts(cell)
    text = """write a picture (.svg), a page (.html) or text (.txt), or the values of --only to
.npy, those of several names to .npz, instead"""
    yield Option("--save", group, text, "FILE")
    text, does = "let --save overwrite a file", "lets --save overwrite a file"
    yield Option("--force", group, text, does=does, needs="--save")
    text = "write the last state, for --weights to go on"
    yield Option("--save-state", group, text, "FILE")
    text = "decimals in what people read; json, csv, --only are never rounded  [default: 4]"
    yield Option("--digits", group, text, "N")


def _parts(cell: Cell) -> Iterator[Option]:
    """Yield the options that show a part of a sequence or of a batch, or what it comes to."""
    if "x" in cell.quantities:
        text = "which sequence of a batch: --xs of three dimensions, sequences × steps × elements"
        yield Option("--sequence", "state", text, "K")
    group, text, does = "output", "show step T of a sequence alone", "shows one step"
    others = ["--only", "--expect", "--lint", "--equations"]
    yield Option("--step", group, text, "T", does=does, excludes=others)
    text = (
        "each quantity's smallest and largest value, where, and how much of it is saturated, alone"
    )
    others, does = [*others, "--step", "--explain"], "shows a sequence's extremes"
    yield Option("--summary", group, text, does=does, excludes=others, formats="sums_up")


_EXPECT = """check an answer for the last step, for step T as NAME@T=VALUE, for one unit as
NAME[2]=VALUE, for all steps as a list of their values, with null for what isn't known; or @FILE
with any part of what -f json, csv or plain print, or .npz"""


def _checking(cell: Cell) -> Iterator[Option]:
    group, report, how = "check", "has a report of its own", "says how to check an answer"
    results = ["--only", "--save-state"]
    expect = Option("--expect", group, _EXPECT, "NAME=VALUE", repeated=True, does=report)
    begun = [f"{name}=" for name in stages(cell)]
    expect = expect._replace(completions=begun, derives=True)
    yield expect._replace(excludes=[*results, "--lint"], formats="judges")
    text = "how far off a right answer may be, 0.001 or 0.1%  [default: half of its last digit]"
    yield Option("--tolerance", group, text, "SIZE", does=how, needs="--expect")
    text = "say which answers are wrong, not what is right"
    yield Option("--no-reveal", group, text, does=how, needs="--expect")
    text = "as --no-reveal, but name the slip that fits, without any number"
    yield Option("--hint", group, text, does=how, needs="--expect")
    text = (
        "what must be answered, by comma: f,c for the last step, h@2 for that one, h@all for each"
    )
    names = stages(cell)
    yield Option("--require", group, text, "NAMES", does=how, needs="--expect", completions=names)
    text = "for exercises: which slips give the right answer here, and what numbers would show them"
    yield Option("--lint", group, text, does=report, excludes=results, formats="judges")


def _gradients(cell: Cell) -> Iterator[Option]:
    group, flag, does = "gradients", "--gradients", "says what to derive"
    text = """derivatives through time, each step's and their sums; --only and --expect take
grad.NAME, delta.NAME and jac.NAME, with @T for step T"""
    others = ["--lint", "--save-state", "--require"]
    others += ["--summary"]
    derives = Option(flag, group, text, does="computes derivatives", excludes=others)
    yield derives._replace(formats="derives")
    text = "what to derive: NAME, NAME[2], NAME@3, 'sum(NAME)'  [default: the last state]"
    begun = [line.name for line in cell.equations]
    yield Option("--of", group, text, "NAME", completions=begun, does=does, needs=flag)
    text = """derive half the squared distance to this, at the last step or at step T as
NAME@T=VALUE; of a softmax to a class, [0, 1, 0], the cross-entropy; several are summed"""
    target = Option("--target", group, text, "NAME=VALUE", repeated=True, does=does, needs=flag)
    begun = [f"{name}=" for name in begun]
    yield target._replace(completions=begun, excludes=["--of"])
    text, does = "one step of gradient descent: the new weights", "takes a step down the gradient"
    rate = Option("--learning-rate", group, text, "R", does=does, needs=flag)
    yield rate._replace(excludes=["--only", "--expect"])
