"""What is not a file: entries in an order of their own, followed from a mark on."""
