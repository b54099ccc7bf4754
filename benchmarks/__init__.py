"""Measurements, each run by hand: `.venv/bin/python -m benchmarks.NAME --help`. Figures are in docs/."""
