"""Fields of records: which are kept, and how they are counted before they are handed over."""
