"""Known answers, worked out apart from the models and compared with what they publish."""
