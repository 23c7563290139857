"""Checking: which answers are right, and what went wrong in the others."""
