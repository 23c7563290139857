"""Slips: the mistakes that people make with a cell, each a rewrite of its own equations."""
