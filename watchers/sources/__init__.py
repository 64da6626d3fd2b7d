"""Where lines come from; one file or package each."""
