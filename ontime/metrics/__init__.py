"""The metrics of the semantic models: questions in their terms, and the list of them."""
