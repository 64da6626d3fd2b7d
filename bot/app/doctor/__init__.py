"""Looks at everything that Larkwatch depends on, and says what is wrong with it."""
