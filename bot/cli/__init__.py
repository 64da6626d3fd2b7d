"""The command `larkwatch`, one module per command."""
