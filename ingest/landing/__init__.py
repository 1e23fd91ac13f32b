"""Keep the publishers' files as they came, and find files in a folder."""
