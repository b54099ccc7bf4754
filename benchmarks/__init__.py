"""Measurements, to run by hand: `.venv/bin/python -m benchmarks.NAME --help`. Their figures are in docs/.

They need only the packages that script/server installs. Each names anything else that it needs.
"""
