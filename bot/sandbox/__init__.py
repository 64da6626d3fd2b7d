"""A local Feishu on loopback; shares no code with the bot."""
