"""Writes figures of hosts and numbers of series to other systems for time series."""
