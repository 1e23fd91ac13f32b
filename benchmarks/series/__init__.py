"""Made-up consecutive months of national size: flights, their weather and the aircraft registry.

No row is real; the dates, the airports and the formats are. The same call writes the same bytes.
"""
