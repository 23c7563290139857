"""Further slips: those that are tried where the catalogue has none that gives the answers."""
