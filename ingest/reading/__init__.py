"""Look into a file: whether it is what it should be, and which rows it holds."""
