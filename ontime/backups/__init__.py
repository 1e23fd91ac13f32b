"""Back up what cannot be made again, and restore it into an empty data folder."""
