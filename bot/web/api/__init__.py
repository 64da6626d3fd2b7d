"""The HTTP API for programs: what people can do in chats, by the same rules."""
