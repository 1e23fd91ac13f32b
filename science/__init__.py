"""What a model can make of the published features: a baseline to compare others with."""
