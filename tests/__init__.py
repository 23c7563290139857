"""The tests; `oracle` holds the cells once more, typed by hand."""
