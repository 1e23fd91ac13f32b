"""Tests of the supply chain: what is installed and run is what was reviewed."""
