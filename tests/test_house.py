"""The house: modules lie in folders, and import only what lies below them."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent
#: The folders, each of which may import itself and those before it.
FOLDERS = ("", "cells", "problem", "trace", "check", "reports", "cli")
#: What is imported at the top, and may import from anywhere: it is the way in.
DOORS = ("rnncalc", "rnncalc.__main__")
MOST_FLOORS, MOST_IN_A_FOLDER = 14, 3
#: Folders that are still too high; a number here may only fall.
STILL_HIGHER: dict[str, int] = {}


def _name(file: Path) -> str:
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


FILES = {_name(file): file for file in sorted((ROOT / "rnncalc").rglob("*.py"))}


@cache
def _nodes(module: str) -> list[ast.AST]:
    return list(ast.walk(ast.parse(FILES[module].read_text("utf-8"))))


@cache
def _statements(module: str) -> set[str]:
    """Return all that a module names in imports, wherever in it they stand."""
    found = set()
    for node in _nodes(module):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{module} has a relative import"
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                found.add(inner if inner in FILES else node.module or "")
    return found


def _imports(module: str) -> list[str]:
    """Return the modules of the program that a module imports."""
    return sorted(_statements(module) & FILES.keys() - {module})


def _folder(module: str) -> str:
    """Return the folder that a module lies in, "" for the top; a folder inside another is one."""
    is_folder = FILES[module].name == "__init__.py"
    return ".".join(module.split(".")[1 : None if is_folder else -1])


@cache
def _longest(module: str, folder: str | None = None) -> tuple[str, ...]:
    """Return the longest chain of imports from a module on, or of a folder's own modules in one."""
    chains = [_longest(other, folder) for other in _imports(module)]
    own = () if folder not in (None, _folder(module)) else (module,)
    return own + max(chains, key=len, default=())


def test_no_module_imports_itself() -> None:
    """No chain of imports leads back to where it began."""
    seen: list[str] = []

    def visit(module: str, above: tuple[str, ...]) -> None:
        assert module not in above, f"imported in a ring: {' <- '.join([*above, module])}"
        if module not in seen:
            seen.append(module)
            for other in _imports(module):
                visit(other, (*above, module))

    for module in FILES:
        visit(module, ())


def test_imports_point_down() -> None:
    """A module imports from its own folder and from those below it."""
    found = []
    for module in sorted(FILES.keys() - set(DOORS)):
        height = FOLDERS.index(_folder(module).partition(".")[0])
        for other in _imports(module):
            place = _folder(other).partition(".")[0]
            if other != "rnncalc" and place not in FOLDERS[: height + 1]:  # which has the version
                found.append(f"{module} imports {other}, which lies above it")
    assert found == []


def test_only_the_command_line_knows_click() -> None:
    """Click is imported below ``rnncalc/cli/`` and nowhere else."""
    others = [module for module in FILES if not _folder(module).startswith("cli")]
    importing = {
        module: {name.partition(".")[0] for name in _statements(module)} for module in others
    }
    assert [module for module, packages in importing.items() if "click" in packages] == []


def test_floors() -> None:
    """No chain of imports is long: whoever follows one call down opens so many modules at most."""
    chain = _longest("rnncalc.__main__")
    assert len(chain) <= MOST_FLOORS, f"{len(chain)} floors: {' -> '.join(chain)}"


def test_floors_in_a_folder() -> None:
    """Within a folder, three modules at most stand on each other."""
    for folder in sorted({_folder(module) for module in FILES} - {""}):
        chain = max((_longest(module, folder) for module in FILES), key=len)
        most = STILL_HIGHER.get(folder, MOST_IN_A_FOLDER)
        assert len(chain) <= most, f"{folder} has {len(chain)}: {' -> '.join(chain)}"


def test_errors_say_their_sort() -> None:
    """What is raised for people has its code where it is raised: no bare error is made."""
    for module in sorted(FILES.keys() - {"rnncalc.errors"}):
        for node in _nodes(module):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                bare = node.func.id in ("ValueError", "InputError")
                assert not bare, f"{module}, line {node.lineno}"
