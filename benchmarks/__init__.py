"""Measurements, each run by hand: `.venv/bin/python -m benchmarks.NAME --help`. Figures are in docs/.

They need the packages that script/server installs, and no others; what else one needs, it says.
"""
