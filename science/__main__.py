"""Run the baseline: `python -m science`."""

from science.baseline import main

main()
