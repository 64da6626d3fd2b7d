"""Decides what a finding means, tells people in Feishu, and listens to their answers."""
