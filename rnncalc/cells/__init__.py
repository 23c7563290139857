"""Cells: what a recurrent cell is, as text and as a tree, and how it is written down."""
