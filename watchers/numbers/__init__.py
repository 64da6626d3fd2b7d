"""Pure numeric parts of detectors: windows, discounted counters, tail probabilities."""
