"""Applies findings and actions to alerts, one transaction each, and reads them back as views."""
