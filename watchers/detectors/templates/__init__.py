"""The constant part of every message: mined line by line, with ids that survive merges."""
