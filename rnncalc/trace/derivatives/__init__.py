"""Derivatives by their names: which there are, and what each of them is worth."""
