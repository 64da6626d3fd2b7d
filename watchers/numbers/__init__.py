"""Pure numeric parts of the detectors: each takes one number after another, in O(1)."""
