"""The questions that databases publish about this data set, answered by three of them."""
