"""A report card for each airport, carrier and route, and the cube of counts behind them."""
