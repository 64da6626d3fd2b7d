"""Messages of Kafka's topics, read as one of a consumer group."""
