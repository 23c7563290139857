"""LaTeX and Markdown: set by a LaTeX where there is one, and of a sound structure anywhere."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest

from rnncalc import CELLS, build
from rnncalc.reports.markup import markdown
from rnncalc.reports.page import Page
from rnncalc.trace.trace import Trace
from tests.conftest import Calculator
from tests.test_pictures import _weights

_DOCUMENT = r"""\documentclass[a4paper]{article}
\usepackage[T1]{fontenc}
\usepackage{amsmath,booktabs}
\hfuzz=0.1pt
\begin{document}
%s
\end{document}
"""


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, str]]:
    """Return command lines with LaTeX: all cells, small and long vectors, and odd numbers."""
    return list(_reports(Calculator(), tmp_path_factory.mktemp("reports")))


def _reports(rnncalc: Calculator, folder: Path) -> Iterator[tuple[str, str]]:
    for name, cell in CELLS.items():
        yield f"{name} --equations", rnncalc(f"{name} --equations -f latex").out
        for n, size, more in (
            (0, 0.7, ""),
            (0, 1e-9, "--digits 12"),
            (0, 1e9, "--round"),
            (2, 0.7, ""),
            (3, 1e-9, "--round"),
            (4, 123456.789, "--digits 6"),
            (6, 0.7, "--round"),
            (9, 0.7, "--round"),
        ):
            numbers = _weights(cell, n, size, folder, readout=n != 2)
            x = numbers.partition("--x ")[2]
            for steps in ("--explain", "", f"--x {x} --explain", f"--x {x} " * 50):
                command = f"{name} {numbers} {more} {steps}"
                yield command, rnncalc(f"{command} -f latex").out
            if "--round" not in more:
                command = f"{name} {numbers} {more} --x {x} --gradients --explain"
                yield command, rnncalc(f"{command} -f latex").out


def test_latex_stays_within_the_text(reports: list[tuple[str, str]], tmp_path: Path) -> None:
    """What LaTeX sets of any report is no wider than the text of an A4 article, and no higher."""
    if not shutil.which("pdflatex"):
        pytest.skip("there is no LaTeX here")
    body = "".join(
        f"\\typeout{{NOW {k}}}\n{text}\n\\newpage\n" for k, (_, text) in enumerate(reports)
    )
    (tmp_path / "all.tex").write_text(_DOCUMENT % body, "utf-8")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "all.tex"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False, timeout=120)
    log = (tmp_path / "all.log").read_text("utf-8", errors="replace")
    assert done.returncode == 0, log[-2000:]
    for piece in re.split(r"^NOW ", log, flags=re.MULTILINE)[1:]:
        command_line = reports[int(piece.split(maxsplit=1)[0])][0]
        assert "Overfull" not in piece, (command_line, piece[:600])


def test_latex_is_sound(reports: list[tuple[str, str]]) -> None:
    """Every table has as many cells in a row as columns, and each environment is closed."""
    for command, text in reports:
        begun = re.findall(r"\\begin\{([\w*]+)\}", text)
        assert sorted(begun) == sorted(re.findall(r"\\end\{([\w*]+)\}", text)), command
        for form, table in re.findall(r"tabular\}\{@\{\}(.*?)@\{\}\}\n(.*?)\\bottom", text, re.S):
            columns = len(re.sub(r"p\{\d+pt\}", "p", form))
            rows = [line for line in table.splitlines() if line.endswith(r"\\")]
            assert {row.count("&") + 1 for row in rows} == {columns}, command
        assert not re.search(r"[^\x00-\x7f]", text), command


def test_markdown_comes_as_the_steps_do() -> None:
    """A row of a table doesn't wait for those after it."""
    trace = Trace(build(CELLS["simple"], {}, [0.5] * 9, all_weights=0.5))
    rows = islice(markdown(trace, Page()), 5)
    assert ([*rows][-1][:4], trace.count) == ("| 1 ", 1)


def test_markdown_has_one_notation(rnncalc: Calculator) -> None:
    """The tables name quantities as the maths below does."""
    for name, cell in CELLS.items():
        out = rnncalc(f"{name} --all-weights 0.5 --x 1 --explain -f markdown").out
        tables, _, maths = out.partition("```math")
        symbols = re.findall(r"^\| \$`(.*?)`\$ \|", tables, re.MULTILINE)
        known = [q for q in cell.quantities if q != "y"]
        assert len(symbols) == len(known)
        assert all(symbol in maths for symbol in symbols)
        assert not [q for q in known if len(q) > 1 and f"`{q}`" in out]
        assert "operatorname" not in out  # which GitHub doesn't know


_KATEX = """
const katex = require('katex'), texts = JSON.parse(require('fs').readFileSync(0, 'utf8'));
for (const [command, text] of texts)
  try { katex.renderToString(text, {displayMode: true, strict: 'error'}); }
  catch (fault) { console.log(command + ': ' + fault.message); }
"""


def test_katex_reads_every_formula(rnncalc: Calculator, reports: list[tuple[str, str]]) -> None:
    """KaTeX, which pages and GitHub set maths with, finds no fault, where Node.js has it."""
    if (
        not shutil.which("node")
        or subprocess.run(["node", "-e", "require('katex')"], stderr=-1).returncode
    ):
        pytest.skip("there is no KaTeX here")
    formulas = []
    for command, _ in reports:
        text = rnncalc(f"{command} -f markdown").out
        formulas += [(command, part) for part in re.findall(r"```math\n(.*?)```", text, re.S)]
        formulas += [(command, part) for part in re.findall(r"\$`(.*?)`\$", text)]
    assert len(formulas) > 500
    done = subprocess.run(
        ["node", "-e", _KATEX],
        input=json.dumps(formulas),
        capture_output=True,
        text=True,
        check=True,
    )
    assert not done.stdout, done.stdout[:600]
