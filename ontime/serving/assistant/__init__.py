"""Answer the questions of assistants from the published file, over the Model Context Protocol."""
