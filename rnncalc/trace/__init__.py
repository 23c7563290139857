"""Traces: what a problem comes to, step by step, and how it is worked by hand."""
