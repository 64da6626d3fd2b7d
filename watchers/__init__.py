"""Finds things worth telling in logs and numbers; knows nothing of alerts or chats."""
