"""The notebooks run, offline, and find what they say."""
