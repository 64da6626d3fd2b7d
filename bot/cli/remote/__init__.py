"""Commands that ask a running `larkwatch serve`, from any machine, by its API."""
