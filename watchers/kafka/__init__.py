"""How Kafka is reached, whoever reads from it or writes to it."""
