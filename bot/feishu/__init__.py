"""The Feishu side: doors to the SDK, events in, commands, cards and texts."""
