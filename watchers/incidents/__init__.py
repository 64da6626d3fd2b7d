"""Incidents: what breaks at once and for one cause is told once."""
