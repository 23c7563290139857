"""Threads: how many of them NumPy's products get, which has to be said before it is imported.

NumPy's libraries start a thread for each core and let them wait for each other: as soon as
something else is busy on a core, a product takes ten or a hundred times as long as with one thread.
Two are better only where weights are large and nothing else is going on.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, MutableMapping
from contextlib import suppress

_OURS = ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
_USERS = (*_OURS, "GOTO_NUM_THREADS", "OMP_NUM_THREADS")
_LARGE = 1 << 22  # bytes of weights from which on a product is worth sharing: 256 units and more


def limit_threads(weights: Iterable[str], environ: MutableMapping[str, str] = os.environ) -> None:
    """Have NumPy use one thread, or one for each idle core if files with weights are large.

    weights: the values of weights as they were typed, files among them. What the user has said of
    threads stays.
    """
    if any(name in environ for name in _USERS):
        return
    size = 0
    for text in weights:
        with suppress(OSError, ValueError):
            size += os.stat(text.removeprefix("@")).st_size
    environ.update(dict.fromkeys(_OURS, str(idle_cores() if size >= _LARGE else 1)))


def idle_cores() -> int:
    """Return how many cores this process may have for itself at this moment, at least one."""
    with suppress(AttributeError):  # where there is no such thing as affinity
        cores = len(os.sched_getaffinity(0))
        return max(1, cores - _others())
    return max(1, (os.cpu_count() or 1) - _others())


def _others() -> int:
    """Return how many other processes are at work: now, or lately where that can't be seen."""
    with suppress(OSError, ValueError, IndexError), open("/proc/loadavg", "rb") as file:
        return int(file.read().split()[3].partition(b"/")[0]) - 1
    with suppress(OSError, AttributeError):
        return round(os.getloadavg()[0])
    return 0
