"""Shape lines into records."""
