"""A baseline model on the published features, to compare other models with."""
