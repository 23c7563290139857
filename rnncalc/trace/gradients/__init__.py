"""Gradients: derivatives through time (Werbos 1990), from the same trees as the values."""
