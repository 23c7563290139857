"""Problems: from values, files and streams to a cell with its numbers."""
