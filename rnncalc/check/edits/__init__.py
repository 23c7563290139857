"""Edits: everything near an equation that somebody may have computed instead, listed or not."""
