"""Measurements, one command each: `python -m benchmarks.NAME` prints JSON or a table."""
