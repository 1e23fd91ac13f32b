"""Benchmarks against baselines; `python -m benchmarks` runs all of them."""
