"""Start-up: each path imports what it needs and no more, and every ending has its status."""

from __future__ import annotations

import importlib
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from rnncalc.postponed import postpone

LISTING = """
import shlex, sys
from rnncalc.cli.main import main
for command in sys.argv[1:]:
    try:
        main(shlex.split(command))
    except SystemExit:
        found = {name.partition(".")[0] for name in sys.modules} & {"click", "numpy", "rich"}
        print("IMPORTED", *sorted(found), file=sys.stderr)
"""


def _imported(*commands: str) -> list[str]:
    """Return what is imported by the end of each of some command lines, one after the other."""
    result = subprocess.run(
        [sys.executable, "-c", LISTING, *commands], capture_output=True, text=True, check=False
    )
    return re.findall("^IMPORTED (.*)$", result.stderr, re.MULTILINE)


SCALARS = ["lstm", "--all-weights", "1", "--x", "5"]
NUMBERS = " ".join(SCALARS)


def test_imports() -> None:
    """NumPy is imported for vectors only, Rich for tables only."""
    neither = [
        f"{NUMBERS} -f json",
        f"{NUMBERS} -f plain",
        f"{NUMBERS} --only h",
        f"{NUMBERS} --expect h=0.1 -f plain",
        f"{NUMBERS} --gradients -f json",
        f"{NUMBERS} --gradients --expect grad.w_fh=1 -f plain",
        "--help",
        "lstm --help",
        "lstm --x 5",
        "lstm --x '[1, 2'",
        "lstm --oops",
        "gated --all-weights 1 --s '[1, 2]' --x 3",
    ]
    tables = [f"{NUMBERS} --round", f"{NUMBERS} --gradients --explain"]
    found = dict(zip([*neither, *tables], _imported(*neither, *tables), strict=True))
    assert found == dict.fromkeys(neither, "click") | dict.fromkeys(tables, "click rich")
    assert _imported("gated --all-weights 1 --x '[1, 2]' -f json") == ["click numpy"]


@pytest.mark.parametrize("words", [[*SCALARS, "-f", "json"], ["lstm", "--help"], ["--oops"]])
def test_no_code_is_inspected(words: list[str]) -> None:
    """What Click imports to look at code is left alone where no code is looked at."""
    command = [sys.executable, "-X", "importtime", "-m", "rnncalc", *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert "click.core" in imported
    assert not imported & {"inspect", "dis", "tokenize"}


def test_a_postponed_module_is_imported_when_it_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many use it at once and by whichever statement, it runs once and is whole."""
    text = "import os, time; first = 1; time.sleep(0.05); os.mkdir(__name__); last = 1"
    (tmp_path / "postponed_one.py").write_text(text)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.chdir(tmp_path)
    monkeypatch.delitem(sys.modules, "postponed_one", raising=False)
    postpone("postponed_one")
    module = importlib.import_module("postponed_one")
    assert not Path("postponed_one").exists()
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda name: getattr(module, name), ["first", "last"] * 8))
    assert set(found) == {1}
    from postponed_one import last  # type: ignore[import-not-found]

    assert last == 1
    with pytest.raises(AttributeError, match="module 'postponed_one' has no attribute 'other'"):
        _ = module.other
    postpone("postponed_one")  # which changes nothing for a module that is here
    assert sys.modules["postponed_one"].last == 1


RECORDS = """
import inspect, sys
from rnncalc.cli.main import main
try:
    main(sys.argv[1:])
except SystemExit:
    own = [module for name, module in sys.modules.items() if name.startswith("rnncalc.")]
    print("COMPILING", *(
        module.__name__ for module in own
        if "(NamedTuple)" in (text := inspect.getsource(module)) and "import annotations" in text
    ), file=sys.stderr)
"""


def test_no_record_compiles_its_annotations() -> None:
    """What every run imports leaves no annotation as text: NamedTuple compiles it, field by field.

    That is 30 µs for each of 130 fields, a tenth of the time until the answer.
    """
    checked = [*SCALARS, "--expect", "f=0.5", "--expect", "h=0.1"]
    for words in ([*SCALARS, "--round"], checked, ["lstm", "--help"]):
        command = [sys.executable, "-c", RECORDS, *words]
        result = subprocess.run(command, capture_output=True, text=True, check=False)
        assert result.stderr == "COMPILING\n"


def _run(*words: str, **settings: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "rnncalc", *words]
    # Unbuffered, what can't be written fails at once; the harder case is that it fails at the end.
    env = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    return subprocess.run(  # type: ignore[call-overload, no-any-return]
        command, text=True, stderr=subprocess.PIPE, check=False, env=env, **settings
    )


def test_module_and_version() -> None:
    """``python -m rnncalc`` is the program, and says its version, with words or alone."""
    alone, beside = (_run("--version", *more, stdout=subprocess.PIPE) for more in ([], ["x"]))
    assert (alone.returncode, alone.stdout) == (beside.returncode, beside.stdout)
    assert (alone.returncode, alone.stdout.split()[0]) == (0, "rnncalc")


def test_the_version_imports_nothing() -> None:
    """Scripts that ask for the version don't wait for packages that say nothing about it."""
    words = ["-X", "importtime", "-m", "rnncalc", "--version"]
    done = subprocess.run([sys.executable, *words], capture_output=True, text=True, check=True)
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert "rnncalc" in imported
    assert not imported & {"click", "numpy", "rich"}


def test_a_closed_pipe_is_no_error() -> None:
    """A reader that goes away ends the program quietly."""
    for words in (["--version"], ["--help"], [*SCALARS], [*SCALARS, "-f", "json"]):
        read, write = os.pipe()
        os.close(read)
        result = _run(*words, stdout=write)
        os.close(write)
        assert (result.returncode, result.stderr) == (0, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a full device")
def test_a_full_disk_is_one_line() -> None:
    """Output that can't be written is one line of error and status 2."""
    for words in (["--version"], SCALARS):
        with Path("/dev/full").open("w") as full:
            result = _run(*words, stdout=full)
        assert result.returncode == 2
        assert result.stderr == "Error: the output can't be written: No space left on device\n"


def test_closed_streams() -> None:
    """Even without standard output or standard error there is no traceback."""
    closing = "exec {0} -m rnncalc lstm --all-weights 1 --x 5 {1}"
    for streams, status in ((">&-", 2), ("2>&-", 0), (">&- 2>&-", 2)):
        command = closing.format(sys.executable, streams)
        result = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False)
        assert result.returncode == status
        assert "Traceback" not in result.stderr
