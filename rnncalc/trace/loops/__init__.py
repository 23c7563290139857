"""Loops: steps written out as Python, for sequences. What they write agrees with `steps`."""
