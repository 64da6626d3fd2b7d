"""Tries rules out on text and files that are there already."""
