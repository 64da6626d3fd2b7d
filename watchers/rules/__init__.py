"""Rules at work: all that one watch looks for, and what they remember."""
