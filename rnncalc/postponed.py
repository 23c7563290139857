"""Modules that are imported when they are used, where others import them just in case."""

from __future__ import annotations

import sys
from importlib import import_module
from threading import Lock
from types import ModuleType
from typing import Any

_LOCK = Lock()


class _Postponed(ModuleType):
    """Stands for a module until something of it is asked for, which imports the module itself.

    What importlib.util offers for it doesn't do: its modules run as soon as a second import
    statement looks whether the first is over.
    """

    def __getattr__(self, name: str) -> Any:
        with _LOCK:
            if sys.modules.get(self.__name__) is self:
                del sys.modules[self.__name__]
        return getattr(import_module(self.__name__), name)


def postpone(name: str) -> None:
    """Have a module imported when it is first used, unless it is here already."""
    sys.modules.setdefault(name, _Postponed(name))
