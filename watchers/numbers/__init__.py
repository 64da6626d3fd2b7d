"""Pure numeric parts of detectors, each O(1) per number: windows, counters, sketches, tails."""
