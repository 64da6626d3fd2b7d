"""Chat lines to commands: a module per command, found by name or nearest name."""
