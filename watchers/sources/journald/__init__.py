"""The journal of systemd, read with its own reader, ``journalctl``."""
