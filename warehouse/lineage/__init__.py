"""Where each column comes from, followed through the SQL of every model to the raw columns."""
