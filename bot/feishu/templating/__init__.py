"""Templates of messages beside the chats: a typed context, Jinja's sandbox, defaults."""
