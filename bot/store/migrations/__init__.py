"""One module per change of the tables, applied in the order of their names."""
