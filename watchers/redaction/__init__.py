"""Takes secrets and personal data out of findings before they leave the host."""
