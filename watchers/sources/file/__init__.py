"""Follows log files through rotation, truncation and restarts."""
