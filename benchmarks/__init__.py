"""Measurements, each run by hand: `.venv/bin/python -m benchmarks.NAME --help`. Figures are in docs/.

They need no other packages than those that script/server installs. Each names anything else that it needs.
"""
