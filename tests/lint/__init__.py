"""`make lint`: every linter runs, and each finding names its file and its reason."""
