"""Blocks of lines between two reads: what is cut from them, and what stands around it."""
