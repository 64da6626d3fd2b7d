"""Looks back into files for whoever asks: read only, bounded in time and bytes, redacted."""
