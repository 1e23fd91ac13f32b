"""The features for machine learning: they are correct, and do not know the future."""
