"""Mistakes: for each kind of slip, the places where it can be made, and what it makes of a problem.

A place is a text that names it; a slip that can be made in several ways at one place yields each of
them. `slips` says what the kinds are called, and what is to be learnt from them.
"""

from __future__ import annotations

from collections.abc import Iterator

from rnncalc.check.rewrites import Form

#: Texts that name places, with the problem changed there.
Places = Iterator[tuple[str, Form]]
