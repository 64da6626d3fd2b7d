"""The pure part: what an alert is and how it changes; no input, no output, no clock."""
