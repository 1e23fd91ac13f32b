"""Ask a publisher for a file, over a network that fails at times."""
