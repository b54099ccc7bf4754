"""What tests and benchmarks both need: drawings, numbers, photographs, and a site that runs.

It needs no more packages than the site itself, so that benchmarks run after script/server alone.
"""
