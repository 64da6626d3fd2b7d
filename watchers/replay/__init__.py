"""Reads log files that are already there, by the times that their lines say."""
