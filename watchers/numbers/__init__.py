"""Pure numeric parts: windows over time."""
