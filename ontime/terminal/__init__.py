"""What every command shares that a person sits in front of: text, progress, Ctrl-C."""
