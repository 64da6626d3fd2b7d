"""What rules of every kind may say: conditions, levels, judges of numbers."""
