"""Measurements, each run by hand: `.venv/bin/python -m benchmarks.NAME --help`. Figures are in docs/.

They need no other packages than those that script/server installs. What else a benchmark needs, it names.
"""
