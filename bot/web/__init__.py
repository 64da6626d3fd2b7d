"""The HTTP server: Feishu's callbacks, pushed findings, health."""
