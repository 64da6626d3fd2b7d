"""One watcher: source, parser, detectors, sink."""
