"""The steps of `larkwatch init`."""
