"""Runs pipelines."""
