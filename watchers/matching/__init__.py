"""Finds the rules that match a line in linear time."""
