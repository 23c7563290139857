"""Demands: what the output should be, checked before anything is read or computed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rnncalc.cells.model import Cell
from rnncalc.errors import Faults, listing, unknown
from rnncalc.reports import FOR_PEOPLE, FOR_STUDY

# The options that show a problem's own results.
_SHOWING = ("only", "save", "force", "save_state")


def check_output(cell: Cell, given: Mapping[str, Any], faults: Faults) -> None:
    """Note what is wrong with what the output should be."""
    only, form = given["only"], given["format"]
    if given["equations"]:
        beside = {name for name, value in given.items() if value not in (None, False, ())}
        if beside - {"equations", "format", "activation"}:
            faults.add("--equations goes with --format and --activation alone: it needs no values")
        if form == "csv":
            faults.add("--equations has no form as csv")
        return
    if only and only not in cell.quantities:
        faults.add(unknown("--only", only, list(cell.quantities)))
    if only and form not in (None, "json"):
        faults.add(f"--only prints values alone: leave out --format {form}")
    if given["explain"] and (only or form not in (None, *FOR_PEOPLE)):
        faults.add(f"--explain goes with --format {listing(FOR_PEOPLE, 'or')}")
    _check_study(given, faults)
    _check_files(given, faults)


def _check_study(given: Mapping[str, Any], faults: Faults) -> None:
    """Note what doesn't go with checking answers, or with judging an exercise."""
    for name in ("tolerance", "no_reveal"):
        if given[name] and not given["expect"]:
            faults.add(f"{_option(name)} says how to check an answer: it needs --expect")
    if given["explain"] and given["no_reveal"]:
        faults.add("--explain shows the values that --no-reveal keeps back: leave one of them out")
    if given["explain"] and given["lint"]:
        faults.add("--explain works out a solution: --lint has none")
    asked = [name for name in ("expect", "lint") if given[name]]
    for name in asked:
        others = (*_SHOWING, *(other for other in asked if other != name))
        beside = [_option(other) for other in others if given[other]]
        if given["format"] not in (None, *FOR_STUDY):
            beside.append(f"--format {given['format']}")
        if beside:
            forms = listing(FOR_STUDY, "or")
            faults.add(f"--{name} has a report of its own ({forms}): leave out {listing(beside)}")
            break


def _option(name: str) -> str:
    return "--" + name.replace("_", "-")


def _check_files(given: Mapping[str, Any], faults: Faults) -> None:
    save, state = given["save"], given["save_state"]
    if given["force"] and save is None:
        faults.add("--force lets --save overwrite a file: it needs --save")
    if save is None and state is None:
        return
    from rnncalc.cli.saving import check_writable, same_file

    if save is not None:
        if save and not save.endswith((".npy",) if given["only"] else (".svg", ".html", ".txt")):
            faults.add("--save takes a name in .svg, .html or .txt; with --only one in .npy")
        if not given["only"] and given["format"] not in (None, "table"):
            faults.add(f"--save makes a picture of the table: leave out --format {given['format']}")
        with faults.of("--save"):
            check_writable(save, may_overwrite=given["force"], in_place=bool(given["only"]))
    if state is not None:
        with faults.of("--save-state"):
            check_writable(state, may_overwrite=True)
    if save and state and same_file(save, state):
        faults.add("--save and --save-state name the same file")
