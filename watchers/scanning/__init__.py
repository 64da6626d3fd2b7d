"""Matches rules against whole files, outside of any watch."""
