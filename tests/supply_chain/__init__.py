"""Tests of the supply chain: only reviewed code is installed and run."""
