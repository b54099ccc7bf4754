"""The record: what is kept of each recognition, where, and who may see it."""
