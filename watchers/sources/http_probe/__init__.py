"""An address that is asked again and again."""
