"""Three prepared changes, their impact on the embedded data, and what a report must say of each."""
