"""The features for machine learning: that they are true, and that they do not know the future."""
