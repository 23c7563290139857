"""TeX: how LaTeX sets a report, and how wide."""
