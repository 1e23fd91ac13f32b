"""How time, memory and disk grow with the number of loaded months, measured on made-up months."""
