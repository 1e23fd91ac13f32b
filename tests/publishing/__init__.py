"""How a tested build reaches readers, and stays what it was."""
