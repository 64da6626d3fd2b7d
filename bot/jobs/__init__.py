"""Work by the clock, under a lease."""
